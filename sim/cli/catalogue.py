"""What comes with the program: scenarios and strategies, a line each."""

from __future__ import annotations

from collections.abc import Iterable

from sim.cli.show import heading, paragraph, safe


def _one_line(text: str) -> str:
    return safe(" ".join(text.split()))


def listing(entries: Iterable[tuple[str, str, str]]) -> None:
    """Print (name, line, further text) with the names in a column of their own."""
    found = [(name, _one_line(line), _one_line(more)) for name, line, more in entries]
    width = max((len(name) for name, _, _ in found), default=0) + 2
    for name, line, more in found:
        heading(f"{name:<{width}}", line)
        if more:
            paragraph(more, indent=width + 2)


def scenarios() -> None:
    """Name, question and what to watch of every scenario of the catalogue."""
    from sim.scenario.read import catalogue

    entries = catalogue()
    listing(
        (entry.name, entry.question or entry.title, "shows: " + "; ".join(entry.watch))
        for entry in entries
    )
    if entries:
        print(f"\nTry: userfirst run {entries[0].name}")


def strategies() -> None:
    """Name, what it does and where it comes from, of every strategy."""
    from sim.strategies import describe

    listing((each.name, each.line, each.source) for each in describe())
