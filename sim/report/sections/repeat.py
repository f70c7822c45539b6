"""How to repeat it: the files, the command, and the versions of what computed and drew."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from sim.report.blocks import Block, Code, Fold, Table, Text
from sim.report.parts import Part, always
from sim.report.subject import SCENARIO, STUDY, Subject
from sim.report.words import NONE

SOFTWARE = (
    "mesa", "numpy", "numba", "scipy", "pandas", "pydantic", "duckdb", "matplotlib", "Jinja2",
)  # fmt: skip


def _command(subject: Subject) -> list[Block]:
    from sim import __version__

    if subject.study is None:
        said = f"Save the resolved scenario above as {SCENARIO} and, beside it, run"
    else:
        said = (
            f"Save the study below as {STUDY} and the resolved scenario above as {SCENARIO}, in "
            "one folder, and there run"
        )
    own = [name for name in subject.files if name not in (STUDY, SCENARIO)]
    if own:
        said = f"Save each strategy below under its name, {', '.join(own)}. {said}"
    blocks: list[Block] = [
        Text(f"{said} this with userfirst {__version__}, model version {subject.model_version}."),
        Code("The command", subject.command),
    ]
    if subject.study is not None:
        blocks.append(Fold("The study", (Code(STUDY, subject.files[STUDY]),)))
    blocks += [Fold(f"The strategy {name}", (Code(name, subject.files[name]),)) for name in own]
    return blocks


def _software(_subject: Subject) -> list[Block]:
    from sim import __version__

    rows = [("userfirst", __version__), ("Python", platform.python_version())]
    rows += [(name, _version(name)) for name in SOFTWARE]
    return [Table("Software that made this page", ("software", "version"), tuple(rows))]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return NONE


PARTS = (
    Part("command", "", always, _command),
    Part("software", "Versions of software", always, _software),
)
