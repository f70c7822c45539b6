"""Campaigns, searching and mixes of behaviours: what each option changes, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.schema import NEEDS
from sim.strategies import Decision, make
from sim.strategies.terms import normalised
from tests.strategies.reviews import differs, seen

USUAL = make("user-first").enter()
ENDS = [(104, False), (105, True), (130, True), (131, False)]


def reviewed(week: int, gross: float = 0.0, **options: Any) -> Decision:
    campaigner = make({"use": "campaigner", "start": 105, "weeks": 26, **options})
    now = seen(week=week, age=week, gross_profit=gross, current=campaigner.enter())
    return campaigner.review(now)


class TestCampaigner:
    def test_enters_and_stays_as_user_first_outside_its_weeks(self) -> None:
        assert make("campaigner").enter() == USUAL
        assert not differs(reviewed(1), USUAL)

    @pytest.mark.parametrize(("week", "runs"), ENDS)
    def test_runs_from_its_first_week_to_its_last(self, week: int, runs: bool) -> None:
        assert differs(reviewed(week), USUAL) == ({"burn", "budget"} if runs else set())

    @pytest.mark.parametrize("lever", ["media", "build", "outreach"])
    @pytest.mark.parametrize("gross", [-0.01, 0.0, 0.02])
    def test_the_extra_goes_to_its_lever_and_takes_from_none(
        self, lever: str, gross: float
    ) -> None:
        """Money of the week: burn and what is reinvested, as the engine splits it."""
        push = reviewed(105, gross, on=lever, extra=0.004)
        more = USUAL.reinvest * max(gross, 0)
        with_it = {k: (push.burn + more) * w for k, w in normalised(push.budget).items()}
        without = {k: (USUAL.burn + more) * w for k, w in normalised(USUAL.budget).items()}
        for name, money in without.items():
            assert with_it[name] == pytest.approx(money + (0.004 if name == lever else 0)), name

    def test_polish_is_a_campaign_of_building_what_is_needed_least(self) -> None:
        beliefs = (0.3, 0.2, 0.22, 0.1, 0.13, 0.05)
        campaigner = make({"use": "campaigner", "on": "polish", "extra": 0.003})
        now = seen(week=110, gross_profit=0.0, beliefs=beliefs, current=campaigner.enter())
        polished = campaigner.review(now)
        assert polished.focus is not None
        # half of what it builds is extra, and that half is aimed as the doorknob polisher aims
        upside_down = (0.05, 0.13, 0.1, 0.22, 0.2, 0.3)
        half = [(b + u) / 2 for b, u in zip(beliefs, upside_down, strict=True)]
        assert polished.focus == pytest.approx(half)
        assert polished.budget == reviewed(110, on="build", extra=0.003).budget
        back = campaigner.review(seen(week=140, current=polished))
        assert not differs(back, USUAL)

    def test_nothing_extra_is_user_first_throughout(self) -> None:
        same = reviewed(110, extra=0)
        assert normalised(same.budget) == pytest.approx(normalised(USUAL.budget))
        assert differs(same, USUAL) <= {"budget"}


class TestSearcher:
    def test_looks_with_what_it_does_not_build_with(self) -> None:
        keen = make({"use": "searcher", "observe": 0.4}).enter()
        assert keen.budget["observe"] == 0.4
        assert keen.budget["build"] == pytest.approx(0.25)
        assert differs(keen, USUAL) == {"budget"}
        blind = make({"use": "searcher", "observe": 0}).enter()
        assert (blind.budget["observe"], blind.budget["media"]) == (0, USUAL.budget["media"])

    def test_with_user_firsts_share_it_is_user_first(self) -> None:
        twin = make({"use": "searcher", "observe": 0.15}).enter()
        assert twin.budget == pytest.approx(USUAL.budget)
        assert make({"use": "searcher", "weeks": 4}).enter().release_every == 4


def focus(**options: Any) -> tuple[float, ...]:
    found = make({"use": "specialist", **options}).enter().focus
    assert found is not None
    return found


class TestMixes:
    @pytest.mark.parametrize("need", NEEDS)
    def test_a_mix_of_one_is_the_specialist_it_always_was(self, need: str) -> None:
        exactly = tuple(0.75 if each == need else 0.05 for each in NEEDS)
        assert focus(behaviour=need) == exactly  # to the last bit
        assert focus(behaviours=[need]) == exactly

    def test_a_mix_shares_three_quarters_and_the_rest_share_one(self) -> None:
        assert focus(behaviours=["access", "connect", "engage"]) == pytest.approx(
            (1 / 12, 0.25, 0.25, 1 / 12, 0.25, 1 / 12)
        )
        assert focus(behaviours=list(NEEDS)) == pytest.approx([1 / 6] * 6)
        assert sum(focus(behaviours=NEEDS[1:])) == pytest.approx(1)

    def test_none_of_them_is_the_core_alone(self) -> None:
        assert focus(behaviours=[]) == focus(behaviour="core")

    def test_a_behaviour_is_named_once(self) -> None:
        with pytest.raises(ValueError, match="each behaviour once"):
            make({"use": "specialist", "behaviours": ["access", "access"]})
