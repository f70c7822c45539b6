"""The table of judgement: a simple curve, and a model where there is one, on rows unseen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.history.baseline import Baseline, Score, baseline_of, score
from sim.analysis.history.curves import Band
from sim.analysis.history.observed import Observed
from sim.analysis.wording import capital, counted, listed

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "series", "n", "fit until", "baseline", "baseline MASE", "baseline coverage", "naive MASE",
    "model MASE", "model coverage", "ratio", "sentence",
)  # fmt: skip
QUANTILES = ("when", "low", "median", "high")  # columns of a model's forecast
ALIKE = 0.05  # errors that differ by less than this share are called alike
NAN = math.nan


def judge(
    observed: Sequence[Observed],
    model_quantiles: Mapping[str, pd.DataFrame] | None = None,
    baselines: Mapping[str, Baseline | None] | None = None,
) -> pd.DataFrame:
    """One row a series, ``COLUMNS``: who predicts the rows after the fit better, by how much.

    model_quantiles: by name of the series a frame with ``QUANTILES``, ``when`` in years and
    increasing; between its rows it is read on straight lines, and the interval is meant to hold
    80%. ``n`` counts all rows; ``fit until`` is the last row fitted, as written. ``naive MASE``
    is that of the last value fitted. ``ratio`` is model over baseline. baselines: where they are
    fitted already. Series too short to be judged keep a row that says so. Raises ValueError for
    a forecast that lacks a column or does not reach over the rows judged.
    """
    import pandas as pd

    models = model_quantiles or {}
    if unknown := set(models) - {each.name for each in observed}:
        raise ValueError(f"no series {listed(sorted(unknown))} among those observed")
    rows = []
    for each in observed:
        fitted = baselines[each.name] if baselines is not None else baseline_of(each)
        rows.append(_row(each, fitted, models.get(each.name)))
    return pd.DataFrame(rows, columns=pd.Index(COLUMNS))


def _row(observed: Observed, fitted: Baseline | None, model: pd.DataFrame | None) -> list[object]:
    n, n_fit = len(observed.when), observed.n_fit
    until = observed.times[n_fit - 1] if n_fit else "-"
    if fitted is None:
        start = [observed.name, n, until, "none"]
        return [*start, *[NAN] * 6, _short(observed)]
    found = None
    if model is not None and n > n_fit:
        found = score(observed, forecast_at(observed.judged[0], model, observed.name))
    ratio = NAN if found is None else _ratio(found.mase, fitted.score.mase)
    return [
        observed.name, n, until, fitted.curve.name, fitted.score.mase, fitted.score.coverage,
        fitted.naive.mase, NAN if found is None else found.mase,
        NAN if found is None else found.coverage, ratio, sentence(observed, fitted, found),
    ]  # fmt: skip


def forecast_at(when: Sequence[float] | np.ndarray, model: pd.DataFrame, name: str) -> Band:
    """A model's forecast at these times; raises ValueError where it does not reach."""
    if absent := [column for column in QUANTILES if column not in model]:
        raise ValueError(f"the forecast of {name} has no column {listed(absent)}")
    known = model["when"].to_numpy(dtype=float)
    wanted = np.asarray(when, dtype=float)
    if not len(known) or (np.diff(known) <= 0).any():
        raise ValueError(f"the forecast of {name} must have increasing times")
    slack = 1e-6
    if wanted.min() < known[0] - slack or wanted.max() > known[-1] + slack:
        raise ValueError(
            f"the forecast of {name} is of {known[0]:.2f} to {known[-1]:.2f}, "
            f"but {wanted.min():.2f} to {wanted.max():.2f} is judged"
        )
    low, middle, high = (
        np.interp(wanted, known, model[column].to_numpy(dtype=float)) for column in QUANTILES[1:]
    )
    return Band(low, middle, high)


def sentence(observed: Observed, fitted: Baseline, model: Score | None) -> str:
    """What the scores say, in one or two sentences."""
    n = len(observed.judged[0])
    if not n:
        return _short(observed)
    said = [_verdict(fitted, model, n)]
    if fitted.why:
        said.append(f"{capital(fitted.why)}, so the last value stands in.")
    if breaks := observed.breaks_judged():
        what = listed([f"{each.what} ({each.time})" for each in breaks])
        said.append(f"Among the rows judged: {what}.")
    return " ".join(said)


def _verdict(fitted: Baseline, model: Score | None, n: int) -> str:
    name, error = fitted.curve.name, fitted.score.mase
    if math.isnan(error):
        return "The rows fitted never change, so errors have no scale."
    rows = f"on {counted(n, 'row')}"
    if model is None:
        steps = f"{error:.2f} of the usual step between rows"
        return f"The {name} misses by {steps} {rows}{_beside_naive(fitted)}."
    ratio = _ratio(model.mase, error)
    if abs(ratio - 1) <= ALIKE:
        return f"Model and {name} do alike {rows}: errors of {model.mase:.2f} and {error:.2f}."
    if ratio < 1:
        return f"The model is better {rows}: its error is {ratio:.2f} of that of the {name}."
    if math.isinf(ratio):
        return f"The {name} is better {rows}: it makes no error."
    return f"The {name} is better {rows}: the model's error is {ratio:.2f} times as large."


def _beside_naive(fitted: Baseline) -> str:
    naive = fitted.naive.mase
    if not fitted.why and fitted.score.mase > (1 + ALIKE) * naive:
        return f", more than the last value carried on ({naive:.2f})"
    return ""


def _short(observed: Observed) -> str:
    return f"Too short to be judged: {counted(len(observed.when), 'row')}, at least 3 are needed."


def _ratio(model: float, baseline: float) -> float:
    """Error of the model over that of the baseline; infinite where only the model errs."""
    if baseline == 0:
        return 1.0 if model == 0 else math.inf
    return model / baseline
