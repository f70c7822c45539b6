"""The name given to an exit: its rules at their thresholds, and in markets that call for each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.market.causes import OF_PEAK, OF_PEOPLE, SERVED, WEEKS, cause_of_exit
from sim.market.measures import CAUSES
from sim.market.model import simulate
from sim.market.result import firm_rows
from sim.scenario.read import load

PEOPLE, EXIT = 1000, 100


def caused(service: float = 1.0, engaged: float = 400, before: float = 500, **other: Any) -> str:
    """The cause for a firm with these means over its last weeks, and ``before`` until then."""
    week = np.arange(121)
    late = (week > EXIT - WEEKS) & (week <= EXIT)
    served = np.where(late, service, np.where(week < EXIT, 1.0, 0.0))
    users = np.where(late, engaged, np.where(week < EXIT, before, 0)).astype(np.int64)
    asked = {"people": PEOPLE, "entered": 0, "exited": EXIT, **other}
    return cause_of_exit(served, users, **asked)


def test_who_lives_has_no_cause_of_exit() -> None:
    assert caused(exited=-1) == "alive"
    assert set(CAUSES) == {"alive", "insolvent", "starved", "capacity", "merged"}


def test_each_rule_turns_at_its_threshold() -> None:
    assert caused() == "insolvent"
    assert caused(service=SERVED + 0.001) == "insolvent"
    assert caused(service=SERVED - 0.001) == "capacity"
    assert caused(engaged=OF_PEAK * 500) == "insolvent"
    assert caused(engaged=OF_PEAK * 500 - 1) == "starved"
    assert caused(engaged=OF_PEOPLE * PEOPLE, before=20) == "insolvent"
    assert caused(engaged=OF_PEOPLE * PEOPLE - 1, before=20) == "starved"


def test_people_turned_away_come_before_people_lost() -> None:
    assert caused(service=0.5, engaged=0) == "capacity"


def test_only_its_own_last_half_year_counts() -> None:
    service, users = np.ones(121), np.full(121, 400)
    service[: EXIT - WEEKS + 1] = 0.0  # before the window
    service[EXIT + 1 :] = 0.0  # after the exit
    assert cause_of_exit(service, users, PEOPLE, 0, EXIT) == "insolvent"
    service[EXIT - WEEKS + 1 :] = SERVED - 0.01
    assert cause_of_exit(service, users, PEOPLE, 0, EXIT) == "capacity"
    # a firm that entered late has no window before its entry, and no peak there either
    users[:90] = 1000
    assert cause_of_exit(np.ones(121), np.where(users == 1000, 1000, 30), PEOPLE, 90, EXIT) == (
        "insolvent"
    )


def test_week_zero_is_a_start_not_a_week_lived() -> None:
    assert cause_of_exit(np.array([1.0, 0.8]), np.array([50, 50]), PEOPLE, 0, 1) == "capacity"


def causes_of(name: str, changes: list[str]) -> dict[str, set[str]]:
    """Causes of exit by strategy, over two small runs of a scenario that comes along."""
    found: dict[str, set[str]] = {}
    for seed in (0, 1):
        for row in firm_rows(simulate(load(name, ["people.count=500", *changes]), seed=seed)):
            if row["cause"] != "alive":
                found.setdefault(str(row["strategy"]), set()).add(str(row["cause"]))
    return found


@pytest.mark.parametrize(
    ("scenario", "changes", "strategy", "causes"),
    [
        # free users are many, stay to the end, are served, and do not pay for it
        ("users-not-customers", [], "user-first", {"insolvent"}),
        # nobody wants an offer that is only called user-first; one firm's cash ends before its time
        ("placebo", [], "placebo", {"starved", "insolvent"}),
        # capacity that starts at nothing and follows demand only after five years
        (
            "users-not-customers",
            ["market.capacity.start=0.001", "market.capacity.weeks=260"],
            "user-first",
            {"capacity"},
        ),
    ],
)
def test_every_cause_happens_where_a_market_calls_for_it(
    scenario: str, changes: list[str], strategy: str, causes: set[str]
) -> None:
    assert causes_of(scenario, changes)[strategy] == causes


def test_the_cause_is_part_of_what_a_run_is_known_by() -> None:
    result = simulate(load("placebo", ["people.count=200"]), seed=0)
    out = next(f for f, fate in enumerate(result.firms) if fate.exited >= 0)
    other = next(c for c in CAUSES if c != result.firms[out].cause)
    firms = list(result.firms)
    firms[out] = replace(firms[out], cause=other)
    assert replace(result, firms=tuple(firms)).digest != result.digest
