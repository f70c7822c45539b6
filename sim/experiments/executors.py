"""Where runs are made: this process, its threads, worker processes, or an executor from elsewhere.

Work goes out through ``concurrent.futures.Executor`` and nothing else.  Worker processes
get one executor each (a *lane*), so that the death of one breaks only its own lane.
Worker processes come from a fork server or are spawned, never forked from a process with
threads; they ignore Ctrl-C (the parent decides) and end when their parent is gone.
Clusters are one lane: ``cluster.py`` (Dask) and ``mpi.py``, loaded when they are asked for.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

from sim.experiments.errors import ExecutorError, SweepError
from sim.experiments.server import birth_conditions, server_wanted
from sim.experiments.worker import work

KINDS = ("processes", "threads", "dask://HOST:PORT", "mpi")
NO_LIMIT = {"threads": "no thread can be ended", "mpi": "the end of a rank ends them all"}
BEAT_SECONDS = 0.2  # between two signs of life of a worker process
GRACE = 1.0  # seconds beyond the limit without a sign, until a worker is killed
BIRTH_SECONDS = 60.0  # that a worker may need to its first sign
STARTS = 3  # of a worker in vain, until the sweep is given up
BIRTHS = 20  # tries to have a worker forked, BIRTH_PAUSE apart
BIRTH_PAUSE = 0.1  # seconds
DASK = "dask://"
CLUSTER_SECONDS = 0.05  # work that is worth a message to a cluster


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
    owned: made here, so ended here.  least: seconds of work that a chunk should hold.
    """

    inline = False
    least = 0.0

    def __init__(
        self, make: Callable[[], Executor], capacity: int, *, local: bool, owned: bool = True
    ) -> None:
        self._make, self._owned = make, owned
        self.capacity, self.local = capacity, local
        self.executor = self._make()

    @property
    def room(self) -> int:
        """Chunks at work and waiting."""
        return 1 if self.inline else 2 * self.capacity

    def submit(self, *job: Any) -> Future[Any]:
        """Send a chunk out; ``job``: the arguments of ``worker.work``."""
        return self.executor.submit(work, *job)

    def look(self, limit: float) -> None:
        """Notice what no future tells: a worker that stands still, a cluster that is gone.

        limit: seconds a run may take, 0 for no limit.  Raises SweepError.
        """

    def born(self) -> bool:
        """Whether its worker ever answered; executors without workers of their own: always."""
        return True

    def restart(self) -> None:
        """Leave the broken executor and make another."""
        self.stop()
        self.executor = self._make()

    def stop(self) -> None:
        """Stop at once; threads end at their next look at ``stop``."""
        if self._owned:
            self.executor.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End after the work at hand."""
        if self._owned:
            self.executor.shutdown(wait=True)


class InlineLane(Lane):
    """This very thread."""

    inline = True

    def __init__(self) -> None:
        super().__init__(InlineExecutor, 1, local=True)


class ProcessLane(Lane):
    """One worker process, which gives signs of life.

    A run that takes more than its limit ends its process by itself.  A process that does not
    even do that, because it stands still as a whole, stops giving signs, and is killed from
    here when it has given none for longer than the limit.
    """

    def __init__(self, context: Any) -> None:
        self._beat = context.Value("d", 0.0, lock=False)  # time of the last sign
        super().__init__(lambda: _process(context, self._beat), 1, local=False)
        self._greet()

    def _greet(self) -> None:
        """Start the worker, anew if the server that forks them was killed a moment ago."""
        for tries_left in reversed(range(BIRTHS)):
            if not server_wanted():  # the sweep was stopped, and its server ended
                raise SweepError("worker processes are not wanted any more")
            self._beat.value = time.monotonic() + BIRTH_SECONDS
            try:
                with birth_conditions():
                    self._hello = self.executor.submit(hello)  # starts the process
            except (OSError, EOFError) as error:
                if not tries_left:
                    raise SweepError(f"worker processes do not start ({error})") from error
                time.sleep(BIRTH_PAUSE)  # until the system has noticed its death
                super().restart()
            else:
                return

    def look(self, limit: float) -> None:
        """Kill a worker that gives no sign of life."""
        if limit and time.monotonic() - self._beat.value > limit + GRACE:
            self._kill()

    def born(self) -> bool:
        """Whether the worker ever answered."""
        return self._hello.done() and self._hello.exception() is None

    def restart(self) -> None:
        """Make another worker in the place of the dead one."""
        super().restart()
        self._greet()

    def stop(self) -> None:
        """Kill the worker."""
        self._kill()
        super().stop()

    def _kill(self) -> None:
        # before Python 3.14 there is no public way to end the workers of a pool
        for process in list((getattr(self.executor, "_processes", None) or {}).values()):
            process.kill()


def open_lanes(
    kind: str | Executor, jobs: int | None, modules: tuple[str, ...], *, most: int, limit: float
) -> list[Lane]:
    """Lanes for ``jobs`` runs at once (None: as many as there are cores or workers).

    kind: one of ``KINDS``, or an executor.  modules: what worker processes load before their
    first run.  most: runs to make.  limit: seconds a run may take.  One run at a time without
    a limit needs no worker and is made in this thread.  Raises ExecutorError, SweepError.
    """
    check_kind(kind, limit)
    if isinstance(kind, Executor):
        return [Lane(lambda: kind, jobs or cores(), local=False, owned=False)]
    if kind.startswith(DASK):
        from sim.experiments.cluster import ClusterLane

        return [ClusterLane(kind, jobs)]
    if kind == "mpi":
        from sim.experiments.mpi import MpiLane

        return [MpiLane(jobs)]
    at_once = here(jobs, most)
    if at_once == 1 and not limit:
        return [InlineLane()]
    if kind == "threads":
        return [Lane(lambda: ThreadPoolExecutor(at_once, "run"), at_once, local=True)]
    context = _context(modules)
    return [ProcessLane(context) for _ in range(at_once)]


def stop_all(lanes: list[Lane]) -> None:
    """Stop every lane at once."""
    for lane in lanes:
        lane.stop()


def here(jobs: int | None, most: int) -> int:
    """Runs at once on this machine, of ``most`` to make; jobs None: as many as cores."""
    return max(1, min(jobs or cores(), most))


def is_here(kind: str | Executor) -> bool:
    """Whether runs of this kind take this machine's memory."""
    return kind in ("processes", "threads")


