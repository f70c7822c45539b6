"""What a firm does with what its strategy answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.market.firm import StrategyFault
from sim.market.model import MarketModel, simulate
from sim.scenario.schema import Scenario
from sim.strategies import REGISTRY, Decision, Seen, Strategy
from sim.strategies.base import LEVERS

REVIEW = 13  # weeks
MEDIA, BUILD = LEVERS.index("media"), LEVERS.index("build")


def model_with(strategy: Strategy) -> MarketModel:
    """A market of one firm that has this strategy from its first review on."""
    model = MarketModel(Scenario.model_validate({
        "title": "t", "weeks": 60, "review": REVIEW, "people": {"count": 200},
        "firms": [{"name": "A", "strategy": "customer-centric", "cash": 900}],
    }))  # fmt: skip
    (firm,) = model.firms
    firm.strategy = strategy
    firm.takes(replace(firm.decision, budget={"media": 1.0}, focus=[1.0] * 6))  # type: ignore[arg-type]
    return model


class Keeps(Strategy):
    """Answers the very decision it was given, changed in place by ``change``."""

    def change(self, seen: Seen) -> None:
        """Nothing."""

    def review(self, seen: Seen) -> Decision:
        self.change(seen)
        return seen.current


def test_who_leaves_all_as_it_is_goes_on_as_before() -> None:
    model = model_with(Keeps())
    before = model.firm_records["budget"].copy(), model.firms[0].decision
    model.advance(REVIEW + 1)
    assert np.array_equal(model.firm_records["budget"], before[0])
    assert model.firms[0].decision is before[1]


def test_who_never_reviews_fares_as_who_leaves_all_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The one is not even asked; their goods are promised, built and sold alike."""
    scenario = Scenario.model_validate({
        "title": "t", "weeks": 60, "review": REVIEW, "people": {"count": 200},
        "firms": [{"name": "A", "strategy": "customer-centric"},
                  {"name": "B", "strategy": "user-first"}],
    })  # fmt: skip
    silent = simulate(scenario)
    asked: list[int] = []

    def review(_: Strategy, seen: Seen) -> Decision:
        asked.append(seen.week)
        return seen.current

    for name in ("customer-centric", "user-first"):
        monkeypatch.setattr(REGISTRY[name], "review", review)
    assert simulate(scenario).digest == silent.digest
    assert asked == [week for week in (14, 27, 40, 53) for _ in scenario.firms]


def test_a_review_that_one_firm_was_given_is_asked_for() -> None:
    """On the object, where its class has none."""
    model, weeks = model_with(Strategy()), list[int]()

    def review(seen: Seen) -> Decision:
        weeks.append(seen.week)
        return replace(seen.current, price=2.5)

    model.firms[0].strategy.review = review  # type: ignore[method-assign]
    model.advance(REVIEW + 1)
    assert weeks == [REVIEW + 1]
    assert model.firm_records["price"].tolist() == [2.5]


def test_its_promise_follows_what_it_has_built() -> None:
    model = model_with(Keeps())
    model.advance(REVIEW)
    model.firm_records["quality"][:] *= 0.5
    model.advance(1)
    (row,) = model.firm_records
    assert row["promise"] == pytest.approx(
        (1 + row["inflation"]) * row["belief"] @ model.firm_records["quality"][0], rel=0.05
    )


def test_a_decision_changed_in_place_counts() -> None:
    class Moves(Keeps):
        def change(self, seen: Seen) -> None:
            budget, focus = seen.current.budget, seen.current.focus
            budget["media"], budget["build"] = 0.25, 0.75
            focus[0] = 3.0  # type: ignore[index]

    model = model_with(Moves())
    model.advance(REVIEW + 1)
    (row,) = model.firm_records
    assert (row["budget"][MEDIA], row["budget"][BUILD]) == (0.25, 0.75)
    assert row["focus"][0] == 3.0


def test_a_decision_spoilt_in_place_is_refused() -> None:
    class Spoils(Keeps):
        def change(self, seen: Seen) -> None:
            seen.current.budget["media"] = float("nan")

    with pytest.raises(StrategyFault, match=r"firm 'A' .*, week 14: budget.media must be finite"):
        model_with(Spoils()).advance(REVIEW + 1)
