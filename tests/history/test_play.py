"""A tiny replay from its file to its judgement: once, again, killed and resumed, on two jobs."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.experiments.errors import StoreError
from sim.experiments.reading import ResolvedStudy
from sim.experiments.replay import run_ids
from sim.experiments.replay_reading import resolve_replay
from sim.experiments.store import open_store
from sim.experiments.ways import Ways
from sim.history.files import texts
from sim.history.play import PlayedReplay, lines_of, play, resized
from sim.history.words import answer
from tests.conftest import environment
from tests.history.ways import TINY, ways_of

DRAWS, REPLICATES = 48, 8


def test_every_run_of_the_prior_has_a_seed_of_its_own(played: PlayedReplay, folder: Path) -> None:
    with open_store(folder / "calibration") as store:
        runs, treatments = store.run_table(), store.treatments()
    assert len(runs) == len(set(runs["seed"])) == DRAWS
    tried = sorted(each.settings["market.awareness.external"] for each in treatments)
    places = [DRAWS * np.log(value / 0.2) / np.log(30) for value in tried]
    assert [int(place) for place in places] == list(range(DRAWS))  # one in every part, on the log
    with open_store(folder / "forecast") as store:
        again = store.run_table()
    assert len(set(again["seed"])) == REPLICATES
    assert not set(again["seed"]) & set(runs["seed"])


def test_the_series_is_forecast_and_judged_beside_its_curve(played: PlayedReplay) -> None:
    users, share = played.series
    row = users.judgement
    assert (row["series"], row["n"], row["fit until"]) == ("tiny_users", 9, "2014-07")
    assert row["baseline"] == "Bass curve"
    assert row["ratio"] == pytest.approx(row["model MASE"] / row["baseline MASE"])
    assert users.forecast.factors is not None
    found = users.forecast.at_rows
    assert (found.low <= found.median).all()
    assert (found.median <= found.high).all()
    assert "Too short to be judged: 2 rows" in share.judgement["sentence"]
    assert (share.forecast.factors == 1).all()
    assert played.table["series"].tolist() == ["tiny_users", "tiny_share"]
    assert (played.tried, played.drawn, played.failed) == (DRAWS, REPLICATES, 0)
    assert "A tiny replay: on the rows it has not seen the model is" in answer(played)


def test_a_parameter_has_draws_inside_its_prior_and_a_verdict(played: PlayedReplay) -> None:
    (one,) = played.fit.parameters
    assert one.path == "market.awareness.external"
    assert one.tried.shape == (DRAWS,)
    assert 0.2 <= one.draws.min() <= one.draws.max() <= 6
    assert one.verdict is not None
    assert one.verdict.low <= one.verdict.median <= one.verdict.high


def test_again_nothing_is_run_and_the_tables_are_the_same(
    played: PlayedReplay, folder: Path
) -> None:
    told: list = []
    again = play(resolve_replay(TINY), folder, ways_of(told))
    assert {(stage, each.done) for stage, each in told} == {
        ("calibration", DRAWS), ("forecast", REPLICATES),
    }  # fmt: skip
    assert texts(again) == texts(played)
    rows = pd.read_csv(io.StringIO(texts(played)["replay.csv"]))
    assert rows["fitted"].sum() == 6 + 2
    assert rows["value"].tolist()[:2] == [20, 50]


def test_rows_of_low_confidence_can_be_left_out() -> None:
    resolved = resolve_replay(TINY)
    assert [len(line.observed.when) for line in lines_of(resolved, "L")] == [9, 2]
    assert [len(line.observed.when) for line in lines_of(resolved, "H")] == [7, 2]


def test_people_and_runs_can_be_changed() -> None:
    resolved = resized(resolve_replay(TINY), people=50, draws=60)
    assert (resolved.replay.people, resolved.replay.draws) == (50, 60)
    assert resolved.replay.settings["people.count"] == resolved.scenario.people.count == 50


def test_a_replay_where_every_run_fails_says_why(tmp_path: Path) -> None:
    @contextmanager
    def ways(_stage: str, _study: ResolvedStudy) -> Iterator[Ways]:
        yield Ways(jobs=1, executor="threads", simulate=fails)

    with pytest.raises(StoreError, match="every run failed: RuntimeError: no luck"):
        play(resolve_replay(TINY), tmp_path / "x", ways)


def fails(_scenario, *, seed, progress):
    raise RuntimeError("no luck")


def test_killed_in_the_middle_it_goes_on_and_two_jobs_give_the_same(
    played: PlayedReplay, tmp_path: Path
) -> None:
    """The command in a process of its own, killed; then here, only what is missing."""
    out = tmp_path / "out"
    asked = ["userfirst", "history", str(TINY), "--jobs", "2", "--out", str(out)]
    # its runs are over in less time than lies between two commits
    slowly = f"import sys, sim.experiments.runner as r; r.BATCH_RUNS = 4; sys.argv = {asked!r}; "
    command = [sys.executable, "-c", f"{slowly}from sim.cli import main; main()"]
    process = subprocess.Popen(
        command, env=environment(), cwd=tmp_path, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    folder = out / "history" / "tiny"
    wait_for_runs(process, folder / "calibration", at_least=5)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    there = len(run_ids(folder / "calibration"))
    assert 5 <= there < DRAWS
    told: list = []
    again = play(resolve_replay(TINY), folder, ways_of(told))
    first = next(progress for stage, progress in told if stage == "calibration")
    assert first.done == there  # what was stored is not made again
    assert texts(again) == texts(played)


def wait_for_runs(process: subprocess.Popen[bytes], folder: Path, at_least: int) -> None:
    """Wait until so many runs are stored."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            if len(run_ids(folder)) >= at_least:
                return
        except StoreError:
            pass
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.01)
    raise AssertionError("nothing was stored in time")
