"""Essay 004-7: a set sold once against a set that goes on earning.

Services and ads become most of the platform's revenue as sales of sets fall with a full market.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.market.result import RunResult
from tests.scenarios.paired import F, interval, of, place, runs


@cache
def sets(*changes: str) -> list[RunResult]:
    return runs("internet-tv", *changes)


def platform_share(results: list[RunResult], year: int) -> F:
    """Services and ads of all revenue of the platform in a year, 0 the first."""
    weeks, at = slice(52 * year + 1, 52 * year + 53), place(results[0], "Platform")
    sums = {
        name: np.array([r.firm_series[f"{name}_cents"][weeks, at].sum() for r in results])
        for name in ("sale", "service", "advertising")
    }
    after = sums["service"] + sums["advertising"]
    return np.asarray(after / (after + sums["sale"]))


def test_most_revenue_comes_after_the_sale_until_sets_are_replaced() -> None:
    """Roku's share only rose (remembered: 16% in 2015, 56% in 2018, 83% in 2021); here it falls."""
    first, third, fourth, sixth = (platform_share(sets(), year) for year in (0, 2, 3, 5))
    assert interval(first).high < 0.5 < interval(third).low
    assert interval(fourth - third).low > 0
    assert interval(sixth - fourth).high < 0


def test_where_sets_last_two_years_sales_stay_most_of_revenue() -> None:
    short = sets("firms.Maker.offer.term=104", "firms.Platform.offer.term=104")
    for year in (2, 3, 6):
        assert interval(platform_share(short, year)).high < 0.5


def test_a_set_below_cost_sells_more_and_loses_on_each() -> None:
    assert interval(of(sets(), "Platform", "customers") - of(sets(), "Maker", "customers")).low > 0
    at = place(sets()[0], "Platform")
    for r in sets():
        sold, made = (r.firm_series[f"{name}_cents"][:, at].sum() for name in ("sale", "unit"))
        assert 0 < sold < made
