"""Names of the predicted lines of a phase map stay clear of marks, lines and one another."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from sim.plots.phase import CASH_LINE, LINE, phase_map
from sim.plots.style import new_figure

CELLS = pd.DataFrame(
    [
        {"x": x, "y": y, "difference": np.sin(x + y), "sign": (i + j) % 3 - 1}
        for (i, x), (j, y) in itertools.product(
            enumerate(np.geomspace(0.3, 3, 6)), enumerate((0, 2, 4, 6, 8))
        )
    ]
)
XS = np.geomspace(0.3, 3, 30)
LOW, HIGH = 2.9 + 0.1 * XS, 3.1 + 0.1 * XS
STEEP = np.column_stack((np.full(20, 2.2), np.linspace(0, 8, 20))).T
PAIRS = {
    "close together": ((XS, LOW), (XS, HIGH)),
    "one on the other": ((XS, LOW), (XS, LOW)),
    "both short": ((XS[12:16], LOW[12:16]), (XS[12:16], LOW[12:16])),
    "steep at the right": ((XS, LOW), STEEP),
    "with a gap": ((np.r_[XS, np.nan, XS], np.r_[LOW, np.nan, 4 + LOW]), (XS, HIGH)),
}


def drawn(pair: tuple) -> tuple[Axes, dict[str, Bbox], list[Bbox]]:
    """The map, the boxes of names by text, and those of the marks of cells."""
    figure, ax = new_figure(6.4)
    phase_map(CELLS, ax, x_label="cash (money)", y_label="effect (utility)", boundary=pair[0],
              cash_line=pair[1], log_x=True)  # fmt: skip
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    boxes = [(text.get_text(), Text.get_window_extent(text, renderer)) for text in ax.texts]
    names = {text: box for text, box in boxes if len(text) > 1}
    return ax, names, [box for text, box in boxes if len(text) == 1]


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_names_cover_neither_marks_nor_one_another_nor_leave_the_map(pair: tuple) -> None:
    ax, names, marks = drawn(pair)
    assert set(names) == {LINE.name, CASH_LINE.name}
    one, other = names.values()
    assert not one.overlaps(other)
    frame = ax.get_window_extent()
    for box in names.values():
        assert frame.x0 <= box.x0 < box.x1 <= frame.x1
        assert frame.y0 <= box.y0 < box.y1 <= frame.y1
        assert not any(box.overlaps(mark) for mark in marks)


@pytest.mark.parametrize("pair", [PAIRS["close together"], PAIRS["steep at the right"]])
def test_names_do_not_cover_a_line_where_there_is_room(pair: tuple) -> None:
    ax, names, _ = drawn(pair)
    for line in ax.lines:
        at = ax.transData.transform(line.get_xydata())
        dense = np.concatenate([a + np.linspace(0, 1, 50)[:, None] * (b - a)
                                for a, b in itertools.pairwise(at)])  # fmt: skip
        for name, box in names.items():
            assert not any(box.contains(*point) for point in dense), (line.get_gid(), name)


def test_a_name_stands_by_its_own_line() -> None:
    ax, names, _ = drawn(PAIRS["steep at the right"])
    lines = {str(line.get_gid()): ax.transData.transform(line.get_xydata()) for line in ax.lines}
    for line in (LINE, CASH_LINE):
        box = names[line.name]
        middle = np.array([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2])
        reach = np.array([box.width, box.height]) / 2 + 25
        assert (np.abs(lines[line.gid] - middle) < reach).all(axis=1).any(), line.name


def test_a_line_outside_the_map_has_no_name() -> None:
    _, names, _ = drawn(((XS, LOW), (XS + 100, LOW)))
    assert set(names) == {LINE.name}
