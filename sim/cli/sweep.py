"""A study on all cores: progress, then who survives how often, and where the rest is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.show import amount, paragraph, safe, table
from sim.cli.trouble import Refused, Status, check_writable, count

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.intervals import Interval
    from sim.experiments.runner import Progress
    from sim.experiments.sweep import ResolvedStudy
    from sim.scenario.schema import Scenario

EVERY = 10.0  # seconds between two lines of progress where there is no terminal
MOST_ROWS = 40  # of the table on screen
HEADER = (
    "strategy", "firms", "alive at the end", "weeks alive", "users", "customers",
    "discounted profit", "trust",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A sweep as the command line asks for it."""

    study: str
    changes: tuple[str, ...] = ()
    replicates: int | None = None
    seed: int | None = None
    jobs: int | None = None
    executor: str = "processes"
    out: Path = Path("results")


def sweep(asked: Asked) -> None:
    """Run what is missing of a study and print its answer; raises ``Refused`` if runs failed."""
    from sim.cli.limits import refuse_too_large
    from sim.experiments.executors import cores
    from sim.experiments.sweep import Ways, folder_of, resolve
    from sim.experiments.sweep import sweep as run_study

    study = resolve(asked.study, asked.changes, replicates=asked.replicates, seed=asked.seed)
    folder = folder_of(study, asked.out)
    check_writable(folder)
    jobs = asked.jobs or cores()
    largest = max((t.scenario for t in study.treatments), key=lambda s: s.people.count)
    refuse_too_large(largest, jobs)
    warm_up(study.base)
    _announce(study, jobs)
    with progress() as tell:
        ways = Ways(jobs=jobs, executor=asked.executor, progress=tell, resume=_again())
        done = run_study(study, asked.out, ways).progress
    if done.failed < done.total:
        show(folder)
    if done.failed:
        raise Refused(
            f"{count(done.failed, 'run')} of {done.total} failed; why is in {folder} "
            "(table runs of runs.sqlite, column error)",
            Status.RUNS_FAILED,
        )


def _again() -> str:
    """The command that was given, to be given again."""
    import shlex

    return shlex.join(["userfirst", *sys.argv[1:]])


def _announce(study: ResolvedStudy, jobs: int) -> None:
    treatments, runs = len(study.treatments), len(study.treatments) * study.study.replicates
    said = f"{count(treatments, 'treatment')}, {count(runs, 'run')}, {jobs} at a time"
    print(f"{safe(study.study.title)}: {said}", file=sys.stderr)


def warm_up(scenario: Scenario) -> None:
    """Compile the model once, here, rather than in every worker at the same time."""
    from sim.market import kernel_is_cold

    if not kernel_is_cold():
        return
    from sim.cli.patience import interruptible
    from sim.cli.run import announce_compilation

    announce_compilation()
    few = scenario.people.model_copy(update={"count": 50})
    short = scenario.model_copy(update={"people": few, "weeks": 2})

    def work(_report: Any) -> None:
        from sim.market.model import simulate

        simulate(short)

    interruptible(work, lambda _done, _total: None)


Tell = Callable[["Progress"], None]


@contextmanager
def progress() -> Iterator[Tell]:
    """Where a sweep stands: a bar on a terminal, else a line every ``EVERY`` seconds."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(), TextColumn("{task.completed:,} of {task.total:,} runs"),
        TextColumn("{task.fields[said]}"), TimeRemainingColumn(),
    )  # fmt: skip
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("runs", total=1, said="")

        def tell(state: Progress) -> None:
            said = f"{state.rate:.1f} a second, {state.failed} failed"
            bar.update(task, completed=state.done, total=state.total, said=said)

        yield tell


def _lines() -> Tell:
    told = time.monotonic()

    def tell(state: Progress) -> None:
        nonlocal told
        over = state.done == state.total
        if not over and time.monotonic() - told < EVERY:
            return
        told = time.monotonic()
        left = "" if over or state.seconds_left is None else f", {state.seconds_left:.0f} s left"
        print(
            f"{state.done:,} of {state.total:,} runs, {state.rate:.1f} a second{left}, "
            f"{state.failed} failed",
            file=sys.stderr,
            flush=True,
        )

    return tell


def show(folder: Path) -> None:
    """The table of strategies, the answer, the figures, and where they are."""
    from sim.analysis.comparison import answer
    from sim.analysis.stored import tables_in
    from sim.cli.plot import draw_tables

    tables = tables_in(folder)
    rows = tables.rows
    print(f"\n{safe(tables.title)}\n")
    show_table(rows)
    treatments = rows["treatment"].nunique()
    over = "" if treatments == 1 else f"Over all {treatments} treatments: "
    print()
    paragraph(over + safe(answer(rows)))
    figures = draw_tables(tables, folder / "figures")
    print(f"\n{folder}   firms, series; README.txt says how to read them")
    names = ", ".join(dict.fromkeys(path.stem for path in figures))
    print(f"{folder / 'figures'}   {names}, as PNG and SVG")


def show_table(rows: pd.DataFrame) -> None:
    """Survival and success by strategy, 95% intervals over runs; by treatment if several."""
    from sim.analysis.comparison import survival_table

    treatments = list(dict.fromkeys(rows["treatment"]))
    many = len(treatments) > 1
    found = [
        ([safe(treatment)] if many else []) + _cells(row)
        for treatment in treatments
        for row in survival_table(rows[rows["treatment"] == treatment])
    ]
    header = (["treatment"] if many else []) + list(HEADER)
    table(header, found[:MOST_ROWS], right=("l" if many else "") + "l" + "r" * (len(HEADER) - 1))
    if len(found) > MOST_ROWS:
        print(f"  and {count(len(found) - MOST_ROWS, 'row')} more")


def _cells(row: dict[str, Any]) -> list[str]:
    """A strategy's row as shown."""
    return [
        row["strategy"], f"{row['firms']:,}", _shares(row["alive"]),
        _span(row["weeks"], lambda n: f"{n:.0f}"), _shares(row["users"]),
        _shares(row["customers"]), _span(row["discounted_profit"], amount),
        _span(row["trust"], amount),
    ]  # fmt: skip


def _shares(interval: Interval) -> str:
    return _span(interval, lambda value: f"{100 * value:.0f}%")


def _span(interval: Interval, shown: Callable[[float], str]) -> str:
    """``61% (54 to 68)``; the estimate alone where one run leaves no interval."""
    value, low, high = interval
    if low != low or high != high:  # NaN
        return "-" if value != value else shown(value)
    return f"{shown(value)} ({shown(low).rstrip('%')} to {shown(high).rstrip('%')})"
