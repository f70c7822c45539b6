"""Names beside the points where firms left the market, kept clear of each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.plots.style import readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Box = tuple[float, float, float, float]  # left, bottom, right, top in shares of the axes
_LINE, _LETTER = 0.05, 0.0125  # height of a line and width of a letter at the house's size


def name_exits(ax: Axes, exits: Sequence[tuple[float, float, str, str]]) -> None:
    """Write each firm's name at the nearest free height beside its last point.

    exits: (x, y in data, name, colour). Limits of the axes must be final.
    """
    from matplotlib import patheffects

    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    at = [((x - x0) / (x1 - x0), (y - y0) / (y1 - y0)) for x, y, _, _ in exits]
    taken: list[Box] = [(x - 0.01, y - 0.02, x + 0.01, y + 0.02) for x, y in at]
    for (x, y), (_, _, name, colour) in sorted(zip(at, exits, strict=True)):
        box = _free(x, y, _LETTER * len(name), taken)
        taken.append(box)
        ax.annotate(
            name, xy=(x, y), xytext=(box[0], (box[1] + box[3]) / 2), xycoords="axes fraction",
            textcoords="axes fraction", va="center", ha="left", fontsize="small",
            color=readable(colour), annotation_clip=False,
            path_effects=[patheffects.withStroke(linewidth=3, foreground="white")],
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.7, "shrinkB": 4,
                        "relpos": (0.0, 0.5)},
        )  # fmt: skip


def _free(x: float, y: float, width: float, taken: Sequence[Box]) -> Box:
    """The place nearest to a point, above or below it, where nothing is written yet."""
    left = min(x + 0.015, 1.0 - width)
    for step in range(40):
        for side in (1, -1):
            middle = y + side * (0.05 + 0.02 * step)
            box = (left, middle - _LINE / 2, left + width, middle + _LINE / 2)
            if box[1] >= 0.0 and box[3] <= 1.02 and not any(_meet(box, other) for other in taken):
                return box
    return (left, y, left + width, y + _LINE)


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
