"""One sweep at a time for a folder: a lock that the system itself lets go."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.experiments.errors import StoreBusy, StoreError

LOCK = ".lock"
MOMENTS = 50  # of 10 ms: a holder that has just begun writes its name within them


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system lets it go when this process ends in whatever way."""
    handle = _acquire(folder)
    try:
        yield
    finally:
        os.close(handle)


def _acquire(folder: Path) -> int:
    import fcntl

    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(f"cannot write to {folder}: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
    except BlockingIOError:
        pid = _holder(handle)
        os.close(handle)
        raise StoreBusy(f"another sweep is writing to {folder} (process {pid})") from None
    except OSError as error:
        os.close(handle)
        raise StoreError(f"cannot write to {folder}: {error.strerror}") from error
    return handle


def _holder(handle: int) -> str:
    """The process that holds the lock, as it wrote there."""
    for _ in range(MOMENTS):
        if pid := os.pread(handle, 40, 0).decode().strip():
            return pid
        time.sleep(0.01)
    return "unknown"
