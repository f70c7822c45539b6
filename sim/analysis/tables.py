"""The two tables that analysis and plots read: one row a firm, and one row a firm and week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS
from sim.market.result import RunResult, firm_rows

if TYPE_CHECKING:
    import pandas as pd

KEYS = ("run", "treatment", "replicate", "seed")


class Tables(NamedTuple):
    """Results of one run or many.

    rows: FIRM_ROW columns, ``KEYS``, ``people``, ``share_customers``; one row a firm.
    series: ``run, treatment, replicate, week, firm, strategy, people`` and measures by the names
    of ``sim.market.measures``; one row a firm and week.
    """

    rows: pd.DataFrame
    series: pd.DataFrame
    title: str = ""


def by_place(rows: pd.DataFrame, series: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables of a stored study with its runs called by their place in it: 000000, 000001, ...

    rows, series: as ``Store.firm_table`` and ``Store.series`` give them, in any order; they come
    back in the order of the study, rows with the run's own name as ``id``.  That name is a digest
    of scenario, seed and model version, so it sorts anyhow.  Intervals draw runs in the order of
    their names: with names by place the same results give the same interval, whatever version of
    the model made them.
    """
    import pandas as pd

    place = ["treatment_index", "replicate"]
    every = pd.concat([table[[*place, "run"]].drop_duplicates() for table in (rows, series)])
    # treatments that are equal share their runs, and a shared run is called by its first place
    names = every.sort_values(place)["run"].unique()
    called = {name: f"{at:06d}" for at, name in enumerate(names)}

    def told(table: pd.DataFrame, order: list[str]) -> pd.DataFrame:
        table = table.sort_values(order, kind="stable")
        return table.assign(run=table["run"].map(called))

    return told(rows.assign(id=rows["run"]), [*place, "firm"]), told(series, place)


class Run(NamedTuple):
    """A run with its place in a study."""

    result: RunResult
    treatment: str = ""
    replicate: int = 0


def _rows(run: str, one: Run) -> list[dict[str, object]]:
    """The rows of firms of one run, with its keys."""
    result = one.result
    keys = {
        "run": run, "treatment": one.treatment, "replicate": one.replicate, "seed": result.seed,
        "people": result.people,
    }  # fmt: skip
    return [
        {**keys, **row, "share_customers": cast(int, row["customers"]) / result.people}
        for row in firm_rows(result)
    ]


def _series(run: str, one: Run, measures: Sequence[str], every: int) -> pd.DataFrame:
    """The weekly rows of one run, firms that never entered left out."""
    import pandas as pd

    result = one.result
    kept = [f for f, fate in enumerate(result.firms) if fate.entered >= 0]
    weeks = np.arange(0, result.weeks + 1, every)
    columns: dict[str, object] = {
        "run": run, "treatment": one.treatment, "replicate": one.replicate,
        "week": np.repeat(weeks, len(kept)),
        "firm": np.tile([result.firms[f].name for f in kept], len(weeks)),
        "strategy": np.tile([result.firms[f].strategy for f in kept], len(weeks)),
        "people": result.people,
    }  # fmt: skip
    for name in measures:
        columns[name] = result.firm_series[name][weeks][:, kept].ravel()
    return pd.DataFrame(columns)


def from_runs(
    runs: Iterable[Run], *, measures: Sequence[str] | None = None, every: int = 1, title: str = ""
) -> Tables:
    """The tables of runs held in memory.

    measures: names of firm measures to keep, by default all; every: keep each such week, from
    week 0. Raises ValueError without any run.
    """
    import pandas as pd

    names = [m.name for m in FIRM_COUNTS + FIRM_LEVELS] if measures is None else list(measures)
    rows: list[dict[str, object]] = []
    parts: list[pd.DataFrame] = []
    for number, one in enumerate(runs):
        run = f"{number:06d}"
        rows += _rows(run, one)
        parts.append(_series(run, one, names, every))
        title = title or one.result.title
    if not parts:
        raise ValueError("no run to tabulate")
    return Tables(pd.DataFrame(rows), pd.concat(parts, ignore_index=True), title)
