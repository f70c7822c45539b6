"""YAML 1.2 text as a tree of nodes that know their place; safe to use on hostile files.

The tree is composed here from ruamel.yaml's events rather than by ruamel.yaml itself, so
that depth and size are bounded while reading, duplicate keys are located, and nothing is
ever constructed but mappings, lists and scalars.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.scanner import Scanner, ScannerError

from sim.scenario.faults import FaultList, Mark, ScenarioFaults, shown, single
from sim.scenario.file_text import STRAY
from sim.scenario.scalars import Value, value_of

DEEPEST = 32  # levels; a scenario needs 6
NOTHING = "nothing"  # how a value that is not there is shown
MOST_NODES = 8_000  # keys and values; 64 firms with every key are about 5,000


class Pair(NamedTuple):
    """A key's place and its value."""

    mark: Mark
    node: Node


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; ``shown`` is how a message repeats it."""

    mark: Mark
    value: Value
    shown: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    mark: Mark
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping, in the order of the file."""

    mark: Mark
    pairs: dict[str, Pair]


Node: TypeAlias = Scalar | Items | Pairs


def parse(text: str, file: str, faults: FaultList, origin: tuple[int, int] = (1, 1)) -> Node:
    """The tree of the single YAML document in ``text``.

    file, origin: name, line and column that places count from.  Duplicate keys and the like
    go to ``faults``; raises ScenarioFaults where reading cannot go on.
    """
    return _Composer(text, file, faults, origin).document()


def described(node: Node) -> str:
    """The node as ``got ...`` repeats it."""
    if isinstance(node, Scalar):
        return node.shown
    return "a list" if isinstance(node, Items) else "a mapping"


class _BoundedScanner(Scanner):
    """Refuses deep brackets at once: looking far ahead costs quadratic time in their depth.

    Also gives a place to escapes such as "\\UFFFFFFFF", which reach chr() unchecked.
    """

    def fetch_flow_collection_start(self, *arguments: Any, **named: Any) -> Any:
        if len(self.flow_context) >= DEEPEST:
            raise ScannerError(problem=_TOO_DEEP, problem_mark=self.reader.get_mark())
        return super().fetch_flow_collection_start(*arguments, **named)

    def scan_flow_scalar(self, style: Any) -> Any:
        try:
            return super().scan_flow_scalar(style)
        except (ValueError, OverflowError):
            mark = self.reader.get_mark()
            raise ScannerError(problem=_NO_CHARACTER, problem_mark=mark) from None


_TOO_DEEP = f"must be nested at most {DEEPEST} levels deep"
_NO_CHARACTER = "an escape in quotes that stands for no character"


