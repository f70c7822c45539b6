"""Which factors matter: Sobol indices as bars, Morris effects as points."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.analysis.treatments import short_names
from sim.plots.style import COLOURS, FAINT, HATCHES, INK, headed, new_figure, note, settings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.analysis.intervals import Interval
    from sim.analysis.screening import FactorEffect, Screening
    from sim.analysis.sensitivity import Sensitivity
    from sim.analysis.sobol import SobolIndices

ALONE, TOTAL = COLOURS[0], COLOURS[3]  # dark and light, plain and hatched
BAR = 0.36  # of the distance between two factors
NOTE_WIDTH = 105
SIDES = ((1, 0.6), (1, -0.6), (-1, 0.6), (-1, -0.6), (0, 1), (0, -1))  # of a point, for its name
NEAR = len(SIDES)  # places so near that the name needs no line to its point


def sobol_bars(found: SobolIndices, ax: Axes) -> Axes:
    """First and total order index of each factor side by side, with their intervals.

    The factor with the greatest total index stands on top. Axis: share of the variance (%).
    """
    order, short = found.order, short_names(found.factors)
    for place, j in enumerate(order):
        for side, one, colour, hatch, gid in (
            (-1, found.first[j], ALONE, HATCHES[0], "first"),
            (1, found.total[j], TOTAL, HATCHES[1], "total"),
        ):
            _bar(ax, place + side * BAR / 2, one, colour, hatch, gid)
    ax.set_yticks(range(len(order)), [short[found.factors[j]] for j in order])
    ax.set_ylim(len(order) - 0.45, -0.55)
    ax.axvline(0, color=INK, linewidth=0.8)
    ends = [100 * part for one in (*found.first, *found.total) for part in one]
    known = [end for end in ends if not math.isnan(end)]
    low, high = min([0.0, *known]), max([100.0, *known])
    ax.set_xlim(low - 0.02 * (high - low), high + 0.22 * (high - low))
    ax.set_xlabel(f"share of the variance (%)\n{found.label}")
    if known:
        _name_bars(ax, found, order[0])
    else:
        ax.text(0.5, 0.5, "chance may explain all of it: more replicates are needed",
                transform=ax.transAxes, ha="center", va="center")  # fmt: skip
    note(ax, textwrap.fill(_sobol_note(found), NOTE_WIDTH))
    return ax


def _bar(ax: Axes, at: float, one: Interval, colour: str, hatch: str, gid: str) -> None:
    """A bar and the line of its interval; nothing where the index is not known."""
    if math.isnan(one.value):
        return
    value, low, high = (100 * part for part in one)
    ax.barh(at, value, height=BAR, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.7, gid=gid)
    for colour_of_line, width in (("white", 3.6), (INK, 1.5)):  # shows on every bar
        ax.errorbar(value, at, xerr=[[value - low], [high - value]], fmt="none", capsize=3.2,
                    ecolor=colour_of_line, elinewidth=width, capthick=width, zorder=4)  # fmt: skip


def _name_bars(ax: Axes, found: SobolIndices, top: int) -> None:
    """What the two bars are, written beside those of the first factor."""
    for side, one, text in ((-1, found.first[top], "alone"), (1, found.total[top], "in all")):
        ax.annotate(text, xy=(100 * one.high, side * BAR / 2), xytext=(7, 0), va="center",
                    textcoords="offset points")  # fmt: skip


def _sobol_note(found: SobolIndices) -> str:
    said = (
        "Sobol indices, alone (plain) and in all, with interactions (hatched); lines are 95% "
        f"intervals over {found.n:,} base points"
    )
    if found.replicates < 2:
        return f"{said}; one replicate, so chance is part of every bar in all"
    said += f" and {found.replicates} replicates"
    if math.isnan(found.noise.value):
        return said
    return f"{said}; chance, {100 * found.noise.value:.0f}% of the variance, is taken out"


def sobol_height(n_factors: int) -> float:
    """Inches for a figure of bars."""
    return 2.0 + 0.62 * max(n_factors, 2)


def morris_scatter(found: Screening, ax: Axes) -> Axes:
    """mu* (how much) against sigma (how unevenly) of each factor, with intervals and its name.

    Filled marks are beyond chance, open ones are not. Both axes in the unit of the outcome. The
    limits and the layout of the figure are settled here, since labels must find free places.
    """
    short = short_names(one.factor for one in found.effects)
    for one in found.effects:
        _effect(ax, one)
    far = _finite([one.mu_star.high for one in found.effects] +
                  [one.mu_star.value for one in found.effects])  # fmt: skip
    top = _finite([one.sigma.high for one in found.effects] +
                  [one.sigma.value for one in found.effects])  # fmt: skip
    ax.set_xlim(0, 1.12 * far or 1.0)
    ax.set_ylim(-0.04 * top if top else -0.1, 1.12 * top or 1.0)
    floor = _finite([one.floor for one in found.effects])
    if floor > 0.01 * far:  # thinner than that nobody sees it
        ax.axvspan(0, floor, color=FAINT, alpha=0.22, linewidth=0, gid="chance")
    edge = max(far, top) * 1.2
    ax.plot([0, edge], [0, edge], color=FAINT, linestyle=(0, (1.2, 1.4)), linewidth=1.1, zorder=1)
    ax.set_xlabel(
        f"mu*: mean size of the effect over the whole range ({found.unit})\n{found.label}"
    )
    ax.set_ylabel(f"sigma: spread of the effect ({found.unit})")
    grey = "; grey: what chance alone gives" if floor > 0.01 * far else ""
    still = [one for one in found.effects if one.mu_star.value <= 1e-12]
    grey += f"; at 0: {', '.join(short[one.factor] for one in still)}" if still else ""
    note(ax, textwrap.fill(
        f"Morris effects over {found.trajectories} trajectories, 95% intervals over them; filled: "
        f"beyond chance, open: not{grey}; above the dotted line (sigma = mu*) an effect depends "
        "on other factors or changes its sign", NOTE_WIDTH))  # fmt: skip
    _labels(
        ax,
        [
            (one.mu_star.value, one.sigma.value, short[one.factor])
            for one in found.effects
            if one not in still
        ],
    )
    return ax


def _finite(values: Sequence[float]) -> float:
    """The greatest of those that are numbers, 0 without any."""
    return max([value for value in values if math.isfinite(value)], default=0.0)


def _effect(ax: Axes, one: FactorEffect) -> None:
    x, y = one.mu_star, one.sigma
    spans = [
        [[0.0 if math.isnan(low) else low], [0.0 if math.isnan(high) else high]]
        for low, high in ((x.value - x.low, x.high - x.value), (y.value - y.low, y.high - y.value))
    ]
    ax.errorbar(x.value, y.value, xerr=spans[0], yerr=spans[1], fmt="none", ecolor=FAINT,
                elinewidth=1.1, capsize=2.5, zorder=2)  # fmt: skip
    ax.plot(x.value, y.value, "o", markersize=9, markeredgecolor=ALONE, markeredgewidth=1.6,
            markerfacecolor=ALONE if one.told else "white", zorder=3,
            gid="told" if one.told else "not told")  # fmt: skip


def _labels(ax: Axes, named: Sequence[tuple[float, float, str]]) -> None:
    """A name beside each point, where it meets neither a point nor a name; most important first."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = ax.get_figure(root=True)
    assert figure is not None
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    figure.draw_without_rendering()  # layout: where the axes lie decides where names fit
    size = figure.dpi / 72
    at = ax.transData.transform([point[:2] for point in named])
    taken = [(x - 7 * size, y - 7 * size, x + 7 * size, y + 7 * size) for x, y in at]
    left, bottom, right, top = ax.get_window_extent(renderer).extents
    page = (float(left), float(bottom), float(right), float(top))
    for (x, y), (*point, name), own in zip(at, named, list(taken), strict=True):
        text = ax.annotate(name, xy=(x, y), xycoords="figure pixels")
        box = text.get_window_extent(renderer)
        text.remove()
        spots = _spots(x, y, box.width, box.height, size)
        others = [one for one in taken if one is not own]
        best = min(spots, key=lambda spot: (_overlap(spot, others), _outside(spot, page)))
        taken.append(best)
        away = spots.index(best) >= NEAR  # a line says whose name it is
        ax.annotate(
            name, xy=(point[0], point[1]), textcoords="offset points", annotation_clip=False,
            xytext=((best[0] - x) / size, (best[1] - y) / size), zorder=5,
            bbox={"boxstyle": "square,pad=0.05", "facecolor": "white", "alpha": 0.75,
                  "edgecolor": "none"},
            arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.8, "shrinkA": 0,
                        "shrinkB": 5} if away else None,
        )  # fmt: skip


