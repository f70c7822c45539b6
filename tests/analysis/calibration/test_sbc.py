"""The method on itself: ranks of truths are uniform, and a broken method is found out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.analysis.calibration.posterior import Posterior, posterior
from sim.analysis.calibration.ranges import Ranges
from sim.analysis.calibration.sbc import PASSES, ranks, uniformity
from tests.analysis.calibration.models import BASS, WITH_IDLE, bass, gauss, prior

DRAWS = 99


def ranked(ranges: Ranges, theta: Any, simulated: Any, held_out: int, **given: Any) -> Any:
    asked = {"seed": 5, "n_draws": DRAWS, "log": ranges.log} | given
    return ranks(theta, simulated, ranges.low, ranges.high, held_out=held_out, **asked)


def squeezed(*args: Any, **given: Any) -> Posterior:
    """A posterior half as wide as it should be."""
    own = posterior(*args, **given)
    middle = np.median(own.draws, axis=0)
    return replace(own, draws=middle + (own.draws - middle) / 2)


def test_a_gaussian_and_what_is_not_in_the_data() -> None:
    found = ranked(WITH_IDLE, *gauss(WITH_IDLE, 300, 1), held_out=300)
    assert found.shape == (300, 2)
    assert (uniformity(found, DRAWS).p > PASSES).all()
    assert (np.abs(found.std(axis=0) / (DRAWS + 1) * np.sqrt(12) - 1) < 0.1).all()


def test_a_bass_curve() -> None:
    rng = np.random.default_rng(3)
    theta = prior(BASS, 400, rng)
    found = ranked(BASS, theta, bass(theta, rng), held_out=300)
    assert (uniformity(found, DRAWS).p > PASSES).all()


def test_more_statistics_than_runs() -> None:
    """60 runs of 80 noisy statistics: a regression that saw its own runs would be too sure."""
    rng = np.random.default_rng(3)
    theta = prior(WITH_IDLE, 60, rng)
    simulated = theta[:, :1] + 20 * rng.normal(size=(60, 80))
    found = ranked(WITH_IDLE, theta, simulated, held_out=60)
    assert (uniformity(found, DRAWS).p > PASSES).all()


def test_a_posterior_half_as_wide_is_found_out() -> None:
    found = ranked(WITH_IDLE, *gauss(WITH_IDLE, 200, 1), held_out=200, method=squeezed)
    assert (uniformity(found, DRAWS).p < 1e-6).all()


def test_a_posterior_that_is_the_prior_is_not_found_out() -> None:
    """Known limit of the check: it finds wrong widths, not a method that learns nothing."""

    def learns_nothing(*args: Any, **given: Any) -> Posterior:
        own = posterior(*args, **given)
        rng = np.random.default_rng(given["seed"])
        return replace(own, draws=WITH_IDLE.natural(rng.random(own.draws.shape)))

    found = ranked(WITH_IDLE, *gauss(WITH_IDLE, 200, 1), held_out=200, method=learns_nothing)
    assert (uniformity(found, DRAWS).p > PASSES).all()


def test_uniformity_of_known_numbers() -> None:
    """100 truths in ten bins of ten ranks: chi2 of counts 20, 0 and eight tens is 20."""
    even = np.repeat(np.arange(100), 1)[:, None]
    assert uniformity(even, 99).chi2[0] == pytest.approx(0)
    assert uniformity(even, 99).p[0] == pytest.approx(1)
    moved = np.where(even < 10, even + 10, even)
    assert uniformity(moved, 99).chi2[0] == pytest.approx(20)
    assert uniformity(moved, 99).p[0] == pytest.approx(0.01791, abs=1e-5)  # chi2, 9 degrees


def test_bins_that_hold_more_ranks_expect_more() -> None:
    """Seven ranks in four bins: 2, 2, 2 and 1 of them."""
    found = uniformity(np.tile(np.arange(7), 6)[:, None], 6)
    assert found.chi2[0] == pytest.approx(0)


def test_p_values_of_uniform_ranks_are_uniform() -> None:
    rng = np.random.default_rng(1)
    p = uniformity(rng.integers(0, 100, (300, 2000)), 99).p
    assert abs((p < 0.1).mean() - 0.1) < 3 * np.sqrt(0.09 / 2000)
    assert abs((p < 0.01).mean() - 0.01) < 4 * np.sqrt(0.0099 / 2000)


def test_ties_are_broken_evenly_by_the_seed() -> None:
    """Draws that all equal the truth: every rank is as likely."""
    theta, simulated = gauss(WITH_IDLE, 100, 1)
    truths = {values.tobytes(): own for values, own in zip(simulated, theta, strict=True)}

    def knows(t: Any, x: Any, seen: Any, low: Any, high: Any, **given: Any) -> Posterior:
        own = posterior(t, x, seen, low, high, **given)
        return replace(own, draws=np.tile(truths[seen.tobytes()], (given["n_draws"], 1)))

    first = ranked(WITH_IDLE, theta, simulated, held_out=100, method=knows)
    assert (uniformity(first, DRAWS).p > PASSES).all()
    again = ranked(WITH_IDLE, theta, simulated, held_out=100, method=knows)
    other = ranked(WITH_IDLE, theta, simulated, held_out=100, method=knows, seed=6)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_failed_runs_are_not_held_out() -> None:
    theta, simulated = gauss(WITH_IDLE, 60, 1)
    simulated[:20] = np.nan
    assert ranked(WITH_IDLE, theta, simulated, held_out=40).shape == (40, 2)
    with pytest.raises(ValueError, match="from 1 to the 40 runs, got 41"):
        ranked(WITH_IDLE, theta, simulated, held_out=41)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (np.zeros((5, 1)), "ranks of at least 20 truths"),
        (np.zeros(50), "ranks of at least 20 truths"),
        (np.full((50, 1), 100), "ranks must be from 0 to 99"),
        (np.full((50, 1), -1), "ranks must be from 0 to 99"),
    ],
)
def test_ranks_that_are_none_are_refused(given: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        uniformity(given, 99)
