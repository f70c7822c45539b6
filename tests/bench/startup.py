"""What the command costs before the first week: help, check, a first run cold and warm."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.tables import Cell, Ways, publish

ROOT = Path(__file__).resolve().parents[2]
RUN = ("-m", "sim", "run", "users-not-customers", "--people", "500", "--weeks", "13")


def took(arguments: Sequence[str], folder: Path) -> tuple[float, float]:
    """Seconds by the clock and of the processor that a Python process takes; folder: its cache."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(folder)}
    with tempfile.TemporaryDirectory() as empty:
        before, began = os.times(), time.perf_counter()
        subprocess.run(
            [sys.executable, *arguments], check=True, cwd=empty, env=env,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        ended, after = time.perf_counter(), os.times()
    processor = after.children_user + after.children_system
    return ended - began, processor - before.children_user - before.children_system


def medians(arguments: Sequence[str], folder: Path, rounds: int) -> tuple[float, float]:
    """Medians of rounds, after one that is not counted."""
    took(arguments, folder)
    clock, processor = zip(*(took(arguments, folder) for _ in range(rounds)), strict=True)
    return statistics.median(clock), statistics.median(processor)


def report(ways: Ways) -> None:
    """Measures and publishes the table."""
    rounds = 2 if ways.small else 7
    rows: list[list[Cell]] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for title, arguments in (
            ("Python itself", ("-c", "pass")),
            ("userfirst --help", ("-m", "sim", "--help")),
            ("userfirst check users-not-customers", ("-m", "sim", "check", "users-not-customers")),
        ):
            rows.append([title, *(1e3 * s for s in medians(arguments, folder, rounds))])
        if not ways.small:
            rows.append(["first run, cold: compiles", *(1e3 * s for s in took(RUN, folder))])
            warm = medians(RUN, folder, rounds)
            rows.append(["first run of a process, warm", *(1e3 * s for s in warm)])
    publish(
        "startup",
        "Milliseconds until a command is done",
        ["command", "by the clock", "processor"],
        rows,
        f"Medians of {rounds} processes (the cold run: one), each started and awaited; the run is"
        " `userfirst run users-not-customers` with 500 people and 13 weeks.",
        ways=ways,
    )
