"""Folders of results: damage is found and mended, nothing foreign is touched, runs stand alone."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from sim.experiments import writer
from sim.experiments.errors import StoreError
from sim.experiments.ledger import KEYS
from sim.experiments.repair import repair
from sim.experiments.runner import run_plan
from sim.experiments.single import open_result
from sim.experiments.store import Store, open_store
from sim.experiments.verify import verify
from sim.experiments.ways import Progress, Ways
from sim.scenario.read import from_json
from tests.experiments.fakes import result, simulate, small, small_plan

ONE = Ways(jobs=1, simulate=simulate)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run_plan(tmp_path / "s", small_plan(), ONE)
    return tmp_path / "s"


def digest_of(folder: Path) -> str:
    with open_store(folder) as store:
        return store.digest()


def change(folder: Path, sql: str) -> None:
    ledger = sqlite3.connect(folder / "runs.sqlite")
    assert ledger.execute(sql).rowcount != 0, "the damage hit nothing"
    ledger.commit()
    ledger.close()


DAMAGES = {
    "a digit of profit": "UPDATE firm_rows SET profit = profit + 1e-9 WHERE rowid = 5",
    "a seed": "UPDATE runs SET seed = seed + 1 WHERE rowid = 3",
    "a replicate": "UPDATE plan SET replicate = 77 WHERE rowid = 2",
    "a row that is gone": "DELETE FROM firm_rows WHERE rowid = 5",
    "series that are nobody's": "DELETE FROM series WHERE rowid = 4",
    "a number as text": "UPDATE firm_rows SET users = CAST(users AS TEXT) WHERE rowid = 1",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found_and_the_next_sweep_mends_it(folder: Path, damage: str) -> None:
    before = digest_of(folder)
    change(folder, DAMAGES[damage])
    assert verify(folder) != []
    told: list[Progress] = []
    run_plan(folder, small_plan(), Ways(1, simulate=simulate, progress=told.append))
    assert told[0].done >= 11, "at most the damaged run is made again"
    assert verify(folder) == []
    assert digest_of(folder) == before


@pytest.mark.parametrize("table", ["firm_rows", "runs", "plan", "treatments", "meta"])
def test_a_damaged_row_is_never_read_as_if_it_were_sound(folder: Path, table: str) -> None:
    names = {"firm_rows": "trust", "plan": "run", "treatments": "settings", "meta": "value"}
    change(folder, f"UPDATE {table} SET {names.get(table, 'status')} = 'x' WHERE rowid = 1")
    with pytest.raises(StoreError, match=rf"damaged row in {table}"), open_store(folder) as store:
        store.firm_table()


@pytest.mark.parametrize("name", [b"profit", b"replicate", b"seconds", b"firm_rows"])
def test_a_damaged_name_of_a_column_or_table_is_found(folder: Path, name: bytes) -> None:
    file = folder / "runs.sqlite"
    raw = file.read_bytes()
    at = raw[:4096].index(name)  # the names stand on the first page
    for bit in (0, 3, 7):
        flipped = bytearray(raw)
        flipped[at + 1] ^= 1 << bit
        file.write_bytes(flipped)
        assert verify(folder) != []
        with pytest.raises(StoreError, match="damaged"):
            open_store(folder)


@pytest.mark.parametrize("flips", [150, pytest.param(10_000, marks=pytest.mark.slow)])
def test_flipped_bits_are_found_or_harmless(folder: Path, flips: int) -> None:
    before = digest_of(folder)
    file = folder / "runs.sqlite"
    sound = file.read_bytes()
    wal = file.with_name("runs.sqlite-wal")
    assert not wal.exists() or not wal.stat().st_size, "all rows must be in the file itself"
    places = random.Random(3)
    n_found = 0
    for _ in range(flips):
        raw = bytearray(sound)
        raw[places.randrange(len(raw))] ^= 1 << places.randrange(8)
        file.write_bytes(raw)
        found = verify(folder)
        n_found += bool(found)
        if not found:
            assert digest_of(folder) == before, "a silently wrong table"
    assert n_found > flips / 10, "the rest of so small a file is free space, and not much more"
    file.write_bytes(sound)
    assert verify(folder) == []


def test_a_damaged_series_file_is_found_and_its_runs_repaired(folder: Path) -> None:
    file = sorted((folder / "series").glob("firms-*.parquet"))[0]
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)
    damaged = {damage.run for damage in verify(folder)}
    assert damaged
    assert all(file.name in str(damage) for damage in verify(folder))
    assert set(repair(folder)) == damaged
    told: list[Progress] = []
    run_plan(folder, small_plan(), Ways(1, simulate=simulate, progress=told.append))
    assert told[0].done == 12 - len(damaged)
    with open_store(folder) as store:
        assert store.series(["n_users"]).groupby("run").size().tolist() == [10] * 12


def test_a_missing_series_file_is_made_again(folder: Path) -> None:
    sorted((folder / "series").glob("market-*.parquet"))[0].unlink()
    assert {damage.what[:14] for damage in verify(folder)} == {"cannot be read"}
    run_plan(folder, small_plan(), ONE)
    with open_store(folder) as store:
        assert len(store.market(["n_online"])) == 12 * 5


def test_small_parts_become_large_ones_without_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.experiments.runner.BATCH_RUNS", 1)
    monkeypatch.setattr(writer, "MERGE_FROM", 1000)
    plan = small_plan(replicates=8)
    run_plan(tmp_path / "s", plan, ONE)
    with open_store(tmp_path / "s") as store:
        before = store.series(), store.market(), store.digest()
    n_before = len(list((tmp_path / "s" / "series").iterdir()))
    monkeypatch.setattr(writer, "MERGE_FROM", 5)
    run_plan(tmp_path / "s", plan, ONE)
    n_after = len(list((tmp_path / "s" / "series").iterdir()))
    assert n_before >= 10
    assert n_after == 2
    with open_store(tmp_path / "s") as store:
        assert store.series().equals(before[0])
        assert store.market().equals(before[1])
        assert store.digest() == before[2]
        assert store.verify() == []


def test_nothing_foreign_is_changed_or_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    (folder / "series").mkdir(parents=True)
    mine = {"README.txt": "mine\n", "notes.md": "mine too\n", "series/firms-x-000001.parquet": "?"}
    for name, text in mine.items():
        (folder / name).write_text(text)
    run_plan(folder, small_plan(), ONE)
    run_plan(folder, small_plan(replicates=6), ONE)
    assert {name: (folder / name).read_text() for name in mine} == mine


def test_a_text_of_ours_follows_the_study(folder: Path) -> None:
    from dataclasses import replace

    assert (folder / "README.txt").read_text() == "Small\n"
    run_plan(folder, replace(small_plan(), texts={"README.txt": "Larger\n"}), ONE)
    assert (folder / "README.txt").read_text() == "Larger\n"


def test_other_series_need_another_folder(folder: Path) -> None:
    with pytest.raises(StoreError, match=r"keeps other series .* use another folder"):
        run_plan(folder, small_plan(measures=("n_users",)), ONE)


def test_the_folder_can_be_read_with_sqlite_alone(folder: Path) -> None:
    ledger = sqlite3.connect(folder / "runs.sqlite")
    rows = ledger.execute("SELECT treatment, replicate, firm, profit FROM study").fetchall()
    ledger.close()
    with open_store(folder) as store:
        table = store.firm_table()
    assert sorted(rows) == sorted(
        table[["treatment", "replicate", "firm", "profit"]].itertuples(index=False, name=None)
    )


def test_treatments_hold_their_resolved_scenario(folder: Path) -> None:
    with open_store(folder) as store:
        for treatment, plan in zip(store.treatments(), small_plan().treatments, strict=True):
            assert treatment.settings == plan.settings
            assert from_json(treatment.scenario) == plan.scenario


def test_an_unknown_measure_is_named_with_what_there_is(folder: Path) -> None:
    with open_store(folder) as store, pytest.raises(StoreError, match=r"no stored series of x; "):
        store.series(["x"])


def test_not_a_number_stays_one(tmp_path: Path) -> None:
    run_plan(tmp_path / "s", small_plan(effects=(0.0,)), Ways(1, simulate=without_trust))
    with open_store(tmp_path / "s") as store:
        assert np.isnan(store.firm_table().trust.astype(float)).all()
        assert store.verify() == []


def without_trust(scenario: object, *, seed: int, progress: object) -> object:
    made = result(small(), seed)
    made.firm_series["trust"][:] = np.nan
    return made


def test_every_table_is_checked(folder: Path) -> None:
    ledger = sqlite3.connect(folder / "runs.sqlite")
    listed = {
        name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type='table'")
    }
    ledger.close()
    assert listed == set(KEYS)


def test_open_result_knows_both_kinds_and_refuses_others(folder: Path, tmp_path: Path) -> None:
    store = open_result(folder)
    assert isinstance(store, Store)
    store.close()
    (tmp_path / "other").mkdir()
    with pytest.raises(StoreError, match="holds neither a sweep"):
        open_result(tmp_path / "other")
    with pytest.raises(StoreError, match="there is no folder"):
        open_result(tmp_path / "nowhere")
    (tmp_path / "other" / "run.json").write_text("{")
    with pytest.raises(StoreError, match="is damaged"):
        open_result(tmp_path / "other")


@pytest.mark.parametrize("kind", ["zeroed", "cut"])
def test_lost_pages_are_found_or_harmless(folder: Path, kind: str) -> None:
    before, page = digest_of(folder), 4096
    file = folder / "runs.sqlite"
    sound = file.read_bytes()
    n_found = 0
    for start in range(0, len(sound), page):
        rest = sound[start + page :] if kind == "zeroed" else b""
        middle = bytes(page) if kind == "zeroed" else sound[start : start + page // 3]
        file.write_bytes(sound[:start] + middle + rest)
        found = verify(folder)
        n_found += bool(found)
        assert found or digest_of(folder) == before, start // page
    assert n_found > len(sound) // page // 2
