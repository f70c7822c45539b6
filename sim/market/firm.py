"""A firm as a Mesa agent: its strategy, and the arrays' row it decides about."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar

import mesa

from sim.market import rng
from sim.market.arrays import N_NEEDS
from sim.market.items import stock
from sim.market.measures import COSTS, DIRECT, FIRM_COUNTS, FIRM_LEVELS, REVENUES, index
from sim.market.slots import Slot, decide, equip, fund, promise
from sim.scenario.own import CodeFault
from sim.strategies import make
from sim.strategies.base import Decision, Rival, Seen, Strategy
from sim.strategies.own import one_line, said
from sim.strategies.rules import check_decision

if TYPE_CHECKING:
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


class StrategyFault(Exception):  # noqa: N818 - it is the scenario's fault, not an error of ours
    """A strategy failed or decided what no firm can do: its firm, the week and the fault."""

    status = 3  # a run that failed


class _Counters(weakref.WeakKeyDictionary[Any, Iterator[int]]):
    """Mesa's counter of agents by model, without keeping every model there ever was alive."""

    def __getitem__(self, model: Any) -> Iterator[int]:
        if model not in self:
            self[model] = itertools.count(1)
        return super().__getitem__(model)


def _parts(decision: Decision) -> tuple[Any, ...]:
    """Copies of all that a strategy could change within a decision."""
    audiences = None if decision.audiences is None else dict(decision.audiences)
    return dict(decision.budget), audiences, decision.focus and tuple(decision.focus)


