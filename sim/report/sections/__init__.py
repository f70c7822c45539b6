"""The sections of a page, in their order. A new part is a line in the list of its section."""

from __future__ import annotations

from sim.report.parts import Part, Section
from sim.report.sections import (
    answer,
    boundary,
    change,
    evidence,
    evolution,
    limits,
    method,
    repeat,
    within,
)
from sim.report.subject import Subject

SECTIONS: tuple[Section, ...] = (
    Section("answer", "The answer", answer.PARTS),
    Section("evidence", "The evidence", (*evolution.PARTS, *evidence.PARTS, *within.PARTS)),
    Section("boundary", "The boundary", boundary.PARTS),
    Section("change", "What would change the verdict", change.PARTS),
    Section("limits", "Limits", limits.PARTS),
    Section("method", "Method", method.PARTS),
    Section("repeat", "How to repeat it", repeat.PARTS),
)


def shown_parts(subject: Subject) -> tuple[Part, ...]:
    """All parts that a subject's page shows."""
    return tuple(part for section in SECTIONS for part in section.shown(subject))
