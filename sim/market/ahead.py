"""The model compiled from its end, by a process beside the one that compiles it from its start.

numba compiles what the weeks call one function after the other, in the order of the week, and
keeps each on disk: whoever comes to a function second finds it there.  So a process that begins
with the end of the week takes a third off the wait.  Nothing depends on it.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from numba import typeof
from numba.core.compiler import run_frontend
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target
from numba.core.typed_passes import type_inference_stage

from sim.market import week
from sim.market.advance import N_LINES, close_week
from sim.market.kernels import cache_folder
from sim.market.model import MarketModel
from sim.market.tallies import BUYING, USING
from sim.scenario.resolve import load
from sim.scenario.schema import Scenario

ANY = "from-scratch"  # every scenario runs through the same compiled code
LAST_OF_START = "advance.record_firm-*.nbi"  # index of the last kernel that a model's start needs
LONGEST_WAIT = 120.0  # seconds
Call = tuple[Any, tuple[Any, ...]]  # a compiled function and what it is called with


def sample() -> Scenario:
    """A run that needs all of the compiled code: few people, for two weeks."""
    scenario = load(ANY)
    few = scenario.people.model_copy(update={"count": 50})
    return scenario.model_copy(update={"people": few, "weeks": 2})


def end_of_week(model: MarketModel) -> Call:
    """What follows the people's part of a week."""
    tally, record = model.tally, model.record
    return close_week, (
        np.int64(0), model.firm_records, model.shelf, model.place, model.firm_rules,
        model.rules.users_are, tally.firm[0], tally.needs[0], tally.needs_of[0],
        tally.needs_voted[0], tally.role_users[0], tally.media_told[0], tally.reference[0],
        np.zeros(N_LINES, np.int64), record.counts[0], record.levels[0], *model.key,
    )  # fmt: skip


def parts(model: MarketModel) -> Iterator[Call]:
    """The parts of the people's week, the last first."""
    i, (k0, k1) = np.int64(0), model.key
    p, place, rules, desk, tally = (
        model.people, model.place, model.rules, model.desks[0], model.tally,
    )  # fmt: skip
    shelf, alpha = model.shelf[0], place.alpha[0]
    counts, market, chosen = tally.firm[0], tally.market[0], tally.reference[0]
    yield week.shop, (
        i, i, i, alpha, shelf, p, place, rules, desk, k0, k1, counts, chosen[BUYING], market,
    )  # fmt: skip
    yield week.use, (i, i, i, shelf, p, place, rules, desk, counts, tally, i)
    yield week.meet, (i, i, i, alpha, shelf, p, place, rules, desk, chosen[USING], market)
    yield week.find_oneself, (i, i, i, i, shelf, p, place, rules, desk, market)
    yield week.hear, (i, i, i, i, shelf, p, place, rules, desk, k0, k1, counts)


def compile_callees(function: Any, types: tuple[Any, ...]) -> None:
    """Compiles what a function calls by inferring its types; it is itself put into its caller."""
    with global_compiler_lock:
        type_inference_stage(
            cpu_target.typing_context, cpu_target.target_context, run_frontend(function.py_func),
            types, None,
        )  # fmt: skip


def main() -> None:
    """Waits until a model can start, then compiles part by part, while the parent lives."""
    gc.disable()  # a compiler's objects live to its end
    parent, until = os.getppid(), time.monotonic() + LONGEST_WAIT
    while next(cache_folder().rglob(LAST_OF_START), None) is None:
        if os.getppid() != parent or time.monotonic() > until:
            return
        time.sleep(0.05)
    model = MarketModel(sample())
    function, arguments = end_of_week(model)
    function.compile(tuple(typeof(argument) for argument in arguments))
    for function, arguments in parts(model):
        if os.getppid() != parent:
            return
        compile_callees(function, tuple(typeof(argument) for argument in arguments))


if __name__ == "__main__":
    main()
