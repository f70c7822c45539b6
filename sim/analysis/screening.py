"""Morris screening: which of many factors matter at all, from few runs (Morris 1991).

A trajectory changes one factor at a time. Its elementary effect of a factor is the change of
the outcome for one whole step from the factor's lowest to its highest level. Over
trajectories: mu, the mean effect; mu*, the mean size of the effect (Campolongo et al. 2007),
by which factors are ranked; sigma, its spread: interaction or curvature.

Outcomes are means over replicates, so that even a factor that does nothing has effects of
some size. ``floor`` is the mu* that noise alone would give it, from the spread between
replicates of each difference (replicates share their random numbers).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.intervals import CONFIDENCE, Interval, holm
from sim.analysis.points import Treatments, is_number

if TYPE_CHECKING:
    from sim.experiments.study import Factor

F = NDArray[np.float64]
DRAWS = 2000
ALPHA = 0.05


class MorrisDesign(NamedTuple):
    """Trajectories of factors + 1 points; which factor each step changes, and by how much.

    changed: (trajectories, factors), places of factors. steps: the same shape, in unit steps.
    ordered: by factor, whether its levels are numbers, so that up and down mean something.
    """

    factors: tuple[str, ...]
    changed: NDArray[np.int64]
    steps: F
    ordered: tuple[bool, ...]


class FactorEffect(NamedTuple):
    """Elementary effects of one factor: mu, mu* and sigma, and the mu* of noise alone.

    p: of no effect anywhere, adjusted for all factors (Holm); NaN with one replicate. ordered:
    whether the factor's levels are numbers, so that the sign of mu means something.
    """

    factor: str
    mu: Interval
    mu_star: Interval
    sigma: Interval
    floor: float
    p: float
    ordered: bool = True

    @property
    def told(self) -> bool:
        """Whether the effect is beyond chance; with one replicate, only beyond zero."""
        return self.mu_star.low > 0 if math.isnan(self.p) else self.p <= ALPHA


class Screening(NamedTuple):
    """Effects of all factors on one outcome, in its unit, the greatest mu* first."""

    label: str
    unit: str
    effects: tuple[FactorEffect, ...]
    trajectories: int
    replicates: int


def unit_levels(treatments: Treatments, path: str, factor: Factor | None) -> tuple[F, bool]:
    """A factor's levels as shares of its range, (treatments,), and whether they are ordered.

    By the factor's range and scale; without one by its listed levels or the least and greatest
    level there is. Levels that are no numbers are 0, 1, 2: each change is one whole step.
    """
    given = [settings[path] for _, settings in treatments]
    if not all(map(is_number, given)):
        levels = list(factor.values) if factor is not None and factor.values else []
        levels += [value for value in given if value not in levels]
        return np.array([float(levels.index(value)) for value in given]), False
    values = np.asarray(given, dtype=float)
    low, high = float(values.min()), float(values.max())
    if factor is not None and factor.range:
        low, high = factor.range
        if factor.scale == "log":
            return np.log(values / low) / math.log(high / low), True
    elif factor is not None and all(map(is_number, factor.values)):
        # a list of numbers may be spaced anyhow: its steps count, as the design took them
        levels = sorted(set(factor.values))
        places = np.array([float(levels.index(value)) for value in given])
        return places / max(len(levels) - 1, 1), True
    return (values - low) / (high - low if high > low else 1.0), True


def morris_design(
    treatments: Treatments, factors: Mapping[str, Factor] | None = None
) -> MorrisDesign:
    """The trajectories that treatments in order form; factors: what the study's file says.

    Raises ValueError that says where they do not.
    """
    if not treatments or not treatments[0][1]:
        raise ValueError("not a Morris design: no factors")
    paths = tuple(treatments[0][1])
    n, rest = divmod(len(treatments), len(paths) + 1)
    if rest:
        raise ValueError(
            f"not a full Morris design: {len(treatments)} treatments of {len(paths)} factors, "
            f"expected n x {len(paths) + 1}"
        )
    for name, settings in treatments:
        if set(settings) != set(paths):
            raise ValueError(f"not a Morris design: treatment {name} sets other factors")
    known = factors or {}
    units = [unit_levels(treatments, path, known.get(path)) for path in paths]
    changed = np.array([
        [_changed(treatments, at + step, paths) for step in range(len(paths))]
        for at in range(0, len(treatments), len(paths) + 1)
    ]).reshape(n, len(paths))  # fmt: skip
    for number, one in enumerate(changed):
        if sorted(one) != list(range(len(paths))):
            raise ValueError(f"not a Morris design: trajectory {number + 1} skips a factor")
    at = np.stack([levels for levels, _ in units], axis=-1).reshape(n, len(paths) + 1, -1)
    steps = np.take_along_axis(np.diff(at, axis=1), changed[..., None], axis=2)[..., 0]
    ordered = tuple(numeric for _, numeric in units)
    return MorrisDesign(
        paths, changed, np.where(np.array(ordered)[changed], steps, np.sign(steps)), ordered
    )


def _changed(treatments: Treatments, at: int, paths: tuple[str, ...]) -> int:
    """The place of the one factor in which treatment ``at`` and the next differ."""
    one, other = treatments[at][1], treatments[at + 1][1]
    found = [place for place, path in enumerate(paths) if one[path] != other[path]]
    if len(found) != 1:
        raise ValueError(
            f"not a Morris design: treatments {at + 1} and {at + 2} differ in {len(found)} factors"
        )
    return found[0]


def screen(
    values: ArrayLike,
    design: MorrisDesign,
    *,
    label: str = "",
    unit: str = "",
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 1,
) -> Screening:
    """mu, mu* and sigma by factor, with percentile bootstrap intervals over trajectories.

    values: (treatments, replicates) in the order of the design. Raises ValueError for another
    shape or missing values.
    """
    n, k = design.changed.shape
    y = np.asarray(values, dtype=float)
    if y.ndim != 2 or len(y) != n * (k + 1):
        raise ValueError(f"expected {n * (k + 1)} x replicates values, got {y.shape}")
    if np.isnan(y).any():
        raise ValueError("some treatments lack runs: the design is not full")
    by_step = np.diff(y.reshape(n, k + 1, -1), axis=1) / design.steps[..., None]
    effects = np.empty_like(by_step)  # in the order of the factors
    np.put_along_axis(effects, design.changed[..., None], by_step, axis=1)
    drawn = np.random.default_rng(seed).integers(n, size=(draws, n))
    tail = (1 - confidence) / 2
    found = [
        _effect(effects[:, place], factor, ordered, drawn, tail)
        for place, (factor, ordered) in enumerate(zip(design.factors, design.ordered, strict=True))
    ]
    p = holm([_flipped_p(effects[:, place], draws, seed) for place in range(k)])
    found = [one._replace(p=float(each)) for one, each in zip(found, p, strict=True)]
    found.sort(key=lambda one: -one.mu_star.value)
    return Screening(label, unit, tuple(found), n, y.shape[-1])


def _effect(
    each: F, factor: str, ordered: bool, drawn: NDArray[np.int64], tail: float
) -> FactorEffect:
    """Summary of one factor's elementary effects, (trajectories, replicates)."""
    effects, replicates = each.mean(axis=-1), each.shape[-1]
    again, ddof = effects[drawn], int(len(effects) > 1)

    def span(value: Any, resampled: F) -> Interval:
        if len(effects) < 2:
            return Interval(float(value), math.nan, math.nan)
        low, high = np.quantile(resampled, (tail, 1 - tail))
        return Interval(float(value), min(float(value), low), max(float(value), high))

    noise = _noise_sizes(each)
    return FactorEffect(
        factor,
        span(effects.mean(), again.mean(axis=1)),
        span(np.abs(effects).mean(), np.abs(again).mean(axis=1)),
        span(effects.std(ddof=ddof), again.std(axis=1, ddof=ddof)),
        float(noise.mean()) if replicates > 1 else math.nan,
        math.nan,
        ordered,
    )


