"""Selection inside a run: shares of firms and of users by strategy over time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from sim.analysis.evolution.within import paths
from sim.plots.multiples import small_multiples
from sim.plots.style import (
    Look,
    headed,
    label_ends,
    looks,
    new_figure,
    note,
    settings,
    years_axis,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.analysis.tables import Tables

WORDS = {"firms": "living firms", "users": "users of living firms"}
SAID = "mean over runs and its 95% interval"


def within_figures(tables: Tables, titles: Mapping[str, str] | None = None) -> dict[str, Figure]:
    """Shares over time, a panel a treatment: shares-of-firms, shares-of-users.

    titles: what to call treatments, by default as they are named.
    """
    series, style = tables.series, looks(tables.series["strategy"])
    names = list(dict.fromkeys(series["treatment"]))
    figures = {}
    for of, word in WORDS.items():
        heading = f"shares of {word}"
        title = f"{tables.title}: {heading}" if tables.title else heading.capitalize()
        if len(names) == 1:
            with settings():
                figure, ax = new_figure()
                share_lines(series, of, ax)
                headed(figure, title)
        else:
            panel = partial(_panel, series, of, style)
            figure = small_multiples(
                names, panel, style, title=title, said=_of_several(series), titles=titles
            )
        figures[f"shares-of-{of}"] = figure
    return figures


def share_lines(series: pd.DataFrame, of: str, ax: Axes) -> Axes:
    """Share of each strategy over time, mean over runs with its 95% interval.

    series: of one treatment; of: "firms" or "users".
    """
    style = looks(series["strategy"])
    ends = _draw(series, of, ax, style)
    label_ends(ax, [(y, f"{name} {y:.0f}%", colour) for y, name, colour in ends])
    note(ax, _said(series))
    return ax


def _panel(
    series: pd.DataFrame, of: str, style: Mapping[str, Look], treatment: str, ax: Axes
) -> Axes:
    """One treatment of several."""
    ends = _draw(series[series["treatment"] == treatment], of, ax, style)
    label_ends(ax, [(y, f"{y:.0f}%", colour) for y, _, colour in ends], gap=0.14)
    return ax


def _draw(
    series: pd.DataFrame, of: str, ax: Axes, style: Mapping[str, Look]
) -> list[tuple[float, str, str]]:
    """Lines and bands; returns the last value, name and colour of each."""
    ends = []
    for path in paths(series, of):
        look, years = style[path.strategy], path.weeks / 52
        ax.fill_between(years, 100 * path.low, 100 * path.high, color=look.colour, alpha=0.18,
                        linewidth=0, gid=f"band-{path.strategy}")  # fmt: skip
        for edge in (path.low, path.high):
            ax.plot(years, 100 * edge, color=look.colour, linestyle=look.line, linewidth=0.6)
        ax.plot(years, 100 * path.share, color=look.colour, linestyle=look.line, linewidth=2,
                gid=f"share-{path.strategy}")  # fmt: skip
        ends.append((100 * float(path.share[-1]), path.strategy, look.colour))
    ax.set_ylim(0, 100)
    ax.set_ylabel(f"share of {WORDS[of]} (%)")
    years_axis(ax, max(float(series["week"].max()), 1.0))
    return ends


def _of_several(series: pd.DataFrame) -> str:
    runs, treatments = series["run"].nunique(), series["treatment"].nunique()
    return f"{SAID}; {runs:,} runs of {treatments:,} treatments"


def _said(series: pd.DataFrame) -> str:
    n = series["run"].nunique()
    return f"{SAID}, {n:,} runs" if n > 1 else "one run, so no interval"
