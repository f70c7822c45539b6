"""The scenarios that come along, each with its question and what to watch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.scenario.faults import Fault, FaultList, ScenarioFaults
from sim.scenario.folders import SUFFIX, catalogue_folder, catalogue_names
from sim.scenario.resolve import load, read_tree
from sim.scenario.yaml_nodes import Items, Node, Pairs, Scalar


@dataclass(frozen=True)
class CatalogueEntry:
    """A scenario of the catalogue; ``faults`` is not empty when its file is not in order."""

    name: str
    path: Path
    title: str
    question: str
    watch: tuple[str, ...]
    faults: tuple[Fault, ...] = ()


def catalogue(folder: Path | None = None) -> list[CatalogueEntry]:
    """All scenarios of the catalogue by name; a broken file gives an entry with its faults."""
    home = folder or catalogue_folder()
    return [_entry(name, home / f"{name}{SUFFIX}") for name in catalogue_names(home)]


def _entry(name: str, path: Path) -> CatalogueEntry:
    try:
        scenario = load(path)
    except ScenarioFaults as found:
        title, question, watch = _words(path)
        return CatalogueEntry(name, path, title, question, watch, found.faults)
    return CatalogueEntry(name, path, scenario.title, scenario.question, scenario.watch)


def _words(path: Path) -> tuple[str, str, tuple[str, ...]]:
    """Title, question and what to watch of a file that has faults, as far as readable."""
    try:
        tree, _ = read_tree(path, FaultList())
    except ScenarioFaults:
        return "", "", ()
    watch = _value(tree, "watch")
    nodes = watch.nodes if isinstance(watch, Items) else ()
    return (
        _said(_value(tree, "title")),
        _said(_value(tree, "question")),
        tuple(_said(node) for node in nodes),
    )


def _value(tree: Node, key: str) -> Node | None:
    pair = tree.pairs.get(key) if isinstance(tree, Pairs) else None
    return pair.node if pair is not None else None


def _said(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""
