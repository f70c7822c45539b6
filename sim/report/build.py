"""The page: sections of blocks through one template, escaped, the same bytes every time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sim.analysis.wording import counted
from sim.report.sections import SECTIONS
from sim.report.subject import Subject, read
from sim.report.words import length

FILE = "report.html"


def write_report(folder: Path, out: Path | None = None) -> Path:
    """Write the page about the results in a folder; returns its path.

    out: the file, by default ``report.html`` in the folder. Raises StoreError where the folder
    holds no results, OSError where the page cannot be written.
    """
    text = page(read(folder))
    path = out if out is not None else folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def page(subject: Subject) -> str:
    """The whole page as HTML."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("sim.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    sections = [_section(section, subject) for section in SECTIONS]
    return environment.get_template("page.html.j2").render(
        title=subject.title,
        question=subject.question,
        facts=facts(subject),
        sections=[section for section in sections if section["parts"]],
    )


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
