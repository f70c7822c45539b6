"""Factor and band of a forecast, against closed forms and counted coverage."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.history.observed import Observed
from sim.history.forecast import Simulated, factors_of, forecast_of


def observed(values, n_fit: int | None = None, ceiling: float | None = None) -> Observed:
    n = len(values)
    when = 2000.0 + np.arange(n)
    return Observed(
        "x", "x", "people", when, np.asarray(values, dtype=float), tuple(str(int(t)) for t in when),
        ("H",) * n, -(-6 * n // 10) if n_fit is None else n_fit, False, ceiling, (), "year",
        "start",
    )  # fmt: skip


def simulated(rows) -> Simulated:
    rows = np.asarray(rows, dtype=float)
    return Simulated(rows, 2000.0 + np.arange(rows.shape[1]), rows)


def test_the_factor_is_that_of_least_squares() -> None:
    rng = np.random.default_rng(1)
    runs, values = rng.random((5, 7)), rng.random(7)
    line = [np.linalg.lstsq(run[:, None], values, rcond=None)[0][0] for run in runs]
    assert factors_of(runs, values) == pytest.approx(line)
    assert factors_of(np.zeros((2, 7)), values).tolist() == [0, 0]
    assert factors_of(-runs, values).tolist() == [0] * 5  # a unit changes no sign


def test_only_the_rows_fitted_make_the_factor() -> None:
    seen = observed([2, 4, 6, 100, 1000], n_fit=3)
    found = forecast_of(seen, simulated([[1, 2, 3, 4, 5]]), factor="fit", top=None)
    assert found.factors == pytest.approx([2])
    assert found.at_rows.median == pytest.approx([2, 4, 6, 8, 10])
    plain = forecast_of(seen, simulated([[1, 2, 3, 4, 5]]), factor="none", top=None)
    assert plain.factors.tolist() == [1]
    assert plain.at_rows.median.tolist() == [1, 2, 3, 4, 5]


def test_an_index_is_as_the_series_in_its_first_row() -> None:
    seen = observed([100, 25], n_fit=2)
    found = forecast_of(seen, simulated([[8, 6], [0.5, 0.5], [0, 3]]), factor="first", top=None)
    assert found.factors == pytest.approx([12.5, 200, 0])  # nothing is no base
    only = forecast_of(seen, simulated([[8, 6]]), factor="first", top=None)
    assert only.at_rows.median == pytest.approx([100, 75])


def test_runs_that_fit_without_error_leave_a_band_of_their_own_spread_only() -> None:
    seen = observed([1, 2, 3, 4, 5])
    found = forecast_of(seen, simulated([[1, 2, 3, 4, 5]] * 3), factor="none", top=None)
    assert found.at_rows.low == pytest.approx(found.at_rows.high)


def test_the_band_stays_where_the_series_can_be() -> None:
    seen = observed([10, 60, 90, 95, 99], ceiling=100)
    found = forecast_of(seen, simulated([[40, 40, 60, 98, 99]]), factor="none", top=100)
    assert found.at_rows.low.min() >= 0
    assert found.at_rows.high.max() <= 100


def test_a_bias_of_the_fit_widens_the_band_and_does_not_move_the_median() -> None:
    seen = observed([10, 10, 10, 10, 10])
    found = forecast_of(seen, simulated([[12] * 5]), factor="none", top=None)
    assert found.at_rows.median.tolist() == [12] * 5
    assert found.at_rows.low == pytest.approx([10] * 5)
    assert found.at_rows.high == pytest.approx([14] * 5)


def test_the_band_holds_four_in_five_where_runs_and_errors_are_as_in_the_world() -> None:
    """400 worlds: runs differ by 1, errors by 1; 40 runs and 12 fitted rows make a band.

    80% are meant; its errors hold the spread of the run itself twice, which makes it a little
    wide: normal errors of sd sqrt(1 + 1 + 1) for one of sqrt(2) would hold 88%.
    """
    rng = np.random.default_rng(2)
    inside = []
    for _ in range(400):
        level = rng.normal()
        values = 100 + level + rng.normal(size=13)
        runs = 100 + rng.normal(size=(40, 1)) + np.zeros(13)
        found = forecast_of(observed(values, 12), simulated(runs), factor="none", top=None).at_rows
        inside.append(found.low[-1] <= values[-1] <= found.high[-1])
    assert 0.76 <= np.mean(inside) <= 0.95


def test_a_forecast_needs_a_run() -> None:
    with pytest.raises(ValueError, match="no run to forecast x from"):
        forecast_of(observed([1, 2]), simulated(np.empty((0, 2))), factor="none", top=None)
