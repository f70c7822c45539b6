"""What went wrong, in one line each, and the exit status that says so."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from types import FrameType

SHOW_TRACEBACK = "USERFIRST_TRACEBACK"
ABANDONED = "abandoned work"  # name of a thread that nobody waits for any more
# What the operating system says when nothing can be stored: space, permission, place, medium.
_CANNOT_STORE = frozenset(
    (
        errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES,
        errno.EPERM, errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG,
    )
)  # fmt: skip


class Status(IntEnum):
    """Exit status of the command."""

    OK = 0
    UNEXPECTED = 1
    FAULTS = 2  # in what was given: a file, a value, an option
    RUNS_FAILED = 3
    CANNOT_STORE = 4
    INTERRUPTED = 130  # Ctrl-C
    BROKEN_PIPE = 141  # the reader of our output went away
    TERMINATED = 143


class Refused(Exception):  # noqa: N818 - it reads as what it says
    """A mistake that the person can mend, said in their words, with its exit status."""

    def __init__(self, message: str, status: Status = Status.FAULTS) -> None:
        super().__init__(message)
        self.status = status


class Terminated(KeyboardInterrupt):
    """SIGTERM: handled like Ctrl-C, so that whatever runs can close its files."""


def reason(error: OSError) -> str:
    """What the operating system said, with the file it said it of."""
    where = f"{error.filename}: " if error.filename is not None else ""
    return f"{where}{error.strerror or error}"


@contextmanager
def storing(
    folder: Path, what: str = "write", advice: str = "name another folder with --out"
) -> Iterator[None]:
    """Turn whatever the operating system refuses inside into one line about ``folder``.

    what: cannot be done to it; advice: what a person can do then.
    """
    try:
        yield
    except OSError as error:
        raise Refused(
            f"cannot {what} {folder} ({reason(error)}); {advice}", Status.CANNOT_STORE
        ) from error


def check_writable(folder: Path) -> None:
    """Refuse a folder that cannot be written before any time is spent on computing for it.

    Creates the folder; raises ``Refused`` with status CANNOT_STORE.
    """
    with storing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".write-{os.getpid()}"
        probe.touch()
        probe.unlink()


def status_of(error: BaseException) -> Status | None:
    """The exit status that an error of another room carries, if it is one of ours."""
    said = getattr(error, "status", None)
    return Status(said) if isinstance(said, int) and said in set(Status) else None


def faults_of(error: BaseException) -> tuple[object, ...]:
    """The located faults that an error carries; none when it is of another kind."""
    found = getattr(error, "faults", ())
    return tuple(found) if isinstance(found, Sequence) and not isinstance(found, str) else ()


def count(n: int, noun: str) -> str:
    """``1 fault``, ``3 faults``."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def fault_lines(faults: Sequence[object]) -> list[str]:
    """One line a fault, and one that counts them."""
    files = {getattr(fault, "file", "") for fault in faults}
    total = f"{count(len(faults), 'fault')} in {count(len(files), 'file')}"
    return [*(str(fault) for fault in faults), total]


def explain(error: BaseException) -> tuple[Status, list[str]]:
    """Exit status and lines for standard error; never a traceback."""
    if isinstance(error, Terminated):
        return Status.TERMINATED, ["stopped from outside; what was stored is kept"]
    if isinstance(error, KeyboardInterrupt):
        said = str(error) or "stopped; what was stored is kept"
        return Status.INTERRUPTED, [said]
    if (status := status_of(error)) is not None:
        return status, [str(error)]
    if faults := faults_of(error):
        return Status.FAULTS, fault_lines(faults)
    if isinstance(error, MemoryError):
        return Status.UNEXPECTED, ["not enough memory; try fewer --people or fewer --jobs"]
    if isinstance(error, OSError) and error.errno in _CANNOT_STORE:
        return Status.CANNOT_STORE, [f"cannot write: {reason(error)}"]
    told = " ".join(str(error).split()) or "no message"
    hint = f"set {SHOW_TRACEBACK}=1 to see where"
    return Status.UNEXPECTED, [f"unexpected {type(error).__name__}: {told} ({hint})"]


def _on_sigterm(_number: int, _frame: FrameType | None) -> None:
    raise Terminated


@contextmanager
def answered() -> Iterator[None]:
    """Leave with an exit status and clear lines whatever happens inside."""
    before = signal.signal(signal.SIGTERM, _on_sigterm)
    try:
        yield
    except BrokenPipeError:
        # Whoever read our output has left; say nothing, and let no flush at exit complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        leave(Status.BROKEN_PIPE)
    except (Exception, KeyboardInterrupt) as error:
        if os.environ.get(SHOW_TRACEBACK):
            traceback.print_exc()
        status, lines = explain(error)
        print("\n".join(lines), file=sys.stderr)
        leave(status)
    finally:
        signal.signal(signal.SIGTERM, before)


def leave(status: Status) -> None:
    """Exit with a status; at once where abandoned work is still inside code that hears nothing."""
    if any(thread.name == ABANDONED for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    raise SystemExit(int(status))
