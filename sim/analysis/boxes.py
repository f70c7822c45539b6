"""Boxes in the space of factors: which levels of each factor are inside, and that in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.points import is_number, level_name

F = NDArray[np.float64]
Mask = NDArray[np.bool_]
Box = tuple[Mask, ...]  # for each factor, whether each of its levels is inside


class Space(NamedTuple):
    """Points by the codes of their levels.

    codes: (points, factors). levels: by factor, numbers in rising order or names of categories.
    """

    factors: tuple[str, ...]
    numeric: tuple[bool, ...]
    levels: tuple[tuple[Any, ...], ...]
    codes: NDArray[np.int64]

    @property
    def whole(self) -> Box:
        """The box that holds everything."""
        return tuple(np.ones(len(levels), dtype=bool) for levels in self.levels)

    def inside(self, box: Box) -> Mask:
        """Which points a box holds."""
        held = np.ones(len(self.codes), dtype=bool)
        for place, allowed in enumerate(box):
            if not allowed.all():
                held &= allowed[self.codes[:, place]]
        return held

    def part(self, points: Mask) -> Space:
        """The same space with some of its points."""
        return self._replace(codes=self.codes[points])


def space(points: Mapping[str, Sequence[Any]]) -> Space:
    """Points from the values of each factor; a factor with one level only is left out.

    Raises ValueError without any factor that varies, or with missing numbers.
    """
    factors, numeric, levels, codes = [], [], [], []
    for path, values in points.items():
        number = all(map(is_number, values))
        given = [float(value) if number else level_name(value) for value in values]
        if number and any(map(math.isnan, given)):  # type: ignore[arg-type]
            raise ValueError(f"factor {path} has missing values")
        known = sorted(set(given))
        if len(known) < 2:
            continue
        place = {level: code for code, level in enumerate(known)}
        factors.append(path)
        numeric.append(number)
        levels.append(tuple(known))
        codes.append([place[value] for value in given])
    if not factors:
        raise ValueError("no factor varies between the points")
    return Space(tuple(factors), tuple(numeric), tuple(levels), np.array(codes, dtype=int).T)


def merged(boxes: Sequence[Box], numeric: Sequence[bool]) -> tuple[Box, ...]:
    """The same union in fewer boxes: two that differ in one factor become one where that fits."""
    found = list(boxes)
    for i, one in enumerate(found):
        for j, other in enumerate(found[:i]):
            differ = [
                at for at, (a, b) in enumerate(zip(one, other, strict=True)) if (a != b).any()
            ]
            if len(differ) != 1:
                continue
            both = one[differ[0]] | other[differ[0]]
            if numeric[differ[0]] and np.count_nonzero(np.diff(np.flatnonzero(both)) > 1):
                continue
            joined = tuple(both if at == differ[0] else mask for at, mask in enumerate(one))
            rest = [box for at, box in enumerate(found) if at not in (i, j)]
            return merged([*rest, joined], numeric)
    return tuple(found)


class Limit(NamedTuple):
    """What a box asks of one factor: low <= value < high, or one of some categories."""

    factor: str
    low: float = -math.inf
    high: float = math.inf
    among: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def words(self, name: str) -> str:
        """The limit as a reader would say it, e.g. ``cash < 0.6``."""
        if self.among:
            if len(self.others) < len(self.among):
                return f"{name} is not {' or '.join(self.others)}"
            return f"{name} is {' or '.join(self.among)}"
        low, high = math.isfinite(self.low), math.isfinite(self.high)
        if low and high:
            return f"{self.low:.10g} <= {name} < {self.high:.10g}"
        return f"{name} < {self.high:.10g}" if high else f"{name} >= {self.low:.10g}"


def limits(box: Box, points: Space) -> tuple[Limit, ...]:
    """What a box asks, factor by factor, the bounds as round as the levels beside them allow."""
    found = []
    for place, allowed in enumerate(box):
        factor, levels = points.factors[place], points.levels[place]
        if allowed.all():
            continue
        if not points.numeric[place]:
            among = tuple(str(one) for one, held in zip(levels, allowed, strict=True) if held)
            others = tuple(str(one) for one, held in zip(levels, allowed, strict=True) if not held)
            found.append(Limit(factor, among=among, others=others))
            continue
        first, last = np.flatnonzero(allowed)[[0, -1]]
        low = round_between(levels[first - 1], levels[first]) if first else -math.inf
        high = round_between(levels[last], levels[last + 1]) if last < len(levels) - 1 else math.inf
        found.append(Limit(factor, low, high))
    return tuple(found)


def round_between(below: float, above: float) -> float:
    """The number with the fewest digits in (below, above], the nearest to the middle of those."""
    middle = (below + above) / 2
    size = math.floor(math.log10(max(abs(below), abs(above))))
    for digits in range(17):
        found = float(f"{round(middle / 10.0 ** (size - digits)) * 10.0 ** (size - digits):.15g}")
        if below < found <= above:
            return found
    return above
