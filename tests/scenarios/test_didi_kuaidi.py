"""Essay 004-6: connect millions with subsidies, charge later.

Here as many ride in the end without subsidies, and both platforms earn more; what a subsidy buys is
the market of a rival that pays none.  The law of two sides (VALIDATION B5) itself
is in tests/theory/test_two_sides.py.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.market.result import RunResult
from tests.scenarios.paired import PEOPLE, F, at, interval, profit_until, runs

FIRMS = ("Didi", "Kuaidi")
NONE = tuple(f"firms.{x}.offer.{y}=0" for x in FIRMS for y in ("subsidy", "subsidy_partners"))
LAST, SHORT = 12, "weeks=156"  # the last subsidised week; three years


@cache
def paid(*changes: str) -> list[RunResult]:
    return runs("didi-kuaidi", SHORT, *changes)


def riders(results: list[RunResult], week: int) -> F:
    """Uses of both platforms, a head."""
    return np.array([r.firm_series["n_uses"][week].sum() / PEOPLE for r in results])


def both(results: list[RunResult]) -> tuple[F, F]:
    """Discounted profit of the better and of the worse of the two."""
    profits = np.array([profit_until(results, name, 156) for name in FIRMS])
    return profits.max(axis=0), profits.min(axis=0)


def test_subsidies_bring_users_and_the_cut_does_not_send_them_away() -> None:
    assert interval(riders(paid(), LAST) - riders(paid(*NONE), LAST)).low > 0.1
    assert interval(riders(paid(), LAST + 13) / riders(paid(), LAST)).low > 0.7


def test_what_they_bring_does_not_last_and_is_not_paid_back() -> None:
    """Refuted: after three years there are as many users without any subsidy, and more profit."""
    gain = interval(riders(paid(), 156) - riders(paid(*NONE), 156))
    assert -0.02 < gain.low < gain.high < 0.02, gain
    for ours, theirs in zip(both(paid()), both(paid(*NONE)), strict=True):
        assert interval(ours - theirs).high < 0


def test_who_takes_over_gains_and_rivals_who_fight_on_lose_on_average() -> None:
    merged, rivals = both(paid()), both(paid("events=[]"))
    assert interval(merged[0]).low > 0 > interval(merged[1]).high
    assert interval((rivals[0] + rivals[1]) / 2).high < 0


def test_a_subsidy_that_the_rival_does_not_pay_decides_who_is_left() -> None:
    """Which of two equals wins is luck, until one of them pays for a quarter."""
    alone = paid("events=[]", *(change for change in NONE if "Kuaidi" in change))
    assert interval(profit_until(alone, "Didi", 156)).low > 0
    leads = [at(alone, name, "n_uses") for name in FIRMS]
    assert (leads[0] > 3 * leads[1]).all()
    neither = paid("events=[]", *NONE)
    wins = at(neither, "Didi", "n_uses") > at(neither, "Kuaidi", "n_uses")
    assert 3 <= wins.sum() <= 17
