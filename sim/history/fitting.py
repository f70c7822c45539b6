"""Parameters of a replay from its stored runs of the prior: draws, and a verdict on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.calibration.identified import Verdict, verdicts
from sim.analysis.calibration.posterior import Posterior, posterior
from sim.analysis.history.observed import Observed
from sim.experiments.sampling import draws as generator
from sim.history.forecast import factors_for

if TYPE_CHECKING:
    from sim.scenario.replay import Calibrated, Factor

F = NDArray[np.float64]
DRAWN = 1000  # draws of the posterior, of which the forecast runs the first ones


@dataclass(frozen=True)
class Line:
    """A series on its way through a replay.

    observe: text of the observable.  factor: between run and series.  calibrates: whether
    its fitted rows tell the parameters.
    """

    observed: Observed
    observe: str
    factor: Factor
    calibrates: bool


@dataclass(frozen=True)
class Parameter:
    """A parameter with its prior and what the data say of it; draws (n,) of the posterior.

    prior (n,): values of the runs of the prior.  verdict: None where nothing could be fitted.
    """

    path: str
    prior: Calibrated
    tried: F
    draws: F
    verdict: Verdict | None


@dataclass(frozen=True)
class Fit:
    """All parameters, and in a sentence whether the prior can produce what happened.

    found: None where nothing could be fitted; ``remark`` says why.
    """

    parameters: tuple[Parameter, ...]
    found: Posterior | None
    remark: str


def fit(
    priors: Mapping[str, Calibrated],
    settings: Sequence[Mapping[str, Any]],
    lines: Sequence[Line],
    simulated: Sequence[F],
    seed: int,
) -> Fit:
    """The parameters that lead to runs like what happened.

    settings: of the n runs of the prior.  simulated: by line, (n, rows of the series).
    """
    names = list(priors)
    theta = np.array([[float(each[name]) for name in names] for each in settings])
    try:
        statistics, seen = _statistics(lines, simulated)
        low, high = (np.array([priors[name].range[i] for name in names]) for i in (0, 1))
        logs = [priors[name].scale == "log" for name in names]
        found = posterior(theta, statistics, seen, low, high, seed=seed, n_draws=DRAWN, log=logs)
    except ValueError as error:
        return _unfitted(priors, theta, f"Nothing could be fitted: {error}.", seed)
    parameters = tuple(
        Parameter(name, priors[name], theta[:, j], found.draws[:, j], verdict)
        for j, (name, verdict) in enumerate(zip(names, verdicts(found), strict=True))
    )
    return Fit(parameters, found, found.check.words)


def _unfitted(priors: Mapping[str, Calibrated], theta: F, remark: str, seed: int) -> Fit:
    """Draws of the prior in the place of the posterior's."""
    picked = generator(seed).integers(0, len(theta), DRAWN)
    parameters = tuple(
        Parameter(name, prior, theta[:, j], theta[picked, j], None)
        for j, (name, prior) in enumerate(priors.items())
    )
    return Fit(parameters, None, remark)


def _statistics(lines: Sequence[Line], simulated: Sequence[F]) -> tuple[F, F]:
    """Fitted rows of the series that calibrate: (n, m) of the runs, and (m,) as they happened.

    Raises ValueError where no series calibrates.
    """
    runs, seen = [], []
    for line, rows in zip(lines, simulated, strict=True):
        if not line.calibrates:
            continue
        n_fit = line.observed.n_fit
        own, values = rows[:, :n_fit], line.observed.values[:n_fit]
        runs.append(own * factors_for(line.factor, own, values, n_fit)[:, None])
        seen.append(values)
    if not runs:
        raise ValueError("no series is there to fit them to")
    return np.concatenate(runs, axis=1), np.concatenate(seen)


def settings_of(
    parameters: Sequence[Parameter], n: int, whole: Sequence[bool]
) -> list[dict[str, Any]]:
    """The first n draws as settings of a scenario; whole numbers where a field takes no others."""
    return [
        {each.path: _tidy(each.draws[place], each.prior, is_whole)
         for each, is_whole in zip(parameters, whole, strict=True)}
        for place in range(n)
    ]  # fmt: skip


def _tidy(value: float, prior: Calibrated, whole: bool) -> float | int:
    low, high = prior.range
    inside = float(min(max(value, low), high))
    return round(inside) if whole else float(f"{inside:.9g}")
