"""Strategies that change their terms by what they measure or see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim.strategies import Decision, make
from tests.strategies.reviews import RIVAL, differs, seen


class TestImitator:
    def test_copies_what_is_visible_of_the_leader(self) -> None:
        current = make("imitator").enter()
        small = RIVAL._replace(share_users=0.4, price=0.1)
        decision = make("imitator").review(seen(current=current, rivals=(small, RIVAL)))
        assert differs(decision, current) == {"price", "openness", "ad_load", "plan", "term"}
        for name in ("price", "openness", "ad_load", "plan", "term"):
            assert getattr(decision, name) == getattr(RIVAL, name)

    def test_copies_nobody_when_alone_or_ahead(self) -> None:
        current = make("imitator").enter()
        assert make("imitator").review(seen(current=current)) == current
        behind = RIVAL._replace(share_users=0.29)
        ahead = seen(users=300, current=current, rivals=(behind,))
        assert make("imitator").review(ahead) == current

    def test_of_equals_the_older(self) -> None:
        young = RIVAL._replace(age=1, price=9.0)
        decision = make("imitator").review(seen(rivals=(young, RIVAL)))
        assert decision.price == RIVAL.price

    @pytest.mark.parametrize(
        "change",
        [{"price": 0.8}, {"openness": 0.5}, {"ad_load": 0.1}, {"plan": "sale"}, {"term": 4}],
    )
    def test_order_of_rivals_is_nothing(self, change: dict[str, Any]) -> None:
        other = RIVAL._replace(**change)
        one = make("imitator").review(seen(rivals=(other, RIVAL)))
        assert one == make("imitator").review(seen(rivals=(RIVAL, other)))


class TestHybrid:
    """Users first if PV / A_u > V_p / CAC: it compares the value won on both sides."""

    def review(self, **changes: Any) -> tuple[Decision, Decision]:
        hybrid = make("hybrid")
        entry = hybrid.enter()
        return entry, hybrid.review(seen(current=entry, **changes))

    def test_leans_to_users_when_they_bring_more_value(self) -> None:
        entry, decision = self.review(users_before=200, payers_before=100)
        assert decision.goal == pytest.approx(entry.goal + 0.1)
        assert decision.openness == pytest.approx(entry.openness + 0.08)
        assert decision.budget["media"] < entry.budget["media"]
        assert decision.budget["observe"] > entry.budget["observe"]

    def test_leans_to_payers_when_they_bring_more_value(self) -> None:
        entry, decision = self.review(users_before=250, payers_before=50)
        assert decision.goal == pytest.approx(entry.goal - 0.1)
        assert decision.openness == pytest.approx(entry.openness - 0.08)
        assert decision.budget["media"] > entry.budget["media"]

    def test_stays_when_nothing_was_won(self) -> None:
        entry, decision = self.review(users_before=320, payers_before=100)
        assert decision == entry

    def test_ends_at_the_poles(self) -> None:
        hybrid = make("hybrid")
        decision = hybrid.enter()
        for i in range(1, 12):
            decision = hybrid.review(seen(age=13 * i, current=decision, users_before=200))
        assert (decision.goal, decision.openness) == (1.0, pytest.approx(0.9))
        assert decision.budget == pytest.approx(
            {**make("user-first").enter().budget, "care": 0, "idle": 0}
        )

    def test_decides_by_the_weeks_that_passed(self) -> None:
        """A loss of payers over one quarter is churn; over ten years it is not."""
        from sim.strategies.objectives import value_of_payer

        lost = seen(payers_before=200)
        assert value_of_payer(lost, 13) < value_of_payer(lost, 520)
        hybrid = make("hybrid")
        assert [hybrid.weeks_since_review(seen(age=a)) for a in (26, 39, 39)] == [26, 13, 1]  # type: ignore[attr-defined]


class TestFlexible:
    """Its world here: value is what advertisers pay, set by hand."""

    def run(self, incomes: list[float], draw: tuple[float, ...], **options: Any) -> list[Decision]:
        flexible = make({"use": "flexible", **options})
        decided = [flexible.enter()]
        for i, income in enumerate(incomes):
            now = seen(
                age=13 * (i + 1), current=decided[-1], draw=draw,
                advertising=income, revenue=income + 0.02, gross_profit=income + 0.01,
            )  # fmt: skip
            decided.append(flexible.review(now))
        return decided

    PRICE_UP = (0.0, 0.0, 0.0, 0.0)

    def test_tries_one_thing(self) -> None:
        entry, first = self.run([0.01], self.PRICE_UP)
        assert differs(entry, first) == {"price"}
        assert first.price == pytest.approx(1.1)

    def test_repeats_what_worked(self) -> None:
        decided = self.run([0.01, 0.02, 0.03], self.PRICE_UP)
        assert [each.price for each in decided] == pytest.approx([1, 1.1, 1.21, 1.331])

    def test_takes_back_a_step_that_hurt_and_keeps_the_one_before(self) -> None:
        decided = self.run([0.01, 0.02, 0.015], self.PRICE_UP)
        assert [each.price for each in decided] == pytest.approx([1, 1.1, 1.21, 1.1])

    def test_measures_anew_before_the_next_trial(self) -> None:
        """After an undo it tries from where it stands, whatever was measured long ago."""
        decided = self.run([0.03, 0.01, 0.01, 0.02], self.PRICE_UP)
        assert [each.price for each in decided] == pytest.approx([1, 1.1, 1, 1.1, 1.21])

    def test_a_step_without_effect_is_not_kept(self) -> None:
        decided = self.run([0.01, 0.01], self.PRICE_UP)
        assert decided[-1] == decided[0]

    @pytest.mark.parametrize("place", range(7))
    @pytest.mark.parametrize("sign", [0.0, 0.9])
    def test_every_lever_can_move_both_ways_and_back(self, place: int, sign: float) -> None:
        draw = ((place + 0.5) / 7, sign, 0.0, 0.0)
        entry, tried, undone = self.run([0.01, 0.005], draw)
        name = ("price", "openness", "ad_load", "budget", "budget", "budget", "budget")[place]
        assert differs(entry, tried) == {name}
        assert undone == entry
        if name == "budget":
            lever = ("media", "build", "observe", "outreach")[place - 3]
            assert sum(tried.budget.values()) == pytest.approx(1)
            assert (tried.budget[lever] > entry.budget[lever]) == (sign < 0.5)
        else:
            assert (getattr(tried, name) > getattr(entry, name)) == (sign < 0.5)

    def test_turns_round_at_the_end_of_a_range(self) -> None:
        draw = (1.5 / 7, 0.0, 0.0, 0.0)  # openness, up
        decided = self.run([0.01 * i for i in range(1, 8)], draw)
        assert [e.openness for e in decided] == pytest.approx(
            [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 0.9, 0.8]
        )

    def test_step_is_an_option(self) -> None:
        assert self.run([0.01], self.PRICE_UP, step=0.3)[-1].price == pytest.approx(1.3)

    def test_undoing_gives_back_the_terms_the_scenario_set(self) -> None:
        flexible = make("flexible")
        set_by_scenario = replace(flexible.enter(), price=0.5, openness=0.2)
        tried = flexible.review(seen(current=set_by_scenario, draw=self.PRICE_UP))
        back = flexible.review(seen(age=39, current=tried, gross_profit=-1.0))
        assert tried.price == pytest.approx(0.55)
        assert back == set_by_scenario
