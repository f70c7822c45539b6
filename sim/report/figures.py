"""The figures of a page, each with what it shows in words and the numbers behind it.

A table holds the figure's own numbers at about a dozen moments, not all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from sim.analysis.bands import bands, by_run
from sim.analysis.causes import causes_table
from sim.analysis.comparison import survival_table
from sim.analysis.hazard import smoothed_hazard
from sim.analysis.intervals import Interval
from sim.analysis.survival import kaplan_meier, longest_life, numbers_at_risk
from sim.analysis.wording import capital, counted, listed
from sim.plots.causes import causes_figure
from sim.plots.series import STAGES, firm_lines, series_bands, shown, stage_areas
from sim.plots.style import in_order, new_figure, settings
from sim.plots.survival import hazard_curves, survival_curves, survival_figure_height
from sim.report.blocks import Picture, Table
from sim.report.svg import inline
from sim.report.words import length, number, percent, share_span, span

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.analysis.survival import Curve

MOMENTS = 12  # rows of a table over time, about
STEPS = (1, 4, 13, 26, 52, 104, 260, 520)  # weeks between two of them


def moments(end: int) -> NDArray[np.int64]:
    """Weeks at which a table over time is read: 0, steps that a calendar knows, the end."""
    step = next((each for each in STEPS if end / each <= MOMENTS), STEPS[-1])
    return np.unique(np.append(np.arange(0, end + 1, step), end))


def stored_moments(weeks: Sequence[int]) -> list[int]:
    """Of the weeks that a series has, those nearest to ``moments``."""
    there = np.unique(np.asarray(weeks))
    wanted = moments(int(there[-1]))
    return sorted({int(there[np.abs(there - week).argmin()]) for week in wanted})


def drawn(draw: Callable[[Axes], object], height: float | None = None) -> Axes:
    """The axes of a new figure, drawn."""
    with settings():
        _, ax = new_figure() if height is None else new_figure(height)
        draw(ax)
    return ax


def picture(ax: Axes, name: str, caption: str, description: str, table: Table) -> Picture:
    """A drawn figure for the page."""
    return whole(cast("Figure", ax.figure), name, caption, description, table)


def whole(
    figure: Figure, name: str, caption: str, description: str, table: Table | None
) -> Picture:
    """A figure that another room made; the caption says what its own heading would."""
    figure.suptitle("")
    return Picture(name, inline(figure, name, caption, description), caption, table)


def survival(rows: pd.DataFrame) -> Picture:
    """Kaplan-Meier curves by strategy."""
    height = survival_figure_height(rows["strategy"].nunique())
    end = longest_life(rows)
    said = listed([
        f"{percent(row['alive'].value)}% of {row['strategy']} firms" for row in survival_table(rows)
    ])  # fmt: skip
    words = (
        f"Share of firms alive against time since entry, one falling step curve a strategy, with "
        f"95% bands. Alive at the end of the runs: {said}."
    )
    caption = f"Survival of firms over {length(end)}, Kaplan-Meier estimate with 95% bands"
    ax = drawn(lambda ax: survival_curves(rows, ax), height)
    return picture(ax, "survival", caption, words, _survival_numbers(rows, end))


def _survival_numbers(rows: pd.DataFrame, end: int) -> Table:
    at, columns = moments(end), []
    names = in_order(rows["strategy"])
    for name in names:
        firms = rows[rows["strategy"] == name]
        curve = kaplan_meier(firms["weeks_alive"], 1 - firms["survived"], firms["run"])
        risk = numbers_at_risk(firms["weeks_alive"], at)
        columns += [_read_off(curve, at), [f"{n:,}" for n in risk]]
    pairs = [(f"{name}, % alive (95% band)", f"{name}, firms at risk") for name in names]
    header = ("weeks since entry", *(title for pair in pairs for title in pair))
    rows_ = tuple((f"{week:,}", *cells) for week, *cells in zip(at, *columns, strict=True))
    return Table("Share of firms alive by strategy, numbers behind the figure", header, rows_)


def _read_off(curve: Curve, at: NDArray[np.int64]) -> list[str]:
    """The curve and its band at these weeks, in percent."""
    step = np.searchsorted(curve.weeks, at, side="right")
    lines = (np.concatenate(([1.0], line)) for line in (curve.alive, curve.low, curve.high))
    three = zip(*(line[step] for line in lines), strict=True)
    return [share_span(Interval(*map(float, each))) for each in three]


def hazard(rows: pd.DataFrame) -> Picture:
    """Smoothed hazard of exit by strategy."""
    end, columns, peaks = longest_life(rows), [], []
    names = in_order(rows["strategy"])
    for name in names:
        firms = rows[rows["strategy"] == name]
        found = smoothed_hazard(firms["weeks_alive"], 1 - firms["survived"], firms["run"])
        three = zip(found.per_year, found.low, found.high, strict=True)
        spans = [share_span(Interval(*map(float, each))) for each in three]
        # a strategy that died out has no hazard after its last firm
        columns.append([spans[week] if week < len(spans) else "-" for week in moments(end)])
        peaks.append(f"{name} week {int(np.argmax(found.per_year)):,}")
    header = ("weeks since entry", *(f"{name}, % of firms a year" for name in names))
    numbers = _by_week(header, moments(end).tolist(), columns, "Smoothed hazard of exit (95% band)")
    words = f"Risk of exit a year against time since entry. It is highest at: {listed(peaks)}."
    caption = "Smoothed hazard of exit, with 95% bands"
    return picture(drawn(lambda ax: hazard_curves(rows, ax)), "hazard", caption, words, numbers)


def causes(rows: pd.DataFrame) -> Picture:
    """Why firms left, by strategy."""
    found = causes_table(rows)
    cells = tuple(
        (one["strategy"], one["cause"], one["meaning"], share_span(one["share"])) for one in found
    )
    header = ("strategy", "cause", "meaning", "% of firms (95%)")
    caption = "Causes of exit: cumulative share of firms that left, by cause"
    words = "Stacked areas against time since entry, a panel a strategy. By the end: " + listed(
        [f"of {strategy} firms {span} {cause}" for strategy, cause, _, span in cells]
    )
    numbers = Table("Share of firms that left, by cause", header, cells, names=3)
    return whole(causes_figure(rows), "causes", caption, f"{words}.", numbers)


def over_time(series: pd.DataFrame, measure: str, word: str) -> Picture:
    """A measure over time: bands of a sweep by strategy, or the firms of one run."""
    series = series.reset_index(drop=True)
    found, many = shown(series, measure), series["run"].nunique() > 1
    digits = 1 if "%" in found.label else 2
    ax = drawn(lambda ax: (series_bands if many else firm_lines)(series, measure, ax))
    table = _bands_numbers if many else _firms_numbers
    numbers = table(series, found.values, digits, found.label)
    last = listed([f"{title.partition(',')[0]} {cell}" for title, cell in zip(
        numbers.header[1:], numbers.rows[-1][1:], strict=True)])  # fmt: skip
    who = "mean firm of each strategy" if many else "each firm"
    caption = f"{capital(word).replace('-', ' ')} over time, {who}"
    if many:
        caption += f": median and middle 80% of {counted(series['run'].nunique(), 'run')}"
    words = f"Lines of {found.label} against time. In the last week: {last}."
    return picture(ax, f"series-{word}", caption, words, numbers)


def _bands_numbers(series: pd.DataFrame, values: pd.Series, digits: int, label: str) -> Table:
    """Median and middle 80% of runs by strategy at some weeks."""
    at, names, columns = stored_moments(series["week"]), in_order(series["strategy"]), []
    for name in names:
        own = series["strategy"] == name
        found = bands(series[own], values[own]).reindex(at)
        three = zip(found["middle"], found["low"], found["high"], strict=True)
        columns.append(
            [span(Interval(*each), lambda value: number(value, digits)) for each in three]
        )
    header = ("week", *(f"{name}, {label}" for name in names))
    return _by_week(header, at, columns, "Median (middle 80% of runs), numbers behind the figure")


def _firms_numbers(series: pd.DataFrame, values: pd.Series, digits: int, label: str) -> Table:
    """The value of each firm at some weeks; a dash once it has left, and before it came."""
    at, names = stored_moments(series["week"]), list(dict.fromkeys(series["firm"]))
    columns = []
    for name in names:
        own = series["firm"] == name
        there = own & (series["alive"] == 1) if "alive" in series else own
        by_week = values[there].set_axis(series.loc[there, "week"]).reindex(at)
        columns.append([number(value, digits) for value in by_week])
    header = ("week", *(f"{name}, {label}" for name in names))
    return _by_week(header, at, columns, "Each firm, numbers behind the figure; a dash: gone")


def _by_week(header: tuple[str, ...], at: list[int], columns: list[list[str]], said: str) -> Table:
    rows = tuple((f"{week:,}", *cells) for week, *cells in zip(at, *columns, strict=True))
    return Table(said, header, rows)


def stages(series: pd.DataFrame, strategy: str, name: str) -> Picture:
    """Where people stand towards the mean firm of a strategy."""
    own = series[series["strategy"] == strategy].reset_index(drop=True)
    at = stored_moments(own["week"])
    columns = [
        by_run(own, 100 * own[measure] / own["people"]).mean(axis=1).reindex(at)
        for measure, _, _ in STAGES
    ]
    rows = tuple(
        (f"{week:,}", *(number(value, 1) for value in values))
        for week, *values in zip(at, *columns, strict=True)
    )
    words = [word for _, word, _ in STAGES]
    numbers = Table(f"People by stage towards the mean {strategy} firm, %", ("week", *words), rows)
    last = listed([f"{word} {cell}%" for word, cell in zip(words, rows[-1][1:], strict=True)])
    return picture(
        drawn(lambda ax: stage_areas(series, ax, strategy)), name,
        f"People by stage towards the mean {strategy} firm",
        f"Stacked areas that add up to all people against time. In the last week: {last}.", numbers,
    )  # fmt: skip
