"""PRIM: a box with many cases inside, found by peeling and pasting (Friedman & Fisher 1999).

Peeling takes the slice off one side (or one category out) whose loss raises the mean of the
outcome most per point lost, again and again. The box is the one along the way with the
greatest F, the harmonic mean of coverage and density (Bryant & Lempert 2010 let a person
choose). Then limits that chance explains are dropped, and slices put back (pasting) or taken
while F rises. Slices of 5% are patient but, among few points, each holds too few cases to
tell one side from another, so ways of thicker slices are gone too and the best box kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from sim.analysis.boxes import Box, Mask, Space

F = NDArray[np.float64]
Search = Callable[[F, F], tuple[Box, ...]]  # boxes from values and cases of points
PEELS = (0.05, 0.15, 0.4)  # share of the points in the box that one peel takes at least
LEAST = 0.05  # share of all points that the box holds at least
MOST_FACTORS = 3  # more could not be said in words
QUASI_P = 0.05


def f_score(cases: F, held: Mask) -> float:
    """Harmonic mean of coverage and density: 2 cases held / (cases + points held)."""
    below = float(cases.sum()) + np.count_nonzero(held)
    return 2 * float(cases[held].sum()) / below if below > 0 else 0.0


def least_points(n: int) -> int:
    """How few points a box may hold."""
    return max(min(5, n), int(np.ceil(LEAST * n)))


def prim(points: Space) -> Search:
    """The search for a box over these points; it finds nothing where no box beats them all.

    The search takes the outcome to peel by and how far each point is a case, (points,) each.
    """

    def search(values: F, cases: F) -> tuple[Box, ...]:
        table = _Table(points, values, cases)
        found = [_finished(table, _way(table, share)) for share in PEELS]
        best = max(found, key=lambda box: f_score(cases, points.inside(box)))
        return () if all(allowed.all() for allowed in best) else (best,)

    return search


class _Table:
    """Points, outcomes and cases; levels of all factors in one row after another."""

    def __init__(self, points: Space, values: F, cases: F) -> None:
        self.values, self.cases, self.n = values, cases, len(values)
        self.codes, self.numeric = np.ascontiguousarray(points.codes.T), np.array(points.numeric)
        self.whole, self.sizes = points.whole, [len(levels) for levels in points.levels]
        self.starts = np.arange(len(self.sizes))[:, None] * max(self.sizes)
        self.least, self.total = least_points(self.n), float(cases.sum())

    def by_level(self, where: NDArray[np.int64], weights: F) -> F:
        """Sums of weights by factor and level, (factors, levels of the longest)."""
        k, longest = len(self.sizes), max(self.sizes)
        sums: F = np.bincount(where, weights, minlength=k * longest).astype(float)
        return sums.reshape(k, longest)


class _Profile:
    """What lies inside a box, and by factor and level what would if that factor had no limit."""

    def __init__(self, table: _Table, box: Box) -> None:
        outside = np.array([~allowed[table.codes[j]] for j, allowed in enumerate(box)])
        free = outside.sum(axis=0)[None] - outside == 0
        where, at = (table.codes + table.starts)[free], np.nonzero(free)[1]
        self.total = table.total
        self.counts = table.by_level(where, np.ones(len(at)))
        self.cases = table.by_level(where, table.cases[at])
        self.n = float(self.counts[0][: table.sizes[0]][box[0]].sum())

    def inside(self, place: int, allowed: Mask) -> tuple[float, float]:
        """Points and cases of the box with other levels of one factor."""
        m = len(allowed)
        n, cases = self.counts[place, :m][allowed].sum(), self.cases[place, :m][allowed].sum()
        return float(n), float(cases)

    def score(self, place: int, allowed: Mask) -> float:
        """F of the box with other levels of one factor."""
        n, cases = self.inside(place, allowed)
        return 2 * cases / (self.total + n)


def _way(table: _Table, share: float) -> Box:
    """The box of greatest F on the way of peels of at least ``share`` of the points inside."""
    box, held = table.whole, np.arange(table.n)
    best, best_score = box, 0.0
    while True:
        score = 2 * float(table.cases[held].sum()) / (table.total + len(held))
        if score > best_score:
            best, best_score = box, score
        peel = _peel(table, box, held, share)
        if peel is None:
            return best
        place, rest = peel
        box = _changed(box, place, rest)
        held = held[rest[table.codes[place, held]]]


def _peel(
    table: _Table, box: Box, held: NDArray[np.int64], share: float
) -> tuple[int, Mask] | None:
    """The factor, and what stays of its levels, of the peel that gains most per point lost."""
    where = (table.codes[:, held] + table.starts).ravel()
    k, n = len(box), len(held)
    counts = table.by_level(where, np.ones(len(where)))
    sums = table.by_level(where, np.tile(table.values[held], k))
    upto, sum_upto = counts.cumsum(axis=1), sums.cumsum(axis=1)
    thin = max(share * n, 1e-9)
    rows = np.arange(k)
    low = (upto < thin).sum(axis=1)  # the last level that goes from below
    high = (upto <= n - thin).sum(axis=1)  # the first that goes from above
    before = np.maximum(high - 1, 0)
    total = float(table.values[held].sum())
    # three kinds of peels: from below, from above, one category
    kept = np.stack((n - upto[rows, low], upto[rows, before] * (high > 0)), axis=1)
    left = np.stack((total - sum_upto[rows, low], sum_upto[rows, before] * (high > 0)), axis=1)
    kept = np.where(table.numeric[:, None], kept, -1.0)
    kept, left = (
        np.hstack((ends, np.where(table.numeric[:, None], -1.0, whole - each)))
        for ends, whole, each in ((kept, n, counts), (left, total, sums))
    )
    fits = (kept >= table.least) & (kept < n)
    if not fits.any():
        return None
    gain = (left / np.where(fits, kept, 1) - total / n) / np.where(fits, n - kept, 1)
    place, kind = np.unravel_index(int(np.argmax(np.where(fits, gain, -np.inf))), gain.shape)
    levels, j = np.arange(len(box[place])), int(place)
    stays = (levels > low[j], levels < high[j], levels != kind - 2)[min(int(kind), 2)]
    return j, box[j] & stays


def _changed(box: Box, place: int, allowed: Mask) -> Box:
    return (*box[:place], allowed, *box[place + 1 :])


def _less(allowed: Mask, counts: F, at_least: float, numeric: bool) -> Iterator[Mask]:
    """What stays of a factor's levels after a peel: from below, from above, or of a category."""
    if not numeric:
        for level in np.flatnonzero(allowed):
            yield allowed & (np.arange(len(allowed)) != level)
        return
    taken = np.cumsum(counts)
    bottom = int(np.searchsorted(taken, max(at_least, 1e-9)))
    top = int(np.searchsorted(taken, taken[-1] - max(at_least, 1e-9), side="right"))
    yield allowed & (np.arange(len(allowed)) > bottom)
    yield allowed & (np.arange(len(allowed)) < top)


