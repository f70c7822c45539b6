"""Restricted mean survival time: areas by hand, what pairing gains, how often intervals hold."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.analysis.rmst import Lives, paired_restricted_mean, unpaired_restricted_mean
from sim.analysis.survival import restricted_mean
from tests.analysis.test_survival import DRUG, DRUG_FAILED, PLACEBO


def lives(weeks: np.ndarray, end: float, runs: np.ndarray | None = None) -> Lives:
    """Lives seen until ``end``."""
    return Lives(
        np.minimum(weeks, end), weeks < end, np.arange(len(weeks)) if runs is None else runs
    )


def test_difference_of_areas_worked_by_hand() -> None:
    # first: failures at 2 and 4 of 4 firms, two seen to 10; area to 6: 2 + 2 * .75 + 2 * .5 = 4.5
    # second: failures at 1 and 3 of 4, one lost from sight at 2: S = 1, .75, .375 from 3 on;
    # area to 6: 1 + 2 * .75 + 3 * .375 = 3.625
    one = Lives([2, 4, 10, 10], [1, 1, 0, 0], [0, 1, 2, 3])
    two = Lives([1, 2, 3, 10], [1, 0, 1, 0], [0, 1, 2, 3])
    for compared in (paired_restricted_mean, unpaired_restricted_mean):
        found = compared(one, two, horizon=6)
        assert (found.first, found.second) == (pytest.approx(4.5), pytest.approx(3.625))
        assert found.difference.value == pytest.approx(0.875)


def test_means_are_those_of_kaplan_meier() -> None:
    one = Lives(DRUG, DRUG_FAILED, np.arange(21))
    two = Lives(PLACEBO, np.ones(21), np.arange(21))
    found = unpaired_restricted_mean(one, two, horizon=23)
    assert found.first == pytest.approx(restricted_mean(DRUG, DRUG_FAILED, horizon=23).value)
    assert found.second == pytest.approx(PLACEBO.mean())
    # the normal interval of the same difference, Greenwood in both groups
    spread = [
        restricted_mean(t, e, horizon=23) for t, e in ((DRUG, DRUG_FAILED), (PLACEBO, np.ones(21)))
    ]
    half = math.hypot(*(each.high - each.value for each in spread))
    assert found.difference.high - found.difference.low == pytest.approx(2 * half, rel=0.12)
    assert found.difference.low > 0


def test_without_early_loss_pseudo_values_are_the_runs_own_differences() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.exponential(300, 40), rng.exponential(200, 40)
    found = paired_restricted_mean(lives(a, 520), lives(b, 520), horizon=520)
    np.testing.assert_allclose(found.pseudo[0], np.minimum(a, 520) - np.minimum(b, 520))
    two = unpaired_restricted_mean(lives(a, 520), lives(b, 520), horizon=520)
    np.testing.assert_allclose(two.pseudo[0], np.minimum(a, 520))
    np.testing.assert_allclose(two.pseudo[1], np.minimum(b, 520))


def test_pairing_takes_out_what_runs_share() -> None:
    rng = np.random.default_rng(2)
    luck = rng.exponential(250, 80)
    a, b = 1.2 * luck, luck * rng.uniform(0.9, 1.1, 80)
    paired = paired_restricted_mean(lives(a, 520), lives(b, 520), horizon=520).difference
    apart = unpaired_restricted_mean(lives(a, 520), lives(b, 520), horizon=520).difference
    assert paired.value == pytest.approx(apart.value)
    assert paired.sign == 1
    assert paired.high - paired.low < 0.4 * (apart.high - apart.low)


def test_only_runs_with_both_make_pairs() -> None:
    one = Lives([5, 5, 9], [1, 1, 0], ["a", "b", "c"])
    two = Lives([3, 9], [1, 0], ["b", "d"])
    found = paired_restricted_mean(one, two, horizon=9)
    assert (found.first, found.second) == (5, 3)
    assert math.isnan(found.difference.low)  # one pair
    with pytest.raises(ValueError, match="no pair"):
        paired_restricted_mean(one, Lives([3], [1], ["x"]), horizon=9)


def test_groups_that_never_fail_do_not_differ() -> None:
    found = paired_restricted_mean(
        lives(np.full(9, 99.0), 52), lives(np.full(9, 70.0), 52), horizon=52
    )
    assert (found.first, found.second, found.difference.value) == (52, 52, 0)
    assert found.difference.sign == 0


@pytest.mark.slow
@pytest.mark.parametrize("paired", [True, False])
def test_interval_holds_the_truth_as_often_as_it_says(paired: bool) -> None:
    rng, n, repetitions, held = np.random.default_rng(3), 60, 250, 0
    compared = paired_restricted_mean if paired else unpaired_restricted_mean
    mean = [m * (1 - math.exp(-520 / m)) for m in (400, 300)]  # area under exp(-t/m) to 520
    runs = np.repeat(np.arange(n), 2)
    for _ in range(repetitions):
        shared = np.repeat(rng.exponential(1, n), 2)  # firms of a run die together
        other = shared if paired else np.repeat(rng.exponential(1, n), 2)
        found = compared(
            lives(400 * shared, 520, runs), lives(300 * other, 520, runs), horizon=520, draws=500
        )
        held += found.difference.low <= mean[0] - mean[1] <= found.difference.high
    assert held / repetitions == pytest.approx(0.945, abs=3.5 * (0.05 * 0.95 / repetitions) ** 0.5)


def test_pairs_that_never_fail_prove_no_equality() -> None:
    runs = np.arange(8)
    forever = Lives([520] * 8, [0] * 8, runs)
    found = paired_restricted_mean(forever, forever, horizon=520)
    # Tango's bound without a discordant pair: z^2 / (n + z^2) of the horizon
    assert found.difference.value == 0
    assert found.difference.high == pytest.approx(520 * 1.959964**2 / (8 + 1.959964**2), rel=1e-4)
    assert found.difference.low == pytest.approx(-found.difference.high)
    assert found.pseudo[0].tolist() == [0] * 8
