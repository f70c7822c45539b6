"""Whole figures: the overview of a run or a sweep, and writing them to files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.tables import Run, Tables, from_runs
from sim.plots.series import firm_lines, series_bands, stage_areas
from sim.plots.style import DPI, headed, in_order, new_figure, settings
from sim.plots.survival import survival_curves, survival_figure_height

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.market.result import RunResult

MEASURES = {"users": "n_users", "customers": "n_payers", "cash": "cash_cents"}


def overview(tables: Tables) -> dict[str, Figure]:
    """Figures by name: users, customers, cash, stages-<strategy> and, for a sweep, survival.

    A sweep shows medians and the middle 80% of runs by strategy; a single run shows its firms.
    """
    rows, series, title = tables
    many = rows["run"].nunique() > 1
    figures: dict[str, Figure] = {}
    with settings():
        for name, measure in MEASURES.items():
            figures[name], ax = new_figure()
            (series_bands if many else firm_lines)(series, measure, ax)
            headed(figures[name], _heading(title, name))
        for strategy in in_order(series["strategy"]):
            name = f"stages-{strategy}"
            figures[name], ax = new_figure()
            stage_areas(series, ax, strategy)
            headed(figures[name], _heading(title, f"{strategy} firms and people"))
        if many:
            height = survival_figure_height(rows["strategy"].nunique())
            figures["survival"], ax = new_figure(height)
            survival_curves(rows, ax)
            headed(figures["survival"], _heading(title, "survival of firms"))
    return figures


def run_overview(result: RunResult) -> dict[str, Figure]:
    """The overview of one run."""
    return overview(from_runs([Run(result)]))


def _heading(title: str, word: str) -> str:
    return f"{title}: {word}" if title else word[:1].upper() + word[1:]


def save(figure: Figure, path_stem: Path) -> list[Path]:
    """Write ``path_stem``.png and .svg, the same bytes every time; returns the two paths.

    Raises OSError when the folder cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    path_stem.parent.mkdir(parents=True, exist_ok=True)
    png, svg = (path_stem.with_name(f"{path_stem.name}.{end}") for end in ("png", "svg"))
    with settings():
        FigureCanvasAgg(figure)
        figure.savefig(png, dpi=DPI, metadata={"Software": None})
        figure.savefig(svg, metadata={"Date": None, "Creator": None})
    return [png, svg]
