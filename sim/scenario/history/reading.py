"""A CSV, with or without a YAML beside it, as series; or every fault of both at its place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.faults import FaultList, shown, single, way_out
from sim.scenario.history.about import Column, Form, Grade, HistorySeries, Point
from sim.scenario.history.beside import Told, check_told, is_grade, told_of
from sim.scenario.history.cells import (
    CONFIDENCE,
    Line,
    Sheet,
    check_columns,
    grade_in,
    read_sheet,
    value_in,
)
from sim.scenario.history.spacing import Dated, check_gaps, check_order
from sim.scenario.history.times import CALENDAR, EXAMPLES, Time, form_of, time_of

UNIT = "unit not said"


@dataclass(frozen=True)
class _File:
    """A CSV, what is said of it, and how its times are written."""

    path: Path
    sheet: Sheet
    told: Told | None
    form: Form

    @property
    def irregular(self) -> bool:
        return self.told is not None and self.told.about.irregular


def read_series(path: Path, column: str | None = None) -> HistorySeries:
    """One series of a CSV: of the column named, else the main one.

    The main column is the first that the YAML beside the file lists; without a YAML the
    second of the file.  Raises ScenarioFaults with every fault of the file.
    """
    faults = FaultList()
    file = _opened(path, faults)
    names = _columns(file)
    if column is not None and column not in names:
        message = f"no such column, got {shown(column)}{way_out(column, names)}"
        faults.add(file.sheet.mark, "", message)
        faults.raise_any()
    chosen = [column or names[0]] if file.told is None else names
    found = _all(file, chosen, faults)
    return found[names.index(column) if column and file.told else 0]


def read_file(path: Path) -> tuple[HistorySeries, ...]:
    """Every series of a CSV, the main one first; raises ScenarioFaults with every fault."""
    faults = FaultList()
    file = _opened(path, faults)
    return _all(file, _columns(file), faults)


def _opened(path: Path, faults: FaultList) -> _File:
    sheet = read_sheet(path)
    told = told_of(path, faults)
    check_columns(sheet, faults)
    if told is not None:
        check_told(told, sheet, faults)
        return _File(path, sheet, told, told.about.time)
    if all(is_grade(name, sheet) for name in sheet.header[1:]):
        message = "must have a column of values after that of times"
        raise single(sheet.mark, "", message)
    forms = Counter(form for line in sheet.rows if (form := form_of(line.cell(0))) is not None)
    return _File(path, sheet, None, max(forms, key=lambda form: forms[form], default="year"))


def _columns(file: _File) -> list[str]:
    """Names of the columns of values, the main one first."""
    header = file.sheet.header
    if file.told is not None:
        return [name for name in file.told.about.columns if name in header]
    return [name for name in header[1:] if not is_grade(name, file.sheet)]


def _all(file: _File, names: list[str], faults: FaultList) -> tuple[HistorySeries, ...]:
    times = _times(file, faults)
    rows = [Dated(line.mark(0), time) for line, time in times if time is not None]
    in_order = check_order(rows, file.sheet.header[0], faults)
    found = [_points(file, name, times, in_order, faults) for name in names]
    faults.raise_any()
    pairs = zip(names, found, strict=True)
    return tuple(_series(file, name, points) for name, points in pairs)


def _times(file: _File, faults: FaultList) -> list[tuple[Line, Time | None]]:
    key = file.sheet.header[0]
    found: list[tuple[Line, Time | None]] = []
    for line in file.sheet.rows:
        text = line.cell(0)
        time = time_of(text, file.form)
        if time is None:
            faults.add(line.mark(0), key, _no_time(text, file))
        found.append((line, time))
    return found


def _no_time(text: str, file: _File) -> str:
    got = f"got {shown(text) or 'nothing'}"
    if file.told is None and form_of(text) is None:
        return f"must be {EXAMPLES['any']}, {got}"
    like = "" if file.told is not None or file.form not in CALENDAR else " like the other rows"
    return f"must be {EXAMPLES[file.form]}{like}, {got}"


def _points(
    file: _File,
    name: str,
    times: list[tuple[Line, Time | None]],
    in_order: bool,
    faults: FaultList,
) -> tuple[Point, ...]:
    """The rows of a column that have a value; its faults are noted.

    In a file of one column a row without a value is a fault; in others it is passed over.
    """
    place, about = file.sheet.header.index(name), _about(file, name)
    alone = len(_columns(file)) == 1
    rows = [(line, time) for line, time in times if alone or line.cell(place)]
    found = [_point(file, name, line, time, faults) for line, time in rows]
    if len(rows) < 2:
        _too_short(file, name, len(rows), faults)
    elif in_order and not file.irregular and file.form != "any":
        dated = [Dated(line.mark(0), time) for line, time in rows if time is not None]
        missing = {str(each) for each in about.missing}
        check_gaps(dated, file.form, missing, file.sheet.header[0], faults)
    return tuple(point for point in found if point is not None)


def _point(
    file: _File, name: str, line: Line, time: Time | None, faults: FaultList
) -> Point | None:
    """A row as a point, None where something in it is wrong."""
    about, place = _about(file, name), file.sheet.header.index(name)
    value = value_in(line, place, name, faults)
    grade = _grade(line, name, file.sheet, faults)
    if value is None or grade is None or time is None:
        return None
    if about.ceiling is not None and value > about.ceiling:
        rule = f"must be at most the ceiling of {about.ceiling:g}, got {value:g}"
        faults.add(line.mark(place), name, rule)
    return Point(
        time=time.text, when=time.at(about.at), value=value, confidence=grade, line=line.number
    )


def _too_short(file: _File, name: str, n: int, faults: FaultList) -> None:
    many = "none" if n == 0 else "a single one"
    message = f"must have at least two rows with a time and a value, got {many}"
    mark = file.sheet.rows[-1].mark(0) if file.sheet.rows else file.sheet.mark
    faults.add(mark, name, message)


def _grade(line: Line, name: str, sheet: Sheet, faults: FaultList) -> Grade | None:
    """The confidence of a value: of its own column of grades, else of the row's, else H."""
    own = f"{name}_confidence"
    if own in sheet.header and line.cell(sheet.header.index(own)):
        return grade_in(line, sheet.header.index(own), own, faults)
    for place, title in enumerate(sheet.header):
        if title.lower() in CONFIDENCE and place > 0:
            return grade_in(line, place, title, faults)
    if own in sheet.header:
        return grade_in(line, sheet.header.index(own), own, faults)
    return "H"


