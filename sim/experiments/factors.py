"""What a path of a study points to in the scenario: its type, and its value as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from sim.scenario.fields import bare, branches, item_type, leaf_below

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


class Place(NamedTuple):
    """Type and value at a path; the type is None where the types do not say."""

    annotation: Any
    value: Any


def place_of(scenario: Scenario, path: str) -> Place | None:
    """What a path such as ``firms.Newcomer.cash`` points to; None where it ends in nothing.

    Paths are those of ``--set``: elements of a list by name or index, and below a firm its last
    word where that is unique.
    """
    here: Place | None = Place(type(scenario), scenario)
    rest, element = path, False
    while rest and here is not None:
        if isinstance(here.value, tuple):
            here, rest, element = *_element(here, rest), True
            continue
        name, _, rest = rest.partition(".")
        here, element = _below(here, name, shortcut=element and not rest), False
    return here


def _element(here: Place, rest: str) -> tuple[Place | None, str]:
    """The element that the first words name, and the words after them; a name may hold dots."""
    names = {str(i): i for i in range(len(here.value))}
    names |= {getattr(each, "name", ""): i for i, each in reversed([*enumerate(here.value)])}
    for name in sorted(names, key=len, reverse=True):
        if name and (rest == name or rest.startswith(f"{name}.")):
            kind = item_type(here.annotation)
            return Place(kind, here.value[names[name]]), rest[len(name) + 1 :]
    return None, rest


def _below(here: Place, name: str, *, shortcut: bool) -> Place | None:
    value = here.value
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        if name in fields:
            found = getattr(value, name)
            return Place("strategy" if name == "strategy" else fields[name].annotation, found)
        way = leaf_below(type(value), name) if shortcut else None
        return place_of(value, ".".join(way)) if way else None  # type: ignore[arg-type]
    if here.annotation == "strategy":
        return _option(value, name)
    return Place(None, value[name]) if isinstance(value, dict) and name in value else None


def _option(strategy: str | dict[str, Any], name: str) -> Place | None:
    """An option of a strategy, as given or by default."""
    from sim.strategies.registry import options_of

    given = {"use": strategy} if isinstance(strategy, str) else strategy
    known = options_of(given)
    if known is None or name not in known.model_fields:
        return None
    field = known.model_fields[name]
    return Place(field.annotation, given.get(name, field.get_default()))


def is_whole(scenario: Scenario, path: str) -> bool:
    """Whether the field at this path takes nothing but whole numbers."""
    found = place_of(scenario, path)
    kinds = {bare(each) for each in branches(found.annotation)} if found else set()
    return int in kinds and not kinds & {float, str}
