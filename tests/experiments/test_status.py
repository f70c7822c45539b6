"""How far a sweep is, read while it runs and later, by a reader that disturbs nothing."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.experiments.errors import StoreError
from sim.experiments.lock import LOCK, locked
from sim.experiments.runner import run_plan
from sim.experiments.status import reason, status, sweeping
from sim.experiments.ways import Ways
from tests.conftest import environment
from tests.experiments.fakes import simulate, small_plan
from tests.experiments.processes import kill_group, start, wait_for_runs

HEAVY = ("numpy", "pandas", "numba", "scipy", "duckdb", "mesa", "matplotlib", "ruamel")


def test_a_finished_sweep(tmp_path: Path) -> None:
    run_plan(tmp_path / "s", small_plan(), Ways(1, simulate=simulate))
    found = status(tmp_path / "s")
    assert (found.title, found.done, found.total, found.failures) == ("Small", 12, 12, ())
    assert (found.holder, found.rate, found.seconds_left) == (None, None, None)
    assert found.last is not None
    assert 0 <= found.last < 60


def test_a_sweep_at_work_is_seen_and_not_disturbed(tmp_path: Path) -> None:
    sweep = start(tmp_path / "s", "sleep=0.05", replicates=300, jobs=1)
    try:
        wait_for_runs(sweep, 10)
        time.sleep(1)
        one = status(tmp_path / "s")
        time.sleep(1.5)
        two = status(tmp_path / "s")
    finally:
        kill_group(sweep)
    assert one.holder == str(sweep.pid)
    assert one.total == 900
    assert 10 <= one.done < two.done < 900
    assert two.rate is not None
    assert two.seconds_left == pytest.approx((900 - two.done) / two.rate)
    assert 1 < two.rate < 20, "20 a second is what 0.05 s a run allows"
    after = status(tmp_path / "s")
    assert (after.holder, after.rate) == (None, None), "the system let the lock go"
    assert after.done >= two.done


def test_asking_leaves_no_trace(tmp_path: Path) -> None:
    run_plan(tmp_path / "s", small_plan(), Ways(1, simulate=simulate))
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "s").rglob("*")}
    status(tmp_path / "s")
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "s").rglob("*")}
    ours = {path for path in after if not path.name.endswith(("-shm", "-wal"))}
    assert {path: after[path] for path in ours} == {path: before[path] for path in ours}


def test_the_lock_is_seen_while_it_is_held(tmp_path: Path) -> None:
    assert sweeping(tmp_path) is None
    with locked(tmp_path):
        assert sweeping(tmp_path) == str(os.getpid())
    assert sweeping(tmp_path) is None
    with open(tmp_path / LOCK) as reader:  # another one who asks is no sweep
        fcntl.flock(reader, fcntl.LOCK_SH)
        assert sweeping(tmp_path) is None


def test_failed_runs_are_told_with_their_reason(tmp_path: Path) -> None:
    plan = small_plan(f"fault=raise mark={tmp_path}", effects=(0.0, 3.0), replicates=2)
    run_plan(tmp_path / "s", plan, Ways(1, simulate=simulate))
    found = status(tmp_path / "s")
    assert (found.done, found.total, len(found.failures)) == (4, 4, 2)
    seeds = {run.seed: run.key for run in plan.runs if run.treatment == 1}
    assert {each.seed: each.run for each in found.failures} == seeds
    for each in found.failures:
        assert each.reason == f"RuntimeError: nothing goes at seed {each.seed}"


def test_the_reason_is_the_last_line_before_the_replay_line() -> None:
    recorded = "Traceback\n  File x\nValueError: no\nseed 7, replay: userfirst run a.yaml"
    assert reason(recorded) == "ValueError: no"
    assert reason("") == "no reason is recorded"


def test_runs_of_earlier_plans_do_not_count(tmp_path: Path) -> None:
    run_plan(tmp_path / "s", small_plan(), Ways(1, simulate=simulate))
    run_plan(tmp_path / "s", small_plan(effects=(2.0,), replicates=2), Ways(1, simulate=simulate))
    assert (status(tmp_path / "s").done, status(tmp_path / "s").total) == (2, 2)


def test_a_folder_without_a_sweep(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds no sweep"):
        status(tmp_path)


def test_the_command_imports_nothing_heavy(tmp_path: Path) -> None:
    run_plan(tmp_path / "results" / "s", small_plan(), Ways(1, simulate=simulate))
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "sim", "status", "s"], cwd=tmp_path,
        env=environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "12 of 12 runs, 0 failed" in done.stdout
    loaded = {
        line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()
    }
    assert "sim" in loaded
    assert not loaded & set(HEAVY)
