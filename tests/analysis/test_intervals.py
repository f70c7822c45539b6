"""Intervals: published values, scipy's bootstrap, and how often they hold the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.analysis.intervals import bca_levels, holm, mean, ratio, two_sided_p, wilson


def test_wilson_of_none_in_ten() -> None:
    # Newcombe 1998, table I, method 3: 0/20 gives .0000 to .1611, 81/263 gives .2553 to .3662
    assert wilson(0, 20) == pytest.approx((0, 0, 0.1611), abs=5e-5)
    assert wilson(81, 263)[1:] == pytest.approx((0.2553, 0.3662), abs=5e-5)
    with pytest.raises(ValueError, match="at least one trial"):
        wilson(0, 0)


def test_bootstrap_is_scipys_bca() -> None:
    values = np.random.default_rng(1).lognormal(0, 1, 60)
    found = mean(values, draws=20_000)
    oracle = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(2)
    ).confidence_interval
    width = oracle.high - oracle.low
    assert found.low == pytest.approx(oracle.low, abs=0.03 * width)
    assert found.high == pytest.approx(oracle.high, abs=0.03 * width)


def test_bias_moves_the_levels_as_efron_says() -> None:
    # 60% of the draws below the estimate: z0 = .25335; no skew: Phi(2 z0 -+ 1.95996) =
    # Phi(-1.45327) and Phi(2.46666) = .07307 and .99318
    levels = bca_levels(0.6, (np.arange(1000) + 0.5) / 1000, np.array([-1.0, 1.0]), 0.95)
    assert levels == pytest.approx((0.07307, 0.99318), abs=1e-4)


def test_bootstrap_holds_the_truth_as_often_as_it_says() -> None:
    rng, held, repetitions = np.random.default_rng(3), 0, 400
    for _ in range(repetitions):
        firms = rng.integers(1, 5, 80)
        fate = rng.beta(1, 1, 80)  # firms of a run share their odds
        alive = rng.binomial(firms, fate)
        found = ratio(alive, firms, draws=500)
        held += found.low <= 0.5 <= found.high
    # 95% less what 80 runs and 500 draws cost (about 1%), +- 3.5 sigma
    assert held / repetitions == pytest.approx(0.945, abs=3.5 * (0.05 * 0.95 / repetitions) ** 0.5)


def test_a_seed_gives_the_same_interval_and_another_seed_another() -> None:
    values = np.random.default_rng(4).normal(size=40)
    assert mean(values) == mean(values)
    assert mean(values) != mean(values, seed=2)


def test_runs_that_agree_and_single_runs() -> None:
    assert mean([2.0, 2.0, 2.0]) == (2.0, 2.0, 2.0)
    one = mean([2.0])
    assert one.value == 2.0
    assert math.isnan(one.low)
    assert one.sign == 0
    assert mean([1.0] * 20, bounds=(-1, 1)).low == pytest.approx(1 - 2 * 0.1611, abs=1e-4)
    with pytest.raises(ValueError, match="no firm"):
        ratio([0.0], [0.0])


def test_runs_without_firms_of_the_kind_do_not_count() -> None:
    assert ratio([3, 0, 1], [3, 0, 2]).value == pytest.approx(0.8)


def test_sign_needs_an_interval_without_zero() -> None:
    assert mean([1.0, 1.2, 0.9, 1.1]).sign == 1
    assert mean([-1.0, -1.2, -0.9, -1.1]).sign == -1
    assert mean([-1.0, 1.2, -0.9, 1.1]).sign == 0


def test_holm_by_hand() -> None:
    # sorted .01 .02 .03 .04 times 4 3 2 1 = .04 .06 .06 .04, made monotone: .04 .06 .06 .06
    assert holm([0.03, 0.01, 0.04, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([0.9, 0.8]) == pytest.approx([1.0, 1.0])


def test_normal_p() -> None:
    assert two_sided_p(1.959964) == pytest.approx(0.05, abs=1e-7)
    assert two_sided_p(-1.959964) == pytest.approx(0.05, abs=1e-7)
