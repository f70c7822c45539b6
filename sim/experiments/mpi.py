"""Runs on the ranks of MPI: ``--executor mpi``, in a program that mpi4py has started.

    mpiexec -n 3 python -m mpi4py.futures -m sim sweep headline --executor mpi

Rank 0 plans, stores and shows; the others make runs.  Scenarios travel with the runs, so
the other ranks need this program (``pip install 'userfirst[mpi]'``) and no file of the study.
A rank that dies takes the whole program with it, as MPI has it: what was stored is kept,
and the same command goes on.  For the same reason a run can have no limit of seconds here.
"""

from __future__ import annotations

import signal
from concurrent.futures import Executor, Future
from typing import Any

from sim.experiments.cluster import check_same, code_digest, one_thread
from sim.experiments.errors import ExecutorError
from sim.experiments.executors import CLUSTER_SECONDS, Lane
from sim.experiments.worker import Outcome, work

HOW = "mpiexec -n 3 python -m mpi4py.futures -m sim sweep STUDY --executor mpi"


def check_start() -> None:
    """Raise ExecutorError unless mpi4py is here and has started this program on several ranks."""
    try:
        from mpi4py.futures import _core
    except ImportError:
        raise ExecutorError(
            "executor mpi needs a package that is not installed: pip install 'userfirst[mpi]'"
        ) from None
    except RuntimeError as error:  # mpi4py without a library of MPI
        raise ExecutorError(f"executor mpi finds no MPI: {str(error).splitlines()[0]}") from None
    # without its pool, mpi4py would start ranks by itself, which few systems allow
    if getattr(_core, "SharedPool", None) is None:
        raise ExecutorError(f"executor mpi needs a start by mpi4py: {HOW}")


def started() -> list[str]:
    """The words before a command's arguments that start it again on as many ranks."""
    from mpi4py import MPI

    ranks = MPI.COMM_WORLD.Get_size()
    return ["mpiexec", "-n", str(ranks), "python", "-m", "mpi4py.futures", "-m", "sim"]


def work_there(digest: str, *job: Any) -> list[Outcome]:
    """``worker.work`` on another rank; raises SweepError where its code differs from ours."""
    check_same(digest)
    one_thread()
    return work(*job)


def deaf() -> None:
    """Rank 0 decides about Ctrl-C, which a terminal sends to every rank."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class MpiLane(Lane):
    """The other ranks, ``jobs`` chunks at once (None: one for each rank); needs ``check_start``."""

    least = CLUSTER_SECONDS

    def __init__(self, jobs: int | None) -> None:
        super().__init__(_executor, jobs or 1, local=False)
        self.capacity = jobs or self.executor.num_workers  # type: ignore[attr-defined]

    def submit(self, *job: Any) -> Future[Any]:
        """Send a chunk out."""
        return self.executor.submit(work_there, code_digest(), *job)


def _executor() -> Executor:
    from mpi4py.futures import MPIPoolExecutor

    executor: Executor = MPIPoolExecutor(initializer=deaf, main=False)
    return executor
