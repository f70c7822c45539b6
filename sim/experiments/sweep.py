"""The door of this room: a study in, a folder of results out."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from sim.experiments.design import plan
from sim.experiments.reading import ResolvedStudy, resolve
from sim.experiments.runner import Progress, Ways, run_plan
from sim.experiments.single import slug
from sim.experiments.worker import Keep
from sim.experiments.writer import Plan

__all__ = ["Progress", "ResolvedStudy", "Swept", "Ways", "folder_of", "planned", "resolve", "sweep"]


@dataclass(frozen=True)
class Swept:
    """A sweep that is complete: where its results are, and how many runs there are."""

    folder: Path
    progress: Progress


def folder_of(study: ResolvedStudy, out: str | Path = "results") -> Path:
    """The folder of a study's results: ``<out>/<name of the study>``."""
    return Path(out) / slug(study.name)


def sweep(study: ResolvedStudy, out: str | Path = "results", ways: Ways | None = None) -> Swept:
    """Make every run of a study that its folder lacks, on all cores.

    Raises Interrupted when stopped (the runs made are stored and the next sweep goes on),
    StoreError when the folder cannot be written, StoreBusy when another sweep writes to it.
    """
    folder = folder_of(study, out)
    return Swept(folder, run_plan(folder, planned(study), ways or Ways()))


def planned(study: ResolvedStudy) -> Plan:
    """The study as it is to be stored."""
    from sim.experiments.readme import readme
    from sim.scenario.read import dump

    said = study.study
    return Plan(
        title=said.title,
        root_seed=study.root,
        measures=said.measures,
        keep=Keep(said.series_every, said.series),
        treatments=study.treatments,
        runs=tuple(plan(study.treatments, said.replicates, study.root)),
        texts={
            "scenario.yaml": dump(study.base),
            "study.yaml": _study_yaml(study),
            "README.txt": readme(said, study.treatments, study.root),
        },
    )


def _study_yaml(study: ResolvedStudy) -> str:
    """The study as a file that sweeps again, about the scenario beside it."""
    from ruamel.yaml import YAML

    said = study.study.model_dump(mode="json", exclude_unset=True)
    said |= {"scenario": "scenario.yaml", "seed": study.root}
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    text = io.StringIO()
    yaml.dump(said, text)
    return text.getvalue()
