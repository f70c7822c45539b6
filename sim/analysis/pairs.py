"""Paired differences: two strategies in the same run, or two treatments with the same draws.

Runs share their random numbers (same replicate, same seed), so a difference within a pair is
free of what both had in common. Dead firms stay in every mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import CONFIDENCE, DRAWS, Interval, mean
from sim.analysis.shares import share_difference

if TYPE_CHECKING:
    import pandas as pd

F = NDArray[np.float64]
HEADLINE = ("user-first", "customer-centric")  # the pair the project asks about
MIN_PAIRS = 6  # five pairs that all agree still give p = 2/2**5 > .05


class Outcome(NamedTuple):
    """A measure to compare firms by: column of the table of firms and unit.

    bounds: (0, 1) of a measure by which a firm either made it or not, else None; see
    ``sim.analysis.shares``.
    """

    name: str
    column: str
    unit: str
    bounds: tuple[float, float] | None = None


OUTCOMES = (
    Outcome("survival", "survived", "share of firms", (0.0, 1.0)),
    Outcome("users", "share_users", "share of people"),
    Outcome("customers", "share_customers", "share of people"),
    Outcome("discounted_profit", "discounted_profit", "money per head"),
    Outcome("cash_trough", "cash_trough", "money per head"),
    Outcome("trust", "trust", "share"),
    Outcome("weeks_alive", "weeks_alive", "weeks"),
    Outcome("surplus", "surplus", "money per head"),
)


def outcome(name: str) -> Outcome:
    """The outcome of that name; raises ValueError that lists the names there are."""
    for one in OUTCOMES:
        if one.name == name:
            return one
    raise ValueError(f"no outcome {name}; there are {', '.join(o.name for o in OUTCOMES)}")


class Difference(NamedTuple):
    """First minus second, mean over pairs, with the two means over the same pairs."""

    outcome: Outcome
    first: float
    second: float
    difference: Interval
    n_pairs: int


def with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """The table of firms with ``share_customers``; people are counted from ``share_users``.

    A run in which nobody uses any firm has no customers either, so its share is 0.
    Raises ValueError when customers cannot be turned into a share.
    """
    if "share_customers" in rows:
        return rows
    used = rows["users"] > 0
    people = (rows["users"] / rows["share_users"]).where(used)
    people = people.groupby(rows["run"]).transform("max")
    share = (rows["customers"] / people).where(rows["customers"] > 0, 0.0)
    if share.isna().any():
        raise ValueError("customers without users: add a column share_customers to the table")
    return rows.assign(share_customers=share)


def _difference(
    first: pd.DataFrame,
    second: pd.DataFrame,
    measured: Outcome,
    confidence: float,
    draws: int,
    seed: int,
) -> Difference:
    """Difference over the common index, the pairs, of two tables of means and numbers of firms."""
    common = first.index.intersection(second.index)
    if not len(common):
        raise ValueError("no pair: the two never meet in one run or replicate")
    one, two = first.loc[common], second.loc[common]
    a, b = one["mean"].to_numpy(float), two["mean"].to_numpy(float)
    if measured.bounds is not None:
        firms = np.minimum(one["count"].to_numpy(float), two["count"].to_numpy(float))
        found = share_difference(a, b, firms, confidence=confidence, draws=draws, seed=seed)
    else:
        found = mean(a - b, confidence=confidence, draws=draws, seed=seed)
    return Difference(measured, float(a.mean()), float(b.mean()), found, len(common))


def between_strategies(
    rows: pd.DataFrame,
    first: str,
    second: str,
    name: str = "survival",
    *,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 1,
) -> Difference:
    """Mean firm of strategy ``first`` less mean firm of ``second``, paired within runs.

    rows: FIRM_ROW columns and ``run``. Runs that lack either strategy make no pair. Raises
    ValueError without any pair, and for surplus, which all firms of a market share.
    """
    measured = outcome(name)
    if name == "surplus":
        raise ValueError("surplus belongs to a market, not a strategy: compare treatments")
    means = with_shares(rows).groupby(["strategy", "run"])[measured.column].agg(["mean", "count"])
    present = set(rows["strategy"])
    for strategy in (first, second):
        if strategy not in present:
            raise ValueError(f"no strategy {strategy}; there are {', '.join(sorted(present))}")
    return _difference(means.loc[first], means.loc[second], measured, confidence, draws, seed)


def between_treatments(
    rows: pd.DataFrame,
    first: str,
    second: str,
    name: str = "survival",
    *,
    strategy: str | None = None,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 1,
) -> Difference:
    """Treatment ``first`` less ``second`` over replicates with common random numbers.

    rows: FIRM_ROW columns, ``run``, ``treatment``, ``replicate``. strategy: firms to compare, or
    None for all. Raises ValueError without any replicate that has both.
    """
    measured = outcome(name)
    table = with_shares(rows)
    kept = table if strategy is None else table[table["strategy"] == strategy]
    means = kept.groupby(["treatment", "replicate"])[measured.column].agg(["mean", "count"])
    present = set(kept["treatment"])
    for treatment in (first, second):
        if treatment not in present:
            known = ", ".join(sorted(map(str, present)))
            raise ValueError(f"no treatment {treatment}; there are {known}")
    return _difference(means.loc[first], means.loc[second], measured, confidence, draws, seed)


def mean_by_run(rows: pd.DataFrame, column: str) -> tuple[F, F]:
    """Sum of a column and number of firms in each run, two arrays (runs,)."""
    grouped = rows.groupby("run")[column]
    return grouped.sum().to_numpy(float), np.asarray(grouped.count(), dtype=float)
