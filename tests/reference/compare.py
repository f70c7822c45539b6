"""The twin beside the engine: the same start, and the first number that differs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.market.measures import (
    FIRM_COUNTS,
    FIRM_LEVELS,
    MARKET_COUNTS,
    MARKET_LEVELS,
)
from sim.market.model import MarketModel
from sim.market.people import shares_of
from sim.market.result import RunResult
from sim.scenario.schema import Scenario
from tests.reference.twin import Twin

UNIT = 2.0**-16  # trust and surplus are sums of whole units, each rounded on its own
FIXED_POINT = ("trust", "surplus")
EXACT = frozenset(measure.name for measure in (*FIRM_COUNTS, *MARKET_COUNTS))
LEVELS = frozenset(measure.name for measure in (*FIRM_LEVELS, *MARKET_LEVELS))
PLAIN = (
    "block", "region", "role", "nativeness", "taste", "reach_rank", "links", "last", "supplier",
    "until", "bought", "satisfaction", "uncertainty",
)  # fmt: skip


class Difference(NamedTuple):
    """One number on which engine and twin disagree; firm is -1 for the market."""

    week: int
    measure: str
    firm: int
    engine: float
    twin: float


class Comparison(NamedTuple):
    """What a comparison found; ``weeks`` is how many weeks agree in every measure."""

    twin: Twin
    engine: MarketModel
    result: RunResult
    differences: list[Difference]
    weeks: int


def bits(words: Any, n_firms: int) -> Any:
    """A bit a firm as booleans (N, F)."""
    places = np.arange(n_firms, dtype=np.uint64)
    return (words[:, None] >> places & np.uint64(1)).astype(bool)


class Watched(MarketModel):
    """The engine, noting the state of people at week 0 and whom an entrant starts with."""

    def _enter_due(self, week: int) -> None:
        people = self.people
        n_firms = len(self.slots)
        before = bits(people.aware, n_firms)
        super()._enter_due(week)
        if week == 0:
            self.start = self.state() | {"firms": self.firm_starts(), "entries": {}}
            return
        aware = bits(people.aware, n_firms) & ~before
        coming = [f for f, slot in enumerate(self.slots) if slot.enters == week]
        self.start["entries"][week] = [
            (f, aware[:, f], (people.supplier == f).copy(), people.until.copy()) for f in coming
        ]

    def state(self) -> dict[str, Any]:
        """People as the twin takes them."""
        people, n_firms = self.people, len(self.slots)
        return {name: getattr(people, name).copy() for name in PLAIN} | {
            "need": shares_of(people.need).transpose(1, 0, 2).copy(),
            "salience_w": people.salience.T.copy(),
            "trust": people.trust[:n_firms].T.copy(),
            "engagement": people.engagement[:n_firms].T.copy(),
            "aware": bits(people.aware, n_firms),
            "ever": bits(people.ever, n_firms),
        }

    def firm_starts(self) -> list[dict[str, Any]]:
        """Firms as the twin takes them."""
        return [self.firm_start(f) for f in range(len(self.slots))]

    def firm_start(self, f: int) -> dict[str, Any]:
        """One firm before its first week."""
        firm, slot = self.firms[f], self.firms[f].slot
        named = {"name": slot.name, "uid": slot.uid, "file_index": slot.place}
        if slot.known is None:  # the twin finds out by itself what it becomes
            return {**named, "entered": slot.enters, "strategy": None}
        firm.enter()  # its terms of entry, also when it enters later
        n_people = self.scenario.people.count
        return {
            **named, "strategy": slot.group.strategy, "entered": slot.enters,
            "quality": self.firm_records["quality"][f].tolist(),
            "position": float(self.firm_records["position"][f]),
            "cash": int(np.floor(100.0 * slot.group.cash * n_people + 0.5)),
            "decision": firm.decision, "engagement": slot.group.start.engagement,
            "costs": slot.group.costs, "funding": slot.group.funding,
            "channels": slot.group.channels, "items": slot.group.items,
            "carrier": int(self.firm_records["carrier"][f]),
        }  # fmt: skip


def differences(twin: Twin, result: RunResult) -> list[Difference]:
    """Every number that differs, in the order of weeks."""
    found: list[Difference] = []
    mine = twin.record.firm_series() | twin.record.market_series()
    for name, theirs in (result.firm_series | result.market_series).items():
        ours = mine[name]
        if name in EXACT:
            same = ours == theirs
        else:
            slack = 1.1 * UNIT if name in FIXED_POINT else 2e-6
            same = np.isclose(ours, theirs, rtol=2e-5, atol=slack)
        for place in np.argwhere(~same):
            week, firm = (int(place[0]), int(place[1])) if len(place) == 2 else (int(place[0]), -1)
            at = tuple(place)
            found.append(Difference(week, name, firm, float(theirs[at]), float(ours[at])))
    assert set(mine) == EXACT | LEVELS
    return sorted(found, key=lambda d: (d.week, d.firm, d.measure))


def compare(scenario: Scenario, seed: int) -> Comparison:
    """Run both from one start."""
    engine = Watched(scenario, seed=seed)
    engine.run()
    twin = Twin(scenario, engine.start, seed=seed).run()
    result = engine.result()
    found = differences(twin, result)
    weeks = found[0].week - 1 if found else scenario.weeks
    return Comparison(twin, engine, result, found, weeks)
