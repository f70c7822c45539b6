"""The door of this room: a study in, a folder of results out."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path

from sim.experiments.design import plan
from sim.experiments.own_files import copies_of, study_with_copies, with_copies
from sim.experiments.reading import ResolvedStudy, resolve
from sim.experiments.runner import run_plan
from sim.experiments.single import slug
from sim.experiments.stopping import Judge, Look, look, rounds, stored
from sim.experiments.study import Stop
from sim.experiments.ways import Progress, Ways
from sim.experiments.worker import Keep
from sim.experiments.writer import Plan

__all__ = [
    "Judge", "Look", "Progress", "ResolvedStudy", "Swept", "Ways", "folder_of", "planned",
    "resolve", "sweep", "sweep_into",
]  # fmt: skip


@dataclass(frozen=True)
class Swept:
    """A sweep that is complete: where its results are, how many runs, and the looks on the way."""

    folder: Path
    progress: Progress
    looks: tuple[Look, ...] = ()


def folder_of(study: ResolvedStudy, out: str | Path = "results") -> Path:
    """The folder of a study's results: ``<out>/<name of the study>``."""
    return Path(out) / slug(study.name)


def sweep(
    study: ResolvedStudy,
    out: str | Path = "results",
    ways: Ways | None = None,
    judge: Judge | None = None,
) -> Swept:
    """Make every run of a study that its folder lacks, on all cores.

    judge: needed by a study that stops by itself.  Raises Interrupted when stopped (the runs
    made are stored and the next sweep goes on), StoreError when the folder cannot be written,
    StoreBusy when another sweep writes to it.
    """
    return sweep_into(folder_of(study, out), study, ways or Ways(), judge)


def sweep_into(folder: Path, study: ResolvedStudy, ways: Ways, judge: Judge | None = None) -> Swept:
    """The same into a folder of any name."""
    if study.study.stop is None:
        return Swept(folder, run_plan(folder, planned(study), ways))
    if judge is None:
        raise ValueError("a study that stops by itself needs a judge")
    return _by_rounds(folder, study, study.study.stop, ways, judge)


def _by_rounds(folder: Path, study: ResolvedStudy, stop: Stop, ways: Ways, judge: Judge) -> Swept:
    """Rounds of replicates until the judge has seen enough; runs that are stored are only read."""
    if ways.failed:
        _retry(folder, study, stop, ways)
        ways = replace(ways, failed=False)
    looks: list[Look] = []
    progress: Progress | None = None
    for n in rounds(stop):
        this, progress = planned(study, n), None
        there = stored(folder, stop.measure)
        if any(run.key not in there.status for run in this.runs):
            progress = run_plan(folder, this, ways)
            there = stored(folder, stop.measure)
        looks.append(look(stop, this.runs, there.firms, n, judge.interval))
        if judge.told is not None:
            judge.told(looks[-1])
        if looks[-1].enough:
            break
    # rounds that were only read may not be what the folder last had as its plan
    return Swept(folder, progress or run_plan(folder, this, ways), tuple(looks))


def _retry(folder: Path, study: ResolvedStudy, stop: Stop, ways: Ways) -> None:
    """Make failed runs again, once, in all rounds that were begun."""
    there = stored(folder, stop.measure).status
    plans = (planned(study, n) for n in rounds(stop))
    begun = [p for p in plans if any(run.key in there for run in p.runs[-len(p.treatments) :])]
    if begun:
        run_plan(folder, begun[-1], ways)


def planned(study: ResolvedStudy, replicates: int | None = None) -> Plan:
    """The study as it is to be stored; replicates: of this round, where it stops by itself."""
    from sim.experiments.readme import readme
    from sim.scenario.read import dump

    said = study.study
    n = said.replicates if said.stop is None else replicates or said.stop.at_least
    return Plan(
        title=said.title,
        root_seed=study.root,
        measures=said.measures,
        keep=Keep(said.series_every, said.series),
        treatments=study.treatments,
        runs=tuple(plan(study.treatments, n, study.root, own_seeds=said.seeds == "own")),
        texts={
            **copies_of([study.base, *(each.scenario for each in study.treatments)]),
            "scenario.yaml": dump(with_copies(study.base)),
            "study.yaml": _study_yaml(study),
            "README.txt": readme(said, study.treatments, study.root, n),
        },
    )


def _study_yaml(study: ResolvedStudy) -> str:
    """The study as a file that sweeps again, about the scenario beside it."""
    from ruamel.yaml import YAML

    said = study_with_copies(study.study.model_dump(mode="json", exclude_unset=True), study.own)
    said |= {"scenario": "scenario.yaml", "seed": study.root}
    if study.study.stop is None:
        said.pop("stop", None)
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    text = io.StringIO()
    yaml.dump(said, text)
    return text.getvalue()
