"""From the name of a study, or of a scenario, to everything a sweep needs, or located faults."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.experiments.design import Settings, Treatment, combinations
from sim.experiments.study import MAX_RUNS, Study, contradictions, count_treatments
from sim.scenario.faults import Fault, FaultList, Mark, ScenarioFaults, single, way_out
from sim.scenario.file_text import read_text
from sim.scenario.folders import beside, catalogue_folder, catalogue_names, find, label, names_in
from sim.scenario.overrides import ORIGIN, overridden
from sim.scenario.read import digest
from sim.scenario.resolve import read_tree, resolved
from sim.scenario.schema import Scenario
from sim.scenario.shape import Checker, at
from sim.scenario.yaml_nodes import Items, Node, Pairs, parse

SUFFIX = ".yaml"


@dataclass(frozen=True)
class ResolvedStudy:
    """A study whose scenario is read and whose treatments are scenarios of their own.

    name: of its results folder.  root: of all its seeds.  study: with its seed filled in.
    """

    name: str
    study: Study
    base: Scenario
    root: int
    treatments: tuple[Treatment, ...]


def studies_folder() -> Path:
    """The folder of the studies that come along."""
    return catalogue_folder() / "studies"


def study_names() -> list[str]:
    """Names of the studies that come along, sorted."""
    return names_in(studies_folder(), SUFFIX)


def resolve(
    target: str | Path,
    overrides: Sequence[str] = (),
    *,
    replicates: int | None = None,
    seed: int | None = None,
) -> ResolvedStudy:
    """The study of a file or of the catalogue; a scenario makes a study of it as it is.

    overrides: ``key=value`` of the scenario, as of ``--set``; replicates, seed: instead of
    the study's.  Raises ScenarioFaults with every fault, at its place in the study's file.
    """
    path, is_study = _found(str(target))
    changes = {"replicates": replicates, "seed": seed}
    changes = {key: value for key, value in changes.items() if value is not None}
    if not is_study:
        base = _Base(path, overrides)
        study = Study.model_validate(
            {"title": base.scenario.title, "scenario": str(path), **changes}
        )
        return _complete(path.stem, study, base, Pairs(Mark(label(path), 1, 1), {}))
    study, tree = read_study(path)
    study = Study.model_validate({**study.model_dump(exclude_unset=True), **changes})
    mark = at(tree, ["scenario"])
    scenario = beside(study.scenario, path.parent, SUFFIX, mark, "scenario", own=path)
    return _complete(path.stem, study, _Base(scenario, overrides), tree)


def read_study(path: Path) -> tuple[Study, Pairs]:
    """A study and the tree it was read from; raises ScenarioFaults."""
    name = label(path)
    faults = FaultList()
    tree = parse(read_text(path, name), name, faults)
    if not isinstance(tree, Pairs):
        raise single(tree.mark, "", "must be a mapping with keys such as title and scenario")
    checker = Checker(faults)
    plain = checker.block(tree, Study)
    faults.raise_any()
    study: Study | None = checker.constructed(Study, plain, tree, "")
    try:
        faults.raise_any()
    except ScenarioFaults as found:  # pydantic's own words for "this rule is ours"
        said = [replace(f, message=f.message.removeprefix("Value error, ")) for f in found.faults]
        raise ScenarioFaults(said) from None
    assert study is not None
    for keys, rule in contradictions(study):
        faults.add(at(tree, keys), ".".join(keys), rule)
    faults.raise_any()
    return study, tree


def _found(target: str) -> tuple[Path, bool]:
    """The file of a study or scenario, and whether it is a study's."""
    path = Path(target)
    if path.is_file():
        return path, _is_study(path)
    if target in study_names():
        return studies_folder() / f"{target}{SUFFIX}", True
    if target in catalogue_names() or path.is_dir():
        return find(target), False
    names = [*study_names(), *catalogue_names()]
    message = f"no such study or scenario{way_out(target, names)}"
    raise ScenarioFaults([Fault(target, 1, 1, "", message)])


