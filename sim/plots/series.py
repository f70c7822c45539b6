"""Users, customers, cash and stages over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.bands import BAND, bands, by_run
from sim.experiments.worker import FIRM_SERIES
from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, STAGE_COUNTS
from sim.plots.exits import name_exits
from sim.plots.style import FAINT, INK, Look, in_order, label_ends, looks, note, years_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

F = NDArray[np.float64]
NAMED = 12  # firms whose names still fit beside one figure
_WORDS = {
    "n_users": "users", "n_payers": "customers", "n_engaged": "engaged people",
    "n_fans": "fans", "n_touched": "people ever in touch", "cash_cents": "cash",
}  # fmt: skip
# from far to near; luminance falls step by step so that greyscale keeps the order
STAGES = (
    ("n_stranger", "stranger", Look("#F2F2F2", "-", "")),
    ("n_aware", "aware", Look("#D9D9D9", "-", "")),
    ("n_lapsed", "lapsed", Look("#B5B5B5", "-", "xxx")),
    ("n_using", "user", Look("#56B4E9", "-", "...")),
    ("n_customer", "customer", Look("#CF5F0A", "-", "///")),
    ("n_fan", "fan", Look("#003E63", "-", "")),
)
assert sorted(name for name, _, _ in STAGES) == sorted(STAGE_COUNTS)


MEASURES = {"users": "n_users", "customers": "n_payers", "cash": "cash_cents"}


class Shown(NamedTuple):
    """A measure as a reader sees it."""

    label: str  # with its unit
    values: pd.Series


def of_interest(series: pd.DataFrame) -> dict[str, str]:
    """Measures to draw, by the names of their figures.

    Users, customers and cash, as far as they were kept; of a study that chose what to keep, also
    whatever it keeps beyond the usual.
    """
    declared = [measure.name for measure in FIRM_COUNTS + FIRM_LEVELS]
    kept = [name for name in declared if name in series]
    found = {word: name for word, name in MEASURES.items() if name in kept}
    if len(kept) == len(declared):
        return found
    return found | {
        _word(name).replace(" ", "-"): name
        for name in kept if name not in (*MEASURES.values(), *FIRM_SERIES)
    }  # fmt: skip


def has_stages(series: pd.DataFrame) -> bool:
    """Whether every stage was kept."""
    return all(name in series for name in STAGE_COUNTS)


def shown(series: pd.DataFrame, measure: str) -> Shown:
    """Values and axis label of a measure: people as %, cents as money per head, others as are.

    Raises ValueError for a measure that is not declared or not in the table.
    """
    units = {m.name: m for m in FIRM_COUNTS + FIRM_LEVELS}
    if measure not in units or measure not in series:
        raise ValueError(f"no measure {measure} in the table of series")
    unit = units[measure].unit
    word = _word(measure)
    if unit == "people":
        return Shown(f"{word} (% of people)", 100 * series[measure] / series["people"])
    if unit == "cents":
        return Shown(f"{word} (money per head)", series[measure] / 100 / series["people"])
    return Shown(f"{word} ({unit})", series[measure])


def _word(measure: str) -> str:
    plain = measure.removeprefix("n_").removesuffix("_cents").replace("_", " ")
    return _WORDS.get(measure, plain)


def series_bands(series: pd.DataFrame, measure: str, ax: Axes, *, by: str = "strategy") -> Axes:
    """A measure over time: median over runs of the mean firm, and the middle 80% of runs.

    series: see ``sim.analysis.tables.Tables``. by: column that tells the lines apart. With one
    run there is no band; ``firm_lines`` shows its firms. Dead firms count, with what they have.
    """
    found = shown(series, measure)
    ends = draw_bands(series, measure, ax, looks(series[by]), by=by)
    _finish(ax, series, found.label, ends)
    n = series["run"].nunique()
    note(ax, f"mean firm of each kind, dead firms included; {_spread_note(n)}")
    return ax


def draw_bands(
    series: pd.DataFrame, measure: str, ax: Axes, style: Mapping[str, Look], *, by: str = "strategy"
) -> list[tuple[float, str, str]]:
    """Medians and bands of ``series_bands`` alone; returns last value, name, colour of each."""
    series = series.reset_index(drop=True)
    values, ends = shown(series, measure).values, []
    for name in in_order(series[by]):
        own, look = series[series[by] == name], style[name]
        found = bands(own, values[own.index])
        years = found.index.to_numpy(float) / 52
        low, middle, high = (found[line].to_numpy() for line in ("low", "middle", "high"))
        if own["run"].nunique() > 1:
            area = ax.fill_between(years, low, high, color=look.colour, alpha=0.18, linewidth=0)
            area.set_gid(f"band-{name}")
            for edge in (low, high):
                ax.plot(years, edge, color=look.colour, linestyle=look.line, linewidth=0.6)
        ax.plot(years, middle, color=look.colour, linestyle=look.line, linewidth=2, gid="median")
        ends.append((float(middle[-1]), name, look.colour))
    return ends


def firm_lines(series: pd.DataFrame, measure: str, ax: Axes) -> Axes:
    """A measure over time in one run: a line a firm, with a cross where a firm left the market.

    One run has no interval; its figure says so. With more than ``NAMED`` firms only the highest
    line of each strategy is named. Raises ValueError for several runs.
    """
    if series["run"].nunique() != 1:
        raise ValueError("firm_lines draws one run; use series_bands for several")
    series = series.reset_index(drop=True)
    found, style = shown(series, measure), looks(series["strategy"])
    ends: list[tuple[float, str, str]] = []
    exits: list[tuple[float, float, str, str]] = []
    for firm, own in series.groupby("firm"):
        look = style[str(own["strategy"].iloc[0])]
        years, values = own["week"].to_numpy(float) / 52, found.values[own.index].to_numpy(float)
        last = _last_alive(own)
        ax.plot(years[: last + 1], values[: last + 1], color=look.colour, linestyle=look.line,
                linewidth=1.8, gid="firm")  # fmt: skip
        if last + 1 < len(years):
            ax.plot(years[last], values[last], marker="X", markersize=9, color=look.colour,
                    markeredgecolor="white", clip_on=False, gid="exit")  # fmt: skip
            exits.append((float(years[last]), float(values[last]), str(firm), look.colour))
        else:
            ends.append((float(values[-1]), str(firm), look.colour))
    few = series["firm"].nunique() <= NAMED
    _finish(ax, series, found.label, ends if few else _one_a_colour(ends, series))
    if few:
        name_exits(ax, exits)
    note(ax, "one run, so no interval; a cross where a firm left the market")
    return ax


def _one_a_colour(
    ends: list[tuple[float, str, str]], series: pd.DataFrame
) -> list[tuple[float, str, str]]:
    """The highest end of each strategy, named after the strategy."""
    kind = dict(zip(series["firm"], series["strategy"], strict=True))
    best: dict[str, tuple[float, str, str]] = {}
    for y, firm, colour in sorted(ends):
        best[kind[firm]] = (y, kind[firm], colour)
    return list(best.values())


def _spread_note(n_runs: int) -> str:
    """What line and band are, for so many runs."""
    return f"median and middle 80% of {n_runs:,} runs" if n_runs > 1 else "one run, so no interval"


def _last_alive(own: pd.DataFrame) -> int:
    """Row of the last week in which a firm was in the market (all, where that is not known)."""
    if "alive" not in own:
        return len(own) - 1
    weeks = np.flatnonzero(own["alive"].to_numpy())
    return int(weeks[-1]) if len(weeks) else 0


def _finish(ax: Axes, series: pd.DataFrame, label: str, ends: list[tuple[float, str, str]]) -> None:
    """Labels, limits and a zero line where values fall below zero."""
    years_axis(ax, max(float(series["week"].max()), 1.0))
    ax.set_ylabel(label)
    if ax.dataLim.y0 < 0:
        ax.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    else:
        ax.set_ylim(bottom=0)
    label_ends(ax, ends)


def stage_areas(series: pd.DataFrame, ax: Axes, strategy: str) -> Axes:
    """Where people stand towards the mean firm of a strategy, stacked to 100%, mean over runs.

    Labels give the share in the last week and the middle 80% of runs. Raises ValueError when no
    firm of the table follows the strategy.
    """
    own = series[series["strategy"] == strategy].reset_index(drop=True)
    if own.empty:
        raise ValueError(f"no firm with strategy {strategy} in the table of series")
    runs = [by_run(own, 100 * own[name] / own["people"]) for name, _, _ in STAGES[::-1]]
    years = runs[0].index.to_numpy(float) / 52
    bottom, ends = np.zeros(len(years)), []
    for part, (_, word, look) in zip(runs, STAGES[::-1], strict=True):
        top = bottom + part.mean(axis=1).to_numpy()
        ax.fill_between(years, bottom, top, facecolor=look.colour, hatch=look.hatch,
                        edgecolor=INK, linewidth=0.5)  # fmt: skip
        ends.append((float((bottom[-1] + top[-1]) / 2), _stage_label(word, part), INK))
        bottom = top
    ax.set_ylim(0, 100)
    ax.set_ylabel("people (%)")
    years_axis(ax, max(float(years[-1] * 52), 1.0))
    label_ends(ax, ends)
    n = own["run"].nunique()
    many = f"mean of {n:,} runs; at the right the last week and the middle 80% of runs"
    note(ax, f"people by stage towards the mean firm; {many if n > 1 else _spread_note(n)}")
    return ax


def _stage_label(word: str, part: pd.DataFrame) -> str:
    """Name of a stage, its share in the last week and the middle 80% of runs."""
    last = part.iloc[-1]
    if part.shape[1] == 1:
        return f"{word} {last.mean():.0f}%"
    low, high = last.quantile(BAND[0]), last.quantile(BAND[1])
    return f"{word} {last.mean():.0f}% ({low:.0f} to {high:.0f})"