def _noise_sizes(each: F) -> F:
    """Mean size that noise alone gives each effect, (trajectories,); 0 where it is not known.

    That of a normal error whose standard error comes from the spread between replicates.
    """
    replicates = each.shape[-1]
    if replicates < 2:
        return np.zeros(len(each))
    # a standard deviation of few values is too small by this factor on average
    shrunk = math.sqrt(2 / (replicates - 1)) * math.exp(
        math.lgamma(replicates / 2) - math.lgamma((replicates - 1) / 2)
    )
    errors = each.std(axis=-1, ddof=1) / math.sqrt(replicates) / shrunk
    return np.asarray(errors * math.sqrt(2 / math.pi))


def _flipped_p(each: F, draws: int, seed: int) -> float:
    """P-value of no effect in any trajectory; NaN with one replicate. each: (trajectories, runs).

    Without effect the change of a single run is as likely up as down, so signs are flipped by
    chance; the sum over trajectories of squared mean changes is what is compared.
    """
    if each.shape[-1] < 2:
        return math.nan
    rng, as_great = np.random.default_rng(seed), 0
    seen = float((each.mean(axis=-1) ** 2).sum())
    for _ in range(draws - 1):
        signs = 1 - 2 * rng.integers(0, 2, each.shape)
        as_great += float(((each * signs).mean(axis=-1) ** 2).sum()) >= seen * (1 - 1e-12)
    return (1 + as_great) / draws