def check_kind(kind: str | Executor, limit: float = 0.0) -> None:
    """Raise ExecutorError for a name that is none, or that cannot do what is asked of it."""
    if isinstance(kind, Executor):
        if limit:
            raise ExecutorError("a limit of seconds needs worker processes of our own")
        return
    if kind.startswith(DASK):
        from sim.experiments.cluster import check_address

        check_address(kind)
    elif kind == "mpi":
        from sim.experiments.mpi import check_start

        check_start()
    elif kind not in KINDS:
        raise ExecutorError(f"executor must be one of {', '.join(KINDS)}, got {kind!r}")
    if limit and kind in NO_LIMIT:
        raise ExecutorError(
            f"a limit of seconds needs worker processes; {NO_LIMIT[kind]}, got executor {kind}"
        )


def _context(modules: tuple[str, ...]) -> Any:
    """Fork server on Linux (modules are loaded once for all workers), spawn elsewhere."""
    import multiprocessing

    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(modules))
    return context


def _process(context: Any, beat: Any) -> ProcessPoolExecutor:
    begin = (settle_worker, beat)
    return ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=begin)


def hello() -> int:
    """The worker's process id: proof that it lives."""
    return os.getpid()


def _begin(settle: Callable[[], None], beat: Any) -> None:
    settle()
    threading.Thread(target=_beat_on, args=(beat,), daemon=True).start()


def _beat_on(beat: Any) -> None:
    while True:
        beat.value = time.monotonic()  # a clock of the whole system
        time.sleep(BEAT_SECONDS)


def settle_worker() -> None:
    """Make this process a worker: deaf to Ctrl-C, and gone when the parent is gone."""
    import multiprocessing
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_outlive_not, args=(parent,), daemon=True).start()


def _outlive_not(parent: Any) -> None:
    parent.join()
    os._exit(1)
