"""Two sides that need each other: tipping, and what stays after a subsidy (VALIDATION B5).

Everybody thinks again every week.  The one platform is worth a_r times the partners' share of last
week to people, a_d times the people's share to partners, against an outside worth -h:

    x' = sigma(a_r y + h),   y' = sigma(a_d x + g)

Where h = -a_r/2 and g = -a_d/2 a half of each side is a rest point; it holds two others apart
iff a_r a_d > 16.  With a_r = a_d = a and h = g (Brock & Durlauf 2001), x± = (1 ± sqrt(1 - 4/a))/2
are the turning points: from nothing the platform takes off above h = ln(x-/(1 - x-)) - a x-, and
from everything it collapses below the same with x+.  In between history decides, so that money
paid for a while can buy a market for good.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from sim.market.model import MarketModel
from sim.scenario.schema import ROLES
from tests.market.scenes import bare, firm

F = NDArray[np.float64]
PEOPLE, PARTNER = 20_000, ROLES.index("partner")
# The nearer a rest point that still holds is to its border, the more people it takes not to
# cross it by chance: with these it is 8 standard deviations away at least.
ENOUGH = {5.0: 14_000, 6.0: 25_000, 8.0: 40_000}
PARTNERS = 0.2  # of the people: the most that a scenario may have; shares are of each side
TURNS = {5.0: 0.1556, 6.0: 0.4151, 8.0: 1.0657}  # VALIDATION B5: half the width in h
TIPS, FALLS = -2.5849, -3.4151  # VALIDATION B5, a = 6


def turning(a: float, side: int) -> float:
    """h at which the lower (-1: it tips) or the upper (1: it collapses) rest point ends."""
    x = (1 + side * np.sqrt(1 - 4 / a)) / 2
    return float(np.log(x / (1 - x)) - a * x)


def shares(
    a: tuple[float, float], h: tuple[float, float], lift: float, cut: int, weeks: int,
    people: int = PEOPLE,
) -> F:  # fmt: skip
    """Shares of people and of partners who use the platform (weeks + 1, 2).

    The weight of price is 1, so that a subsidy is worth itself: on both sides at least 1, and
    until week ``cut`` (1 + lift) times as much.
    """
    low = min(h) - 1
    first = [(each - low) * (1 + lift) for each in h]
    platform = firm(
        strategy={"use": "subsidiser", "weeks": cut, "kept": 1 / (1 + lift), "commission": 0},
        offer={"subsidy": first[0], "subsidy_partners": first[1]},
    )  # fmt: skip
    market = {
        "sides": {"for_people": a[0], "for_partners": a[1]},
        "use": {"outside": -low}, "purchase": {"price": 1},
    }  # fmt: skip
    scenario = bare(
        platform, weeks=weeks, review=1, market=market,
        people={"count": people, "roles": {"partner": PARTNERS}},
    )  # fmt: skip
    model = MarketModel(scenario, seed=5)
    partners = int((model.people.role == PARTNER).sum())
    model.run()
    series = model.result().firm_series
    used = series["n_partner_uses"][:, 0]
    sides = np.array([people - partners, partners])
    return np.stack([series["n_uses"][:, 0] - used, used], axis=1) / sides


def law(
    a: tuple[float, float], h: tuple[float, float], lift: float, cut: int, weeks: int,
    people: int = PEOPLE,
) -> tuple[F, F]:  # fmt: skip
    """Shares of the last week by the law, and their standard deviation (2,) each."""
    sides = people * np.array([1 - PARTNERS, PARTNERS])
    x, spread, low = np.zeros(2), np.zeros((2, 2)), min(h) - 1
    for week in range(1, weeks + 1):
        paid = (np.array(h) - low) * (1 + lift if week < cut else 1)
        x = expit(np.array([a[0] * x[1], a[1] * x[0]]) + low + paid)
        slope = x * (1 - x)
        step = np.array([[0, a[0] * slope[0]], [a[1] * slope[1], 0]])
        spread = step @ spread @ step.T + np.diag(slope / sides)
    return x, np.sqrt(np.diag(spread))


@pytest.mark.parametrize("a", TURNS)
@pytest.mark.parametrize("side", [-1, 1])
def test_it_tips_and_collapses_where_the_law_says(a: float, side: int) -> None:
    """The threshold lies in .03 of h: .015 on one side nothing happens, on the other all."""
    at = turning(a, side)
    assert at + a / 2 == pytest.approx(-side * TURNS[a], abs=5e-5)
    lift, cut = (0.0, 1) if side < 0 else (9.0, 5)  # from nothing, or from nearly everyone
    ends = []
    for h in (at - 0.015, at + 0.015):
        terms = ((a, a), (h, h), lift, cut, 110, ENOUGH[a])
        (expected, sd), end = law(*terms), shares(*terms)[-1]
        assert (np.abs(end - expected) < 4.5 * sd).all(), (end, expected, sd)
        ends.append(end)
    assert ends[0].max() < 0.3 < 0.7 < ends[1].min()


def test_the_numbers_of_validation() -> None:
    """a = 6: its turning points, and four rest points reached from .05 or kept from above."""
    assert (turning(6, -1), turning(6, 1)) == pytest.approx((TIPS, FALLS), abs=5e-5)
    for h, lift, rest in (
        (-2.60, 0, 0.176), (-2.57, 0, 0.961), (-3.30, 9, 0.876), (-3.45, 9, 0.038),
    ):  # fmt: skip
        expected, _ = law((6, 6), (h, h), lift, 5, 400)
        assert expected == pytest.approx(rest, abs=5e-4)


@pytest.mark.parametrize(("worth", "stays"), [(0.4151 - 0.015, False), (0.4151 + 0.015, True)])
def test_a_subsidy_paid_for_a_while_buys_the_market_for_good(worth: float, stays: bool) -> None:
    """a = 6 at the midpoint h = -3: two years of subsidy, then none for one year."""
    terms = ((6.0, 6.0), (-3.0, -3.0), worth, 104, 156)
    path, (expected, sd) = shares(*terms), law(*terms)
    assert (np.abs(path[-1] - expected) < 4.5 * sd).all(), (path[-1], expected, sd)
    assert expected == pytest.approx(0.9293 if stays else 0.0707, abs=0.003)
    assert (path[103].min() > 0.9) == stays
    kept = path[-1] / path[103]
    assert (kept.min() > 0.9) if stays else (kept.max() < 0.7)


@pytest.mark.parametrize(("partners", "apart"), [(6.125, False), (10.125, True)])
def test_what_counts_is_the_product_of_both_sides(partners: float, apart: bool) -> None:
    """2 x 6.125 = 12.25 forgets where it began, 2 x 10.125 = 20.25 does not: 16 lies between."""
    a, h = (2.0, partners), (-1.0, -partners / 2)
    ends = []
    for lift, cut in ((0.0, 1), (9.0, 5)):
        expected, sd = law(a, h, lift, cut, 100)
        end = shares(a, h, lift, cut, 100)[-1]
        assert (np.abs(end - expected) < 4.5 * sd).all(), (end, expected, sd)
        ends.append(end)
    gap = ends[1] - ends[0]
    assert (gap.min() > 0.3) if apart else (np.abs(gap).max() < 0.1), ends
