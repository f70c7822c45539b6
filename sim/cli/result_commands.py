"""The commands about results: what they take, and which module carries each of them out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import (
    AllowCode,
    AsJson,
    Jobs,
    Out,
    Overrides,
    People,
    ScenarioName,
    Seed,
    StudyName,
    Weeks,
)
from sim.cli.study_commands import Limit, RetryFailed, Where
from sim.cli.trouble import Refused, answered

ResultFolder = Annotated[Path, typer.Argument(help="A folder of results.")]


class Film(StrEnum):
    """What an animation is written as."""

    gif = "gif"
    mp4 = "mp4"


class Payoff(StrEnum):
    """What a tournament is played for, of a firm."""

    discounted_profit = "discounted_profit"
    survival = "survival"
    users = "users"
    customers = "customers"
    cash_trough = "cash_trough"
    weeks_alive = "weeks_alive"


class Game(StrEnum):
    """Which game of two a tournament is read as: half and half, or one against all others."""

    half = "half"
    deviation = "deviation"


@answered()
def plot(
    result: Annotated[
        Path, typer.Argument(help="A folder of results; with --network also a scenario.")
    ],
    network: Annotated[
        bool, typer.Option("--network", help="Draw who uses whom, of at most 2,000 people.")
    ] = False,
    seed: Seed = None,
    weeks: Weeks = None,
    people: People = None,
    overrides: Overrides = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to; default: RESULT/figures.")
    ] = None,
    allow_code: AllowCode = False,
) -> None:
    """Draw the overview of a stored run or study, or who uses whom, as PNG and SVG."""
    from sim.cli import plot as command
    from sim.cli.run import as_overrides

    changes = as_overrides(overrides, seed=seed, weeks=weeks, people=people)
    if network:
        command.network(result, changes, out, allow_code=allow_code)
        return
    if changes or allow_code:
        options = "--seed, --weeks, --people, --set and --allow-code"
        raise Refused(f"{options} belong to --network")
    command.plot(result, out)


@answered()
def animate(
    scenario: ScenarioName,
    seed: Seed = None,
    weeks: Weeks = None,
    people: People = None,
    overrides: Overrides = None,
    frames: Annotated[
        int | None, typer.Option(metavar="N", min=2, help="How many pictures; default 100.")
    ] = None,
    every: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Weeks between two pictures.")
    ] = None,
    form: Annotated[Film, typer.Option("--format", help="Film format; mp4 needs ffmpeg.")] = (
        Film.gif
    ),
    out: Out = Path("results"),
    allow_code: AllowCode = False,
) -> None:
    """Run a scenario and film who uses whom, with users and cash beside it."""
    from sim.cli import animate as command
    from sim.cli.run import as_overrides

    changes = as_overrides(overrides, seed=seed, weeks=weeks, people=people)
    command.animate(scenario, changes, out, frames, form.value, every, allow_code=allow_code)


@answered()
def compare(
    targets: Annotated[
        list[str],
        typer.Argument(
            metavar="RESULT...",
            help="Folders of results, or FOLDER:TREATMENT; one folder alone is compared by its "
            "treatments, or its strategies.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to; default: comparison in the first folder."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Compare the first with each of the others: paired differences, effect sizes, a figure."""
    from sim.cli import compare as command

    command.compare(targets, out, json)


@answered()
def report(
    result: ResultFolder,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The page; default: RESULT/report.html.")
    ] = None,
) -> None:
    """Write one self-contained HTML page about a stored run, study or tournament."""
    from sim.cli import report as command

    command.report(result, out)


Rivals = Annotated[
    str | None, typer.Option(metavar="A,B,C", help="Which strategies; default: the study's.")
]
Mixtures = Annotated[
    str | None,
    typer.Option(metavar="1,3", help="How many of the first strategy; default: every number."),
]
Selection = Annotated[
    float | None, typer.Option(metavar="S", help="Strength of selection; default 5.")
]


@answered()
def tournament(
    study: StudyName,
    strategies: Rivals = None,
    firms: Annotated[int, typer.Option(metavar="N", min=2, help="Firms in a market.")] = 6,
    mixtures: Mixtures = None,
    payoff: Annotated[Payoff, typer.Option(help="What is played for.")] = Payoff.discounted_profit,
    game: Annotated[Game, typer.Option(help="Half and half, or one against all.")] = Game.half,
    selection: Selection = None,
    jobs: Jobs = None,
    replicates: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Runs of every market.")
    ] = None,
    seed: Seed = None,
    weeks: Weeks = None,
    people: People = None,
    overrides: Overrides = None,
    executor: Where = "processes",
    limit: Limit = 0.0,
    retry_failed: RetryFailed = False,
    out: Out = Path("results"),
    allow_code: AllowCode = False,
) -> None:
    """Let strategies meet in all mixtures; show best replies, equilibria, what selection does."""
    from sim.cli import sweep
    from sim.cli import tournament as command
    from sim.cli.run import as_overrides

    changes = as_overrides(overrides, seed=None, weeks=weeks, people=people)
    asked = sweep.Asked(
        study, changes, replicates=replicates, seed=seed, jobs=jobs, executor=executor,
        limit=limit, retry_failed=retry_failed, out=out, allow_code=allow_code,
    )  # fmt: skip
    command.tournament(
        command.Wanted(
            asked, strategies=command.words_of(strategies), n_firms=firms,
            mixtures=command.counts_of(mixtures), payoff=payoff.value, game=game.value,
            selection=selection,
        )
    )  # fmt: skip


def add(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for short, command in (
        ("Compare results, treatments or strategies.", compare),
        ("Let strategies meet in all mixtures.", tournament),
        ("Write one page about a stored result.", report),
        ("Draw the figures of a stored result.", plot),
        ("Film a run.", animate),
    ):
        app.command(short_help=short)(command)
