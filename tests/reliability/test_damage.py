"""Row 9: a damaged store never gives wrong rows in silence; it is named, and mended exactly.

Any byte of the ledger, of its journal or of a series file may change, any file may be cut
short, any page may turn to zeros.  Whatever a reader is given afterwards is what was stored,
or the reader is told.  tests/experiments/test_store.py damages the ledger alone.
"""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sim.experiments.errors import StoreError
from sim.experiments.repair import repair
from sim.experiments.runner import run_plan
from sim.experiments.single import StoredRun, store_run
from sim.experiments.store import Store, open_store
from sim.experiments.verify import verify
from sim.experiments.ways import Progress, Ways
from sim.scenario.read import load
from tests.experiments.fakes import result, simulate, small, small_plan
from tests.reliability.scale import forms

PAGE = 4096
ONE = Ways(1, simulate=simulate)
Place = Callable[[Store], str]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of twelve runs in several parts."""
    folder = tmp_path_factory.mktemp("sound") / "s"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.experiments.runner.BATCH_RUNS", 2)
        run_plan(folder, small_plan(), ONE)
    assert len(list((folder / "series").iterdir())) > 4
    return folder


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """The sound folder, to be damaged."""
    shutil.copytree(sound, tmp_path / "s")
    return tmp_path / "s"


def flipped(raw: bytes, chance: random.Random) -> bytes:
    """One bit is another."""
    changed = bytearray(raw)
    changed[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(raw: bytes, chance: random.Random) -> bytes:
    """The end is missing."""
    return raw[: chance.randrange(len(raw))]


def zeroed(raw: bytes, chance: random.Random) -> bytes:
    """A page, as the disk has them, is zeros."""
    start = chance.randrange(-(-len(raw) // PAGE)) * PAGE
    return raw[:start] + bytes(len(raw[start : start + PAGE])) + raw[start + PAGE :]


@contextmanager
def damaged(file: Path, raw: bytes) -> Iterator[None]:
    """The file with other contents for a while."""
    before = file.read_bytes()
    file.write_bytes(raw)
    try:
        yield
    finally:
        file.write_bytes(before)


def tables(store: Store) -> str:
    """Everything that a reader may ask of the ledger, as one text."""
    found = [store.digest(), store.counts(), store.treatments()]
    found += [store.firm_table().to_csv(), store.run_table().to_csv(), store.meta]
    return hashlib.sha256(repr(found).encode()).hexdigest()


def series(store: Store) -> str:
    """Everything that a reader may ask of the series, as one text."""
    return hashlib.sha256((store.series().to_csv() + store.market().to_csv()).encode()).hexdigest()


def says(error: StoreError, *words: str) -> None:
    """Hold that the error is one line with at least one of these in it."""
    assert "\n" not in str(error)
    assert any(word in str(error) for word in words), str(error)


def read(folder: Path, ask: Place) -> str | None:
    """The answer, or None when the reader is told that it cannot be had."""
    try:
        with open_store(folder) as store:
            return ask(store)
    except StoreError as error:
        says(error, "damaged", "not as it was written", "sweep again", "run verify")
        return None


@pytest.mark.parametrize("damage", [flipped, cut, zeroed])
@pytest.mark.parametrize("times", forms(60, 300, 8000))
def test_tables_are_what_was_stored_or_the_reader_is_told(
    folder: Path, damage: Callable[[bytes, random.Random], bytes], times: int
) -> None:
    right, chance = read(folder, tables), random.Random(times)
    file = folder / "runs.sqlite"
    raw, n_told = file.read_bytes(), 0
    for _ in range(times):
        with damaged(file, damage(raw, chance)):
            found = read(folder, tables)
            assert found in (None, right), "a silently wrong table"
            assert found == right or verify(folder) != [], "a reader knows more than verify"
            n_told += found is None
    assert n_told > times / 20
    assert read(folder, tables) == right
    assert verify(folder) == []


@pytest.mark.parametrize("damage", [flipped, cut, zeroed])
@pytest.mark.parametrize("times", forms(6, 40, 700))
def test_series_are_what_was_stored_or_the_reader_is_told(
    folder: Path, damage: Callable[[bytes, random.Random], bytes], times: int
) -> None:
    right, chance = read(folder, series), random.Random(times)
    files = sorted((folder / "series").iterdir())
    for _ in range(times):
        file = chance.choice(files)
        raw = file.read_bytes()
        changed = damage(raw, chance)
        with damaged(file, changed):
            found = read(folder, series)
            assert found in (None, right), "silently wrong series"
            named = {damage.place for damage in verify(folder)}
            assert named == ({f"series/{file.name}"} if changed != raw else set())


@pytest.mark.parametrize("times", forms(5, 40, 500))
def test_repair_makes_again_exactly_what_verify_names(
    sound: Path, tmp_path: Path, times: int
) -> None:
    """Ledger and series at once; one bit, one page, one end."""
    folder, chance = tmp_path / "s", random.Random(times)
    right = read(sound, series)
    runs = {run.key for run in small_plan().runs}
    n_mended = 0
    for _ in range(times):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(sound, folder)
        series_files = sorted((folder / "series").iterdir())
        for file in (folder / "runs.sqlite", chance.choice(series_files)):
            file.write_bytes(
                chance.choice([flipped, flipped, cut, zeroed])(file.read_bytes(), chance)
            )
        named = {damage.run for damage in verify(folder)} - {""}
        try:
            assert set(repair(folder)) == named
            told: list[Progress] = []
            run_plan(folder, small_plan(), Ways(1, simulate=simulate, progress=told.append))
        except StoreError as error:
            says(error, "move the file away and sweep again", "; sweep again")
            (folder / "runs.sqlite").unlink()
            run_plan(folder, small_plan(), ONE)
        else:
            assert told[0].done == 12 - len(named & runs), named
            n_mended += 1
        assert verify(folder) == []
        with open_store(folder) as store, open_store(sound) as other:
            assert store.digest() == other.digest()
            assert series(store) == right
    assert n_mended > times / 4


@pytest.mark.parametrize("times", forms(40, 300, 3000))
def test_a_damaged_journal_loses_whole_commits_and_nothing_else(tmp_path: Path, times: int) -> None:
    """A killed sweep leaves its last commits in SQLite's journal; damage there undoes them."""
    folder, copy = tmp_path / "s", tmp_path / "copy"

    def keep(progress: Progress) -> None:
        if progress.done >= 9 and not copy.exists():
            shutil.copytree(folder, copy)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.experiments.runner.BATCH_RUNS", 2)
        run_plan(folder, small_plan(), Ways(1, simulate=simulate, progress=keep))
    journal = copy / "runs.sqlite-wal"
    raw, chance = journal.read_bytes(), random.Random(times)
    (copy / "runs.sqlite-shm").unlink()
    with open_store(folder) as store:
        right = store.run_table().set_index("id").digest.to_dict()
    counts = set()
    for _ in range(times):
        journal.write_bytes(chance.choice([flipped, cut, zeroed])(raw, chance))
        try:
            with open_store(copy) as store:
                found = store.run_table().set_index("id").digest.to_dict()
                assert found.items() <= right.items()
                assert verify(copy) == [] or not found
                counts.add(len(found))
        except StoreError as error:
            says(error, "damaged", "sweep again")
        (copy / "runs.sqlite-shm").unlink(missing_ok=True)
    assert len(counts) > 1, "damage at different places undoes different commits"
    journal.write_bytes(flipped(raw, chance))
    run_plan(copy, small_plan(), ONE)
    with open_store(copy) as store, open_store(folder) as other:
        assert store.digest() == other.digest()
    assert verify(copy) == []


@pytest.mark.parametrize("times", forms(5, 25, 1000))
def test_a_single_run_says_which_file_is_damaged(tmp_path: Path, times: int) -> None:
    scenario = small()
    folder = store_run(scenario, result(scenario, 5), tmp_path)
    right = [table.to_csv() for table in everything(StoredRun(folder))]
    chance = random.Random(times)
    for file in sorted(folder.iterdir()):
        raw = file.read_bytes()
        for _ in range(times):
            changed = chance.choice([flipped, cut, zeroed])(raw, chance)
            with damaged(file, changed):
                try:
                    run = StoredRun(folder)
                    assert run.verify() == ([file.name] if changed != raw else [])
                    assert [table.to_csv() for table in everything(run)] == right
                except StoreError as error:
                    says(error, file.name)
    assert load(folder / "scenario.yaml").seed == 5
    assert StoredRun(folder).verify() == []


def everything(run: StoredRun) -> Iterator[Any]:
    """Every table that a single run gives."""
    yield run.firm_table()
    yield run.series()
    yield run.market()