Rect = tuple[float, float, float, float]  # left, bottom, right, top


def _spots(x: float, y: float, width: float, height: float, size: float) -> list[Rect]:
    """Places for a name around a point, the nearest first, those at the right before others."""
    found = []
    for ring in (1.0, 2.2, 3.6, 5.2):
        gap = 8 * size * ring
        for right, up in SIDES:
            left = x + gap if right > 0 else x - gap - width if right < 0 else x - width / 2
            low = y + up * gap - (0 if up > 0 else height)
            found.append((left, low, left + width, low + height))
    return found


def _overlap(one: Rect, others: Sequence[Rect]) -> float:
    """Area of ``one`` that others cover."""
    return sum(
        max(0.0, min(one[2], b[2]) - max(one[0], b[0]))
        * max(0.0, min(one[3], b[3]) - max(one[1], b[1]))
        for b in others
    )


def _outside(one: Rect, page: Rect) -> float:
    """How far a place sticks out of the axes, pixels."""
    return float(
        max(0.0, page[0] - one[0]) + max(0.0, one[2] - page[2])
        + max(0.0, page[1] - one[1]) + max(0.0, one[3] - page[3])
    )  # fmt: skip


def sensitivity_figures(found: Sensitivity, title: str = "") -> dict[str, Figure]:
    """A figure an outcome: sobol-<outcome> or morris-<outcome>."""
    figures: dict[str, Figure] = {}
    with settings():
        for one in found.indices:
            figure, ax = new_figure(sobol_height(len(one.factors)))
            headed(figure, _heading(title))
            sobol_bars(one, ax)
            figures[_name("sobol", one.label)] = figure
        for each in found.screenings:
            figure, ax = new_figure(6.0)
            headed(figure, _heading(title))
            morris_scatter(each, ax)
            figures[_name("morris", each.label)] = figure
    return figures


def _heading(title: str) -> str:
    return f"{title}: what matters" if title else "What matters"


def _name(kind: str, label: str) -> str:
    return f"{kind}-{'-'.join(label.replace(',', '').split())}"
