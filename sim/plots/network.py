"""Who uses whom: every person a dot, in the look of the firm used last, among those heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.market.snapshots import AWARE, CUSTOMER, FAN, LAPSED, NO_FIRM, STRANGER, USER, Snapshot
from sim.plots.style import FAINT, INK, FirmLook, firm_looks, headed, note, readable, settings

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

F = NDArray[np.float64]
MOST_PEOPLE = 2_000  # beyond it dots are too small to tell their shapes apart
MOST_LINES = 3_000  # beyond it links are pixels inside an SVG, which would be megabytes
NAMED = 12  # firms whose names still fit beside one picture
NOBODYS = FirmLook(FAINT, "o", "-")  # of people without a firm


class Dot(NamedTuple):
    """How a stage is drawn: size (1 is a user's), filled or hollow, with a dark edge or not."""

    word: str
    size: float
    filled: bool
    edged: bool


# towards the firm used last; greyscale keeps them apart by size, filling and edge
DOTS = {
    STRANGER: Dot("knows no firm", 0.45, False, False),
    AWARE: Dot("knows a firm, has none", 0.2, True, False),
    LAPSED: Dot("used it last, not engaged", 0.7, False, False),
    USER: Dot("user", 0.7, True, False),
    CUSTOMER: Dot("customer", 2.0, True, False),
    FAN: Dot("fan", 2.0, True, True),
}


class Places(NamedTuple):
    """Where people (N, 2) and blocks stand, in steps from person to person."""

    people: F
    blocks: F  # (B, 2)
    radius: float  # of the largest block

    @property
    def tall(self) -> float:
        """Height of the picture over its width."""
        width, height = np.ptp(self.blocks, axis=0) + 2 * self.radius
        return float(height / width)


def places(block: NDArray[np.uint8]) -> Places:
    """People of a block along a spiral, so that near neighbours are near; blocks in a honeycomb.

    block (N,): sorted, as of a snapshot. Nothing is drawn by chance.
    """
    names, first, sizes = np.unique(block, return_index=True, return_counts=True)
    radius = float(np.sqrt(sizes.max() / np.pi)) + 0.5
    columns = int(np.ceil(np.sqrt(names.size)))
    row, column = np.divmod(np.arange(names.size), columns)
    step = 2.15 * radius
    centre = np.column_stack((step * (column + 0.5 * (row % 2)), -step * 0.9 * row))
    centre = centre - (centre.max(axis=0) + centre.min(axis=0)) / 2
    rank = np.arange(block.size) - np.repeat(first, sizes)
    out = np.sqrt((rank + 0.5) / np.pi)  # one person a unit of area, one step along the arc
    turn = 2 * np.pi * out
    spiral = np.column_stack((out * np.cos(turn), out * np.sin(turn)))
    return Places(np.repeat(centre, sizes, axis=0) + spiral, centre, radius)


def network(
    snapshot: Snapshot, ax: Axes, *, spots: Places | None = None, keyed: bool = True
) -> Axes:
    """Everybody of a snapshot in the colour and marker of the firm used last; firms beside them.

    spots: where to draw people (of ``places``, which several pictures share). keyed: say below
    what dots mean. Raises ValueError for more than ``MOST_PEOPLE`` people.
    """
    if snapshot.used.size > MOST_PEOPLE:
        raise ValueError(
            f"{snapshot.used.size:,} people are too many to draw one by one; "
            f"{MOST_PEOPLE:,} at most fit a picture"
        )
    spots = places(snapshot.block) if spots is None else spots
    unit = frame(ax, spots)
    draw_links(snapshot, spots.people, ax)
    draw_people(snapshot, spots.people, ax, unit)
    draw_firms(snapshot, ax)
    note(ax, said(snapshot))
    if keyed:
        key(ax.figure)
    return ax


def said(snapshot: Snapshot) -> str:
    """The week, and how many are without a firm."""
    without = int(np.sum(snapshot.used == NO_FIRM))
    return f"week {snapshot.week:,}; {without:,} of {snapshot.used.size:,} people have no firm"


def frame(ax: Axes, spots: Places) -> float:
    """Sets the limits, without ticks; returns the distance of neighbours in points."""
    low = spots.blocks.min(axis=0) - spots.radius
    high = spots.blocks.max(axis=0) + spots.radius
    ax.set_xlim(low[0], high[0])
    ax.set_ylim(low[1], high[1])
    ax.set_aspect("equal")
    ax.set_xticks([])
    ax.set_yticks([])
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_xlabel(
        "people by block of heritage, oldest cohort top left, youngest bottom right\n"
        "(place has no unit); thin lines: who listens to whom",
        fontsize="small",
    )
    box = ax.get_window_extent()
    pixels = min(box.width / (high[0] - low[0]), box.height / (high[1] - low[1]))
    return float(pixels) * 72 / float(ax.figure.dpi)


def draw_links(snapshot: Snapshot, people: F, ax: Axes) -> None:
    """Who hears whom, each pair once; one path a shade, as thousands make a slow SVG."""
    n, degree = snapshot.links.shape
    ends = np.column_stack((np.repeat(np.arange(n), degree), snapshot.links.ravel()))
    ends = np.unique(np.sort(ends, axis=1), axis=0)
    within = snapshot.block[ends[:, 0]] == snapshot.block[ends[:, 1]]
    for mask, shade, name in ((~within, "#ECECEC", "between"), (within, "#CFCFCF", "within")):
        line = np.full((int(mask.sum()), 3, 2), np.nan)
        line[:, :2] = people[ends[mask]]
        x, y = line.reshape(-1, 2).T
        ax.plot(x, y, color=shade, linewidth=0.4, zorder=1, gid=f"links-{name}",
                rasterized=len(ends) > MOST_LINES)  # fmt: skip


def draw_people(snapshot: Snapshot, people: F, ax: Axes, unit: float) -> list[Artist]:
    """Dots by firm and stage; who has no firm is grey and round. unit: points between people."""
    towards = np.where(
        snapshot.used == NO_FIRM,
        np.minimum(snapshot.stage, AWARE),
        snapshot.stages[snapshot.used, np.arange(snapshot.used.size)],
    )
    looks = list(firm_looks(snapshot.firms).values())
    drawn: list[Artist] = []
    for f in np.unique(snapshot.used):
        look, name = (looks[f], snapshot.firms[f]) if f != NO_FIRM else (NOBODYS, "none")
        for stage, dot in DOTS.items():
            here = people[(snapshot.used == f) & (towards == stage)]
            if len(here):
                ink = _ink(look, dot, unit / 12)
                dots = ax.scatter(here[:, 0], here[:, 1], s=dot.size * (0.75 * unit) ** 2, **ink)
                dots.set(gid=f"{name}-{stage}", zorder=2 + stage / 10)
                drawn.append(dots)
    return drawn


def _ink(look: FirmLook, dot: Dot, width: float) -> dict[str, Any]:
    """Marker and colours of a dot, whose lines are ``width`` points wide."""
    return {
        "marker": look.marker,
        "facecolors": look.colour if dot.filled else "white",
        "edgecolors": INK if dot.edged else look.colour,
        "linewidths": width if dot.edged or not dot.filled else 0.0,
    }


def named(snapshots: Sequence[Snapshot]) -> list[int]:
    """The firms with most users in any of the snapshots, ``NAMED`` at most, in file order."""
    most = np.max([one.users for one in snapshots], axis=0)
    return sorted(int(f) for f in np.argsort(-most, kind="stable")[:NAMED])


def draw_firms(snapshot: Snapshot, ax: Axes, kept: Sequence[int] | None = None) -> list[Artist]:
    """Firms under one another beside the people: look, name, users or that it is not there.

    kept: which firms (default: those of ``named``).
    """
    looks = firm_looks(snapshot.firms)
    kept = named([snapshot]) if kept is None else kept
    drawn: list[Artist] = []
    for place, f in enumerate(kept):
        name, alive = snapshot.firms[f], bool(snapshot.alive[f])
        look, y = looks[name], 1.0 - (place + 0.5) / max(len(kept), 6)
        drawn += ax.plot(
            1.05, y, marker=look.marker, markersize=9, markeredgecolor=look.colour, linestyle="",
            markerfacecolor=look.colour if alive else "white", clip_on=False,
            transform=ax.transAxes, gid=f"firm-{name}",
        )  # fmt: skip
        share = 100 * snapshot.users[f] / snapshot.used.size
        state = f"{share:.0f}% users" if alive else "not there"
        drawn.append(
            ax.annotate(f"{name}\n{state}", xy=(1.05, y), xytext=(9, 0), va="center", ha="left",
                        xycoords="axes fraction", textcoords="offset points", fontsize="small",
                        color=readable(look.colour), annotation_clip=False)
        )  # fmt: skip
    return drawn


def key(figure: Figure | SubFigure, columns: int = 3) -> None:
    """What size, filling and edge of the dots say, below the picture."""
    from matplotlib.lines import Line2D

    handles = []
    for dot in DOTS.values():
        ink = _ink(NOBODYS, dot, 1.0)
        handles.append(
            Line2D([], [], linestyle="", marker="o", markersize=6 * dot.size**0.5, label=dot.word,
                   markerfacecolor=ink["facecolors"], markeredgecolor=ink["edgecolors"],
                   markeredgewidth=ink["linewidths"])
        )  # fmt: skip
    figure.legend(handles=handles, loc="outside lower left", ncols=columns, frameon=False,
                  fontsize="small")  # fmt: skip


def network_weeks(snapshots: Sequence[Snapshot], title: str = "") -> Figure:
    """The same people at several weeks, as small multiples in the order given, two a row."""
    from matplotlib.figure import Figure

    spots, rows = places(snapshots[0].block), -(-len(snapshots) // 2)
    with settings():
        figure = Figure(figsize=(13, rows * (5.2 * spots.tall + 0.4) + 1.3), layout="constrained")
        for place, snapshot in enumerate(snapshots):
            ax = network(snapshot, figure.add_subplot(rows, 2, place + 1), spots=spots, keyed=False)
            if place + 2 < len(snapshots):
                ax.set_xlabel("")
        headed(figure, f"{title}: who uses whom" if title else "Who uses whom")
        key(figure, len(DOTS))
    return figure
