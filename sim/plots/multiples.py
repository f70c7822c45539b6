"""Small multiples: the same picture for every treatment of a study, on shared axes."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.bands import BAND
from sim.analysis.survival import longest_life
from sim.analysis.tables import Tables
from sim.plots.series import draw_bands, of_interest, shown
from sim.plots.style import Look, headed, label_ends, looks, note, settings, years_axis
from sim.plots.survival import draw_curves

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS = 12
_WRAP, _LISTED = 150, 24  # letters a line; names of treatments that are written out at most
_ROOM = 4 * _WRAP  # letters of them: panels need the rest of the page
Style = Mapping[str, Look]


def treatment_figures(tables: Tables, titles: Mapping[str, str] | None = None) -> dict[str, Figure]:
    """Survival and users of each treatment side by side: survival-, users-by-treatment.

    In place of users the first series of a study that keeps none of them. titles: what to call
    treatments, by default as they are named. None for a single treatment.
    """
    if tables.rows["treatment"].nunique() < 2:
        return {}
    style = looks(tables.rows["strategy"])
    end = longest_life(tables.rows)

    def survival(name: str, ax: Axes) -> Axes:
        return survival_panel(_of(tables.rows, name), ax, style=style, weeks=end)

    names, runs = list(dict.fromkeys(tables.rows["treatment"])), tables.rows["run"].nunique()
    said = f"{runs:,} runs of {len(names):,} treatments"
    figures = {
        "survival-by-treatment": small_multiples(
            names, survival, style, title=_heading(tables.title, "survival by treatment"),
            said=f"Kaplan-Meier, 95% bands that respect runs; {said}", titles=titles,
        )
    }  # fmt: skip
    kept = of_interest(tables.series)
    if not kept:
        return figures
    word, measure = next(iter(kept.items()))
    limits = shared_limits(tables.series, measure)

    def over_time(name: str, ax: Axes) -> Axes:
        return series_panel(_of(tables.series, name), measure, ax, style=style, limits=limits)

    figures[f"{word}-by-treatment"] = small_multiples(
        names, over_time, style, title=_heading(tables.title, f"{word} by treatment"),
        titles=titles,
        said=f"mean firm of each kind, dead firms included; median, middle 80% of runs; {said}",
    )  # fmt: skip
    return figures


def small_multiples(
    names: Sequence[str],
    draw: Callable[[str, Axes], Axes],
    style: Style,
    *,
    title: str = "",
    said: str = "",
    titles: Mapping[str, str] | None = None,
) -> Figure:
    """A panel a treatment on shared axes, ``MOST_PANELS`` at most; says which were left out.

    draw: draws the panel of a name. style: of the lines' names, for the key. said: what lines
    and bands are. titles: what to call the names.
    """
    from matplotlib.figure import Figure

    kept = chosen(names)
    called = {name: (titles or {}).get(name, name) for name in names}
    columns = next(n for n in (1, 2, 3, 4) if n == 4 or n * n >= len(kept))
    rows = -(-len(kept) // columns)
    with settings():
        figure = Figure(figsize=(12, 2.6 * rows + 1.8), layout="constrained")
        grid = figure.add_gridspec(rows + 1, columns, height_ratios=[0.3, *[2.6] * rows])
        first: Axes | None = None
        for place, name in enumerate(kept):
            ax = figure.add_subplot(grid[place // columns + 1, place % columns], sharex=first,
                                    sharey=first)  # fmt: skip
            first = first or ax
            draw(name, ax)
            note(ax, textwrap.shorten(called[name], 150 // columns, placeholder=" ..."))
            _outer_labels_only(ax, place, len(kept), columns)
        _key(figure.add_subplot(grid[0, :]), style)
        headed(figure, title)
        figure.supxlabel(
            "\n".join(textwrap.fill(text, _WRAP) for text in (said, _left_out(names, kept, called))
                      if text), x=0.012, ha="left", fontsize="small",
        )  # fmt: skip
    return figure


def chosen(names: Sequence[str]) -> list[str]:
    """All names, or ``MOST_PANELS`` of them evenly from the first to the last."""
    if len(names) <= MOST_PANELS:
        return list(names)
    places = np.linspace(0, len(names) - 1, MOST_PANELS).round().astype(int)
    return [names[place] for place in places]


def _left_out(names: Sequence[str], kept: Sequence[str], called: Mapping[str, str]) -> str:
    """A sentence that names the treatments without a panel; empty when all have one."""
    missing = [called[name] for name in names if name not in set(kept)]
    if not missing:
        return ""
    room = np.cumsum([len(name) + 2 for name in missing]) <= _ROOM
    n = min(_LISTED, max(1, int(room.sum())))
    more = f" and {len(missing) - n:,} more" if len(missing) > n else ""
    listed = "; ".join(missing[:n])
    return f"{len(kept)} of {len(names):,} treatments are shown; left out: {listed}{more}"


def _outer_labels_only(ax: Axes, place: int, n: int, columns: int) -> None:
    """Labels and ticks of shared axes stand once, left and below."""
    if place % columns:
        ax.set_ylabel("")
        ax.tick_params(labelleft=False)
    if place + columns < n:
        ax.set_xlabel("")
        ax.tick_params(labelbottom=False)


def _key(strip: Axes, style: Style) -> None:
    """The name of each line, once for all panels."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=look.colour, linestyle=look.line, linewidth=2, label=name)
        for name, look in style.items()
    ]
    strip.axis("off")
    strip.legend(handles=handles, loc="center left", ncols=4, frameon=False, handlelength=3,
                 bbox_to_anchor=(0.0, 0.5), borderaxespad=0)  # fmt: skip


def survival_panel(rows: pd.DataFrame, ax: Axes, *, style: Style, weeks: float) -> Axes:
    """Kaplan-Meier of each strategy with its band and the share alive at the end.

    rows: FIRM_ROW columns and ``run``. style: by strategy. weeks: where the axis ends.
    """
    ends = draw_curves(rows, ax, style, weeks)
    label_ends(ax, [(y, f"{y:.0f}%", colour) for y, _, colour in ends], gap=0.14)
    return ax


def series_panel(
    series: pd.DataFrame, measure: str, ax: Axes, *, style: Style, limits: tuple[float, float]
) -> Axes:
    """A measure over time by strategy, median and middle 80% of runs, with its last median.

    style: by strategy. limits: of the y axis, the same in every panel.
    """
    label = shown(series, measure).label
    ends = draw_bands(series, measure, ax, style)
    ax.set_ylim(*limits)
    ax.set_ylabel(label)
    years_axis(ax, max(float(series["week"].max()), 1.0))
    shape = "{:.0f}%" if "%" in label else "{:.2g}"
    label_ends(ax, [(y, shape.format(y), colour) for y, _, colour in ends], gap=0.14)
    return ax


def shared_limits(series: pd.DataFrame, measure: str) -> tuple[float, float]:
    """Limits of the y axis that hold every line and band of every treatment; from 0 at most."""
    keys = [series[key] for key in ("treatment", "strategy", "week")]
    means = shown(series, measure).values.groupby([*keys, series["run"]]).mean()
    spread = means.groupby(level=[0, 1, 2]).quantile([*BAND])
    return min(0.0, 1.05 * float(spread.min())), 1.05 * (float(spread.max()) or 1.0)


def _of(table: pd.DataFrame, treatment: str) -> pd.DataFrame:
    return table[table["treatment"] == treatment]


def _heading(title: str, word: str) -> str:
    return f"{title}: {word}" if title else word[:1].upper() + word[1:]
