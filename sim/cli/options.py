"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ScenarioName = Annotated[str, typer.Argument(help="A file, or a name from `userfirst scenarios`.")]
StudyName = Annotated[str, typer.Argument(help="A study or a scenario: a file or a name.")]
StudyOrFolder = Annotated[
    str, typer.Argument(metavar="STUDY|FOLDER", help="A study, or the folder of its results.")
]
Folder = Annotated[Path, typer.Argument(help="The folder of a study's results.")]
Seed = Annotated[int | None, typer.Option(metavar="N", help="Seed of every draw.")]
Weeks = Annotated[int | None, typer.Option(metavar="N", help="Length of a run in weeks.")]
People = Annotated[int | None, typer.Option(metavar="N", help="How many people.")]
Jobs = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Runs at a time; default: all cores.")
]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change one value of the file, such as firms.0.offer.price=3; may be repeated.",
    ),
]
AllowCode = Annotated[
    bool,
    typer.Option(
        "--allow-code", help="Run the Python files named as strategies; they can do what you can."
    ),
]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Folder under which results are stored.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")]
