"""Runs on a Dask cluster: ``--executor dask://HOST:PORT``, the address of its scheduler.

Chunks of runs go to the cluster's workers with their scenarios in them, so a worker needs
this program (``pip install 'userfirst[dask]'``, the same version) and no file of the study:

    dask scheduler                                   # on one machine
    dask worker HOST:8786 --nworkers=-1 --nthreads 1     # on each, a process for each core
    userfirst sweep headline --executor dask://HOST:8786

What a worker's death costs: Dask by itself gives a lost task to the next worker, and so on,
until four are dead.  A chunk therefore notes at its start, on the scheduler, that it has
begun; a second start ends at once, and its runs go out again one by one, alone.

A limit on a run's seconds ends the worker process that is over it, as in local worker
processes; Dask's nanny starts another.  What cannot be had: a worker started with
``--no-nanny`` stays away, and a machine that stands still as a whole (stopped, unplugged)
is missed only when the scheduler misses its heartbeat (``distributed.scheduler.worker-ttl``,
five minutes).  Ctrl-C cancels what was sent and leaves the cluster alive; a run at work
there ends at its next review.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sim.experiments.errors import ExecutorError, SweepError
from sim.experiments.executors import CLUSTER_SECONDS, Lane
from sim.experiments.worker import Outcome, Stop, work

CONNECT_SECONDS = 8.0  # until a scheduler has to answer
WORKERS_SECONDS = 10.0  # until its first worker has to be there
GONE_SECONDS = 60.0  # without any worker, until the sweep is given up
LOOK_SECONDS = 2.0  # between two looks at the cluster
DECIDES = ("scenario", "strategies", "market", "experiments/worker.py")  # code behind results


def dask() -> Any:
    """Dask's package of clusters, loaded when one is asked for."""
    return import_module("distributed")


class WorkerDied(Exception):  # noqa: N818 - it reads as what it says
    """A worker went away with a chunk."""


def check_address(text: str) -> str:
    """``tcp://HOST:PORT`` of ``dask://HOST:PORT``, once Dask is here; raises ExecutorError."""
    try:
        parts = urlsplit(text)
        good = bool(parts.hostname and parts.port) and parts.path in ("", "/") and not parts.query
    except ValueError:  # a port beyond 65535
        good = False
    if not good:
        raise ExecutorError(f"a Dask scheduler is named dask://HOST:PORT, got {text!r}")
    try:
        dask()
    except ImportError:
        raise ExecutorError(
            "executor dask needs a package that is not installed: pip install 'userfirst[dask]'"
        ) from None
    return f"tcp://{parts.netloc}"


@cache
def code_digest() -> str:
    """Twelve hexadecimal digits of SHA-256 of all code that decides what a run gives."""
    top, h = Path(__file__).resolve().parents[1], hashlib.sha256()
    for place in (top / name for name in DECIDES):
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            h.update(path.relative_to(top).as_posix().encode() + b"\0" + path.read_bytes())
    return h.hexdigest()[:12]


def check_same(digest: str) -> None:
    """Raise SweepError where other code would make runs under the names of ours."""
    if code_digest() != digest:
        from sim import __version__

        raise SweepError(
            f"a worker has another version of userfirst ({__version__}, code {code_digest()}; "
            f"here {digest}): install the same everywhere"
        )


def work_there(digest: str, token: str, *job: Any) -> list[Outcome]:
    """``worker.work`` on a worker of the cluster: once under this token, and with our code.

    Raises WorkerDied where the token was taken before, SweepError where the code differs.
    """
    check_same(digest)
    one_thread()
    begun = dask().Event(token)
    if begun.is_set():
        begun.clear()
        raise WorkerDied("the worker that had it left the cluster")
    begun.set()
    simulate, chunk, keep, _, limit = job
    try:
        return work(simulate, chunk, keep, _unwanted(), limit)
    finally:
        begun.clear()


def one_thread() -> None:
    """A run uses one core: its worker has others for other runs."""
    import numba

    numba.set_num_threads(1)


def _unwanted() -> Stop:
    """Whether the chunk at work in this thread was cancelled, as its worker knows it."""
    worker = dask().get_worker()
    key = worker.get_current_task()

    def stop() -> bool:
        task = worker.state.tasks.get(key)
        return task is None or task.state == "cancelled"

    return stop


