"""Kaplan-Meier curves by strategy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.hazard import smoothed_hazard
from sim.analysis.survival import kaplan_meier, longest_life, numbers_at_risk
from sim.plots.exits import name_exits
from sim.plots.style import FAINT, Look, in_order, label_ends, looks, note, readable, years_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

FEW = 10  # firms at risk, of all runs together


def survival_curves(rows: pd.DataFrame, ax: Axes) -> Axes:
    """Share of firms alive by strategy, 95% bands over runs, numbers at risk below the axis.

    rows: FIRM_ROW columns and ``run``.
    """
    end = longest_life(rows)
    ends = draw_curves(rows, ax, looks(rows["strategy"]), end)
    label_ends(ax, [(alive, f"{name} {alive:.0f}%", colour) for alive, name, colour in ends])
    note(ax, f"Kaplan-Meier, 95% bands that respect runs; {_runs(rows['run'].nunique())}")
    _risk_table(rows, ax, end)
    return ax


def draw_curves(
    rows: pd.DataFrame, ax: Axes, style: Mapping[str, Look], weeks: float
) -> list[tuple[float, str, str]]:
    """Curves and bands of ``survival_curves`` alone; returns last share, name, colour of each.

    style: by strategy. weeks: where the axis ends. Shares in percent.
    """
    ends = []
    for name in in_order(rows["strategy"]):
        firms, look = rows[rows["strategy"] == name], style[name]
        curve = kaplan_meier(firms["weeks_alive"], 1 - firms["survived"], firms["run"])
        years = np.concatenate(([0.0], curve.weeks, [weeks])) / 52
        alive, low, high = (
            np.concatenate(([1.0], line, line[-1:] if len(line) else [1.0])) * 100
            for line in (curve.alive, curve.low, curve.high)
        )
        band = ax.fill_between(
            years, low, high, step="post", color=look.colour, alpha=0.18, linewidth=0
        )
        band.set_gid(f"band-{name}")
        ax.step(years, alive, where="post", color=look.colour, linestyle=look.line, linewidth=2)
        ends.append((float(alive[-1]), name, look.colour))
    ax.set_ylim(0, 103)
    ax.set_ylabel("firms alive (%)")
    years_axis(ax, max(weeks, 1))
    return ends


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


def hazard_curves(rows: pd.DataFrame, ax: Axes, *, bandwidth: float = 26.0) -> Axes:
    """Smoothed hazard of exit by strategy with 95% bands over runs: when is the risk highest?

    rows: FIRM_ROW columns and ``run``; bandwidth in weeks. Drawn while at least ``FEW`` firms
    were at risk, because a hazard among fewer tells of those few.
    """
    end, style, top = longest_life(rows), looks(rows["strategy"]), 0.0
    ends, gone = [], []
    for name in in_order(rows["strategy"]):
        firms = rows[rows["strategy"] == name]
        found = smoothed_hazard(
            firms["weeks_alive"], 1 - firms["survived"], firms["run"], bandwidth=bandwidth
        )
        kept = numbers_at_risk(firms["weeks_alive"], found.weeks) >= FEW
        if not kept.any():
            continue
        look, years, hazard = style[name], found.weeks[kept] / 52, 100 * found.per_year[kept]
        low, high = (100 * bound[kept] for bound in (found.low, found.high))
        band = ax.fill_between(years, low, high, color=look.colour, alpha=0.18, linewidth=0)
        band.set_gid(f"band-{name}")
        ax.plot(years, hazard, color=look.colour, linestyle=look.line, linewidth=2, gid=name)
        # a band that explodes where few are left must not flatten all the lines
        top = max(top, float(np.nanmax(np.where(high < 4 * hazard.max() + 1, high, hazard))))
        if found.weeks[kept][-1] < end:
            gone.append((float(years[-1]), float(hazard[-1]), name, look.colour))
        else:
            ends.append((float(hazard[-1]), name, look.colour))
    ax.set_ylim(0, max(1.05 * top, 1.0))
    ax.set_ylabel("hazard of exit (% of firms a year)")
    years_axis(ax, max(end, 1))
    label_ends(ax, ends)
    name_exits(ax, gone)
    note(
        ax,
        f"smoothed over {bandwidth:.0f} weeks each way, 95% bands that respect runs; "
        f"{_runs(rows['run'].nunique())}; while {FEW} or more firms are at risk",
    )
    return ax


def survival_figure_height(n_strategies: int) -> float:
    """Inches for a figure of survival: room for one row of numbers a strategy."""
    return 5.1 + 0.24 * n_strategies
