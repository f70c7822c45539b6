"""What the data say of each parameter: the prior in grey, the posterior on top, the verdict."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.calibration.identified import Verdict
from sim.analysis.calibration.ranges import Ranges
from sim.plots.style import COLOURS, FAINT, INK, headed, note, settings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

N_BINS = 20
COLUMNS, WIDTH, ROW = 3, 4.4, 3.0  # panels a row; inches of a panel


class Fitted(NamedTuple):
    """A parameter with its prior, even from low to high or, where log, in logarithms.

    draws (n,) of its posterior in ``unit``; verdict: None where nothing could be fitted.
    """

    name: str
    unit: str
    low: float
    high: float
    log: bool
    draws: NDArray[np.float64]
    verdict: Verdict | None


def posterior_figure(parameters: Sequence[Fitted], *, title: str, said: str = "") -> Figure:
    """A panel a parameter; said: a sentence below. Raises ValueError without parameters."""
    from matplotlib.figure import Figure

    if not parameters:
        raise ValueError("no parameter to draw")
    columns = min(COLUMNS, len(parameters))
    rows = -(-len(parameters) // columns)
    width = max(WIDTH * columns, 6.0)
    key = (
        "grey: the prior; steps: draws of the posterior; line: median; bar at the foot: 80% "
        "interval; identified: the posterior's sd is at most half of the prior's"
    )
    lines = textwrap.wrap(f"{key}. {said}", int(width * 14))
    head = textwrap.wrap(title, int(width * 8))
    with settings():
        height = rows * ROW + 0.17 * len(lines) + 0.3 * len(head) + 0.1
        figure = Figure(figsize=(width, height), layout="constrained")
        panels = figure.subplots(rows, columns, squeeze=False).ravel()
        for ax, each in zip(panels, parameters, strict=False):
            posterior_panel(each, ax)
        for place, ax in enumerate(panels):
            if place % columns:
                ax.set_ylabel("")
            if place >= len(parameters):
                ax.remove()
        headed(figure, "\n".join(head))
        figure.supxlabel("\n".join(lines), x=0.012, ha="left", fontsize="small")
    return figure


def posterior_panel(fitted: Fitted, ax: Axes) -> Axes:
    """Density of the posterior, on the scale on which the prior is even and has density 1."""
    ranges = Ranges.of([fitted.low], [fitted.high], [fitted.log])
    share = ranges.unit(fitted.draws[:, None])[:, 0]
    density, edges = np.histogram(share, N_BINS, (0, 1), density=True)
    at = ranges.natural(edges[:, None])[:, 0]
    ax.fill_between([fitted.low, fitted.high], 0, 1, color=FAINT, alpha=0.35, linewidth=0,
                    gid="prior")  # fmt: skip
    ax.stairs(density, at, color=COLOURS[0], linewidth=1.8, gid="posterior")
    ax.stairs(density, at, color=COLOURS[0], alpha=0.15, fill=True, linewidth=0)
    top = 1.15 * max(float(density.max()), 1.2)
    said = [fitted.name]
    if fitted.verdict is not None:
        own = fitted.verdict
        ax.plot([own.median] * 2, [0, top / 1.05], color=INK, linewidth=1.6, gid="median")
        ax.plot([own.low, own.high], [0, 0], color=INK, linewidth=6, solid_capstyle="butt",
                clip_on=False, zorder=4, gid="interval")  # fmt: skip
        said.append(_words(own))
    else:
        said.append("not fitted: draws of the prior")
    if fitted.log:
        ax.set_xscale("log")
        _plain_ticks(ax, fitted.low, fitted.high)
    ax.set_xlim(fitted.low, fitted.high)
    ax.set_ylim(0, top)
    ax.set_xlabel(f"value ({fitted.unit})" if fitted.unit not in ("", "-") else "value (-)")
    ax.set_ylabel("density (prior = 1)")
    note(ax, "\n".join(textwrap.shorten(text, 52, placeholder=" ...") for text in said))
    return ax


def _words(own: Verdict) -> str:
    """Verdict, median and interval."""
    edge = f", at the {own.bound} end" if own.bound else ""
    return f"{own.word}{edge}: {own.median:.3g} ({own.low:.3g} to {own.high:.3g})"


def _plain_ticks(ax: Axes, low: float, high: float) -> None:
    """Ticks at 1, 2, 5 of each power of ten inside a logarithmic range, as plain numbers."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    steps = (1, 2, 5) if len(powers) <= 4 else (1,)
    at = [step * 10.0**power for power in powers for step in steps]
    inside = [value for value in at if low <= value <= high]
    ax.xaxis.set_major_locator(FixedLocator(inside if len(inside) > 1 else [low, high]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
