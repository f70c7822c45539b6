"""The overview of a stored run or sweep, drawn as PNG and SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.show import paragraph, safe
from sim.cli.trouble import check_writable, storing

if TYPE_CHECKING:
    from sim.analysis.maps import PhaseMap
    from sim.analysis.tables import Tables


def plot(folder: Path, out: Path | None) -> None:
    """Draw every figure of the overview and say where they are."""
    from sim.analysis.stored import stored_study

    study = stored_study(folder)
    figures = out if out is not None else folder / "figures"
    check_writable(figures)
    for path in draw_tables(study.tables, figures, study.maps):
        print(path)
    summarise(study.maps)


def summarise(maps: Sequence[PhaseMap]) -> None:
    """A line a phase map: who does better in how many cells, and whether theory agrees."""
    for one in maps:
        paragraph(safe(f"Phase map, {one.summary()}"))


def draw_tables(tables: Tables, figures: Path, maps: Sequence[PhaseMap] = ()) -> list[Path]:
    """Draw the overview of tables, and phase maps, into a folder; returns the files written."""
    from sim.plots.figures import overview, phase_figures, save

    with storing(figures):
        drawn = {**overview(tables), **phase_figures(maps, tables.title)}
        return [path for name, figure in drawn.items() for path in save(figure, figures / name)]
