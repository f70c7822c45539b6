"""Who brought what: Shapley values as bars, with what each brings alone and as the last."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from sim.analysis.treatments import short_names
from sim.plots.style import COLOURS, INK, note

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.analysis.shapley import Shapley

NOTE_WIDTH = 105
MARKS = (("alone", "o", -0.24), ("missed", "D", 0.24))  # beside the bar, above and below it


def shapley_bars(found: Shapley, ax: Axes) -> Axes:
    """A bar a factor with its interval, the greatest on top; axis in the outcome's unit.

    A circle: what the factor brings alone; a diamond: what is lost where it alone is missing.
    """
    short = short_names(found.factors)
    for place, i in enumerate(found.order):
        share = found.shares[i]
        ax.barh(place, share.value, height=0.36, color=COLOURS[3], edgecolor=INK, linewidth=0.7,
                gid=f"share-{short[found.factors[i]]}")  # fmt: skip
        around = [[share.value - share.low], [share.high - share.value]]
        ax.errorbar(share.value, place, xerr=around, fmt="none",
                    capsize=3.2, ecolor=INK, elinewidth=1.5)  # fmt: skip
        for (_, mark, up), one in zip(MARKS, (found.alone[i], found.missed[i]), strict=True):
            ax.errorbar(one.value, place + up, fmt=mark, markersize=4.5, capsize=2,
                        xerr=[[one.value - one.low], [one.high - one.value]],
                        color=COLOURS[0] if mark == "o" else COLOURS[4], elinewidth=1)  # fmt: skip
    ax.set_yticks(range(len(found.order)), [short[found.factors[i]] for i in found.order])
    ax.set_ylim(len(found.order) - 0.45, -0.55)
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_xlabel(f"part of the outcome ({found.unit})\n{found.label}")
    note(ax, textwrap.fill(
        f"Bars: Shapley values, which add up to {found.whole.value:.3g}; circles: alone; diamonds: "
        f"lost where it alone is missing; lines are 95% intervals over {found.n} replicates",
        NOTE_WIDTH))  # fmt: skip
    return ax
