"""The best classification tree of depth two, by exact search over all its splits.

A tree is a first split and one more on each side (or none). It is the one with the least
squared error around the means of its leaves (for cases that are 0 or 1, the least Gini
impurity; Breiman et al. 1984). Its rule is the leaves that together have the greatest F.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.analysis.boxes import Box, Mask, Space, merged
from sim.analysis.prim import Search, f_score, least_points

F = NDArray[np.float64]
MOST_CUTS = 32  # of a factor; more are thinned to evenly filled parts


def tree(points: Space) -> Search:
    """The search for the best tree over these points: the leaves with the cases, as boxes.

    It finds nothing where no leaf or union of leaves beats all points together.
    """
    cuts = _cuts(points)
    sides = np.array([allowed[points.codes[:, place]] for place, allowed in cuts], dtype=float)
    sizes = sides @ sides.T

    def search(values: F, cases: F) -> tuple[Box, ...]:
        grown = _leaves(points, cuts, *_best(sides, sizes, values))
        leaves = [leaf for leaf in grown if points.inside(leaf).any()]
        shares = [float(cases[points.inside(leaf)].mean()) for leaf in leaves]
        order = sorted(range(len(leaves)), key=lambda at: -shares[at])
        unions = [[leaves[at] for at in order[: size + 1]] for size in range(len(order))]
        scores = [f_score(cases, _held(points, union)) for union in unions]
        best = int(np.argmax(scores))
        return () if best == len(leaves) - 1 else merged(unions[best], points.numeric)

    return search


def _held(points: Space, boxes: list[Box]) -> Mask:
    held: Mask = np.any([points.inside(box) for box in boxes], axis=0)
    return held


def _cuts(points: Space) -> list[tuple[int, Mask]]:
    """Ways to part the points by one factor: below a bound, or one category from the others."""
    found: list[tuple[int, Mask]] = []
    for place, levels in enumerate(points.levels):
        m = len(levels)
        if not points.numeric[place]:
            # of two categories, either one says it all
            found += [(place, np.arange(m) == level) for level in range(m if m > 2 else 1)]
            continue
        counts = np.cumsum(np.bincount(points.codes[:, place], minlength=m))[:-1]
        # equal parts of the points, the nearest bound to each
        wanted = np.arange(1, MOST_CUTS + 1) / (MOST_CUTS + 1) * len(points.codes)
        bounds = range(m - 1) if m - 1 <= MOST_CUTS else np.searchsorted(counts, wanted)
        found += [(place, np.arange(m) <= bound) for bound in sorted(set(bounds)) if bound < m - 1]
    return found


def _best(sides: F, sizes: F, values: F) -> tuple[int, int | None, int | None]:
    """First cut, and the cuts within and outside it (None: no second cut there).

    sides: (cuts, points), 1 where a point lies within; sizes: points within two cuts at once.
    The greatest sum of squared leaf totals over leaf sizes is the least squared error.
    """
    n, least = sides.shape[1], least_points(sides.shape[1])
    values = values - values.mean()
    totals = (sides * values) @ sides.T
    size, total = np.diag(sizes), np.diag(totals)
    within, second = _second(sizes, totals, size, total, least)
    outside, third = _second(size - sizes, total - totals, n - size, -total, least)
    first = int(np.argmax(within + outside))
    inner, outer = int(second[first]), int(third[first])
    return first, inner if inner >= 0 else None, outer if outer >= 0 else None


def _second(sizes: F, totals: F, size: F, total: F, least: int) -> tuple[F, NDArray[np.int64]]:
    """Best score of each side with one more cut or none, and which cut (-1: none)."""
    rest, others = size[:, None] - sizes, total[:, None] - totals
    fits = (sizes >= least) & (rest >= least)
    score = totals**2 / np.where(fits, sizes, 1) + others**2 / np.where(fits, rest, 1)
    score[~fits] = -np.inf
    # a side too small to be a leaf loses to every other first cut
    alone = np.where(size >= least, total**2 / np.maximum(size, 1), -1e300)
    cut = np.argmax(score, axis=1)
    found = score[np.arange(len(cut)), cut]
    better = found > alone + 1e-12 * np.abs(alone)
    return np.where(better, found, alone), np.where(better, cut, -1)


def _leaves(
    points: Space,
    cuts: list[tuple[int, Mask]],
    first: int,
    within: int | None,
    outside: int | None,
) -> list[Box]:
    """The tree's leaves as boxes."""
    found = []
    for inside, second in ((True, within), (False, outside)):
        half = _cut(points.whole, cuts[first], inside)
        if second is None:
            found.append(half)
        else:
            found += [_cut(half, cuts[second], side) for side in (True, False)]
    return found


def _cut(box: Box, cut: tuple[int, Mask], inside: bool) -> Box:
    place, allowed = cut
    kept = box[place] & (allowed if inside else ~allowed)
    return (*box[:place], kept, *box[place + 1 :])
