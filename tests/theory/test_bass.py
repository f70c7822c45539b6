"""Bass 1969: the engine's diffusion of a firm that all who know it use and tell of.

    F(t) = (1 - exp(-(p+q) t)) / (1 + (q/p) exp(-(p+q) t)),  peak at t* = ln(q/p)/(p+q)

The engine steps it: who is told in a week tells in the same week and is heard in the next,
so F' = F + (1 - F)(1 - exp(-(p + q F) dt)).  A step is a week; a longer one is a week in
which the yearly rates are as much larger.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.market.model import simulate
from tests.market.scenes import bare, firm

P, Q = 0.03, 0.38  # per year, Sultan, Farley & Lehmann 1990
YEARS, N = 20, 50_000
PEAK = float(np.log(Q / P) / (P + Q))  # 6.1926 years
# VALIDATION B1: error of the recursion against the continuous curve, by steps a year
ERROR = {1: 0.103, 4: 0.027, 12: 0.009, 52: 0.002}
F = NDArray[np.float64]


def curve(t: F) -> F:
    """Share that knows after t years."""
    e = np.exp(-(P + Q) * t)
    return np.asarray((1 - e) / (1 + Q / P * e))


def recursion(per_year: int, n: int) -> tuple[F, F]:
    """The curve stepped, and the standard deviation of the share among n people.

    Of 1 - F unknowing people a binomial number hears; V' = (dF'/dF)^2 V + (1-F) h (1-h)/n.
    """
    dt, share, variance = 1 / per_year, [0.0], [0.0]
    for _ in range(YEARS * per_year):
        f = share[-1]
        stays = np.exp(-(P + Q * f) * dt)
        share.append(f + (1 - f) * (1 - stays))
        slope = stays + (1 - f) * Q * dt * stays
        variance.append(slope**2 * variance[-1] + (1 - f) * stays * (1 - stays) / n)
    return np.array(share), np.sqrt(variance)


@cache
def simulated(per_year: int, n: int = N, seed: int = 1) -> F:
    """Share of people who use the firm, by step."""
    year = 52 / per_year  # how much larger a rate is in a step of that length
    scenario = bare(
        firm(start={"aware": 0}),
        weeks=YEARS * per_year,
        review=104,
        people={"count": n},
        market={
            "awareness": {"external": P * year, "imitation": Q * year, "elasticity": 0, "talk": 100}
        },
    )
    series = simulate(scenario, seed=seed).firm_series
    assert np.array_equal(series["n_uses"], n - series["n_stranger"])
    assert np.array_equal(series["n_told"], series["n_uses"])
    return np.asarray(series["n_uses"][:, 0] / n)


fine = [1, 4, pytest.param(12, marks=pytest.mark.slow), pytest.param(52, marks=pytest.mark.slow)]


@pytest.mark.parametrize("per_year", fine)
def test_bass_recursion(per_year: int) -> None:
    """Bass 1969 stepped; 5 standard deviations of the chain, and VALIDATION's 4/sqrt(N)."""
    expected, sd = recursion(per_year, N)
    off = np.abs(simulated(per_year) - expected)
    assert off.max() < 4 / np.sqrt(N)
    assert (off <= 5 * sd).all(), float((off[1:] / sd[1:]).max())


@pytest.mark.parametrize("per_year", fine)
def test_bass_error_of_the_step(per_year: int) -> None:
    """Distance to the continuous curve: VALIDATION's numbers, give or take 4/sqrt(N)."""
    t = np.arange(YEARS * per_year + 1) / per_year
    stepped, _ = recursion(per_year, N)
    assert np.abs(stepped - curve(t)).max() == pytest.approx(ERROR[per_year], abs=5e-4)
    error = np.abs(simulated(per_year) - curve(t)).max()
    assert error == pytest.approx(ERROR[per_year], abs=4 / np.sqrt(N))


@pytest.mark.slow
def test_bass_error_halves_with_the_step() -> None:
    """First order in dt, from a year to half and a quarter; 4 sd of the ratio at N = 400,000."""
    n, error, noise = 400_000, [], []
    for per_year in (1, 2, 4):
        t = np.arange(YEARS * per_year + 1) / per_year
        error.append(np.abs(simulated(per_year, n) - curve(t)).max())
        noise.append(recursion(per_year, n)[1].max())
    for k in (0, 1):
        ratio = error[k] / error[k + 1]
        spread = 4 * ratio * np.hypot(noise[k] / error[k], noise[k + 1] / error[k + 1])
        assert spread < 0.6, "too few people to tell first order (2) from none (1) and second (4)"
        assert ratio == pytest.approx(2, abs=spread)


@pytest.mark.slow
def test_bass_peak_and_shares_in_weekly_steps() -> None:
    """F(t*) = 1/2 - p/2q, the peak at t* = 6.19 years, and F(1, 2, 5, 10, 15, 20)."""
    share = simulated(52)
    sd = recursion(52, N)[1].max()
    near = 5 * sd + ERROR[52] + 0.0005  # ERROR is rounded to .001
    at = np.interp([PEAK], np.arange(share.size) / 52, share)[0]
    assert at == pytest.approx(0.5 - P / (2 * Q), abs=near)
    crossing = np.interp(0.46053, share, np.arange(share.size) / 52)
    top = (P + Q) ** 2 / (4 * Q)
    assert crossing == pytest.approx(PEAK, abs=near / top)
    target = [0.03576, 0.08506, 0.33120, 0.81280, 0.97161, 0.99626]
    assert share[[52 * y for y in (1, 2, 5, 10, 15, 20)]] == pytest.approx(target, abs=near)
    # more people in the year around the peak than a year and a half before or after
    middle, half = round(PEAK * 52), 26
    told = [share[middle + s + half] - share[middle + s - half] for s in (-3 * half, 0, 3 * half)]
    # the law: (top - top sech^2(.3075)) N = 485 people more; their sd is sqrt(2 * 5,250) = 102
    assert 0 < told[1] - told[0] < 0.02
    assert 0 < told[1] - told[2] < 0.02
    assert told[1] == pytest.approx(top, abs=5 * np.sqrt(top / N) + 0.002)
