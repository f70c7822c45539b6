"""A series becomes numbers inside the scenario, or a fault in the file that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.folders import catalogue_folder
from sim.scenario.read import Fault, ScenarioFaults, digest, load
from sim.scenario.schema import TableReach
from tests.scenario.fakes import VALID, Write

SERIES = "year,US,China\n1998,30.1,0.17\n1999,,0.71\n2000,43.1,1.78\n"
TEXT = VALID + "environment:\n  reach: {series: history/net, column: US, start: 1998.5}\n"


def written(write: Write, series: str = SERIES, text: str = TEXT) -> Path:
    write(series, "history/net.csv")
    return write(text)


def fault_of(path: Path) -> Fault:
    with pytest.raises(ScenarioFaults) as caught:
        load(path)
    (fault,) = caught.value.faults
    return fault


def test_the_numbers_are_inside_and_rows_without_a_value_are_left_out(write: Write) -> None:
    reach = load(written(write)).environment.reach
    assert reach == TableReach(
        years=(1998, 2000), percent=(30.1, 43.1), start=1998.5, series="history/net, column US"
    )


def test_the_week_of_the_start_has_its_default(write: Write) -> None:
    reach = load(written(write, text=TEXT.replace(", start: 1998.5", ""))).environment.reach
    assert isinstance(reach, TableReach)
    assert reach.start == TableReach.model_fields["start"].default


def test_the_digest_follows_the_numbers_and_not_the_name(write: Write) -> None:
    before = digest(load(written(write)))
    assert digest(load(written(write, SERIES.replace("43.1", "43.2")))) != before
    assert digest(load(written(write, SERIES.replace("2000", "2001")))) != before
    # A column that is not read does not matter, nor does what the file is called.
    assert digest(load(written(write, SERIES.replace("0.71", "0.72")))) == before
    write(SERIES, "history/other.csv")
    assert digest(load(write(TEXT.replace("history/net", "history/other")))) == before


@pytest.mark.parametrize(
    ("old", "new", "column", "key", "says"),
    [
        ("history/net", "history/nett", 19, "series", "did you mean history/net?"),
        ("history/net", "histori/net", 19, "series", "histori/net not found"),
        ("column: US", "column: us", 40, "column", "no such column, got us; did you mean US?"),
        ("column: US", "column: year", 40, "column", "no such column, got year; there is US, "),
        ("history/net", "../../../etc/passwd", 19, "series", "must stay inside its own folder"),
    ],
)
def test_a_wrong_name_is_a_fault_of_the_scenario(
    write: Write, old: str, new: str, column: int, key: str, says: str
) -> None:
    path = written(write, text=TEXT.replace(old, new))
    fault = fault_of(path)
    assert (fault.file, fault.line, fault.column) == (str(path), 14, column)
    assert fault.key == f"environment.reach.{key}"
    assert says in fault.message


@pytest.mark.parametrize(
    ("series", "line", "column", "says"),
    [
        ("year,US\n1998,30\n1998,31\n", 3, 1, "years must increase, got 1998 after 1998"),
        ("year,US\n1999,30\n1998,31\n", 3, 1, "years must increase, got 1998 after 1999"),
        ("year,US\n1998,30\n\n1999,much\n", 4, 6, "must be a number, got much"),
        ("year,US\nnow,30\n", 2, 1, "must be a number, got now"),
        ("year,US\n1998,nan\n", 2, 6, "must be a number, got nan"),
        ("year,China,US\n1998,1,101\n", 2, 8, "must be between 0 and 100 (percent), got 101"),
        ("year,US\n1998,-1\n", 2, 6, "must be between 0 and 100 (percent), got -1"),
        ("year,US\n1998,\xe9\n", 2, 6, "must be a number"),
    ],
)
def test_a_wrong_cell_is_a_fault_of_the_series(
    write: Write, series: str, line: int, column: int, says: str
) -> None:
    fault = fault_of(written(write, series))
    assert Path(fault.file).name == "net.csv"
    assert (fault.line, fault.column) == (line, column)
    assert says in fault.message


@pytest.mark.parametrize(
    ("series", "says"),
    [("year,US\n1998,\n", "has no numbers"), ("", "no such column"), ("year\n1998\n", "no such")],
)
def test_a_series_without_numbers(write: Write, series: str, says: str) -> None:
    fault = fault_of(written(write, series))
    assert (fault.line, fault.column) == (14, 40)
    assert says in fault.message


@pytest.mark.parametrize(
    "content", [b"year,US\n1998,\xff\n", b"year,US\n1998,\0\n", b"x" * 2_000_000]
)
def test_a_series_of_stray_bytes_is_told(write: Write, content: bytes) -> None:
    write(content, "history/net.csv")
    assert Path(fault_of(write(TEXT)).file).name == "net.csv"


def test_an_extended_scenario_looks_beside_its_own_file(write: Write, home: Path) -> None:
    (home / "history").mkdir()
    (home / "history/net.csv").write_text(SERIES)
    (home / "base.yaml").write_text(TEXT)
    reach = load(write("extends: base\n")).environment.reach
    assert isinstance(reach, TableReach)
    assert reach.percent == (30.1, 43.1)


def test_the_shipped_series_of_internet_users_is_plain(write: Write) -> None:
    """First and last values as the World Bank prints them; the US has none for 2023."""
    path = catalogue_folder() / "history" / "internet_users_pct.csv"
    assert path.read_text().splitlines()[0] == "year,US,China,World,confidence"
    for column, years, first, last in (
        ("US", 28, 9.2, 97.1),
        ("China", 29, 0.0, 77.48),
        ("World", 29, 0.7, 67.4),
    ):
        reach = f"{{series: history/internet_users_pct, column: {column}}}"
        table = load(write(VALID + f"environment: {{reach: {reach}}}\n")).environment.reach
        assert isinstance(table, TableReach)
        assert len(table.years) == years
        assert (table.years[0], table.percent[0], table.percent[-1]) == (1995, first, last)
