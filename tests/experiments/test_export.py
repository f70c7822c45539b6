"""The tables of a study as files: what is in them, and what is never written over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas
import pytest

from sim.experiments.errors import StoreError
from sim.experiments.export import DATABASE, FORMATS, KEY_COLUMNS, TABLES, Foreign, export
from sim.experiments.reading import resolve
from sim.experiments.store import Store, open_store
from sim.experiments.sweep import sweep
from sim.experiments.ways import Ways
from tests.experiments.fakes import simulate

SCENARIO = """\
title: Tiny
weeks: 13
people: {count: 100}
firms:
  - {name: Old, strategy: customer-centric, cash: 0.4}
  - {name: New, strategy: user-first}
"""
STUDY = """\
title: Tiny study
scenario: tiny
design: one-at-a-time
factors:
  firms.New.cash: {values: [1, 2.5]}
  firms.New.strategy: {values: [freemium, {use: shipper, weeks: 9}]}
replicates: 2
series: [n_users, trust]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("export")
    (place / "tiny.yaml").write_text(SCENARIO)
    (place / "mine.yaml").write_text(STUDY)
    return sweep(resolve(place / "mine.yaml"), place, Ways(1, simulate=simulate)).folder


@pytest.fixture
def store(folder: Path) -> Any:
    with open_store(folder) as opened:
        yield opened


def read(path: Path, to: str, table: str) -> pandas.DataFrame:
    if to == "duckdb":
        with duckdb.connect(str(path / DATABASE), read_only=True) as con:
            return con.execute(f"SELECT * FROM {table}").df()
    one = path / f"{table}.{to}"
    if to == "csv":
        return pandas.read_csv(one)
    return duckdb.sql(f"SELECT * FROM read_parquet('{one}')").df()


@pytest.mark.parametrize("to", FORMATS)
def test_every_format_holds_the_same_tables(store: Store, tmp_path: Path, to: str) -> None:
    written = export(store, to, tmp_path / "x")
    names = {DATABASE} if to == "duckdb" else {f"{table}.{to}" for table in TABLES}
    assert {path.name for path in written} == {*names, "README.txt"}
    assert {path.name for path in (tmp_path / "x").iterdir()} == {*names, "README.txt"}
    expected = {
        "runs": store.run_table().rename(columns={"id": "run"}), "firms": store.firm_table(),
        "series": store.series(), "market": store.market(),
    }  # fmt: skip
    for table, frame in expected.items():
        found = read(tmp_path / "x", to, table)
        assert list(found.columns) == list(frame.columns)
        assert len(found) == len(frame)
        for name in frame.columns.intersection(["seed", "users", "trust", "digest", "n_users"]):
            exact = 0 if frame[name].dtype.kind in "iOU" else 1e-6
            pandas.testing.assert_series_equal(
                found[name], frame[name], check_dtype=False, rtol=exact
            )


def test_treatments_have_a_column_for_each_path(store: Store, tmp_path: Path) -> None:
    export(store, "csv", tmp_path)
    found = pandas.read_csv(tmp_path / "treatments.csv")
    assert list(found.columns) == [
        "treatment_index", "treatment", "firms.New.cash", "firms.New.strategy",
    ]  # fmt: skip
    assert found["firms.New.cash"].tolist() == [0.6, 1, 2.5, 0.6, 0.6]
    assert found["firms.New.strategy"].tolist() == [
        "user-first", "user-first", "user-first", "freemium", '{"use": "shipper", "weeks": 9}',
    ]  # fmt: skip


def test_the_note_explains_every_column(store: Store, tmp_path: Path) -> None:
    export(store, "csv", tmp_path)
    lines = (tmp_path / "README.txt").read_text().splitlines()
    for table in TABLES:
        for column in pandas.read_csv(tmp_path / f"{table}.csv").columns:
            told = [line for line in lines if line.startswith(f"    {column} ")]
            assert told, f"{table}.{column}"
            if table != "treatments" or column in KEY_COLUMNS:
                assert "of the field" not in told[0], column
    assert any("discounted_profit" in line and "money per head" in line for line in lines)


def test_exporting_again_replaces_what_it_wrote_and_nothing_else(
    store: Store, tmp_path: Path
) -> None:
    for to in ("csv", "parquet", "csv", "duckdb", "duckdb"):
        export(store, to, tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    before = (tmp_path / "runs.csv").read_bytes()
    (tmp_path / "firms.csv").write_text("changed by hand")
    with pytest.raises(Foreign, match=r"firms.csv is there and was changed since it was exported"):
        export(store, "csv", tmp_path)
    assert (tmp_path / "firms.csv").read_text() == "changed by hand"
    assert (tmp_path / "runs.csv").read_bytes() == before
    assert (tmp_path / "notes.txt").read_text() == "mine"
    export(store, "parquet", tmp_path)  # other files are no reason to refuse


@pytest.mark.parametrize("name", ["series.csv", "README.txt"])
def test_what_somebody_else_put_there_is_not_written_over(
    store: Store, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(Foreign, match=f"{name} .*name another folder with --out"):
        export(store, "csv", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_a_folder_that_cannot_be_made(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        export(store, "csv", tmp_path / "file" / "x")
