"""What firms see at a review: their books, the record, and each other's offers.

All firms are read at once and turned into Python's numbers in one go: reading a number of an
array alone takes as long as reading a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sim.market import rng
from sim.market.arrays import N_NEEDS
from sim.market.measures import COSTS, DIRECT, FIRM_COUNTS, FIRM_LEVELS, REVENUES, index
from sim.market.slots import promised
from sim.strategies.base import Rival, Seen

if TYPE_CHECKING:
    from sim.market.firm import Firm
    from sim.market.model import MarketModel

_COUNT, _LEVEL = index(FIRM_COUNTS), index(FIRM_LEVELS)
_ENGAGED, _PAYERS, _FANS, _USES, _SALES, _ADVERTISING = (
    _COUNT[name]
    for name in ("n_engaged", "n_payers", "n_fans", "n_uses", "n_sales", "advertising_cents")
)
_revenues, _costs, _direct = (  # of a row of counts
    itemgetter(*(_COUNT[name] for name in names)) for names in (REVENUES, COSTS, DIRECT)
)
_TRUST, _QUALITY = _LEVEL["trust"], slice(_LEVEL["q_core"], _LEVEL["q_core"] + N_NEEDS)
_OWN = ("cash", "capacity", "culture", "belief", "quality", "price", "open", "ad_load")


class Books:
    """Firms at a review in ``week``, by what is recorded of the weeks before it.

    living: all firms in the market, of which each sees the others' offers.
    """

    def __init__(self, model: MarketModel, living: Sequence[Firm], week: int) -> None:
        self.week, self.people = week, model.scenario.people.count
        self._living, self._record, self._seed = living, model.record, model.market_seed
        self._last: list[list[int]] = model.record.counts[week - 1].tolist()
        self._level: list[list[float]] = model.record.levels[week - 1].tolist()
        self._own: dict[str, list[Any]] = {
            name: model.firm_records[name].tolist() for name in _OWN
        }  # fmt: skip
        self._flows: dict[int, list[list[int]]] = {}

    @cached_property
    def _shown(self) -> dict[int, tuple[tuple[Rival, ...], tuple[float, ...]]]:
        """By living firm the others' offers and four uniforms; made when the first one asks."""
        offers = tuple(self._offer(firm) for firm in self._living)
        draws = rng.blocks(
            self._seed, [firm.slot.uid for firm in self._living], self.week, rng.REVIEW
        )
        return {
            firm.index: (offers[:at] + offers[at + 1 :], draws[at])
            for at, firm in enumerate(self._living)
        }

    def users(self, firm: Firm) -> int:
        """Engaged people last week."""
        return self._last[firm.index][_ENGAGED]

    def payers(self, firm: Firm) -> int:
        """Customers last week."""
        return self._last[firm.index][_PAYERS]

    def promise(self, firm: Firm) -> float:
        """What it advertises from now on, by what it has decided."""
        belief, quality = self._own["belief"][firm.index], self._own["quality"][firm.index]
        return promised(firm.decision.inflation, belief, quality)

    def _offer(self, firm: Firm) -> Rival:
        """What anyone can see of a firm."""
        f, own, decision = firm.index, self._own, firm.decision
        return Rival(
            price=own["price"][f], openness=own["open"][f], ad_load=own["ad_load"][f],
            plan=decision.plan, term=decision.term, share_users=self.users(firm) / self.people,
            age=self.week - firm.slot.enters,
        )  # fmt: skip

    def _sums(self, since: int) -> list[list[int]]:
        """Sums of all firms' counts over the weeks from ``since`` to the last."""
        if since not in self._flows:
            weeks = self._record.counts[since : self.week]
            self._flows[since] = weeks.sum(axis=0).tolist()
        return self._flows[since]

    def sees(self, firm: Firm) -> Seen:
        """What the firm knows."""
        f, week, people, own = firm.index, self.week, self.people, self._own
        rivals, draw = self._shown[f]
        # week 0 and the week of entry itself have no flows before the first review
        since = max(firm.reviewed, 1)
        span = max(1, week - since)
        flows, last, level = self._sums(since)[f], self._last[f], self._level[f]

        def mean(cents: int) -> float:
            return cents / 100.0 / people / span

        revenue, capacity = mean(sum(_revenues(flows))), own["capacity"][f]
        return Seen(
            week=week, age=week - firm.slot.enters, people=people,
            cash=own["cash"][f] / 100.0 / people,
            users=last[_ENGAGED], payers=last[_PAYERS], fans=last[_FANS],
            users_before=firm.users_before, payers_before=firm.payers_before,
            sales=flows[_SALES] / people / span, revenue=revenue,
            advertising=mean(flows[_ADVERTISING]),
            gross_profit=revenue - mean(sum(_direct(flows))),
            profit=revenue - mean(sum(_costs(flows))),
            load=last[_USES] / capacity if capacity > 0 else 0.0, trust=level[_TRUST],
            culture=own["culture"][f], beliefs=tuple(own["belief"][f]),
            quality=tuple(level[_QUALITY]), current=firm.decision, rivals=rivals, draw=draw,
        )  # fmt: skip
