"""Posteriors beside those that are known; what is refused; what failed runs do."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.calibration.identified import verdicts, weighted_quantiles
from sim.analysis.calibration.posterior import Posterior, posterior
from sim.analysis.calibration.prior_check import prior_check
from sim.analysis.calibration.ranges import Ranges
from sim.analysis.calibration.summaries import standardised, summaries
from tests.analysis.calibration.models import (
    BASS,
    EXACT_SD,
    GAUSS,
    N_SEEN,
    SIGMA,
    WITH_IDLE,
    bass,
    gauss,
    prior,
)


def found(ranges: Ranges, theta: Any, simulated: Any, observed: Any, **given: Any) -> Posterior:
    asked = {"seed": 1, "n_draws": 400, "log": ranges.log} | given
    return posterior(theta, simulated, observed, ranges.low, ranges.high, **asked)


# -- known posteriors -------------------------------------------------------------------------


def test_the_mean_of_a_gaussian_has_its_known_posterior() -> None:
    """A uniform prior far away: normal about the observed mean with sd sigma / sqrt(n).

    Over 30 sets of observations: the mean of the posterior is off by 0 within three standard
    errors and by a third of the posterior's sd usually; its sd is right within a tenth.
    """
    theta, simulated = gauss(GAUSS, 1000, 1)
    rng = np.random.default_rng(2)
    off, sds = [], []
    for truth in rng.uniform(3, 7, 30):
        observed = truth + SIGMA * rng.normal(size=N_SEEN)
        own = found(GAUSS, theta, simulated, observed)
        middle = own.weights @ own.kept[:, 0]
        off.append(middle - observed.mean())
        sds.append(math.sqrt(own.weights @ (own.kept[:, 0] - middle) ** 2))
    assert abs(np.mean(off)) < 3 * np.std(off) / math.sqrt(30) + 0.03
    assert np.sqrt(np.mean(np.square(off))) < EXACT_SD / 3
    assert 0.9 < np.mean(sds) / EXACT_SD < 1.1


def test_draws_are_those_of_the_weights() -> None:
    theta, simulated = gauss(GAUSS, 300, 1)
    own = found(GAUSS, theta, simulated, np.full(N_SEEN, 5.0), n_draws=20_000)
    share = np.array([(own.draws == each).mean() for each in own.kept])
    error = np.sqrt(own.weights / 20_000)
    assert (np.abs(share - own.weights) < 5 * error + 1e-4).all()
    assert own.draws.shape == (20_000, 1)
    assert own.weights.sum() == pytest.approx(1)
    assert len(own.accepted) == 60
    assert (np.diff(own.weights) <= 0).all()  # nearest first
    near = np.abs(simulated[own.accepted].mean(axis=1) - 5)
    assert near.mean() < 0.5 * np.abs(simulated.mean(axis=1) - 5).mean()


def test_what_is_not_in_the_data_is_not_identified() -> None:
    contraction = []
    for seed in range(12):
        theta, simulated = gauss(WITH_IDLE, 400, seed)
        told, idle = verdicts(found(WITH_IDLE, theta, simulated, np.full(N_SEEN, 5.0)))
        assert told.word == "identified"
        assert told.contraction == pytest.approx(1 - 12 * (EXACT_SD / 10) ** 2, abs=0.03)
        assert told.low < 5 < told.high
        assert idle.word == "not identified"
        contraction.append(idle.contraction)
    error = np.std(contraction) / math.sqrt(12)
    assert abs(np.mean(contraction)) < 3 * error
    assert error < 0.04


def test_a_bass_curve_is_recovered() -> None:
    """p, q and m of 40 curves from 12 years each: 80% intervals hold 80%, all three tell."""
    rng = np.random.default_rng(7)
    theta = prior(BASS, 800, rng)
    simulated = bass(theta, rng)
    share = rng.uniform(0.15, 0.85, (40, 3))
    truths = BASS.natural(share)
    inside, contraction, off = [], [], []
    for truth, observed in zip(truths, bass(truths, rng), strict=True):
        own = verdicts(found(BASS, theta, simulated, observed))
        inside.append([v.low <= t <= v.high for v, t in zip(own, truth, strict=True)])
        contraction.append([v.contraction for v in own])
        off.append(np.abs(BASS.unit([v.median for v in own]) - BASS.unit(truth)))
    assert (np.median(contraction, axis=0) > 0.9).all()
    assert (np.median(off, axis=0) < 0.06).all()  # of the range
    held = np.mean(inside, axis=0)
    assert (np.abs(held - 0.8) < 3 * math.sqrt(0.8 * 0.2 / 40)).all(), held


def test_a_truth_at_the_end_of_its_range_stays_inside_and_is_said() -> None:
    theta, simulated = gauss(GAUSS, 400, 3)
    own = found(GAUSS, theta, simulated, np.full(N_SEEN, 12.0))
    assert own.draws.min() >= 0
    assert own.draws.max() <= 10
    (verdict,) = verdicts(own)
    assert verdict.bound == "high"
    (middle,) = verdicts(found(GAUSS, theta, simulated, np.full(N_SEEN, 5.0)))
    assert middle.bound == ""


def test_a_logarithmic_range_is_the_linear_one_of_its_logarithms() -> None:
    theta, simulated = gauss(Ranges.of([1.0], [4.0]), 200, 4)
    linear = found(Ranges.of([1.0], [4.0]), theta, simulated, np.full(N_SEEN, 2.0))
    logs = found(Ranges.of(np.exp([1.0]), np.exp([4.0]), [True]), np.exp(theta), simulated,
                 np.full(N_SEEN, 2.0))  # fmt: skip
    np.testing.assert_allclose(np.log(logs.draws), linear.draws, rtol=1e-9)
    assert verdicts(logs)[0].contraction == pytest.approx(verdicts(linear)[0].contraction)


# -- what does not matter ---------------------------------------------------------------------


@given(st.integers(0, 50), st.floats(0.01, 1000), st.floats(-100, 100))
@settings(max_examples=15, deadline=None)
def test_units_of_the_statistics_do_not_matter(seed: int, scale: float, shift: float) -> None:
    theta, simulated = gauss(WITH_IDLE, 80, seed)
    observed = np.full(N_SEEN, 5.0)
    first = found(WITH_IDLE, theta, simulated, observed)
    other = found(WITH_IDLE, theta, scale * simulated + shift, scale * observed + shift)
    np.testing.assert_allclose(other.kept, first.kept, rtol=1e-5)


def test_the_order_of_runs_does_not_matter_and_the_seed_does() -> None:
    theta, simulated = gauss(WITH_IDLE, 100, 1)
    observed = np.full(N_SEEN, 5.0)
    order = np.random.default_rng(1).permutation(100)
    first = found(WITH_IDLE, theta, simulated, observed)
    other = found(WITH_IDLE, theta[order], simulated[order], observed)
    np.testing.assert_array_equal(order[other.accepted], first.accepted)
    np.testing.assert_allclose(other.draws, first.draws, rtol=1e-9)
    assert (found(WITH_IDLE, theta, simulated, observed, seed=2).draws != first.draws).any()


def test_inputs_are_not_written_to() -> None:
    theta, simulated = gauss(WITH_IDLE, 60, 1)
    observed = np.full(N_SEEN, 5.0)
    usual = found(WITH_IDLE, theta.copy(), simulated.copy(), observed.copy())
    for each in (theta, simulated, observed):
        each.setflags(write=False)
    np.testing.assert_array_equal(found(WITH_IDLE, theta, simulated, observed).draws, usual.draws)


def test_statistics_that_never_vary_or_are_there_twice_do_no_harm() -> None:
    theta, simulated = gauss(WITH_IDLE, 200, 1)
    observed = np.full(N_SEEN, 5.0)
    wide = np.hstack((simulated, simulated, np.ones((200, 3))))
    own = found(WITH_IDLE, theta, wide, np.concatenate((observed, observed, [1.0, 1, 7])))
    plain = verdicts(found(WITH_IDLE, theta, simulated, observed))
    for a, b in zip(verdicts(own), plain, strict=True):
        assert a.word == b.word
    assert verdicts(own)[0].median == pytest.approx(plain[0].median, abs=0.3)
    assert own.check.outside.tolist()[-3:] == [False, False, True]


# -- failed runs, refusals --------------------------------------------------------------------


def test_failed_runs_are_left_out_and_counted() -> None:
    theta, simulated = gauss(GAUSS, 200, 1)
    observed = np.full(N_SEEN, 5.0)
    broken = simulated.copy()
    broken[::10, 3] = np.nan
    broken[1, 0] = np.inf
    kept = np.isfinite(broken).all(axis=1)
    own = found(GAUSS, theta, broken, observed)
    assert (own.n_runs, own.n_left_out) == (179, 21)
    assert kept[own.accepted].all()
    alone = found(GAUSS, theta[kept], simulated[kept], observed)
    np.testing.assert_array_equal(own.draws, alone.draws)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"theta": lambda t: t[:-1]}, "must have 49 rows, as theta, and 10 columns"),
        ({"theta": lambda t: t[:, :1]}, "theta must have a row a run and 2 columns"),
        (
            {"theta": lambda t: 0 * t + np.array([1, 2])},
            "parameter 1 has the same value in every run",
        ),
        (
            {"theta": lambda t: t + np.array([0, 10])},
            "parameter 2 has the value .* outside of its range",
        ),
        ({"simulated": lambda x: 0 * x}, "no statistic differs between the runs"),
        ({"simulated": lambda x: np.where(x > 3, np.nan, x)}, "needs at least 20 runs, got"),
        ({"observed": lambda x: np.where(np.arange(10) == 2, np.nan, x)}, "statistic 3 of what"),
        ({"observed": lambda x: x[:0]}, "must be a row of statistics"),
        ({"low": lambda _: [0.0]}, "as long as there are parameters"),
        ({"low": lambda _: [0.0, 10]}, "from a number up to a higher one"),
        ({"log": lambda _: [True, False]}, "must begin above 0"),
        ({"keep": lambda _: 0.0}, "keep must be above 0 and at most 1, got 0"),
        ({"keep": lambda _: 0.1}, "keep must leave at least 20 runs, 0.1 of 50 are 5"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, Any], message: str) -> None:
    theta, simulated = gauss(WITH_IDLE, 50, 1)
    given: dict[str, Any] = {
        "theta": theta, "simulated": simulated, "observed": np.full(N_SEEN, 5.0),
        "low": WITH_IDLE.low, "high": WITH_IDLE.high, "seed": 1, "n_draws": 10,
        "keep": None, "log": None,
    }  # fmt: skip
    for name, how in change.items():
        given[name] = how(given[name])
    with pytest.raises(ValueError, match=message):
        posterior(**given)


# -- parts ------------------------------------------------------------------------------------


def test_prior_check_of_known_numbers() -> None:
    runs = np.array([[0.0, 1, 5], [1, 1, 5], [2, 1, 5], [3, 9, 5]])
    own = prior_check(runs, [2.0, 9.0, 6.0])
    np.testing.assert_array_equal(own.below, [0.5, 0.75, 1])
    np.testing.assert_array_equal(own.beyond, [0.25, 0, 0])
    np.testing.assert_array_equal(own.outside, [False, False, True])
    assert own.share_outside == pytest.approx(1 / 3)
    assert own.words.startswith("1 of 3 values fitted lies outside")
    assert prior_check(runs, [9.0, 9.1, 6.0]).words.startswith("All 3 values fitted lie outside")
    assert prior_check(runs, [1.0, 1.0, 5.0]).words.startswith("Each of the 3 values")


def test_summaries_of_runs_left_out_one_by_one() -> None:
    """The closed form against the regression fitted anew without each run, at one penalty."""
    rng = np.random.default_rng(5)
    share = rng.uniform(size=(30, 1))
    x = share + rng.normal(size=(30, 6))  # too few runs for squares
    found_at = summaries(share, x, x[0])
    z = (x - np.median(x, axis=0)) / x.std(axis=0)
    y = share[:, 0] - 0.5
    errors = []
    for penalty in np.logspace(-6, 3, 28) * 30:
        left_out = []
        for i in range(30):
            a, b = np.delete(z, i, 0), np.delete(y, i)
            left_out.append(z[i] @ np.linalg.solve(a.T @ a + penalty * np.eye(6), a.T @ b))
        errors.append((np.square(y - left_out).sum(), left_out))
    _, best = min(errors, key=lambda each: each[0])
    np.testing.assert_allclose(found_at.simulated[:, 0] - 0.5, best, atol=1e-8)


def test_statistics_of_mostly_one_value_keep_a_scale() -> None:
    runs = np.zeros((50, 2))
    runs[:5, 0] = 100.0
    runs[:, 1] = np.arange(50)
    x, at = standardised(runs, np.array([1e9, -1e9]))
    assert np.isfinite(x).all()
    assert np.abs(x).max() < 10
    np.testing.assert_array_equal(at, [x[0, 0], x[0, 1]])  # moved to the nearest value of a run


def test_weighted_quantiles_of_known_numbers() -> None:
    values = np.array([[3.0], [1], [2]])
    even = weighted_quantiles(values, np.full(3, 1 / 3), (1 / 6, 0.5, 5 / 6))
    np.testing.assert_allclose(even[:, 0], [1, 2, 3])
    heavy = weighted_quantiles(values, np.array([0.1, 0.8, 0.1]), (0.4,))
    assert heavy[0, 0] == 1.0
