"""Survival against published data, scipy and constant-hazard limits (VALIDATION B18).

Published table: remission of leukaemia patients in weeks, 6-mercaptopurine against placebo
(Freireich et al. 1963, as printed by Cox & Oakes 1984, p. 7, and Collett, exercise data). Log-rank
chi-square 16.79 on 1 degree of freedom, p = 4.2e-05, is what R's ``survdiff`` prints for it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.analysis.survival import (
    kaplan_meier,
    life_table,
    logrank,
    numbers_at_risk,
    pairwise_logrank,
    restricted_mean,
    share_alive,
)

DRUG = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35])
DRUG_FAILED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])
PLACEBO = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23])
WEEKS = np.concatenate([DRUG, PLACEBO])
FAILED = np.concatenate([DRUG_FAILED, np.ones(21, dtype=int)])
IS_DRUG = np.arange(42) < 21


def _scipy_sample(weeks: np.ndarray, failed: np.ndarray) -> stats.CensoredData:
    return stats.CensoredData.right_censored(weeks, np.asarray(failed) == 0)


def test_kaplan_meier_of_the_leukaemia_trial_is_the_published_table() -> None:
    curve = kaplan_meier(DRUG, DRUG_FAILED)
    assert curve.weeks.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.failed.tolist() == [3, 1, 1, 1, 1, 1, 1]
    # Cox & Oakes 1984, table 4.1: .857 .807 .753 .690 .627 .538 .448
    expected = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    np.testing.assert_allclose(curve.alive, expected, atol=5e-4)
    assert curve.at([0, 5.9, 6, 9, 100]).tolist() == pytest.approx(
        [1, 1, 6 / 7, 0.8067, 0.4482], abs=1e-4
    )


@pytest.mark.parametrize(("band", "method"), [("log-log", "log-log"), ("greenwood", "linear")])
def test_bands_are_those_of_scipy(band: str, method: str) -> None:
    curve = kaplan_meier(DRUG, DRUG_FAILED, band=band)
    oracle = stats.ecdf(_scipy_sample(DRUG, DRUG_FAILED)).sf
    between = oracle.confidence_interval(method=method)
    for at in range(len(curve.weeks)):
        where = np.searchsorted(oracle.quantiles, curve.weeks[at])
        assert curve.alive[at] == pytest.approx(oracle.probabilities[where], abs=1e-12)
        assert curve.low[at] == pytest.approx(between.low.probabilities[where], abs=1e-9)
        assert curve.high[at] == pytest.approx(between.high.probabilities[where], abs=1e-9)


def test_logrank_of_the_leukaemia_trial() -> None:
    test = logrank(WEEKS, FAILED, IS_DRUG)
    assert test.chi2 == pytest.approx(16.79, abs=0.005)
    assert test.p == pytest.approx(4.2e-5, abs=5e-7)
    assert test.z < 0  # the treated fail less
    assert (test.observed, test.expected) == (9, pytest.approx(19.25, abs=0.005))  # survdiff
    oracle = stats.logrank(_scipy_sample(DRUG, DRUG_FAILED), PLACEBO)
    assert abs(test.z) == pytest.approx(abs(oracle.statistic), abs=1e-10)


def test_exchanging_the_groups_turns_the_sign_only() -> None:
    one, two = logrank(WEEKS, FAILED, IS_DRUG), logrank(WEEKS, FAILED, ~IS_DRUG)
    assert one.z == pytest.approx(-two.z)
    assert one.p == pytest.approx(two.p)


def test_restricted_mean_is_the_area_worked_by_hand() -> None:
    # failures at 2 and 4 of 4 firms, two censored at 10: S = 1, .75, .5; to week 6:
    # 2 * 1 + 2 * .75 + 2 * .5 = 4.5. Greenwood for the mean (Klein & Moeschberger 4.5.2):
    # (2*.75 + 2*.5)^2 * 1/(4*3) + (2*.5)^2 * 1/(3*2) = .5208 + .1667 = .6875
    found = restricted_mean([2, 4, 10, 10], [1, 1, 0, 0], horizon=6)
    assert found.value == pytest.approx(4.5)
    assert found.value - found.low == pytest.approx(1.959964 * 0.6875**0.5, abs=1e-5)


def test_restricted_mean_without_censoring_is_the_mean() -> None:
    assert restricted_mean(PLACEBO, np.ones(21), horizon=23).value == pytest.approx(PLACEBO.mean())


def test_firms_that_never_fail_prove_no_eternal_life() -> None:
    # four runs without an exit: Wilson's bound of 4 in 4, 1 / (1 + z^2 / 4) = .5101, of 520 weeks
    found = restricted_mean([520] * 12, [0] * 12, np.repeat(np.arange(4), 3), horizon=520)
    assert (found.value, found.high) == (520, pytest.approx(520))
    assert found.low == pytest.approx(520 / (1 + 1.959964**2 / 4), rel=1e-6)
    many = restricted_mean([520] * 40, [0] * 40, np.arange(40), horizon=520)
    assert found.low < many.low < 520
    # nor do firms that all leave in one week say when others would
    same = restricted_mean([100] * 8, [1] * 8, np.arange(8), horizon=400)
    assert same.value == 100
    assert same.low < 80
    assert same.high > 120


def test_single_firm_runs_give_greenwood_and_firms_that_die_together_do_not() -> None:
    alone = kaplan_meier(DRUG, DRUG_FAILED)
    same = kaplan_meier(DRUG, DRUG_FAILED, np.arange(21))
    np.testing.assert_allclose(same.low, alone.low)
    # every run holds three copies of one fate: the copies must add no certainty
    runs = np.repeat(np.arange(21), 3)
    copies = kaplan_meier(np.repeat(DRUG, 3), np.repeat(DRUG_FAILED, 3), runs)
    np.testing.assert_allclose(copies.alive, alone.alive)
    naive = kaplan_meier(np.repeat(DRUG, 3), np.repeat(DRUG_FAILED, 3))
    assert np.all(copies.high - copies.low > 1.3 * (naive.high - naive.low))
    np.testing.assert_allclose(copies.low, alone.low, atol=2e-3)


def test_one_run_has_no_band() -> None:
    curve = kaplan_meier(PLACEBO, np.ones(21), np.zeros(21))
    assert np.isnan(curve.low[:-1]).all()  # at the last death the share is 0 whatever the spread
    assert np.isnan(restricted_mean(PLACEBO, np.ones(21), np.zeros(21), horizon=9).low)


def test_constant_hazard_limits() -> None:
    rng, n = np.random.default_rng(1), 200_000
    four_sigma = 4 * (0.36788 * 0.63212 / n) ** 0.5
    lives = rng.exponential(10, n)
    whole = kaplan_meier(np.minimum(lives, 12), lives < 12)
    assert whole.at(10) == pytest.approx(np.exp(-1), abs=four_sigma)
    discrete = rng.geometric(0.1, n)
    stepped = kaplan_meier(np.minimum(discrete, 12), discrete <= 12)
    assert stepped.at(10) == pytest.approx(0.9**10, abs=four_sigma)


def test_a_tenth_that_fails_each_week_leaves_the_golden_value() -> None:
    # 10 ** 10 firms would fail in whole numbers; 1e5 do to within half a firm a week
    n, lives = 100_000, []
    left = n
    for week in range(1, 11):
        fails = round(left * 0.1)
        lives += [week] * fails
        left -= fails
    curve = kaplan_meier(lives + [11] * left, [1] * len(lives) + [0] * left)
    assert curve.at(10) == pytest.approx(0.34868, abs=2e-5)  # B18, discrete: .9 ** 10


def test_random_censoring_leaves_the_curve_where_it_was() -> None:
    rng, n = np.random.default_rng(2), 100_000
    lives, seen = rng.exponential(10, n), rng.uniform(0, 30, n)
    curve = kaplan_meier(np.minimum(lives, seen), lives <= seen)
    assert curve.at(10) == pytest.approx(np.exp(-1), abs=0.008)
    assert np.mean(np.minimum(lives, seen) > 10) < 0.3  # a naive share would be far off


def _p_values(repetitions: int, together: float, robust: bool) -> np.ndarray:
    """Log-rank p-values under equal hazards, 120 runs of 2 + 2 firms with a common frailty."""
    rng = np.random.default_rng(3)
    runs, first = np.repeat(np.arange(120), 4), np.tile([True, True, False, False], 120)
    found = []
    for _ in range(repetitions):
        # the two firms of a kind share a fate that the other kind does not
        shared = np.repeat(np.exp(together * rng.standard_normal(240)), 2)
        lives = rng.exponential(300 * shared)
        seen = np.minimum(lives, 520)
        found.append(logrank(seen, lives < 520, first, runs if robust else None).p)
    return np.array(found)


@pytest.mark.parametrize("robust", [False, True])
def test_p_values_are_uniform_under_equal_hazards(robust: bool) -> None:
    assert stats.kstest(_p_values(1000, 0.0, robust), "uniform").pvalue > 0.01


def test_p_values_stay_uniform_when_firms_share_a_fate() -> None:
    assert stats.kstest(_p_values(1000, 1.5, True), "uniform").pvalue > 0.01
    # and the plain test does not: the reason why the robust one is there
    assert np.mean(_p_values(300, 1.5, False) < 0.05) > 0.08


def test_power_is_schoenfelds() -> None:
    # events for power .8 at hazard ratio 1.5, level .05, two equal groups (Schoenfeld 1981)
    needed = 4 * (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) ** 2 / np.log(1.5) ** 2
    assert round(needed) == 191
    rng, hits, repetitions = np.random.default_rng(4), 0, 1000
    first = np.arange(191) % 2 == 0
    for _ in range(repetitions):
        lives = rng.exponential(np.where(first, 1.0, 1.5))
        hits += logrank(lives, np.ones(191), first).p < 0.05
    assert hits / repetitions == pytest.approx(0.80, abs=4 * (0.8 * 0.2 / repetitions) ** 0.5)


def test_without_failures_nothing_is_claimed() -> None:
    test = logrank([5, 5, 5], [0, 0, 0], [True, False, False], [1, 2, 3])
    assert (test.z, test.p) == (0.0, 1.0)
    assert len(life_table([5, 5], [0, 0]).weeks) == 0
    assert kaplan_meier([5, 5], [0, 0]).at(3) == 1.0


def test_faults_are_told() -> None:
    with pytest.raises(ValueError, match="one time and one failure"):
        kaplan_meier([1, 2], [1])
    with pytest.raises(ValueError, match="at least 0"):
        kaplan_meier([-1], [1])
    with pytest.raises(ValueError, match="log-log, greenwood"):
        kaplan_meier([1], [1], band="linear")


def test_numbers_at_risk_count_those_not_gone_before() -> None:
    assert numbers_at_risk(DRUG, [0, 6, 7, 35, 36]).tolist() == [21, 21, 17, 1, 0]


def test_pairwise_tests_are_corrected_for_their_number() -> None:
    n = 60
    # a and b have one and the same distribution (the quantiles of an exponential), c another
    quantiles = -np.log1p(-(np.arange(n) + 0.5) / n)
    shuffled = [np.random.default_rng(seed).permutation(quantiles) for seed in (1, 2, 3)]
    lives = np.concatenate([m * q for m, q in zip((100, 100, 400), shuffled, strict=True)])
    rows = pd.DataFrame(
        {"strategy": np.repeat(["a", "b", "c"], n), "run": np.tile(np.arange(n), 3),
         "weeks_alive": np.minimum(lives, 520), "survived": (lives >= 520).astype(int)}
    )  # fmt: skip
    found = {(row["first"], row["second"]): row for row in pairwise_logrank(rows)}
    assert set(found) == {("a", "b"), ("a", "c"), ("b", "c")}
    assert found["a", "b"]["p_holm"] > 0.05 > found["a", "c"]["p_holm"] > found["a", "c"]["p"]
    assert found["a", "c"]["z"] > 0  # a fails more


def test_share_alive_is_wilson_for_one_firm_a_run() -> None:
    # 8 of 10, Wilson 95%: .4902 to .9433 (Brown, Cai & DasGupta 2001, formula 4)
    found = share_alive([1] * 8 + [0] * 2, np.arange(10))
    assert found == pytest.approx((0.8, 0.4902, 0.9433), abs=1e-4)


def test_share_alive_draws_runs_not_firms() -> None:
    fates = np.random.default_rng(6).random(60) < 0.5
    together = share_alive(np.repeat(fates, 3), np.repeat(np.arange(60), 3))
    width = 2 * 1.96 * (0.25 / 60) ** 0.5  # sixty witnesses, not 180
    assert together.high - together.low == pytest.approx(width, rel=0.15)


def test_share_alive_of_runs_that_all_agree_is_not_certain() -> None:
    found = share_alive(np.ones(60), np.repeat(np.arange(20), 3))
    assert found.value == 1.0
    assert found.low == pytest.approx(1 - 0.1611, abs=1e-4)  # Wilson of 0 in 20 ends at .1611
    # one run is an anecdote: a single trial, Wilson by hand (z2 = 3.8415, p = 2/3, n = 1):
    # centre (.6667 + 1.9207)/4.8415 = .5344, half 1.96 sqrt(.2222 + .9604)/4.8415 = .4402
    found = share_alive([1, 1, 0], [0, 0, 0])
    assert found == pytest.approx((2 / 3, 0.0942, 0.9747), abs=2e-4)


def test_one_of_three_left_in_every_run_is_wilson_over_all_firms() -> None:
    found = share_alive([1, 0, 0] * 3, np.repeat(np.arange(3), 3))
    # 3 of 9, Wilson 95%: .1206 to .6458
    assert found == pytest.approx((1 / 3, 0.1206, 0.6458), abs=1e-4)
    # one run that differs does not make the interval jump below the floor
    close = share_alive([1, 0, 0] * 19 + [1, 1, 0], np.repeat(np.arange(20), 3))
    assert close.low <= 0.2442  # 21 of 60, Wilson: .2417 to .4764
    assert close.high >= 0.476
