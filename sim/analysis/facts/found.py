"""What was measured of a fact, and how it is judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from sim.analysis.facts.declared import Part
from sim.analysis.intervals import CONFIDENCE, Interval

HIT, MISS, NOT = "hit", "miss", "not measured"
DRAWS, SEED = 400, 1
One = TypeVar("One")


class TooFewError(ValueError):
    """The runs hold too little to compute a statistic; says what is missing."""


class Found(NamedTuple):
    """A measured number with its interval; n: how many of what it rests on.

    value NaN: not measured, and note says why.
    """

    value: float
    low: float
    high: float
    n: str
    note: str = ""


def not_measured(why: str) -> Found:
    """A number that there is not."""
    return Found(math.nan, math.nan, math.nan, "", why)


def found(interval: Interval, n: str, note: str = "") -> Found:
    """A measured number from an interval."""
    return Found(float(interval.value), float(interval.low), float(interval.high), n, note)


def verdict(part: Part, one: Found) -> str:
    """hit or miss by the point value; ``not measured`` where there is none. Edges are hits."""
    if math.isnan(one.value):
        return NOT
    return HIT if part.low <= one.value <= part.high else MISS


def at_an_edge(part: Part, one: Found) -> bool:
    """Whether the interval reaches over a bound of the accepted range, so that luck decided."""
    return any(
        math.isfinite(bound) and one.low < bound < one.high for bound in (part.low, part.high)
    )


def together(verdicts: Sequence[str]) -> str:
    """A fact is hit when all its parts are, missed when one is missed, else not measured."""
    if MISS in verdicts:
        return MISS
    return NOT if NOT in verdicts else HIT


def over_runs(
    runs: Sequence[One],
    statistic: Callable[[Sequence[One]], float],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Any statistic of runs with the percentile interval of a bootstrap over runs (Efron 1979).

    statistic: of a sequence of runs; draws in which it is NaN are left out. One run has no
    interval. Raises ``TooFewError`` without any run or where the statistic itself is NaN.
    """
    if not runs:
        raise TooFewError("no run holds it")
    value = float(statistic(runs))
    if math.isnan(value):
        raise TooFewError("too few to compute it from")
    if len(runs) < 2:
        return Interval(value, math.nan, math.nan)
    rng = np.random.default_rng(seed)
    places = rng.integers(0, len(runs), (draws, len(runs)))
    again = np.array([statistic([runs[at] for at in row]) for row in places], dtype=float)
    again = again[~np.isnan(again)]
    if len(again) < draws / 2:
        return Interval(value, math.nan, math.nan)
    tail = (1 - confidence) / 2
    low, high = np.quantile(again, [tail, 1 - tail], method="nearest")  # some are infinite
    return Interval(value, min(value, float(low)), max(value, float(high)))
