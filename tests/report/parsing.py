"""A page as a reader's program sees it: its tree, its tables, its sections."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import html5lib

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"


def text_of(folder: Path) -> str:
    return (folder / "report.html").read_text("utf-8")


@functools.cache
def parsed(folder: Path) -> Any:
    """The page's tree; raises at the first thing that is not valid HTML5."""
    return html5lib.HTMLParser(strict=True).parse(text_of(folder))


def words_of(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def tables(folder: Path) -> dict[str, list[list[str]]]:
    """Cells of every table by its caption, header first."""
    found = {}
    for figure in parsed(folder).iter(f"{HTML}figure"):
        if figure.get("class") == "table":
            rows = [[words_of(cell) for cell in row] for row in figure.iter(f"{HTML}tr")]
            found[words_of(figure.find(f"{HTML}figcaption"))] = rows
    return found


def section(folder: Path, name: str) -> str:
    (found,) = (e for e in parsed(folder).iter(f"{HTML}section") if e.get("id") == name)
    return words_of(found)