class Firm(mesa.Agent):
    """One firm. Its state lives in the model's arrays, at ``index``."""

    _ids: ClassVar[Any] = _Counters()

    def __init__(self, model: MarketModel, index: int, slot: Slot) -> None:
        super().__init__(model)
        self.index, self.slot = index, slot
        self.strategy = Strategy()  # of its kind, which an entrant may still have to take
        self.decision = Decision()
        self._written = _parts(self.decision)
        self.reviewed = 0  # week of the last review (or of entry)
        self.users_before, self.payers_before = 0, 0
        self.rounds_left = 0
        if slot.known is not None:
            self.becomes(slot)

    def becomes(self, slot: Slot) -> None:
        """Takes the strategy, the costs and the start of the slot's kind."""
        self.slot = slot
        try:
            self.strategy = make(slot.group.strategy)
        except CodeFault as fault:
            raise self._fault(slot.enters, str(fault)) from fault
        self.rounds_left = slot.group.funding.rounds
        equip(self.model.firm_records, self.index, slot, self.model.market_seed)
        stock(self.model.place, self.index, slot.uid, slot.group.items, self.model.market_seed)

    @property
    def name(self) -> str:
        """Name in the scenario."""
        return self.slot.name

    @property
    def alive(self) -> bool:
        """Whether it is in the market."""
        return bool(self.model.firm_records["alive"][self.index])

    def enter(self) -> None:
        """Terms of entry: the strategy's own, changed by the scenario's offer."""
        offer = self.slot.group.offer.model_dump(exclude_none=True)
        self.takes(self._decided("enter", self.strategy.enter, self.slot.enters, offer))
        self.reviewed = self.slot.enters

    def review(self, week: int, offers: Mapping[int, Rival]) -> Decision:
        """Asks the strategy; raises StrategyFault where it fails or decides what no firm can.

        offers: what anyone can see of the living firms, by ``index``.
        """
        seen = self.sees(week, offers)
        return self._decided("review", lambda: self.strategy.review(seen), week, {})

    def takes(self, decision: Decision) -> None:
        """Goes by a decision from now on."""
        if not self._keeps(decision):
            self.decision, self._written = decision, _parts(decision)
            decide(self.model.firm_records, self.index, decision)
        promise(self.model.firm_records, self.index)

    def _keeps(self, decision: object) -> bool:
        """Whether it is what is decided already, as most decisions are; so it was checked too."""
        return decision is self.decision and _parts(self.decision) == self._written

    def _decided(
        self, what: str, ask: Callable[[], Decision], week: int, offer: Mapping[str, Any]
    ) -> Decision:
        """What the strategy answers, changed by the scenario's offer, and checked."""
        try:
            decision = ask()
            if self._keeps(decision):
                return decision
            if isinstance(decision, Decision) and offer:
                decision = replace(decision, **offer)
            faults = check_decision(decision)
        except (Exception, SystemExit) as error:  # a person's own code may do anything
            raise self._fault(week, f"{what} raised {said(error)}") from error
        if faults:
            raise self._fault(week, "; ".join(faults))
        return decision

    def _fault(self, week: int, what: str) -> StrategyFault:
        firm = f"firm {self.name!r} (strategy {self.slot.strategy})"
        return StrategyFault(one_line(f"{firm}, week {week}: {what}"))

    def counted(self, week: int, measure: str) -> int:
        """A count of the record in a week; 0 before entry."""
        if week < 0 or week < self.slot.enters:
            return 0
        return int(self.model.record.counts[week, self.index, _COUNT[measure]])

    def sees(self, week: int, offers: Mapping[int, Rival]) -> Seen:
        """What the firm knows at a review in ``week`` (of the weeks before it)."""
        record, f = self.model.record, self.index
        own, people = self.model.firm_records[f], self.model.scenario.people.count
        # week 0 and the week of entry itself have no flows before the first review
        since = max(self.reviewed, 1)
        span = max(1, week - since)
        flows = record.counts[since:week, f].sum(axis=0).tolist()

        def mean(cents: int) -> float:
            return float(cents) / 100.0 / float(people) / span

        revenue = mean(sum(_revenues(flows)))
        last, level = record.counts[week - 1, f].tolist(), record.levels[week - 1, f].tolist()
        demand, capacity = last[_USES], float(own["capacity"])
        return Seen(
            week=week, age=week - self.slot.enters, people=people,
            cash=float(own["cash"]) / 100.0 / people,
            users=last[_ENGAGED], payers=last[_PAYERS], fans=last[_FANS],
            users_before=self.users_before, payers_before=self.payers_before,
            sales=float(flows[_SALES]) / people / span, revenue=revenue,
            advertising=mean(flows[_ADVERTISING]),
            gross_profit=revenue - mean(sum(_direct(flows))),
            profit=revenue - mean(sum(_costs(flows))),
            load=demand / capacity if capacity > 0 else 0.0, trust=level[_TRUST],
            culture=float(own["culture"]), beliefs=tuple(own["belief"].tolist()),
            quality=tuple(level[_QUALITY]), current=self.decision,
            draw=rng.block(self.model.market_seed, self.slot.uid, week, rng.REVIEW),
            rivals=tuple(offer for g, offer in offers.items() if g != f),
        )  # fmt: skip

    def offer(self, week: int) -> Rival:
        """What anyone can see of it in ``week``."""
        firms, people = self.model.firm_records, self.model.scenario.people.count
        return Rival(
            price=float(firms["price"][self.index]), openness=float(firms["open"][self.index]),
            ad_load=float(firms["ad_load"][self.index]), plan=self.decision.plan,
            term=self.decision.term, share_users=self.counted(week - 1, "n_engaged") / people,
            age=week - self.slot.enters,
        )  # fmt: skip


def funds(model: MarketModel, firm: Firm, week: int) -> None:
    """Patient capital: investors answer growth of users with a round."""
    terms = firm.slot.group.funding
    amount = terms.amount * model.scenario.people.count
    users = firm.counted(week - 1, "n_engaged")
    if firm.rounds_left == 0 or firm.users_before == 0:
        return
    if users / firm.users_before - 1.0 < terms.growth:
        return
    if model.firm_records["cash"][firm.index] / 100.0 >= amount:
        return
    firm.rounds_left -= 1
    paid = fund(model.firm_records, firm.index, model.place.accounts, amount)
    model.record.counts[week, firm.index, _COUNT["funding_cents"]] = paid


def reviews(model: MarketModel, week: int) -> None:
    """All living firms with a week behind them are funded and decide.

    They decide at the same moment: nobody sees what another decides now.
    """
    due: list[tuple[Firm, Any]] = []
    offers = {firm.index: firm.offer(week) for firm in model.firms if firm.alive}
    for firm in model.firms:
        if firm.index in offers and firm.slot.enters + 1 < week:
            funds(model, firm, week)
            due.append((firm, firm.review(week, offers)))
    for firm, decision in due:
        firm.takes(decision)
        firm.users_before = firm.counted(week - 1, "n_engaged")
        firm.payers_before = firm.counted(week - 1, "n_payers")
        firm.reviewed = week
