"""A person's own strategy, as a scenario names it: ``./mine.py:Mine``.

| in a file | in the resolved scenario |
| --- | --- |
| ``./mine.py:Mine`` | ``{use: mine.py:Mine, sha256: ...}`` |
| ``{use: ../x/mine.py:Mine, delay: 3}`` | ``{use: mine.py:Mine, sha256: ..., delay: 3}`` |

The path counts from the file that says it; the digest is of the file's text, so that a run
is known by what its strategy does, not by where it lay.  Nothing here runs code: a reader is
given ``Code`` only when the person allows it, and without it not even the file is opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from sim.scenario.faults import FaultList, Mark, ScenarioFaults, shown, way_out
from sim.scenario.folders import label, names_in
from sim.scenario.shape import Checker
from sim.scenario.yaml_nodes import Pairs, Scalar

if TYPE_CHECKING:
    from pydantic import BaseModel

    from sim.scenario.schema import Scenario

SUFFIX = ".py"
KEY = "sha256"  # of the file's text, beside ``use``
DIGITS = 10  # of the digest in the name of a copy
FORM = "./file.py:Class"


class Named(NamedTuple):
    """What a choice such as ``./mine.py:Mine`` names."""

    file: str
    strategy: str


@dataclass(frozen=True)
class Source:
    """The text of a file with strategies, line ends as LF, and what the file is called."""

    name: str
    text: str

    @property
    def sha256(self) -> str:
        """Digest of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def copy(self) -> str:
        """The name of a copy: ``mine-0f3a9c52d1.py``."""
        return copy_name(self.name, self.sha256)


class CodeFault(ValueError):  # noqa: N818 - it is the file's fault, not an error of ours
    """What is wrong with a person's file; line and column in it, 0 where it has no place."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message, line, column)
        self.message, self.line, self.column = message, line, column

    def __str__(self) -> str:
        return self.message


class Code(Protocol):
    """What reads and runs the files that scenarios name; having it is the permission."""

    def folder(self, file: str) -> Path | None:
        """Where paths count from in what is no file of the scenario, such as ``--set``."""

    def is_missing(self, path: Path) -> bool:
        """Whether there is no such file to read."""

    def source(self, path: Path, sha256: str | None) -> Source:
        """The file's text; raises CodeFault, ScenarioFaults."""

    def options(self, source: Source, strategy: str) -> type[BaseModel]:
        """Load the file and give the options of this class; raises CodeFault."""

    def tried(self, choice: Mapping[str, Any]) -> None:
        """Make the strategy once and ask its terms of entry; raises CodeFault."""


def is_own(name: str) -> bool:
    """Whether a strategy's name means a file: those of the library are words with dashes."""
    return SUFFIX in name or "/" in name or "\\" in name


def named(name: str) -> Named | None:
    """File and class of ``./mine.py:Mine``, None where it is not of this form."""
    file, _, strategy = name.rpartition(":")
    if not file.endswith(SUFFIX) or Path(file).name == SUFFIX or not strategy.isidentifier():
        return None
    return Named(file, strategy)


def short(name: str) -> str:
    """What results call a strategy: ``mine.py:Mine`` wherever the file lies."""
    found = named(name) if is_own(name) else None
    return f"{Path(found.file).name}:{found.strategy}" if found else name


def as_called(choice: str | dict[str, Any]) -> str | dict[str, Any]:
    """A choice as results call it: neither place nor digest of a file, other values as they are."""
    if isinstance(choice, str):
        return short(choice)
    use = choice.get("use")
    if not isinstance(use, str) or not is_own(use) or named(use) is None:
        return choice
    called = canonical({KEY: "", **choice})
    rest = {key: value for key, value in called.items() if key != KEY}
    return rest if len(rest) > 1 else str(rest["use"])


