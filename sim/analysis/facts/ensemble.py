"""The stored runs that facts are measured in, read once each."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.facts.found import TooFewError
from sim.analysis.tables import by_place

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.reading import ResolvedStudy

# study: the watchers that it needs; () where its series say enough
STUDIES: dict[str, tuple[str, ...]] = {
    "market": (),
    "newcomers": (),
    "worlds": (),
    "entry": (),
    "reach": (),
    "war": ("both",),
    "people": ("tenure", "repeat", "content", "trees", "contagion"),
}


class Stored:
    """One study's runs as tables; treatment names are those of the study's file.

    rows: one a firm and run.  series: one a firm, run and stored week, with strategy, group and
    people.  market: one a run and stored week.  counts: what watchers counted, by watcher.
    """

    def __init__(self, folder: Path, study: ResolvedStudy) -> None:
        self.folder, self.study = folder, study

    @cached_property
    def _tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        from sim.experiments.store import open_store

        with open_store(self.folder) as store:
            return by_place(store.firm_table(), store.series())

    @cached_property
    def rows(self) -> pd.DataFrame:
        """One row a firm and run, firms that entered."""
        return self._tables[0].assign(people=self.people)

    @cached_property
    def series(self) -> pd.DataFrame:
        """One row a firm, run and stored week, from entry on."""
        series = self._tables[1]
        known = self.rows[["run", "treatment", "firm", "strategy", "group", "entered", "exited"]]
        left = series.drop(columns=[name for name in ("strategy", "group") if name in series])
        joined = left.merge(known, on=["run", "treatment", "firm"], how="inner")
        return joined.assign(people=self.people)

    @cached_property
    def market(self) -> pd.DataFrame:
        """One row a run and stored week."""
        from sim.experiments.store import open_store

        with open_store(self.folder) as store:
            return store.market().assign(people=self.people)

    @cached_property
    def counts(self) -> dict[str, pd.DataFrame]:
        """What people's watchers counted, by watcher."""
        import pandas as pd

        from sim.experiments.people.looking import counted

        return {name: pd.DataFrame(rows) for name, rows in counted(self.folder, self.study).items()}

    @property
    def people(self) -> int:
        """Population, the same in all treatments of these studies."""
        return self.study.treatments[0].scenario.people.count

    @property
    def weeks(self) -> int:
        """Length of a run."""
        return self.study.treatments[0].scenario.weeks

    def cash_of_groups(self) -> dict[str, float]:
        """Starting cash of every kind of entrant, money a head."""
        return {kind.name: kind.cash for kind in self.study.treatments[0].scenario.entry.kinds}

    def years_since(self) -> float:
        """Calendar year of week 0, of scenarios whose reach follows a real series."""
        reach: Any = self.study.treatments[0].scenario.environment.reach
        return float(reach.start)


class Ensemble:
    """All studies of the facts; a study that is not there raises ``TooFewError``."""

    def __init__(self, studies: dict[str, Stored]) -> None:
        self._studies = studies

    def __getitem__(self, name: str) -> Stored:
        if name not in self._studies:
            raise TooFewError(f"study facts-{name} was not run")
        return self._studies[name]


def treated(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of one treatment; raises ``TooFewError`` where there is none."""
    here = frame[frame["treatment"] == name]
    if here.empty:
        raise TooFewError(f"no run of treatment {json.dumps(name)}")
    return here
