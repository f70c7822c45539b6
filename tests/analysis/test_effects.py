"""Effect sizes and randomisation tests: Student's sleep data, scipy, and how often they err.

Sleep data: extra hours of sleep of ten patients under two drugs (Cushny & Peebles 1905, as used by
Student 1908; data set ``sleep`` of R). Mean difference 1.58, standard deviation 1.23, so that
d = 1.58/1.23 = 1.285 paired; unpaired d = .832.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.analysis.effects import paired_effect, shuffle_p, sign_flip_p, unpaired_effect

FIRST = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
SECOND = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])


def test_sleep_in_pairs() -> None:
    found = paired_effect(FIRST, SECOND)
    assert found.difference.value == pytest.approx(1.58)
    assert found.d.value == pytest.approx(1.285, abs=5e-4)
    assert found.superiority.value == 0.95  # nine of ten gain, one is tied
    # no patient loses and one gains nothing: 2 sums as far of 2**9, each twice for the tie
    assert found.p == 2 * 2 / 2**10
    assert found.n == (10,)


def test_sleep_as_two_groups() -> None:
    found = unpaired_effect(FIRST, SECOND)
    assert found.d.value == pytest.approx(0.832, abs=5e-4)
    u = stats.mannwhitneyu(FIRST, SECOND).statistic
    assert found.superiority.value == pytest.approx(u / 100)
    assert found.p == pytest.approx(0.0794, abs=0.01)  # Student's t with equal variances
    assert found.n == (10, 10)


@pytest.mark.parametrize("n", [9, 13, 14, 40])
def test_sign_flips_are_scipys(n: int) -> None:
    gap = np.random.default_rng(n).normal(0.4, 1, n)
    oracle = stats.permutation_test(
        (gap,), lambda x, axis: np.mean(x, axis=axis), permutation_type="samples",
        vectorized=True, n_resamples=20_000, rng=np.random.default_rng(2),
    ).pvalue  # fmt: skip
    exact = 2**n <= 9999
    error = 4 * (oracle * (1 - oracle) * (1 / 9999 + 1 / 20_000)) ** 0.5
    assert sign_flip_p(gap) == pytest.approx(oracle, abs=1e-12 if exact else error)


def test_flips_and_shuffles_err_as_often_as_they_say() -> None:
    rng = np.random.default_rng(3)
    flips, shuffles = [], []
    for _ in range(300):
        flips.append(sign_flip_p(rng.normal(size=12)))
        shuffles.append(shuffle_p(rng.normal(size=5), rng.normal(size=4)))
    assert stats.kstest(flips, "uniform").pvalue > 0.01
    # nine runs dealt out in 126 ways: p in steps of 2/126, never below the share asked for
    for level in (0.05, 0.2, 0.5):
        assert (
            np.mean(np.array(shuffles) <= level) <= level + 4 * (level * (1 - level) / 300) ** 0.5
        )
        assert np.mean(np.array(shuffles) <= level) >= level - 0.1


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng, n, repetitions = np.random.default_rng(4), 60, 120
    held = np.zeros(2)
    truth = stats.norm.cdf(0.5)  # P(N(.5, 1) > 0)
    for _ in range(repetitions):
        found = paired_effect(rng.normal(0.5, 1, n), np.zeros(n))
        held += [f.low <= t <= f.high for f, t in ((found.d, 0.5), (found.superiority, truth))]
    error = 3.5 * (0.05 * 0.95 / repetitions) ** 0.5
    assert np.all(held / repetitions > 0.94 - error)
    assert held[0] / repetitions < 0.94 + error + 0.02


@pytest.mark.slow
def test_unpaired_intervals_hold_the_truth() -> None:
    rng, held, repetitions = np.random.default_rng(5), 0, 120
    for _ in range(repetitions):
        found = unpaired_effect(rng.normal(0.5, 1, 50), rng.normal(0, 1, 40))
        held += found.difference.low <= 0.5 <= found.difference.high
    assert held / repetitions == pytest.approx(0.945, abs=3.5 * (0.05 * 0.95 / repetitions) ** 0.5)


def test_exchanging_the_two_turns_every_sign() -> None:
    for effect in (paired_effect, unpaired_effect):
        one, two = effect(FIRST, SECOND), effect(SECOND, FIRST)
        assert one.d.value == pytest.approx(-two.d.value)
        assert one.superiority.value == pytest.approx(1 - two.superiority.value)
        assert one.p == pytest.approx(two.p, abs=0.01)


def test_one_run_is_an_anecdote() -> None:
    for found in (paired_effect([2.0], [1.0]), unpaired_effect([2.0], [1.0, 0.5])):
        assert found.difference.value in (1.0, 1.25)
        assert math.isnan(found.difference.low)
        assert math.isnan(found.d.value)
        assert found.p == 1.0


def test_pairs_that_all_agree() -> None:
    same = paired_effect([1.0] * 8, [1.0] * 8)
    assert (same.d.value, same.superiority.value, same.p) == (0.0, 0.5, 1.0)
    assert same.superiority.low == pytest.approx(0.2152, abs=1e-4)  # Wilson of 4 in 8
    apart = paired_effect([2.0] * 8, [1.0] * 8)
    assert math.isinf(apart.d.value)
    assert apart.superiority.low == pytest.approx(0.6756, abs=1e-4)  # Wilson of 8 in 8
    assert apart.p == 2 / 2**8
