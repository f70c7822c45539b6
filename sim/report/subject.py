"""A folder of results as everything a page may say of it; no path of this machine comes along."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.verdict import headline
from sim.experiments.errors import StoreError

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.evolution.selection import Evolution
    from sim.analysis.maps import PhaseMap
    from sim.analysis.points import Points
    from sim.analysis.rules import Rules
    from sim.analysis.sensitivity import Sensitivity
    from sim.analysis.shapley import Shapley
    from sim.analysis.tables import Tables
    from sim.experiments.single import StoredRun
    from sim.experiments.store import Store, StoredTreatment
    from sim.experiments.study import Study
    from sim.scenario.schema import Scenario

_FOLDERS = re.compile(r"(?<![\w.])/(?:[^\s/'\"]+/)+")  # of an absolute path
CHANGED = "is not as it was written: put it back, or remove it and make the result again"
PAYOFF = "discounted_profit"  # of a tournament, as its command has it by default
SCENARIO, STUDY = "scenario.yaml", "study.yaml"


@dataclass(frozen=True)
class Subject:
    """What was run, and what came out of it.

    files: texts that make the result again, by name; ``command`` runs them. study: None for a
    single run. failures: (treatment, replicate, error) of runs that failed. points:
    the factors of each treatment, None for a single run.
    """

    title: str
    tables: Tables
    settings: list[tuple[str, dict[str, Any]]]
    maps: list[PhaseMap]
    treatments: list[StoredTreatment]
    study: Study | None
    scenario: Scenario
    files: dict[str, str]
    command: str
    model_version: str
    root_seed: int
    planned: int
    failures: tuple[tuple[str, int, str], ...]
    points: Points | None = None

    @property
    def rows(self) -> pd.DataFrame:
        """One row a firm and run."""
        return self.tables.rows

    @property
    def series(self) -> pd.DataFrame:
        """One row a firm, run and stored week."""
        return self.tables.series

    @cached_property
    def n_runs(self) -> int:
        """Runs that are stored and did not fail."""
        return int(self.rows["run"].nunique())

    @cached_property
    def pair(self) -> tuple[str, str] | None:
        """The two strategies that the answer is about; None with a single one."""
        return headline(self.rows)

    @cached_property
    def several(self) -> bool:
        """Whether there is more than one treatment."""
        return int(self.rows["treatment"].nunique()) > 1

    @cached_property
    def tournament(self) -> Evolution | None:
        """What selection makes of a tournament; None for any other kind of result."""
        from sim.analysis.evolution.payoffs import payoff_table
        from sim.analysis.evolution.selection import evolve

        if not self.settings or any("firms" not in settings for _, settings in self.settings):
            return None
        try:
            return evolve(payoff_table(self.rows, self.settings, PAYOFF))
        except ValueError:  # treatments that set all their firms, but are no tournament's markets
            return None

    @cached_property
    def sensitivity(self) -> Sensitivity | None:
        """Sobol indices or Morris effects where the design allows, else None."""
        from sim.analysis.sensitivity import sensitivity_of

        if self.points is None or self.points.design not in ("sobol", "morris"):
            return None
        try:
            return sensitivity_of(self.points)
        except ValueError:  # not every treatment has runs
            return None

    @cached_property
    def shapley(self) -> list[Shapley]:
        """Shapley values, where the study has every subset of factors that are on or off;

        outcomes that nothing moves come last.
        """
        from sim.analysis.points import default_targets
        from sim.analysis.shapley import shapley_of

        if self.points is None or len(self.settings) < 4:
            return []
        try:
            found = [shapley_of(self.points, target) for target in default_targets(self.rows)]
            return sorted(found, key=lambda one: all(share.value == 0 for share in one.shares))
        except ValueError:  # another design
            return []

    @cached_property
    def rules(self) -> list[Rules]:
        """Rules in words; none where there are too few treatments, or nothing but strategies."""
        from sim.analysis.sensitivity import rules_of

        if self.points is None or self.tournament is not None:
            return []
        try:
            return rules_of(self.points)
        except ValueError:  # fewer treatments than can be left out in fifths
            return []

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the resolved scenario that the study starts from."""
        from sim.scenario.read import digest

        return digest(self.scenario)

    @cached_property
    def question(self) -> str:
        """The question of the study, or of the scenario where the study has none."""
        asked = self.study.question if self.study is not None else ""
        return " ".join((asked or self.scenario.question).split())


def read(folder: Path) -> Subject:
    """The results in a folder; raises StoreError where there are none, or a text was changed."""
    from sim.experiments.single import StoredRun, open_result

    result = open_result(folder)
    if isinstance(result, StoredRun):
        return _of_run(folder, result)
    with result:
        return _of_study(folder, result)


def _of_run(folder: Path, run: StoredRun) -> Subject:
    from sim.analysis.stored import stored_study
    from sim.experiments.design import run_key
    from sim.scenario.read import digest

    found, seed, scenario = stored_study(folder), int(run.card["seed"]), _scenario(folder)
    own = _own_files(folder)
    version = str(run.card["model_version"])
    if run_key(digest(scenario), seed, version) != run.card["id"]:
        raise StoreError(f"{folder / SCENARIO} {CHANGED}")
    return Subject(
        title=run.title, tables=found.tables, settings=[], maps=[], treatments=[], study=None,
        scenario=scenario, files={SCENARIO: _text(folder, SCENARIO), **own},
        command=f"userfirst run {SCENARIO}{' --allow-code' if own else ''}", model_version=version,
        root_seed=seed, planned=1, failures=(),
    )  # fmt: skip


def _of_study(folder: Path, store: Store) -> Subject:
    from sim.analysis.points import points_of
    from sim.analysis.stored import stored_study
    from sim.experiments.reading import read_study

    files = {name: _text(folder, name) for name in (STUDY, SCENARIO)}
    for name, text in files.items():
        written = store.meta.get(f"file {name}")
        if written is not None and written != hashlib.sha256(text.encode()).hexdigest():
            raise StoreError(f"{folder / name} {CHANGED}")
    own = _own_files(folder)
    study, _ = read_study(folder / STUDY)
    runs = store.run_table()
    failed = runs[runs["status"] == "FAILED"]
    found = stored_study(folder)
    return Subject(
        points=points_of(found),
        title=store.title, tables=found.tables, settings=found.settings, maps=found.maps,
        treatments=store.treatments(), study=study, scenario=_scenario(folder), files=files | own,
        command=f"userfirst sweep {STUDY}{' --allow-code' if own else ''}",
        model_version=store.meta["version"],
        root_seed=int(store.meta["root_seed"]), planned=store.counts()[2],
        failures=tuple(
            (str(one.treatment), int(one.replicate), _raised(str(one.error)))
            for one in failed.itertuples()
        ),
    )  # fmt: skip


def _scenario(folder: Path) -> Scenario:
    from sim.scenario.read import load

    return load(folder / SCENARIO)


def _own_files(folder: Path) -> dict[str, str]:
    """Texts of the files of a person's own strategies that a folder of results keeps."""
    from sim.experiments.own_files import FOLDER

    names = sorted(path.name for path in (folder / FOLDER).glob("*.py"))
    return {f"{FOLDER}/{name}": _text(folder, f"{FOLDER}/{name}") for name in names}


def _text(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{folder / name}: {error.strerror or error}") from error


def _raised(error: str) -> str:
    """What was raised, without the traceback, the replay line and folders of the machine."""
    lines = [line for line in error.splitlines() if line.strip()]
    said = [line for line in lines if not line.startswith("seed ")]
    return _FOLDERS.sub("", said[-1]) if said else "no message"
