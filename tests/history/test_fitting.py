"""Parameters from runs of the prior: found where the data tell them, said where they do not."""

from __future__ import annotations

import numpy as np
import pytest

from sim.history.fitting import Fit, Line, fit, settings_of
from sim.scenario.replay import Calibrated
from tests.history.test_forecast import observed

PRIORS = {
    "a": Calibrated(range=(1, 100), scale="log", source="x"),
    "n": Calibrated(range=(1, 9), source="x"),
}


def world(a, rng) -> np.ndarray:
    """Seven rows that grow as ``a`` says, whatever n is, with a little noise."""
    return np.log(a)[:, None] * np.arange(1, 8) + 0.05 * rng.normal(size=(len(a), 7))


def fitted(scaled: bool, n: int = 200) -> Fit:
    rng = np.random.default_rng(3)
    a, whole = np.exp(rng.uniform(0, np.log(100), n)), rng.integers(1, 10, n)
    settings = [{"a": float(x), "n": int(y)} for x, y in zip(a, whole, strict=True)]
    seen = world(np.array([10.0]), rng)[0] * (7 if scaled else 1)
    line = Line(observed(seen), "users", "fit" if scaled else "none", True)
    return fit(PRIORS, settings, [line], [world(a, rng)], seed=5)


def test_a_parameter_that_the_rows_tell_is_identified_and_the_other_is_not() -> None:
    a, n = fitted(scaled=False).parameters
    assert a.verdict is not None
    assert n.verdict is not None
    assert a.verdict.identified
    assert a.verdict.low < 10 < a.verdict.high
    assert a.verdict.median == pytest.approx(10, rel=0.1)
    assert not n.verdict.identified


def test_a_factor_takes_away_what_only_the_level_tells() -> None:
    a, _ = fitted(scaled=True).parameters
    assert a.verdict is not None
    assert not a.verdict.identified


def test_whole_numbers_stay_whole_and_draws_inside_the_prior() -> None:
    found = settings_of(fitted(scaled=False).parameters, 30, [False, True])
    assert len(found) == 30
    assert all(isinstance(each["n"], int) and 1 <= each["n"] <= 9 for each in found)
    assert all(1 <= each["a"] <= 100 for each in found)


def test_what_cannot_be_fitted_leaves_the_prior_and_says_why() -> None:
    found = fitted(scaled=False, n=15)
    assert found.found is None
    assert "Nothing could be fitted: needs at least 20 runs, got 15" in found.remark
    assert all(each.verdict is None for each in found.parameters)
    assert set(found.parameters[0].draws) <= set(found.parameters[0].tried)
    line = Line(observed([1, 2, 3]), "users", False, False)
    none = fit(PRIORS, [{"a": 1.0, "n": 1}] * 50, [line], [np.ones((50, 3))], seed=1)
    assert "no series is there to fit them to" in none.remark