def _about(file: _File, name: str) -> Column:
    if file.told is not None:
        return file.told.about.columns[name]
    title = name if file.sheet.named else file.path.stem
    return Column(title=title, unit=UNIT)


def _series(file: _File, name: str, points: tuple[Point, ...]) -> HistorySeries:
    about, told = _about(file, name), file.told
    several = told is not None and len(_columns(file)) > 1
    return HistorySeries(
        name=f"{file.path.stem}:{name}" if several else file.path.stem,
        column=name,
        title=about.title,
        unit=about.unit,
        source="not said" if told is None else told.about.source,
        form=file.form,
        at=about.at,
        irregular=file.irregular,
        baseline=about.baseline,
        ceiling=about.ceiling,
        points=points,
        breaks=() if told is None else told.breaks(name),
        notes=() if told is None else tuple(f"{n.time}: {n.what}" for n in told.about.notes),
        assumed=() if told is not None else _assumed(file, name),
    )


def _assumed(file: _File, name: str) -> tuple[str, ...]:
    """What is taken for granted of a file without a YAML."""
    header = file.sheet.header
    others = [each for each in _columns(file) if each != name]
    graded = any(is_grade(each, file.sheet) for each in header)
    said = [
        f"times are those of the first column, each a {file.form}, at its start",
        f"values are those of column {name}" + (f", not {', '.join(others)}" if others else ""),
        "the column of confidence is read" if graded else "every row is of confidence H",
        "a level that grows by adoption, without a ceiling, so the baseline is a Bass curve",
    ]
    return tuple(said)
