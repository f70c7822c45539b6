"""What the types say of a key: kind, unit, bounds, and the keys below it."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, TypeGuard, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.yaml_nodes import Items, Node, Pairs, Scalar


@dataclass(frozen=True)
class Rule:
    """Unit and bounds of a value; lengths are those of a text or a list."""

    unit: str = "-"
    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None
    shortest: int = 0
    longest: int | None = None

    def narrowed(self, metadata: tuple[Any, ...] | list[Any]) -> Rule:
        """This rule with the constraints that a type's metadata add."""
        rule = self
        for each in metadata:
            if isinstance(each, FieldInfo):
                rule = rule.narrowed(each.metadata)
            for kind, name, attribute in _CONSTRAINTS:
                if isinstance(each, kind):
                    rule = replace(rule, **{name: getattr(each, attribute)})
        return rule


_CONSTRAINTS: tuple[tuple[type, str, str], ...] = (
    (Ge, "low", "ge"),
    (Le, "high", "le"),
    (Gt, "above", "gt"),
    (Lt, "below", "lt"),
    (MinLen, "shortest", "min_length"),
    (MaxLen, "longest", "max_length"),
)


def rule_of(field: FieldInfo) -> Rule:
    """Unit and bounds of a field."""
    return Rule(unit=extra(field, "unit")).narrowed(field.metadata)


def extra(field: FieldInfo, name: str) -> str:
    """Unit or source as the field gives it, ``-`` when it gives none."""
    given = field.json_schema_extra
    return str(given.get(name, "-")) if isinstance(given, Mapping) else "-"


def is_block(annotation: Any) -> TypeGuard[type[BaseModel]]:
    """Whether the type is a mapping with named keys."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def bare(annotation: Any) -> Any:
    """The type without its constraints."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def item_type(annotation: Any) -> Any:
    """Type of the elements of ``tuple[X, ...]`` or ``list[X]``, None for other types."""
    arguments = get_args(annotation)
    if get_origin(annotation) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return arguments[0]
    return arguments[0] if get_origin(annotation) is list else None


def branches(annotation: Any) -> tuple[Any, ...]:
    """The types a value may have, one when there is no choice; None's type is among them."""
    if get_origin(annotation) in (Union, types.UnionType):
        return get_args(annotation)
    return (annotation,)


def branch_for(annotation: Any, node: Node) -> Any:
    """The one type of a choice that ``node`` was meant to be, judged by its shape.

    A number, word or list takes the first branch of its kind; a mapping takes the block that
    shares most keys with it.  None when no branch has this shape.
    """
    open_to = [each for each in branches(annotation) if each is not type(None)]
    if len(open_to) == 1:
        return open_to[0]
    fitting = [each for each in open_to if _shape(bare(each)) is type(node)]
    blocks = [each for each in fitting if is_block(each)]
    if isinstance(node, Pairs) and blocks:
        return max(blocks, key=lambda block: sum(key in block.model_fields for key in node.pairs))
    if isinstance(node, Scalar) and isinstance(node.value, str):
        fitting.sort(key=lambda each: bare(each) in (int, float, bool))
    return fitting[0] if fitting else None


def _shape(annotation: Any) -> type[Node]:
    """The kind of node that a type is written as."""
    if is_block(annotation) or get_origin(annotation) is dict or annotation is dict:
        return Pairs
    return Items if get_origin(annotation) in (tuple, list) else Scalar


def choices(annotation: Any) -> tuple[Any, ...]:
    """The words of a Literal, empty for other types."""
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def leaves(block: type[BaseModel], prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of all keys below the blocks of ``block`` that are not lists, deepest included."""
    for name, field in block.model_fields.items():
        if is_block(field.annotation):
            yield from leaves(field.annotation, (*prefix, name))
        else:
            yield (*prefix, name)


def leaf_below(block: type[BaseModel], name: str) -> tuple[str, ...] | None:
    """The path of the only key called ``name`` somewhere below ``block``, else None."""
    found = [path for path in leaves(block) if path[-1] == name]
    return found[0] if len(found) == 1 else None
