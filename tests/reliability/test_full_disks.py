"""Row 3: a disk that is full, broken or over quota costs one line, and nothing that was stored.

Three ways to be refused: any call that writes fails, at strace's word; a real file system is
full and is made larger later; a file may not grow.  Each time the next sweep completes.
"""

from __future__ import annotations

import os
import resource
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from itertools import chain, count
from pathlib import Path

import pytest

from sim.experiments.runner import run_plan
from sim.experiments.store import open_store
from sim.experiments.verify import verify
from sim.experiments.ways import Ways
from tests.conftest import ROOT, environment
from tests.experiments.fakes import simulate, small_plan
from tests.reliability.commands import begin, end, sweep_command, write_study
from tests.reliability.scale import FULL
from tests.reliability.traced import REPLICATES, Ended, Tracer, without

ERRORS = {
    "ENOSPC": ("No space left on device", "full"),
    "EIO": ("Input/output error", "disk I/O error"),
    "EDQUOT": ("Disk quota exceeded", "full"),
}
CALLS = ("pwrite64", "fdatasync", "fsync", "rename", "unlink", "ftruncate")
RESUME = "; continue with: userfirst sweep small\n"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Digest of the table that the sweep makes when nothing refuses it."""
    folder = tmp_path_factory.mktemp("whole") / "s"
    run_plan(folder, small_plan(replicates=REPLICATES), Ways(1, simulate=simulate))
    return digest_of(folder)


def digest_of(folder: Path) -> str:
    with open_store(folder) as store:
        return store.digest()


FEW = [("pwrite64", "ENOSPC", [90]), ("fsync", "EIO", [7]), ("rename", "EDQUOT", [2])]


def every(call: str, place: int) -> Iterable[int]:
    """Which calls fail: the first and, for each error, others; with USERFIRST_FULL every one."""
    apart = 25 if call == "pwrite64" else 4
    others = count(1 + (place + 1) * apart, len(ERRORS) * apart)
    return count(1) if FULL else chain([1], others)


MANY = [
    pytest.param(call, error, every(call, place), marks=pytest.mark.slow, id=f"{call}-{error}")
    for call in CALLS
    for place, error in enumerate(ERRORS)
]


@pytest.mark.parametrize(("call", "error", "moments"), [*FEW, *MANY])
def test_a_call_that_fails_is_one_line_and_the_sweep_goes_on_later(
    tmp_path: Path,
    tracer: Tracer,
    whole: str,
    call: str,
    error: str,
    moments: Iterable[int],
) -> None:
    n_refused = 0
    for k in moments:
        statuses = [
            refused_once(tmp_path / "s", tracer, call, f"error={error}:when={k}{lasting}", whole)
            for lasting in ("", "+")  # this one call, or all from here on
        ]
        n_refused += statuses.count(4)
        if k > 20 and 4 not in statuses:
            break
    assert n_refused > 0 or call == "ftruncate", f"the sweep never came to a {call}"


def refused_once(folder: Path, tracer: Tracer, call: str, effect: str, whole: str) -> int:
    """Sweep with this fault, then without; returns the status of the first."""
    without(folder)
    ended = tracer.sweep(folder, call, effect)
    assert_told(ended, folder)
    if ended.status == 0:
        assert digest_of(folder) == whole, (call, effect, "it said that all went well")
    run_plan(folder, small_plan(replicates=REPLICATES), Ways(1, simulate=simulate))
    assert verify(folder) == [], (call, effect)
    assert digest_of(folder) == whole, (call, effect)
    return ended.status


def assert_told(ended: Ended, folder: Path) -> None:
    """One line that names the place and the command to continue, status 4; or all is well."""
    assert ended.status in (0, 4), ended
    if ended.status == 4:
        assert ended.complaint.count("\n") == 1, ended.complaint
        assert str(folder) in ended.complaint
        assert ended.complaint.endswith(RESUME), ended.complaint
    else:
        assert ended.complaint == ""


FULL_DISK = """
set -e
mount -t tmpfs -o size=4m none {disk}
head -c {ballast} /dev/zero > {disk}/ballast
set +e
{sweep} > /dev/null; echo status $?
set -e
mount -o remount,size=64m {disk}
{sweep} > /dev/null; echo status $?
cp -r {disk}/s {copy}
umount {disk}
"""


def own_mounts() -> list[str]:
    """A command that runs another where it may mount a disk of its own; or skip."""
    tried = [["unshare", "--map-root-user", "--mount"], ["unshare", "--mount"]]
    with_disk = "mount -t tmpfs -o size=1m none /mnt"
    for command in tried if shutil.which("unshare") else []:
        done = subprocess.run([*command, "sh", "-c", with_disk], capture_output=True, check=False)
        if done.returncode == 0:
            return command
    pytest.skip("this system lets nobody mount a small disk (needs unshare, or root)")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Digest of the table of the longer sweep on a disk with room."""
    folder = tmp_path_factory.mktemp("undisturbed") / "s"
    run_plan(folder, small_plan(replicates=60), Ways(1, simulate=simulate))
    return digest_of(folder)


