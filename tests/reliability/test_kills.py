"""Rows 1 and 2: killed at any moment, at any call that writes, nothing acknowledged is lost.

tests/experiments/test_sweep_ends.py kills sweeps of a stand-in engine at random moments; here the
command itself is killed, with all its processes, and sweeps at every single system call.
"""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import time
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from sim.experiments.errors import StoreError
from sim.experiments.parts import connect
from sim.experiments.reading import resolve
from sim.experiments.runner import run_plan
from sim.experiments.store import open_store
from sim.experiments.sweep import planned, sweep
from sim.experiments.verify import verify
from sim.experiments.ways import Progress, Ways
from tests.experiments.fakes import simulate, small_plan
from tests.reliability.commands import SMALL, begin, end, sweep_command, write_study
from tests.reliability.scale import FULL, forms, only_long
from tests.reliability.traced import REPLICATES, Tracer, without

CALLS = ("pwrite64", "fdatasync", "fsync", "rename", "unlink", "ftruncate")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Digest of the table that the traced sweep makes when nothing disturbs it."""
    folder = tmp_path_factory.mktemp("whole") / "s"
    run_plan(folder, small_plan(replicates=REPLICATES), Ways(1, simulate=simulate))
    return digest_of(folder)


def digest_of(folder: Path) -> str:
    with open_store(folder) as store:
        return store.digest()


def assert_no_strays(folder: Path, where: object) -> None:
    """Nothing that a killed sweep began is left, for a person to take for results."""
    assert not list(folder.rglob("*.partial")), where
    runs = f"SELECT run FROM read_parquet('{folder}/series/market-*.parquet') WHERE week = 0"
    with closing(connect()) as con:
        found = [row[0] for row in con.execute(runs).fetchall()]
    assert sorted(found) == sorted(stored(folder)), where


def moments(call: str, form: str) -> list[int] | count[int]:
    """Which calls to kill at: two, every third, or every one to completion."""
    if form == "short":
        return [2, 9] if call != "pwrite64" else [40, 120]
    return count(1, 1 if FULL or call != "pwrite64" else 3)


@pytest.mark.parametrize("form", forms("short", "every", "every"))
@pytest.mark.parametrize("call", CALLS)
def test_killed_at_a_call_that_writes(
    tmp_path: Path,
    tracer: Tracer,
    whole: str,
    call: str,
    form: str,
) -> None:
    n_killed = 0
    for k in moments(call, form):
        folder = tmp_path / "s"
        without(folder)
        ended = tracer.sweep(folder, call, f"signal=SIGKILL:when={k}")
        assert ended.status in (0, -signal.SIGKILL), ended
        n_killed += ended.status != 0
        told: list[Progress] = []
        plan = small_plan(replicates=REPLICATES)
        run_plan(folder, plan, Ways(1, simulate=simulate, progress=told.append))
        assert told[0].done >= ended.acknowledged, f"lost at {call} {k}"
        assert verify(folder) == [], (call, k)
        assert digest_of(folder) == whole, (call, k)
        assert_no_strays(folder, (call, k))
        if ended.status == 0:
            break
    assert n_killed > 0, f"the sweep never came to a {call}"


def watched(
    process: subprocess.Popen[str], folder: Path, seconds: float, more_than: float = math.inf
) -> dict[str, str]:
    """What a reader of the folder sees stored meanwhile: digest of each run by its key.

    more_than: as soon as so many are seen the watch is over.
    """
    seen: dict[str, str] = {}
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None and len(seen) <= more_than:
        try:
            seen |= stored(folder)
        except StoreError:
            assert not seen, "what could be read before cannot be read now"
        time.sleep(0.05)
    return seen


def stored(folder: Path) -> dict[str, str]:
    """Digest by key of every run in the folder."""
    with open_store(folder) as store:
        table = store.run_table()
        assert not table.duplicated(["treatment", "replicate"]).any()
        return dict(zip(table.id, table.digest, strict=True))


@pytest.mark.parametrize("kills", only_long(6, 50))
def test_the_killed_command_completes_to_the_same_table(tmp_path: Path, kills: int) -> None:
    """From before the folder is there to the last figure; a reader watches throughout."""
    replicates = 40 * kills
    study = write_study(tmp_path, replicates)
    folder, chance = tmp_path / "out" / "tiny", random.Random(kills)
    seen: dict[str, str] = {}
    for attempt in range(kills):
        process = begin(sweep_command(study, tmp_path / "out"))
        try:
            if attempt % 2:  # every other time surely while runs are stored
                seen |= watched(process, folder, 120, more_than=len(seen))
            seen |= watched(process, folder, chance.uniform(0.2, 6 - 4 * (attempt % 2)))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        finally:
            end(process)
        if seen:
            assert seen.items() <= stored(folder).items(), "a stored run is gone, or another"
            assert verify(folder) == []
    found = resolve(study, SMALL[1::2])
    told: list[Progress] = []
    run_plan(folder, planned(found), Ways(jobs=1, progress=told.append))
    assert len(seen) <= told[0].done
    assert told[0].done > 0, "the kills came too early to mean much"
    assert stored(folder) == stored(sweep(found, tmp_path / "whole", Ways(jobs=1)).folder)
    assert digest_of(folder) == digest_of(tmp_path / "whole" / "tiny")
    assert verify(folder) == []
