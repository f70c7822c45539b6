"""Essay 002-17: what people meet online makes them buy offline; counting followers overstates it.

By lot: those exposed against the others.  Naive: those engaged against those who are not.
"""

from __future__ import annotations

import numpy as np

from sim.market.result import RunResult
from tests.scenarios.paired import F, interval, runs

TRIAL = 52  # week of the draw
STRONG = "trial.engagement=1"
KNOWN = "firms.Brand.start.aware=1"
WEIGHTLESS = "market.engagement.weight=0"


def trial(*changes: str, seeds: int = 20) -> list[RunResult]:
    return runs("online-shapes-offline", *changes, seeds=seeds)


def by_lot(results: list[RunResult]) -> F:
    """Offline purchases a head of the year after the draw, exposed less others, (runs,)."""
    found = []
    for r in results:
        series = {name: column[TRIAL + 1 :] for name, column in r.market_series.items()}
        drawn = series["n_exposed"][-1]
        exposed = series["n_offline_exposed"].sum() / drawn
        found.append(exposed - series["n_offline_others"].sum() / (r.people - drawn))
    return np.array(found)


def naive(results: list[RunResult]) -> F:
    """The same of followers less strangers; a head is a follower week by week, (runs,)."""
    found = []
    for r in results:
        series = {name: column[TRIAL + 1 :] for name, column in r.market_series.items()}
        follow = series["n_followers"]
        rate = series["n_offline_followers"].sum() / follow.sum()
        others = series["n_offline_strangers"].sum() / (r.people - follow).sum()
        found.append((rate - others) * follow.size)
    return np.array(found)


def test_the_lot_falls_on_half_and_everything_is_counted_once() -> None:
    (result,) = trial(seeds=1)
    series = result.market_series
    assert (series["n_exposed"][:TRIAL] == 0).all()
    drawn = series["n_exposed"][TRIAL:]
    assert (drawn == drawn[0]).all()
    assert abs(drawn[0] - result.people / 2) < 4 * np.sqrt(result.people / 4)
    by_draw = series["n_offline_exposed"] + series["n_offline_others"]
    by_follower = series["n_offline_followers"] + series["n_offline_strangers"]
    assert np.array_equal(by_draw, by_follower)
    assert by_draw[TRIAL:].sum() > 0


def test_exposure_sells_offline_and_followers_overstate_it() -> None:
    results = trial()
    effect, gap = by_lot(results), naive(results)
    assert interval(effect).low > 0
    assert interval(gap - 3 * effect).low > 0


def test_of_a_brand_that_all_know_only_strong_engagement_sells() -> None:
    """Against the claim as it stands: a weak touch has no effect that can be seen."""
    assert interval(by_lot(trial(KNOWN))).high < 0.1
    assert interval(by_lot(trial(KNOWN, STRONG))).low > 0.1


def test_engagement_that_moves_nobody_leaves_a_naive_gap_and_no_effect() -> None:
    """The lot then changes nothing at all, and yet followers buy more."""
    shown, not_shown = trial(KNOWN, WEIGHTLESS, STRONG), trial(KNOWN, WEIGHTLESS, "trial.share=0")
    for a, b in zip(shown, not_shown, strict=True):
        assert np.array_equal(a.firm_series["n_sales"], b.firm_series["n_sales"])
    assert interval(naive(shown)).low > 0.3
    effect = interval(by_lot(shown))
    assert effect.low < 0.03
    assert effect.high > -0.03
