"""People and firms as they stand at chosen weeks of a run: copies to draw or to count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.market.measures import FIRM_COUNTS, index

if TYPE_CHECKING:
    from sim.market.model import MarketModel
    from sim.market.result import RunResult
    from sim.scenario.schema import Scenario

# from far to near: of several stages, one a firm, the nearest is the person's stage
STAGES = ("stranger", "aware", "lapsed", "user", "customer", "fan")
STRANGER, AWARE, LAPSED, USER, CUSTOMER, FAN = range(len(STAGES))
NO_FIRM = -1

Bytes = NDArray[np.uint8]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Snapshot:
    """The market at the end of a week; N people, S firms in the order of the scenario's file.

    used: firm that a person used or bought from last, ``NO_FIRM`` for none (the firm may have
    left since, until the person finds it closed).  stages: stage of each person towards each
    firm, a place in ``STAGES``.  users, cash: as recorded in the week; cash in cents.  block and
    links stay as they are all through a run, so its snapshots share them.
    """

    week: int
    firms: tuple[str, ...]
    strategies: tuple[str, ...]
    alive: NDArray[np.bool_]  # (S,)
    users: Whole  # (S,)
    cash: Whole  # (S,)
    block: Bytes  # (N,)
    links: NDArray[np.uint32]  # (N, D): people one listens to; D is 0 under complete mixing
    used: Whole  # (N,)
    stages: Bytes  # (S, N)

    @property
    def stage(self) -> Bytes:
        """The nearest stage of each person towards any firm, (N,)."""
        return np.asarray(self.stages.max(axis=0))


class Watched(NamedTuple):
    """A run, and its people at the weeks asked for."""

    snapshots: list[Snapshot]
    result: RunResult


def watch(
    scenario: Scenario,
    weeks: Sequence[int],
    *,
    seed: int | None = None,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Watched:
    """Runs a scenario to its end and copies its people at ``weeks`` on the way.

    weeks: increasing, from 0 (the start) to the scenario's length; where one looks changes no
    result. seed, threads, progress: as of ``simulate``. Raises ValueError for other weeks, and
    what ``simulate`` raises.
    """
    from sim.market.model import MarketModel

    wanted = list(weeks)
    if wanted != sorted(set(wanted)) or not all(0 <= week <= scenario.weeks for week in wanted):
        raise ValueError(f"weeks must increase from 0 to {scenario.weeks} at most, got {wanted}")
    model = MarketModel(scenario, seed=seed, threads=threads)
    found = []
    for week in wanted:
        _go_on(model, week, progress)
        found.append(_copy(model))
    _go_on(model, scenario.weeks, progress)
    return Watched(found, model.result())


def snapshots(scenario: Scenario, seed: int, weeks: Sequence[int]) -> list[Snapshot]:
    """People at ``weeks`` of a run; see ``watch``, which gives the run's result too."""
    return watch(scenario, weeks, seed=seed).snapshots


def _go_on(model: MarketModel, week: int, progress: Callable[[int, int], None] | None) -> None:
    """Runs on to the end of ``week``, telling of progress at least every quarter."""
    while model.week < week:
        model.advance(min(week - model.week, model.scenario.review))
        if progress is not None:
            progress(model.week, model.scenario.weeks)


def _copy(model: MarketModel) -> Snapshot:
    """The model as it stands, firms put into the order of the file."""
    order = np.argsort([slot.place for slot in model.slots], kind="stable")
    place_of = np.full(256, NO_FIRM, np.int64)
    place_of[order] = np.arange(order.size)
    slots = [model.slots[f] for f in order]
    counts, column = model.record.counts[model.week, order], index(FIRM_COUNTS)
    return Snapshot(
        week=model.week,
        firms=tuple(slot.name for slot in slots),
        strategies=tuple(slot.strategy for slot in slots),
        alive=counts[:, column["alive"]] == 1,
        users=counts[:, column["n_users"]],
        cash=counts[:, column["cash_cents"]],
        block=model.people.block,
        links=model.people.links,
        used=place_of[model.people.last],
        stages=np.stack([stages_towards(model, int(f)) for f in order]),
    )


def stages_towards(model: MarketModel, f: int) -> Bytes:
    """Stage of everybody towards the firm in slot f at the end of the last week, (N,).

    The readable form of ``stages.count_stages``; the later of the lines below wins.
    """
    p, rules, bit = model.people, model.rules, np.uint64(1) << np.uint64(f)
    knows = (p.aware & bit) != 0
    lives = bool(model.place.alive[0] & bit)
    engagement, trust = p.engagement[f], p.trust[f]
    stage = np.full(p.aware.shape[0], STRANGER, np.uint8)
    stage[knows] = AWARE
    stage[knows & ((p.ever & bit) != 0)] = LAPSED
    stage[knows & (engagement >= rules.user)] = USER
    stage[(p.supplier == f) & (model.week < p.until) & lives] = CUSTOMER
    stage[knows & (engagement >= rules.fan) & (trust >= rules.fan_trust)] = FAN
    return stage
