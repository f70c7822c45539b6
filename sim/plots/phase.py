"""Phase maps: who does better where, beside the line that theory predicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.plots.naming import Named, name_lines
from sim.plots.style import INK, note

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

F = NDArray[np.float64]


def _edges(centres: F, logarithmic: bool) -> F:
    """Borders of cells half-way between their centres, (n + 1,)."""
    at = np.log(centres) if logarithmic else centres
    if len(at) == 1:
        half = 0.5 * abs(at[0]) or 0.5
        borders = np.array([at[0] - half, at[0] + half])
    else:
        inner = (at[1:] + at[:-1]) / 2
        borders = np.concatenate(([2 * at[0] - inner[0]], inner, [2 * at[-1] - inner[-1]]))
    return np.asarray(np.exp(borders) if logarithmic else borders)


def phase_map(
    cells: pd.DataFrame,
    ax: Axes,
    *,
    x_label: str,
    y_label: str,
    value_label: str = "survival, user-first less customer-centric",
    boundary: tuple[ArrayLike, ArrayLike] | None = None,
    cash_line: tuple[ArrayLike, ArrayLike] | None = None,
    log_x: bool = False,
    log_y: bool = False,
) -> Axes:
    """Difference in each cell; + and - where its 95% interval excludes 0, a dot where it does not.

    cells: columns x, y, difference, sign (see ``sim.analysis.phase.phase_cells``). x_label,
    y_label: factor with its unit. boundary: x and y of the predicted line, drawn and labelled;
    cash_line: those of the line where the predicted trough of cash is just covered.
    log_x, log_y: axes in logarithms.
    """
    xs, ys = np.unique(cells["x"]), np.unique(cells["y"])
    most = float(np.nanmax(np.abs(cells["difference"]))) or 1.0
    _colours(cells, ax, (_edges(xs, log_x), _edges(ys, log_y)), most, value_label)
    ax.set_xscale("log" if log_x else "linear")
    ax.set_yscale("log" if log_y else "linear")
    ax.set_xlim(*_edges(xs, log_x)[[0, -1]])
    ax.set_ylim(*_edges(ys, log_y)[[0, -1]])
    _ticks(ax, xs, ys)
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    _marks(cells, ax, most)
    marks = "+ and \N{MINUS SIGN} where the 95% interval over runs excludes 0, \N{BULLET} elsewhere"
    note(ax, marks)
    _predicted(cells, ax, ((boundary, LINE), (cash_line, CASH_LINE)))
    return ax


def _colours(
    cells: pd.DataFrame, ax: Axes, edges: tuple[F, F], most: float, value_label: str
) -> None:
    """The cells, zero in the middle of the colours, and the bar that says what they are."""
    grid = cells.pivot(index="y", columns="x", values="difference").to_numpy()
    mesh = ax.pcolormesh(
        *edges, grid, cmap="PuOr", vmin=-most, vmax=most, edgecolors="white", linewidth=0.6
    )
    bar = ax.figure.colorbar(mesh, ax=ax, pad=0.03, fraction=0.06)
    bar.set_label(value_label)
    bar.outline.set_visible(False)


def _marks(cells: pd.DataFrame, ax: Axes, most: float) -> None:
    """A sign or a bullet in each cell; most: the difference at the ends of the colours."""
    for cell in cells.itertuples():
        dark = abs(cell.difference) > 0.6 * most
        mark = {1: "+", -1: "\N{MINUS SIGN}", 0: "\N{BULLET}"}[int(cell.sign)]
        ax.text(cell.x, cell.y, mark, ha="center", va="center", fontsize=15, fontweight="bold",
                color="white" if dark else INK, clip_on=True)  # fmt: skip


def _ticks(ax: Axes, xs: F, ys: F) -> None:
    """Ticks at the cells' own values, thinned where they are many."""
    for axis, values in ((ax.xaxis, xs), (ax.yaxis, ys)):
        kept = values[:: max(1, -(-len(values) // 10))]
        axis.set_ticks(kept, labels=[f"{value:.3g}" for value in kept])
        axis.set_ticks([], minor=True)


class Line(NamedTuple):
    """A predicted line: the name written on it, its dashes, its mark in the SVG."""

    name: str
    dashes: tuple[int, tuple[float, ...]]
    gid: str


LINE = Line("predicted boundary", (0, (5, 1.6)), "predicted")
CASH_LINE = Line("predicted: cash lasts", (0, (1.2, 1.2)), "predicted-cash")


def zero_line(cells: pd.DataFrame, margin: ArrayLike, log_x: bool, log_y: bool) -> list[F]:
    """Where a margin, one a cell, is zero: lines (2, points), interpolated between the cells.

    Interpolation is in logarithms on an axis in logarithms. Empty where the sign never turns.
    """
    from contourpy import contour_generator

    grid = cells.assign(margin=np.asarray(margin, dtype=float)).pivot(
        index="y", columns="x", values="margin"
    )
    xs, ys = grid.columns.to_numpy(float), grid.index.to_numpy(float)
    if min(grid.shape) < 2:
        return []
    at = (np.log(xs) if log_x else xs, np.log(ys) if log_y else ys)
    z = np.ma.masked_invalid(grid.to_numpy())
    found = []
    for line in contour_generator(*at, z).lines(0.0):
        x, y = np.asarray(line, dtype=float).T
        found.append(np.array([np.exp(x) if log_x else x, np.exp(y) if log_y else y]))
    return sorted(found, key=lambda each: -each.shape[1])


def joined(lines: list[F]) -> tuple[F, F] | None:
    """Several lines as one with gaps, x and y; None without any."""
    if not lines:
        return None
    gap = np.full((2, 1), np.nan)
    whole = np.concatenate([part for line in lines for part in (line, gap)][:-1], axis=1)
    return whole[0], whole[1]


def _predicted(
    cells: pd.DataFrame,
    ax: Axes,
    lines: Sequence[tuple[tuple[ArrayLike, ArrayLike] | None, Line]],
) -> None:
    """The predicted lines, white-edged so that they show on every colour, and their names."""
    from matplotlib import patheffects

    halo = [patheffects.withStroke(linewidth=5, foreground="white")]
    drawn: list[Named] = []
    for points, line in lines:
        if points is None:
            continue
        x, y = (np.asarray(part, dtype=float) for part in points)
        ax.plot(x, y, color="black", linewidth=2.2, linestyle=line.dashes, path_effects=halo,
                gid=line.gid)  # fmt: skip
        drawn.append(Named(x, y, line.name))
    if drawn:
        name_lines(ax, drawn, cells[["x", "y"]].to_numpy(float))
