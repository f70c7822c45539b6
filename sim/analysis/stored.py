"""The tables of a stored run or sweep, as analysis and plots read them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.analysis.tables import Tables, by_place

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.maps import PhaseMap
    from sim.experiments.single import StoredRun
    from sim.experiments.store import Store, StoredTreatment
    from sim.experiments.study import Study


def tables_in(folder: Path) -> Tables:
    """Rows and series of the results in a folder; of a sweep, those of the study as it is now.

    Raises StoreError where the folder holds no results, is damaged, or has no run yet.
    """
    from sim.experiments.single import StoredRun, open_result

    result = open_result(folder)
    if isinstance(result, StoredRun):
        rows, series, people = _of_run(result)
    else:
        with result:
            rows, series, people = _of_sweep(result)
    rows = rows.assign(people=people, share_customers=rows["customers"] / people)
    return Tables(rows, _with_strategies(series, rows), result.title)


class StoredStudy(NamedTuple):
    """Tables of a folder of results, the settings of its treatments, and its phase maps.

    treatments: as they were run. study: as its file says (kind, factors, scale); None of a
    single run, and where the file was edited into faults.
    """

    tables: Tables
    settings: list[tuple[str, dict[str, Any]]]
    maps: list[PhaseMap]
    treatments: Sequence[StoredTreatment] = ()
    study: Study | None = None

    @property
    def sampled(self) -> bool:
        """Whether its treatments are points that a design drew, not levels that somebody chose."""
        from sim.experiments.study import SAMPLED

        return self.study is not None and self.study.kind in SAMPLED


def stored_study(folder: Path) -> StoredStudy:
    """All that is shown of a folder of results; a single run has neither treatments nor maps."""
    from sim.analysis.maps import phase_maps
    from sim.experiments.single import StoredRun, open_result

    tables = tables_in(folder)
    result = open_result(folder)
    if isinstance(result, StoredRun):
        return StoredStudy(tables, [], [])
    with result:
        treatments = result.treatments()
    settings = [(one.name, one.settings) for one in treatments]
    maps = phase_maps(tables, treatments, folder)
    return StoredStudy(tables, settings, maps, treatments, study_in(folder))


def study_in(folder: Path) -> Study | None:
    """The study that a folder's file describes; None where it was edited into faults."""
    from sim.experiments.reading import read_study
    from sim.scenario.faults import ScenarioFaults

    try:
        return read_study(folder / "study.yaml")[0]
    except ScenarioFaults:
        return None


def _of_run(run: StoredRun) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    keys = {"run": "000000", "treatment": "", "replicate": 0}
    rows = run.firm_table().assign(**keys, seed=int(run.card["seed"]))
    return rows, run.series().assign(**keys), int(run.card["people"])


def _of_sweep(store: Store) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    counts = {t.name: json.loads(t.scenario)["people"]["count"] for t in store.treatments()}
    rows, series = by_place(store.firm_table(), store.series())
    return rows, series, rows["treatment"].map(counts)


def _with_strategies(series: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The series of firms that entered, with the strategy and population of each."""
    known = rows[["run", "treatment", "firm", "strategy", "people"]]
    ours = series.drop(columns=[name for name in ("strategy", "group") if name in series])
    return ours.merge(known, on=["run", "treatment", "firm"], how="inner")
