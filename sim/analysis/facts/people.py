"""What only shows person by person (D13, D14, D16 to D18)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.facts.ensemble import Ensemble
from sim.analysis.facts.found import Found, TooFewError, found, over_runs
from sim.analysis.intervals import mean, ratio

if TYPE_CHECKING:
    import pandas as pd

F = NDArray[np.float64]
TENURES = 5  # years
FEWEST = 20  # customers at risk in a year
SETTLED = 8  # quarters before brands are compared


class Line(NamedTuple):
    """A least-squares line: its slope, and the share of the variance that it explains."""

    slope: float
    r2: float


def retention(years: ArrayLike, at_risk: ArrayLike, kept: ArrayLike) -> F:
    """Share kept after years 1 to 5 of tenure, (5,); NaN where fewer than twenty were at risk.

    years, at_risk, kept: (rows,), summed where a year comes several times.
    """
    year = np.asarray(years, dtype=int)
    inside = (year >= 1) & (year <= TENURES)
    totals = [
        np.bincount(year[inside], weights=np.asarray(each, dtype=float)[inside],
                    minlength=TENURES + 1)[1:]
        for each in (at_risk, kept)
    ]  # fmt: skip
    return np.asarray(np.where(totals[0] >= FEWEST, totals[1] / np.maximum(totals[0], 1), np.nan))


def line(x: ArrayLike, y: ArrayLike) -> Line:
    """Least squares of y on x; NaN with fewer than three points or without spread in x."""
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if len(a) < 3 or np.ptp(a) <= 0:
        return Line(math.nan, math.nan)
    slope, start = np.polyfit(a, b, 1)
    rest = float(((b - start - slope * a) ** 2).sum())
    total = float(((b - b.mean()) ** 2).sum())
    return Line(float(slope), 1 - rest / total if total > 0 else 0.0)


def double_jeopardy(quarters: pd.DataFrame) -> Line:
    """Repeat rate on log penetration over the firms of a run, each a mean of its quarters.

    quarters: rows with quarter, firm, people, buyers, again; from the ninth quarter on.
    """
    late = quarters[(quarters["quarter"] > SETTLED) & (quarters["buyers"] > 0)]
    firms = late.groupby("firm")[["people", "buyers", "again"]].sum()
    return line(np.log(firms["buyers"] / firms["people"]), firms["again"] / firms["buyers"])


def _runs(frame: pd.DataFrame) -> list[pd.DataFrame]:
    return [run for _, run in frame.groupby("replicate")]


def _table(ensemble: Ensemble, name: str) -> pd.DataFrame:
    counts = ensemble["people"].counts
    if name not in counts or counts[name].empty:
        raise TooFewError(f"nothing was counted: {name}")
    return counts[name]


def _retention(runs: Sequence[F]) -> F:
    """Pooled over runs; a run is rows of year, at_risk, kept."""
    return retention(*np.concatenate(runs).T)


def d13(ensemble: Ensemble) -> list[Found]:
    """Retention by years of tenure."""
    table = _table(ensemble, "tenure")
    runs = [run[["year", "at_risk", "kept"]].to_numpy(float) for run in _runs(table)]
    rates = _retention(runs)
    said = ", ".join(f"{rate:.2f}" for rate in rates)
    n = f"{int(table[table['year'] == 1]['at_risk'].sum()):,} customers in {len(runs)} runs"
    rise = over_runs(runs, lambda some: float(_retention(some)[-1] - _retention(some)[0]))
    least = over_runs(runs, lambda some: float(np.diff(_retention(some)).min()))
    return [found(rise, n, f"retention after years 1 to 5: {said}"), found(least, n)]


def d14(ensemble: Ensemble) -> list[Found]:
    """Double jeopardy, a line a run."""
    table = _table(ensemble, "repeat")
    table = table[(table["quarter"] > SETTLED) & (table["buyers"] > 0)]
    lines = [double_jeopardy(run) for run in _runs(table)]
    lines = [each for each in lines if not math.isnan(each.slope)]
    if not lines:
        raise TooFewError("fewer than three firms are bought from in every run")
    runs = table.groupby("replicate")["firm"].nunique()
    n, note = f"{len(lines)} runs", f"{runs.mean():.0f} firms a run, of two strategies"
    return [found(mean([each.slope for each in lines]), n, note),
            found(mean([each.r2 for each in lines]), n)]  # fmt: skip


def d16(ensemble: Ensemble) -> list[Found]:
    """Who contributes, in the last year; who tells, for comparison."""
    table = _table(ensemble, "content")
    last = table[table["year"] == table["year"].max()]
    if not last["ideas"].sum() > 0:
        raise TooFewError("nobody contributes anything")
    n, told = f"{len(last)} runs", last[["top_told", "told", "lately_told", "online"]].sum()
    note = "content is ideas contributed; of messages told of firms it is {:.2f}"
    return [
        found(ratio(last["top_ideas"], last["ideas"]), n, note.format(told.iloc[0] / told.iloc[1])),
        found(ratio(last["lately_ideas"], last["online"]), n,
              note.format(told.iloc[2] / told.iloc[3])),
    ]  # fmt: skip


def d17(ensemble: Ensemble) -> list[Found]:
    """Trees of word of mouth of one generation at most."""
    table = _table(ensemble, "trees")
    small = table["trees"].where(table["generations"] <= 1, 0)
    sums = table.assign(small=small).groupby("replicate")[["small", "trees"]].sum()
    people = table[table["generations"] == 0]["people"].sum() / table["people"].sum()
    note = (
        f"the deepest has {int(table['generations'].max())} generations; {100 * people:.0f}% of "
        "adopters are alone in theirs"
    )
    return [found(ratio(sums["small"], sums["trees"]), f"{int(table['trees'].sum()):,} trees "
                  f"in {len(sums)} runs", note)]  # fmt: skip


def _overstated(runs: Sequence[F]) -> float:
    """Naive over matched effect on the same people; NaN where the matched one is not above 0."""
    matched, naive = np.sum(runs, axis=0)
    return float(naive / matched) if matched > 0 else math.nan


def d18(ensemble: Ensemble) -> list[Found]:
    """Apparent contagion against that among like people."""
    table = _table(ensemble, "contagion")
    runs = list(table[["matched", "naive_of_matched"]].to_numpy(float))
    sums = table.sum(numeric_only=True)
    whole = (sums["naive"] / sums["treated"]) / (sums["matched"] / sums["matched_treated"])
    note = (
        "matched on block, fifth of digital ease, fifth of taste: needs and media are not matched; "
        f"{whole:.1f} if the apparent effect is that of all who listen to a user"
    )
    return [found(over_runs(runs, _overstated), f"{len(runs)} runs", note)]
