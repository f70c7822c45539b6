"""The overview of a stored run or sweep, drawn as PNG and SVG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.trouble import check_writable, storing

if TYPE_CHECKING:
    from sim.analysis.tables import Tables


def plot(folder: Path, out: Path | None) -> None:
    """Draw every figure of the overview and say where they are."""
    for path in draw(folder, out if out is not None else folder / "figures"):
        print(path)


def draw(folder: Path, figures: Path) -> list[Path]:
    """Draw the overview of a folder of results; returns the files written."""
    from sim.analysis.stored import tables_in

    tables = tables_in(folder)
    check_writable(figures)
    return draw_tables(tables, figures)


def draw_tables(tables: Tables, figures: Path) -> list[Path]:
    """Draw the overview of tables into a folder; returns the files written."""
    from sim.plots.figures import overview, save

    with storing(figures):
        drawn = overview(tables)
        return [path for name, figure in drawn.items() for path in save(figure, figures / name)]
