"""The commands, their arguments and what they say about themselves.

Each command is parsed here and carried out by the module of its name, which is imported
only then: ``userfirst --help`` pays for nothing that runs.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.cli import history_commands, result_commands, study_commands
from sim.cli.options import (
    AllowCode,
    AsJson,
    Jobs,
    Out,
    Overrides,
    People,
    ScenarioName,
    Seed,
    Weeks,
)
from sim.cli.trouble import answered

app = typer.Typer(
    name="userfirst",
    help="A market of simulated people in which firms that put users first meet firms "
    "that put customers first. Start with: userfirst scenarios",
    epilog="Exit status: 0 well, 1 unexpected, 2 faults in what was given, 3 runs failed, "
    "4 cannot store, 130 stopped with Ctrl-C.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from sim import __version__

        print(f"userfirst {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Options that stand before the command."""


@app.command(short_help="Run a scenario once; show who survived.")
@answered()
def run(
    scenario: ScenarioName,
    seed: Seed = None,
    weeks: Weeks = None,
    people: People = None,
    overrides: Overrides = None,
    threads: Annotated[
        int, typer.Option(metavar="N", min=1, help="Threads; pays for 200,000 people or more.")
    ] = 1,
    out: Out = Path("results"),
    json: AsJson = False,
    audit: Annotated[
        bool, typer.Option("--audit", help="Check every week that money and people add up.")
    ] = False,
    allow_code: AllowCode = False,
) -> None:
    """Run a scenario once and show who survived."""
    from sim.cli import run as command

    changes = command.as_overrides(overrides, seed=seed, weeks=weeks, people=people)
    command.run(
        scenario, changes, threads=threads, out=out, json=json, audit=audit, allow_code=allow_code
    )


@app.command(short_help="Show every fault of scenario files.")
@answered()
def check(
    files: Annotated[
        list[str],
        typer.Argument(help="Scenarios, studies, replays or series: files or names."),
    ],
    allow_code: AllowCode = False,
) -> None:
    """Show every fault of every file, with its place; exit status 2 if there is one."""
    from sim.cli import check as command

    command.check(files, allow_code=allow_code)


@app.command(short_help="Show the week and every parameter.")
@answered()
def explain(
    scenario: Annotated[
        str | None,
        typer.Argument(help="Show this scenario's values."),
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the tables as they stand in sim/ODD.md.")
    ] = False,
    allow_code: AllowCode = False,
) -> None:
    """Show the week in order, then every parameter with unit, range and source."""
    from sim.cli import explain as command

    command.explain(scenario, markdown=markdown, allow_code=allow_code)


@app.command(short_help="List the scenarios that come along.")
@answered()
def scenarios() -> None:
    """List the scenarios that come with the program."""
    from sim.cli import catalogue

    catalogue.scenarios()


@app.command(short_help="List the strategies a firm may have.")
@answered()
def strategies() -> None:
    """List the strategies that a firm may have."""
    from sim.cli import catalogue

    catalogue.strategies()


@app.command(short_help="Compile the model ahead of the first run.")
@answered()
def warm() -> None:
    """Compile the model now, so that the first run need not wait; later calls do nothing."""
    from sim.cli import warm as command

    command.warm()


@app.command(short_help="Judge 22 stylised facts; hits and misses.")
@answered()
def facts(
    jobs: Jobs = None,
    short: Annotated[
        bool,
        typer.Option("--short", help="Few people, few runs: to see that it works, not what is so."),
    ] = False,
    json: AsJson = False,
    out: Out = Path("results"),
) -> None:
    """Run what is missing of the default ensemble and judge 22 facts of real markets by it."""
    from sim.cli import facts as command

    command.facts(command.Asked(out=out, jobs=jobs, short=short, json=json))


study_commands.add(app)


result_commands.add(app)


history_commands.add(app)


def run_program() -> None:
    """Parse the arguments, carry out the command, leave with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter gets a stand-in, never a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    with answered():
        app(prog_name="userfirst")
