"""What a page is made of; plain text throughout, the template escapes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

Row = tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True)
class Items:
    """A list of sentences."""

    kind: ClassVar[str] = "items"
    items: tuple[str, ...]


@dataclass(frozen=True)
class Entries:
    """A list of sentences, each with where it comes from."""

    kind: ClassVar[str] = "entries"
    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table; its first ``names`` columns name the row, those under ``words`` say something
    of it, the others are numbers.
    """

    kind: ClassVar[str] = "table"
    caption: str
    header: Row
    rows: tuple[Row, ...]
    names: int = 1
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A figure as inline SVG, what it shows in words, and the numbers behind it.

    name: unique on the page; ids of the SVG begin with it. table: None where it stands open
    right below the figure.
    """

    kind: ClassVar[str] = "picture"
    name: str
    svg: Markup
    caption: str
    table: Table | None


@dataclass(frozen=True)
class Code:
    """Text to copy: a command or a file; ``label`` says what it is."""

    kind: ClassVar[str] = "code"
    label: str
    text: str


@dataclass(frozen=True)
class Fold:
    """What only some readers want: closed on a screen, open on paper."""

    kind: ClassVar[str] = "fold"
    summary: str
    blocks: tuple[Block, ...]


Block = Text | Items | Entries | Table | Picture | Code | Fold
