"""The command about real series: what it takes, and which function carries it out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.history_options import Options, carry_out
from sim.cli.options import AllowCode, Jobs, Out
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
    none = "none"


@answered()
def history(
    name: Annotated[
        str | None,
        typer.Argument(help="A replay or a series: a name, or a replay's file; left out: list."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A CSV of your own: times first, then values."),
    ] = None,
    column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Column of --data; default: the second.")
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Play the series with this scenario: a name or a file."),
    ] = None,
    observe: Annotated[
        str | None,
        typer.Option(metavar="WHAT", help="What of a run is compared, such as users:FIRM."),
    ] = None,
    starts: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Time of week 0; default: the start of the first row."),
    ] = None,
    factor: Annotated[
        Factored | None,
        typer.Option(help="Fit one factor between run and series, or none; default: as units say."),
    ] = None,
    calibrate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=LOW..HIGH",
            help="Fit this field (FIELD=log LOW..HIGH: on a log scale); may be repeated; "
            "none: the scenario as it is. Default: fields that every scenario has.",
        ),
    ] = None,
    confidence: Annotated[
        Least, typer.Option(help="Keep rows of this confidence or higher; L keeps all.")
    ] = Least.L,
    baseline: Annotated[
        Simple | None, typer.Option(help="The simple curve; default: what the series says.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Play every replay; one table over all series.")
    ] = False,
    short: Annotated[
        bool, typer.Option("--short", help="With --all: few people and runs, in minutes.")
    ] = False,
    jobs: Jobs = None,
    people: Annotated[
        int | None, typer.Option(metavar="N", min=10, max=1_000_000, help="How many people.")
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(metavar="N", min=20, max=100_000, help="Runs that calibrate, 20 at least."),
    ] = None,
    replicates: Annotated[
        int | None, typer.Option(metavar="N", min=5, max=1000, help="Runs that forecast.")
    ] = None,
    allow_code: AllowCode = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
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
