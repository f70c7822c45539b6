"""What can go wrong with a sweep and its folder, each in one line."""

from __future__ import annotations


class StoreError(Exception):
    """A results folder cannot be read or written; ``status`` is the exit status."""

    status = 4


class StoreBusy(StoreError):  # noqa: N818 - it reads as what it says
    """Another sweep is writing to the same folder."""


class Incompatible(StoreError):  # noqa: N818 - it reads as what it says
    """The folder is sound, and holds what this sweep may not be added to."""


class SweepError(Exception):
    """A sweep cannot go on, although its folder is sound."""

    status = 1


class ExecutorError(SweepError, ValueError):
    """There is no such way to make runs, or it is not installed here."""

    status = 2


class TooLarge(SweepError):  # noqa: N818 - it reads as what it says
    """Runs need more memory than there is."""

    status = 2


class Interrupted(Exception):  # noqa: N818 - it reads as what it says
    """The sweep was stopped by a signal or a caller; what had arrived is stored.

    done, total: runs stored (failed ones included) and runs planned.
    resume: the command that continues.  signal: the signal's number, or 0.
    """

    def __init__(self, done: int, total: int, *, resume: str = "", signal: int = 0) -> None:
        self.done, self.total, self.resume, self.signal = done, total, resume, signal
        self.status = 128 + (signal or 2)
        again = f"; continue with: {resume}" if resume else ""
        super().__init__(f"stopped, {done:,} of {total:,} runs are stored{again}")