def _more(allowed: Mask, counts: F, at_least: float, numeric: bool) -> Iterator[Mask]:
    """A factor's levels with a slice more below or above, or with one category more."""
    if not numeric:
        for level in np.flatnonzero(~allowed):
            yield allowed | (np.arange(len(allowed)) == level)
        return
    first, last = np.flatnonzero(allowed)[[0, -1]]
    for side in (np.arange(last + 1, len(allowed)), np.arange(first - 1, -1, -1)):
        if len(side):
            enough = int(np.searchsorted(np.cumsum(counts[side]), max(at_least, 1e-9))) + 1
            wider = allowed.copy()
            wider[side[:enough]] = True
            yield wider


def _finished(table: _Table, box: Box) -> Box:
    """The box without the limits that chance explains, moved to where F is greatest."""
    return _fewer(table, _moved(table, _fewer(table, box)))


def _moved(table: _Table, box: Box) -> Box:
    """The box with slices of the factors it uses put back or taken, best first, while F rises.

    A factor that is back to all its levels is no longer used.
    """
    while True:
        profile = _Profile(table, box)
        choices = [
            (profile.score(place, other), place, other)
            for place, other in _neighbours(table, profile, box)
            if profile.inside(place, other)[0] >= table.least
        ]
        best = max(choices, key=lambda choice: choice[0], default=(0.0, 0, box[0]))
        if best[0] <= profile.score(0, box[0]) + 1e-12:
            return box
        box = _changed(box, best[1], best[2])


def _neighbours(table: _Table, profile: _Profile, box: Box) -> Iterator[tuple[int, Mask]]:
    """Factors that the box uses, with a thin or thicker slice more or less of their levels."""
    for place, allowed in enumerate(box):
        if allowed.all():
            continue
        counts, numeric = profile.counts[place, : len(allowed)], bool(table.numeric[place])
        for thick in (0.0, PEELS[0] * profile.n) if numeric else (0.0,):
            for other in _more(allowed, counts, thick, numeric):
                yield place, other
            for other in _less(allowed, np.where(allowed, counts, 0.0), thick, numeric):
                yield place, other


def quasi_p(cases: float, n: float, share: float) -> float:
    """Chance of so many cases among n points that each are one with chance ``share``.

    For a box and one of its factors: the cases and points in the box, and the share of cases in
    the box without the factor's limit (Bryant & Lempert 2010).
    """
    from scipy.special import betainc

    # the binomial tail as a beta integral, which counts that are floats do not disturb
    least = math.ceil(cases - 1e-9)
    return float(betainc(least, n - least + 1, share)) if least > 0 else 1.0


def _fewer(table: _Table, box: Box) -> Box:
    """The box without factors that chance explains, and with at most ``MOST_FACTORS``."""
    while True:
        used = [place for place, allowed in enumerate(box) if not allowed.all()]
        if not used:
            return box
        profile = _Profile(table, box)
        by_chance = {}
        for place in used:
            free, cases = profile.inside(place, np.ones(len(box[place]), dtype=bool))
            by_chance[place] = quasi_p(
                profile.inside(place, box[place])[1], profile.n, cases / free
            )
        worst = max(used, key=lambda place: by_chance[place])
        if by_chance[worst] <= QUASI_P and len(used) <= MOST_FACTORS:
            return box
        box = _changed(box, worst, np.ones(len(box[worst]), dtype=bool))
