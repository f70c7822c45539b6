"""The small market in which levers are pulled, what is read off it, and the verdict on a row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, MARKET_COUNTS, MARKET_LEVELS
from sim.market.model import simulate
from sim.market.result import FIRM_ROW, RunResult, firm_rows
from sim.scenario.schema import Scenario

SEEDS = (1, 2, 3, 4)  # the first four, whatever they say
COUNTS = {measure.name for measure in (*FIRM_COUNTS, *MARKET_COUNTS)}
OF_FIRMS = {measure.name for measure in (*FIRM_COUNTS, *FIRM_LEVELS)}
OF_MARKET = {measure.name for measure in (*MARKET_COUNTS, *MARKET_LEVELS)}
MEASURES = OF_FIRMS | OF_MARKET | set(FIRM_ROW)

# Firms, kinds of entrants and events go by name here; no two firms have the same strategy,
# as the draws of a firm depend on its place among those of its strategy.
BASE: dict[str, Any] = {
    "title": "Levers",
    "weeks": 40,
    "review": 8,
    "people": {"count": 400},
    "environment": {"reach": 0.7},
    "firms": {
        "Seller": {"strategy": "customer-centric", "start": {"aware": 0.5, "customers": 0.2}},
        "Opener": {"strategy": "user-first", "start": {"aware": 0.4}},
        "Club": {"strategy": "freemium", "start": {"aware": 0.4, "customers": 0.1}},
        "Turner": {"strategy": {"use": "late-adopter", "delay": 0.1}, "start": {"aware": 0.4}},
        "Doomed": {
            "strategy": "mass-media", "cash": 0.01,
            "start": {"aware": 0.5, "customers": 0.2}, "costs": {"fixed": 0.03},
        },
    },
    "entry": {
        "rate": 20, "limit": 1,
        "kinds": {"Late": {"strategy": "listener", "start": {"aware": 0.3, "customers": 0.2}}},
    },
    "events": {
        "slump": {"week": 10, "economy": {"shock": -1.0}},
        "party": {"week": 15, "window": {"situation": "social", "weeks": 8, "strength": 3}},
    },
}  # fmt: skip


class Lever(NamedTuple):
    """A row: what is changed, and what must answer.

    path: as ``explain.parameters`` writes it; to: the changed value; measure: a name of
    ``measures`` or ``FIRM_ROW``; way: "up", "down" (theory says so), or "moves"; of: the firm,
    kind or event that is changed, and the firm that is measured (else all of them together);
    given: changes of the base, for both runs.
    """

    path: str
    to: Any
    measure: str
    way: str
    of: str = ""
    given: Mapping[str, Any] = {}

    @property
    def key(self) -> str:
        """The place of the change in ``BASE``."""
        return self.path.replace("[]", f".{self.of}")

    @property
    def firm(self) -> str:
        """The group of the firms that are measured, empty for all of them."""
        return "" if self.path.startswith("events") else self.of


def changed(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a document with the values at some dotted keys replaced."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    for key, value in changes.items():
        *parents, last = key.split(".")
        block = copy
        for parent in parents:
            block = block.setdefault(parent, {})
        block[last] = value
    return copy


def plain_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document as a scenario file has it: firms, kinds and events in lists."""
    plain = changed(document, {})
    plain["firms"] = _named(plain["firms"])
    plain["entry"]["kinds"] = _named(plain["entry"]["kinds"])
    plain["events"] = list(plain["events"].values())
    return plain


def _named(groups: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, **group} for name, group in groups.items()]


def run(document: Mapping[str, Any], seed: int) -> RunResult:
    """One run; the seed goes in by the scenario, which a row may change."""
    return simulate(Scenario.model_validate(plain_of({"seed": seed, **document})))


@cache
def _run_of(text: str, seed: int) -> RunResult:
    return run(json.loads(text), seed)


def base_run(given: Mapping[str, Any], seed: int) -> RunResult:
    """The run of the base with some changes, kept for the rows that share it."""
    return _run_of(json.dumps(changed(BASE, given)), seed)


def reading(result: RunResult, measure: str, firm: str = "") -> float:
    """A run's value of a measure: mean over the weeks after the first row.

    firm: the group whose firms are read, empty for all; counts of firms are summed over
    them, levels and what ``FIRM_ROW`` says are averaged.
    """
    if measure in OF_MARKET:
        return float(np.mean(result.market_series[measure][1:]))
    columns = [f for f, fate in enumerate(result.firms) if firm in ("", fate.group)]
    if measure in OF_FIRMS:
        values = result.firm_series[measure][1:, columns]
        return float(np.mean(values.sum(axis=1) if measure in COUNTS else values.mean(axis=1)))
    rows = [row for row in firm_rows(result) if firm in ("", row["group"])]
    return float(np.mean([float(str(row[measure])) for row in rows]))


def changes_of(lever: Lever, seeds: tuple[int, ...] = SEEDS) -> list[float]:
    """By how much the measure answers, by seed, with the same draws before and after."""
    after = changed(changed(BASE, lever.given), {lever.key: lever.to})
    return [
        reading(run(after, seed), lever.measure, lever.firm)
        - reading(base_run(lever.given, seed), lever.measure, lever.firm)
        for seed in seeds
    ]


def verdict(way: str, changes: list[float]) -> str:
    """What is wrong with the answer of a lever, empty when nothing is."""
    mean = float(np.mean(changes))
    if all(change == 0 for change in changes):
        return "nothing moved"
    if way == "moves":
        return "" if all(changes) else f"not every seed moved: {changes}"
    if (mean > 0) if way == "up" else (mean < 0):
        return ""
    return f"should go {way}, went by {mean:g} on average: {changes}"
