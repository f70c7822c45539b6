"""Every number and choice of a scenario: what it means, its unit, bounds, default and source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.fields import bare, branches, choices, extra, is_block, item_type, rule_of
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Parameter:
    """One key of a scenario.

    path: dotted, ``[]`` for any element of a list; with a scenario, as ``--set`` takes it.
    low, high: inclusive bounds, None where there is none.  choices: the words allowed.
    default: None also where the key is required.  value: what the scenario says.
    """

    path: str
    meaning: str
    unit: str
    low: float | None
    high: float | None
    default: Any
    source: str
    required: bool = False
    choices: tuple[str, ...] = ()
    value: Any = None


def parameters(scenario: Scenario | None = None) -> list[Parameter]:
    """All parameters in the order of the types; with a scenario, those it has, and their values."""
    found: dict[str, Parameter] = {}
    for each in _of_block(Scenario, scenario, ""):
        found.setdefault(each.path, each)  # kinds of reach share some keys
    return list(found.values())


def _of_block(block: type[BaseModel], holder: BaseModel | None, prefix: str) -> Iterator[Parameter]:
    for name, field in block.model_fields.items():
        value = getattr(holder, name) if holder is not None else None
        yield from _of_field(field, value, f"{prefix}{name}", described=holder is not None)


def _of_field(field: FieldInfo, value: Any, path: str, *, described: bool) -> Iterator[Parameter]:
    """A field's own line, unless it is a block, and the lines of what is below it."""
    item = item_type(field.annotation)
    if item is not None and is_block(bare(item)):
        if not described:
            yield from _of_block(bare(item), None, f"{path}[].")
        for place, element in enumerate(value or ()):
            name = getattr(element, "name", place)
            yield from _of_block(bare(item), element, f"{path}.{name}.")
        return
    blocks = [each for each in map(bare, branches(field.annotation)) if is_block(each)]
    if described:
        blocks = [each for each in blocks if type(value) is each]
    if not blocks or any(not is_block(bare(each)) for each in _real(field)):
        yield _line(field, None if blocks and described else value, path)
    for block in blocks:
        yield from _of_block(block, value if described else None, f"{path}.")


def _real(field: FieldInfo) -> list[Any]:
    """The types a field's value may have when there is one."""
    return [each for each in branches(field.annotation) if each is not type(None)]


def _line(field: FieldInfo, value: Any, path: str) -> Parameter:
    rule = rule_of(field)
    for each in _real(field):
        rule = rule.narrowed(getattr(each, "__metadata__", ()))
    required = field.is_required()
    words = tuple(str(word) for each in _real(field) for word in choices(bare(each)))
    return Parameter(
        path=path,
        meaning=field.description or "",
        unit=rule.unit,
        low=rule.low,
        high=rule.high,
        default=None if required else field.default,
        source=extra(field, "source"),
        required=required,
        choices=words,
        value=value,
    )
