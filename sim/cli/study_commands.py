"""The commands about studies: what they take, and which module carries each of them out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import (
    AllowCode,
    Folder,
    Jobs,
    Out,
    Overrides,
    People,
    Seed,
    StudyName,
    StudyOrFolder,
    Weeks,
)
from sim.cli.trouble import answered

EXECUTORS = "processes | threads | dask://HOST:PORT | mpi"


class Format(StrEnum):
    """What tables are exported as."""

    csv = "csv"
    parquet = "parquet"
    duckdb = "duckdb"


def _known(executor: str) -> str:
    """The executor, if its name is one of those there are."""
    if executor in ("processes", "threads", "mpi") or executor.startswith("dask://"):
        return executor
    from sim.scenario.faults import way_out

    known = ("processes", "threads", "mpi", "dask://HOST:PORT")
    near = way_out(executor, known).replace("; there is", "; there are")
    raise typer.BadParameter(f"must be {EXECUTORS}, got {executor}{near}")


Where = Annotated[
    str,
    typer.Option(metavar="WHERE", callback=_known, help=f"Where runs are made: {EXECUTORS}."),
]
Limit = Annotated[
    float,
    typer.Option(metavar="SECONDS", min=0, help="Longest that a run may take; 0: no limit."),
]
RetryFailed = Annotated[
    bool, typer.Option("--retry-failed", help="Make runs that failed before again.")
]


@answered()
def sweep(
    study: StudyName,
    jobs: Jobs = None,
    replicates: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="Runs of every treatment; sets a stopping rule aside."
        ),
    ] = None,
    seed: Seed = None,
    weeks: Weeks = None,
    people: People = None,
    overrides: Overrides = None,
    executor: Where = "processes",
    limit: Limit = 0.0,
    retry_failed: RetryFailed = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how many runs, how long and how large.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Write the page of `userfirst report` too.")
    ] = False,
    allow_code: AllowCode = False,
    out: Out = Path("results"),
) -> None:
    """Run a study on all cores and show which strategies survive, with intervals."""
    from sim.cli import sweep as command
    from sim.cli.run import as_overrides

    changes = as_overrides(overrides, seed=None, weeks=weeks, people=people)
    asked = command.Asked(
        study, changes, replicates=replicates, seed=seed, jobs=jobs, executor=executor,
        limit=limit, retry_failed=retry_failed, out=out, allow_code=allow_code, report=report,
    )  # fmt: skip
    if dry_run:
        from sim.cli import dry_run as estimated

        estimated.dry_run(asked)
        return
    command.sweep(asked)


@answered()
def status(study: StudyOrFolder, out: Out = Path("results")) -> None:
    """Show how far a sweep is, from another terminal while it runs or later."""
    from sim.cli import status as command

    command.status(study, out)


@answered()
def replay(
    run: Annotated[str, typer.Argument(metavar="RUN_ID", help="The id, or how it begins.")],
    study: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The study's folder of results.")
    ] = None,
    out: Out = Path("results"),
    allow_code: AllowCode = False,
) -> None:
    """Make one stored run again and compare the digests; exit status 1 if they differ."""
    from sim.cli import replay as command

    command.replay(run, study, out, allow_code=allow_code)


@answered()
def verify(folder: Folder) -> None:
    """Check every stored row and file against its digest; exit status 2 if one is damaged."""
    from sim.cli import damage as command

    command.verify(folder)


@answered()
def repair(folder: Folder, jobs: Jobs = None, allow_code: AllowCode = False) -> None:
    """Forget what is damaged in a study's folder and make exactly those runs again."""
    from sim.cli import damage as command

    command.repair(folder, jobs, allow_code=allow_code)


@answered()
def export(
    study: StudyOrFolder,
    to: Annotated[
        Format, typer.Option("--to", help="What the tables are written as.")
    ] = Format.csv,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to; default: the folder's export.")
    ] = None,
    results: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder under which the study's results are.")
    ] = Path("results"),
) -> None:
    """Write the tables of a stored study for other programs, with their units beside."""
    from sim.cli import export as command

    command.export(study, to.value, out, results)


def add(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for short, command in (
        ("Run a study; show who survives how often.", sweep),
        ("Show how far a sweep is.", status),
        ("Make one stored run again and compare.", replay),
        ("Find damage in stored results.", verify),
        ("Make damaged runs again.", repair),
        ("Write stored tables for other programs.", export),
    ):
        app.command(short_help=short)(command)
