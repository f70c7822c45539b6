"""Which strategies there are, and how a scenario's words become one of them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from sim.scenario.own import KEY, is_own, named
from sim.strategies import own
from sim.strategies.base import Strategy
from sim.strategies.objectives import OBJECTIVES

REGISTRY: dict[str, type[Strategy]] = {}
OPTIONS: dict[str, type[BaseModel]] = {}

S = TypeVar("S", bound=type[Strategy])


class Description(NamedTuple):
    """What a reader needs to choose a strategy."""

    name: str
    line: str
    source: str


class UnknownStrategy(ValueError):  # noqa: N818 - it reads as what it says
    """No strategy has this name; ``near`` is the closest one there is, if any is close."""

    def __init__(self, name: str) -> None:
        close = difflib.get_close_matches(name, REGISTRY, n=1)
        self.name = name
        self.near = close[0] if close else None
        way_out = f"did you mean {self.near}?" if close else f"there are {', '.join(REGISTRY)}"
        super().__init__(f"no strategy {name!r}; {way_out}")

    def __reduce__(self) -> tuple[type[UnknownStrategy], tuple[str]]:
        return type(self), (self.name,)


def register(strategy: S) -> S:
    """Class decorator: adds a strategy under its name.

    Raises ValueError when the name is not kebab-case or taken, or when its line, source or
    objective is missing.
    """
    name = strategy.name
    if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name):
        raise ValueError(f"a strategy's name must be lower-case words-with-dashes, got {name!r}")
    if name in REGISTRY:
        raise ValueError(f"two strategies are named {name}")
    if not strategy.line or not strategy.source:
        raise ValueError(f"strategy {name} must say in a line what it does, and its source")
    if strategy.objective not in OBJECTIVES:
        raise ValueError(f"strategy {name} must have one of the objectives {list(OBJECTIVES)}")
    REGISTRY[name] = strategy
    OPTIONS[name] = strategy.Options
    return strategy


def make(choice: str | Mapping[str, Any]) -> Strategy:
    """A new strategy from its name, or from ``{use: name, option: value, ...}``.

    Raises UnknownStrategy, CodeFault for a file of a person's own, or ValueError when the
    choice or an option breaks a rule.
    """
    if isinstance(choice, str):
        name, options = choice, {}
    elif isinstance(choice, Mapping) and isinstance(choice.get("use"), str):
        name, options = choice["use"], {k: v for k, v in choice.items() if k != "use"}
    else:
        raise ValueError(f"a strategy is a name or {{use: name, option: value}}, got {choice!r}")
    if not is_own(name) and name not in REGISTRY:
        raise UnknownStrategy(name)
    try:
        if is_own(name):
            return own.make(name, options)
        strategy = REGISTRY[name]
        return strategy(strategy.Options.model_validate(options))
    except ValidationError as error:
        known = options_of({**options, "use": name})
        faults = "; ".join(_fault(known, each) for each in error.errors())
        raise ValueError(f"strategy {name}: {faults}") from None


def options_of(choice: Mapping[str, Any]) -> type[BaseModel] | None:
    """The options that a resolved ``{use: name, ...}`` may have, None for one nobody knows."""
    name = str(choice.get("use"))
    file = named(name) if is_own(name) else None
    return own.loaded(str(choice.get(KEY)), file.strategy).Options if file else OPTIONS.get(name)


def describe() -> list[Description]:
    """Name, one line and source of every strategy, in the order of the library."""
    return [Description(name, each.line, each.source) for name, each in REGISTRY.items()]


def _fault(block: type[BaseModel] | None, error: Any) -> str:
    """One broken rule of an option, in the words of the person who wrote it."""
    option = ".".join(str(part) for part in error["loc"]) or "options"
    known = list(block.model_fields) if block is not None else []
    if error["type"] == "extra_forbidden":
        close = difflib.get_close_matches(option, known, n=1)
        way_out = f"did you mean {close[0]}?" if close else f"it has {', '.join(known) or 'none'}"
        return f"no option {option!r}; {way_out}"
    if error["type"] == "invalid_key":
        return f"an option's name must be a word, got {option}"
    rule = re.sub(r"^Input should be", "must be", error["msg"])
    return f"{option} {rule}, got {error['input']!r}"
