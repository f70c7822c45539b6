"""A rule in a picture: points over the two factors it uses most, and its box."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.boxes import Limit
from sim.analysis.points import is_number, level_name
from sim.analysis.treatments import short_names
from sim.plots.style import COLOURS, FAINT, INK, headed, new_figure, note, settings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.analysis.rules import Rule, Rules

F = NDArray[np.float64]
CASE, OTHER = COLOURS[0], COLOURS[4]
LOGARITHMIC = 4.0  # an axis in logarithms spans so many times its least value at least
FEW_LEVELS = 12  # points on so few levels hide one another, so they are spread a little
JITTER = 0.16  # of the distance between two levels
NOTE_WIDTH = 105


def rule_points(found: Rules, ax: Axes, *, rule: Rule | None = None) -> Axes:
    """Cases and other points over the two factors that a rule uses most, and its boxes.

    rule: by default the best of those beyond chance; without any, the points alone. A box that
    a third factor limits too is drawn dashed. A case is a point that is one by half or more.
    """
    rule = found.best if rule is None else rule
    x, y = _axes_of(found, rule)
    for path, axis in ((x, ax.xaxis), (y, ax.yaxis)):
        _scaled(axis, found.points[path])
        axis.set_label_text(found.labels.get(path, path))
    cases = found.cases >= 0.5
    at_x, at_y = _places(found.points[x], 0), _places(found.points[y], 1)
    ax.plot(at_x[~cases], at_y[~cases], "s", markersize=6.5, markerfacecolor="white",
            markeredgecolor=OTHER, markeredgewidth=1.4, linestyle="none", gid="others")  # fmt: skip
    ax.plot(at_x[cases], at_y[cases], "o", markersize=7, color=CASE, markeredgecolor="white",
            markeredgewidth=0.6, linestyle="none", gid="cases")  # fmt: skip
    ax.set_xlim(_ends(found.points[x]))
    ax.set_ylim(_ends(found.points[y]))
    for box in rule.boxes if rule is not None else ():
        _draw_box(ax, box, found, x, y)
    note(ax, "\n".join(textwrap.fill(line, NOTE_WIDTH) for line in _note(found, rule, (x, y))))
    return ax


def _axes_of(found: Rules, rule: Rule | None) -> tuple[str, str]:
    """The two factors most used, first by this rule, then by the others, then any that varies."""
    rules = ([rule] if rule is not None else []) + [one for one in found.rules if one is not rule]
    used: list[str] = []
    for one in rules:
        counts = Counter(limit.factor for box in one.boxes for limit in box)
        used += [factor for factor, _ in counts.most_common()]
    varies = [path for path, given in found.points.items() if len(set(map(level_name, given))) > 1]
    order = list(dict.fromkeys([*used, *varies, *found.points]))
    return order[0], order[1] if len(order) > 1 else order[0]


def _categories(given: Sequence[Any]) -> list[str]:
    """Names of the levels in order; none for numbers."""
    return [] if all(map(is_number, given)) else sorted(set(map(level_name, given)))


def _logarithmic(given: Sequence[Any]) -> bool:
    """Whether points lie more evenly in logarithms: their median is nearer to the middle there."""
    low, middle, high = float(min(given)), float(np.median(given)), float(max(given))
    if low <= 0 or high < LOGARITHMIC * low:
        return False
    even = abs((middle - low) / (high - low) - 0.5)
    return bool(abs(np.log(middle / low) / np.log(high / low) - 0.5) < even)


def _scaled(axis: Any, given: Sequence[Any]) -> None:
    """Scale and ticks of an axis: names of categories, few levels each, plain numbers."""
    names = _categories(given)
    if names:
        axis.set_ticks(range(len(names)), labels=names)
        return
    levels = sorted(set(given))
    if _logarithmic(given):
        axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    if len(levels) <= FEW_LEVELS:
        axis.set_ticks(levels, labels=[f"{level:.3g}" for level in levels])
        axis.set_ticks([], minor=True)
    elif _logarithmic(given):
        from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

        subs = (1.0, 2.0, 5.0) if levels[-1] < 1000 * levels[0] else (1.0,)
        axis.set_major_locator(LogLocator(subs=subs))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())


def _places(given: Sequence[Any], side: int) -> F:
    """Where points lie along an axis; on few levels spread a little, always the same way."""
    names = _categories(given)
    if names:
        at = np.array([float(names.index(level_name(value))) for value in given])
    else:
        at = np.asarray(given, dtype=float)
    if not _spread(given):
        return at
    levels = np.unique(at)
    apart = np.random.default_rng(side).uniform(-JITTER, JITTER, len(at))
    if not names and _logarithmic(given):
        return np.asarray(at * np.exp(apart * np.diff(np.log(levels)).min()))
    return np.asarray(at + apart * np.diff(levels).min())


def _spread(given: Sequence[Any]) -> bool:
    return 1 < len(set(map(level_name, given))) <= FEW_LEVELS


def _ends(given: Sequence[Any]) -> tuple[float, float]:
    """Limits of an axis, a little beyond the outermost points."""
    names = _categories(given)
    if names:
        return -0.5, len(names) - 0.5
    low, high = float(min(given)), float(max(given))
    if _logarithmic(given):
        return low * (low / high) ** 0.08, high * (high / low) ** 0.08
    edge = 0.08 * (high - low) or 1.0
    return low - edge, high + edge


def _draw_box(ax: Axes, box: tuple[Limit, ...], found: Rules, x: str, y: str) -> None:
    """The box's sides on these two axes: one rectangle for each run of categories inside."""
    from matplotlib.patches import Rectangle

    asked = {limit.factor: limit for limit in box}
    further = not set(asked) <= {x, y}
    for left, right in _spans(asked.get(x), found.points[x], ax.get_xlim()):
        for low, high in _spans(asked.get(y), found.points[y], ax.get_ylim()):
            ax.add_patch(Rectangle(
                (left, low), right - left, high - low, fill=False, edgecolor=INK, linewidth=2.2,
                linestyle=(0, (4, 2)) if further else "-", zorder=1.9, gid="box",
            ))  # fmt: skip
            ax.add_patch(Rectangle((left, low), right - left, high - low, facecolor=FAINT,
                                   alpha=0.16, linewidth=0, zorder=0))  # fmt: skip


