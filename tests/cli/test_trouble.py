"""Whatever goes wrong ends in clear lines and the right exit status."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from sim.cli.patience import interruptible
from sim.cli.trouble import Refused, Status, Terminated, check_writable, explain, storing
from tests.conftest import environment


class Fault(NamedTuple):
    file: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:1:1 {self.text}"


class Faulty(Exception):  # noqa: N818 - stands in for another room's
    faults = (Fault("a.yaml", "firmz"), Fault("a.yaml", "cash"), Fault("b.yaml", "reach"))


class Busy(Exception):  # noqa: N818
    status = 4


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (Faulty(), Status.FAULTS, "a.yaml:1:1 firmz"),
        (Faulty(), Status.FAULTS, "3 faults in 2 files"),
        (Refused("no such scenario"), Status.FAULTS, "no such scenario"),
        (Refused("full", Status.CANNOT_STORE), Status.CANNOT_STORE, "full"),
        (Busy("another sweep writes there"), Status.CANNOT_STORE, "another sweep writes there"),
        (KeyboardInterrupt(), Status.INTERRUPTED, "stopped"),
        (Terminated(), Status.TERMINATED, "stopped"),
        (MemoryError(), Status.UNEXPECTED, "not enough memory"),
        (OSError(errno.ENOSPC, "No space left", "r/x"), Status.CANNOT_STORE, "r/x: No space left"),
        (PermissionError(errno.EACCES, "Permission denied", "r"), Status.CANNOT_STORE, "r: Perm"),
        (ValueError("a\nb"), Status.UNEXPECTED, "unexpected ValueError: a b ("),
        (RuntimeError(), Status.UNEXPECTED, "USERFIRST_TRACEBACK=1"),
    ],
)
def test_status_and_line_of_each_error(error: BaseException, status: int, said: str) -> None:
    found, lines = explain(error)
    assert found == status
    assert any(said in line for line in lines)
    assert all("\n" not in line for line in lines)


def test_a_folder_inside_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="cannot write") as caught:
        check_writable(tmp_path / "file" / "results")
    assert caught.value.status == Status.CANNOT_STORE
    check_writable(tmp_path / "new" / "results")
    assert (tmp_path / "new" / "results").is_dir()
    assert not list((tmp_path / "new" / "results").iterdir())


def test_storing_says_which_folder(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"cannot write .*--out"), storing(tmp_path):
        raise OSError(errno.EDQUOT, "Disk quota exceeded")


def test_interruptible_hands_over_results_and_errors() -> None:
    seen: list[tuple[int, int]] = []

    def work(report):
        report(1, 2)
        return "done"

    assert interruptible(work, lambda *pair: seen.append(pair)) == "done"
    assert seen == [(1, 2)]
    with pytest.raises(ZeroDivisionError):
        interruptible(lambda report: 1 / 0, lambda *_: None)


def test_interruptible_ends_the_work_after_an_interruption() -> None:
    ended = threading.Event()

    def work(report):
        try:
            os.kill(os.getpid(), signal.SIGINT)
            while True:
                report(0, 0)
                time.sleep(0.01)
        finally:
            ended.set()

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            interruptible(work, lambda *_: None)
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended.wait(5)


def python(code: str, **kwargs) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=environment(kwargs.pop("env", None)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **kwargs,
    )


DEAF = """
    import hashlib
    from sim.cli.patience import interruptible
    from sim.cli.trouble import answered
    def work(report):
        print("working", flush=True)
        return hashlib.pbkdf2_hmac("sha256", b"x", b"y", 10**9)  # minutes of compiled code
    with answered():
        interruptible(work, lambda *_: None)
"""


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, Status.INTERRUPTED), (signal.SIGTERM, Status.TERMINATED)],
)
def test_a_signal_is_heard_while_compiled_code_runs(number: int, status: int) -> None:
    with python(DEAF) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"
        sent = time.monotonic()
        process.send_signal(number)
        _, err = process.communicate(timeout=20)
    assert process.returncode == status
    assert time.monotonic() - sent < 2
    assert len(err.strip().splitlines()) == 1
    assert "stopped" in err


def test_the_last_resort_shows_one_line_and_the_way_to_the_traceback() -> None:
    code = """
        from sim.cli.trouble import answered
        with answered():
            {}["missing"]
    """
    with python(code, env={"USERFIRST_TRACEBACK": None}) as process:
        _, err = process.communicate()
    assert process.returncode == 1
    assert len(err.splitlines()) == 1
    assert "KeyError" in err
    assert "USERFIRST_TRACEBACK=1" in err
    with python(code, env={"USERFIRST_TRACEBACK": "1"}) as process:
        _, err = process.communicate()
    assert "Traceback" in err


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    code = """
        from sim.cli.trouble import answered
        with answered():
            for line in range(100_000):
                print("a line of output")
    """
    read, write = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=environment(), stdout=write, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        os.close(write)
        os.read(read, 10)
        os.close(read)
        _, err = process.communicate(timeout=20)
    assert process.returncode == Status.BROKEN_PIPE
    assert err == ""
