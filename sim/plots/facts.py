"""Every number of the stylised facts against its accepted range, hits and misses told apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.analysis.facts.declared import Fact, Part
from sim.analysis.facts.found import HIT, MISS, Found, verdict
from sim.analysis.facts.table import Judged, accepted, value_of
from sim.plots.style import COLOURS, FAINT, INK, headed, settings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# filled and round, or open and crossed: told apart without colour too
MARKS = {HIT: ("o", COLOURS[0], COLOURS[0]), MISS: ("X", "white", COLOURS[4])}
LEFT, RIGHT = 0.0, 1.0  # the accepted range on every row's own scale
REACH = 1.6  # widths of the range that fit on either side; beyond, an arrow


def scaled(part: Part, value: float) -> float:
    """A value where the accepted range is 0 to 1; an open side is as wide as the bound is large."""
    low, high = part.low, part.high
    if math.isinf(high):
        high = low + max(1.0, abs(low))
    if math.isinf(low):
        low = high - max(1.0, abs(high))
    return (value - low) / (high - low)


def facts_figure(judged: Sequence[Judged]) -> Figure:
    """One row a number: grey the accepted range, a dot with its interval, the words beside it."""
    from matplotlib.figure import Figure

    rows = [
        (each.fact, place == 0, part, one)
        for each in judged
        for place, (part, one) in enumerate(zip(each.fact.parts, each.found, strict=True))
    ]
    half = -(-len(rows) // 2)
    with settings():
        figure = Figure(figsize=(19, 0.36 * half + 1.6), layout="constrained")
        for place, some in enumerate((rows[:half], rows[half:])):
            _panel(figure.add_subplot(1, 2, place + 1), some, half)
        headed(figure, "Stylised facts: measured against accepted, nothing tuned to them")
        _key(figure)
    return figure


def _panel(ax: Axes, rows: Sequence[tuple[Fact, bool, Part, Found]], height: int) -> None:
    """Rows from the top, each on its own scale."""
    ax.axvspan(LEFT, RIGHT, color="#dddddd", linewidth=0, gid="accepted")
    ax.set_xlim(LEFT - REACH, RIGHT + REACH)
    ax.set_ylim(height - 0.4, -0.6)
    for y, (fact, _, part, one) in enumerate(rows):
        _row(ax, y, fact, part, one)
    ax.set_yticks(range(len(rows)))
    ax.set_yticklabels(
        [f"{fact.name if first else ''}   {part.statistic}" for fact, first, part, _ in rows],
        fontsize=8.5,
    )
    ax.set_xticks([LEFT, RIGHT], ["low", "high"], fontsize=8.5)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(
        "accepted from low to high, every row on its own scale (no unit);\n"
        "an open side is drawn as wide as its bound is large, 1 at least",
        fontsize=8.5,
    )


def _row(ax: Axes, y: int, fact: Fact, part: Part, one: Found) -> None:
    """Interval, dot, and the number in words; an arrow where it lies off the panel."""
    said, edge = verdict(part, one), 0.06
    low, high = LEFT - REACH + edge, RIGHT + REACH - edge
    words = f"{value_of(one)}   [{accepted(part)}]" if said in MARKS else f"{said}: {one.note}"
    words += "   set by the scenario" if fact.is_set and said in MARKS else ""
    ax.annotate(words, xy=(1.02, y), xycoords=("axes fraction", "data"), va="center",
                fontsize=8.5, annotation_clip=False)  # fmt: skip
    if said not in MARKS:
        return
    marker, face, colour = MARKS[said]
    at = scaled(part, one.value)
    if not math.isnan(one.low) and not math.isnan(one.high):
        ends = [min(max(scaled(part, each), low), high) for each in (one.low, one.high)]
        ax.plot(ends, [y, y], color=INK, linewidth=1.4, solid_capstyle="butt", gid=f"interval-{y}")
    if low <= at <= high:
        ax.plot(at, y, marker=marker, markersize=8.5, color=colour, markerfacecolor=face,
                markeredgewidth=1.4, gid=f"{said}-{y}")  # fmt: skip
    else:
        away = low if at < low else high
        ax.plot(away, y, marker="<" if at < low else ">", markersize=8.5, color=colour,
                markerfacecolor=face, markeredgewidth=1.4, gid=f"{said}-{y}")  # fmt: skip


def _key(figure: Figure) -> None:
    """What the marks mean."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], linestyle="", marker=marker, markersize=8.5, color=colour,
               markerfacecolor=face, markeredgewidth=1.4, label=word)
        for word, (marker, face, colour) in MARKS.items()
    ]  # fmt: skip
    handles.append(Line2D([], [], linestyle="", marker=">", markersize=8.5, color=COLOURS[4],
                          markerfacecolor="white", markeredgewidth=1.4,
                          label="the same, off the panel"))  # fmt: skip
    handles.append(Line2D([], [], color=INK, linewidth=1.4, label="95% interval over runs"))
    handles.append(Line2D([], [], color=FAINT, linewidth=7, alpha=0.35, label="accepted range"))
    figure.legend(handles=handles, loc="outside lower left", ncols=5, frameon=False, fontsize=9)
