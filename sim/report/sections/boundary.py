"""The boundary: over two factors, who does better where, beside what theory predicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.wording import capital
from sim.plots.figures import phase_figures
from sim.report.blocks import Block, Picture, Table, Text
from sim.report.figures import whole
from sim.report.parts import Part
from sim.report.subject import Subject
from sim.report.words import NONE, number, signed

if TYPE_CHECKING:
    from sim.analysis.maps import PhaseMap


def _maps(subject: Subject) -> list[Block]:
    blocks: list[Block] = []
    for one in subject.maps:
        blocks += [Text(capital(one.summary())), _picture(one)]
    return blocks


def _picture(one: PhaseMap) -> Picture:
    (figure,) = phase_figures([one]).values()
    word = one.measure.replace("_", " ")
    caption = f"{capital(word)}, {one.first} less {one.second}, by {one.x.path} and {one.y.path}"
    said = f"A map of coloured cells, {one.x.label} across, {one.y.label} upwards. {one.summary()}"
    name = f"map-{one.measure.replace('_', '-')}"
    return whole(figure, name, caption, said, _numbers(one, caption))


def _numbers(one: PhaseMap, caption: str) -> Table:
    """Every cell: the difference with its interval, and who is predicted to do better."""
    percent = one.measure == "survival"
    scale, digits = (100.0, 0) if percent else (1.0, 2)

    def shown(value: float) -> str:
        return signed(value * scale, digits)

    rows = []
    for cell in one.cells.itertuples():
        at = one.predicted.get((float(cell.x), float(cell.y)))
        better = NONE if at is None else one.first if at.pays else one.second
        won = {1: one.first, -1: one.second, 0: "not told"}[int(cell.sign)]
        rows.append((
            number(cell.x, 3), number(cell.y, 3),
            f"{shown(cell.difference)} ({shown(cell.low)} to {shown(cell.high)})",
            won, better, f"{cell.pairs:,}",
        ))  # fmt: skip
    unit = "points" if percent else "money per head"
    header = (
        one.x.path, one.y.path, f"difference, {unit} (95%)", "does better", "predicted", "pairs",
    )  # fmt: skip
    said = ("does better", "predicted")
    return Table(f"Cells of the map. {caption}", header, tuple(rows), names=2, words=said)


PARTS = (
    Part("maps", "", lambda subject: bool(subject.maps), _maps,
         ("bootstrap", "wilson", "common-draws")),
)  # fmt: skip
