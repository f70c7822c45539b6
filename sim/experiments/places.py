"""Where a study's file chose a value: the places of what is wrong with its treatments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.experiments.study import LISTING, SAMPLED, Study
from sim.scenario.faults import Fault, Mark, ScenarioFaults
from sim.scenario.shape import at
from sim.scenario.yaml_nodes import Items, Node, Pairs

if TYPE_CHECKING:
    from sim.experiments.design import Settings, Whole


CHOSEN = "study"  # the file that faults in a treatment's values name, a line a value


def whole_faults(study: Study, whole: Whole, tree: Pairs) -> list[Fault]:
    """Ranges over whole numbers that hold too few of them, or end between two."""
    found = []
    for path in study.factors:
        span = study.factors[path].range
        if path not in whole or not span:
            continue
        for i, bound in enumerate(span):
            if bound != math.floor(bound):
                keys = ["factors", path, "range", str(i)]
                found.append(_fault(tree, keys, f"must be a whole number, got {bound:g}"))
        if study.kind not in SAMPLED:
            levels = study.factors[path].levels(whole=True)
            if len(set(levels)) < len(levels):
                rule = f"must hold {len(levels)} different levels that are whole numbers"
                rule += f", got {', '.join(map(str, levels))}"
                found.append(_fault(tree, ["factors", path, "range"], rule))
    return found


def _fault(tree: Pairs, keys: Sequence[str], rule: str) -> Fault:
    return Fault(*at(tree, list(keys)), ".".join(keys), rule)


def placed(
    faults: ScenarioFaults, study: Study, tree: Pairs, index: int, settings: Settings
) -> list[Fault]:
    """Faults of a treatment at the place in the study's file where the value was chosen."""
    moved = []
    for fault in faults.faults:
        if fault.file != CHOSEN:  # a rule between a value of the scenario and one of these
            given = ", ".join(f"{path}={value}" for path, value in settings.items())
            message = f"{fault.message} (with {given})"
            moved.append(Fault(fault.file, fault.line, fault.column, fault.key, message))
            continue
        path = list(settings)[fault.line - 1]
        keys = _keys(study, index, path, settings[path])
        mark = _key_mark(tree, keys, path) if fault.column <= len(path) else at(tree, keys)
        moved.append(Fault(*mark, fault.key or path, fault.message))
    return moved


def _keys(study: Study, index: int, path: str, value: Any) -> list[str]:
    """Where a study's file says that ``path`` is to have this value in treatment ``index``."""
    if study.kind in LISTING:
        place = index - (study.kind == "paired")
        if place < 0 or path not in study.treatments[place].set:
            return ["baseline", path]
        return ["treatments", str(place), "set", path]
    values = study.factors[path].values
    return ["factors", path, *(["values", str(values.index(value))] if values else ["range"])]


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