def _is_study(path: Path) -> bool:
    """A study says which scenario it is about; a scenario has no such key."""
    tree = parse(read_text(path, label(path)), label(path), FaultList())
    return isinstance(tree, Pairs) and "scenario" in tree.pairs and "firms" not in tree.pairs


class _Base:
    """The scenario that a study varies: its tree, and what it resolves to as it is."""

    def __init__(self, path: Path, overrides: Sequence[str]) -> None:
        faults = FaultList()
        tree, self._folders = read_tree(path, faults)
        self._tree: Node = overridden(tree, overrides, faults)
        self.scenario = self._resolved(self._tree, faults)

    def _resolved(self, tree: Node, faults: FaultList) -> Scenario:
        from sim.strategies import OPTIONS

        return resolved(tree, self._folders, faults, OPTIONS)

    def with_settings(self, settings: Mapping[str, Any]) -> Scenario:
        """The scenario with these values; faults in them lie in the file ORIGIN, a line each."""
        if not settings:
            return self.scenario
        faults = FaultList()
        changes = [f"{path}={json.dumps(value)}" for path, value in settings.items()]
        return self._resolved(overridden(self._tree, changes, faults), faults)


def _complete(name: str, study: Study, base: _Base, tree: Pairs) -> ResolvedStudy:
    n_runs = count_treatments(study) * study.replicates
    if n_runs > MAX_RUNS:
        raise single(tree.mark, "", f"must be at most {MAX_RUNS:,} runs, got {n_runs:,}")
    root = base.scenario.seed if study.seed is None else study.seed
    study = study.model_copy(update={"seed": root})
    found: dict[Fault, None] = {}
    treatments: list[Treatment] = []
    for index, (title, settings) in enumerate(combinations(study)):
        try:
            scenario = base.with_settings(settings)
        except ScenarioFaults as faults:
            found.update(dict.fromkeys(_placed(faults, study, tree, index, settings)))
            if len(found) > 20:
                break
            continue
        scenario = scenario.model_copy(update={"seed": root})
        treatments.append(Treatment(index, title, settings, scenario, digest(scenario)))
    if found:
        raise ScenarioFaults(
            sorted(found, key=lambda fault: (fault.file, fault.line, fault.column))
        )
    return ResolvedStudy(name, study, base.scenario, root, tuple(treatments))


def _placed(
    faults: ScenarioFaults, study: Study, tree: Pairs, index: int, settings: Settings
) -> list[Fault]:
    """Faults of a treatment at the place in the study's file where the value was chosen."""
    placed = []
    for fault in faults.faults:
        if fault.file != ORIGIN:  # a rule between a value of the scenario and one of these
            given = ", ".join(f"{path}={value}" for path, value in settings.items())
            message = f"{fault.message} (with {given})"
            placed.append(Fault(fault.file, fault.line, fault.column, fault.key, message))
            continue
        path = list(settings)[fault.line - 1]
        keys = _keys(study, index, path, settings[path])
        mark = _key_mark(tree, keys, path) if fault.column <= len(path) else at(tree, keys)
        placed.append(Fault(*mark, fault.key or path, fault.message))
    return placed


def _keys(study: Study, index: int, path: str, value: Any) -> list[str]:
    """Where a study's file says that ``path`` is to have this value in treatment ``index``."""
    if study.design == "list":
        return ["treatments", str(index), "set", path]
    values = study.factors[path].values
    place = ["values", str(values.index(value))] if values else ["range"]
    return ["factors", path, *place]


def _key_mark(tree: Node, keys: Sequence[str], last: str) -> Mark:
    """The place of the key ``last`` on the way along ``keys``."""
    node = tree
    for key in keys:
        if isinstance(node, Pairs) and key in node.pairs:
            if key == last:
                return node.pairs[key].mark
            node = node.pairs[key].node
        elif isinstance(node, Items) and key.isdecimal() and int(key) < len(node.nodes):
            node = node.nodes[int(key)]
    return node.mark
