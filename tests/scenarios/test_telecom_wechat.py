"""Essay 004-9: the network keeps the bill and loses the relationship."""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.market.result import RunResult
from tests.scenarios.paired import F, interval, place, profit_until, runs

NEVER = "firms.Messenger.enters=259"  # the last week: until then the carrier is alone
DEAR = "market.carriage.income=0.05"  # ten times the base: data that is well paid


@cache
def calls(*changes: str) -> list[RunResult]:
    return runs("telecom-wechat", *changes)


def sums(results: list[RunResult], measure: str, firm: str, first: int, last: int) -> F:
    """A measure of a firm over weeks, (runs,)."""
    column = place(results[0], firm)
    return np.array([r.firm_series[measure][first : last + 1, column].sum() for r in results])


def test_three_years_after_it_came_the_messenger_has_the_people() -> None:
    ours, theirs = (sums(calls(), "n_uses", x, 205, 208) for x in ("Carrier", "Messenger"))
    assert interval(ours / (ours + theirs)).high < 0.6
    alone = sums(calls(NEVER), "n_uses", "Carrier", 205, 208)
    assert interval(ours / alone).high < 0.6


def test_bills_fall_much_less_than_the_relationship() -> None:
    ratios = {}
    for measure in ("n_uses", "subscription_cents"):
        now, alone = (sums(r, measure, "Carrier", 209, 260) for r in (calls(), calls(NEVER)))
        ratios[measure] = now / alone
    assert interval(ratios["subscription_cents"]).low > 0.7
    assert interval(ratios["subscription_cents"] - ratios["n_uses"]).low > 0.3


def test_well_paid_data_make_good_what_the_carrier_loses() -> None:
    alone = profit_until(calls(NEVER), "Carrier", 260)
    cheap, dear = (profit_until(calls(*x), "Carrier", 260) - alone for x in ((), (DEAR,)))
    assert interval(cheap).high < 0
    assert interval(dear - cheap).low > 0
