"""A firm as a Mesa agent: its strategy, and the arrays' row it decides about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import mesa

from sim.market import rng
from sim.market.arrays import N_NEEDS
from sim.market.measures import COSTS, FIRM_COUNTS, FIRM_LEVELS, REVENUES, index
from sim.market.slots import Slot, decide, fund, promise
from sim.strategies import make
from sim.strategies.base import Decision, Rival, Seen
from sim.strategies.rules import check_decision

if TYPE_CHECKING:
    from sim.market.model import MarketModel

_COUNT, _LEVEL = index(FIRM_COUNTS), index(FIRM_LEVELS)
_DIRECT = ("unit_cents", "serving_cents", "capacity_cents")


class StrategyFault(Exception):  # noqa: N818 - it is the scenario's fault, not an error of ours
    """A strategy decided what no firm can do; names the firm, the week and the fault."""


class Firm(mesa.Agent):
    """One firm. Its state lives in the model's arrays, at ``index``."""

    def __init__(self, model: MarketModel, index: int, slot: Slot) -> None:
        super().__init__(model)
        self.index, self.slot = index, slot
        self.strategy = make(slot.group.strategy)
        self.decision = Decision()
        self.reviewed = 0  # week of the last review (or of entry)
        self.users_before, self.payers_before = 0, 0
        self.rounds_left = slot.group.funding.rounds

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
        self.decision = self._checked(replace(self.strategy.enter(), **offer), self.slot.enters)
        self.reviewed = self.slot.enters

    def review(self, week: int) -> Decision:
        """Asks the strategy; raises StrategyFault on a decision no firm can make."""
        return self._checked(self.strategy.review(self.sees(week)), week)

    def _checked(self, decision: Decision, week: int) -> Decision:
        faults = check_decision(decision)
        if faults:
            raise StrategyFault(
                f"firm {self.name!r} (strategy {self.strategy.name}), week {week}: "
                + "; ".join(faults)
            )
        return decision

    def counted(self, week: int, measure: str) -> int:
        """A count of the record in a week; 0 before entry."""
        if week < 0 or week < self.slot.enters:
            return 0
        return int(self.model.record.counts[week, self.index, _COUNT[measure]])

    def sees(self, week: int) -> Seen:
        """What the firm knows at a review in ``week`` (of the weeks before it)."""
        model, f = self.model, self.index
        firms, people = model.firm_records, model.scenario.people.count
        # week 0 and the week of entry itself have no flows before the first review
        since = max(self.reviewed, 1)
        span = max(1, week - since)
        flows = model.record.counts[since:week, f]

        def mean(*names: str) -> float:
            total = float(sum(int(flows[:, _COUNT[name]].sum()) for name in names))
            return total / 100.0 / float(people) / span

        revenue = mean(*REVENUES)
        demand = self.counted(week - 1, "n_uses")
        capacity = float(firms["capacity"][f])
        u = rng.block(model.market_seed, self.slot.uid, week, rng.REVIEW)
        last = model.record.levels[week - 1, f]
        return Seen(
            week=week, age=week - self.slot.enters, people=people,
            cash=float(firms["cash"][f]) / 100.0 / people,
            users=self.counted(week - 1, "n_engaged"), payers=self.counted(week - 1, "n_payers"),
            fans=self.counted(week - 1, "n_fans"), users_before=self.users_before,
            payers_before=self.payers_before,
            sales=float(flows[:, _COUNT["n_sales"]].sum()) / people / span, revenue=revenue,
            advertising=mean("advertising_cents"), gross_profit=revenue - mean(*_DIRECT),
            profit=revenue - mean(*COSTS), load=demand / capacity if capacity > 0 else 0.0,
            trust=float(last[_LEVEL["trust"]]), culture=float(firms["culture"][f]),
            beliefs=tuple(float(x) for x in firms["belief"][f]),
            quality=tuple(float(last[_LEVEL["q_core"] + k]) for k in range(N_NEEDS)),
            current=self.decision, rivals=self._rivals(week), draw=u,
        )  # fmt: skip

    def _rivals(self, week: int) -> tuple[Rival, ...]:
        firms, people = self.model.firm_records, self.model.scenario.people.count
        return tuple(
            Rival(
                price=float(firms["price"][r.index]), openness=float(firms["open"][r.index]),
                ad_load=float(firms["ad_load"][r.index]), plan=r.decision.plan,
                term=r.decision.term,
                share_users=r.counted(week - 1, "n_engaged") / people, age=week - r.slot.enters,
            )
            for r in self.model.firms
            if r.index != self.index and r.alive
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
    for firm in model.firms:
        if firm.alive and firm.slot.enters + 1 < week:
            funds(model, firm, week)
            due.append((firm, firm.review(week)))
    for firm, decision in due:
        firm.decision = decision
        decide(model.firm_records, firm.index, decision)
        promise(model.firm_records, firm.index)
        firm.users_before = firm.counted(week - 1, "n_engaged")
        firm.payers_before = firm.counted(week - 1, "n_payers")
        firm.reviewed = week
