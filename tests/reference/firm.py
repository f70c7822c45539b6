"""One firm of the twin (sim/ODD.md 7.2, 7.3, 7.7, 7.8), in plain float64 arithmetic."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.market.measures import COSTS, DIRECT, REVENUES
from sim.strategies.base import LEVERS, Decision, Rival, Seen
from tests.reference.environment import cents, single, singles
from tests.reference.imitation import UNKNOWN
from tests.reference.listener import PARTNER, TALENT
from tests.reference.philox import OBSERVE, REVIEW, SHOCK, WORK
from tests.reference.systems import (
    CHANNELS,
    Items,
    attends,
    live_with_items,
    make_custom,
    seen_ads,
    settle_systems,
    show_systems,
    take_up,
    tell_apart,
)

if TYPE_CHECKING:
    from tests.reference.twin import Twin


def best_of(n: int) -> float:
    """The best of n ideas, in standard deviations (ODD 7.3)."""
    r = math.sqrt(math.log(n)) if n > 1 else 0.0
    powers = (-0.1387884, 1.3485317, -0.5158135, 0.0941853, -0.0066818)
    return sum(factor * r ** (k + 1) for k, factor in enumerate(powers))


@dataclass
class Tally:
    """What people did with a firm in one week, in whole numbers, and its stages after it."""

    n_uses: int = 0
    n_free_uses: int = 0
    n_failed: int = 0
    n_kept: int = 0
    n_told: int = 0
    n_ideas: int = 0
    n_sales: int = 0
    new_aware: int = 0
    told_kept: int = 0
    told_broken: int = 0
    talent: int = 0  # talent who used it
    partners: int = 0  # partners who used it
    n_custom: int = 0
    wanted: int = 0  # who wanted a good made to their taste
    needs: list[int] = field(default_factory=lambda: [0] * 6)
    needs_payers: list[int] = field(default_factory=lambda: [0] * 6)
    needs_voted: list[int] = field(default_factory=lambda: [0] * 6)
    needs_of: list[list[int]] = field(default_factory=lambda: [[0] * 6 for _ in range(4)])
    media: Counter[int] = field(default_factory=Counter)  # media people who told, by region
    stages: Counter[str] = field(default_factory=Counter)  # stocks at the end of the week
    trust: float = 0.0  # mean trust of those who know it


class Firm(Items):
    """A firm: decisions, practice, capabilities, beliefs, cash."""

    def __init__(self, model: Twin, slot: int, start: dict[str, Any]) -> None:
        self.model, self.slot = model, slot
        self.name, self.uid, self.file_index = start["name"], start["uid"], start["file_index"]
        self.entered, self.exited, self.alive = int(start["entered"]), -1, False
        self.pending, self.belief = [0.0] * 6, [1.0 / 6.0] * 6
        self.capacity = model.rules.capacity.start * model.n_people
        self.promise = self.gross = 0.0
        self.service = self.outreach = 1.0
        self.media_h = 0.0
        self.released = False
        self.carrier = start.get("carrier", -1)  # slot, -1 none
        self.cases = self.handled = self.recovery = self.bug = self.ratings = self.top_item = 0.0
        self.match = self.custom_served = 1.0
        self.near = [1.0] * 16
        self.tailored = [[1.0] * 6 for _ in range(4)]
        self.beliefs = [[1.0 / 6.0] * 6 for _ in range(4)]
        self.joined: list[int] = []
        self.appeal: list[float] = []
        self.where: list[float] = []
        self.n_items = 0
        self.channels: tuple[str, ...] = CHANNELS
        self.q_seen: dict[int, list[float]] = {}  # by week, as people meet it
        self.last, self.now = Tally(), Tally()
        self.cents: Counter[str] = Counter()  # postings of the week by measure
        self.since: Counter[str] = Counter()  # sums since the last review
        self.reviewed = self.entered  # the week of the last review, of entry at first
        self.users_before = self.payers_before = 0
        self.profits: list[int] = []  # cents of every week it lived, from week 1 on
        self.open_kind = start["strategy"] is None
        self.becomes(UNKNOWN | {"strategy": None} if self.open_kind else start)

    def becomes(self, start: dict[str, Any]) -> None:
        """Take a strategy, terms, costs and a start; an entrant that imitates does so late."""
        self.name, self.kind = start.get("name", self.name), start["strategy"]
        self.strategy = None if self.kind is None else self.model.make(self.kind)
        self.decision: Decision = start["decision"]
        self.costs, self.funding = start["costs"], start["funding"]
        self.start_engagement = float(start["engagement"])
        self.channels = start.get("channels", CHANNELS)
        self.begin_items(start.get("items"))
        self.rounds = self.funding.rounds
        self.q = [float(q) for q in start["quality"]]
        self.position_told = single(float(start["position"]))
        self.culture, self.open = self.decision.goal, self.decision.openness
        self.cash, self.start_cash = 0, int(start["cash"])
        self.delivered = [min(1.0, q) for q in self.q]

    # -- entry and review ------------------------------------------------------------

    def enter(self) -> None:
        """Come to market."""
        self.alive, self.cash = True, self.start_cash
        self.model.world["investors"] -= self.start_cash
        self.q_seen[self.model.week] = singles(self.delivered)
        self.make_promise()
        self.tell()

    def make_promise(self) -> None:
        """Advertise what one believes one delivers, and somewhat more."""
        believed = sum(b * q for b, q in zip(self.belief, self.q, strict=True))
        self.promise = min(1.0, max(0.0, (1.0 + self.decision.inflation) * believed))

    def ask_investors(self) -> None:
        """A funding round, when growth earned it and cash is short."""
        users, n = self.last.stages["n_engaged"], self.model.n_people
        if self.rounds <= 0 or self.users_before <= 0:
            return
        grown = users / self.users_before - 1.0 >= self.funding.growth
        if grown and self.cash < cents(self.funding.amount * n):
            self.rounds -= 1
            self.post("funding_cents", cents(self.funding.amount * n))

    def demand(self) -> int:
        """Uses of last week."""
        return self.last.n_uses

    def look(self) -> Seen:
        """What the firm knows at a review."""
        model, t, stages = self.model, self.model.week, self.last.stages
        n = model.n_people
        weeks = max(1, t - max(1, self.reviewed))  # week 0 has no flows
        mean = {name: total / 100.0 / n / weeks for name, total in self.since.items()}
        return Seen(
            week=t, age=t - self.entered, people=n, cash=self.cash / 100.0 / n,
            users=stages["n_engaged"], payers=stages["n_payers"], fans=stages["n_fans"],
            users_before=self.users_before, payers_before=self.payers_before,
            sales=self.since["n_sales"] / n / weeks, revenue=mean.get("revenue", 0.0),
            advertising=mean.get("advertising_cents", 0.0),
            gross_profit=mean.get("gross", 0.0), profit=mean.get("profit", 0.0),
            load=self.demand() / self.capacity if self.capacity > 0 else 0.0,
            trust=self.last.trust, culture=self.culture, beliefs=tuple(self.belief),
            quality=tuple(self.delivered), current=self.decision,
            rivals=tuple(r.seen_by_rivals() for r in model.living if r is not self),
            draw=model.draws.uniforms(REVIEW, self.uid, t),
        )  # fmt: skip

    def seen_by_rivals(self) -> Rival:
        """What anyone can see of the firm."""
        d = self.decision
        share = self.last.stages["n_engaged"] / self.model.n_people
        age = self.model.week - self.entered
        return Rival(d.price, self.open, d.ad_load, d.plan, d.term, share, age)

    def decide(self, seen: Seen) -> None:
        """Review the decisions."""
        self.users_before, self.payers_before = seen.users, seen.payers
        self.since.clear()
        self.reviewed = self.model.week
        self.decision = self.strategy.review(seen)
        self.make_promise()

    # -- a week's work ---------------------------------------------------------------

    def work(self) -> None:
        """Practice follows, money is spent, things are built, released and learned."""
        rules, week, d = self.model.rules, self.model.week, self.decision
        rate = 1.0 - math.exp(-1.0 / (52.0 * rules.culture.years))
        self.culture += (d.goal - self.culture) * rate
        self.open += (d.openness - self.open) * rate
        self.spend()
        self.advertise()
        self.build()
        self.q = [q * (1.0 - rules.building.depreciation) for q in self.q]
        self.release()
        take_up(self)
        partners = rules.building.partners * attends(self, "partners")
        partners = 1.0 + partners * self.share_of_role(self.last.partners, PARTNER)
        self.delivered = [min(1.0, q * partners) * (1.0 - self.bug) for q in self.q]
        self.q_seen[week] = singles(self.delivered)
        self.observe()
        self.serve()
        make_custom(self)
        live_with_items(self)
        self.outreach *= 1.0 + rules.titles.liking * sum(self.joined) / self.model.n_people
        self.outreach *= "social" in self.channels
        tell_apart(self)
        self.tell()

    def spend(self) -> None:
        """Split the week's budget over the levers, in cents."""
        d, n = self.decision, self.model.n_people
        purse = max(0.0, self.cash / 100.0)
        burn = min(n * d.burn, purse / self.model.rules.runway)
        budget = min(burn + d.reinvest * max(0.0, self.gross), purse)
        weights = [d.budget.get(lever, 0.0) for lever in LEVERS]
        total = sum(weights)
        self.spent = {
            lever: math.floor(100.0 * budget * w / total + 0.5) if total > 0 else 0
            for lever, w in zip(LEVERS, weights, strict=True)
        }
        for lever, amount in self.spent.items():
            self.post(f"{lever}_cents", -amount)

    def per_head(self, lever: str) -> float:
        """Money spent on a lever this week, per head of the population."""
        return self.spent[lever] / 100.0 / self.model.n_people

    def advertise(self) -> None:
        """Hazard of hearing of the firm through paid media; help for users to tell others."""
        rule = self.model.rules.awareness
        m = self.per_head("media")
        weekly = rule.external / 52.0
        reached = weekly * (m / rule.reference) ** rule.elasticity if m > 0 else 0.0
        self.media_h = reached * attends(self, "prospects")
        helped = math.sqrt(self.per_head("outreach") / rule.reference)
        self.outreach = 1.0 + attends(self, "fans") * helped

    def share_of_role(self, users: int, role: int) -> float:
        """Share of the people of a role who used the firm last week."""
        people = self.model.n_role[role]
        return users / people if people else 0.0

    def efficiency(self) -> float:
        """How much building an effort yields."""
        rules = self.model.rules
        gap = abs(self.decision.goal - self.culture)
        heard = 0.5 * (attends(self, "employees") + attends(self, "candidates"))
        talent = heard * self.share_of_role(self.last.talent, TALENT)
        best_idea = best_of(self.last.n_ideas)
        return (
            (1.0 - rules.culture.cost * gap)
            * (1.0 + rules.building.talent * talent)
            * (1.0 + rules.collaboration.value * best_idea)
        )

    def build(self) -> None:
        """Effort fills the backlog of each need, where the week's work on it helps."""
        rule, draws, week = self.model.rules.building, self.model.draws, self.model.week
        focus = self.decision.focus if self.decision.focus is not None else self.belief
        total = sum(focus)
        efficiency = self.efficiency()
        for k in range(6):
            effort = self.per_head("build") * (focus[k] / total)
            room = 1.0 - min(1.0, self.q[k] + self.pending[k])
            u = draws.uniforms(WORK, self.uid * 8 + k, week)[0]
            helps = 1.0 / rule.success if u < rule.success else 0.0
            gain = rule.gain * math.sqrt(effort / rule.reference)
            self.pending[k] += gain * efficiency * room * helps

    def release(self) -> None:
        """Deliver the backlog when it is due."""
        d, age = self.decision, self.model.week - self.entered
        if age <= 0 or age % d.release_every != 0 or (self.released and not d.improve):
            return
        self.released = True
        for k in range(6):
            self.q[k] = min(1.0, self.q[k] + self.pending[k])
            self.pending[k] = 0.0
        rule = self.model.rules.building
        if rule.bad > 0:
            u = self.model.draws.uniforms(WORK, self.uid * 8 + 6, self.model.week)[0]
            self.bug = rule.harm if u < rule.bad else 0.0

    def observed(self) -> tuple[float, float]:
        """People whom the firm observes, and could: payers and users, as culture has it."""
        rule, last, culture = self.model.rules.knowing, self.last, self.culture
        payers, users = last.n_uses - last.n_free_uses, last.n_uses
        pool = (1.0 - culture) * payers + culture * users
        if rule.cost <= 0:
            return pool, pool
        return min(math.floor(self.spent["observe"] / 100.0 / rule.cost) + self.handled, pool), pool

    def observe(self) -> None:
        """Learn from those whom the firm watches what people need."""
        rule, last, culture = self.model.rules.knowing, self.last, self.culture
        people, watched = self.observed()
        voters = self.decision.votes * last.n_ideas
        n = people + voters
        if n < 1:
            return
        for k in range(6):
            mean = (1.0 - culture) * last.needs_payers[k] + culture * last.needs[k]
            mean = mean / 255.0 / watched if watched else 0.0
            if voters > 0:
                voted = last.needs_voted[k] / 255.0 / last.n_ideas
                mean = (people * mean + voters * voted) / n
            z = self.model.draws.normal(OBSERVE, self.uid * 8 + k, self.model.week)
            self.belief[k] += rule.update * (mean + rule.noise * z / math.sqrt(n) - self.belief[k])
            self.belief[k] = max(self.belief[k], 0.001)
        total = sum(self.belief)
        self.belief = [b / total for b in self.belief]

    def serve(self) -> None:
        """Capacity follows demand; service is what it covers."""
        rule, demand = self.model.rules.capacity, self.demand()
        if self.model.week > max(1, self.entered):
            rate = 1.0 - math.exp(-1.0 / rule.weeks)
            self.capacity += (self.decision.headroom * demand - self.capacity) * rate
        self.service = min(1.0, self.capacity / demand) if demand else 1.0

    def tell(self) -> None:
        """Hand people what they see of the firm, in float32."""
        d = self.decision
        self.price_told = single(d.price)
        self.open_told = single(self.open * ("site" in self.channels))
        self.ads_told, self.updates_told = single(d.ad_load), single(d.updates)
        self.promise_told, self.service_told = single(self.promise), single(self.service)
        self.outreach_told = single(self.outreach)
        show_systems(self)

    # -- money -----------------------------------------------------------------------

    def post(self, measure: str, amount: int) -> None:
        """Move cents between the firm and the rest of the world."""
        self.cash += amount
        self.model.world[self.model.PAYS[measure]] -= amount
        self.cents[measure] += -amount if measure in COSTS else amount

    def settle(self) -> None:
        """Revenues and costs of the week."""
        d, costs, now, n = self.decision, self.costs, self.now, self.model.n_people
        rules = self.model.rules
        premium = now.n_custom * cents(d.premium or 0.0)
        self.post(f"{d.plan}_cents", now.n_sales * cents(d.price) + premium)
        self.post("advertising_cents", cents(seen_ads(self) * self.model.ad_price))
        made = now.n_sales + rules.customizing.cost * now.n_custom
        self.post("unit_cents", -cents(costs.unit * made))
        settle_systems(self)
        self.post("serving_cents", -cents(costs.serving * now.n_uses))
        self.post("capacity_cents", -cents(rules.capacity.cost * self.capacity))
        z = self.model.draws.normal(SHOCK, self.uid, self.model.week)
        self.post("fixed_cents", -cents(n * (costs.fixed + costs.shock * z)))
        self.post("screening_cents", -cents(rules.collaboration.screening * now.n_ideas))
        revenue = sum(self.cents[name] for name in REVENUES)
        goods = sum(self.cents[c] for c in DIRECT)
        self.gross = 0.75 * self.gross + 0.25 * (revenue - goods) / 100.0
        self.since["revenue"] += revenue
        self.since["advertising_cents"] += self.cents["advertising_cents"]
        self.since["gross"] += revenue - goods
        self.since["profit"] += revenue - sum(self.cents[name] for name in COSTS)
        self.since["n_sales"] += now.n_sales
        self.profits.append(revenue - sum(self.cents[name] for name in COSTS))

    def leave_if_broke(self) -> None:
        """A firm without cash leaves, and creditors lose what is missing."""
        if self.cash < 0:
            self.post("written_off_cents", -self.cash)
            self.alive, self.exited = False, self.model.week
