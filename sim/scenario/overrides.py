"""``--set key=value``: a dotted key and a YAML value, as a tree that changes a scenario's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.scenario.faults import FaultList, Mark, single
from sim.scenario.fields import branch_for, branches, is_block, item_type, leaf_below
from sim.scenario.file_text import MOST_BYTES, STRAY
from sim.scenario.merging import merged, places_of
from sim.scenario.schema import Scenario
from sim.scenario.yaml_nodes import DEEPEST, Items, Node, Pair, Pairs, parse

ORIGIN = "--set"  # the file that faults of an override name; its line is the override's number


def overridden(
    tree: Node, overrides: Sequence[str], faults: FaultList, origin: str = ORIGIN
) -> Node:
    """``tree`` as the overrides change it, one after the other.

    Elements of a list go by index or name: ``firms.0.cash``, ``firms.Newcomer.cash``.  Below
    a firm the last word is enough where it is unique: ``firms.Newcomer.price`` is
    ``firms.Newcomer.offer.price``.  origin: the file that places in them name.
    """
    for line, text in enumerate(overrides, start=1):
        change = _change(text, Mark(origin, line, 1), tree, faults)
        tree = merged(tree, change, Scenario, faults, "")
    return tree


def _change(text: str, start: Mark, tree: Node, faults: FaultList) -> Pairs:
    """The override as a mapping of mappings that holds nothing but its value."""
    origin, line = start.file, start.line
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise single(start, "", "must be key=value, such as people.count=5000")
    if len(text) > MOST_BYTES:
        raise single(start, "", f"must be at most {MOST_BYTES:,} characters long")
    if stray := STRAY.search(text):
        message = f"must be text without control characters, found U+{ord(stray[0]):04X}"
        raise single(Mark(origin, line, stray.start() + 1), "", message)
    column = len(key) + 2
    node = parse(value or "~", origin, faults, (line, column))
    path = _path(key.rstrip(), tree)
    if len(path) > DEEPEST:
        raise single(start, "", f"must have at most {DEEPEST} words between dots")
    for name, offset in reversed(path):
        mark = Mark(origin, line, 1 + offset)
        node = Pairs(mark, {name: Pair(mark, node)})
    assert isinstance(node, Pairs)
    return node


def _path(key: str, tree: Node) -> list[tuple[str, int]]:
    """The words of a dotted key with their offset, shortcuts below a firm written out."""
    path: list[tuple[str, int]] = []
    annotation: Any = Scenario
    node: Node | None = tree
    below_element = False
    offset = 0
    while offset <= len(key):
        name = _word(key[offset:], node, annotation)
        rest = key[offset + len(name) + 1 :]
        if below_element and is_block(annotation) and not rest:
            for block in _shortcut(annotation, name):
                path.append((block, offset))
        path.append((name, offset))
        below_element = item_type(annotation) is not None
        annotation, node = _below(annotation, node, name)
        offset += len(name) + 1
    return path


def _word(rest: str, node: Node | None, annotation: Any) -> str:
    """The first word of what is left of a key; the name of a list's element may hold dots."""
    if isinstance(node, Items) and item_type(annotation) is not None:
        for name in sorted(places_of(node), key=len, reverse=True):
            if rest == name or rest.startswith(f"{name}."):
                return name
    return rest.split(".", 1)[0]


def _shortcut(block: Any, name: str) -> tuple[str, ...]:
    """The blocks between ``block`` and its only leaf of this name, if that is unique."""
    if name in block.model_fields:
        return ()
    return (leaf_below(block, name) or (name,))[:-1]


def _below(annotation: Any, node: Node | None, name: str) -> tuple[Any, Node | None]:
    """Type and node one word further down, as far as they are known."""
    if len(branches(annotation)) > 1 and node is not None:
        annotation = branch_for(annotation, node)
    if isinstance(node, Items):
        place = places_of(node).get(name)
        return item_type(annotation), None if place is None else node.nodes[place]
    pair = node.pairs.get(name) if isinstance(node, Pairs) else None
    known = is_block(annotation) and name in annotation.model_fields
    below = annotation.model_fields[name].annotation if known else item_type(annotation)
    return below, pair.node if pair is not None else None
