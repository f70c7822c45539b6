"""Faults: what is wrong in a file, where, by which rule, and the nearest way out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

MOST_FAULTS = 100  # nobody mends more at once, and a hostile file must not cost seconds
LONGEST_NAME = 60  # characters; longer words are not searched for near matches
MOST_COMPARED = 200  # names; the types have fewer, a hostile file may have thousands
LONGEST_SHOWN = 40  # characters of a wrong value that a message repeats


class Mark(NamedTuple):
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Fault:
    """One broken rule: where it stands, which key, what the rule is and what was found."""

    file: str
    line: int
    column: int
    key: str
    message: str

    def __str__(self) -> str:
        """``file:line:column key: message``, always one printable line."""
        place = f"{self.file}:{self.line}:{self.column}"
        return printable(
            f"{place} {self.key}: {self.message}" if self.key else f"{place} {self.message}"
        )


class ScenarioFaults(Exception):  # noqa: N818 - it holds many faults, and says so
    """Everything found wrong, in the order of the files; ``str`` gives a line each."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class FaultList:
    """Collects faults, so that all of them can be told at once.

    Raises ScenarioFaults itself when there are more than MOST_FAULTS of them.
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def __len__(self) -> int:
        return len(self._faults)

    def add(self, mark: Mark, key: str, message: str) -> None:
        """Note that ``key`` at ``mark`` breaks the rule that ``message`` says."""
        if len(self._faults) == MOST_FAULTS:
            more = f"more than {MOST_FAULTS} faults; the others are not listed"
            self._faults.append(Fault(*mark, "", more))
            self.raise_any()
        self._faults.append(Fault(*mark, key, message))

    def raise_any(self) -> None:
        """Raise ScenarioFaults when something was noted, sorted by place within each file."""
        if self._faults:
            files = list(dict.fromkeys(fault.file for fault in self._faults))
            raise ScenarioFaults(
                sorted(self._faults, key=lambda f: (files.index(f.file), f.line, f.column))
            )


def single(mark: Mark, key: str, message: str) -> ScenarioFaults:
    """The exception for a fault after which reading on makes no sense."""
    return ScenarioFaults([Fault(*mark, key, message)])


def printable(text: str) -> str:
    """``text`` with everything escaped that a terminal would not print on one line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def shown(text: str) -> str:
    """A wrong value as a message repeats it: printable, at most LONGEST_SHOWN characters."""
    short = printable(text[: LONGEST_SHOWN + 1])
    return short if len(text) <= LONGEST_SHOWN else short[:LONGEST_SHOWN] + "..."


def near(name: str, names: Iterable[str]) -> str | None:
    """The one of ``names`` that ``name`` was probably meant to be, or None."""
    if len(name) > LONGEST_NAME:
        return None
    by_fold = {_fold(each): each for each in islice(names, MOST_COMPARED)}
    close = difflib.get_close_matches(_fold(name), by_fold, n=1)
    return by_fold[close[0]] if close else None


def way_out(name: str, names: Sequence[str]) -> str:
    """``; did you mean x?``, or what there is to choose from, or nothing when there is nothing."""
    if (close := near(name, names)) is not None:
        return f"; did you mean {printable(close)}?"
    if not names:
        return ""
    listed = ", ".join(shown(each) for each in names[:12])
    return f"; there is {listed}" + (", ..." if len(names) > 12 else "")


def _fold(name: str) -> str:
    return name.lower().replace("_", "-").replace(" ", "-")
