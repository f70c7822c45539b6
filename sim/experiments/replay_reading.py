"""From the name of a replay, or its file, to everything that playing it needs, or its faults."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.experiments.replay_checks import NOT_PLAYED, ReplayChecks, is_replay, keys_of
from sim.scenario.faults import Fault, FaultList, ScenarioFaults, shown, single, way_out
from sim.scenario.file_text import read_text
from sim.scenario.folders import catalogue_folder, exists, label, names_in
from sim.scenario.history import HistorySeries
from sim.scenario.replay import NotPlayed, Observable, Replay
from sim.scenario.schema import Scenario
from sim.scenario.shape import Checker
from sim.scenario.yaml_nodes import Items, Pairs, Scalar, parse

SUFFIX = ".yaml"


__all__ = [
    "ReplayEntry", "ResolvedReplay", "find_replay", "is_replay", "keys_of", "not_played",
    "read_replay", "read_replays", "replay_catalogue", "replay_names", "replays_folder",
    "resolve_replay",
]  # fmt: skip


@dataclass(frozen=True)
class ResolvedReplay:
    """A replay whose scenario and series are read.

    name: of its results folder.  scenario: with all that the replay sets.  scenario_path: its
    file.  series and observables: in the order of ``replay.series``.  start: years, of week 0.
    """

    name: str
    path: Path
    replay: Replay
    scenario: Scenario
    scenario_path: Path
    series: tuple[HistorySeries, ...]
    observables: tuple[Observable, ...]
    start: float


@dataclass(frozen=True)
class ReplayEntry:
    """A replay of the catalogue; ``faults`` is not empty when its file is not in order.

    series: names, as the file gives them.
    """

    name: str
    path: Path
    title: str
    question: str
    scenario: str
    series: tuple[str, ...]
    faults: tuple[Fault, ...] = ()


def replays_folder() -> Path:
    """The folder of the replays that come along."""
    return catalogue_folder() / "replays"


def replay_names(folder: Path | None = None) -> list[str]:
    """Names of the replays that come along, sorted."""
    return [name for name in names_in(folder or replays_folder(), SUFFIX) if name != NOT_PLAYED]


def find_replay(name_or_path: str | Path) -> Path:
    """The file that a path or the name of a replay stands for; a file goes before a name.

    Raises ScenarioFaults with near names.
    """
    path = Path(name_or_path)
    if exists(path) and not path.is_dir():
        return path
    if str(name_or_path) in replay_names():
        return replays_folder() / f"{name_or_path}{SUFFIX}"
    message = f"no such replay{way_out(str(name_or_path), replay_names())}"
    raise ScenarioFaults([Fault(shown(str(name_or_path)), 1, 1, "", message)])


def read_replay(name_or_path: str | Path) -> Replay:
    """The replay of a file or of the catalogue, checked; raises ScenarioFaults with all faults."""
    return resolve_replay(name_or_path).replay


def resolve_replay(name_or_path: str | Path) -> ResolvedReplay:
    """A replay with its scenario and series; raises ScenarioFaults with every fault.

    Every field that it fits is tried at both ends of its range.
    """
    path = find_replay(name_or_path)
    faults = FaultList()
    tree = _tree(path, faults)
    checker = Checker(faults)
    plain = checker.block(tree, Replay)
    assert isinstance(plain, dict)
    found = ReplayChecks(plain, tree, path, faults)
    found.all()
    replay = checker.constructed(Replay, plain, tree, "") if not len(faults) else None
    faults.raise_any()
    assert replay is not None
    assert found.scenario is not None
    assert found.start is not None
    return ResolvedReplay(
        path.stem, path, replay, found.scenario, found.scenario_path,
        tuple(found.series), tuple(found.observables), found.start,
    )  # fmt: skip


def replay_catalogue(folder: Path | None = None) -> list[ReplayEntry]:
    """Every replay of the folder by name; a broken one gives an entry with its faults."""
    home = folder or replays_folder()
    return [_entry(name, home / f"{name}{SUFFIX}") for name in replay_names(home)]


def not_played(folder: Path | None = None) -> dict[str, str]:
    """Why series are not played, by their name; raises ScenarioFaults for a faulty file."""
    path = (folder or replays_folder()) / f"{NOT_PLAYED}{SUFFIX}"
    if not path.is_file():
        return {}
    return dict(_read_not_played(path).not_played)


def read_replays(name_or_path: str | Path) -> None:
    """Read a replay, or the list of series that are not played; raises ScenarioFaults."""
    path = find_replay(name_or_path)
    if NOT_PLAYED in keys_of(path):
        _read_not_played(path)
    else:
        resolve_replay(path)


def _read_not_played(path: Path) -> NotPlayed:
    from sim.scenario.history import find_series

    faults = FaultList()
    tree = _tree(path, faults)
    checker = Checker(faults)
    plain = checker.block(tree, NotPlayed)
    given = plain.get(NOT_PLAYED) if isinstance(plain, dict) else None
    node = tree.pairs[NOT_PLAYED].node if NOT_PLAYED in tree.pairs else tree
    for name in given if isinstance(given, dict) else ():
        try:
            find_series(name)
        except ScenarioFaults as error:
            mark = node.pairs[name].mark if isinstance(node, Pairs) else node.mark
            faults.add(mark, f"{NOT_PLAYED}.{shown(name)}", error.faults[0].message)
    faults.raise_any()
    made: NotPlayed | None = checker.constructed(NotPlayed, plain, tree, "")
    faults.raise_any()
    assert made is not None
    return made


def _tree(path: Path, faults: FaultList) -> Pairs:
    name = label(path)
    tree = parse(read_text(path, name), name, faults)
    if not isinstance(tree, Pairs):
        raise single(tree.mark, "", "must be a mapping with keys such as title and scenario")
    return tree


def _entry(name: str, path: Path) -> ReplayEntry:
    try:
        replay = read_replay(path)
    except ScenarioFaults as found:
        title, question, scenario = (_said(path, key) for key in ("title", "question", "scenario"))
        return ReplayEntry(name, path, title, question, scenario, _named(path), found.faults)
    series = tuple(each.series for each in replay.series)
    return ReplayEntry(name, path, replay.title, replay.question, replay.scenario, series)


def _said(path: Path, key: str) -> str:
    """What a file with faults says under a key, as far as it is readable."""
    try:
        pair = _tree(path, FaultList()).pairs.get(key)
    except ScenarioFaults:
        return ""
    node = pair.node if pair is not None else None
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def _named(path: Path) -> tuple[str, ...]:
    """Series of a file with faults, as far as readable."""
    try:
        pair = _tree(path, FaultList()).pairs.get("series")
    except ScenarioFaults:
        return ()
    nodes = pair.node.nodes if pair is not None and isinstance(pair.node, Items) else ()
    found = [each.pairs["series"].node for each in nodes
             if isinstance(each, Pairs) and "series" in each.pairs]  # fmt: skip
    return tuple(str(each.value) for each in found if isinstance(each, Scalar))
