"""Smoothed hazard: known risks, its band against a bootstrap over runs, exact where none fails."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.analysis.hazard import smoothed_hazard
from sim.analysis.intervals import run_weights


def test_smoothed_hazard_of_constant_risk_is_flat_and_right() -> None:
    rng, n = np.random.default_rng(7), 4000
    lives = np.ceil(rng.exponential(260, n))
    found = smoothed_hazard(np.minimum(lives, 520), lives < 520, bandwidth=52)
    truth = 52 / 260
    held = (found.low <= truth) & (truth <= found.high)
    assert held.mean() > 0.8
    assert found.per_year.mean() == pytest.approx(truth, rel=0.05)


def test_smoothed_hazard_finds_a_hump() -> None:
    # log-normal lives, week by week: the hazard rises, then falls; its mode by scipy
    truth = stats.lognorm(0.9, scale=200)
    grid = np.arange(1, 520.0)
    mode = grid[np.argmax(truth.pdf(grid) / truth.sf(grid))]
    lives = np.ceil(truth.rvs(50_000, random_state=8))
    found = smoothed_hazard(np.minimum(lives, 520), lives < 520, bandwidth=40, grid=grid)
    top = found.per_year.max()
    assert found.weeks[np.argmax(found.per_year)] == pytest.approx(mode, abs=40)
    assert top > found.high[0]
    assert top > found.high[-1]


def test_band_is_that_of_a_bootstrap_over_runs() -> None:
    rng, n_runs = np.random.default_rng(9), 120
    runs = np.repeat(np.arange(n_runs), 3)
    lives = np.ceil(rng.exponential(260 * np.repeat(np.exp(0.5 * rng.normal(size=n_runs)), 3)))
    seen, failed, grid = np.minimum(lives, 520), lives < 520, np.arange(60, 460, 40.0)
    found = smoothed_hazard(seen, failed, runs, bandwidth=52, grid=grid)
    drawn = []
    for weights in run_weights(n_runs, 300, 1):
        times = weights[runs].astype(int)
        again = np.repeat(seen, times), np.repeat(failed, times)
        drawn.append(smoothed_hazard(*again, bandwidth=52, grid=grid).per_year)
    spread = np.std(np.log(drawn), axis=0)
    told = np.log(found.high / found.low) / (2 * 1.96)
    np.testing.assert_allclose(told, spread, rtol=0.25)
    # firms of a run share a fate: alone they would seem to know more than they do
    alone = smoothed_hazard(seen, failed, bandwidth=52, grid=grid)
    assert np.mean(np.log(alone.high / alone.low)) < np.mean(np.log(found.high / found.low))


def test_where_none_fails_the_band_ends_at_the_poisson_bound() -> None:
    # 40 firms seen for 520 weeks, none fails after week 10: within 26 weeks of week 300 they
    # live 40 * 52 weeks; none in so many: rate below -ln(.025)/2080 a week (Garwood 1936)
    weeks, failed = np.full(41, 520.0), np.zeros(41, dtype=bool)
    weeks[0], failed[0] = 10, True
    found = smoothed_hazard(weeks, failed, bandwidth=26, grid=[300.0])
    assert found.per_year[0] == found.low[0] == 0
    assert found.high[0] == pytest.approx(-np.log(0.025) / (40 * 52) * 52)


def test_one_run_has_no_band() -> None:
    found = smoothed_hazard([3, 5, 8], [1, 1, 1], [0, 0, 0], bandwidth=4)
    assert np.isnan(found.low).all()
    assert np.isnan(found.high).all()
    assert found.per_year.max() > 0
