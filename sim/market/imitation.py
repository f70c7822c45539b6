"""Entrants that imitate what pays: chances of the kinds of firm they may become.

They look at what anyone can see: which strategy each living firm practises, and its published
accounts. Firms that failed are gone, so the living look better than the strategy is; that is how
imitation works, and not put right here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.market.measures import COSTS, FIRM_COUNTS, REVENUES, index
from sim.market.slots import strategy_name, with_kind

if TYPE_CHECKING:
    from sim.market.model import MarketModel

YEAR = 52  # weeks of accounts that are looked at
_COUNT = index(FIRM_COUNTS)
_REVENUES, _COSTS = ([_COUNT[name] for name in names] for names in (REVENUES, COSTS))


def kinds_taken(model: MarketModel, week: int) -> None:
    """Entrants of ``week`` whose kind is open take one; all see the market as the week begins."""
    entry = model.scenario.entry
    due = [firm for firm in model.firms if firm.slot.enters == week and firm.slot.known is None]
    if not due:
        return
    scores = standardised([strategy_name(kind) for kind in entry.kinds], payoffs(model, week))
    among = chances(scores, entry.imitation.strength, entry.imitation.mutation)
    for firm in due:
        firm.becomes(with_kind(firm.slot, entry.kinds[picked(firm.slot.draw, among)]))


def payoffs(model: MarketModel, week: int) -> list[tuple[str, float]]:
    """Strategy and weekly profit per head of every living firm, over its last year before ``week``.

    In slot order. A firm without a full week behind it has no accounts yet and is left out;
    week 0 has none.
    """
    found = []
    for firm in model.firms:
        first = max(firm.slot.enters, 1, week - YEAR)
        if not firm.alive or first >= week:
            continue
        flows = model.record.counts[first:week, firm.index].sum(axis=0)
        profit = int(flows[_REVENUES].sum()) - int(flows[_COSTS].sum())
        # by weeks first: the same profit a week is then the same number whatever the age
        payoff = profit / (week - first) / 100.0 / model.scenario.people.count
        found.append((strategy_name(firm.slot.group), payoff))
    return found


def standardised(strategies: Sequence[str], seen: Sequence[tuple[str, float]]) -> list[float]:
    """Mean payoff of the living firms of each strategy, in standard deviations from the mean firm.

    strategies: asked about; seen: strategy and payoff of each living firm. A strategy that nobody
    practises is taken to pay what the mean firm gets, 0; so is every one where firms do not differ.
    """
    if len({payoff for _, payoff in seen}) < 2:
        return [0.0] * len(strategies)
    mean = sum(payoff for _, payoff in seen) / len(seen)
    spread = math.sqrt(sum((payoff - mean) ** 2 for _, payoff in seen) / len(seen))
    by_strategy: dict[str, list[float]] = {}
    for strategy, payoff in seen:
        by_strategy.setdefault(strategy, []).append(payoff)
    means: Mapping[str, float] = {s: sum(own) / len(own) for s, own in by_strategy.items()}
    return [(means.get(s, mean) - mean) / spread for s in strategies]


def chances(scores: Sequence[float], strength: float, mutation: float) -> list[float]:
    """Chance of each kind: ``mutation`` in equal parts, the rest by softmax(strength * score).

    Of two kinds this is the Fermi function of their difference (Traulsen, Nowak & Pacheco 2006);
    of several, logit choice (Blume 1993).
    """
    best = max(scores)
    weights = [math.exp(strength * (score - best)) for score in scores]
    total, n = sum(weights), len(scores)
    return [mutation / n + (1.0 - mutation) * weight / total for weight in weights]


def picked(u: float, among: Sequence[float]) -> int:
    """First kind whose running sum of chances exceeds the uniform u; the last, if none does."""
    running = 0.0
    for place, chance in enumerate(among):
        running += chance
        if u < running:
            return place
    return len(among) - 1
