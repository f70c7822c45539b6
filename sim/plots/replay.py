"""A replay at a glance: a panel a series, what happened on top of what the model makes of it."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.analysis.history.baseline import Baseline
from sim.analysis.history.observed import Observed
from sim.analysis.wording import capital
from sim.plots.history import (
    CURVE,
    FILL,
    GRID,
    LETTERS,
    MODEL,
    break_lines,
    calendar_axis,
    fit_window,
    row_dots,
    value_limits,
)
from sim.plots.style import FAINT, INK, headed, settings

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTHS = {1: 9.0, 2: 12.0, 3: 13.5}  # inches, by columns
ROW, STRIP, LINE = 3.1, 0.36, 0.17  # inches: a row of panels, the key, a line of text
_ENTRY = 1.6  # inches: an entry of the key
_LETTERS_AN_INCH = 14.5  # of small text
_TICKS = {1: 10, 2: 7, 3: 6}
MOST_TITLE, MOST_SAID = 2, 12  # lines


class Panel(NamedTuple):
    """A series with its simple curve and the model's forecast, where there is one.

    model: frame with ``when`` (years), ``low``, ``median``, ``high``; an 80% interval.
    """

    observed: Observed
    baseline: Baseline | None = None
    model: pd.DataFrame | None = None


def replay_figure(panels: Sequence[Panel], *, title: str, said: str = "") -> Figure:
    """A panel a series, each on its own axes, one key for all; said: a sentence below.

    Raises ValueError without panels, or for a series without rows.
    """
    from matplotlib.figure import Figure

    if not panels:
        raise ValueError("no series to draw")
    columns = 1 if len(panels) == 1 else 2 if len(panels) <= 4 else 3
    width, rows = WIDTHS[columns], -(-len(panels) // columns)
    letters, told = _lettering(), []
    with settings():
        figure = Figure(figsize=(width, ROW), layout="constrained")
        grid = figure.add_gridspec(rows + 1, columns, height_ratios=[STRIP, *[ROW] * rows])
        for place, panel in enumerate(panels):
            ax = figure.add_subplot(grid[place // columns + 1, place % columns])
            own = list(itertools.islice(letters, len(panel.observed.breaks)))
            replay_panel(panel, ax, letters=own, most_ticks=_TICKS[columns],
                         width=width / columns)  # fmt: skip
            told += list(zip(own, panel.observed.breaks, strict=True))
        _key(figure.add_subplot(grid[0, :]), panels, width)
        headed(figure, textwrap.fill(title, int(width * 8)))
        breaks = "; ".join(f"{letter}: {each.what} ({each.time})" for letter, each in told)
        lines = _wrapped((said, breaks and f"Known breaks: {breaks}"), width)
        figure.supxlabel("\n".join(lines), x=0.012, ha="left", fontsize="small")
        titles = 1 + len(title) // int(width * 8)
        figure.set_figheight(rows * ROW + STRIP + LINE * (len(lines) + 2 * titles))
    return figure


def replay_panel(
    panel: Panel,
    ax: Axes,
    *,
    letters: Sequence[str] = LETTERS,
    most_ticks: int = 10,
    width: float = 9.0,
) -> Axes:
    """One series: rows on top of the model's median and 80% band, and of the simple curve.

    letters: of its known breaks. width: of the panel in inches, for its title. Raises
    ValueError for a series without rows.
    """
    observed = panel.observed
    if not len(observed.when):
        raise ValueError(f"no row of {observed.name} to draw")
    first, last = float(observed.when[0]), float(observed.when[-1])
    seen = [observed.values]
    if panel.model is not None:
        seen += _model(ax, panel.model, first, last, observed.values)
    if panel.baseline is not None:
        grid = np.linspace(first, last, GRID)
        curve = panel.baseline.curve.at(grid)
        ax.plot(grid, curve, color=CURVE[0], linestyle=CURVE[1], linewidth=1.3, gid="baseline")
        seen.append(curve)
    value_limits(ax, np.concatenate(seen), first, last)
    fit_window(ax, observed)
    break_lines(ax, observed, letters)
    row_dots(ax, observed, 5.0 if len(observed.when) <= 40 else 3.5)
    calendar_axis(ax, observed, most_ticks)
    ax.set_ylabel(textwrap.fill(f"({observed.unit})", 30))
    curve_name = "" if panel.baseline is None else f"; dashed: {panel.baseline.curve.name}"
    words = textwrap.wrap(capital(observed.title) + curve_name, int((width - 0.9) * 15),
                          max_lines=MOST_TITLE, placeholder=" ...")  # fmt: skip
    ax.set_title("\n".join(words), loc="left", fontsize="small", color=INK)
    return ax


def _model(ax: Axes, model: pd.DataFrame, first: float, last: float, values: Any) -> list[Any]:
    """Median and band from the first row to the last; returns what the axis has to show.

    That is the median, and the band up to half the extent of what it is about.
    """
    own = model[(model["when"] >= first - 1e-9) & (model["when"] <= last + 1e-9)]
    when, low, middle, high = (
        own[name].to_numpy(dtype=float) for name in ("when", "low", "median", "high")
    )
    colour, line = MODEL
    area = ax.fill_between(when, low, high, color=colour, alpha=0.18, linewidth=0)
    area.set_gid("band-model")
    for edge in (low, high):
        ax.plot(when, edge, color=colour, linestyle=line, linewidth=0.6)
    ax.plot(when, middle, color=colour, linestyle=line, linewidth=2.2, gid="model")
    about = np.concatenate([values, middle])
    room = 0.5 * float(np.ptp(about))
    least = max(about.min() - room, 0.0 if about.min() >= 0 else -np.inf)
    return [middle, np.clip(np.concatenate([low, high]), least, about.max() + room)]


def _key(strip: Axes, panels: Sequence[Panel], width: float) -> None:
    """What lines, bands, dots and shades are, once for all panels; width: inches."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    grades = {grade for panel in panels for grade in panel.observed.grades}
    names = {"H": "high", "M": "medium", "L": "low"}
    handles: list[Any] = [
        Line2D([], [], linestyle="", marker="o", markerfacecolor=fill, markeredgecolor=INK,
               label=f"{names[grade]} confidence")
        for grade, fill in FILL.items() if grade in grades
    ]  # fmt: skip
    if any(panel.model is not None for panel in panels):
        handles += [
            Line2D([], [], color=MODEL[0], linewidth=2.2, label="model, median"),
            Patch(facecolor=MODEL[0], alpha=0.25, edgecolor=MODEL[0], label="80% of the model"),
        ]
    if any(panel.baseline is not None for panel in panels):
        handles.append(Line2D([], [], color=CURVE[0], linestyle=CURVE[1], linewidth=1.3,
                              label="simple curve"))  # fmt: skip
    handles.append(Patch(facecolor=FAINT, alpha=0.3, label="fitted"))
    if any(panel.observed.breaks for panel in panels):
        handles.append(Line2D([], [], color=INK, linestyle=(0, (1.2, 1.4)), label="known break"))
    strip.axis("off")
    one_row = len(handles) * _ENTRY <= width
    strip.legend(handles=handles, loc="center left", frameon=False, handlelength=2,
                 ncols=len(handles) if one_row else -(-len(handles) // 2), columnspacing=1.4,
                 bbox_to_anchor=(0.0, 0.5), borderaxespad=0, fontsize="small")  # fmt: skip


def _lettering() -> Iterator[str]:
    """a to z, then aa, ab and on."""
    for length in itertools.count(1):
        yield from ("".join(each) for each in itertools.product(LETTERS, repeat=length))


def _wrapped(texts: Sequence[str], width: float) -> list[str]:
    """Lines of small text below a figure of this width in inches, ``MOST_SAID`` at most each."""
    letters = int(width * _LETTERS_AN_INCH)
    return [
        line
        for text in texts
        for line in textwrap.wrap(text, letters, max_lines=MOST_SAID, placeholder=" ...")
    ]
