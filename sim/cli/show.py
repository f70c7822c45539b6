"""How things look on screen: tables without frames, shares, money, names made safe."""

from __future__ import annotations

import math
import shlex
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

WIDE = 160  # columns to print in where no terminal says how wide it is


def safe(text: object) -> str:
    """A text from a file without what a terminal would take for a command."""
    return "".join(c if c.isprintable() else " " for c in str(text))


def share(value: float) -> str:
    """``41.2%``; a dash for what does not exist."""
    return "-" if math.isnan(value) else f"{100 * value:.1f}%"


def amount(value: float) -> str:
    """Two decimals; a dash for what does not exist; no minus before a zero."""
    return "-" if math.isnan(value) else f"{value + 0.0 if round(value, 2) else 0.0:.2f}"


def number(value: float, digits: int = 2) -> str:
    """A number with so many decimals; a dash for what does not exist."""
    return f"{value:.{digits}f}" if math.isfinite(value) else "-"


def percent(value: float) -> str:
    """``41%``; a dash for what does not exist."""
    return f"{100 * value:.0f}%" if math.isfinite(value) else "-"


def as_object(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as JSON knows it: what is no number becomes null."""
    return {
        str(name): None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in row.items()
    }


def given(start: Sequence[str] = ("userfirst",)) -> str:
    """The command that was given, to be given again; start: what starts the program."""
    return shlex.join([*start, *sys.argv[1:]])


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, right: str = "", gap: int = 3
) -> None:
    """Print rows under a header on standard output.

    right: one letter a column, ``r`` for numbers set to the right, anything else for words.
    gap: blanks between columns.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, header_style="bold")
    for place, title in enumerate(header):
        number = right[place : place + 1] == "r"
        shown.add_column(Text(title), justify="right" if number else "left", no_wrap=number)
    for row in rows:
        shown.add_row(*(Text(safe(cell)) for cell in row))
    width = None if sys.stdout.isatty() else WIDE
    console = Console(width=width, highlight=False)
    with console.capture() as captured:
        console.print(shown)
    for line in captured.get().splitlines():
        print(f"  {line.rstrip()}")


def columns() -> int:
    """How wide text may be: the terminal's width, or a page's."""
    return min(shutil.get_terminal_size((100, 24)).columns, 120)


def heading(label: str, text: str) -> None:
    """A label, in bold on a terminal, and the text it opens, wrapped under itself."""
    shown = f"\x1b[1m{label}\x1b[0m" if sys.stdout.isatty() else label
    lines = textwrap.wrap(text, max(columns() - len(label) - 2, 30)) or [""]
    print(f"  {shown}{lines[0]}".rstrip())
    for line in lines[1:]:
        print(" " * (len(label) + 2) + line)


def paragraph(text: str, *, indent: int = 0) -> None:
    """A text wrapped to the screen, every line indented."""
    margin = " " * indent
    wide = max(columns(), indent + 30)
    print(
        textwrap.fill(
            text, wide, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False
        )
    )
