"""The page: sections of blocks through one template, escaped, the same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.analysis.wording import counted
from sim.experiments.parts import write_text
from sim.report.sections import SECTIONS
from sim.report.subject import Subject, read
from sim.report.words import length

FILE = "report.html"


def write_report(folder: Path, out: Path | None = None) -> Path:
    """Write the page about the results in a folder; returns its path.

    out: the file, by default ``report.html`` in the folder. Raises StoreError where the folder
    holds no results, OSError where the page cannot be written.
    """
    path = out if out is not None else folder / FILE
    return write_text(path, page(read(folder)), shared=True)


def page(subject: Subject) -> str:
    """The whole page as HTML."""
    sections = [_section(section, subject) for section in SECTIONS]
    return rendered(
        subject.title,
        subject.question,
        facts(subject),
        [section for section in sections if section["parts"]],
    )


def rendered(title: str, question: str, facts: str, sections: Sequence[dict[str, Any]]) -> str:
    """A page of sections through the template.

    A section has name, title and parts; a part has name, title and blocks.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("sim.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.get_template("page.html.j2")
    return template.render(title=title, question=question, facts=facts, sections=sections)


def _section(section: Any, subject: Subject) -> dict[str, Any]:
    """A section as the template takes it: names, titles, blocks."""
    return {
        "name": section.name,
        "title": section.title,
        "parts": [
            {"name": f"{section.name}-{part.name}", "title": part.title,
             "blocks": part.render(subject)}
            for part in section.shown(subject)
        ],
    }  # fmt: skip


def facts(subject: Subject) -> str:
    """What was run, in one line."""
    rows, scenario = subject.rows, subject.scenario
    said = [counted(subject.n_runs, "run")]
    if subject.several:
        said.append(counted(rows["treatment"].nunique(), "treatment"))
    firms = rows.groupby("run").size()
    low, high = int(firms.min()), int(firms.max())
    said.append(counted(low, "firm") if low == high else f"{low:,} to {high:,} firms")
    if rows["people"].nunique() == 1:
        said.append(f"{int(rows['people'].iloc[0]):,} people")
    said.append(length(scenario.weeks))
    return " \N{MIDDLE DOT} ".join(said)
