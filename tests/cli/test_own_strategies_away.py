"""A person's own strategy on a Dask cluster and on two ranks of MPI: allowed here, run there."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_own_strategies import CAREFUL, LATE, MARKET
from tests.experiments.processes import ROOT
from tests.experiments.test_executors import on_ranks

SWEEP = ("sweep", "market.yaml", "--replicates", "3", "--out")
FAULT = "firm 'Me' (strategy careful.py:Careful), week 27: review raised KeyError: 27"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a market and the strategy that it names."""
    shutil.copy(CAREFUL, tmp_path / "careful.py")
    (tmp_path / "market.yaml").write_text(MARKET)
    return tmp_path


def command(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, in this folder."""
    return subprocess.run(
        [sys.executable, "-m", "sim", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=place, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def runs(folder: Path) -> list[tuple[str, str, str]]:
    """Id, digest and the fault's line of the runs that are stored."""
    with sqlite3.connect(folder / "market" / "runs.sqlite") as ledger:
        found = ledger.execute("SELECT id, digest, error FROM runs ORDER BY id").fetchall()
    return [(key, digest, FAULT if FAULT in error else error) for key, digest, error in found]


def here(place: Path) -> list[tuple[str, str, str]]:
    """The same runs, made in one process."""
    command(place, *SWEEP, "here", "--jobs", "1", "--allow-code")
    return runs(place / "here")


@pytest.mark.slow
def test_a_cluster_runs_it_without_its_file(place: Path) -> None:
    """Its workers have another working folder, and nobody allowed anything there."""
    pytest.importorskip("distributed", reason="needs Dask: pip install 'userfirst[dask]'")
    from tests.experiments.test_cluster import dask_cluster, named

    with dask_cluster(1) as made:
        at = ("--executor", named(made))
        refused = command(place, *SWEEP, "dask", *at)
        assert refused.returncode == 2
        assert "runs code from careful.py; allow it with --allow-code" in refused.stderr
        ended = command(place, *SWEEP, "dask", *at, "--allow-code")
        assert ended.returncode == 0, ended.stderr
        assert runs(place / "dask") == here(place)
        (place / "careful.py").write_text(CAREFUL.read_text() + LATE)
        late = command(place, *SWEEP, "late", *at, "--allow-code")
    assert late.returncode == 3
    assert FAULT in late.stderr
    assert {error for _, _, error in runs(place / "late")} == {FAULT}


@pytest.mark.slow
def test_two_ranks_of_mpi_run_it(place: Path) -> None:
    mpi = ("-m", "sim", *SWEEP, "mpi", "--executor", "mpi")
    refused = on_ranks(2, *mpi, cwd=place)
    assert refused.returncode != 0
    assert "runs code from careful.py; allow it with --allow-code" in refused.stderr
    ended = on_ranks(2, *mpi, "--allow-code", cwd=place)
    assert ended.returncode == 0, ended.stderr
    assert runs(place / "mpi") == here(place)
