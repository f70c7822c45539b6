"""Essay 003-1: consumers are users, the customers are the advertisers.

The claim that the ad-funded win where people would not pay is tried against paid firms.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.market.result import RunResult
from tests.scenarios.paired import F, interval, of, runs


@cache
def attention(*changes: str) -> list[RunResult]:
    return runs("advertisers-are-the-customers", *changes)


def lead(*changes: str) -> F:
    """Discounted profit of the ad-funded less that of the paid, a head."""
    results = attention(*changes)
    return np.asarray(
        of(results, "Ad-funded", "discounted_profit") - of(results, "Paid", "discounted_profit")
    )


@pytest.mark.parametrize("price", [2.9, 6])
def test_at_the_usual_income_from_ads_paid_firms_do_better_even_where_few_would_pay(
    price: float,
) -> None:
    """Refuted: a low willingness to pay hurts the paid and feeds nobody."""
    assert interval(lead(f"market.purchase.price={price}")).high < 0


def test_at_twelve_times_the_income_the_ad_funded_win_and_more_so_where_few_would_pay() -> None:
    """Income a user differed twelvefold between America and Asia (Facebook, 2021)."""
    usual, low = (
        lead(f"market.purchase.price={price}", "market.advertising.income=0.24")
        for price in (2.9, 6)
    )
    assert interval(usual).low > 0
    assert interval(low - usual).low > 0


def test_advertisers_are_the_customers_of_the_ad_funded() -> None:
    """Nearly all that they earn comes from advertisers, and what the paid earn from people."""
    for r in attention():
        firms = [fate.group for fate in r.firms]
        for group, low, high in (("Ad-funded", 0.8, 1.0), ("Paid", 0.0, 0.1)):
            at = [f for f, name in enumerate(firms) if name == group]
            ads, sales = (r.firm_series[f"{m}_cents"][:, at].sum() for m in ("advertising", "sale"))
            assert low <= ads / (ads + sales) <= high
