"""How far a sweep is, read from its folder while it runs or later, without disturbing it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sim.experiments.errors import StoreError
from sim.experiments.ledger import FILE, Ledger
from sim.experiments.lock import LOCK

RECENT = 60.0  # seconds that the rate is measured over
_MODULE = re.compile(r"^(?:[A-Za-z_]\w*\.)+(?=[A-Z]\w*: )")
FEW = 10  # runs that ended in them; fewer say too little


@dataclass(frozen=True)
class Failed:
    """A run that failed: its id, seed and the last line of what it said."""

    run: str
    seed: int
    reason: str


@dataclass(frozen=True)
class Status:
    """Where a study's folder stands.

    done: runs stored, failed ones included; total: runs of the study as last planned, each once.
    holder: process that sweeps now, '' unknown, None when nobody does.  rate: runs a second over
    the last minute; seconds_left: by that rate; both None where nobody sweeps.
    last: seconds since the last run was stored, None before the first.
    more: the study stops by itself, so that rounds may follow.
    """

    folder: Path
    title: str
    done: int
    total: int
    failures: tuple[Failed, ...]
    holder: str | None
    rate: float | None
    seconds_left: float | None
    last: float | None
    more: bool


def status(folder: Path, now: float | None = None) -> Status:
    """Read a study's folder; raises StoreError where it holds no sweep.

    now: seconds since the epoch.
    """
    now = time.time() if now is None else now
    if not (folder / FILE).is_file():
        raise StoreError(f"{folder} holds no sweep (there is no {FILE} in it)")
    holder = sweeping(folder)
    ledger = Ledger(folder, write=False)
    try:
        planned, title = _planned(ledger), ledger.meta().get("title", folder.name)
        names = ledger.names("runs")
        runs = [dict(zip(names, row, strict=True)) for row in ledger.rows("runs")]
    finally:
        ledger.close()
    ours = [run for run in runs if run["id"] in planned]
    ends = [datetime.fromisoformat(run["finished_at"]).timestamp() for run in ours]
    rate = None if holder is None else _rate(ends, _began(folder), now)
    left = (len(planned) - len(ours)) / rate if rate else None
    return Status(
        folder, title, len(ours), len(planned), tuple(failed_of(ours)), holder, rate, left,
        max(0.0, now - max(ends)) if ends else None, _stops_by_itself(folder),
    )  # fmt: skip


def _planned(ledger: Ledger) -> set[str]:
    """Runs of the newest plan."""
    names = ledger.names("plan")
    run, generation = names.index("run"), names.index("generation")
    rows = ledger.rows("plan")
    newest = max((row[generation] for row in rows), default=0)
    return {row[run] for row in rows if row[generation] == newest}


def failed_of(runs: Sequence[dict[str, object]]) -> list[Failed]:
    """The runs that failed, with the last line of what they said before the replay line."""
    return [
        Failed(str(run["id"]), int(str(run["seed"])), reason(str(run["error"])))
        for run in runs
        if run["status"] == "FAILED"
    ]


def reason(error: str) -> str:
    """The line of a recorded error that says most: the last one before seed and replay line."""
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    said = [line for line in lines if not (line.startswith("seed ") and "replay:" in line)]
    # a traceback names the module of an exception, which is nothing to the reader
    return _MODULE.sub("", said[-1]) if said else "no reason is recorded"


def _rate(ends: Sequence[float], began: float, now: float) -> float | None:
    """Runs a second over the last minute; over the whole of this sweep if few ended in it."""
    recent = [end for end in ends if now - end <= RECENT]
    if len(recent) >= FEW and now - began > RECENT:
        return len(recent) / RECENT
    ours = sum(end >= began for end in ends)
    return ours / max(1.0, now - began) if ours else None


def _began(folder: Path) -> float:
    """When the sweep that holds the lock took it: it wrote its number then."""
    return (folder / LOCK).stat().st_mtime


def sweeping(folder: Path) -> str | None:
    """Process that holds the folder's lock now, '' where its number is unknown, None if nobody.

    Asks for a shared lock for an instant, and writes nothing.
    """
    import fcntl

    try:
        handle = os.open(folder / LOCK, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(handle, 40).decode("ascii", "replace").strip()
    finally:
        os.close(handle)
    return None


def _stops_by_itself(folder: Path) -> bool:
    try:
        lines = (folder / "study.yaml").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return False
    return any(line.startswith("stop:") for line in lines)
