"""Replicator dynamics drawn: a line for each pair of strategies, a triangle for each three."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.evolution.dynamics import (
    RestPoint,
    advantage,
    pair_rest_points,
    rest_points,
    trajectory,
)
from sim.analysis.evolution.equilibria import scaled
from sim.analysis.evolution.frames import pair_functions
from sim.plots.style import FAINT, INK, note

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.analysis.evolution.payoffs import PayoffTable

F = NDArray[np.float64]
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])
STARTS = 6  # steps of the lattice of starting points on an edge
FACES = {"stable": INK, "unstable": "white", "saddle": "#b0b0b0", "neutral": "white"}
MARKERS = {"stable": "o", "unstable": "o", "saddle": "s", "neutral": "D"}
LEGEND = "filled: stable, hollow: unstable, grey square: saddle, diamond: neutral"


def flow_lines(table: PayoffTable, pairs: Sequence[tuple[int, int]], ax: Axes) -> Axes:
    """Where the share of the first of each pair moves, and where it rests."""
    means = table.means()
    for place, (i, j) in enumerate(reversed(pairs)):
        functions = pair_functions(means, i, j)
        points = pair_rest_points(*functions)
        ax.plot([0, 1], [place, place], color=FAINT, linewidth=1.4, zorder=1)
        for (start, _), (end, _) in pairwise(points):
            gain = float(advantage(*functions, (start + end) / 2))
            if gain != 0:
                _arrow(ax, (start + end) / 2, place, np.sign(gain), end - start)
        for share, stability in points:
            _rest(ax, share, place, stability)
            if 0 < share < 1:
                ax.annotate(f"{share:.2f}", xy=(share, place), xytext=(0, 8), ha="center",
                            textcoords="offset points", fontsize="small")  # fmt: skip
        for x, name, side in ((-0.03, table.strategies[j], "right"),
                              (1.03, table.strategies[i], "left")):  # fmt: skip
            ax.text(x, place, f"all {name}", ha=side, va="center", clip_on=False)
    ax.set_ylim(-0.6, len(pairs) - 0.4)
    ax.set_xlim(-0.01, 1.01)
    ax.set_yticks([])
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.set_xticks(np.linspace(0, 1, 6))
    ax.set_xlabel("share of the strategy on the right")
    n = table.n_firms
    note(ax, f"replicator dynamics of the game of {n} firms, arrows: what grows\n{LEGEND}")
    return ax


def _arrow(ax: Axes, x: float, y: float, sign: float, room: float) -> None:
    """An arrow head in the middle of a stretch that is wide enough to show one."""
    if room < 0.03:
        return
    half = sign * min(0.025, room / 4)
    ax.annotate("", xy=(x + half, y), xytext=(x - half, y), zorder=3,
                arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.4,
                            "mutation_scale": 15})  # fmt: skip


def _rest(ax: Axes, x: float, y: float, stability: str) -> None:
    ax.plot(x, y, MARKERS[stability], markersize=9, markerfacecolor=FACES[stability],
            markeredgecolor=INK, markeredgewidth=1.5, zorder=4, clip_on=False,
            gid=f"rest-{stability}")  # fmt: skip


def simplexes(names: Sequence[str], matrix: F, triples: Sequence[tuple[int, int, int]]) -> Figure:
    """Replicator dynamics of the game of pairs, restricted to three strategies at a time."""
    from matplotlib.figure import Figure

    across = min(2, len(triples))
    down = -(-len(triples) // across)
    figure = Figure(figsize=(4.9 * across + 0.6, 1.0 + 3.9 * down), layout="constrained")
    axes = figure.subplots(down, across, squeeze=False)
    for place, ax in enumerate(axes.flat):
        if place < len(triples):
            simplex([names[i] for i in triples[place]], matrix[np.ix_(*[triples[place]] * 2)], ax)
        else:
            ax.set_visible(False)
    note(axes.flat[0], f"each triangle: three strategies alone\n{LEGEND}")
    return figure


def simplex(names: Sequence[str], matrix: F, ax: Axes) -> Axes:
    """Trajectories and rest points of three strategies in a triangle."""
    game = scaled(matrix)
    ax.plot(*np.vstack([CORNERS, CORNERS[:1]]).T, color=FAINT, linewidth=1.2)
    for start in _lattice(STARTS):
        path = _until_rest(game, start) @ CORNERS
        ax.plot(*path.T, color=FAINT, linewidth=0.9, zorder=1)
        _head(ax, path)
    for point in rest_points(matrix):
        _mark(ax, point)
    for corner, name, up in zip(CORNERS, names, (-14, -14, 12), strict=True):
        ax.annotate(name, xy=corner, xytext=(0, up), textcoords="offset points", ha="center",
                    va="center", annotation_clip=False)  # fmt: skip
    ax.set_aspect("equal")
    ax.set_xlim(-0.16, 1.16)
    ax.set_ylim(-0.09, 0.95)
    ax.axis("off")
    return ax


def _mark(ax: Axes, point: RestPoint) -> None:
    x, y = np.array(point.shares) @ CORNERS
    _rest(ax, float(x), float(y), point.stability)


def _lattice(steps: int) -> list[F]:
    """Starting points inside the triangle, evenly spread."""
    return [
        np.array([i, j, steps - i - j]) / steps
        for i in range(1, steps)
        for j in range(1, steps - i)
    ]


def _until_rest(game: F, start: F) -> F:
    """A trajectory until it hardly moves, 400 points at most."""
    path = trajectory(game, start, np.linspace(0.0, 60.0, 400))
    moves = np.linalg.norm(np.diff(path, axis=0), axis=1)
    moving = np.flatnonzero(moves > 1e-5)
    return path[: moving[-1] + 2] if len(moving) else path[:1]


def _head(ax: Axes, path: F) -> None:
    """An arrow head a third of the way along a path."""
    length = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))))
    if length[-1] < 0.02:
        return
    at = int(np.searchsorted(length, min(length[-1] / 3, 0.12)))
    at = min(max(at, 1), len(path) - 1)
    ax.annotate("", xy=path[at], xytext=path[at - 1], zorder=2,
                arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 0.9,
                            "mutation_scale": 10, "shrinkA": 0, "shrinkB": 0})  # fmt: skip
