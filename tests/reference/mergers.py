"""Mergers in the twin (sim/ODD.md 7.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.reference.firm import Firm
    from tests.reference.twin import Twin


def merge_due(model: Twin) -> None:
    """Firms whose week it is merge, if both still live."""
    by_name = {firm.name: firm for firm in model.firms}
    for event in model.scenario.events:
        if event.merger is not None and event.week == model.week:
            gone, into = by_name[event.merger.firm], by_name[event.merger.into]
            if gone.alive and into.alive:
                merge(model, gone, into)


def merge(model: Twin, gone: Firm, into: Firm) -> None:
    """What one firm has becomes the other's; it was gone at the end of the week before."""
    a, b = gone.slot, into.slot
    for person in model.people:
        if person.aware[a]:
            trust = person.trust
            trust[b] = max(trust[b], trust[a]) if person.aware[b] else trust[a]
        person.engagement[b] = max(person.engagement[b], person.engagement[a])
        person.aware[b] = person.aware[b] or person.aware[a]
        person.ever[b] = person.ever[b] or person.ever[a]
        person.supplier = b if person.supplier == a else person.supplier
        person.last = b if person.last == a else person.last
    into.cash += gone.cash
    gone.cash, gone.alive, gone.exited = 0, False, model.week - 1
    model.record.was_gone(gone)
    model._living = [firm for firm in model.firms if firm.alive]
