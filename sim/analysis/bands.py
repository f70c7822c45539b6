"""What runs of a sweep have in common over time: the median run and the middle ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

BAND = (0.10, 0.90)


def by_run(series: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
    """Mean firm of the table in each run and week, (weeks, runs); dead firms are in it.

    series: rows with ``run`` and ``week``; values: one a row, same index.
    """
    means = values.groupby([series["week"], series["run"]]).mean()
    return means.unstack("run")


def bands(series: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
    """Median over runs of the mean firm and the middle 80% of runs: low, middle, high by week."""
    runs = by_run(series, values)
    low, middle, high = (runs.quantile(q, axis=1) for q in (BAND[0], 0.5, BAND[1]))
    return low.to_frame("low").assign(middle=middle, high=high)
