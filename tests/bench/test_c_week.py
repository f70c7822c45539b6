"""The week in C and the engine's, on the same people: the same state and tallies, bit for bit."""

from __future__ import annotations

import shutil
from typing import Any

import numpy as np
import pytest

from sim.market import tallies
from sim.market.measures import FIRM_COUNTS, index
from sim.market.model import MarketModel
from sim.market.people import PARTNER
from sim.scenario.schema import Scenario
from tests.bench.c_week import EXACT, MUTABLE, CWeek
from tests.bench.markets import market

pytestmark = pytest.mark.skipif(
    shutil.which("gcc") is None, reason="gcc is not installed: the week in C cannot be checked"
)
WEEKS = (1, 2, 15, 28, 40, 58, 66)  # after reviews, purchases, releases and closings
POOR = 0.2  # cash with which some firms close before the last of these weeks


def lived(firms: int, **terms: Any) -> Scenario:
    """The benchmark's market, small; terms: what its firms have otherwise."""
    tree = market(3_000, max(WEEKS), firms).model_dump(exclude_unset=True)
    groups = [{**group, **terms} for group in tree["firms"]]
    return Scenario.model_validate({**tree, "firms": groups})


def moved(before: Any, chosen: Any, model: MarketModel) -> Any:
    """Norm references (2, X, P + 1) after choices ``chosen``: ODD 7.6, pseudo-count 1/2."""
    alive = [bool(int(model.place.alive[0]) >> f & 1) for f in range(before.shape[2] - 1)] + [True]
    total = chosen.sum(axis=2, keepdims=True)
    share = (chosen + 0.5) / (total + 0.5 * sum(alive))
    update = model.firm_rules.norm_update
    after = (1.0 - update) * before + update * share
    return np.where(alive & (total > 0), after, before)


def compare(model: MarketModel, week: int) -> None:
    """Lives a week in both, and compares all that it leaves."""
    model.advance(week - 1 - model.week)
    mine = CWeek(model, EXACT)
    before = model.place.reference.copy()
    model.advance(1)
    mine.run(week, 1)
    for name in MUTABLE:
        ours, theirs = getattr(mine.people, name), getattr(model.people, name)
        np.testing.assert_array_equal(ours, theirs, f"{name} after week {week}")
    tally, n, firms = mine.tally, model.firm_records.size, model.firm_records
    market_row = model.record.market_counts[week]
    np.testing.assert_array_equal(tally.market[0, : market_row.size], market_row)
    counts = tally.firm[0, :, :n]
    counts[tallies.T_PARTNERS] = tally.role_users[0, :n, PARTNER]
    alive = model.record.counts[week - 1, :, index(FIRM_COUNTS)["alive"]] == 1
    recorded = model.record.counts[week, alive, 1 : 2 + tallies.T_NEW_AWARE]
    np.testing.assert_array_equal(counts[: 1 + tallies.T_NEW_AWARE, alive].T, recorded)
    for name, row in (("told_broken", tallies.T_TOLD_BROKEN), ("kept", tallies.T_KEPT)):
        np.testing.assert_array_equal(counts[row], firms[name])
    for name, kept in (("needs_paid", tally.needs[0, 0]), ("needs", tally.needs[0, 1]),
                       ("role_users", tally.role_users[0])):  # fmt: skip
        np.testing.assert_array_equal(kept[:n], firms[name])
    np.testing.assert_array_equal(tally.media_told[0], model.place.media_told)
    after = moved(before, tally.reference[0], model)
    np.testing.assert_allclose(model.place.reference, after, rtol=1e-12)


@pytest.mark.parametrize("firms", [8, 40])
def test_c_lives_the_same_week(firms: int) -> None:
    model = MarketModel(lived(firms))
    for week in WEEKS:
        compare(model, week)
    assert model.people.aware.max() >> (firms - 1) == 1, "people know the last firm"


def test_c_lives_the_same_week_after_firms_have_closed() -> None:
    model = MarketModel(lived(8, cash=POOR))
    for week in WEEKS:
        compare(model, week)
    found = model.record.market_counts[list(WEEKS), tallies.X_FOUND_CLOSED]
    assert found.sum() > 0, "nobody found a firm closed in the weeks compared"


def test_c_lives_the_same_week_with_subscriptions() -> None:
    model = MarketModel(lived(8, offer={"plan": "subscription"}))
    for week in WEEKS:
        compare(model, week)
    assert np.all(model.shelf["subscription"][0] == 1)


def test_a_week_with_more_in_it_is_refused() -> None:
    tree = market(300, 5).model_dump(exclude_unset=True)
    tree["people"]["links"] = {"mixing": "complete"}
    model = MarketModel(Scenario.model_validate(tree))
    model.advance(1)
    with pytest.raises(ValueError, match="leaves out"):
        CWeek(model, EXACT).run(2, 1)
