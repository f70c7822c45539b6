"""McFadden 1974: one week without norms is a logit, s_f = exp(U_f) / sum exp(U)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import chisquare

from sim.market.model import simulate
from sim.scenario.schema import NEEDS
from tests.market.scenes import bare, firm, uses_in

N = 1_000_000
U = np.array([0.3, 0.0, -0.2])
SHARES = np.array([0.42601, 0.31560, 0.25839])  # VALIDATION B2
NEAR = 0.0015  # VALIDATION B2; the standard error at N is .0005
QUALITY = {"A": 0.8, "B": 0.5, "C": 0.3}  # utilities .3, 0, -.2 apart from a constant


def logit(u: NDArray[Any]) -> NDArray[Any]:
    """Shares of the options, along the last axis."""
    e = np.exp(u - u.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def open_firm(name: str, quality: Any) -> dict[str, Any]:
    return firm(name, offer={"openness": 1, "ad_load": 0}, start={"quality": quality})


def choices(names: str, seed: int = 1, n: int = N, **changes: Any) -> NDArray[np.int64]:
    """Uses of one week by firm; quality weighs 1."""
    firms = [open_firm(name, QUALITY[name]) for name in names]
    market = {"use": {"quality": 1, **changes}}
    return uses_in(simulate(bare(*firms, people={"count": n}, market=market), seed=seed))


def test_logit_shares() -> None:
    counted = choices("ABC")
    assert counted.sum() == N
    assert logit(U) == pytest.approx(SHARES, abs=5e-6)
    assert chisquare(counted, logit(U) * N).pvalue > 0.001
    assert counted / N == pytest.approx(SHARES, abs=NEAR)


def test_logit_outside_option_and_temperature() -> None:
    """At temperature T utilities count U/T; doing without is an option like another."""
    n = 400_000
    counted = choices("ABC", n=n, outside=0.4, temperature=0.5)
    expected = logit(np.array([0.8, 0.5, 0.3, 0.4]) / 0.5)
    every = np.append(counted, n - counted.sum())
    assert chisquare(every, expected * n).pvalue > 0.001


def test_independence_of_irrelevant_alternatives() -> None:
    """Luce 1959: the odds of A to B are the same without C: 4 standard errors of log odds."""
    with_c, without = choices("ABC", n=400_000), choices("AB", 2, 400_000)
    odds = np.log(with_c[0] / with_c[1]), np.log(without[0] / without[1])
    error = np.sqrt((1 / with_c[:2]).sum() + (1 / without).sum())
    assert odds[0] == pytest.approx(odds[1], abs=4 * error)
    assert odds[1] == pytest.approx(0.3, abs=4 * np.sqrt((1 / without).sum()))


def test_logit_of_heterogeneous_needs() -> None:
    """Mixed logit (McFadden & Train 2000) against an integral over needs drawn here.

    ln need_k ~ diversity * individual * z, plus ``core`` for the core need; beta = 8.
    """
    n, draws, beta = 400_000, 1_000_000, 8.0
    quality = {
        "A": {"core": 0.9, "connect": 0.2}, "B": {"core": 0.3, "engage": 0.9, "connect": 0.9},
        "C": {"access": 0.8, "customize": 0.7},
    }  # fmt: skip
    q = np.array([[quality[f].get(k, 0.4) for k in NEEDS] for f in "ABC"])
    z = np.random.default_rng(7).standard_normal((draws, len(NEEDS)))
    weight = np.exp(0.9 * 1.5 * z + np.array([0.7, 0, 0, 0, 0, 0]))
    need = weight / weight.sum(axis=1, keepdims=True)
    person = logit(beta * need @ q.T)
    scenario = bare(
        *[open_firm(name, quality[name]) for name in "ABC"],
        people={"count": n, "needs": {"diversity": 0.9, "individual": 1.5, "core": 0.7}},
        market={"use": {"quality": beta}},
    )
    counted = uses_in(simulate(scenario, seed=3)) / n
    expected = person.mean(axis=0)
    error = np.sqrt(expected * (1 - expected) / n + person.var(axis=0) / draws)
    alike = logit(beta * need.mean(axis=0) @ q.T)
    assert np.abs(alike - expected).max() > 20 * error.max()  # heterogeneity is what is tested
    # needs are kept in 255ths: at most 1/510 off a need, unbiased over people
    assert (np.abs(counted - expected) < 4 * error + 1e-4).all(), (counted, expected)


def test_logit_of_prices() -> None:
    """Buying: shares of the firms are a logit of -alpha * price (own elasticity -2.6 [M])."""
    prices, alpha, n = np.array([1.0, 1.2, 0.9]), 2.9, 400_000
    firms = [firm(name, offer={"price": price}) for name, price in zip("ABC", prices, strict=True)]
    purchase = {"wait": 0.5, "price": alpha, "outside": -2.0}
    scenario = bare(*firms, people={"count": n}, market={"purchase": purchase})
    sold = simulate(scenario, seed=4).firm_series["n_sales"][1]
    here = 1 - np.exp(-1 / 0.5)  # chance of an occasion
    expected = here * logit(np.append(-alpha * prices, -2.0))[:3]
    every = np.append(sold, n - sold.sum())
    assert chisquare(every, np.append(expected, 1 - expected.sum()) * n).pvalue > 0.001
