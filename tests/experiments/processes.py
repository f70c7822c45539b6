"""Starting a sweep as a process group of its own, and reading what it says."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("sweep_alone.py")


def start(
    folder: Path,
    story: str = "sleep=0.02",
    replicates: int = 20,
    jobs: int = 2,
    executor: str = "processes",
    **options: Any,
) -> subprocess.Popen[str]:
    """A sweep of its own process group, its output piped."""
    command = [
        sys.executable,
        str(SCRIPT),
        str(folder),
        story,
        str(replicates),
        str(jobs),
        executor,
    ]
    return subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )


def wait_for_runs(sweep: subprocess.Popen[str], at_least: int = 1, timeout: float = 60) -> int:
    """Wait until so many runs are stored; returns how many the sweep said."""
    assert sweep.stdout is not None
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if select.select([sweep.stdout], [], [], 0.2)[0]:
            line = sweep.stdout.readline()
            if line.startswith("done") and (n := int(line.split()[1])) >= at_least:
                return n
        if sweep.poll() is not None:
            raise AssertionError(f"the sweep ended: {sweep.communicate()}")
    raise AssertionError("the sweep stored nothing in time")


def kill_group(sweep: subprocess.Popen[str]) -> int:
    """Kill every process of the sweep; returns the last number of runs it said were stored."""
    os.killpg(sweep.pid, signal.SIGKILL)
    said, _ = sweep.communicate(timeout=30)
    return max(
        (int(line.split()[1]) for line in said.splitlines() if line[:4] == "done"), default=0
    )


def children(pid: int) -> set[int]:
    """All processes below this one."""
    found: set[int] = set()
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            found |= {int(child), *children(int(child))}
    return found
