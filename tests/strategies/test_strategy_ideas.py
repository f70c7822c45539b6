"""What each strategy is about: its idea, and how it differs from its twin."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from sim.scenario.schema import NEEDS
from sim.strategies import Decision, make
from sim.strategies.makers import Behaviour
from tests.strategies.reviews import differs, seen


class TestTerms:
    """MODEL section 8: the starting values of the two poles, and what lies between."""

    def test_poles(self) -> None:
        payers, users = make("customer-centric").enter(), make("user-first").enter()
        assert (payers.price, payers.openness, payers.burn, payers.goal) == (1.0, 0.1, 0.003, 0.0)
        assert (users.price, users.openness, users.burn, users.goal) == (1.0, 0.9, 0.006, 1.0)
        assert (payers.budget["media"], users.budget["media"]) == (0.6, 0.2)
        assert payers.plan == users.plan == "sale"
        assert payers.term == users.term
        assert payers.headroom == users.headroom
        assert payers.release_every == users.release_every

    def test_ads_alone_can_carry_the_fixed_cost_of_user_first(self) -> None:
        """Ads of .02 a use at full load less .005 to serve it, .8 uses a week, fixed cost .003."""
        load = make("user-first").enter().ad_load
        share_to_break_even = 0.003 / (0.8 * (0.02 * load - 0.005))
        assert share_to_break_even < 0.4

    def test_hybrid_is_half_way(self) -> None:
        hybrid = make("hybrid").enter()
        payers, users = make("customer-centric").enter(), make("user-first").enter()
        for name in ("openness", "ad_load", "burn", "goal"):
            middle = (getattr(payers, name) + getattr(users, name)) / 2
            assert getattr(hybrid, name) == pytest.approx(middle)
        for lever in ("media", "build", "observe", "outreach"):
            middle = (payers.budget.get(lever, 0) + users.budget.get(lever, 0)) / 2
            assert hybrid.budget[lever] == pytest.approx(middle)

    @pytest.mark.parametrize(
        ("name", "twin", "apart"),
        [
            ("mass-media", "customer-centric", {"openness", "inflation", "budget"}),
            ("one-off-seller", "customer-centric", {"price", "term", "improve"}),
            ("late-adopter", "customer-centric", set()),
            ("imitator", "customer-centric", set()),
            ("user-first-unmonetised", "user-first", {"openness", "ad_load", "price"}),
            ("freemium", "user-first", {"plan", "openness", "ad_load"}),
            ("ad-funded", "user-first", {"openness", "ad_load", "price"}),
            ("listener", "user-first", {"inflation", "headroom", "budget"}),
            ("doorknob-polisher", "user-first", {"release_every", "focus"}),
            ("specialist", "user-first", {"focus"}),
            ("shipper", "user-first", {"release_every"}),
            ("perfectionist", "shipper", {"release_every", "improve"}),
            ("placebo", "user-first", {"budget"}),
            ("flexible", "hybrid", set()),
            ("random-split", "hybrid", {"budget"}),
        ],
    )
    def test_differs_from_its_twin_only_in_its_idea(
        self, name: str, twin: str, apart: set[str]
    ) -> None:
        assert differs(make(name).enter(), make(twin).enter()) == apart

    def test_directions(self) -> None:
        entered = {
            name: make(name).enter()
            for name in ("mass-media", "customer-centric", "one-off-seller", "user-first",
                         "freemium", "ad-funded", "listener", "user-first-unmonetised")
        }  # fmt: skip
        media, closed = entered["mass-media"], entered["customer-centric"]
        assert media.budget["media"] > closed.budget["media"]
        assert media.inflation > 0 == closed.inflation
        assert media.openness == 0
        once = entered["one-off-seller"]
        assert once.term >= 52
        assert once.price > closed.price
        assert (once.improve, once.updates) == (False, 0.0)
        users, ads = entered["user-first"], entered["ad-funded"]
        assert (ads.openness, ads.ad_load) == (1.0, 1.0)
        assert ads.price > 2 * users.price
        free = entered["freemium"]
        assert (free.plan, free.openness, free.ad_load) == ("subscription", 0.5, 0.0)
        listens = entered["listener"]
        assert listens.inflation < 0
        assert listens.headroom > users.headroom
        assert listens.budget["observe"] > users.budget["observe"]
        unpaid = entered["user-first-unmonetised"]
        assert (unpaid.openness, unpaid.ad_load) == (1.0, 0.0)
        # at 2.9 utility a price, fans with everything going for them (7 + 1 + 1 + 1.5) stay away
        assert 2.9 * unpaid.price > 100


@pytest.mark.parametrize(
    "name", ["customer-centric", "mass-media", "user-first", "user-first-unmonetised", "freemium",
             "ad-funded", "placebo", "specialist", "shipper"],
)  # fmt: skip
def test_the_steady_stay_as_the_scenario_set_them(name: str) -> None:
    current = replace(make(name).enter(), price=0.77, openness=0.33)
    assert make(name).review(seen(current=current)) == current


class TestLateAdopter:
    def at(self, age: int, delay: float = 4.0) -> Decision:
        adopter = make({"use": "late-adopter", "delay": delay})
        return adopter.review(seen(age=age, current=replace(adopter.enter(), price=1.3)))

    def test_stays_before_and_opens_from_its_delay_on(self) -> None:
        entry = replace(make("customer-centric").enter(), price=1.3)
        users = make("user-first").enter()
        assert self.at(4 * 52 - 1) == entry
        assert differs(self.at(4 * 52), users) == {"price"}, "the scenario's price is kept"
        assert self.at(400) == self.at(4 * 52)

    @pytest.mark.parametrize(("delay", "week"), [(0.5, 26), (1, 52), (0, 0)])
    def test_delay_is_in_years_in_the_market(self, delay: float, week: int) -> None:
        assert self.at(week, delay).goal == 1.0
        if week:
            assert self.at(week - 1, delay).goal == 0.0


class TestReleases:
    @pytest.mark.parametrize("name", ["one-off-seller", "perfectionist"])
    def test_after_the_last_release_building_money_goes_to_media(self, name: str) -> None:
        entry = make(name).enter()
        due = entry.release_every
        before = make(name).review(seen(age=due, current=entry))
        after = make(name).review(seen(age=due + 1, current=entry))
        assert before == entry, "it builds up to the week of the release"
        assert "build" not in after.budget
        assert after.budget["media"] == pytest.approx(entry.budget["media"] + entry.budget["build"])
        assert sum(after.budget.values()) == pytest.approx(sum(entry.budget.values()))
        assert make(name).review(seen(age=due + 1, current=after)) == after

    def test_a_perfectionist_that_improves_builds_on(self) -> None:
        choice = {"use": "perfectionist", "improve": True, "weeks": 52}
        entry = make(choice).enter()
        assert (entry.release_every, entry.improve) == (52, True)
        assert make(choice).review(seen(age=60, current=entry)) == entry

    def test_shipper_ships_small_and_early(self) -> None:
        assert make("shipper").enter().release_every < make("user-first").enter().release_every
        assert make({"use": "shipper", "weeks": 2}).enter().release_every == 2


class TestFocus:
    @pytest.mark.parametrize("need", NEEDS)
    def test_specialist_builds_its_behaviour(self, need: str) -> None:
        focus = make({"use": "specialist", "behaviour": need}).enter().focus
        assert focus is not None
        assert max(range(6), key=lambda k: focus[k]) == NEEDS.index(need)
        assert sum(focus) == pytest.approx(1)
        assert sorted(focus)[-2] < 0.1

    def test_every_need_is_on_offer(self) -> None:
        assert get_args(Behaviour.model_fields["behaviour"].annotation) == NEEDS

    def test_polisher_turns_needs_upside_down(self) -> None:
        beliefs = (0.3, 0.2, 0.22, 0.1, 0.13, 0.05)
        decision = make("doorknob-polisher").review(seen(beliefs=beliefs))
        assert decision.focus == (0.05, 0.13, 0.1, 0.22, 0.2, 0.3)

    def test_listener_works_where_need_and_shortfall_are_largest(self) -> None:
        """Least needed or already perfect: little; needed and missing: most."""
        heard = seen(beliefs=(0.4, 0.4, 0.05, 0.05, 0.05, 0.05), quality=(1, 0.5, 0, 0, 0, 0))
        focus = make("listener").review(heard).focus
        assert focus is not None
        assert focus[0] == 0
        assert focus[1] == pytest.approx(0.2**2 / (0.2**2 + 4 * 0.05**2))
        assert sum(focus) == pytest.approx(1)

    def test_listener_split_is_the_best_under_the_building_rule(self) -> None:
        """Gain sum b (1-q) sqrt(e) at its split beats every nearby split of the same effort."""
        now = seen()
        focus = make("listener").review(now).focus
        assert focus is not None

        def gain(split: list[float]) -> float:
            worth = [b * (1 - q) for b, q in zip(now.beliefs, now.quality, strict=True)]
            return sum(w * e**0.5 for w, e in zip(worth, split, strict=True))

        for i in range(6):
            for j in range(6):
                if i != j:
                    near = list(focus)
                    near[i], near[j] = near[i] + 0.01, near[j] - 0.01
                    if near[j] >= 0:
                        assert gain(near) < gain(list(focus))

    @pytest.mark.parametrize(
        ("offered", "doubted"), [(None, -0.2), (0.3, 0.2), (0.0, -0.1), (-0.45, -0.5)]
    )
    def test_listener_meets_distrust_with_modesty(
        self, offered: float | None, doubted: float
    ) -> None:
        """What it entered with holds while it is trusted, and again once trust is back."""
        firm = make("listener")
        entered = firm.enter() if offered is None else replace(firm.enter(), inflation=offered)
        now, found = entered, []
        for trust in (0.8, 0.2, 0.2, 0.5):
            now = firm.review(seen(trust=trust, current=now))
            found.append(now.inflation)
        lower, usual = pytest.approx(doubted), entered.inflation
        assert found == [usual, lower, lower, usual]


class TestPlacebo:
    @pytest.mark.parametrize("like", ["user-first", "customer-centric"])
    def test_same_terms_same_total_all_but_media_idle(self, like: str) -> None:
        placebo, twin = make({"use": "placebo", "like": like}).enter(), make(like).enter()
        assert differs(placebo, twin) == {"budget"}
        assert sum(placebo.budget.values()) == pytest.approx(sum(twin.budget.values()))
        assert placebo.budget["media"] == twin.budget["media"]
        assert set(placebo.budget) == {"media", "idle"}


class TestRandomSplit:
    def test_fresh_split_of_the_same_budget(self) -> None:
        one = make("random-split").review(seen(draw=(0.5, 0.2, 0.9, 0.0)))
        other = make("random-split").review(seen(draw=(0.1, 0.2, 0.9, 0.0)))
        assert list(one.budget.values()) == pytest.approx([0.2, 0.3, 0.4, 0.1])
        assert list(other.budget.values()) == pytest.approx([0.1, 0.1, 0.7, 0.1])
        assert list(one.budget) == ["media", "build", "observe", "outreach"]
        assert differs(one, seen().current) == {"budget"}
