"""The generated tables of sim/ODD.md: printed, compared, rewritten.

``python -m sim.cli.odd`` rewrites the page from the schedule and the schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "ODD.md"


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; what would break a cell is escaped."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(" ".join(c.split()).replace("|", "\\|") for c in cells) + " |"

    return "\n".join([line(header), line(["---"] * len(header)), *map(line, rows)])


def tables() -> dict[str, str]:
    """The generated tables by the name of their mark."""
    from sim.cli.explain import PARAMETER_HEADER, parameter_rows, week_rows

    return {
        "schedule": markdown(("", "process", "what happens"), week_rows()),
        "parameters": markdown(PARAMETER_HEADER, parameter_rows()),
    }


def block(name: str, table: str) -> str:
    """A table between its marks."""
    return f"<!-- generated: {name} -->\n{table}\n<!-- end -->"


def rewritten(page: str) -> str:
    """The page with every generated table renewed; raises ValueError where a mark is missing."""
    for name, table in tables().items():
        mark = f"<!-- generated: {name} -->"
        parts = re.split(rf"{mark}\n.*?<!-- end -->", page, flags=re.DOTALL)
        if len(parts) != 2:
            raise ValueError(f"the page must have the mark {mark} once, has {len(parts) - 1}")
        page = block(name, table).join(parts)
    return page


def main() -> None:
    """Rewrite sim/ODD.md where it is not current."""
    page = PAGE.read_text("utf-8")
    if (new := rewritten(page)) != page:
        PAGE.write_text(new, "utf-8")


if __name__ == "__main__":
    main()
