"""The table of judgement: every series has a row, ratios are ratios, sentences say who wins."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.history.baseline import baseline_of
from sim.analysis.history.judge import ALIKE, COLUMNS, forecast_at, judge
from sim.analysis.history.observed import observe
from sim.scenario.history import find_series, history_catalogue
from tests.analysis.test_history import observed

SHARE = [2, 5, 9, 20, 33, 50, 60, 70, 88, 93.0]


def share():
    return observed(SHARE, substitution=True, ceiling=100)


def forecast(errors: float | list[float], half: float = 10.0) -> pd.DataFrame:
    """A model that is off by so much in every year."""
    found = share()
    median = found.values + np.asarray(errors)
    return pd.DataFrame(
        {"when": found.when, "low": median - half, "median": median, "high": median + half}
    )


def row(model: pd.DataFrame | None = None) -> pd.Series:
    table = judge([share()], None if model is None else {"mine": model})
    assert tuple(table.columns) == COLUMNS
    return table.iloc[0]


def test_without_a_model_its_columns_are_empty() -> None:
    found = row()
    assert (found["series"], found["n"], found["fit until"]) == ("mine", 10, "2005")
    assert found["baseline"] == "logistic substitution curve"
    assert found[["model MASE", "model coverage", "ratio"]].isna().all()
    assert found["sentence"].startswith("The logistic substitution curve misses by")


def test_a_model_is_scored_on_the_rows_judged_alone() -> None:
    """Errors of 5 points on the last four rows over the mean step of the first six, 9.6."""
    errors = [100.0] * 6 + [5.0, -5, 5, -5]
    found = row(forecast(errors))
    assert found["model MASE"] == pytest.approx(5 / 9.6)
    assert found["model coverage"] == 1
    assert found["ratio"] == pytest.approx(found["model MASE"] / found["baseline MASE"])
    assert row(forecast(errors, half=4.0))["model coverage"] == 0


def test_the_sentence_names_the_better_one_and_by_how_much() -> None:
    base = row()["baseline MASE"]
    for wanted, says in (
        (0.5, "The model is better on 4 rows: its error is 0.50 of that of the logistic"),
        (2.0, "curve is better on 4 rows: the model's error is 2.00 times as large"),
        (1 + ALIKE / 2, "do alike on 4 rows"),
    ):
        found = row(forecast(wanted * base * 9.6))
        assert found["ratio"] == pytest.approx(wanted)
        assert says in found["sentence"]


def test_a_baseline_without_error_cannot_be_beaten() -> None:
    flat = observed([1, 2, 2, 2, 2])
    when = flat.when
    model = pd.DataFrame({"when": when, "low": 1.0, "median": 3.0, "high": 4.0})
    perfect = judge([flat]).iloc[0]
    assert perfect["baseline MASE"] == 0
    found = judge([flat], {"mine": model}).iloc[0]
    assert math.isinf(found["ratio"])
    assert "it makes no error" in found["sentence"]


def test_a_forecast_is_read_on_straight_lines_and_must_reach() -> None:
    model = pd.DataFrame({"when": [0.0, 10], "low": [0.0, 0], "median": [1.0, 2], "high": [2.0, 4]})
    assert [part.tolist() for part in forecast_at([5.0, 10.0], model, "x")] == [
        [0, 0], [1.5, 2], [3, 4],
    ]  # fmt: skip
    for bad, says in (
        (model.drop(columns="low"), "has no column low"),
        (model.iloc[::-1], "increasing times"),
        (model.iloc[:1], "is of 0.00 to 0.00, but 5.00 to 5.00 is judged"),
    ):
        with pytest.raises(ValueError, match=says):
            forecast_at([5.0], bad, "x")
    with pytest.raises(ValueError, match="no series other"):
        judge([share()], {"other": model})


def test_short_series_keep_a_row_that_says_so() -> None:
    table = judge([observed([1]), observed([1, 2])])
    assert len(table) == 2
    assert table["baseline MASE"].isna().all()
    assert all(said.startswith("Too short to be judged") for said in table["sentence"])


def test_what_stood_in_the_way_and_breaks_are_in_the_sentence() -> None:
    said = judge([observe(find_series("netflix:net_income_musd"))])["sentence"][0]
    assert "A Bass curve needs values that are not below 0, so the last value stands in." in said
    assert "a new generation of the product (streaming) (2010)" in said


@pytest.mark.slow
def test_every_shipped_series_has_a_row() -> None:
    series = [each for entry in history_catalogue() for each in entry.series]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = judge([observe(each) for each in series])
    assert table["series"].tolist() == [each.name for each in series]
    judged = table[table["n"] >= 3]
    assert judged["baseline MASE"].notna().all()
    assert judged["baseline coverage"].between(0, 1).all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-1e15, 1e15, allow_subnormal=False) | st.integers(0, 9), max_size=9),
    st.booleans(),
    st.sampled_from([None, 1.0, 100.0]),
)
def test_any_numbers_are_judged_without_a_warning(values, substitution, ceiling) -> None:
    values = [0.0 if abs(value) < 1e-15 else float(value) for value in values]  # as files may hold
    if not substitution and ceiling is not None:
        values = [min(value, ceiling) for value in values]
    found = observed(values, substitution=substitution, ceiling=ceiling)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        baseline = baseline_of(found)
        (said,) = judge([found], baselines={"mine": baseline})["sentence"]
    assert said
    if baseline is not None:
        band = baseline.curve.band(found.when)
        assert np.isfinite(band).all()
        assert (band.low <= band.middle).all()
        assert (band.middle <= band.high).all()
