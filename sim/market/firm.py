"""A firm as a Mesa agent: its strategy, and the arrays' row it decides about."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import mesa

from sim.market.books import Books
from sim.market.items import stock
from sim.market.measures import FIRM_COUNTS, index
from sim.market.slots import Slot, decide, equip, fund, promised
from sim.scenario.own import CodeFault
from sim.strategies import make
from sim.strategies.base import Decision, Strategy
from sim.strategies.own import one_line, said
from sim.strategies.rules import check_decision

if TYPE_CHECKING:
    from sim.market.model import MarketModel

_COUNT = index(FIRM_COUNTS)


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
        firms, f = self.model.firm_records, self.index
        firms["promise"][f] = promised(
            self.decision.inflation, *(firms[name][f].tolist() for name in ("belief", "quality"))
        )
        self.reviewed = self.slot.enters

    def review(self, week: int, books: Books) -> Decision:
        """Asks the strategy, if it has anything to say after it has entered.

        Raises StrategyFault where it fails or decides what no firm can.
        """
        if getattr(self.strategy.review, "__func__", None) is Strategy.review:
            return self.decision
        seen = books.sees(self)
        return self._decided("review", lambda: self.strategy.review(seen), week, {})

    def takes(self, decision: Decision) -> None:
        """Goes by a decision from now on."""
        if not self._keeps(decision):
            self.decision, self._written = decision, _parts(decision)
            decide(self.model.firm_records, self.index, decision)

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


def funds(model: MarketModel, firm: Firm, week: int) -> None:
    """Patient capital: investors answer growth of users with a round."""
    terms = firm.slot.group.funding
    amount = terms.amount * model.scenario.people.count
    users = int(model.record.counts[week - 1, firm.index, _COUNT["n_engaged"]])
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
    living = [firm for firm in model.firms if firm.alive]
    due = [firm for firm in living if firm.slot.enters + 1 < week]
    for firm in due:
        funds(model, firm, week)
    books = Books(model, living, week)
    decisions = [firm.review(week, books) for firm in due]
    for firm, decision in zip(due, decisions, strict=True):
        firm.takes(decision)
        firm.users_before, firm.payers_before = books.users(firm), books.payers(firm)
        firm.reviewed = week
    model.firm_records["promise"][[firm.index for firm in due]] = list(map(books.promise, due))
