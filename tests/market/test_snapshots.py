"""Snapshots are the run itself: their counts are its measures, week by week, to the person."""

from __future__ import annotations

import numpy as np
import pytest

from sim.market import stages as kernel
from sim.market.model import MarketModel, simulate
from sim.market.snapshots import (
    AWARE,
    CUSTOMER,
    FAN,
    LAPSED,
    NO_FIRM,
    STAGES,
    STRANGER,
    USER,
    snapshots,
    watch,
)
from tests.market.scenes import bare, eventful, firm, rivalry

TOWARDS = ("n_stranger", "n_aware", "n_lapsed", "n_using", "n_customer", "n_fan")
NEAREST = ("m_stranger", "m_aware", "m_lapsed", "m_user", "m_customer", "m_fan")
WEEKS = (0, 1, 9, 10, 11, 20, 47, 78)


@pytest.mark.parametrize("scenario", [eventful(), rivalry(people={"count": 700})])
def test_counts_of_snapshots_are_the_measures_of_the_run(scenario) -> None:
    result = simulate(scenario, seed=5)
    found = snapshots(scenario, 5, WEEKS)
    assert [one.week for one in found] == list(WEEKS)
    for one in found:
        assert one.firms == tuple(fate.name for fate in result.firms)
        assert one.strategies == tuple(fate.strategy for fate in result.firms)
        for place, name in enumerate(TOWARDS):
            counted = (one.stages == place).sum(axis=1)
            np.testing.assert_array_equal(counted, result.firm_series[name][one.week], name)
        for place, name in enumerate(NEAREST):
            assert (one.stage == place).sum() == result.market_series[name][one.week], name
        for own, name in ((one.users, "n_users"), (one.cash, "cash_cents"), (one.alive, "alive")):
            np.testing.assert_array_equal(own, result.firm_series[name][one.week], name)


def test_the_scene_shows_every_stage_and_firms_that_die_and_enter() -> None:
    found = snapshots(eventful(), 5, WEEKS)
    assert {int(stage) for one in found for stage in np.unique(one.stage)} >= {
        STRANGER, AWARE, USER, CUSTOMER, FAN, LAPSED,
    }  # fmt: skip
    alive = np.array([one.alive for one in found])
    assert (np.diff(alive.astype(int), axis=0) == -1).any()
    assert (np.diff(alive.astype(int), axis=0) == 1).any()


def test_looking_changes_nothing() -> None:
    scenario = eventful()
    told: list[tuple[int, int]] = []
    seen = watch(scenario, (3, 17), seed=5, progress=lambda *at: told.append(at))
    assert seen.result.digest == simulate(scenario, seed=5).digest
    assert told[-1] == (scenario.weeks, scenario.weeks)
    assert watch(scenario, (), seed=6).result.digest != seen.result.digest


def test_the_firm_used_last_is_told_in_the_order_of_the_file() -> None:
    # Nobody forgets, everybody uses somebody every week and nobody buys: the users of week 1
    # are those who used last. Slots go by strategy, so the file's order is another one.
    scenario = bare(firm("Z", "user-first"), firm("A", "customer-centric"), weeks=1)
    start, end = snapshots(scenario, 3, (0, 1))
    uses = simulate(scenario, seed=3).firm_series["n_uses"][1]
    assert [slot.name for slot in MarketModel(scenario).slots] == ["A", "Z"]
    assert end.firms == ("Z", "A")
    assert (start.used == NO_FIRM).all()
    assert uses.sum() == 1000
    assert list(np.bincount(end.used, minlength=2)) == list(uses)
    assert (end.stages[end.used, np.arange(1000)] == USER).all()


def test_a_snapshot_stays_as_the_run_goes_on() -> None:
    scenario = rivalry(people={"count": 200})
    first, last = snapshots(scenario, 1, (0, 60))
    (again,) = snapshots(scenario, 1, (0,))
    for name in ("stages", "used", "block", "links", "users", "cash", "alive"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    for name in ("stages", "used", "users", "cash"):
        assert not np.array_equal(getattr(first, name), getattr(last, name)), name
    with pytest.raises(AttributeError):
        first.week = 3  # type: ignore[misc]


def test_ranks_of_stages_are_those_of_the_kernel() -> None:
    assert [name.upper() for name in STAGES] == [
        name for name in ("STRANGER", "AWARE", "LAPSED", "USER", "CUSTOMER", "FAN")
        if getattr(kernel, name) == STAGES.index(name.lower())
    ]  # fmt: skip


@pytest.mark.parametrize("weeks", [(-1,), (79,), (3, 3), (5, 2)])
def test_weeks_that_do_not_increase_within_the_run_are_refused(weeks) -> None:
    with pytest.raises(ValueError, match="weeks must increase from 0 to 78"):
        snapshots(eventful(), 1, weeks)
