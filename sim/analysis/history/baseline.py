"""The simple curve that a series calls for, fitted to its first part and scored on the rest."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.analysis.history.bass import Bass
from sim.analysis.history.curves import Band, Curve, LastValue, Substitution
from sim.analysis.history.observed import Observed
from sim.analysis.history.scores import coverage, mase, r_squared


@dataclass(frozen=True)
class Score:
    """How a forecast did on the rows judged; NaN where there was nothing to judge."""

    mase: float
    coverage: float


@dataclass(frozen=True)
class Baseline:
    """A fitted curve with its score; ``why`` says what kept a better curve from being fitted."""

    curve: Curve
    why: str
    r2: float
    score: Score
    naive: Score  # of the last value, whatever the curve


def baseline_of(observed: Observed) -> Baseline | None:
    """The curve of a series: substitution for shares, Bass for levels, else the last value.

    None where the series has fewer rows to fit than any curve needs.
    """
    when, values = observed.fitted
    if len(when) < LastValue.FEWEST:
        return None
    naive = LastValue(when, values)
    curve: Curve = naive
    why = ""
    try:
        curve = _wanted(observed)
    except ValueError as error:
        why = f"a {_name(observed)} {error}"
    return Baseline(
        curve,
        why,
        r_squared(values, curve.at(when)),
        score(observed, curve.band(observed.judged[0])),
        score(observed, naive.band(observed.judged[0])),
    )


def score(observed: Observed, band: Band) -> Score:
    """The score of a forecast of the rows judged, (n_judged,) each."""
    values, fitted = observed.judged[1], observed.fitted[1]
    if not len(values):
        return Score(math.nan, math.nan)
    return Score(mase(values, band.middle, fitted), coverage(values, band.low, band.high))


def _name(observed: Observed) -> str:
    return (Substitution if observed.substitution else Bass).name


def _wanted(observed: Observed) -> Curve:
    """The curve that suits the series; raises ValueError where its rows do not allow it."""
    when, values = observed.fitted
    if not observed.substitution:
        return Bass(when, values, observed.ceiling)
    if observed.ceiling is None:
        raise ValueError("needs a ceiling, such as 100 percent")
    return Substitution(when, values, observed.ceiling)
