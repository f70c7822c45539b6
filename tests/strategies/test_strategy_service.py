"""A part of the budget for staff: what differs between two of its options, and what does not."""

from __future__ import annotations

import pytest

from sim.strategies import check_decision, make
from sim.strategies.base import Decision
from sim.strategies.terms import normalised


def terms(**options: object) -> Decision:
    return make({"use": "attentive", **options}).enter()


def money(decision: Decision) -> dict[str, float]:
    """Planned spending from cash by lever, money a head and week."""
    return {lever: decision.burn * w for lever, w in normalised(decision.budget).items()}


@pytest.mark.parametrize("like", ["user-first", "customer-centric"])
@pytest.mark.parametrize("on", ["care", "idle"])
@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_the_part_set_aside_is_taken_from_all_alike(like: str, on: str, share: float) -> None:
    twin, ours = make(like).enter(), terms(like=like, on=on, share=share)
    assert not check_decision(ours)
    expected = {lever: (1 - share) * spent for lever, spent in money(twin).items()}
    expected[on] += share * twin.burn
    assert money(ours) == pytest.approx(expected)


def test_a_lever_that_has_money_gets_the_part_on_top() -> None:
    twin, ours = make("user-first").enter(), terms(on="build", share=0.2)
    assert money(ours)["build"] == pytest.approx(0.8 * money(twin)["build"] + 0.2 * twin.burn)


def test_keeping_the_part_spends_it_on_nothing_and_the_rest_as_before() -> None:
    kept, wasted = terms(on="cash", share=0.2), terms(on="idle", share=0.2)
    spent = money(wasted)
    assert money(kept) == pytest.approx({**spent, "idle": 0.0})
    assert kept.reinvest == pytest.approx(0.8 * wasted.reinvest)
    assert not check_decision(terms(on="cash", share=1.0))
