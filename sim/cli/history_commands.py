"""The command about real series: what it takes, and which function carries it out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.history_options import Options, carry_out
from sim.cli.options import AllowCode, AsJson, Jobs, Out
from sim.cli.trouble import answered


class Least(StrEnum):
    """The least confidence of rows that are kept."""

    H = "H"
    M = "M"
    L = "L"


class Simple(StrEnum):
    """A simple curve to beat."""

    bass = "bass"
    substitution = "substitution"


class Factored(StrEnum):
    """Whether a factor stands between run and series."""

    fit = "fit"
    first = "first"
    none = "none"


Name = Annotated[
    str | None,
    typer.Argument(help="A replay or a series: a name, or a replay's file; left out: list."),
]
Data = Annotated[
    Path | None, typer.Option(metavar="FILE", help="A CSV of your own: times first, then values.")
]
Column = Annotated[
    str | None, typer.Option(metavar="NAME", help="Column of --data; default: the second.")
]
PlayedBy = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Play the series with this scenario: a name or a file."),
]
Observe = Annotated[
    str | None, typer.Option(metavar="WHAT", help="What of a run is compared, such as users:FIRM.")
]
Starts = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Time of week 0; default: the start of the first row."),
]
Factor = Annotated[
    Factored | None,
    typer.Option(
        help="One factor between run and series: fitted, of the first row, or none; default: "
        "as units say."
    ),
]
Calibrate = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FIELD=LOW..HIGH",
        help="Fit this field (FIELD=log LOW..HIGH: on a log scale); may be repeated; "
        "none: the scenario as it is. Default: fields that every scenario has.",
    ),
]
Confidence = Annotated[
    Least, typer.Option(help="Keep rows of this confidence or higher; L keeps all.")
]
Baseline = Annotated[
    Simple | None, typer.Option(help="The simple curve; default: what the series says.")
]
All = Annotated[bool, typer.Option("--all", help="Play every replay; one table over all series.")]
Short = Annotated[
    bool, typer.Option("--short", help="With --all: few people and runs, in minutes.")
]
Crowd = Annotated[
    int | None, typer.Option(metavar="N", min=10, max=1_000_000, help="How many people.")
]
Draws = Annotated[
    int | None,
    typer.Option(metavar="N", min=20, max=100_000, help="Runs that calibrate, 20 at least."),
]
Replicates = Annotated[
    int | None, typer.Option(metavar="N", min=5, max=1000, help="Runs that forecast.")
]


@answered()
def history(
    name: Name = None,
    data: Data = None,
    column: Column = None,
    scenario: PlayedBy = None,
    observe: Observe = None,
    starts: Starts = None,
    factor: Factor = None,
    calibrate: Calibrate = None,
    confidence: Confidence = Least.L,
    baseline: Baseline = None,
    every: All = False,
    short: Short = False,
    jobs: Jobs = None,
    people: Crowd = None,
    draws: Draws = None,
    replicates: Replicates = None,
    allow_code: AllowCode = False,
    json: AsJson = False,
    out: Out = Path("results"),
) -> None:
    """List real series and replays, play one again, or judge a simple curve on one."""
    carry_out(
        Options(
            name=name, data=data, column=column, scenario=scenario, observe=observe, starts=starts,
            factor=None if factor is None else factor.value,
            calibrate=tuple(calibrate or ()), least=confidence.value,
            curve=None if baseline is None else baseline.value, every=every, short=short,
            jobs=jobs, people=people, draws=draws, replicates=replicates, allow_code=allow_code,
            json=json, out=out,
        )
    )  # fmt: skip


def add(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command(short_help="List real series; play history again; judge forecasts.")(history)
