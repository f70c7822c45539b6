"""Yearly series beside a scenario, read into the scenario, so that it stands alone.

A series is a plain CSV: one header line whose first column is the year, then numeric
columns; a cell may be empty.  A YAML beside it says what it is and where it comes from.
"""

from __future__ import annotations

import csv
import math
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from sim.scenario.faults import Mark, shown, single, way_out
from sim.scenario.file_text import read_text
from sim.scenario.folders import beside, label
from sim.scenario.shape import at
from sim.scenario.yaml_nodes import Node

KEY = "environment.reach"
MOST_SERIES_BYTES = 1024 * 1024


class Row(NamedTuple):
    """A line of a series that has a value: its place, year and percent."""

    mark: Mark
    year: float
    percent: float


def as_table(reach: dict[str, Any], node: Node, folder: Path) -> dict[str, Any]:
    """``{series, column, start}`` as ``{years, percent, start, series}``.

    node: where ``reach`` stands; folder: where the series is looked for.  Raises
    ScenarioFaults: in the scenario for a wrong name, in the CSV for what is wrong there.
    """
    mark = at(node, ["series"])
    path = beside(reach["series"], folder, ".csv", mark, f"{KEY}.series")
    lines = _lines(path)
    header = [name.strip() for name in lines[0][1]] if lines else []
    column = reach["column"]
    if column not in header[1:]:
        message = f"no such column, got {shown(column)}{way_out(column, header[1:])}"
        raise single(at(node, ["column"]), f"{KEY}.column", message)
    rows = _rows(lines[1:], header.index(column), label(path))
    if not rows:
        message = f"column {shown(column)} of {shown(reach['series'])} has no numbers"
        raise single(at(node, ["column"]), f"{KEY}.column", message)
    start = {"start": reach["start"]} if "start" in reach else {}
    return {
        "years": [row.year for row in rows],
        "percent": [row.percent for row in rows],
        "series": f"{reach['series']}, column {column}",
        **start,
    }


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """The filled lines of a CSV with their number, from 1."""
    name = label(path)
    text = read_text(path, name, MOST_SERIES_BYTES)
    reader = csv.reader(text.splitlines())
    try:
        return [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise single(Mark(name, reader.line_num, 1), KEY, f"not readable as CSV: {error}") from None


def _rows(lines: list[tuple[int, list[str]]], column: int, name: str) -> list[Row]:
    """The rows that have a value, checked: shares in percent, years increasing."""
    rows = []
    for line, cells in lines:
        if column >= len(cells) or not cells[column].strip():
            continue
        mark = Mark(name, line, 1)
        value_mark = Mark(name, line, 1 + sum(len(cell) + 1 for cell in cells[:column]))
        percent = _number(cells[column], value_mark)
        if not 0 <= percent <= 100:
            message = f"must be between 0 and 100 (percent), got {shown(cells[column].strip())}"
            raise single(value_mark, KEY, message)
        rows.append(Row(mark, _number(cells[0], mark), percent))
    for before, row in pairwise(rows):
        if row.year <= before.year:
            message = f"years must increase, got {row.year:g} after {before.year:g}"
            raise single(row.mark, KEY, message)
    return rows


def _number(cell: str, mark: Mark) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise single(mark, KEY, f"must be a number, got {shown(cell.strip()) or 'nothing'}")
    return value