def _spans(
    limit: Limit | None, given: Sequence[Any], axis: tuple[float, float]
) -> list[tuple[float, float]]:
    """Stretches of an axis inside a limit, clear of its ends so that every side shows."""
    first, last = axis
    names = _categories(given)
    if limit is None:
        limit = Limit("")
    if limit.among:
        return [(names.index(name) - 0.42, names.index(name) + 0.42) for name in limit.among]
    if not names and _logarithmic(given):
        inset = (last / first) ** 0.008
        return [(max(first * inset, limit.low), min(last / inset, limit.high))]
    inset = 0.008 * (last - first)
    return [(max(first + inset, limit.low), min(last - inset, limit.high))]


def _note(found: Rules, rule: Rule | None, axes: tuple[str, str]) -> list[str]:
    """What marks and lines are, and how good the rule is."""
    marks = f"filled circles: {found.case}; open squares: not"
    if any(_spread(found.points[path]) for path in axes):
        marks += "; points on few levels are spread a little"
    if rule is None:
        return [marks, "no rule is beyond what shuffled outcomes give too"]
    low, high = (100 * part for part in rule.left_out.density[1:])
    kind = {"box": "PRIM", "tree": "tree of depth two"}[rule.kind]
    said = (
        f"box ({kind}): {rule.words}; density {100 * rule.density:.0f}% ({low:.0f} to {high:.0f} "
        f"on points left out), coverage {100 * rule.coverage:.0f}%, p = {rule.p:.2g}"
    )
    others = {limit.factor for box in rule.boxes for limit in box} - set(axes)
    if others:
        short = short_names(found.points)
        said += f"; dashed: limited by {' and '.join(sorted(short[one] for one in others))} too"
    return [marks, said]


def rule_figures(searched: Sequence[Rules], title: str = "") -> dict[str, Figure]:
    """A figure for each search that has cases: rules-1, rules-2, ..."""
    figures: dict[str, Figure] = {}
    with settings():
        for number, found in enumerate(searched, start=1):
            if not found.rules or len(found.points) < 2:
                continue
            figure, ax = new_figure(6.0)
            rule_points(found, ax)
            case = f"when {found.case}"
            headed(figure, f"{title}: {case}" if title else case[:1].upper() + case[1:])
            figures[f"rules-{number}"] = figure
    return figures
