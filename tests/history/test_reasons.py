"""Why a curve does better: each reason from errors that have it, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from sim.history.reasons import reason
from tests.history.test_forecast import observed

RISING = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10])
FIT = 6


@pytest.mark.parametrize(
    ("median", "says"),
    [
        ([9, 9, 9, 9, 9, 9, 7, 7, 7, 7], "misses the rows fitted too"),
        ([1, 2, 3, 4, 5, 6, 6, 6, 6, 6], "has no room to grow: it stands still"),
        ([1, 2, 3, 4, 5, 6, 5, 4, 3, 2], "It falls where the series rises"),
        ([1, 2, 3, 4, 5, 6, 6.3, 6.6, 7, 7.4], "has no room to grow: it rises by 1.4"),
        ([1, 2, 3, 4, 5, 6, 9, 12, 16, 20], "goes on to rise, by 14 where the series rises by 4"),
        ([1, 2, 3, 4, 6, 8, 9, 10, 11, 12], "too high by 2 when the rows judged begin"),
        ([1, 2, 3, 4, 4.5, 5, 6, 7, 8, 9], "too low by 1 when the rows judged begin"),
        ([1, 2, 3, 4, 5, 6, 8, 7, 10, 9], "Its errors change sign"),
        ([1, 2, 3, 4, 5, 6, 7.5, 9, 10.6, 12], "lies too high throughout, by 1.27 on average"),
    ],
)
def test_a_reason_names_what_is_wrong(median, says) -> None:
    assert says in reason(observed(RISING, FIT), np.array(median, dtype=float))


def test_a_model_that_is_late_is_called_late() -> None:
    when = np.arange(20.0)
    values = 10 / (1 + np.exp(-(when - 11)))
    late = 10 / (1 + np.exp(-(when - 13)))
    said = reason(observed(values, 11), late)
    assert "misses the timing" in said
    assert "too late" in said
    assert float(said.split("about ")[1].split()[0]) == pytest.approx(2, abs=0.25)


def test_a_series_that_falls_and_a_model_that_stands() -> None:
    falling = RISING[::-1]
    stands = np.array([10.0, 9, 8, 7, 6, 5, 5, 5, 5, 5])
    assert "stands still where the series goes on to change" in reason(
        observed(falling, FIT), stands
    )
    slow = np.array([10, 9, 8, 7, 6, 5, 4.8, 4.6, 4.4, 4.0])
    assert "It falls too little" in reason(observed(falling, FIT), slow)


def test_without_rows_to_judge_there_is_no_reason() -> None:
    assert reason(observed([1, 2], 2), np.array([1.0, 2.0])) == ""
