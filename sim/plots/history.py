"""A real series on its calendar, with the curve and the model that try to predict its end."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.history.baseline import Baseline
from sim.analysis.history.observed import Observed
from sim.analysis.wording import capital
from sim.plots.style import COLOURS, FAINT, INK, headed, label_ends, new_figure, note, settings

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CURVE, MODEL = (COLOURS[4], (0, (5, 1.6))), (COLOURS[0], "-")  # colour and line
FILL = {"H": INK, "M": "#b5b5b5", "L": "white"}  # of a row's dot
_WORDS = {"H": "filled: high confidence", "M": "grey: medium", "L": "hollow: low"}
_PERIODS = {"year": "years", "month": "months", "quarter": "quarters", "date": "days",
            "any": "periods", "age": "years"}  # fmt: skip
NOTE_WIDTH = 112  # characters
GRID = 240  # points along a curve
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def history(
    observed: Observed,
    ax: Axes,
    *,
    baseline: Baseline | None = None,
    model: pd.DataFrame | None = None,
) -> Axes:
    """A real series, the part that was fitted, its known breaks, and forecasts with intervals.

    model: frame with ``when`` (years), ``low``, ``median``, ``high``.  Bands are 80% intervals.
    Raises ValueError for a series without rows.
    """
    if not len(observed.when):
        raise ValueError(f"no row of {observed.name} to draw")
    first, last = float(observed.when[0]), float(observed.when[-1])
    ends: list[tuple[float, str, str]] = []
    tops = [observed.values]
    if baseline is not None:
        grid = np.linspace(first, last, GRID)
        low, middle, high = baseline.curve.band(grid)
        tops.append(middle)
        ends.append(_line(ax, (grid, low, middle, high), baseline.curve.name, CURVE, "baseline"))
    if model is not None:
        own = model[(model["when"] >= first - 1e-9) & (model["when"] <= last + 1e-9)]
        parts = [own[name].to_numpy(dtype=float) for name in ("when", "low", "median", "high")]
        if len(own):
            tops.append(parts[2])
            ends.append(_line(ax, parts, "model", MODEL, "model"))
    value_limits(ax, np.concatenate(tops), first, last)
    fit_window(ax, observed)
    said = break_lines(ax, observed)
    row_dots(ax, observed)
    calendar_axis(ax, observed)
    ax.set_ylabel(textwrap.fill(f"{observed.title} ({observed.unit})", 52))
    label_ends(ax, ends)
    note(ax, textwrap.fill(_note(observed, bool(ends), said), NOTE_WIDTH))
    return ax


def _line(
    ax: Axes, parts: Any, name: str, look: tuple[str, Any], gid: str
) -> tuple[float, str, str]:
    """A median with its band; returns end, name and colour for its label."""
    when, low, middle, high = parts
    colour, line = look
    area = ax.fill_between(when, low, high, color=colour, alpha=0.18, linewidth=0)
    area.set_gid(f"band-{gid}")
    for edge in (low, high):
        ax.plot(when, edge, color=colour, linestyle=line, linewidth=0.6)
    ax.plot(when, middle, color=colour, linestyle=line, linewidth=2, gid=gid)
    return float(middle[-1]), name, colour


def value_limits(ax: Axes, seen: Any, first: float, last: float) -> None:
    """Limits of both axes from values and medians: no band that runs away flattens the rest."""
    low, high = float(seen.min()), float(seen.max())
    room = 0.12 * (high - low) or 0.5 * abs(high) or 1.0
    bottom = 0.0 if low >= 0 and low < 0.5 * high else low - room
    ax.set_ylim(bottom, high + 1.4 * room)
    beside = 0.02 * (last - first) or 0.5
    ax.set_xlim(first - beside, last + beside)
    if bottom < 0:
        ax.axhline(0, color=FAINT, linewidth=0.8, zorder=0)


def fit_window(ax: Axes, observed: Observed) -> None:
    """The shaded part that was fitted."""
    if observed.n_fit:
        left, right = ax.get_xlim()
        end = float(observed.when[observed.n_fit - 1])
        if observed.n_fit < len(observed.when):
            end = (end + float(observed.when[observed.n_fit])) / 2
        else:
            end = right
        ax.axvspan(left, end, color=FAINT, alpha=0.16, linewidth=0, zorder=0, gid="fitted")


def break_lines(ax: Axes, observed: Observed, letters: Sequence[str] = LETTERS) -> list[str]:
    """Lines where the series measures something else, lettered; returns what the letters mean."""
    said = []
    left, right = ax.get_xlim()
    inside = [b for b in observed.breaks if b.until >= left and b.when <= right]
    for letter, each in zip(letters, inside, strict=False):
        for at in dict.fromkeys((each.when, each.until)):
            if left <= at <= right:
                ax.axvline(at, color=INK, linestyle=(0, (1.2, 1.4)), linewidth=1.1, zorder=1,
                           gid="break")  # fmt: skip
        middle = (max(each.when, left) + min(each.until, right)) / 2
        ax.text(middle, 0.985, letter, transform=ax.get_xaxis_transform(), ha="center", va="top",
                fontweight="bold", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
                gid="break-letter")  # fmt: skip
        said.append(f"{letter}: {each.what} ({each.time})")
    return said


def row_dots(ax: Axes, observed: Observed, size: float = 6.5) -> None:
    """The rows: filled, grey or hollow by their confidence; size: of a dot in points."""
    for grade, fill in FILL.items():
        rows = [place for place, each in enumerate(observed.grades) if each == grade]
        if rows:
            ax.plot(observed.when[rows], observed.values[rows], "o", markersize=size,
                    markerfacecolor=fill, markeredgecolor=INK, markeredgewidth=1.3,
                    clip_on=False, zorder=4, gid=f"rows-{grade}")  # fmt: skip


def calendar_axis(ax: Axes, observed: Observed, most: int = 10) -> None:
    """Years of the calendar, months where the series is short, or years since a beginning.

    most: ticks. Limits must be final.
    """
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    if observed.form == "age":
        ax.set_xlabel("time (years since the beginning)")
        ax.xaxis.set_major_locator(MaxNLocator(nbins=most, integer=True))
        return
    left, right = ax.get_xlim()
    ax.set_xlabel("time (calendar years)")
    if right - left > 3.5:
        ax.xaxis.set_major_locator(MaxNLocator(nbins=most, integer=True))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))
        return
    months = range(math.ceil(12 * left), math.floor(12 * right) + 1)
    step = next((s for s in (1, 2, 3, 6) if len(months) / s < most), 12)
    shown = [month for month in months if month % step == 0] or list(months)
    ax.xaxis.set_major_locator(FixedLocator([month / 12 for month in shown]))
    ax.xaxis.set_major_formatter(FuncFormatter(_month))


def _month(year: float, _: object) -> str:
    month = round(12 * year)
    return f"{month // 12}-{month % 12 + 1:02d}"


def _note(observed: Observed, curves: bool, breaks: list[str]) -> str:
    grades = [words for grade, words in _WORDS.items() if grade in observed.grades]
    where = f" at the {observed.place} of {_PERIODS[observed.form]}"
    said = [f"dots: the series{where} ({', '.join(grades)})", "shaded: the part that was fitted"]
    if curves:
        said.append("bands: 80% intervals")
    return "; ".join(said + breaks)


def history_figure(
    observed: Observed, baseline: Baseline | None = None, model: pd.DataFrame | None = None
) -> Figure:
    """The figure of one series under its title."""
    with settings():
        figure, ax = new_figure()
        history(observed, ax, baseline=baseline, model=model)
        headed(figure, capital(observed.title))
    return figure
