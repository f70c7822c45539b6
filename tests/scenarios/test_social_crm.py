"""Essay 002-6: conversation pays both sides, as far as staff can keep up and promises are fair.

Two-way contact lets a firm keep people it serves badly, so the two sides can part ways.
"""

from __future__ import annotations

from functools import cache

from sim.analysis.intervals import Interval
from sim.market.result import RunResult
from tests.scenarios.paired import F, at, interval, market, profit_until, runs

SHORT, END = "weeks=156", 156


@cache
def contact(what: str, *changes: str) -> list[RunResult]:
    """Runs in which the Listener spends a fifth on ``care`` (two-way) or ``media`` (one-way)."""
    given = (SHORT, f"firms.Listener.strategy.on={what}", *changes)
    return runs("social-crm", *given, seeds=20, people=800)


def surplus(results: list[RunResult]) -> F:
    """Mean consumer surplus of a use, money, (runs,)."""
    found: F = market(results, "surplus")[:, 1:].mean(axis=1)
    return found


def gains(*changes: str) -> tuple[Interval, Interval]:
    """What two-way contact adds to the Listener's profit, and to consumer surplus."""
    two, one = contact("care", *changes), contact("media", *changes)
    profit = profit_until(two, "Listener", END) - profit_until(one, "Listener", END)
    return interval(profit), interval(surplus(two) - surplus(one))


def test_conversation_pays_both_sides() -> None:
    firm, people = gains()
    assert firm.low > 0.03
    assert people.low > 0


def test_two_way_contact_sharpens_what_is_learned() -> None:
    two, one = (at(contact(what), "Listener", "belief_error") for what in ("care", "media"))
    assert interval(two - one).high < 0


def test_staff_that_fall_behind_pay_nobody() -> None:
    """A case costs fifty times as much: one in sixteen is taken up."""
    firm, people = gains("market.care.cost=1")
    assert firm.high < 0.01
    assert people.high < 0.001
    taken = [r.firm_series["recovery"][1:, 0].mean() for r in contact("care", "market.care.cost=1")]
    assert 0 < max(taken) < 0.2


def test_a_boaster_that_mends_gains_what_people_lose() -> None:
    """Against the claim: soothed people stay with a firm that breaks half of its promises."""
    firm, people = gains("firms.Listener.offer.inflation=0.4")
    assert firm.low > 0.03
    assert people.high < 0
