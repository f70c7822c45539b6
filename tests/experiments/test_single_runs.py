"""One run on disk, and what its folder is called."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from sim.experiments.errors import StoreError
from sim.experiments.single import StoredRun, open_result, slug, store_run
from sim.market.result import FIRM_ROW, firm_rows
from sim.scenario.read import load
from tests.experiments.fakes import result, small


def test_a_single_run_is_a_folder_that_explains_itself(tmp_path: Path) -> None:
    scenario = small(title="Users, not customers")
    made = result(scenario, 7)
    folder = store_run(scenario, made, tmp_path)
    assert folder.name.startswith("users-not-customers-7-")
    assert len(folder.name.rpartition("-")[2]) == 6
    run = open_result(folder)
    assert isinstance(run, StoredRun)
    assert run.title == scenario.title
    assert run.card["digest"] == made.digest
    assert load(folder / "scenario.yaml").seed == 7
    series = run.series()
    for f, firm in enumerate(("Old", "New")):
        own = series[series.firm == firm].sort_values("week")
        for name, expected in made.firm_series.items():
            assert own[name].tolist() == expected[:, f].tolist()
    assert run.market().n_online.tolist() == made.market_series["n_online"].tolist()
    assert run.firm_table().columns.tolist() == list(FIRM_ROW)
    with (folder / "firms.csv").open() as file:
        texts = [list(row.values()) for row in csv.DictReader(file)]
    assert texts == [[str(value) for value in row.values()] for row in firm_rows(made)]
    assert run.verify() == []
    assert store_run(scenario, made, tmp_path) == folder
    (folder / "series.parquet").write_bytes(b"PAR1")
    assert run.verify() == ["series.parquet"]


def test_a_run_that_cannot_be_stored_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="Not a directory"):
        store_run(small(), result(small(), 1), tmp_path / "file")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Users, not customers", "users-not-customers"), ("../ö", "run"), ("a" * 99, "a" * 60)],
)
def test_a_name_becomes_a_folder_name(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_cards_are_json_that_anyone_reads(tmp_path: Path) -> None:
    folder = store_run(small(), result(small(), 1), tmp_path)
    card = json.loads((folder / "run.json").read_text())
    assert card["measures"]["cash_cents"]["unit"] == "cents"
    assert card["firms"][0]["name"] == "Old"
