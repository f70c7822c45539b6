"""How to make the runs of a plan, and how far it is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from sim.experiments.worker import Simulate, engine


@dataclass(frozen=True)
class Progress:
    """Where a sweep stands.  seconds_left: from the runs made so far; None before the first."""

    done: int  # stored, failed ones included
    total: int
    failed: int
    rate: float  # runs a second
    seconds_left: float | None


@dataclass(frozen=True)
class Ways:
    """How to make the runs; nothing here changes a result.

    jobs: runs at once (None: every core, or every thread of a cluster's workers).
    executor: one of ``executors.KINDS``, or an Executor (used, and left running).
    stop: asked often; True ends the sweep as Ctrl-C does.
    limit: seconds that a run may take, 0 for no limit; its worker process ends with it, so
    threads and MPI have none, and neither has somebody's Executor.
    failed: make runs that FAILED before again.  resume: the command that continues.
    """

    jobs: int | None = None
    executor: str | Executor = "processes"
    simulate: Simulate = engine
    progress: Callable[[Progress], None] | None = None
    stop: Callable[[], bool] | None = None
    limit: float = 0.0
    failed: bool = False
    resume: str = ""