def canonical(choice: dict[str, Any]) -> dict[str, Any]:
    """A resolved choice without the place of its file: that of a copy and its original are one."""
    file, _, strategy = short(str(choice.get("use"))).rpartition(":")
    return {**choice, "use": f"{original_name(file, str(choice[KEY]))}:{strategy}"}


def copy_name(name: str, sha256: str) -> str:
    """``mine-0f3a9c52d1.py`` for ``mine.py``."""
    return f"{name.removesuffix(SUFFIX)}-{sha256[:DIGITS]}{SUFFIX}"


def original_name(name: str, sha256: str) -> str:
    """``mine.py`` for the name of its copy, and for itself."""
    ending = f"-{sha256[:DIGITS]}{SUFFIX}"
    return name.removesuffix(ending) + SUFFIX if name.endswith(ending) else name


def own_in(scenario: Scenario) -> dict[str, str]:
    """Files of own strategies that a resolved scenario runs: their names by digest."""
    found = {}
    for group in (*scenario.firms, *scenario.entry.kinds):
        choice = group.strategy
        if isinstance(choice, dict) and KEY in choice and (one := named(str(choice.get("use")))):
            found[str(choice[KEY])] = Path(one.file).name
    return found


@dataclass(frozen=True)
class Choice:
    """An own strategy as a file names it: where, and with which options."""

    name: Scalar
    options: Pairs
    key: str
    folder: Path  # of the file that says it

    def resolved(self, code: Code | None, faults: FaultList) -> dict[str, Any] | None:
        """The choice as the resolved scenario has it, or None with what is wrong."""
        found = named(str(self.name.value))
        if found is None:
            rule = f"a strategy of one's own must be {FORM}, got {shown(str(self.name.value))}"
            self._fault(faults, rule)
            return None
        if code is None:
            # not a word of the file is read before the person allows it
            file = shown(Path(found.file).name)
            self._fault(faults, f"runs code from {file}; allow it with --allow-code")
            return None
        path = (code.folder(self.name.mark.file) or self.folder) / found.file
        if code.is_missing(path):
            names = [f"{each}{SUFFIX}" for each in names_in(path.parent, SUFFIX)]
            self._fault(faults, f"{shown(found.file)} not found{way_out(path.name, names)}")
            return None
        try:
            return self._loaded(code, path, found.strategy, faults)
        except ScenarioFaults as unreadable:
            for fault in unreadable.faults:
                mark = Mark(fault.file, fault.line, fault.column)
                faults.add(mark, fault.key, f"{fault.message} ({self._said_at()})")
        except CodeFault as fault:
            if fault.line:
                place = Mark(label(path), fault.line, max(1, fault.column))
                faults.add(place, "", f"{fault.message} ({self._said_at()})")
            else:
                self._fault(faults, fault.message)
        return None

    def _loaded(
        self, code: Code, path: Path, strategy: str, faults: FaultList
    ) -> dict[str, Any] | None:
        source = code.source(path, self._sha256())
        options = {key: pair for key, pair in self.options.pairs.items() if key != KEY}
        node, before = Pairs(self.options.mark, options), len(faults)
        block, checker = code.options(source, strategy), Checker(faults)
        plain = checker.block(node, block, self.key)
        if len(faults) == before:
            checker.constructed(block, plain, node, self.key)
        if len(faults) > before or not isinstance(plain, dict):
            return None
        choice = {"use": f"{source.name}:{strategy}", **plain, KEY: source.sha256}
        code.tried(choice)
        return choice

    def _sha256(self) -> str | None:
        """The digest that the file is said to have, if one is said."""
        pair = self.options.pairs.get(KEY)
        if pair is None:
            return None
        return str(pair.node.value) if isinstance(pair.node, Scalar) else "no digest"

    def _said_at(self) -> str:
        mark = self.name.mark
        return f"{self.key}, {mark.file}:{mark.line}:{mark.column}"

    def _fault(self, faults: FaultList, message: str) -> None:
        faults.add(self.name.mark, self.key, message)
