"""What `userfirst sweep --dry-run` says, divided by what then happened: time and disk.

Each study is estimated in an empty folder, swept with as many workers as there are cores, and
its tables and figures are made, by the clock, all in a process of its own: loading what they
need is part of it.  1 is right; .7 to 1.3 is what we ask for.
Studies are shortened so that runs take about as long as tables and figures, not in their kinds:
one treatment, a grid, points that a design drew, firms that imitate, many treatments.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from sim.cli.sweep_tables import show
from sim.cli.warm import warm_up
from sim.experiments.estimate import Estimate, estimate
from sim.experiments.reading import ResolvedStudy, resolve
from sim.experiments.sweep import folder_of, sweep
from sim.experiments.ways import Ways
from tests.bench.tables import Ways as HowMuch
from tests.bench.tables import publish

# study: (people, weeks, replicates); None: as it is
STUDIES: dict[str, tuple[int | None, int | None, int | None]] = {
    "headline": (None, None, 20),
    "cash-and-network": (1000, 260, 4),
    "screening": (1000, 156, 1),
    "imitation": (1000, None, 6),
    "darwin": (1000, None, 2),
    "five-behaviours": (1000, 156, 2),
    "crowdsourcing": (1000, None, 12),
    "broken-promises": (1000, None, 4),
}


def shortened(name: str) -> ResolvedStudy:
    """The study with the people, weeks and replicates of ``STUDIES``."""
    people, weeks, replicates = STUDIES[name]
    given = {"people.count": people, "weeks": weeks}
    changes = [f"{key}={value}" for key, value in given.items() if value is not None]
    return resolve(name, changes, replicates=replicates)


def size(folder: Path) -> int:
    """Bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def happened(study: ResolvedStudy, out: Path, jobs: int) -> tuple[float, float, int]:
    """Seconds of the runs, seconds of tables and figures, bytes of the folder."""
    began = time.perf_counter()
    folder = sweep(study, out, Ways(jobs)).folder
    swept = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        show(folder)
    return swept - began, time.perf_counter() - swept, size(folder)


def line(name: str, jobs: int) -> list[str | float]:
    """A study's row: how much it is, and the three ratios."""
    study = shortened(name)
    with tempfile.TemporaryDirectory() as out:
        told: Estimate = estimate(study, folder_of(study, Path(out)), jobs)
        runs, after, stored = happened(study, Path(out), jobs)
    seconds, tables = told.seconds[0], told.after[0]
    return [
        name, told.treatments, told.runs[0], runs + after, seconds / runs, tables / after,
        (seconds + tables) / (runs + after), (told.bytes[0] + told.after[1]) / stored,
    ]  # fmt: skip


def report(ways: HowMuch) -> None:
    """Measures and publishes the table."""
    names = ["headline"] if ways.small else list(STUDIES)
    warm_up()
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, fresh, max_tasks_per_child=1) as one_each:
        lines = list(one_each.map(line, names, [ways.jobs] * len(names)))
    publish(
        "estimates",
        "What the dry run of a study says, divided by what happened",
        ["study", "treatments", "runs", "seconds", "runs' time", "tables' and figures' time",
         "all time", "disk"],
        lines,
        f"Shortened studies, {ways.jobs} workers, by the clock, each in a process of its own."
        " `seconds` is what runs, tables and figures took; the four columns after it are"
        " estimate / happened.",
        ways=ways,
    )  # fmt: skip
