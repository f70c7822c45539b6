"""Checks a tree against the types, key by key, and says what is wrong in the field's words."""

from __future__ import annotations

import math
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from sim.scenario.faults import FaultList, Mark, near, printable, shown, way_out
from sim.scenario.fields import (
    Rule,
    bare,
    branch_for,
    branches,
    choices,
    is_block,
    item_type,
    leaf_below,
    leaves,
    rule_of,
)
from sim.scenario.scalars import value_of
from sim.scenario.yaml_nodes import Items, Node, Pairs, Scalar, described


class Broken:
    """Stands in the plain values where a fault was found; there is one of it, ``BROKEN``."""

    def __repr__(self) -> str:
        return "BROKEN"


BROKEN: Final = Broken()


class Checker:
    """Turns nodes into plain values (dict, list, number, text), noting every fault."""

    def __init__(self, faults: FaultList) -> None:
        self.faults = faults

    def block(self, node: Node, block: type[BaseModel], key: str = "") -> dict[str, Any] | Broken:
        """The values of a mapping with the keys of ``block``; faulty ones are BROKEN."""
        if not isinstance(node, Pairs):
            return self._fault(node, key, "must be a mapping (key: value)")
        known = block.model_fields
        meant: set[str | None] = set()
        plain: dict[str, Any] = {}
        for name, pair in node.pairs.items():
            if name in known:
                plain[name] = self._field(pair.node, known[name], joined(key, name))
            else:
                meant.add(near(name, known))
                self.faults.add(pair.mark, joined(key, shown(name)), _unknown(name, block))
        for name, field in known.items():
            if field.is_required() and name not in plain and name not in meant:
                meaning = field.description or "no default"
                self.faults.add(node.mark, joined(key, name), f"missing ({meaning})")
        return plain

    def _field(self, node: Node, field: FieldInfo, key: str) -> Any:
        return self.value(node, field.annotation, rule_of(field), key)

    def value(self, node: Node, annotation: Any, rule: Rule, key: str) -> Any:
        """The plain value of a node that should have this type, or BROKEN."""
        empty = isinstance(node, Scalar) and node.value is None
        if empty and type(None) in branches(annotation):
            return None
        if empty and annotation is not Any:
            return self._fault(node, key, "must have a value, or be left out", got=False)
        chosen = branch_for(annotation, node)
        if chosen is None:
            return self._fault(node, key, f"must be {_forms(annotation, rule)}")
        if hasattr(chosen, "__metadata__"):
            rule, chosen = rule.narrowed(chosen.__metadata__), bare(chosen)
        if is_block(chosen):
            return self.block(node, chosen, key)
        if (item := item_type(chosen)) is not None:
            return self._list(node, item, rule, key)
        if get_origin(chosen) is dict:
            return self._dict(node, get_args(chosen), rule, key)
        return self._single(node, chosen, rule, key)

    def _list(self, node: Node, item: Any, rule: Rule, key: str) -> list[Any] | Broken:
        if isinstance(node, Pairs):
            return self._fault(
                node, key, "must be a list; a mapping only changes elements of a list that is there"
            )
        if not isinstance(node, Items):
            return self._fault(node, key, "must be a list")
        n = len(node.nodes)
        if n < rule.shortest:
            return self._fault(node, key, f"must have at least {rule.shortest} element", got=False)
        if rule.longest is not None and n > rule.longest:
            self.faults.add(node.mark, key, f"must have at most {rule.longest} elements, got {n}")
            return BROKEN
        element = Rule(unit=rule.unit)
        return [
            self.value(each, item, element, joined(key, str(n)))
            for n, each in enumerate(node.nodes)
        ]

    def _dict(self, node: Node, types: tuple[Any, ...], rule: Rule, key: str) -> Any:
        if not isinstance(node, Pairs):
            return self._fault(node, key, "must be a mapping (key: value)")
        words = choices(types[0])
        plain: dict[str, Any] = {}
        for name, pair in node.pairs.items():
            if words and name not in words:
                message = f"unknown key{way_out(name, words)}"
                self.faults.add(pair.mark, joined(key, shown(name)), message)
            else:
                plain[name] = self.value(pair.node, types[1], rule, joined(key, shown(name)))
        return plain

    def _single(self, node: Node, kind: Any, rule: Rule, key: str) -> Any:
        if kind is Any:
            return self._anything(node, key)
        if kind in (int, float):
            return self._number(node, kind, rule, key)
        if words := choices(kind):
            return self._word(node, words, key)
        if kind is str:
            return self._text(node, rule, key)
        if kind is bool:
            if isinstance(node, Scalar) and isinstance(node.value, bool):
                return node.value
            return self._fault(node, key, "must be true or false")
        return self._anything(node, key)  # a type of some strategy's own: pydantic judges it

    def _number(self, node: Node, kind: type, rule: Rule, key: str) -> Any:
        noun = "a whole number" if kind is int else "a number"
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            hint = " (without quotes)" if _quoted_number(node) else _unit(rule)
            return self._fault(node, key, f"must be {noun}{hint}")
        if not math.isfinite(value):
            return self._fault(node, key, f"must be {noun} that is finite{_unit(rule)}")
        if kind is int and value != int(value):
            return self._fault(node, key, f"must be {noun}{_unit(rule)}")
        if (bound := _bound(value, rule)) is not None:
            return self._fault(node, key, f"must be {bound}{_unit(rule)}")
        return int(value) if kind is int else value

    def _word(self, node: Node, words: tuple[Any, ...], key: str) -> Any:
        value = node.value if isinstance(node, Scalar) else None
        if value in words and not isinstance(value, bool):
            return value
        names = [str(word) for word in words]
        close = near(value, names) if isinstance(value, str) else None
        hint = f"; did you mean {close}?" if close else ""
        return self._fault(node, key, f"must be one of {', '.join(names)}", hint=hint)

    def _text(self, node: Node, rule: Rule, key: str) -> Any:
        if not isinstance(node, Scalar):
            return self._fault(node, key, "must be text")
        if not isinstance(node.value, str):
            return self._fault(node, key, "must be text (in quotes, if that is meant)")
        length = len(node.value)
        if length < rule.shortest:
            return self._fault(node, key, "must not be empty", got=False)
        if rule.longest is not None and length > rule.longest:
            self.faults.add(
                node.mark, key, f"must be at most {rule.longest} characters long, got {length}"
            )
            return BROKEN
        return node.value

    def _anything(self, node: Node, key: str) -> Any:
        """Any value at all, of finite numbers."""
        if isinstance(node, Pairs):
            return {
                name: self._anything(pair.node, joined(key, shown(name)))
                for name, pair in node.pairs.items()
            }
        if isinstance(node, Items):
            return [self._anything(each, f"{key}.{n}") for n, each in enumerate(node.nodes)]
        if isinstance(node.value, float) and not math.isfinite(node.value):
            return self._fault(node, key, "must be a number that is finite")
        return node.value

    def _fault(
        self, node: Node, key: str, rule: str, *, got: bool = True, hint: str = ""
    ) -> Broken:
        found = f", got {described(node)}" if got else ""
        self.faults.add(node.mark, key, f"{rule}{found}{hint}")
        return BROKEN

    def constructed(self, block: type[BaseModel], plain: Any, node: Node, key: str) -> Any:
        """The block made of faultless plain values, or None with a fault for each complaint.

        What this module lets through and a type of its own refuses is located here.
        """
        try:
            return block.model_validate(plain)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                rule = (
                    each["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
                )
                path = [str(part) for part in each["loc"]]
                full = ".".join([key, *path] if key else path)
                self.faults.add(at(node, path), full, shown(rule) if len(rule) > 200 else rule)
            return None


def joined(key: str, name: str) -> str:
    """``key.name``, or ``name`` at the top."""
    return f"{key}.{name}" if key else printable(name)


def at(node: Node, path: list[str]) -> Mark:
    """The place of the value at ``path`` below ``node``, as far down as there is something."""
    for name in path:
        if isinstance(node, Pairs) and name in node.pairs:
            node = node.pairs[name].node
        elif isinstance(node, Items) and name.isdecimal() and int(name) < len(node.nodes):
            node = node.nodes[int(name)]
    return node.mark


def _unknown(name: str, block: type[BaseModel]) -> str:
    """What is said of a key that ``block`` does not have."""
    if name == "<<":
        return "unknown key; YAML 1.2 merges nothing by <<, use extends"
    if near(name, block.model_fields) is None:
        lasts = {path[-1]: path for path in leaves(block) if len(path) > 1}
        if (close := near(name, lasts)) is not None and leaf_below(block, close):
            return f"unknown key here; did you mean {'.'.join(lasts[close])}?"
    return f"unknown key{way_out(name, list(block.model_fields))}"


def _unit(rule: Rule) -> str:
    return "" if rule.unit in ("", "-") else f" ({rule.unit})"


def _quoted_number(node: Node) -> bool:
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return False
    return isinstance(value_of(node.value), int | float)


def _bound(value: float, rule: Rule) -> str | None:
    """The bound that ``value`` breaks, in words."""
    if rule.low is not None and value < rule.low:
        return f"at least {_plain(rule.low)}"
    if rule.above is not None and value <= rule.above:
        return f"more than {_plain(rule.above)}"
    if rule.high is not None and value > rule.high:
        return f"at most {_plain(rule.high)}"
    if rule.below is not None and value >= rule.below:
        return f"less than {_plain(rule.below)}"
    return None


def _plain(bound: float) -> str:
    return f"{bound:,}" if isinstance(bound, int) else f"{bound:g}"


def _forms(annotation: Any, rule: Rule) -> str:
    """What a value may be written as, where there is a choice: ``a number or a mapping``."""
    said = []
    for each in branches(annotation):
        kind = bare(each)
        if is_block(kind) or get_origin(kind) is dict:
            said.append("a mapping")
        elif item_type(kind) is not None:
            said.append("a list")
        elif kind in (int, float):
            said.append(f"a number{_unit(rule)}")
        else:
            said.append("text")
    return " or ".join(dict.fromkeys(said))
