"""Selection inside a run: what share of the living firms, and of their users, each strategy has.

A share belongs to a market, so the run is the unit: means over runs, with intervals over runs.
A week in which no firm lives (or none has users) has no shares and is left out of that run.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.effects import sign_flip_p
from sim.analysis.intervals import (
    CONFIDENCE,
    DRAWS,
    Interval,
    bca_interval,
    holm,
    mean,
    run_weights,
    wilson,
)
from sim.analysis.pairs import MIN_PAIRS

if TYPE_CHECKING:
    import pandas as pd

F = NDArray[np.float64]
SHARE, CHANGE = (0.0, 1.0), (-1.0, 1.0)  # bounds
NONE = {"strength": 0.0}
COLUMNS = {"firms": "alive", "users": "n_users"}  # measure whose share is taken


class Path(NamedTuple):
    """Mean share of a strategy over runs, by stored week, with 95% intervals over runs."""

    strategy: str
    weeks: NDArray[np.int64]
    share: F
    low: F
    high: F
    n_runs: int

    def spans(self) -> list[Interval]:
        """The share of each week with its interval."""
        three = zip(self.share, self.low, self.high, strict=True)
        return [Interval(*map(float, each)) for each in three]


class Ending(NamedTuple):
    """What became of a strategy in a treatment: shares of living firms and of their users."""

    treatment: str
    strategy: str
    at_start: Interval
    at_end: Interval
    change: Interval  # end less start, within runs
    users_at_end: Interval
    alone: Interval  # share of runs that ended with firms of this strategy only
    n_runs: int


class Effect(NamedTuple):
    """Share at the end in a treatment less that in the first one, paired by replicate."""

    treatment: str
    strategy: str
    of: str  # a key of COLUMNS
    difference: Interval
    p_holm: float  # over all effects of the study
    n_pairs: int


def imitated(scenarios: Iterable[str]) -> bool:
    """Whether entrants imitate in any of these scenarios, as JSON that results keep."""
    entries = [json.loads(one)["entry"] for one in scenarios]
    # results from before there was imitation do not speak of it
    return any(one["rate"] > 0 and one.get("imitation", NONE)["strength"] > 0 for one in entries)


def can_be_told(series: pd.DataFrame) -> bool:
    """Whether shares can be taken: the series were kept, and somebody used something."""
    return all(name in series for name in COLUMNS.values()) and bool(series["n_users"].any())


def shares(series: pd.DataFrame, of: str) -> pd.DataFrame:
    """Share of each strategy by run and stored week; columns strategies, index (run, week).

    series: ``run, week, strategy`` and the column of ``of``, "firms" or "users". A strategy that
    a run never sees has the share 0 in it; weeks without anything to share are left out.
    """
    column = COLUMNS[of]
    totals = series.groupby(["run", "week", "strategy"])[column].sum().unstack("strategy")
    totals = totals.fillna(0.0)
    return totals.div(totals.sum(axis=1).where(lambda all_: all_ > 0), axis=0).dropna()


def paths(series: pd.DataFrame, of: str, *, seed: int = 1) -> list[Path]:
    """Shares of the strategies over time, of the runs of one treatment."""
    found = shares(series, of)
    return [_path(str(name), found[name].unstack("run"), seed) for name in found]


def _path(name: str, table: pd.DataFrame, seed: int) -> Path:
    """table: (weeks, runs), NaN where a run had nothing to share."""
    values = table.to_numpy(float).T
    spans = np.array(_intervals(values, seed)).T
    return Path(name, table.index.to_numpy(np.int64), spans[0], spans[1], spans[2], len(values))


def _intervals(values: F, seed: int) -> list[Interval]:
    """BCa intervals of the means of columns of (runs, columns), from the same resamples.

    Runs that agree: see ``_agreed``. One run has no interval.
    """
    there = ~np.isnan(values)
    known = np.where(there, values, 0.0)
    weights = run_weights(len(values), DRAWS, seed)
    left = 1.0 - np.eye(len(values))
    found = []
    for value, has in zip(known.T, there.T, strict=True):
        sums, counts = (weights @ value, weights @ has), (left @ value, left @ has)
        n, estimate = int(has.sum()), float(value.sum() / has.sum())
        if n < 2:
            found.append(Interval(estimate, math.nan, math.nan))
            continue
        resampled, without = (top[below > 0] / below[below > 0] for top, below in (sums, counts))
        if np.ptp(value[has]) <= 1e-12:
            found.append(_agreed(estimate, n))
        else:
            found.append(bca_interval(estimate, resampled, without, CONFIDENCE))
    return found


def _agreed(share: float, n: int) -> Interval:
    """What n runs that agree say: all or nothing may be luck (Wilson's interval, a trial a run).

    A mixture on which they agree to the last digit is what the scenario started with.
    """
    return wilson(share * n, n) if share in (0.0, 1.0) else Interval(share, share, share)


def _mean(values: pd.Series) -> Interval:
    """Mean of a share over runs."""
    same = np.ptp(values) <= 1e-12
    return _agreed(float(values.iloc[0]), len(values)) if same else mean(values, bounds=SHARE)


def endings(series: pd.DataFrame) -> list[Ending]:
    """Every strategy in every treatment, in the order of the table."""
    return [
        ending
        for name in dict.fromkeys(series["treatment"])
        for ending in _of_treatment(str(name), series[series["treatment"] == name])
    ]


def _of_treatment(treatment: str, series: pd.DataFrame) -> list[Ending]:
    firms, users = (_ends(shares(series, of)) for of in ("firms", "users"))
    first, last = firms
    found = []
    for name in last:
        change = (last[name] - first[name]).dropna()
        alone = float((last[name] >= 1).sum())
        found.append(
            Ending(
                treatment, str(name), _mean(first[name]), _mean(last[name]),
                mean(change, bounds=CHANGE), _mean(users[1][name]),
                wilson(alone, len(last)), len(last),
            )
        )  # fmt: skip
    return found


def _ends(found: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Shares in the first and the last week in which a run had any, by run."""
    by_run = found.sort_index().groupby(level="run")
    return by_run.first(), by_run.last()


def effects(series: pd.DataFrame) -> list[Effect]:
    """Shares at the end against those of the first treatment, over replicates both have.

    Empty with one treatment; treatments with fewer than ``MIN_PAIRS`` pairs are left out.
    p-values are Holm's over all effects.
    """
    names = list(dict.fromkeys(series["treatment"]))
    found: list[Effect] = []
    for of in COLUMNS:
        last = {name: _by_replicate(series[series["treatment"] == name], of) for name in names}
        for name in names[1:]:
            found += _paired(str(name), of, last[name], last[names[0]])
    p: Iterable[float] = holm([one.p_holm for one in found]) if found else []
    return [one._replace(p_holm=float(each)) for one, each in zip(found, p, strict=True)]


def _by_replicate(series: pd.DataFrame, of: str) -> pd.DataFrame:
    last = _ends(shares(series, of))[1]
    replicate = series.groupby("run")["replicate"].first()
    return last.set_index(replicate.reindex(last.index))


def _paired(treatment: str, of: str, one: pd.DataFrame, other: pd.DataFrame) -> list[Effect]:
    common = one.index.intersection(other.index)
    if len(common) < MIN_PAIRS:
        return []
    return [
        Effect(treatment, str(name), of, mean(gap, bounds=CHANGE), sign_flip_p(gap), len(gap))
        for name, gap in _gaps(one.loc[common], other.loc[common])
    ]


def _gaps(one: pd.DataFrame, other: pd.DataFrame) -> Sequence[tuple[str, F]]:
    """Differences by strategy; of two strategies the second says what the first says."""
    names = sorted(set(one) | set(other))
    kept = names[-1:] if len(names) == 2 else names
    return [
        (str(name), (one.get(name, 0.0 * one.iloc[:, 0]) - other.get(name, 0.0 * other.iloc[:, 0]))
         .to_numpy(float))
        for name in kept
    ]  # fmt: skip
