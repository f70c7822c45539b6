"""From a file, its ``extends`` and ``--set`` to a resolved scenario, or all its faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sim.scenario.checks import Checks
from sim.scenario.faults import FaultList, Mark, ScenarioFaults, single
from sim.scenario.file_text import MOST_BYTES, read_text
from sim.scenario.folders import SUFFIX, beside, find, label
from sim.scenario.merging import merged
from sim.scenario.overrides import overridden
from sim.scenario.own import Code
from sim.scenario.schema import Scenario
from sim.scenario.series import as_table
from sim.scenario.shape import Checker, at
from sim.scenario.yaml_nodes import Node, Pairs, Scalar, described, parse

LONGEST_CHAIN = 8  # files that extend one another


def load(
    path_or_name: str | Path,
    overrides: Sequence[str] = (),
    strategies: Mapping[str, type[BaseModel]] | None = None,
    code: Code | None = None,
) -> Scenario:
    """The scenario of a file or of the catalogue, resolved: it needs no other file.

    overrides: ``key=value`` each, as of ``--set``.  strategies: the options by name; None
    leaves names and options unchecked.  code: what runs the files that it names as
    strategies; None refuses them unread.  Raises ScenarioFaults with every fault found.
    """
    faults = FaultList()
    tree, folders = read_tree(find(path_or_name), faults)
    tree = overridden(tree, overrides, faults)
    return resolved(tree, folders, faults, strategies, code)


def read_tree(path: Path, faults: FaultList) -> tuple[Node, dict[str, Path]]:
    """The tree of a file as it extends others, and the folder of each file by its name."""
    chain: list[Path] = []
    trees: list[Pairs] = []
    folders: dict[str, Path] = {}
    left = MOST_BYTES
    following: Path | None = path
    while following is not None:
        chain.append(following.resolve())
        name = label(following)
        folders[name] = following.parent
        text = read_text(following, name, left)
        left -= len(text.encode())
        tree, extends = _without_extends(parse(text, name, faults))
        trees.append(tree)
        following = _parent(extends, following.parent, chain)
    whole: Node = trees.pop()
    while trees:
        whole = merged(whole, trees.pop(), Scenario, faults, "")
    return whole, folders


def _without_extends(tree: Node) -> tuple[Pairs, Node | None]:
    """A file's own keys, and what it extends."""
    if not isinstance(tree, Pairs):
        rule = "must be a mapping with keys such as title and firms"
        raise single(tree.mark, "", f"{rule}, got {described(tree)}")
    own = {key: pair for key, pair in tree.pairs.items() if key != "extends"}
    extends = tree.pairs.get("extends")
    return Pairs(tree.mark, own), extends.node if extends is not None else None


def _parent(extends: Node | None, folder: Path, chain: list[Path]) -> Path | None:
    """The file that is extended, None at the end of the chain."""
    if extends is None:
        return None
    if not isinstance(extends, Scalar) or not isinstance(extends.value, str) or not extends.value:
        message = f"must be the name or path of a scenario, got {described(extends)}"
        raise single(extends.mark, "extends", message)
    parent = beside(extends.value, folder, SUFFIX, extends.mark, "extends")
    if parent.resolve() in chain:
        round_trip = " -> ".join([*(each.name for each in chain), parent.name])
        raise single(extends.mark, "extends", f"must not come back to itself: {round_trip}")
    if len(chain) == LONGEST_CHAIN:
        message = f"must be a chain of at most {LONGEST_CHAIN} files"
        raise single(extends.mark, "extends", message)
    return parent


def resolved(
    tree: Node,
    folders: dict[str, Path],
    faults: FaultList,
    strategies: Mapping[str, type[BaseModel]] | None,
    code: Code | None = None,
) -> Scenario:
    """The scenario that a tree stands for; folders: of each file, by the name in its places.

    Raises ScenarioFaults with these faults and all that are found.
    """
    checker = Checker(faults)
    plain = checker.block(tree, Scenario)
    if isinstance(plain, dict):
        Checks(plain, tree, faults).all(strategies, folders, code)
        _read_series(plain, tree, folders, faults)
    faults.raise_any()
    scenario: Scenario | None = checker.constructed(Scenario, plain, tree, "")
    faults.raise_any()
    assert scenario is not None
    return scenario


def _read_series(
    plain: dict[str, Any], tree: Node, folders: dict[str, Path], faults: FaultList
) -> None:
    """Replace a series of reach by its numbers, in place."""
    environment = plain.get("environment")
    reach = environment.get("reach") if isinstance(environment, dict) else None
    if not isinstance(environment, dict) or not isinstance(reach, dict):
        return
    if not all(isinstance(reach.get(key), str) for key in ("series", "column")):
        return
    node = _node_of_reach(tree)
    mark: Mark = at(node, ["series"])
    folder = folders.get(mark.file, next(iter(folders.values())))
    try:
        environment["reach"] = as_table(reach, node, folder)
    except ScenarioFaults as found:
        for fault in found.faults:
            faults.add(Mark(fault.file, fault.line, fault.column), fault.key, fault.message)


def _node_of_reach(tree: Node) -> Node:
    for name in ("environment", "reach"):
        assert isinstance(tree, Pairs)
        tree = tree.pairs[name].node
    return tree
