"""Forks sweeps that strace then watches; a fork costs a tenth of a process that imports anew.

Each line of standard input is a JSON list: the arguments of ``sweep_alone`` and those of
strace.  For each, a sweep of the stand-in engine runs as a process of its own, held until
strace is attached; the answer is one line: JSON of [status, what it printed, what it complained].
A negative status is the signal that ended it; None with strace's own words means that strace
was not let in.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import subprocess
import sys
import tempfile
from typing import BinaryIO

import duckdb  # noqa: F401 - loaded once here, so that no fork has to

sys.modules["pyarrow"] = None  # type: ignore[assignment] # starts a thread, and is not needed
import pandas  # noqa: E402, F401

from sim.experiments import runner, writer  # noqa: E402
from tests.experiments import sweep_alone  # noqa: E402

PR_SET_PTRACER, ANY = 0x59616D61, ctypes.c_ulong(-1)


def child(arguments: list[str], go: int, said: BinaryIO, complained: BinaryIO) -> None:
    """Wait for the word, sweep, and end."""
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ANY, 0, 0, 0)  # where only parents may trace
    os.dup2(said.fileno(), 1)
    os.dup2(complained.fileno(), 2)
    os.read(go, 1)
    sys.argv[1:] = arguments
    # several commits, and a merge at the end, of a sweep of a dozen runs
    runner.BATCH_RUNS, writer.MERGE_FROM = 3, 3
    status = 70
    with contextlib.suppress(BaseException):
        try:
            status = sweep_alone.main()
        except BaseException:
            sys.excepthook(*sys.exc_info())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def attached(pid: int, options: list[str]) -> tuple[subprocess.Popen[str], str]:
    """strace on this process; and its complaint, if it was not let in."""
    strace = subprocess.Popen(
        ["strace", "-f", "-o", os.devnull, *options, "-p", str(pid)],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert strace.stderr is not None
    line = strace.stderr.readline()
    return strace, "" if f"Process {pid} attached" in line else line or "strace said nothing"


def answer(arguments: list[str], options: list[str]) -> tuple[int | None, str, str]:
    """What became of one sweep under strace."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        go, word = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(word)
            child(arguments, go, said, complained)
        os.close(go)
        strace, refused = attached(pid, options)
        if refused:
            os.kill(pid, 9)
        with contextlib.suppress(BrokenPipeError):  # it is gone already
            os.write(word, b"x")
        os.close(word)
        _, status = os.waitpid(pid, 0)
        strace.communicate()
        said.seek(0)
        complained.seek(0)
        texts = said.read().decode(), complained.read().decode()
    return (None, "", refused) if refused else (os.waitstatus_to_exitcode(status), *texts)


def main() -> None:
    """Answer until nobody asks any more."""
    assert len(os.listdir("/proc/self/task")) == 1, "a process with threads must not fork"
    for line in sys.stdin:
        print(json.dumps(answer(*json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
