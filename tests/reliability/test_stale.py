"""Row 16: nothing stored is taken for the result of something else.

tests/scenario/test_writing.py holds that every number and choice of a scenario changes its
digest, tests/experiments/test_design.py that scenario, seed and version make the key.  Here:
the version follows the model's own source, and a file of data that changes between two
sweeps is noticed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import sim
from sim.experiments import engine_version
from sim.experiments.design import plan, run_key
from sim.experiments.engine_version import ROOMS, model_version, source_digest
from sim.experiments.reading import resolve
from sim.experiments.store import open_store
from sim.experiments.sweep import sweep
from sim.experiments.ways import Progress, Ways
from tests.conftest import environment
from tests.experiments.fakes import small, treatments

PACKAGE = Path(sim.__file__).parent
DATA = "year,US\n1998,{first}\n2000,43.1\n2010,71.7\n"
CARD = "title: Share of people online\nunit: percent\nsource: made up\n"
SCENARIO = """\
title: With data
extends: users-not-customers
weeks: 8
people: {count: 60}
environment: {reach: {series: data/net, column: US, start: 1998}}
"""


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    """The model's source, to be changed."""
    ignore = shutil.ignore_patterns("__pycache__")
    return [Path(shutil.copytree(PACKAGE / r, tmp_path / r, ignore=ignore)) for r in ROOMS]


def test_any_change_of_the_models_source_is_another_version(sources: list[Path]) -> None:
    before = source_digest(sources)
    files = [path for folder in sources for path in folder.rglob("*.py")]
    assert len(files) > 30
    for path in files:
        text = path.read_bytes()
        path.write_bytes(text + b"\n")
        assert source_digest(sources) != before, path
        path.write_bytes(text)
    assert source_digest(sources) == before


def test_files_that_come_go_or_are_named_otherwise_are_another_version(sources: list[Path]) -> None:
    found = [source_digest(sources)]
    (sources[0] / "inner").mkdir()
    (sources[0] / "inner" / "new.py").touch()
    found.append(source_digest(sources))
    (sources[0] / "inner" / "new.py").rename(sources[0] / "inner" / "newer.py")
    found.append(source_digest(sources))
    shutil.move(sources[0] / "inner", sources[1] / "inner")
    found.append(source_digest(sources))
    assert len(set(found)) == 4


def test_what_is_compiled_or_on_another_system_is_the_same_version(sources: list[Path]) -> None:
    before = source_digest(sources)
    (sources[0] / "__pycache__").mkdir()
    (sources[0] / "__pycache__" / "x.py").touch()
    for path in sources[1].rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert source_digest(sources) == before


def test_the_version_is_the_same_everywhere_and_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "from sim.experiments.engine_version import model_version; print(model_version())"
    said = subprocess.check_output([sys.executable, "-c", code], env=environment(), text=True)
    assert said.strip() == model_version()
    monkeypatch.setattr("sim.market.result.MODEL_VERSION", "other")
    assert model_version() == "other-" + said.strip().rpartition("-")[2]
    engine_version._own_digest.cache_clear()
    began = time.process_time()
    model_version()
    assert time.process_time() - began < 0.05  # 4 ms when written


def test_a_runs_key_carries_the_version_of_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    varied = treatments(small(), (1.0,))
    run = plan(varied, 1, root=9)[0]
    assert run.key == run_key(varied[0].digest, run.seed, model_version())
    monkeypatch.setattr(engine_version, "_own_digest", lambda: "changed")
    assert plan(varied, 1, root=9)[0].key != run.key


def test_data_that_changed_between_two_sweeps_are_not_mixed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    data = tmp_path / "data" / "net.csv"
    data.with_suffix(".yaml").write_text(CARD)
    (tmp_path / "mine.yaml").write_text(SCENARIO)
    told: list[Progress] = []
    ways = Ways(jobs=1, progress=told.append)
    tables = []
    for first in (30.1, 30.1, 80.2, 30.1):
        data.write_text(DATA.format(first=first))
        told.clear()
        study = resolve(tmp_path / "mine.yaml", replicates=3)
        folder = sweep(study, tmp_path / "out", ways).folder
        with open_store(folder) as store:
            assert len(store.run_table()) == 3
            tables.append((told[0].done, store.firm_table().to_csv(), set(store.run_table().id)))
    first, same, other, back = tables
    assert [done for done, *_ in tables] == [0, 3, 0, 3]
    assert first[1:] == same[1:] == back[1:]
    assert other[1] != first[1]
    assert not other[2] & first[2]
