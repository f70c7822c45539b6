"""Sections and their parts: what each is called, when it has something to say, what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim.report.blocks import Block
from sim.report.subject import Subject


@dataclass(frozen=True)
class Part:
    """A piece of a section.

    title: its heading, empty for a part that needs none. applies: whether the subject has what
    it shows. render: its blocks. sources: keys of ``references.REFERENCES`` that it rests on.
    """

    name: str
    title: str
    applies: Callable[[Subject], bool]
    render: Callable[[Subject], Sequence[Block]]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A section of the page; it is left out where none of its parts applies."""

    name: str
    title: str
    parts: tuple[Part, ...]

    def shown(self, subject: Subject) -> tuple[Part, ...]:
        """The parts that apply."""
        return tuple(part for part in self.parts if part.applies(subject))


def always(_subject: Subject) -> bool:
    """For a part that every page has."""
    return True


def many(subject: Subject) -> bool:
    """For a part that needs several runs."""
    return subject.n_runs > 1
