"""From the name of a study, or of a scenario, to everything a sweep needs, or located faults."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.contradictions import contradictions
from sim.experiments.design import Treatment, Whole, combinations
from sim.experiments.factors import is_whole
from sim.experiments.own_files import own_words
from sim.experiments.places import CHOSEN, placed, whole_faults
from sim.experiments.study import MAX_RUNS, SAMPLED, Study, count_treatments
from sim.scenario.faults import Fault, FaultList, Mark, ScenarioFaults, single, way_out
from sim.scenario.file_text import read_text
from sim.scenario.folders import beside, catalogue_folder, catalogue_names, find, label, names_in
from sim.scenario.overrides import ORIGIN, overridden
from sim.scenario.own import Code
from sim.scenario.read import digest
from sim.scenario.resolve import read_tree, resolved
from sim.scenario.schema import Scenario
from sim.scenario.shape import Checker, at
from sim.scenario.yaml_nodes import Node, Pair, Pairs, Scalar, parse

if TYPE_CHECKING:
    from sim.strategies.own import OwnCode

SUFFIX = ".yaml"


@dataclass(frozen=True)
class ResolvedStudy:
    """A study whose scenario is read and whose treatments are scenarios of their own.

    name: of its results folder.  root: of all its seeds.  study: with its seed filled in.
    own: digests of the files of a person's own strategies, by the words that name them there.
    """

    name: str
    study: Study
    base: Scenario
    root: int
    treatments: tuple[Treatment, ...]
    own: Mapping[str, str] = field(default_factory=dict)


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
    allow_code: bool = False,
) -> ResolvedStudy:
    """The study of a file or of the catalogue; a scenario makes a study of it as it is.

    overrides: ``key=value`` of the scenario, as of ``--set``; replicates, seed: instead of
    the study's; replicates also sets aside its rule for stopping.  allow_code: run the files
    that it names as strategies.
    Raises ScenarioFaults with every fault, at its place in the study's file.
    """
    path, is_study = _found(str(target))
    changes: dict[str, Any] = {} if seed is None else {"seed": seed}
    if replicates is not None:
        changes |= {"replicates": replicates, "stop": None}
    code = code_of(path) if allow_code else None
    if not is_study:
        base = Base(path, overrides, code)
        study = Study.model_validate(
            {"title": base.scenario.title, "scenario": str(path), **changes}
        )
        return _complete(path.stem, study, base, Pairs(Mark(label(path), 1, 1), {}))
    study, tree = read_study(path)
    study = Study.model_validate({**study.model_dump(exclude_unset=True), **changes})
    mark = at(tree, ["scenario"])
    scenario = beside(study.scenario, path.parent, SUFFIX, mark, "scenario", own=path)
    made = _complete(path.stem, study, Base(scenario, overrides, code), tree)
    return made if code is None else replace(made, own=own_words(study, path.parent, code))


def resolve_made(
    name: str,
    study: Study,
    scenario: Path,
    overrides: Sequence[str] = (),
    *,
    allow_code: bool = False,
) -> ResolvedStudy:
    """The same of a study that this program made itself, about the scenario of a file.

    name: of its results folder.  Raises ScenarioFaults.
    """
    base = Base(scenario, overrides, code_of(scenario) if allow_code else None)
    return _complete(name, study, base, Pairs(Mark(label(scenario), 1, 1), {}))


def code_of(path: Path) -> OwnCode:
    """The permission to run files; those that --set names count from the working folder."""
    from sim.strategies.own import OwnCode

    return OwnCode({ORIGIN: Path(), CHOSEN: path.parent})


def read_study(path: Path) -> tuple[Study, Pairs]:
    """A study and the tree it was read from; raises ScenarioFaults."""
    name = label(path)
    faults = FaultList()
    tree = parse(read_text(path, name), name, faults)
    if not isinstance(tree, Pairs):
        raise single(tree.mark, "", "must be a mapping with keys such as title and scenario")
    checker = Checker(faults)
    plain = checker.block(_with_size(tree, faults), Study)
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


def _with_size(tree: Pairs, faults: FaultList) -> Pairs:
    """The tree; a sampled design without its number is a fault here and passed over later."""
    design = tree.pairs.get("design")
    if design is None or not isinstance(design.node, Scalar) or design.node.value not in SAMPLED:
        return tree
    name, mark = design.node.value, design.node.mark
    faults.add(mark, "design", f"must have its number, got {name}; did you mean {{{name}: 64}}?")
    grid = Pair(design.mark, Scalar(mark, "grid", "grid"))
    return Pairs(tree.mark, {**tree.pairs, "design": grid})


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


class Base:
    """The scenario that a study varies: its tree, and what it resolves to as it is."""

    def __init__(self, path: Path, overrides: Sequence[str], code: Code | None) -> None:
        faults = FaultList()
        self._code = code
        tree, self._folders = read_tree(path, faults)
        self._tree: Node = overridden(tree, overrides, faults)
        self.scenario = self._resolved(self._tree, faults)

    def _resolved(self, tree: Node, faults: FaultList) -> Scenario:
        from sim.strategies import OPTIONS

        return resolved(tree, self._folders, faults, OPTIONS, self._code)

    def with_settings(self, settings: Mapping[str, Any]) -> Scenario:
        """The scenario with these values; faults in them lie in the file CHOSEN, a line each."""
        if not settings:
            return self.scenario
        faults = FaultList()
        changes = [f"{path}={json.dumps(value)}" for path, value in settings.items()]
        return self._resolved(overridden(self._tree, changes, faults, CHOSEN), faults)


def _complete(name: str, study: Study, base: Base, tree: Pairs) -> ResolvedStudy:
    replicates = study.replicates if study.stop is None else study.stop.at_most
    n_runs = count_treatments(study) * replicates
    if n_runs > MAX_RUNS:
        raise single(tree.mark, "", f"must be at most {MAX_RUNS:,} runs, got {n_runs:,}")
    root = base.scenario.seed if study.seed is None else study.seed
    study = study.model_copy(update={"seed": root})
    whole = frozenset(path for path in study.factors if is_whole(base.scenario, path))
    if faults := whole_faults(study, whole, tree):
        raise ScenarioFaults(faults)
    treatments = _treatments(study, base, tree, whole)
    if study.stop is not None:
        _check_strategies(study, treatments, tree)
    return ResolvedStudy(name, study, base.scenario, root, treatments)


def _treatments(study: Study, base: Base, tree: Pairs, whole: Whole) -> tuple[Treatment, ...]:
    """A scenario a treatment; raises ScenarioFaults at the places where values were chosen."""
    found: dict[Fault, None] = {}
    treatments: list[Treatment] = []
    for index, (title, settings) in enumerate(combinations(study, whole)):
        try:
            scenario = base.with_settings(settings)
        except ScenarioFaults as faults:
            found.update(dict.fromkeys(placed(faults, study, tree, index, settings)))
            if len(found) > 20:
                break
            continue
        scenario = scenario.model_copy(update={"seed": study.seed})
        treatments.append(Treatment(index, title, settings, scenario, digest(scenario)))
    if found:
        raise ScenarioFaults(
            sorted(found, key=lambda fault: (fault.file, fault.line, fault.column))
        )
    return tuple(treatments)


def _check_strategies(study: Study, treatments: Sequence[Treatment], tree: Pairs) -> None:
    """Raise ScenarioFaults where the stopping rule waits for a strategy that no firm has."""
    from sim.experiments.stopping import asked, strategies_of

    assert study.stop is not None
    names = asked(study.stop)
    there = [strategies_of(each.scenario) for each in treatments]
    every = sorted(set().union(*there))
    faults = FaultList()
    for i, name in enumerate(names):
        keys = ["stop", "strategy"] if study.stop.strategy else ["stop", "between", str(i)]
        if name not in every:
            rule = f"must be the strategy of some firm, got {name}{way_out(name, every)}"
            faults.add(at(tree, keys), ".".join(keys), rule)
    if not len(faults) and not any(set(names) <= each for each in there):
        rule = "must be two strategies that meet in some treatment"
        faults.add(at(tree, ["stop", "between"]), "stop.between", rule)
    faults.raise_any()
