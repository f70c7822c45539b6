"""One look for every figure: colours, line styles, labels at the lines' ends, equal bytes twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.analysis.pairs import HEADLINE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe & Ito 2008, in an order that alternates dark and light; yellow is too pale for lines
COLOURS = ("#0072B2", "#E69F00", "#000000", "#56B4E9", "#D55E00", "#CC79A7", "#009E73")
# four styles against seven colours: 28 looks before one repeats
LINES: tuple[Any, ...] = ("-", (0, (5, 1.6)), (0, (1.2, 1.4)), (0, (6, 1.6, 1.2, 1.6)))
HATCHES = ("", "///", "...", "\\\\\\")
# as many as share no factor with the colours: 84 looks of firms before one repeats
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "<", "h", ">", "*")
INK, FAINT = "#222222", "#8a8a8a"
WIDTH, HEIGHT, DPI = 9.0, 5.2, 200  # inches; 900 px wide at the 100 px an inch of a screen

_SETTINGS: Any = {
    "svg.hashsalt": "userfirst",
    "svg.fonttype": "path",
    "text.parse_math": False,  # a firm called "$x" is no formula
    "font.family": "DejaVu Sans",
    "font.size": 11.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "hatch.linewidth": 0.7,
}
_LOCK = RLock()  # matplotlib's settings belong to the process, figures may come from threads


class Look(NamedTuple):
    """How one strategy is drawn."""

    colour: str
    line: Any
    hatch: str


@contextmanager
def settings() -> Iterator[None]:
    """The house's settings while figures are made or written; everyone else's are untouched."""
    import matplotlib as mpl

    with _LOCK, mpl.rc_context(_SETTINGS):
        yield


def in_order(names: Iterable[str]) -> list[str]:
    """Names once each: the pair that the project asks about first, the others by name."""
    # a column of a table takes twenty times as long name by name
    present = set(names.unique() if hasattr(names, "unique") else names)
    return [n for n in HEADLINE if n in present] + sorted(present - set(HEADLINE))


def looks(names: Iterable[str]) -> dict[str, Look]:
    """A look for each name: the project's pair first, then by name, so that figures agree."""
    found: dict[str, Look] = {}
    for place, name in enumerate(in_order(names)):
        found[name] = Look(
            COLOURS[place % len(COLOURS)],
            LINES[place % len(LINES)],
            HATCHES[place % len(HATCHES)],
        )
    return found


class FirmLook(NamedTuple):
    """How one firm among several is drawn: as a dot, a marker, a line."""

    colour: str
    marker: Any
    line: Any


def firm_looks(names: Iterable[str]) -> dict[str, FirmLook]:
    """A look for each firm, in the order given."""
    return {
        name: FirmLook(
            COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)], LINES[place % len(LINES)]
        )
        for place, name in enumerate(dict.fromkeys(names))
    }


def luminance(colour: str) -> float:
    """Brightness in greyscale, 0 black to 255 white (ITU-R BT.601, as Pillow's mode L)."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def new_figure(height: float = HEIGHT, *, width: float = WIDTH) -> tuple[Figure, Axes]:
    """An empty figure with one axes, without pyplot's global list of figures; inches."""
    from matplotlib.figure import Figure

    with settings():
        figure = Figure(figsize=(width, height), layout="constrained")
        return figure, figure.add_subplot()


@contextmanager
def laid_out(figure: Figure, dpi: float) -> Iterator[None]:
    """Lay a figure out once, at ``dpi`` dots an inch, and leave everything where that put it.

    Writing a file would lay it out by drawing it once more, each time.
    """
    engine, before = figure.get_layout_engine(), figure.dpi
    figure.dpi = dpi
    if engine is not None:
        engine.execute(figure)
    figure.set_layout_engine("none")
    try:
        yield
    finally:
        figure.set_layout_engine(engine)
        figure.dpi = before


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near ``wanted``, at least ``gap`` apart, between low and high when they fit.

    Neighbours that are too close become one block around their mean (pool adjacent violators).
    """
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    blocks: list[list[int]] = []
    for at in order:
        blocks.append([at])
        while len(blocks) > 1 and _start(blocks[-1], wanted, gap, low, high) < (
            _start(blocks[-2], wanted, gap, low, high) + gap * len(blocks[-2])
        ):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    placed = [0.0] * len(wanted)
    for block in blocks:
        start = _start(block, wanted, gap, low, high)
        for step, at in enumerate(block):
            placed[at] = start + gap * step
    return placed


def _start(block: list[int], wanted: Sequence[float], gap: float, low: float, high: float) -> float:
    """Where a block of labels begins so that its middle is near the mean of its lines."""
    extent = gap * (len(block) - 1)
    middle = sum(wanted[at] for at in block) / len(block)
    return max(low, min(middle - extent / 2, high - extent))


def label_ends(
    ax: Axes,
    ends: Sequence[tuple[float, str, str]],
    *,
    gap: float = 0.068,
    x: float = 1.0,
) -> None:
    """Write each label beside the right end of its line, moved apart where ends are close.

    ends: (y in data, text, colour) per line. Limits of the axes must be final. gap: share of the
    axes' height. x: where the leader starts, in shares of the axes' width.
    """
    low, high = ax.get_ylim()
    at = [min(1.0, max(0.0, (y - low) / (high - low))) for y, _, _ in ends]
    places = spread(at, gap, 0.02, 0.98)
    for (_, text, colour), start, place in zip(ends, at, places, strict=True):
        ax.annotate(
            text,
            xy=(x, start), xytext=(x + 0.035, place), xycoords="axes fraction",
            textcoords="axes fraction", va="center", ha="left", color=readable(colour),
            annotation_clip=False, fontsize="medium",
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.9, "shrinkA": 1,
                        "shrinkB": 0, "relpos": (0.0, 0.5)},
        )  # fmt: skip


def readable(colour: str) -> str:
    """The colour itself, darkened where text in it would be too pale on white."""
    bright = luminance(colour)
    if bright < 130:
        return colour
    factor = 130 / bright * 0.85
    parts = (round(int(colour[at : at + 2], 16) * factor) for at in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)


def note(ax: Axes, text: str) -> None:
    """A line above the axes that says what lines, bands and marks are."""
    ax.set_title(text, loc="left", fontsize="small", fontweight="normal", color="#555555")


def headed(figure: Figure, text: str) -> None:
    """The heading of a figure, flush left above everything."""
    figure.suptitle(text, x=0.012, ha="left", fontsize=13, fontweight="bold")


def years_axis(ax: Axes, weeks: float) -> None:
    """An x axis in years from 0 to the end of the run; weeks: length of the run."""
    from matplotlib.ticker import MaxNLocator

    ax.set_xlim(0, weeks / 52)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=10, integer=weeks >= 104))
    ax.set_xlabel("time (years)")
