"""What the processes of a sweep spend and hold, from ``/proc``, while it tells how far it is."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.experiments.ways import Progress

HERE = "driver"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Measured:
    """What a sweep took.  cpu: seconds by who spent them; peak: megabytes by who held them."""

    runs: int
    plan: float
    seconds: float
    rate: float = 0.0  # by the clock, from the first stored runs to the last
    load: float = 0.0  # of the machine, mean over the sweep
    cpu: dict[str, float] = field(default_factory=dict)
    peak: dict[str, float] = field(default_factory=dict)
    megabytes: float = 0.0
    files: int = 0
    again: float = 0.0
    status: float = 0.0
    table: float = 0.0
    digest: str = ""


def below(pid: int) -> set[int]:
    """A process and all below it."""
    found = {pid}
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            found |= below(int(child))
    return found


def cpu_and_peak(pid: int) -> tuple[float, float]:
    """Processor seconds of a process so far, and the megabytes it ever held."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    return (int(fields[11]) + int(fields[12])) / TICKS, int(peak.split()[1]) / 1000


class Watch:
    """Looks at the processes of each part whenever a sweep tells how far it is."""

    def __init__(self, parts: dict[str, int]) -> None:
        self._parts = parts
        self._first: dict[int, float] = {}  # by process
        self._last: dict[int, tuple[float, float]] = {}
        self._who: dict[int, str] = {}
        self._told = 0.0
        self._stored: list[tuple[int, float, float]] = []  # runs, when, load of the machine

    def look(self, progress: Progress) -> None:
        """Note processor time and memory of every process that is there now."""
        if progress.done:
            self._stored.append((progress.done, time.perf_counter(), os.getloadavg()[0]))
        for part, root in self._parts.items():
            for pid in below(root):
                found = cpu_and_peak(pid)
                # what this process began, it began for this sweep
                own = part == HERE and pid != os.getpid()
                self._first.setdefault(pid, 0.0 if own else found[0])
                self._last[pid] = found
                self._who[pid] = "workers" if own else part
        if time.monotonic() - self._told > 10:
            self._told = time.monotonic()
            print(
                f"{progress.done:,} of {progress.total:,}, {progress.rate:.0f}/s", file=sys.stderr
            )

    def into(self, made: Measured) -> None:
        """Sum the time, and take the largest memory, of each part."""
        (first, began, _), (last, ended, _) = self._stored[0], self._stored[-1]
        made.rate = (last - first) / max(1e-9, ended - began)
        made.load = sum(load for *_, load in self._stored) / len(self._stored)
        for pid, (cpu, peak) in self._last.items():
            part = self._who[pid]
            made.cpu[part] = made.cpu.get(part, 0.0) + cpu - self._first[pid]
            made.peak[part] = max(made.peak.get(part, 0.0), peak)
