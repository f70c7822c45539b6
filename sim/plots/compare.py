"""Differences with their intervals, a panel a measure: who is ahead in what, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.analysis.compare import MARKET, Comparison, Contrast
from sim.analysis.compared import NAMES
from sim.plots.style import COLOURS, FAINT, INK, headed, note, settings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_UNITS = {
    "share of firms": ("points", 100.0), "share of people": ("% of people", 100.0),
    "share": ("share", 1.0), "weeks": ("weeks", 1.0), "money per head": ("money per head", 1.0),
}  # fmt: skip
COLUMNS = 2
WIDTH = 9.5  # inches
SAID = "first less second, 95% intervals over runs; filled: beyond chance (5%, Holm), open: not"


def forest(contrasts: Sequence[Contrast], ax: Axes, *, named: bool = True) -> Axes:
    """Differences of one measure, a line each from the top down, and the line of no difference.

    contrasts: of one measure. named: write beside each line what is compared. A difference
    without an interval (one run) is a cross.
    """
    unit, scale = _UNITS[contrasts[0].measure.unit]
    ax.axvline(0, color=FAINT, linewidth=1, zorder=0, gid="zero")
    for place, one in enumerate(contrasts):
        value, low, high = (scale * x for x in one.effect.difference)
        if low == low:
            ax.plot([low, high], [place, place], color=INK, linewidth=1.6, gid="interval")
        mark = "o" if low == low else "x"
        ax.plot(
            [value], [place], mark, color=COLOURS[0], markersize=7, markeredgewidth=1.6,
            markerfacecolor=COLOURS[0] if one.sign else "white",
            gid="told" if one.sign else "untold",
        )  # fmt: skip
    ax.set_ylim(len(contrasts) - 0.4, -0.6)
    ax.set_yticks(range(len(contrasts)), [_label(one, contrasts) for one in contrasts])
    ax.tick_params(axis="y", length=0, labelleft=named)
    ax.set_xlabel(f"{NAMES[contrasts[0].measure.name]} ({unit})")
    ax.margins(x=0.08)
    return ax


def _label(one: Contrast, among: Sequence[Contrast]) -> str:
    """Its kind of firm, and the arm it is set against where that differs; else both arms."""
    kinds = {each.firms for each in among if each.firms not in ("", "all")}
    parts = [one.firms if kinds and one.firms else _short(one.first)]
    if len({each.second for each in among}) > 1 or not kinds or not one.firms:
        parts.append(f"less {_short(one.second)}")
    return "\n".join(parts)


def _short(text: str, most: int = 28) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def comparison_figure(comparison: Comparison, title: str = "") -> Figure:
    """A panel a measure, each in its own unit, of all differences from the first arm."""
    from matplotlib.figure import Figure as Made

    by_measure: dict[str, list[Contrast]] = {}
    for one in comparison.contrasts:
        by_measure.setdefault(one.measure.name, []).append(one)
    lines = max(len(found) for found in by_measure.values())
    rows = -(-len(by_measure) // COLUMNS)
    with settings():
        height = 1.2 + rows * (0.95 + 0.36 * lines)
        figure = Made(figsize=(WIDTH, height), layout="constrained")
        panels = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
        for place, (ax, found) in enumerate(zip(panels, by_measure.values(), strict=False)):
            lonely = found[0].firms == MARKET
            forest(found, ax, named=place % COLUMNS == 0 or lonely)
        for ax in panels[len(by_measure) :]:
            ax.remove()
        note(panels[0], SAID)
        headed(figure, _heading(comparison, title))
    return figure


def _heading(comparison: Comparison, title: str) -> str:
    first, *others = (_short(arm.name, 40) for arm in comparison.arms)
    versus = f"{first} less {others[0]}" if len(others) == 1 else f"{first} less each other"
    return f"{_short(title, 50)}: {versus}" if title else versus
