"""The command about real series: what it takes, and which function carries it out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import Out
from sim.cli.trouble import Refused, answered


class Least(StrEnum):
    """The least confidence of rows that are kept."""

    H = "H"
    M = "M"
    L = "L"


class Simple(StrEnum):
    """A simple curve to beat."""

    bass = "bass"
    substitution = "substitution"


@answered()
def history(
    name: Annotated[str | None, typer.Argument(help="A series; left out: list the series.")] = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A CSV of your own: times first, then values."),
    ] = None,
    column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Column of --data; default: the second.")
    ] = None,
    confidence: Annotated[
        Least, typer.Option(help="Keep rows of this confidence or higher; L keeps all.")
    ] = Least.L,
    baseline: Annotated[
        Simple | None, typer.Option(help="The simple curve; default: what the series says.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
    out: Out = Path("results"),
) -> None:
    """List real series, or fit a simple curve to the first part of one and judge it on the rest."""
    from sim.cli import history as command

    if name is None and data is None:
        if column is not None or baseline is not None or confidence is not Least.L:
            raise Refused("--column, --baseline and --confidence belong to a series")
        command.listing(json=json)
        return
    if name is not None and data is not None:
        raise Refused("name a series or give --data, not both")
    if column is not None and data is None:
        raise Refused("--column belongs to --data; a series is named FILE:COLUMN")
    asked = command.Asked(
        name, data, column=column, least=confidence.value,
        curve=None if baseline is None else baseline.value,
    )  # fmt: skip
    command.show(asked, json=json, out=out)


def add(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command(short_help="List real series; judge forecasts of one.")(history)
