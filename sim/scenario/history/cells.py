"""A CSV as located cells, and what a cell of values or of confidence may hold."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.faults import FaultList, Mark, shown, single
from sim.scenario.file_text import read_text
from sim.scenario.folders import label
from sim.scenario.history.about import GRADES, Grade
from sim.scenario.history.times import form_of

MOST_BYTES = 1024 * 1024
MOST_ROWS = 4000  # daily values of ten years; fits take seconds, not minutes
LARGEST, SMALLEST = 1e15, 1e-15  # of a value that is not 0: squares stay numbers
CONFIDENCE = ("confidence", "conf")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_WITH_UNIT = re.compile(r"([-+]?[0-9][0-9.,]*)\s*([^0-9.,\s].*)|([$€£¥~<>])\s*([0-9].*)")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:[, '][0-9]{3})+(?:\.[0-9]+)?")
# A grade may be followed by a note: "H", "H (press)"; two grades in a cell are not one.
_GRADE = re.compile(r"([HML])(?:[\s(].*)?")
_SECOND = re.compile(r"(?<![A-Za-z])[HML](?![A-Za-z0-9])")


@dataclass(frozen=True)
class Line:
    """The cells of a line and where they stand."""

    file: str
    number: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """The text of a cell, without blanks around it; empty where there is none."""
        return self.cells[column].strip() if column < len(self.cells) else ""

    def mark(self, column: int) -> Mark:
        """Where a cell begins, as far as the line has it."""
        before = self.cells[:column]
        return Mark(self.file, self.number, 1 + sum(len(cell) + 1 for cell in before))


@dataclass(frozen=True)
class Sheet:
    """A CSV: its name in messages, the names of its columns, and its rows."""

    file: str
    header: tuple[str, ...]
    rows: tuple[Line, ...]
    named: bool  # whether the file has a header line
    first: int  # number of the first line that is not empty

    @property
    def mark(self) -> Mark:
        """Where the file begins."""
        return Mark(self.file, self.first, 1)


def read_sheet(path: Path) -> Sheet:
    """The cells of a CSV; raises ScenarioFaults where it cannot be one."""
    name = label(path)
    lines = _lines(read_text(path, name, MOST_BYTES), name)
    if not lines:
        raise single(Mark(name, 1, 1), "", "must have a header line and rows, but is empty")
    header = _header(lines[0])
    if len(header) < 2:
        raise single(lines[0].mark(0), "", _one_column(lines[0].cells[0]))
    named = form_of(header[0]) is None
    if len(lines) - named > MOST_ROWS:
        message = f"must have at most {MOST_ROWS:,} rows, got {len(lines) - named:,}"
        raise single(lines[MOST_ROWS].mark(0), "", message)
    if named:
        return Sheet(name, header, tuple(lines[1:]), True, lines[0].number)
    names = ("time", "value", *(f"column {n}" for n in range(3, len(header) + 1)))
    return Sheet(name, names, tuple(lines), False, lines[0].number)


def _lines(text: str, name: str) -> list[Line]:
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        return [
            Line(name, reader.line_num, tuple(cells))
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        mark = Mark(name, max(reader.line_num, 1), 1)
        raise single(mark, "", f"not readable as CSV: {error}") from None


def _header(line: Line) -> tuple[str, ...]:
    """The names of the columns; the first line may begin with ``#``."""
    first, *others = (cell.strip() for cell in line.cells)
    return (first.removeprefix("#").strip(), *others)


def _one_column(text: str) -> str:
    for mark, word in ((";", "semicolons"), ("\t", "tabs")):
        if mark in text:
            return f"columns must be separated by commas, but here stand {word}"
    return "must have at least two columns, times and values, separated by commas"


def check_columns(sheet: Sheet, faults: FaultList) -> None:
    """Note columns named twice and lines with more or fewer cells than the header."""
    if sheet.named:
        head = Line(sheet.file, sheet.first, sheet.header)
        for place, name in enumerate(sheet.header):
            if name and name in sheet.header[:place]:
                faults.add(head.mark(place), "", f"column {shown(name)} is there twice")
    want = len(sheet.header)
    for line in sheet.rows:
        if len(line.cells) != want:
            message = f"must have {want} cells like the first line, got {len(line.cells)}"
            faults.add(line.mark(min(want, len(line.cells))), "", message)


def value_in(line: Line, column: int, key: str, faults: FaultList) -> float | None:
    """The number of a cell, or None with a fault."""
    text = line.cell(column)
    if _NUMBER.fullmatch(text):
        value = float(text)
        if value == 0 or SMALLEST <= abs(value) <= LARGEST:
            return value
        rule = f"must be 0, or between {SMALLEST:g} and {LARGEST:g} in size, got {shown(text)}"
        faults.add(line.mark(column), key, rule)
        return None
    faults.add(line.mark(column), key, _no_number(text))
    return None


def _no_number(text: str) -> str:
    got = f"got {shown(text) if text else 'nothing'}"
    if _GROUPED.fullmatch(text):
        return f"must be a plain number without separators of thousands, {got}"
    if _WITH_UNIT.fullmatch(text):
        return f"must be a plain number in the unit of its column, without sign or unit, {got}"
    return f"must be a number, {got}"


def grade_in(line: Line, column: int, key: str, faults: FaultList) -> Grade | None:
    """The grade of confidence of a cell, or None with a fault."""
    text = line.cell(column)
    found = _GRADE.fullmatch(text)
    if found is not None and not _SECOND.search(text[1:]):
        return next(grade for grade in GRADES if grade == found[1])
    many = "one of H, M or L for the row" if found else "H (high), M (medium) or L (low)"
    faults.add(line.mark(column), key, f"must be {many}, got {shown(text) or 'nothing'}")
    return None