async def _greet(address: str) -> None:
    """Shake hands with a scheduler; a client that cannot would take long to give itself up."""
    connecting = import_module("distributed.core").connect(address, timeout=CONNECT_SECONDS)
    comm = await asyncio.wait_for(connecting, CONNECT_SECONDS + 1)  # the whole of the handshake
    await comm.close()


def _waited(future: Future[Any]) -> Future[Any]:
    wait([future], CONNECT_SECONDS)
    return future


class ClusterLane(Lane):
    """A cluster's scheduler: ``jobs`` chunks at once (None: one for each thread of its workers).

    Raises ExecutorError when it does not answer or has no workers, SweepError when its
    workers cannot run this program.
    """

    least = CLUSTER_SECONDS

    def __init__(self, name: str, jobs: int | None) -> None:
        self._address, self._name, self._jobs = check_address(name), name, jobs
        self._token, self._sent = secrets.token_hex(8), 0
        self._client = self._connect()
        self._asked: Future[Any] | None = None
        try:
            self._check_workers()
            threads = self._answer(_waited(self._ask()))
            super().__init__(self._executor, jobs or threads or 1, local=False)
        except BaseException:
            self.close()
            raise
        self._looked = self._seen = time.monotonic()

    def _connect(self) -> Any:
        # its own lines about lost connections would stand beside the one that we say
        for speaker in ("distributed", "tornado.application"):
            logging.getLogger(speaker).setLevel(logging.CRITICAL)
        try:
            with ThreadPoolExecutor(1) as own:  # the caller's thread may have a loop of its own
                own.submit(asyncio.run, _greet(self._address)).result()
            return dask().Client(self._address, timeout=CONNECT_SECONDS, set_as_default=False)
        except Exception as error:  # whatever listens there says: it need not be Dask
            raise ExecutorError(f"no Dask scheduler answers at {self._name}") from error

    def _check_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=WORKERS_SECONDS)
        except TimeoutError as error:
            raise ExecutorError(f"the cluster at {self._name} has no workers") from error
        answers = self._client.run(check_same, code_digest(), on_error="return")
        for place, answer in answers.items():
            if isinstance(answer, SweepError):
                raise SweepError(f"{place}: {answer}")
            if isinstance(answer, BaseException):
                said = f"{type(answer).__name__}: {answer}"
                raise SweepError(f"worker {place} cannot run userfirst ({said}); install it there")

    def _executor(self) -> Executor:
        executor: Executor = self._client.get_executor(pure=False)  # the same call is another try
        return executor

    def submit(self, *job: Any) -> Future[Any]:
        """Send a chunk out, under a token of its own."""
        self._sent += 1
        token = f"userfirst-{self._token}-{self._sent}"
        return self.executor.submit(work_there, code_digest(), token, *job)

    def look(self, limit: float) -> None:
        """Follow the number of workers; raises SweepError when cluster or workers are gone."""
        now = time.monotonic()
        if self._client.status != "running":
            raise SweepError(f"the cluster at {self._name} is gone")
        if self._asked is None:
            if now - self._looked >= LOOK_SECONDS:
                self._looked, self._asked = now, self._ask()
        elif self._asked.done():
            threads = self._answer(self._asked)
            self._asked = None
            if threads:
                self._seen, self.capacity = now, self._jobs or threads
        if now - self._seen > GONE_SECONDS:
            raise SweepError(f"all workers of the cluster at {self._name} are gone")

    def _ask(self) -> Future[Any]:
        """Ask the scheduler for its workers' threads without waiting for the answer."""
        client = self._client
        asking = client.scheduler.ncores(workers=None)
        return asyncio.run_coroutine_threadsafe(asking, client.loop.asyncio_loop)

    def _answer(self, asked: Future[Any]) -> int:
        """Threads of all workers, 0 when the scheduler did not say."""
        return 0 if asked.exception() is not None else sum(asked.result().values())

    def stop(self) -> None:
        """Leave the cluster, which forgets what it was sent, and lives on."""
        self.close()

    def close(self) -> None:
        """Leave the cluster, alive."""
        with suppress(Exception):  # it may be gone
            self._client.close(timeout=1)
