"""Entrants that imitate (sim/ODD.md 7.2), in plain Python."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, Any

from sim.scenario.schema import NEEDS, Costs, Funding, Kind
from sim.strategies.base import Decision
from tests.reference.environment import cents
from tests.reference.philox import ENTRY, POSITION

if TYPE_CHECKING:
    from tests.reference.firm import Firm
    from tests.reference.twin import Twin

YEAR = 52
EDGE = 1e-9  # of a chance, about which float64 sums in another order may disagree

# what stands in for the terms of an entrant that has yet to take its kind
UNKNOWN: dict[str, Any] = {
    "decision": Decision(), "costs": Costs(), "funding": Funding(), "engagement": 0.0,
    "quality": (0.4,) * 6, "position": 0.5, "cash": 0,
}  # fmt: skip


def entrants_choose(model: Twin) -> None:
    """The open entrants of the week take their kinds, one after another, all on the same news."""
    entry, week = model.scenario.entry, model.week
    due = [firm for firm in model.firms if firm.entered == week and firm.open_kind]
    weights = [chance(model, kind) for kind in entry.kinds] if due else []
    for nth, firm in enumerate(due):
        u = model.draws.uniforms(ENTRY, 0, week)[1 + nth]
        kind = entry.kinds[model.choose(u, weights, EDGE)]
        firm.becomes(start_of(model, firm, kind))


def chance(model: Twin, kind: Kind) -> float:
    """Chance that an entrant of this week becomes this kind."""
    rule, kinds = model.scenario.entry.imitation, model.scenario.entry.kinds
    heats = [rule.strength * score(model, used(each)) for each in kinds]
    share = 1.0 / sum(math.exp(heat - rule.strength * score(model, used(kind))) for heat in heats)
    return rule.mutation / len(kinds) + (1.0 - rule.mutation) * share


def score(model: Twin, strategy: str) -> float:
    """How far the firms of a strategy lie above the mean firm, in standard deviations."""
    accounts = {firm: firm.profits[-YEAR:] for firm in model.living if firm.profits}
    payoff = {firm: fmean(weeks) / 100.0 / model.n_people for firm, weeks in accounts.items()}
    own = [pay for firm, pay in payoff.items() if used(firm.kind) == strategy]
    if not own or len(set(payoff.values())) == 1:
        return 0.0
    return (fmean(own) - fmean(payoff.values())) / pstdev(payoff.values())


def used(kind: Any) -> str:
    """Name of a kind's strategy."""
    choice = kind.strategy if isinstance(kind, Kind) else kind
    return choice if isinstance(choice, str) else str(choice["use"])


def start_of(model: Twin, firm: Firm, kind: Kind) -> dict[str, Any]:
    """What ``Firm.becomes`` needs of a kind."""
    offer = {key: value for key, value in kind.offer if value is not None}
    quality, place = kind.start.quality, kind.start.position
    return {
        "name": f"{kind.name} ({firm.name})", "strategy": kind.strategy,
        "quality": [quality.get(need, 0.4) for need in NEEDS]
        if isinstance(quality, dict) else [quality] * len(NEEDS),
        "position": model.draws.uniforms(POSITION, firm.uid, 0)[0] if place is None else place,
        "cash": cents(kind.cash * model.n_people), "engagement": kind.start.engagement,
        "decision": replace(model.make(kind.strategy).enter(), **offer),
        "costs": kind.costs, "funding": kind.funding, "channels": kind.channels,
        "items": kind.items,
    }  # fmt: skip
