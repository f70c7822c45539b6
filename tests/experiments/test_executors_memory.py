"""Memory stays flat however many runs a sweep has: nothing of a run outlives its storing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim.experiments.runner import run_plan
from sim.experiments.ways import Progress, Ways
from tests.experiments.tiny_market import market_plan

ROOT = Path(__file__).resolve().parents[2]
PAGE = 4096
FLAT = 0.05  # growth that is allowed


def resident() -> int:
    """Bytes of memory that this process occupies."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def measure(folder: Path, n_runs: int, settled: int) -> None:
    """Sweep in this process; print its memory once ``settled`` runs are stored, and at the end."""
    seen: list[int] = []

    def tell(progress: Progress) -> None:
        if progress.done >= settled:
            seen.append(resident())

    plan = market_plan(people=1000, weeks=4, replicates=n_runs // 2)
    run_plan(folder, plan, Ways(jobs=1, progress=tell))
    print(seen[0], max(seen[-3:]))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize(
    ("n_runs", "settled"), [(300, 100), pytest.param(6_000, 1_000, marks=pytest.mark.slow)]
)
def test_memory_is_flat(tmp_path: Path, n_runs: int, settled: int) -> None:
    """In a process of its own: others' memory would hide what a run leaves behind."""
    code = (
        "from pathlib import Path; from tests.experiments.test_executors_memory import measure; "
        f"measure(Path({str(tmp_path / 's')!r}), {n_runs}, {settled})"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=900
    )
    assert ended.returncode == 0, ended.stderr
    first, last = (int(word) for word in ended.stdout.split())
    assert last < first * (1 + FLAT), f"{first:,} bytes became {last:,}"
