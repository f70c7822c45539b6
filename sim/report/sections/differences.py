"""Strategies side by side, paired by seed: differences, effect sizes, and tests."""

from __future__ import annotations

from sim.analysis.arms import MOST, STRATEGY, Arm
from sim.analysis.compare import Comparison, Contrast, compare_arms
from sim.analysis.compared import NAMES
from sim.analysis.pairs import MIN_PAIRS
from sim.analysis.wording import capital, counted
from sim.plots.compare import comparison_figure
from sim.plots.style import in_order
from sim.report.blocks import Block, Fold, Items, Row, Table, Text
from sim.report.figures import whole
from sim.report.parts import Part, many
from sim.report.subject import Subject
from sim.report.words import number, p_value, percent, signed, span

SAID = (
    "Mean firm of one strategy less the mean firm of the other under the same seed, averaged over "
    "seeds; 95% intervals, dead firms included. d: the difference in units of its own spread. "
    "Ahead: share of seeds in which the first is ahead. p: randomisation test, Holm's correction "
    "for all differences shown; a reading is given only where it is below .05."
)


def _several(subject: Subject) -> bool:
    return many(subject) and subject.pair is not None


def _differences(subject: Subject) -> list[Block]:
    assert subject.pair is not None
    first = subject.pair[0]
    names = in_order(subject.rows["strategy"])
    others = [subject.pair[1], *(name for name in names if name not in subject.pair)]
    arms = [
        Arm(name, STRATEGY, subject.rows[subject.rows["strategy"] == name])
        for name in (first, *others)[:MOST]
    ]
    comparison = compare_arms(arms)
    tables = [_table(first, arm.name, comparison) for arm in arms[1:]]
    notes = Items(tuple(f"{capital(one)}." for one in comparison.notes))
    caption = f"{first} less {'each other' if len(tables) > 1 else others[0]}, with 95% intervals"
    told = [one for one in comparison.contrasts if one.sign]
    words = (
        f"Points with intervals, a panel a measure, and the line of no difference. "
        f"{len(told)} of {counted(len(comparison.contrasts), 'difference')} are beyond chance. "
        "The table below the figure has the numbers."
    )
    picture = whole(comparison_figure(comparison), "differences", caption, words, None)
    rest = (Fold(one.caption, (one,)) for one in tables[1:])
    return [Text(SAID), picture, tables[0], *rest, notes]


def _table(first: str, second: str, comparison: Comparison) -> Table:
    """All measures of two strategies."""
    found = comparison.of(second)
    paired = len(found[0].effect.n) == 1
    seeds = " and ".join(counted(n, "paired seed" if paired else "seed") for n in found[0].effect.n)
    header = ("measure", first, second, "difference (95%)", "d", "ahead, %", "p (Holm)", "reading")
    rows = tuple(_row(one) for one in found)
    return Table(f"{first} less {second}, {seeds}", header, rows, words=("reading",))


def _row(one: Contrast) -> Row:
    """A measure with its unit, both means, their difference, and what it says."""
    unit, digits, scale = one.measure.unit, 2, 1.0
    if unit.startswith("share of"):
        unit, digits, scale = f"% of {unit.removeprefix('share of ')}", 1, 100.0
    elif unit == "weeks":
        digits = 0
    name = NAMES[one.measure.name]
    return (
        name if unit in name else f"{name} ({unit})",
        number(one.first_mean.value * scale, digits),
        number(one.second_mean.value * scale, digits),
        span(one.effect.difference, lambda value: signed(value * scale, digits)),
        number(one.effect.d.value, 1), percent(one.effect.superiority.value),
        p_value(one.p_holm), _reading(one),
    )  # fmt: skip


def _reading(one: Contrast) -> str:
    """Whether a difference can be told, in a word or two."""
    if min(one.effect.n) < MIN_PAIRS:
        return "too few seeds"
    return {1: f"{one.first} higher", -1: f"{one.first} lower", 0: "not told apart"}[one.sign]


PART = Part(
    "differences", "Paired differences", _several, _differences,
    ("bootstrap", "common-draws", "restricted-mean", "effect-size", "randomisation", "holm"),
)  # fmt: skip