class _Composer:
    """Turns the events of one text into nodes; one use only."""

    def __init__(self, text: str, file: str, faults: FaultList, origin: tuple[int, int]) -> None:
        self.file = file
        self.faults = faults
        self.line, self.column = origin
        self.n_nodes = 0
        yaml = YAML(typ="safe", pure=True)
        yaml.Scanner = _BoundedScanner
        self.events: Iterator[Event] = iter(yaml.parse(text))

    def document(self) -> Node:
        """The only document of the stream."""
        event = self._next()
        while not isinstance(event, DocumentStartEvent):
            if isinstance(event, StreamEndEvent):
                raise single(Mark(self.file, self.line, self.column), "", "the file is empty")
            event = self._next()
        if event.tags or tuple(event.version or (1, 2)) != (1, 2):
            raise self._refuse(event, "must be plain YAML 1.2, without %YAML 1.1 or %TAG")
        node = self._node(self._next(), depth=0)
        self._next()  # the end of the document
        after = self._next()
        if not isinstance(after, StreamEndEvent):
            raise self._refuse(after, "must be one document; a second one starts here")
        return node

    def _next(self) -> Event:
        try:
            return next(self.events)
        except MarkedYAMLError as error:
            raise self._unreadable(error) from None
        except (YAMLError, ValueError) as error:
            # Such as a %YAML directive of thousands of digits: without a place, so the start.
            raise single(self._at(0, 0), "", _not_yaml(str(error).split("\n")[0])) from None

    def _node(self, event: Event, depth: int) -> Node:
        self.n_nodes += 1
        if depth >= DEEPEST:
            raise self._refuse(event, _TOO_DEEP)
        if self.n_nodes > MOST_NODES:
            raise self._refuse(event, f"must hold at most {MOST_NODES:,} keys and values")
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            raise self._refuse(event, "anchors (&) and aliases (*) are not read here; use extends")
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise self._refuse(event, f"tags are not read here, got {shown(str(tag))}")
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if isinstance(event, SequenceStartEvent):
            return self._items(event, depth)
        return self._pairs(event, depth)

    def _scalar(self, event: ScalarEvent) -> Scalar:
        text: str = event.value
        if stray := STRAY.search(text):
            found = f"U+{ord(stray[0]):04X}"
            message = f"must be text without control characters, found {found}"
            raise self._refuse(event, message)
        mark = self._mark(event)
        if event.style is None:
            return Scalar(mark, value_of(text), shown(text) or NOTHING)
        return Scalar(mark, text, f"text '{shown(text)}'")

    def _items(self, event: Event, depth: int) -> Items:
        nodes = []
        while not isinstance(each := self._next(), SequenceEndEvent):
            nodes.append(self._node(each, depth + 1))
        return Items(self._mark(event), tuple(nodes))

    def _pairs(self, event: Event, depth: int) -> Pairs:
        pairs: dict[str, Pair] = {}
        while not isinstance(each := self._next(), MappingEndEvent):
            if not isinstance(each, ScalarEvent):
                raise self._refuse(each, "a key must be a word")
            self._node(each, depth + 1)
            mark, key = self._mark(each), str(each.value)
            node = self._node(self._next(), depth + 1)
            if isinstance(node, Scalar) and node.value is None and node.shown == NOTHING:
                node = Scalar(mark, None, NOTHING)  # its own mark is that of what comes next
            if key in pairs:
                first = pairs[key].mark.line
                self.faults.add(mark, shown(key), f"given twice; first in line {first}")
            else:
                pairs[key] = Pair(mark, node)
        return Pairs(self._mark(event), pairs)

    def _mark(self, event: Event) -> Mark:
        return self._at(event.start_mark.line, event.start_mark.column)

    def _at(self, line: int, column: int) -> Mark:
        """A place by ruamel.yaml's count from 0; the origin's column holds in its own line."""
        shift = self.column if line == 0 else 1
        return Mark(self.file, self.line + line, shift + column)

    def _refuse(self, event: Event, message: str) -> ScenarioFaults:
        return single(self._mark(event), "", message)

    def _unreadable(self, error: MarkedYAMLError) -> ScenarioFaults:
        place = error.problem_mark or error.context_mark
        mark = self._at(place.line, place.column) if place else self._at(0, 0)
        problem = str(error.problem or error.context)
        return single(mark, "", problem if problem == _TOO_DEEP else _not_yaml(problem))


# What ruamel.yaml says, and what that means to someone who writes a scenario.
_IN_WORDS = (
    (r"'\t'", "a tab cannot indent YAML; use spaces"),
    (
        "mapping values are not allowed",
        "a colon is not allowed here; put text with colons in quotes",
    ),
    ("could not find expected ':'", "a key must be followed by a colon and a space"),
    ("unexpected end of stream", "a quote that opens here or before is not closed"),
    ("expected <block end>", "must be indented like its neighbours"),
    ("expected ',' or", "a bracket is not closed, or a comma is missing"),
    ("expected the node content", "a value is missing, or a bracket is not closed"),
    ("expected '<document start>'", "nothing may follow the end of the outermost value"),
    ("cannot start any token", "text that starts with this character must be in quotes"),
)


def _not_yaml(problem: str) -> str:
    """A fault of the YAML itself in words."""
    for said, words in _IN_WORDS:
        if said in problem:
            return words
    return f"not readable as YAML: {problem}"