# bytes that are left of 4 MiB: not enough to begin, to plan, for the first series, to go on
@pytest.mark.parametrize(
    "left", [150_000, *(pytest.param(n, marks=pytest.mark.slow) for n in (0, 9_000, 60_000,
             100_000, 120_000, 250_000, 350_000, 450_000))],
)  # fmt: skip
def test_a_disk_that_is_really_full_is_one_line_and_more_room_is_enough(
    tmp_path: Path, undisturbed: str, left: int
) -> None:
    alone = own_mounts()
    disk, copy = tmp_path / "disk", tmp_path / "copy"
    disk.mkdir()
    words = [sys.executable, "-m", "tests.experiments.sweep_alone"]
    sweep = shlex.join([*words, str(disk / "s"), "", "60", "1", "processes"])
    ballast = 4 * 1024 * 1024 - left
    script = FULL_DISK.format(disk=disk, sweep=sweep, ballast=ballast, copy=copy)
    done = subprocess.run(
        [*alone, "sh", "-c", script], env=environment(), cwd=ROOT, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["status", "4", "status", "0"], (done.stdout, done.stderr)
    assert done.stderr.count("\n") == 1, done.stderr
    assert str(disk / "s") in done.stderr
    assert any(said in done.stderr for said in ERRORS["ENOSPC"]), done.stderr
    assert verify(copy) == []
    assert digest_of(copy) == undisturbed


def begin_with_small_files(arguments: list[str], **env: str) -> tuple[int, str]:
    """Exit status of a command whose files may not outgrow 100 kB, and what it said."""

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    process = begin(arguments, preexec_fn=small_files, env=env)
    try:
        _, said = process.communicate(timeout=240)
    finally:
        end(process)
    return process.returncode, said


@pytest.mark.slow
@pytest.mark.parametrize("command", ["warm", "run", "sweep"])
def test_compiled_code_that_cannot_be_kept_is_one_line(tmp_path: Path, command: str) -> None:
    kept = tmp_path / "kernels"
    arguments = {
        "warm": ["warm"],
        "run": ["run", "users-not-customers", "--people", "50", "--out", str(tmp_path / "out")],
        "sweep": sweep_command(write_study(tmp_path, 1), tmp_path / "out", 1),
    }[command]
    status, said = begin_with_small_files(arguments, NUMBA_CACHE_DIR=str(kept))
    assert status == 4, said
    _, line = said.splitlines()  # the first says that it compiles
    assert line.startswith(f"cannot keep the compiled model in {kept}")
    assert "File too large" in line
    assert "NUMBA_CACHE_DIR" in line


@pytest.mark.slow
def test_the_command_it_prints_completes_the_sweep(tmp_path: Path) -> None:
    """A file may not outgrow 100 kB: the ledger does, in the middle of the sweep."""
    compiled = begin(["warm"])  # or its code would be what outgrows
    assert compiled.wait(timeout=600) == 0
    study = write_study(tmp_path, 30)
    status, said = begin_with_small_files(sweep_command(study, tmp_path / "out", 1))
    assert status == 4, said
    *_, last = said.splitlines()
    assert "Traceback" not in said
    complaint, _, command = last.partition("; continue with: ")
    assert str(tmp_path / "out" / "tiny") in complaint
    with open_store(tmp_path / "out" / "tiny") as store:
        assert store.counts()[0] < 60
    program, *arguments = shlex.split(command)
    assert program == "userfirst"
    again = begin(arguments)
    try:
        said, complaints = again.communicate(timeout=240)
    finally:
        end(again)
    assert again.returncode == 0, complaints
    assert "alive at the end" in said
    with open_store(tmp_path / "out" / "tiny") as store:
        assert store.counts() == (60, 0, 60)
        assert store.verify() == []
    assert os.listdir(tmp_path / "out" / "tiny" / "figures")
