"""A resolved scenario as YAML, as JSON, and as the digest that stands for it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from sim.scenario.faults import Fault, ScenarioFaults
from sim.scenario.own import KEY, canonical
from sim.scenario.scalars import value_of
from sim.scenario.schema import Scenario, SeriesReach

WORDS = ("title", "question", "story", "watch", "refuted_by", "sources")

# Plain YAML needs no quotes for these, whatever a reader makes of special words.
_UNQUOTED = re.compile(r"[A-Za-z][A-Za-z0-9_./()]*(?:[ -][A-Za-z0-9_./()]+)*")


def to_json(scenario: Scenario) -> str:
    """The whole scenario as JSON, defaults written out."""
    return scenario.model_dump_json()


def from_json(text: str) -> Scenario:
    """The scenario that ``to_json`` wrote; raises ScenarioFaults for anything else."""
    try:
        return Scenario.model_validate_json(text)
    except ValidationError as error:
        raise ScenarioFaults(
            Fault("JSON", 1, 1, ".".join(map(str, each["loc"])), each["msg"])
            for each in error.errors(include_url=False, include_input=False)
        ) from None


def digest(scenario: Scenario) -> str:
    """SHA-256 of everything that a run's numbers depend on but the seed, in hexadecimal.

    Left out: the words a person reads (WORDS), the name of the series that reach was read
    from (its numbers count), the place of a strategy's file (its digest counts), and the
    seed, which a study varies and a run's key holds apart.
    Raises ValueError when reach is a series that was not read.
    """
    if isinstance(scenario.environment.reach, SeriesReach):
        raise ValueError("a scenario must be resolved before it has a digest: load it from a file")
    dumped = scenario.model_dump(mode="json", exclude={*WORDS, "seed"})
    if isinstance(dumped["environment"]["reach"], dict):
        dumped["environment"]["reach"].pop("series", None)
    for group in (*dumped["firms"], *dumped["entry"]["kinds"]):
        if isinstance(choice := group["strategy"], dict) and KEY in choice:
            group["strategy"] = canonical(choice)
    text = json.dumps(dumped, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def dump(scenario: Scenario) -> str:
    """The whole scenario as YAML that loads to an equal one, defaults written out."""
    lines = _mapping(scenario.model_dump(mode="json", exclude_none=True), "")
    return "\n".join(lines) + "\n"


def _mapping(values: dict[str, Any], indent: str) -> Iterator[str]:
    for key, value in values.items():
        name = f"{indent}{_text(key)}:"
        if isinstance(value, dict) and value:
            yield name
            yield from _mapping(value, indent + "  ")
        elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
            yield name
            for each in value:
                yield from _item(each, indent + "  ")
        elif isinstance(value, str) and _is_prose(value):
            yield f"{name} |" + ("" if value.endswith("\n") else "-")
            yield from (f"{indent}  {line}".rstrip() for line in value.rstrip("\n").split("\n"))
        else:
            yield f"{name} {_flow(value)}"


def _item(value: Any, indent: str) -> Iterator[str]:
    if not isinstance(value, dict) or not value:
        yield f"{indent}- {_flow(value)}"
        return
    first, *others = _mapping(value, indent + "  ")
    yield f"{indent}- {first.lstrip()}"
    yield from others


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        inner = ", ".join(f"{_text(key)}: {_flow(each)}" for key, each in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(_flow(each) for each in value)}]"
    return _text(value) if isinstance(value, str) else json.dumps(value, allow_nan=False)


def _text(text: str) -> str:
    """Text without quotes where it is unmistakable, else with double quotes and escapes."""
    if _UNQUOTED.fullmatch(text) and isinstance(value_of(text), str):
        return text
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(c: str) -> str:
    if c in '"\\':
        return f"\\{c}"
    if c == "\n":
        return "\\n"
    return c if c.isprintable() else f"\\U{ord(c):08x}"


def _is_prose(text: str) -> bool:
    """Whether a literal block keeps the text as it is: several lines, nothing at their ends."""
    lines = text.removesuffix("\n").split("\n")
    return (
        "\n" in text
        and not text.startswith((" ", "\n"))
        and lines[-1] != ""
        and all(line.isprintable() and line == line.rstrip() for line in lines)
    )
