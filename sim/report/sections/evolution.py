"""A tournament: what pays against what, who can invade, what selection leaves."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from sim.analysis.evolution.frames import GAME_WORDS, frames
from sim.analysis.evolution.selection import Evolution
from sim.analysis.wording import counted
from sim.plots.evolution import evolution_figures
from sim.report.blocks import Block, Fold, Row, Table, Text
from sim.report.figures import whole
from sim.report.parts import Part
from sim.report.subject import Subject
from sim.report.words import NONE, number, percent

# The table beside each figure, and what the figure shows.
FIGURES = {
    "payoffs": ("matrix", "Payoff of the row's strategy against the column's"),
    "mixtures": ("payoffs", "Payoffs by mixture of a market"),
    "replicator": ("rest_points", "Replicator dynamics of pairs of strategies"),
    "simplex": ("rest_points", "Replicator dynamics of three strategies"),
    "takeovers": ("invasion", "Chance that one firm's strategy takes over a market"),
    "selection": ("selection", "Share of time that selection leaves to each strategy"),
}


def _evolution(subject: Subject) -> list[Block]:
    found = subject.tournament
    assert found is not None
    table = found.table
    said = (
        f"Markets of {counted(table.n_firms, 'firm')} that differ in strategy alone, "
        f"{counted(table.n_replicates, 'replicate')} each. Payoff: "
        f"{table.outcome.name.replace('_', ' ')} ({table.outcome.unit}), the mean firm of a "
        f"strategy; firms that failed count. The game of pairs: {GAME_WORDS[found.game]}. "
        "Payoffs of three or more strategies at once were not measured: a firm's payoff is taken "
        "to be the mean over its rivals. The strength of selection is an assumption."
    )
    return [Text(said), *_pictures(found)]


def _pictures(found: Evolution) -> list[Block]:
    numbers = {name: _table(name, frame) for name, frame in frames(found).items()}
    blocks: list[Block] = []
    for name, figure in evolution_figures(found).items():
        table, caption = FIGURES[name]
        words = f"{caption}. The table beside the figure has its numbers with their intervals."
        blocks.append(whole(figure, f"evolution-{name}", caption, words, numbers[table]))
    equilibria = numbers["equilibria"]
    return [*blocks, Fold("Nash equilibria of the game of pairs", (equilibria,))]


def _table(name: str, frame: Any) -> Table:
    """A table of ``frames``; shares in percent, money with two decimals."""
    header = tuple(_title(column) for column in frame.columns)
    words = tuple(
        _title(column) for column in frame.columns if not _is_number(frame[column])
    )  # fmt: skip
    rows = tuple(_row(record) for record in frame.to_dict("records"))
    return Table(name.replace("_", " ").capitalize(), header, rows, words=words)


def _title(column: str) -> str:
    share = column.startswith(("share", "takes_over", "neutral", "simulated"))
    return column.replace("_", " ") + (", %" if share else "")


def _is_number(values: Any) -> bool:
    return values.dtype.kind in "iuf"


def _row(record: Mapping[str, Any]) -> Row:
    return tuple(_cell(str(column), value) for column, value in record.items())


def _cell(column: str, value: Any) -> str:
    if isinstance(value, str):
        return value or NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    shown: Callable[[float], str] = percent if _title(column).endswith("%") else number
    return NONE if math.isnan(value) else shown(value)


PARTS = (
    Part("evolution", "Selection", lambda subject: subject.tournament is not None, _evolution,
         ("nash", "replicator", "fixation", "alpha-rank", "bootstrap", "holm")),
)  # fmt: skip
