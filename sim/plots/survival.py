"""Kaplan-Meier curves by strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.survival import kaplan_meier, longest_life, numbers_at_risk
from sim.plots.style import FAINT, in_order, label_ends, looks, note, readable, years_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def survival_curves(rows: pd.DataFrame, ax: Axes) -> Axes:
    """Share of firms alive by strategy, 95% bands over runs, numbers at risk below the axis.

    rows: FIRM_ROW columns and ``run``.
    """
    end = longest_life(rows)
    style = looks(rows["strategy"])
    ends = []
    for name in in_order(rows["strategy"]):
        firms = rows[rows["strategy"] == name]
        curve = kaplan_meier(firms["weeks_alive"], 1 - firms["survived"], firms["run"])
        look = style[name]
        years = np.concatenate(([0.0], curve.weeks, [end])) / 52
        alive, low, high = (
            np.concatenate(([1.0], line, line[-1:] if len(line) else [1.0])) * 100
            for line in (curve.alive, curve.low, curve.high)
        )
        band = ax.fill_between(
            years, low, high, step="post", color=look.colour, alpha=0.18, linewidth=0
        )
        band.set_gid(f"band-{name}")
        ax.step(years, alive, where="post", color=look.colour, linestyle=look.line, linewidth=2)
        ends.append((float(alive[-1]), f"{name} {alive[-1]:.0f}%", look.colour))
    ax.set_ylim(0, 103)
    ax.set_ylabel("firms alive (%)")
    years_axis(ax, max(end, 1))
    label_ends(ax, ends)
    note(ax, f"Kaplan-Meier, 95% bands that respect runs; {_runs(rows['run'].nunique())}")
    _risk_table(rows, ax, end)
    return ax


def _runs(n: int) -> str:
    return f"{n:,} run{'s' if n != 1 else ''}"


def _risk_table(rows: pd.DataFrame, ax: Axes, end: int) -> None:
    """Rows of numbers at risk under the x axis, one a strategy, at fixed distances in points."""
    style, across = looks(rows["strategy"]), ax.get_xaxis_transform()
    ticks = [float(t) for t in ax.get_xticks() if 0 <= t <= end / 52 + 1e-9]

    def write(text: str, x: float, line: int, colour: str, where: Any, align: str) -> None:
        ax.annotate(
            text, xy=(x, 0), xycoords=where, xytext=(0, -52 - 17 * line), color=colour,
            textcoords="offset points", ha=align, va="center", annotation_clip=False,
        )  # fmt: skip

    write("firms at risk", 1.045, 0, FAINT, ax.transAxes, "left")
    for line, name in enumerate(in_order(rows["strategy"])):
        firms, colour = rows[rows["strategy"] == name], readable(style[name].colour)
        counts = numbers_at_risk(firms["weeks_alive"], np.multiply(ticks, 52))
        for tick, n in zip(ticks, counts, strict=True):
            write(f"{n:,}", tick, line + 1, colour, across, "center")
        write(name, 1.045, line + 1, colour, ax.transAxes, "left")


def survival_figure_height(n_strategies: int) -> float:
    """Inches for a figure of survival: room for one row of numbers a strategy."""
    return 5.1 + 0.24 * n_strategies
