"""Names of lines on a map, each at the place beside its line that is clearest of all else."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

F = NDArray[np.float64]
_AWAY = 13.0  # from a line to the middle of its name, points
_MARK, _RING = 8.0, 13.0  # half the width that a cell's mark takes, and the ring that some have


class Named(NamedTuple):
    """A line in data coordinates, NaN at gaps, and its name."""

    x: F
    y: F
    name: str


def name_lines(ax: Axes, lines: Sequence[Named], marks: F) -> None:
    """Write the name of each line beside it, clear of marks, of all lines and of other names.

    marks (n, 2): places in data coordinates. Limits and scales must be final. A line with no
    point inside the axes gets no name.
    """
    from matplotlib import patheffects

    halo = [patheffects.withStroke(linewidth=4, foreground="white")]
    size = _points(ax)
    drawn = [_dense(ax, line, size) for line in lines]
    all_lines, cells = np.concatenate(drawn), _place(ax, marks, size)
    taken: list[F] = []
    for line, path in zip(lines, drawn, strict=True):
        if not len(path):
            continue
        text = ax.text(0, 0, line.name, transform=ax.transAxes, ha="center", va="center",
                       fontweight="bold", path_effects=halo, gid=f"name-{line.name}")  # fmt: skip
        box = text.get_window_extent()
        half = np.array([box.width, box.height]) * 36 / float(ax.figure.dpi)
        best = _clearest(path, half, size, all_lines, cells, taken)
        taken.append(np.concatenate((best - half, best + half)))
        text.set_position((best[0] / size[0], best[1] / size[1]))


def _points(ax: Axes) -> F:
    """Width and height of the axes in points, as its figure is laid out."""
    ax.figure.draw_without_rendering()  # type: ignore[union-attr]
    box = ax.get_window_extent()
    return np.array([box.width, box.height]) * 72 / float(ax.figure.dpi)


def _place(ax: Axes, at: F, size: F) -> F:
    """Data coordinates as points from the lower left corner of the axes, (n, 2)."""
    return np.asarray(ax.transAxes.inverted().transform(ax.transData.transform(at)) * size)


def _dense(ax: Axes, line: Named, size: F) -> F:
    """Places two points apart along a line, those inside the axes, (n, 2)."""
    at = _place(ax, np.column_stack((line.x, line.y)), size)
    parts = [at]
    for a, b in itertools.pairwise(at):
        if np.isfinite(a + b).all():
            n = 2 + int(np.abs(b - a).max() / 2)
            parts.append(a + np.linspace(0, 1, n)[:, None] * (b - a))
    path = np.concatenate(parts)
    return np.asarray(path[((path >= 0) & (path <= size)).all(axis=1)])  # NaN is not inside


def _clearest(
    path: F, half: F, size: F, lines: F, marks: F, taken: Sequence[F]
) -> NDArray[np.float64]:
    """The middle of the name: of places beside the path the one that covers least."""
    best, cost = path[len(path) // 2], np.inf
    aside = half[0] + _AWAY / 2
    moves = [(0, _AWAY), (0, -_AWAY), (aside, 0), (-aside, 0), (aside, _AWAY), (-aside, _AWAY),
             (aside, -_AWAY), (-aside, -_AWAY)]  # fmt: skip
    for start in path[:: max(1, len(path) // 120)]:
        for move in moves:
            middle = np.clip(start + np.array(move), half + 2, size - half - 2)
            met = sum(_meet(middle, half, box) for box in taken)
            # a line may hide for a few points, a ring be cut, but a mark must be read
            covered = _inside(lines, middle, half) + 12 * _inside(marks, middle, half + _RING)
            covered += 80 * _inside(marks, middle, half + _MARK)
            far = float(np.abs(path - middle).sum(axis=1).min()) / 100
            if covered + far + 1e6 * met < cost:
                best, cost = middle, covered + far + 1e6 * met
    return np.asarray(best)


def _inside(points: F, middle: F, half: F) -> float:
    """How many points a box covers."""
    return float((np.abs(points - middle) < half).all(axis=1).sum())


def _meet(middle: F, half: F, box: F) -> bool:
    return bool((np.abs(middle - (box[:2] + box[2:]) / 2) < half + (box[2:] - box[:2]) / 2).all())
