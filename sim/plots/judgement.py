"""Who predicts better, over all series: errors of model and simple curve, and coverage beside."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.history.curves import COVERED
from sim.analysis.history.judge import ALIKE
from sim.plots.style import COLOURS, FAINT, headed, note, settings

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, LINE, AROUND = 12.0, 0.27, 2.3  # inches: the page, a series, what is around them
NAME, LEAST = 44, 1e-3  # letters; an error that is shown as such
_OWN, _CURVE = (COLOURS[0], "o"), (COLOURS[4], "D")  # colour and mark


def judgement_figure(table: pd.DataFrame, *, title: str = "") -> Figure:
    """Errors and coverage of every series of a table of judgement, the model's best at the top.

    table: ``judge.COLUMNS``. Series that no model plays, or that are too short to be judged,
    come last and are counted. Raises ValueError without rows.
    """
    from matplotlib.figure import Figure

    if not len(table):
        raise ValueError("no series to draw")
    rows = in_order(table)
    head = textwrap.wrap(title or headline(rows), 92)
    with settings():
        height = AROUND + LINE * len(rows) + 0.25 * len(head)
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        errors, covered = figure.subplots(1, 2, width_ratios=[2.2, 1], sharey=True)
        error_dots(rows, errors)
        coverage_dots(rows, covered)
        covered.tick_params(labelleft=False)
        headed(figure, "\n".join(head))
        figure.supxlabel(textwrap.fill(_said(rows), 150), x=0.012, ha="left", fontsize="small")
    return figure


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """By ratio of errors, the model's best first; then those without a model, without a score."""
    rank = table["ratio"].isna().astype(int) + table["baseline MASE"].isna()
    return (
        table.assign(_rank=rank)
        .sort_values(["_rank", "ratio", "series"], kind="stable")
        .drop(columns="_rank")
        .reset_index(drop=True)
    )


def headline(table: pd.DataFrame) -> str:
    """How often the model, and how often the simple curve, is closer to what happened."""
    ratio = table["ratio"].dropna()
    if not len(ratio):
        return "No model is judged beside the simple curves"
    better, worse = int((ratio < 1 - ALIKE).sum()), int((ratio > 1 + ALIKE).sum())
    alike = len(ratio) - better - worse
    return (
        f"Of {len(ratio)} series the model predicts {better} better than the simple curve, "
        f"{worse} worse, {alike} alike"
    )


def error_dots(rows: pd.DataFrame, ax: Axes) -> Axes:
    """Scaled error of model and simple curve by series, on a logarithmic axis, 1 marked.

    An error below 0.001 or without end stands at the edge. rows: in the order from the top.
    """
    pair = rows[["model MASE", "baseline MASE"]].to_numpy(dtype=float)
    shown = pair[np.isfinite(pair) & (pair > LEAST)]
    low, high = (shown.min(), shown.max()) if len(shown) else (0.5, 2.0)
    low, high = min(low, 0.5) / 1.6, max(high, 2.0) * 1.6
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    at = np.clip(pair, low, high)
    ax.axvline(1, color=FAINT, linewidth=1, zorder=0, gid="naive")
    for place, (own, curve) in enumerate(at):
        if np.isfinite(own + curve):
            line = "-" if own < curve else (0, (2, 1.4))
            ax.plot([own, curve], [place, place], color=FAINT, linewidth=1.6, linestyle=line,
                    zorder=1, gid="pair")  # fmt: skip
    _dots(ax, at[:, 0], at[:, 1])
    _names(ax, rows)
    _decades(ax, low, high)
    ax.set_xlabel("mean absolute error (usual steps between rows fitted), logarithmic")
    note(ax, "filled: model; hollow: simple curve; dashed where the simple curve is closer")
    return ax


def coverage_dots(rows: pd.DataFrame, ax: Axes) -> Axes:
    """Share of the rows judged inside the 80% intervals of model and simple curve, by series."""
    own, curve = (100 * rows[f"{name} coverage"].to_numpy(float) for name in ("model", "baseline"))
    ax.axvline(100 * COVERED, color=FAINT, linewidth=1, zorder=0, gid="nominal")
    _dots(ax, own, curve)
    _names(ax, rows)
    ax.set_xlim(-4, 104)
    ax.set_xlabel("rows inside the 80% interval (%)")
    note(ax, "line: 80%, as it should be")
    return ax


def _dots(ax: Axes, own: np.ndarray, curve: np.ndarray) -> None:
    places = np.arange(len(own))
    for values, (colour, mark), fill, size, gid in (
        (curve, _CURVE, "white", 8, "baseline"),  # larger: seen behind a model that does alike
        (own, _OWN, _OWN[0], 6, "model"),
    ):
        ax.plot(values, places, mark, color=colour, markerfacecolor=fill, markeredgewidth=1.4,
                markersize=size, clip_on=False, zorder=3, gid=gid)  # fmt: skip


def _names(ax: Axes, rows: pd.DataFrame) -> None:
    names = [textwrap.shorten(name, NAME, placeholder="...") if " " in name
             else name if len(name) <= NAME else f"{name[: NAME - 3]}..."
             for name in rows["series"].astype(str)]  # fmt: skip
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_yticks(range(len(rows)), names)
    ax.tick_params(axis="y", length=0, labelsize="small")
    for place in range(len(rows)):
        ax.axhline(place, color=FAINT, linewidth=0.4, alpha=0.35, zorder=0)


def _decades(ax: Axes, low: float, high: float) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    steps = (1, 2, 5) if high / low < 300 else (1,)
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    at = [step * 10.0**power for power in powers for step in steps]
    ax.xaxis.set_major_locator(FixedLocator([value for value in at if low <= value <= high]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.xaxis.set_minor_locator(NullLocator())


def _said(rows: pd.DataFrame) -> str:
    alone = int((rows["model MASE"].isna() & rows["baseline MASE"].notna()).sum())
    silent = int(rows["baseline MASE"].isna().sum())
    said = ["1 is as wrong as the row before, on the rows that were fitted"]
    if alone:
        said.append(f"{alone} without a model's forecast")
    if silent:
        said.append(f"{silent} too short or too even to be judged")
    return "; ".join(said)
