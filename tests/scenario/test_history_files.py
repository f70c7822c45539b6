"""Real series are read as they stand, or every fault is told at its place; never a traceback."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario.faults import Fault, ScenarioFaults
from sim.scenario.history import (
    find_series,
    read_file,
    read_series,
)
from sim.scenario.history.times import EXAMPLES, form_of, time_of
from tests.scenario.fakes import Write

PLAIN = "year,users,confidence\n2001,10,H\n2002,18,M\n2003,33,L\n2004,60,H\n"
YAML = """\
title: Two things
source: a book
confidence: {H: read, M: remembered, L: rough}
time: year
columns:
  users: {title: users, unit: people, at: end, ceiling: 100}
  money: {title: revenue, unit: USD a year, at: middle, missing: [2003]}
known_breaks:
  - {column: users, time: 2002, until: 2003, what: counted otherwise}
notes:
  - {time: 2001, what: founded}
"""
BOTH = "year,users,money,confidence,money_confidence\n2001,10,,H,\n2002,18,5,M,L\n"
BOTH += "2003,33,,L,\n2004,60,7.5,H,\n"


def faults_of(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(ScenarioFaults) as caught:
        read_file(path)
    return caught.value.faults


# -- what a file says -------------------------------------------------------------------------


def test_a_file_without_yaml_is_read_and_says_what_is_assumed(write: Write) -> None:
    series = read_series(write(PLAIN, "mine.csv"))
    assert (series.name, series.column, series.title) == ("mine", "users", "users")
    assert [(p.when, p.value, p.confidence, p.line) for p in series.points] == [
        (2001, 10, "H", 2), (2002, 18, "M", 3), (2003, 33, "L", 4), (2004, 60, "H", 5),
    ]  # fmt: skip
    assert [p.time for p in series.kept("H")] == ["2001", "2004"]
    assert [p.time for p in series.kept("M")] == ["2001", "2002", "2004"]
    assert series.kept("L") == series.points
    assert any("each a year" in said for said in series.assumed)


def test_columns_breaks_places_and_grades_are_those_of_the_yaml(write: Write) -> None:
    write(YAML, "x.yaml")
    users, money = read_file(write(BOTH, "x.csv"))
    assert (users.name, money.name) == ("x:users", "x:money")
    assert [p.when for p in users.points] == [2002, 2003, 2004, 2005]  # the end of its year
    assert [(p.when, p.value) for p in money.points] == [(2002.5, 5), (2004.5, 7.5)]
    assert [p.confidence for p in money.points] == ["L", "H"]  # its own grade, else the row's
    assert [p.confidence for p in users.points] == ["H", "M", "L", "H"]
    (found,) = users.breaks
    assert (found.when, found.until, found.time) == (2003, 2004, "2002 to 2003")
    assert money.breaks == ()
    assert users.notes == ("2001: founded",)
    assert read_series(write(BOTH, "x.csv")).column == "users"
    assert read_series(write(BOTH, "x.csv"), "money").column == "money"


@pytest.mark.parametrize(
    ("text", "form", "start", "end"),
    [
        ("2004", "year", 2004, 2005),
        ("2004-05", "month", 2004 + 4 / 12, 2004 + 5 / 12),
        ("2004Q2", "quarter", 2004.25, 2004.5),
        ("2004-Q2", "quarter", 2004.25, 2004.5),
        ("2004-12-31", "date", 2004 + 365 / 366, 2005),
        ("2003-01-01", "date", 2003, 2003 + 1 / 365),
    ],
)
def test_times_mean_spans_of_years(text: str, form: str, start: float, end: float) -> None:
    assert form_of(text) == form
    found = time_of(text, "any")
    assert found is not None
    assert (found.start, found.end) == pytest.approx((start, end), abs=1e-9)
    assert form in EXAMPLES


@pytest.mark.parametrize("text", ["", "04", "2004-13", "2004Q5", "2004-02-30", "2004.5", "May"])
def test_what_is_no_time(text: str) -> None:
    assert form_of(text) is None


@pytest.mark.parametrize(
    "times",
    [
        ("2001-01", "2001-02", "2001-03"),
        ("2001Q3", "2001Q4", "2002Q1"),
        ("2001-01-31", "2001-02-28", "2001-03-31"),  # ends of months are evenly spaced
        ("2001-01-15", "2001-02-15", "2001-03-15"),
        ("2001-01-01", "2001-01-08", "2001-01-15"),
        ("2000", "2002", "2004"),
    ],
)
def test_evenly_spaced_times_have_no_gap(write: Write, times: tuple[str, ...]) -> None:
    rows = "".join(f"{time},{n}\n" for n, time in enumerate(times))
    assert [p.time for p in read_series(write("when,x\n" + rows, "m.csv")).points] == [*times]


def test_a_header_is_not_needed_and_may_begin_with_a_hash(write: Write) -> None:
    assert len(read_series(write("2001,1\n2002,2\n", "a.csv")).points) == 2
    series = read_series(write("# year,a,b\r\n2001,1,x\r\n2002,2,\r\n", "b.csv"))
    assert (series.column, len(series.points)) == ("a", 2)
    assert read_series(write("\ufeff# year,a,b\n2001,1,3\n2002,2,4\n", "c.csv"), "b").column == "b"


def test_a_scenario_of_the_same_name_is_not_about_the_series(write: Write) -> None:
    write("title: a scenario\nfirms: []\n", "mine.yaml")
    assert read_series(write(PLAIN, "mine.csv")).unit == "unit not said"


# -- faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("", 1, 1, "but is empty"),
        ("\n\n", 1, 1, "but is empty"),
        ("year\n2001\n", 1, 1, "at least two columns"),
        ("year;users\n2001;4\n", 1, 1, "separated by commas, but here stand semicolons"),
        ("year\tusers\n2001\t4\n", 1, 1, "here stand tabs"),
        ("year,confidence\n2001,H\n", 1, 1, "a column of values"),
        ("year,users\n", 1, 1, "at least two rows with a time and a value, got none"),
        ("year,users\n2001,4\n", 2, 1, "got a single one"),
        ("year,users\n2001,4\n2002,many\n", 3, 6, "must be a number, got many"),
        ("year,users\n2001,4\n2002,\n", 3, 6, "must be a number, got nothing"),
        ("year,users\n2001,4\n2002,1.2m\n", 3, 6, "without sign or unit, got 1.2m"),
        ("year,users\n2001,34%\n2002,1\n", 2, 6, "without sign or unit, got 34%"),
        ("year,users\n2001,4\n2002,~80\n", 3, 6, "without sign or unit, got ~80"),
        ('year,users\n2001,4\n2002,"1,200"\n', 3, 6, "without separators of thousands"),
        ("year,users\n2001,4\n2002,nan\n", 3, 6, "must be a number, got nan"),
        ("year,users\n2001,4\n2002,1_000\n", 3, 6, "without sign or unit, got 1_000"),
        ("year,users\n2001,4\n2002,1e99\n", 3, 6, "between 1e-15 and 1e+15 in size"),
        ("year,users\n2001,4\n2001,5\n", 3, 1, "2001 is there twice, first in line 2"),
        ("year,users\n2002,4\n2001,5\n", 3, 1, "times must increase, got 2001 after 2002"),
        ("year,users\n2001,4\n2002,5\n2005,6\n", 4, 1, "2003, 2004 are missing before 2005"),
        ("m,x\n2001-01,4\n2001-02,5\n2001-04,6\n", 4, 1, "2001-03 is missing before 2001-04"),
        ("q,x\n2001Q1,4\n2001Q3,5\n2001Q4,6\n", 3, 1, "2001Q2 is missing"),
        ("d,x\n2001-01-01,4\n2001-01-02,5\n2001-01-09,6\n", 4, 1,
         "2001-01-03 to 2001-01-08 (6 rows) are missing"),
        ("y,x\n2000,4\n2002,5\n2004,6\n2005,6\n2007,1\n", 5, 1,
         "2005 is 1 year after the row before, others are 2"),
        ("year,users\n2001,4\nsoon,5\n", 3, 1, "a year, month, quarter or date"),
        ("year,users\n2001,4\n2002,5\n2003-04,6\n", 4, 1, "2004 like the other rows, got 2003-04"),
        ("year,users\n2001,4\n2002,5,6\n", 3, 8, "must have 2 cells like the first line, got 3"),
        ("year,users,users\n2001,4,5\n2002,5,6\n", 1, 12, "column users is there twice"),
        ("year,users,conf\n2001,4,H\n2002,5,sure\n", 3, 8, "H (high), M (medium) or L (low)"),
        ("year,users,conf\n2001,4,H\n2002,5,H(a) M(b)\n", 3, 8, "must be one of H, M or L"),
        ('year,users\n2001,"4\n', 2, 1, "not readable as CSV"),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_place(
    write: Write, text: str, line: int, column: int, says: str
) -> None:
    path = write(text, "mine.csv")
    (fault,) = faults_of(path)
    assert (fault.file, fault.line, fault.column) == (str(path), line, column)
    assert says in fault.message


def test_all_faults_are_told_at_once(write: Write) -> None:
    text = "year,users,conf\n2001,1.2m,H\n2003,4,Q\n2002,x,H\n2002,5,H\nmay,6,H\n"
    found = [(fault.line, fault.column) for fault in faults_of(write(text, "mine.csv"))]
    assert found == [(2, 6), (3, 8), (4, 1), (4, 6), (5, 1), (6, 1)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "must be UTF-8 text, found byte 0x89"),
        (b"year,x\n2001,\x00\n", "without control characters, found U+0000"),
        (b"year,x\n" + b"2001,1\n" * 300_000, "must be at most 1,048,576 bytes long"),
        (b"year,x\n" + b"2001,1\n" * 5_000, "must have at most 4,000 rows, got 5,000"),
    ],
)
def test_a_file_that_is_no_series_at_all(write: Write, content: bytes, says: str) -> None:
    (fault,) = faults_of(write(content, "mine.csv"))
    assert says in fault.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path / "no.csv")
    assert "no such file" in fault.message


@pytest.mark.parametrize(
    ("old", "new", "file", "line", "says"),
    [
        ("  users: {", "  usres: {", "x.yaml", 6, "no such column in"),
        ("unit: people, ", "", "x.yaml", 6, "missing (unit of the values)"),
        ("at: end", "at: ende", "x.yaml", 6, "did you mean end?"),
        ("time: year", "time: yaer", "x.yaml", 4, "did you mean year?"),
        ("time: 2002", "time: 2002Q2", "x.yaml", 9, "must be a year such as 2004, got 2002Q2"),
        ("{time: 2001", "{time: 21", "x.yaml", 11, "must be a year such as 2004, got 21"),
        ("[2003]", "[in 2003]", "x.yaml", 7, "must be a year such as 2004"),
        (", missing: [2003]", "", "x.csv", 5, "is missing before 2004"),
        ("column: users", "column: user", "x.yaml", 9, "no such column, got user; did you mean"),
        ("ceiling: 100", "ceiling: 50", "x.csv", 5, "at most the ceiling of 50, got 60"),
        ("known_breaks:", "breaks:", "x.yaml", 8, "unknown key; did you mean known_breaks?"),
    ],
)
def test_a_fault_of_the_yaml_is_told_too(
    write: Write, old: str, new: str, file: str, line: int, says: str
) -> None:
    # Of the column money only two rows have a value, so three show the step.
    sheet = BOTH.replace("2001,10,,H", "2001,10,4,H")
    assert old in YAML
    write(YAML.replace(old, new), "x.yaml")
    faults = faults_of(write(sheet, "x.csv"))
    told = [(Path(f.file).name, f.line) for f in faults if says in f.message]
    assert told == [(file, line)], [str(fault) for fault in faults]


def test_rows_may_lie_anyhow_where_the_file_says_so(write: Write) -> None:
    text = "year,users\n2001,4\n2002,5\n2005,6\n"
    yaml = "title: a\nsource: b\nconfidence: {H: c}\ntime: year\nirregular: true\n"
    write(yaml + "columns: {users: {title: u, unit: people}}\n", "x.yaml")
    assert len(read_series(write(text, "x.csv")).points) == 3


def test_an_unknown_column_or_series_has_a_near_name(write: Write) -> None:
    with pytest.raises(ScenarioFaults, match="did you mean users"):
        read_series(write(PLAIN, "mine.csv"), "usres")
    for name, near in (("netflixx", "netflix"), ("netflix:revenue", "netflix:revenue_musd")):
        with pytest.raises(ScenarioFaults, match=f"no such series; did you mean {near}"):
            find_series(name)


# -- files changed at random ------------------------------------------------------------------

FEW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PIECES = ["", ",", "\n", "\r", '"', "2001", "2002-13", "1e999", "-", ".", "34%", "nan", "H", "#",
          "users", "\t", "\x00", "é", "9" * 400, "2003Q1", " ", ";"]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, text: str) -> bytes:
    """A text with a few of its words replaced, removed, doubled or swapped."""
    tokens = re.split(r"(\W)", text)
    for _ in range(draw(st.integers(1, 4))):
        place, other = (draw(st.integers(0, len(tokens) - 1)) for _ in range(2))
        kind = draw(st.sampled_from(("replace", "double", "swap")))
        if kind == "replace":
            tokens[place] = draw(st.sampled_from(PIECES))
        elif kind == "double":
            tokens[place] *= 2
        else:
            tokens[place], tokens[other] = tokens[other], tokens[place]
    return "".join(tokens).encode()


def holds(path: Path) -> None:
    """Read as increasing times and finite values, or told in lines that exist."""
    try:
        found = read_file(path)
    except ScenarioFaults as caught:
        for fault in caught.faults:
            assert str(fault).isprintable()
            assert fault.message
            assert fault.column >= 1
            lines = Path(fault.file).read_bytes().decode(errors="replace").splitlines()
            assert 1 <= fault.line <= len(lines) + 1
        return
    for series in found:
        when = [point.when for point in series.points]
        assert len(when) >= 2
        assert all(a < b for a, b in pairwise(when))


@FEW
@given(mutated(PLAIN) | st.binary(max_size=100))
def test_changed_files_are_read_or_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mine.csv").write_bytes(content)
    holds(tmp_path / "mine.csv")


@FEW
@given(mutated(BOTH), st.just(YAML.encode()) | mutated(YAML))
def test_changed_files_with_a_yaml_are_read_or_told(
    tmp_path: Path, content: bytes, about: bytes
) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    (tmp_path / "x.yaml").write_bytes(about)
    holds(tmp_path / "x.csv")
