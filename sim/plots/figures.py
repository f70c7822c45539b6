"""Whole figures: the overview of a run or a sweep, and writing them to files."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.tables import Run, Tables, from_runs
from sim.plots.causes import causes_figure
from sim.plots.phase import F, joined, phase_map, zero_line
from sim.plots.series import (
    firm_lines,
    has_stages,
    of_interest,
    series_bands,
    stage_areas,
)
from sim.plots.style import DPI, INK, headed, in_order, laid_out, new_figure, note, settings
from sim.plots.survival import hazard_curves, survival_curves, survival_figure_height

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.analysis.maps import PhaseMap
    from sim.market.result import RunResult


def overview(tables: Tables) -> dict[str, Figure]:
    """Figures by name: users, customers, cash, stages-<strategy>; survival, causes, hazard.

    A study that keeps other series has figures of those. A sweep shows medians and the middle 80%
    of runs by strategy; a single run shows its firms and none of the last three. Causes and hazard
    need a firm that left.
    """
    rows, series, title = tables
    many = rows["run"].nunique() > 1
    figures: dict[str, Figure] = {}
    with settings():
        for name, measure in of_interest(series).items():
            figures[name], ax = new_figure()
            (series_bands if many else firm_lines)(series, measure, ax)
            headed(figures[name], _heading(title, name.replace("-", " ")))
        for strategy in in_order(series["strategy"]) if has_stages(series) else ():
            name = f"stages-{strategy.replace(':', '-')}"  # no colon: it names files
            figures[name], ax = new_figure()
            stage_areas(series, ax, strategy)
            headed(figures[name], _heading(title, f"{strategy} firms and people"))
        if many:
            height = survival_figure_height(rows["strategy"].nunique())
            figures["survival"], ax = new_figure(height)
            survival_curves(rows, ax)
            headed(figures["survival"], _heading(title, "survival of firms"))
    if many and not rows["survived"].all():
        figures |= _exits(rows, title)
    return figures


def _exits(rows: pd.DataFrame, title: str) -> dict[str, Figure]:
    """Why and when firms left: causes, hazard."""
    with settings():
        figure, ax = new_figure()
        hazard_curves(rows, ax)
        headed(figure, _heading(title, "hazard of exit"))
    return {"causes": causes_figure(rows, title), "hazard": figure}


def run_overview(result: RunResult) -> dict[str, Figure]:
    """The overview of one run."""
    return overview(from_runs([Run(result)]))


def phase_figures(maps: Sequence[PhaseMap], title: str = "") -> dict[str, Figure]:
    """Figures of a study over two factors: phase-map, and phase-map-<measure> for the others."""
    figures: dict[str, Figure] = {}
    with settings():
        for one in maps:
            name = "phase-map" if one.measure == "survival" else f"phase-map-{one.measure}"
            figures[name], ax = new_figure(6.4)
            _draw_map(one, ax)
            headed(figures[name], _heading(title, one.measure.replace("_", " ")))
    return figures


def _draw_map(one: PhaseMap, ax: Axes) -> None:
    """Cells, the two predicted lines where they cross the map, and what they rest on."""
    keys = list(zip(one.cells["x"], one.cells["y"], strict=True))
    logs = one.x.logarithmic, one.y.logarithmic
    nan = float("nan")
    lines: list[tuple[F, F] | None] = [None, None]
    said = [one.note]
    for place, (part, name) in enumerate((("value", "users' value"), ("cash", "cash"))):
        margin = [getattr(one.predicted[k], part) if k in one.predicted else nan for k in keys]
        lines[place] = joined(zero_line(one.cells, margin, *logs))
        if one.predicted and lines[place] is None:
            known = [each for each in margin if each == each]
            where = "everywhere" if known[0] > 0 else "nowhere"
            said.insert(0, f"predicted: {name} suffices {where} on this map, so no line")
    phase_map(
        one.cells, ax, x_label=one.x.label, y_label=one.y.label, value_label=one.label,
        boundary=lines[0], cash_line=lines[1], log_x=logs[0], log_y=logs[1],
    )  # fmt: skip
    paying = [k for k in keys if k in one.predicted and one.predicted[k].pays]
    for x, y in paying:
        for colour, width, gid in (("white", 3.5, "halo"), (INK, 1.3, "pays")):
            ax.plot(x, y, "o", markersize=23, markerfacecolor="none", markeredgecolor=colour,
                    markeredgewidth=width, gid=gid)  # fmt: skip
    if one.predicted:
        said.insert(0, f"rings: {one.first} is predicted to do better ({len(paying)} cells)")
    marks = ax.get_title(loc="left")
    note(ax, "\n".join(textwrap.fill(text, 105) for text in (marks, *said)))


def _heading(title: str, word: str) -> str:
    return f"{title}: {word}" if title else word[:1].upper() + word[1:]


def save(figure: Figure, path_stem: Path) -> list[Path]:
    """Write ``path_stem``.png and .svg, the same bytes every time; returns the two paths.

    Both have one layout, that of the PNG. Raises OSError when the folder cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    path_stem.parent.mkdir(parents=True, exist_ok=True)
    png, svg = (path_stem.with_name(f"{path_stem.name}.{end}") for end in ("png", "svg"))
    with settings():
        FigureCanvasAgg(figure)
        with laid_out(figure, DPI):
            figure.savefig(png, dpi=DPI, metadata={"Software": None})
            figure.savefig(svg, metadata={"Date": None, "Creator": None})
    return [png, svg]
