"""How good a forecast is: scaled error, coverage of its interval, R2."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike


def naive_step(values: ArrayLike) -> float:
    """Mean absolute step between rows: the error of "as the row before", in sample.

    NaN where there is no step or none ever moves.
    """
    steps = np.abs(np.diff(np.asarray(values, dtype=float)))
    return float(steps.mean()) if steps.any() else math.nan


def mase(observed: ArrayLike, predicted: ArrayLike, fitted: ArrayLike) -> float:
    """Mean absolute scaled error (Hyndman & Koehler 2006): 1 is as wrong as one naive step.

    observed, predicted: of the part judged; fitted: values of the part before it, which give
    the scale. NaN without anything to judge or without a scale.
    """
    errors = np.abs(np.asarray(observed, dtype=float) - np.asarray(predicted, dtype=float))
    return float(errors.mean() / naive_step(fitted)) if errors.size else math.nan


def coverage(observed: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """Share of values within an interval, its bounds included; NaN without values."""
    values = np.asarray(observed, dtype=float)
    inside = (np.asarray(low, dtype=float) <= values) & (values <= np.asarray(high, dtype=float))
    return float(inside.mean()) if values.size else math.nan


def r_squared(observed: ArrayLike, predicted: ArrayLike) -> float:
    """Share of variance explained, below 0 where the mean does better; NaN without variance."""
    values = np.asarray(observed, dtype=float)
    total = float(((values - values.mean()) ** 2).sum()) if values.size else 0.0
    left = float(((values - np.asarray(predicted, dtype=float)) ** 2).sum())
    return 1 - left / total if total > 0 else math.nan
