"""Why firms leave: cumulative incidence of each cause, stacked, a panel a strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.analysis.causes import MEANINGS, cumulative_incidence
from sim.analysis.survival import kaplan_meier, longest_life
from sim.plots.style import (
    FAINT,
    INK,
    headed,
    in_order,
    label_ends,
    note,
    settings,
    years_axis,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.analysis.intervals import Interval


class _Fill(NamedTuple):
    """How a cause is drawn: Okabe-Ito colours of falling brightness, and a hatch of its own."""

    colour: str
    hatch: str


_FILLS = {
    "insolvent": _Fill("#0072B2", ""),
    "starved": _Fill("#E69F00", "///"),
    "capacity": _Fill("#F0E442", "..."),
    "merged": _Fill("#222222", "xx"),
}
SAID = (
    "share of firms that left, by cause (Aalen-Johansen), 95% intervals over runs; "
    "dotted: band of all that left"
)


def cause_areas(rows: pd.DataFrame, ax: Axes, strategy: str, *, end: int | None = None) -> Axes:
    """Causes of exit of one strategy, stacked to all that left; dotted: the band of the total.

    rows: FIRM_ROW columns and ``run``. end: weeks of the axis, by default the longest life.
    Intervals of single causes stand beside the labels, because bands of stacked shares would
    hide one another.
    """
    firms = rows[rows["strategy"] == strategy]
    weeks = longest_life(rows) if end is None else end
    found = cumulative_incidence(firms["weeks_alive"], firms["cause"], firms["run"])
    total = kaplan_meier(firms["weeks_alive"], 1 - firms["survived"], firms["run"])
    years = np.concatenate(([0.0], found.weeks, [weeks])) / 52
    below, ends = np.zeros(len(years)), []
    for row, cause in enumerate(found.causes):
        share = 100 * np.concatenate(([0.0], found.share[row], found.share[row, -1:]))
        fill = _FILLS[cause]
        ax.fill_between(
            years, below, below + share, step="post", facecolor=fill.colour, hatch=fill.hatch,
            edgecolor=INK, linewidth=0.0, gid=f"cause-{cause}",
        )  # fmt: skip
        ax.step(years, below + share, where="post", color=INK, linewidth=1.0)
        ends.append((float(below[-1] + share[-1] / 2), _label(cause, found.at(cause, weeks)), INK))
        below = below + share
    for bound in (total.low, total.high):
        line = 100 * (1 - np.concatenate(([1.0], bound, bound[-1:] if len(bound) else [1.0])))
        ax.step(years, line, where="post", color=INK, linestyle=":", linewidth=1.2, gid="band")
    ax.set_ylim(0, 103)
    ax.set_ylabel("firms that left (%)")
    years_axis(ax, max(weeks, 1))
    left = 1 - float(total.alive[-1]) if len(total.alive) else 0.0
    note(ax, f"{strategy}: {100 * left:.0f}% left, {len(firms):,} firms")
    if not ends:
        ax.text(0.5, 0.5, "no firm left", transform=ax.transAxes, ha="center", color=FAINT)
    label_ends(ax, ends, gap=0.21)  # two lines a label
    return ax


def _label(cause: str, share: Interval) -> str:
    """Cause, its share with interval, and what it means."""
    value, low, high = (f"{100 * part:.0f}" for part in share)
    span = f" ({low} to {high})" if share.low == share.low else ""
    return f"{cause} {value}%{span}\n{MEANINGS[cause]}"


def causes_figure(rows: pd.DataFrame, title: str = "") -> Figure:
    """Causes of exit of every strategy, one below the other on the same axes."""
    from matplotlib.figure import Figure as Made

    names = in_order(rows["strategy"])
    with settings():
        figure = Made(figsize=(9.0, 0.9 + 2.5 * len(names)), layout="constrained")
        panels = figure.subplots(len(names), 1, squeeze=False, sharex=True).ravel()
        for ax, name in zip(panels, names, strict=True):
            cause_areas(rows, ax, name, end=longest_life(rows))
            ax.label_outer()
        figure.supxlabel(SAID, fontsize="small", color="#555555")
        headed(figure, f"{title}: causes of exit" if title else "Causes of exit")
    return figure
