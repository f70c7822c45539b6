"""A small sweep of the engine itself, and one digest of everything it leaves behind.

``python -m mpi4py.futures -m tests.experiments.tiny_market FOLDER mpi`` sweeps on MPI's ranks.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.experiments.design import plan
from sim.experiments.runner import run_plan
from sim.experiments.store import open_store
from sim.experiments.ways import Ways
from sim.experiments.worker import Keep
from sim.experiments.writer import Plan
from sim.market.result import RunResult
from sim.scenario.schema import Scenario
from tests.experiments.fakes import result, small, treatments


def market_plan(people: int = 500, weeks: int = 26, replicates: int = 4) -> Plan:
    """Two treatments of a market of two firms, by default eight runs of 500 people."""
    scenario = small(weeks=weeks)
    crowd = scenario.people.model_copy(update={"count": people})
    varied = treatments(scenario.model_copy(update={"people": crowd}), (0.0, 2.0))
    runs = tuple(plan(varied, replicates, 1))
    return Plan("Tiny", 1, (), Keep(), varied, runs, {})


def shuffled(plan: Plan, seed: int = 3) -> Plan:
    """The plan with its runs in another order."""
    runs = list(plan.runs)
    random.Random(seed).shuffle(runs)
    assert tuple(runs) != plan.runs
    return replace(plan, runs=tuple(runs))


def everything(folder: Path) -> str:
    """SHA-256 of all rows of the ledger ordered by key, and of all stored series."""
    with open_store(folder) as store:
        stored, failed, planned = store.counts()
        assert (stored, failed) == (planned, 0), store.run_table().error.tolist()
        h = hashlib.sha256(store.digest().encode())
        for frame in (store.series(), store.market()):
            h.update(frame.to_csv(index=False).encode())
    return h.hexdigest()


def swept(folder: Path, of: Plan | None = None, **ways: Any) -> str:
    """Sweep, and the digest of everything."""
    run_plan(folder, of or market_plan(), Ways(**ways))
    return everything(folder)


def stands_still_once(
    scenario: Scenario, *, seed: int, progress: Callable[[int, int], None] | None
) -> RunResult:
    """The stand-in, of which the first run stops its whole process (story: ``mark=FOLDER``)."""
    mark = Path(dict(word.split("=", 1) for word in scenario.story.split())["mark"]) / "stopped"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGSTOP)
    return result(scenario, seed)


def on_one_thread(
    scenario: Scenario, *, seed: int, progress: Callable[[int, int], None] | None
) -> RunResult:
    """The stand-in, which fails where numba would use more than one thread."""
    import numba

    assert numba.get_num_threads() == 1
    return result(scenario, seed)


if __name__ == "__main__":
    run_plan(Path(sys.argv[1]), market_plan(), Ways(executor=sys.argv[2]))
