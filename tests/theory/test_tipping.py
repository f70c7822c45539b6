"""Own-side network effects tip (Brock & Durlauf 2001; mean-field Potts, Wu 1982).

Everybody thinks again every week, and a firm is worth theta times its share of last week:

    s' = softmax(theta s),  whose symmetric point 1/n grows or shrinks by theta/n a week

so equal shares are unstable iff theta > n.  Weeks of N people are multinomial draws, and the
chain is reversible: its stationary weight of counts is multinomial * (sum exp(theta s))^N.
For n > 2 firms both one leader and equal shares are stable around 2 (n-1)/(n-2) ln(n-1).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import chi2

from sim.market.model import simulate
from tests.market.scenes import bare, firm

F = NDArray[np.float64]
BROKEN = {2.5: 0.85521, 3.0: 0.92928, 4.0: 0.97875}  # VALIDATION B4: the larger of two shares
LEVEL = 4 * np.log(2)  # 2 (n-1)/(n-2) ln(n-1) = 2.7726 for n = 3 (VALIDATION B4)


def softmax(u: F) -> F:
    """Shares, along the last axis."""
    e = np.exp(u - u.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def shares(theta: float, start: tuple[float, ...], people: int, weeks: int, seed: int = 1) -> F:
    """Shares of the firms (weeks + 1, n); ``start``: expected shares of week 0.

    Engagement rises to 1 with a use and is gone without one, so that who is engaged is who used.
    The customers of week 0 own their good for one week.
    """
    firms = [
        firm(name, start={"aware": 1, "customers": s, "engagement": 1}, offer={"term": 1})
        for name, s in zip("ABCDE", start, strict=False)
    ]
    market = {"network": {"effect": theta}, "engagement": {"gain": 1, "fade": 1}}
    scenario = bare(*firms, weeks=weeks, review=104, people={"count": people}, market=market)
    series = simulate(scenario, seed=seed).firm_series
    assert np.array_equal(series["n_engaged"][1:], series["n_uses"][1:])
    assert (series["n_uses"][1:].sum(axis=1) == people).all()
    return np.asarray(series["n_engaged"] / people)


def law(theta: float, start: F, weeks: int, people: int) -> tuple[F, F]:
    """Shares after ``weeks`` by the law, and their standard deviation among ``people``."""
    s, spread = start, np.zeros((start.size, start.size))
    for _ in range(weeks):
        s = softmax(theta * s)
        choice = np.diag(s) - np.outer(s, s)
        spread = theta**2 * choice @ spread @ choice + choice / people
    return s, np.sqrt(np.diag(spread))


def estimated(path: F, people: int) -> tuple[float, float, float]:
    """Theta by maximum likelihood of the weeks, its standard error, and p of chi-square."""
    before, count = path[:-1], path[1:] * people
    theta = 1.0
    for _ in range(50):  # Newton's method; the log likelihood is concave
        p = softmax(theta * before)
        mean = (p * before).sum(axis=1)
        score = (count * before).sum() - people * mean.sum()
        known = people * ((p * before**2).sum(axis=1) - mean**2).sum()
        theta += score / known
    p = softmax(theta * before)
    far = ((count - people * p) ** 2 / (people * p)).sum()
    return theta, known**-0.5, float(chi2.sf(far, p.size - len(p) - 1))


@pytest.mark.parametrize("n", [2, 3, 4, 5])
@pytest.mark.parametrize("side", [0.98, 1.02])
def test_symmetry_grows_by_theta_over_n(n: int, side: float) -> None:
    """Threshold within 2% (VALIDATION B4): the weekly factor theta/n, 2% on either side of 1.

    2,000 to 5,000 weeks of 400 people say theta within 4 standard errors, and 2% is more.
    """
    path = shares(side * n, (1 / n,) * n, 400, 10_000 // n, seed=n)
    theta, error, p = estimated(path, 400)
    factor, off = theta / n, 4 * error / n
    assert off < 0.02
    assert factor == pytest.approx(side, abs=off)
    assert (factor > 1) == (side > 1)
    assert 0.001 < p < 0.999, "the weeks are not multinomial draws of the law"


@pytest.mark.parametrize("theta", BROKEN)
def test_broken_shares_of_two_firms(theta: float) -> None:
    """From equal shares one of two firms wins; its share by VALIDATION B4, 4.5 sd of N = 60,000."""
    people = 60_000
    end = shares(theta, (0.5, 0.5), people, 60, seed=3)[-1]
    expected, sd = law(theta, np.array([0.9, 0.1]), 100, people)
    assert expected[0] == pytest.approx(BROKEN[theta], abs=5e-6)
    assert end.max() == pytest.approx(BROKEN[theta], abs=4.5 * float(sd[0]))
    assert 4.5 * sd[0] < 0.009


def test_below_the_threshold_shares_even_out() -> None:
    """theta 1.8: from .9 to a half; 4.5 sd of the stationary share of 60,000 people."""
    end = shares(1.8, (0.9, 0.1), 60_000, 80)[-1]
    expected, sd = law(1.8, np.array([0.9, 0.1]), 80, 60_000)
    assert expected[0] == pytest.approx(0.5, abs=0.001)
    assert end[0] == pytest.approx(expected[0], abs=4.5 * float(sd[0]))


@pytest.mark.parametrize("start", [(1 / 3, 1 / 3, 1 / 3), (0.8, 0.1, 0.1)])
def test_three_firms_keep_what_they_start_with(start: tuple[float, ...]) -> None:
    """At 2.7726 equal shares stay equal, and a leader stays at 2/3: the start decides."""
    people, weeks = 50_000, 60
    end = shares(LEVEL, start, people, weeks)[-1]
    expected, sd = law(LEVEL, np.array(start), weeks, people)
    stays = [1 / 3] * 3 if start[0] < 0.5 else [2 / 3, 1 / 6, 1 / 6]
    assert expected == pytest.approx(stays, abs=0.005)
    assert (np.abs(end - expected) < 4.5 * sd).all(), (end, expected, sd)
    assert 4.5 * sd.max() < 0.03  # the two states are .33 apart, the border between them .17


def test_three_firms_beyond_coexistence() -> None:
    """Below it a leader falls back to a third, above n = 3 equal shares fall apart."""
    people, weeks = 20_000, 120
    low, sd = law(2.6, np.array([0.99, 0.005, 0.005]), weeks, people)
    assert low == pytest.approx([1 / 3] * 3, abs=0.001)
    end = shares(2.6, (0.99, 0.005, 0.005), people, weeks)[-1]
    assert (np.abs(end - low) < 4.5 * sd).all(), (end, sd)
    high, sd = law(3.2, np.array([0.9, 0.05, 0.05]), weeks, people)
    end = np.sort(shares(3.2, (1 / 3,) * 3, people, weeks)[-1])[::-1]
    assert end[0] == pytest.approx(high[0], abs=4.5 * float(sd[0]))


@cache
def stationary(theta: float, people: int) -> F:
    """Exact chances (people + 1,) of the largest of three counts, by the reversible weight."""
    a, b = np.meshgrid(np.arange(people + 1), np.arange(people + 1), indexing="ij")
    counts = np.stack([a, b, people - a - b], axis=-1)[a + b <= people]
    z = np.exp(theta * counts / people).sum(axis=1)
    log = gammaln(people + 1) - gammaln(counts + 1).sum(axis=1) + people * np.log(z)
    weight = np.exp(log - log.max())
    return np.bincount(counts.max(axis=1), weight / weight.sum(), minlength=people + 1)


def test_coexistence_by_time_spent() -> None:
    """Forty people at 2.7726: share of weeks with a leader over half, against the exact chance.

    The chain goes to and fro, so the error is that of the means of its 16 runs.
    """
    people, means = 40, []
    for seed in range(16):
        top = shares(LEVEL, (1 / 3,) * 3, people, 1500, seed).max(axis=1)[100:]
        means.append([float(np.mean(top > 0.5)), float(top.mean())])
    chance = stationary(LEVEL, people)
    top = np.arange(people + 1) / people
    exact = np.array([chance[top > 0.5].sum(), chance @ top])
    error = np.std(means, axis=0, ddof=1) / np.sqrt(len(means))
    assert error.max() < 0.02
    assert (np.abs(np.mean(means, axis=0) - exact) < 4 * error).all(), (means, exact)
    # the law of another theta, 5% off, would be seen
    other = stationary(LEVEL * 1.05, people)
    assert abs(other[top > 0.5].sum() - exact[0]) > 4 * error[0]


@pytest.mark.slow
@pytest.mark.parametrize("side", [0.98, 1.02])
def test_two_firms_on_either_side_of_the_threshold(side: float) -> None:
    """From a leader of all, 250 weeks of 50,000: a half below theta = 2, .6188 above."""
    people, weeks, start = 50_000, 250, np.array([0.999, 0.001])
    expected, sd = law(side * 2, start, weeks, people)
    assert expected[0] == pytest.approx(0.5 if side < 1 else 0.6188, abs=0.003)
    end = shares(side * 2, (0.999, 0.001), people, weeks)[-1]
    assert end[0] == pytest.approx(expected[0], abs=4.5 * float(sd[0]))
    assert 4.5 * sd[0] < 0.06
