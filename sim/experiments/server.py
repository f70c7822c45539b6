"""The server from which worker processes are forked, and its end."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ONE_THREAD = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


_unwanted = threading.Event()  # whoever still waits for a server gives up


def server_wanted() -> bool:
    """Whether a worker that could not be born may be tried again."""
    return not _unwanted.is_set()


def want_server() -> None:
    """Workers are about to be asked for."""
    _unwanted.clear()


def end_server() -> None:
    """End the server that forks workers while it still loads what they need, and its newborn.

    Left alone they would go on for seconds after everybody else, and complain.
    """
    from multiprocessing import forkserver

    _unwanted.set()
    # the module has no public way to do so; the next sweep starts another
    server = getattr(forkserver, "_forkserver", None)
    if pid := getattr(server, "_forkserver_pid", None):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGSTOP)  # no more births while the children are counted
            for child in _children(pid):
                _kill(child)
        _kill(pid)


def _children(pid: int) -> list[int]:
    """Children of a process, where the system lists them."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for each in lists for child in each.read_text().split()]


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def birth_conditions() -> Iterator[None]:
    """What children inherit: one thread for each library, Ctrl-C blocked until they ignore it."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    mask = getattr(signal, "pthread_sigmask", None)
    old = mask(signal.SIG_BLOCK, {signal.SIGINT}) if mask else None
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        if mask and old is not None:
            mask(signal.SIG_SETMASK, old)
