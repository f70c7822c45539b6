"""How one tree changes another: what ``extends`` and ``--set`` do.

| parent  | child   | result |
| ------- | ------- | ------ |
| mapping | mapping | key by key |
| list    | list    | the child's list |
| list    | mapping | the named elements change: by name (firms), or by index from 0 |
| number of ``quality`` | mapping over needs | that number for all needs, then the mapping |
| ``strategy``: name | mapping without ``use`` | options of that strategy |
| ``strategy``       | mapping with ``use``, or a name | the child's |
| ``reach``: mapping | mapping of another kind | the child's |
| anything | anything else | the child's |

Places stay those of the file in which a value stands.
"""

from __future__ import annotations

from typing import Any, get_args, get_origin

from sim.scenario.faults import FaultList, shown, way_out
from sim.scenario.fields import bare, branch_for, branches, choices, is_block, item_type
from sim.scenario.shape import joined
from sim.scenario.yaml_nodes import Items, Node, Pair, Pairs, Scalar


def merged(parent: Node | None, child: Node, annotation: Any, faults: FaultList, key: str) -> Node:
    """``parent`` as ``child`` changes it; neither is altered.

    annotation: the type both should have, None when unknown.  Faults name elements that the
    parent's list does not have.
    """
    if parent is None or not isinstance(child, Pairs):
        return child
    if isinstance(parent, Items):
        item = item_type(annotation)
        return child if item is None else _elements(parent, child, item, faults, key)
    if len(branches(annotation)) > 1:
        annotation, base = _chosen(parent, child, annotation)
        if base is None:
            return child
        parent = base
    if not isinstance(parent, Pairs):
        return child
    pairs = dict(parent.pairs)
    for name, pair in child.pairs.items():
        before = pairs[name].node if name in pairs else None
        below = _type_below(annotation, name)
        pairs[name] = Pair(
            pair.mark, merged(before, pair.node, below, faults, joined(key, shown(name)))
        )
    return Pairs(parent.mark, pairs)


def _chosen(parent: Node, child: Pairs, annotation: Any) -> tuple[Any, Pairs | None]:
    """Type and mapping that a child of a choice changes, or None where it replaces."""
    chosen = branch_for(annotation, child)
    if get_origin(chosen) is dict:
        return chosen, _as_mapping(parent, child, chosen)
    if not isinstance(parent, Pairs):
        return chosen, None
    kept = branch_for(annotation, parent)
    fits = is_block(kept) and all(name in kept.model_fields for name in child.pairs)
    return kept, parent if fits else None


def _as_mapping(parent: Node, child: Pairs, annotation: Any) -> Pairs | None:
    """The mapping that a number for all needs, or a strategy's name, stands for."""
    words = choices(get_args(annotation)[0])
    if words:
        if isinstance(parent, Scalar):
            return Pairs(parent.mark, {word: Pair(parent.mark, parent) for word in words})
    elif "use" in child.pairs:
        return None
    elif isinstance(parent, Scalar):
        return Pairs(parent.mark, {"use": Pair(parent.mark, parent)})
    return parent if isinstance(parent, Pairs) else None


def _elements(parent: Items, child: Pairs, item: Any, faults: FaultList, key: str) -> Items:
    nodes = list(parent.nodes)
    places = places_of(parent)
    for name, pair in child.pairs.items():
        place = places.get(name)
        if place is None:
            message = f"no such element to change{way_out(name, list(places))}"
            faults.add(pair.mark, joined(key, shown(name)), message)
        else:
            below = joined(key, str(place))
            nodes[place] = merged(nodes[place], pair.node, bare(item), faults, below)
    return Items(parent.mark, tuple(nodes))


def places_of(items: Items) -> dict[str, int]:
    """What elements of a list go by, names first, then indices, with their index."""
    places: dict[str, int] = {}
    for place, node in enumerate(items.nodes):
        pair = node.pairs.get("name") if isinstance(node, Pairs) else None
        if pair is not None and isinstance(pair.node, Scalar):
            places.setdefault(str(pair.node.value), place)
    for place in range(len(items.nodes)):
        places.setdefault(str(place), place)
    return places


def _type_below(annotation: Any, name: str) -> Any:
    if is_block(annotation) and name in annotation.model_fields:
        return annotation.model_fields[name].annotation
    return get_args(annotation)[1] if get_origin(annotation) is dict else None
