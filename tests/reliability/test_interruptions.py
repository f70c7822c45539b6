"""Row 15: two sweeps of one folder, Ctrl-C and SIGTERM, and no lock that outlives its holder.

tests/experiments/test_sweep_ends.py interrupts sweeps of a stand-in engine at work; here two
begin at the same instant, a parent dies without its workers, and the command itself is
stopped at moments from its first line to its last figure.
"""

from __future__ import annotations

import os
import random
import shlex
import signal
import time
from pathlib import Path

import pytest

from sim.experiments.runner import run_plan
from sim.experiments.store import open_store
from sim.experiments.verify import verify
from sim.experiments.ways import Ways
from tests.experiments.fakes import simulate, small_plan
from tests.experiments.processes import kill_group, start, wait_for_runs
from tests.reliability.commands import begin, end, sweep_command, write_study
from tests.reliability.scale import forms, only_long


@pytest.mark.parametrize("times", forms(1, 3, 20))
def test_of_two_that_begin_at_once_one_sweeps_and_one_says_so(tmp_path: Path, times: int) -> None:
    run_plan(tmp_path / "whole", small_plan("", replicates=30), Ways(1, simulate=simulate))
    for attempt in range(times):
        folder = tmp_path / str(attempt)
        both = [start(folder, "sleep=0.03", 30, 1) for _ in range(2)]
        said = {sweep: sweep.communicate(timeout=60)[1] for sweep in both}
        statuses = sorted(sweep.returncode for sweep in both)
        assert statuses in ([0, 4], [0, 0]), said  # on a busy machine one begins when one is done
        holder = next(sweep.pid for sweep in both if sweep.returncode == 0)
        for sweep, line in said.items():
            refusal = f"another sweep is writing to {folder} (process {holder})\n"
            assert line == (refusal if sweep.returncode else "")
        with open_store(folder) as store, open_store(tmp_path / "whole") as other:
            assert store.digest() == other.digest()
        assert verify(folder) == []


def test_a_killed_parent_leaves_no_lock_though_its_workers_still_end(tmp_path: Path) -> None:
    sweep = start(tmp_path / "s", "sleep=0.3", 20)
    try:
        wait_for_runs(sweep)
        os.kill(sweep.pid, signal.SIGKILL)
        sweep.wait(10)
        run_plan(tmp_path / "s", small_plan("", replicates=2), Ways(1, simulate=simulate))
    finally:
        kill_group(sweep)
    assert verify(tmp_path / "s") == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("times", only_long(3, 20))
def test_the_command_stops_within_two_seconds_and_says_how_to_go_on(
    tmp_path: Path, number: signal.Signals, times: int
) -> None:
    """Random moments from its first line on: workers begin, runs are made, stored, drawn."""
    study, chance, slowest = write_study(tmp_path, 150), random.Random(number), 0.0
    n_resumable = 0
    for attempt in range(times):
        out = tmp_path / f"out {attempt}"
        command = sweep_command(study, out)
        process = begin(command)
        try:
            assert process.stderr is not None
            assert process.stderr.readline() == "Tiny: 2 treatments, 300 runs, 2 at a time\n"
            time.sleep(chance.uniform(0, 4))
            began = time.monotonic()
            (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
            process.wait(60)
            slowest = max(slowest, time.monotonic() - began)
            _, complaint = process.communicate(timeout=60)
        finally:
            end(process)
        assert "Traceback" not in complaint, complaint
        if process.returncode == 0:  # it was over before
            continue
        # DuckDB at work on the figures does not say which signal it was
        assert process.returncode in (128 + number, 130), complaint
        last = complaint.splitlines()[-1]
        stored, _, again = last.partition("; continue with: ")
        if again:
            assert shlex.split(again) == ["userfirst", *command]
            assert stored.startswith("stopped, ")
            n_resumable += 1
        else:  # all runs were stored, it was drawing
            assert "what was stored is kept" in last
        if (out / "tiny" / "runs.sqlite").exists():
            with open_store(out / "tiny") as store:
                assert not again or stored == f"stopped, {store.counts()[0]} of 300 runs are stored"
            assert verify(out / "tiny") == []
    assert slowest < 2, "measured 0.5 to 0.9 s on two cores with a load of ten"
    assert n_resumable > 0
