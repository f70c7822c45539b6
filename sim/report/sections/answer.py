"""The answer in two sentences; of several treatments, that of all together."""

from __future__ import annotations

from sim.analysis.evolution.words import answer as selected
from sim.analysis.verdict import answer
from sim.report.blocks import Block, Text
from sim.report.parts import Part, always
from sim.report.subject import Subject


def _answer(subject: Subject) -> list[Block]:
    if subject.tournament is not None:
        return [Text(selected(subject.tournament))]
    said = answer(subject.rows)
    treatments = subject.rows["treatment"].nunique()
    return [Text(f"Over all {treatments} treatments: {said}" if subject.several else said)]


PARTS = (Part("answer", "", always, _answer, ("bootstrap", "wilson", "common-draws")),)
