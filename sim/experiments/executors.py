"""Where runs are made: this process, its threads, worker processes, or an executor from elsewhere.

Work goes out through ``concurrent.futures.Executor`` and nothing else.  Worker processes
get one executor each (a *lane*), so that the death of one breaks only its own lane.
Worker processes come from a fork server or are spawned, never forked from a process with
threads; they ignore Ctrl-C (the parent decides) and end when their parent is gone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

KINDS = ("processes", "threads")
ONE_THREAD = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def cores() -> int:
    """Processors this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


class InlineExecutor(Executor):
    """Runs what is submitted at once, in this thread; ``Stopped`` passes through to the caller."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call ``fn`` now and return its future, done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Lane:
    """An executor, how many chunks it works on at once, and how to begin again after a death.

    local: its work shares this process, so that a Python callable can ask it to stop.
    owned: made here, so ended here.
    """

    def __init__(
        self, make: Callable[[], Executor], capacity: int, *, local: bool, owned: bool = True
    ) -> None:
        self._make, self._owned = make, owned
        self.capacity, self.local = capacity, local
        self._begin()
        self.inline = isinstance(self.executor, InlineExecutor)
        self.room = 1 if self.inline else 2 * capacity  # chunks at work and waiting

    def _begin(self) -> None:
        self.executor = self._make()
        self._hello: Future[int] | None = None
        if isinstance(self.executor, ProcessPoolExecutor):
            with birth_conditions():
                self._hello = self.executor.submit(hello)  # starts the process

    def born(self) -> bool:
        """Whether the worker of this lane ever answered (executors without workers: always)."""
        hello = self._hello
        return hello is None or (hello.done() and hello.exception() is None)

    def restart(self) -> None:
        """Leave the broken executor and make another."""
        self.stop()
        self._begin()

    def stop(self) -> None:
        """Stop at once: kill worker processes; threads end at their next look at ``stop``."""
        pool = self.executor
        if not self._owned:
            return
        if isinstance(pool, ProcessPoolExecutor):
            # before Python 3.14 there is no public way to end the workers of a pool
            for process in list((getattr(pool, "_processes", None) or {}).values()):
                process.kill()
        pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End after the work at hand."""
        if self._owned:
            self.executor.shutdown(wait=True)


def open_lanes(kind: str, jobs: int, modules: tuple[str, ...], *, inline: bool) -> list[Lane]:
    """Lanes for ``jobs`` cores: inline, one lane of threads, or one lane a worker process.

    modules: what worker processes load before their first run.  Raises ValueError.
    """
    if kind not in KINDS:
        raise ValueError(f"executor must be one of {', '.join(KINDS)}, got {kind!r}")
    if inline:
        return [Lane(InlineExecutor, 1, local=True)]
    if kind == "threads":
        return [Lane(lambda: ThreadPoolExecutor(jobs, "run"), jobs, local=True)]
    context = _context(modules)
    return [Lane(lambda: _process(context), 1, local=False) for _ in range(jobs)]


def borrowed(executor: Executor, jobs: int) -> list[Lane]:
    """One lane over somebody else's executor (a cluster's), with ``jobs`` chunks at once."""
    return [Lane(lambda: executor, jobs, local=False, owned=False)]


def _context(modules: tuple[str, ...]) -> Any:
    """Fork server on Linux (modules are loaded once for all workers), spawn elsewhere."""
    import multiprocessing

    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(modules))
    return context


def _process(context: Any) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=context, initializer=settle_worker)


def hello() -> int:
    """The worker's process id: proof that it lives."""
    return os.getpid()


def settle_worker() -> None:
    """Make this process a worker: deaf to Ctrl-C, and gone when the parent is gone."""
    import multiprocessing
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_outlive_not, args=(parent,), daemon=True).start()


def _outlive_not(parent: Any) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def birth_conditions() -> Iterator[None]:
    """What children inherit: one thread for each library, Ctrl-C blocked until they ignore it."""
    import signal

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
