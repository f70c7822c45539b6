"""A study on all cores: progress, then who survives how often, and where the rest is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.show import amount, paragraph, safe, table
from sim.cli.trouble import Refused, Status, check_writable, count, storing

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.intervals import Interval
    from sim.analysis.treatments import Settings
    from sim.experiments.runner import Progress
    from sim.experiments.sweep import ResolvedStudy
    from sim.scenario.schema import Scenario

EVERY = 10.0  # seconds between two lines of progress where there is no terminal
MOST_ROWS = 40  # of the table on screen
SEVERAL = ("strategy", "alive at the end", "users", "discounted profit")  # fits 100 columns
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
    from sim.analysis.stored import stored_study
    from sim.analysis.treatments import short_titles
    from sim.cli.plot import draw_tables, summarise

    study = stored_study(folder)
    tables, settings = study.tables, study.settings
    print(f"\n{safe(tables.title)}\n")
    firms_csv, table_csv = write_tables(folder, tables.rows, settings)
    kept = len(table_rows(tables.rows)) <= MOST_ROWS or not study.maps
    if kept:
        show_table(tables.rows, short_titles(settings), table_csv)
        print()
    if study.maps:
        summarise(study.maps)
        print()
    tell_answer(tables.rows, settings)
    figures = draw_tables(tables, folder / "figures", study.maps)
    print(f"\n{folder}   firms, series; README.txt says how to read them")
    print(f"{table_csv}   the whole table; {firms_csv.name} has every firm of every run")
    names = ", ".join(dict.fromkeys(path.stem for path in figures))
    print(f"{folder / 'figures'}   {names}, as PNG and SVG")


def tell_answer(rows: pd.DataFrame, settings: Sequence[tuple[str, Settings]]) -> None:
    """The answer; of several treatments, that of all together and how they differ."""
    from sim.analysis.comparison import answer, headline
    from sim.analysis.treatments import by_treatment

    treatments = rows["treatment"].nunique()
    if treatments == 1:
        paragraph(safe(answer(rows)))
        return
    paragraph(f"Over all {treatments} treatments: {safe(answer(rows))}")
    pair = headline(rows)
    if pair is not None and (said := by_treatment(rows, settings, *pair)):
        paragraph(safe(said))


def table_rows(rows: pd.DataFrame) -> list[tuple[str, dict[str, Any]]]:
    """Treatment and row of ``survival_table``, treatments in the order of the study."""
    from sim.analysis.comparison import survival_table

    return [
        (str(treatment), row)
        for treatment, firms in rows.groupby("treatment", sort=False)
        for row in survival_table(firms)
    ]


def show_table(rows: pd.DataFrame, titles: Mapping[str, str], whole: Path) -> None:
    """Survival and success by strategy, 95% intervals over runs; by treatment if several.

    titles: short names of treatments. whole: the file to name where rows or columns are left out.
    """
    found = table_rows(rows)
    if rows["treatment"].nunique() == 1:
        table(HEADER, [_cells(row) for _, row in found], right="l" + "r" * (len(HEADER) - 1))
        return
    lines, before = [], ""
    for treatment, row in found[:MOST_ROWS]:
        cells = dict(zip(HEADER, _cells(row), strict=True))
        title = safe(titles.get(treatment, treatment)) if treatment != before else ""
        lines.append([title, *(cells[name] for name in SEVERAL)])
        before = treatment
    table(("treatment", *SEVERAL), lines, right="ll" + "r" * (len(SEVERAL) - 1), gap=2)
    if len(found) > MOST_ROWS:
        print(f"  and {count(len(found) - MOST_ROWS, 'row')} more in {whole}")


def write_tables(
    folder: Path, rows: pd.DataFrame, settings: Sequence[tuple[str, Settings]]
) -> tuple[Path, Path]:
    """Write firms.csv and survival_table.csv into a folder of results; returns their paths."""
    import pandas as pd

    levels = dict(settings)
    flat = []
    for treatment, row in table_rows(rows):
        one: dict[str, Any] = {"treatment": treatment, **levels.get(treatment, {})}
        for name, value in row.items():
            if isinstance(value, tuple):
                one |= {name: value[0], f"{name}_low": value[1], f"{name}_high": value[2]}
            else:
                one[name] = value
        flat.append(one)
    firms, whole = folder / "firms.csv", folder / "survival_table.csv"
    with storing(folder):
        rows.to_csv(firms, index=False)
        pd.DataFrame(flat).to_csv(whole, index=False)
    return firms, whole


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
