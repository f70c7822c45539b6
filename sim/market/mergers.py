"""One firm takes over another: an exit that is no bankruptcy (ODD 7.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.market.measures import FIRM_COUNTS, index

if TYPE_CHECKING:
    from sim.market.model import MarketModel

_ALIVE = index(FIRM_COUNTS)["alive"]


def merger_weeks(model: MarketModel) -> list[int]:
    """Weeks at whose start firms merge."""
    return [event.week for event in model.scenario.events if event.merger is not None]


def merge_due(model: MarketModel, week: int) -> None:
    """Firms whose week it is are taken over, if both still live: in the order of the file."""
    names = [slot.name for slot in model.slots]
    for event in model.scenario.events:
        if event.merger is not None and event.week == week:
            merge(model, names.index(event.merger.firm), names.index(event.merger.into), week)


def merge(model: MarketModel, gone: int, into: int, week: int) -> None:
    """Everything that firm ``gone`` has passes to ``into``: who knows it, its goods, its cash.

    The firm counts as gone at the end of the week before.
    """
    firms, p = model.firm_records, model.people
    if not (firms["alive"][gone] and firms["alive"][into]):
        return
    old, new = np.uint64(1) << np.uint64(gone), np.uint64(1) << np.uint64(into)
    knew = (p.aware & old) != 0
    both = knew & ((p.aware & new) != 0)
    p.trust[into, both] = np.maximum(p.trust[into, both], p.trust[gone, both])
    p.trust[into, knew & ~both] = p.trust[gone, knew & ~both]
    p.engagement[into] = np.maximum(p.engagement[into], p.engagement[gone])
    for words in (p.aware, p.ever):
        words[(words & old) != 0] |= new
    for place in (p.supplier, p.last):
        place[place == gone] = into
    firms["cash"][into] += firms["cash"][gone]
    firms["cash"][gone] = 0
    firms["alive"][gone], firms["merged"][gone] = 0, 1
    firms["exited"][gone] = week - 1
    model.record.counts[week - 1, gone, _ALIVE] = 0
