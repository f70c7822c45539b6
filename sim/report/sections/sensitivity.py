"""Which factors matter, and rules in words for when a strategy does better."""

from __future__ import annotations

import math
from functools import partial

from sim.analysis.rules import Rule, Rules
from sim.analysis.screening import Screening
from sim.analysis.shapley import Shapley
from sim.analysis.sobol import SobolIndices
from sim.analysis.wording import capital, counted
from sim.plots.shapley import shapley_bars
from sim.report.blocks import Block, Fold, Items, Row, Table
from sim.report.figures import drawn, picture
from sim.report.parts import Part
from sim.report.subject import Subject
from sim.report.words import NONE, number, p_value, percent, share_span, span


def _sensitivity(subject: Subject) -> list[Block]:
    found = subject.sensitivity
    assert found is not None
    told = [one for one in found.indices if not all(math.isnan(j.value) for j in one.total)]
    tables = [*map(_indices, told), *map(_effects, found.screenings)]
    others = (Fold(one.caption, (one,)) for one in tables[1:])
    return [Items(tuple(found.sentences())), *tables[:1], *others]


def _indices(found: SobolIndices) -> Table:
    """Shares of the variance of one outcome."""
    rows = tuple(
        (found.factors[j], share_span(found.total[j]), share_span(found.first[j]))
        for j in found.order
    )
    header = ("factor", "with interactions, % (95%)", "alone, % (95%)")
    said = f"{capital(found.label)}: Sobol indices, {counted(found.n, 'base point')}"
    return Table(said, header, rows)


def _effects(found: Screening) -> Table:
    """Elementary effects on one outcome."""
    rows = tuple(
        (one.factor, span(one.mu_star), span(one.mu) if one.ordered else NONE, span(one.sigma),
         number(one.floor), "beyond chance" if one.told else "not told")
        for one in found.effects
    )  # fmt: skip
    header = (
        "factor", "mean size of effect, mu* (95%)", "mean effect, mu (95%)",
        "spread, sigma (95%)", "mu* of chance alone", "reading",
    )  # fmt: skip
    trajectories = counted(found.trajectories, "path")
    said = f"{capital(found.label)} ({found.unit}): elementary effects, {trajectories}"
    return Table(said, header, rows, words=("reading",))


def _rules(subject: Subject) -> list[Block]:
    said = Items(tuple(one.sentence() for one in subject.rules))
    rows = tuple(
        _rule(each, rule) for each in subject.rules for rule in each.rules if rule.boxes
    )  # fmt: skip
    if not rows:
        return [said]
    header = (
        "when", "rule", "search", "coverage, %", "density, %", "density on points left out, %",
        "support, %", "p", "reading",
    )  # fmt: skip
    table = Table("Rules that the searches found", header, rows, names=3, words=("reading",))
    return [said, Fold("Every rule, with how good it is", (table,))]


def _rule(found: Rules, rule: Rule) -> Row:
    return (
        found.case, rule.words, rule.kind, percent(rule.coverage), percent(rule.density),
        share_span(rule.left_out.density), percent(rule.support), p_value(rule.p),
        "beyond chance" if rule.told else "not told",
    )  # fmt: skip


def _shapley(subject: Subject) -> list[Block]:
    first, *others = subject.shapley
    ax = drawn(partial(shapley_bars, first), 1.4 + 0.55 * len(first.factors))
    said = f"What each factor brings to {first.label}: Shapley values with 95% intervals."
    shown = picture(ax, "shapley", said, said, _shares(first))
    return [shown, *(Fold(table.caption, (table,)) for table in map(_shares, others))]


def _shares(found: Shapley) -> Table:
    """What each factor brings to one outcome."""
    rows = tuple(
        (found.factors[i], span(found.shares[i]), span(found.alone[i]), span(found.missed[i]))
        for i in found.order
    )
    header = ("factor", "Shapley value (95%)", "alone (95%)", "lost without it (95%)")
    said = f"{capital(found.label)} ({found.unit}): {counted(found.n, 'replicate')}"
    return Table(said, header, rows)


PARTS = (
    Part("shapley", "Who brought what", lambda subject: bool(subject.shapley), _shapley,
         ("shapley",)),
    Part("sensitivity", "Sensitivity", lambda subject: subject.sensitivity is not None,
         _sensitivity, ("sobol", "morris")),
    Part("rules", "Rules in words", lambda subject: bool(subject.rules), _rules,
         ("rules", "holm", "wilson")),
)  # fmt: skip
