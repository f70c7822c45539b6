"""The twin: the slow reference implementation of sim/ODD.md section 7.

Plain Python, one Mesa agent a person, one object a firm, float64 arithmetic.  What people
keep between weeks, and every table handed to them, is rounded to float32.  It shares with
the engine only the scenario, the strategies and the names of the measures.

**Initial state.**  ``Twin(scenario, start, seed=...)`` takes ``start``, a mapping with

========================================  =============================================
block, region, role                       integers (N,); role indexes schema.ROLES
nativeness, taste, reach_rank             float32 (N,)
satisfaction, uncertainty                 float32 (N,)
need                                      uint8 (N, M, 6)
salience_w                                float32 (N, M), exp(salience)
links                                     uint32 (N, D), person numbers (network mixing)
trust, engagement                         float32 (N, F), F in slot order
aware, ever                               bool (N, F)
last, supplier                            integers (N,), slot or 255 (none)
until, bought                             integers (N,), weeks
firms                                     list in slot order of mappings:
                                          name, uid, file_index, entered (week or -1),
                                          strategy (a choice as ``make`` takes it, or None:
                                          an entrant that takes its kind, and with it all of
                                          the following, as it enters), quality (6), position,
                                          cash (cents), decision (Decision at entry,
                                          the offer's overrides applied), engagement (of its
                                          first customers), costs (schema.Costs),
                                          funding (schema.Funding)
entries                                   {week: [(slot, aware (N,), owners (N,), until (N,))]}
                                          whom a firm that enters in that week (> 0) starts
                                          with; looked up in that week
========================================  =============================================

**Knife edges.**  The engine decides in float32, the twin in float64; a decision whose
uniform lies within rounding of a boundary proves nothing.  ``first_knife_edge`` is the
first week with such a decision, or None.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import mesa
import numpy as np

from sim.scenario.schema import ROLES, Scenario
from tests.reference.environment import Environment, single
from tests.reference.firm import Firm, Tally
from tests.reference.imitation import entrants_choose
from tests.reference.listener import MEDIA
from tests.reference.mergers import merge_due
from tests.reference.person import Person
from tests.reference.philox import Draws
from tests.reference.record import Record, belief_error, count_stages
from tests.reference.reference_table import empty, renewed, starting, told
from tests.reference.systems import attends, seen_ads


def make_strategy(choice: Any) -> Any:
    """The strategy that a scenario names."""
    from sim.strategies import make  # here, so that the twin can run without the library

    return make(choice)


class Twin(mesa.Model):
    """The market in plain Python."""

    PAYS: ClassVar[dict[str, str]] = {
        "sale_cents": "households", "subscription_cents": "households",
        "advertising_cents": "advertisers", "unit_cents": "suppliers",
        "serving_cents": "suppliers", "capacity_cents": "suppliers", "fixed_cents": "suppliers",
        "screening_cents": "suppliers", "media_cents": "suppliers", "build_cents": "suppliers",
        "observe_cents": "suppliers", "outreach_cents": "suppliers", "idle_cents": "suppliers",
        "commission_cents": "households", "service_cents": "households",
        "data_cents": "households", "carriage_cents": "suppliers", "subsidy_cents": "households",
        "carrier_cents": "suppliers", "care_cents": "suppliers", "funding_cents": "investors",
        "written_off_cents": "creditors",
    }  # fmt: skip

    def __init__(
        self,
        scenario: Scenario,
        start: Mapping[str, Any],
        *,
        seed: int,
        make: Callable[[Any], Any] = make_strategy,
        draws: Draws | None = None,
    ) -> None:
        super().__init__(rng=0)  # Mesa's own generator is never used
        self.scenario, self.rules, self.start, self.make = scenario, scenario.market, start, make
        self.draws, self.week = draws or Draws(seed), 0
        self.n_people = len(start["block"])
        self.network = scenario.people.links.mixing == "network"
        self.first_knife_edge: int | None = None
        self.environment = Environment(scenario, self.draws)
        self.people = [Person(self, i) for i in range(self.n_people)]
        self.n_role = [sum(p.role == role for p in self.people) for role in range(len(ROLES))]
        regions = scenario.people.heritage.regions
        media = [p for p in self.people if p.role == MEDIA]
        self.n_media = [sum(p.region == r for p in media) for r in range(regions)]
        self.firms = [Firm(self, slot, firm) for slot, firm in enumerate(start["firms"])]
        names = [firm.name for firm in self.firms]
        self.tried = -1 if scenario.trial is None else names.index(scenario.trial.firm)
        self.world: Counter[str] = Counter()
        self.hazard = [[0.0] * len(self.firms) for _ in range(regions)]
        # one table of uses, one of purchases
        self.reference = [starting(scenario, self.environment.blocks, len(self.firms))] * 2
        self.contacts = self.noise = 0.0
        self.ad_price, self.voting = self.rules.advertising.income, False
        self.occasion = single(self.rules.use.rate)
        self.true_needs = np.asarray(start["need"], dtype=np.int64).sum(axis=(0, 1))
        self.record = Record(self)
        self.begin()

    def begin(self) -> None:
        """Week 0: the firms that are there from the start, and the first row."""
        self.clear_counts()
        for firm in self.firms:
            if firm.entered == 0:
                firm.enter()
        self._living = [firm for firm in self.firms if firm.alive]
        self.finish_week()

    @property
    def living(self) -> list[Firm]:
        """Firms in the market, in slot order."""
        return self._living

    # -- doubts ------------------------------------------------------------------------

    def doubt(self) -> None:
        """Remember that a decision of this week lay on a knife edge."""
        if self.first_knife_edge is None:
            self.first_knife_edge = self.week

    def below(self, u: float, chance: float, edge: float) -> bool:
        """Whether u < chance, doubting what lies within ``edge`` of it."""
        if abs(u - chance) < edge and 0.0 < chance < 1.0:
            self.doubt()
        return u < chance

    def choose(self, u: float, weights: list[float], edge: float) -> int:
        """First option whose running sum of weights exceeds u * total, else the last."""
        total, running = sum(weights), 0.0
        picked = len(weights) - 1
        for option, weight in enumerate(weights[:-1]):
            running += weight
            if abs(running - u * total) < edge * total:
                self.doubt()
            if running > u * total:
                picked = min(picked, option)
        return picked

    # -- the week ----------------------------------------------------------------------

    def step(self) -> None:
        """One week."""
        self.week += 1
        self.clear_counts()
        merge_due(self)
        self.environment.move(self.week)
        self.firms_enter()
        if (self.week - 1) % self.scenario.review == 0:
            self.firms_review()
        for firm in self.living:
            firm.work()
        self.voting = any(firm.decision.votes > 0 for firm in self.living)
        self.firms_reach_people()
        for person in self.people:
            person.live()
        for person in self.people:
            person.told = person.telling
        self.reference = [
            renewed(table, n, self)
            for table, n in zip(self.reference, self.n_reference, strict=True)
        ]
        self.ad_price = self.price_of_attention()
        for firm in self.living:
            firm.settle()
        self.finish_week()

    def price_of_attention(self) -> float:
        """What advertisers pay for a full use, the less the more is for sale."""
        rule = self.rules.advertising
        sold = sum(seen_ads(firm) for firm in self.living) / self.n_people
        return rule.income / (1.0 + sold / rule.saturation) if rule.saturation else rule.income

    def run(self) -> Twin:
        """Every week of the scenario."""
        while self.week < self.scenario.weeks:
            self.step()
        return self

    def clear_counts(self) -> None:
        """Forget what was counted last week."""
        self._living = [firm for firm in self.firms if firm.alive]
        self.market: Counter[str] = Counter()
        self.surplus_units = self.surplus_asked = 0
        self.n_reference = [empty(table) for table in self.reference]
        self.log_reference = [told(table) for table in self.reference]
        for firm in self.firms:
            firm.now = Tally()
            firm.cents.clear()

    def firms_enter(self) -> None:
        """Firms whose week has come enter, with those who know and own them from the start."""
        entrants_choose(self)
        for firm in self.firms:
            if firm.entered == self.week:
                firm.enter()
        for slot, aware, owners, until in self.start.get("entries", {}).get(self.week, ()):
            for person in self.people:
                self.begin_relation(person, slot, aware, owners, until)
        self._living = [firm for firm in self.firms if firm.alive]

    def begin_relation(
        self, person: Person, slot: int, aware: Any, owners: Any, until: Any
    ) -> None:
        """What a person has to do with a firm that enters."""
        person.aware[slot] = person.aware[slot] or bool(aware[person.i])
        if owners[person.i]:
            person.aware[slot] = person.ever[slot] = True
            person.engagement[slot] = single(self.firms[slot].start_engagement)
            person.supplier, person.bought = slot, self.week
            person.until = int(until[person.i])
            person.last = slot

    def firms_review(self) -> None:
        """Investors answer, then every strategy decides on what it sees, all at once."""
        ready = [firm for firm in self.living if firm.entered < self.week - 1]
        for firm in ready:
            firm.ask_investors()
        for firm, seen in [(firm, firm.look()) for firm in ready]:
            firm.decide(seen)

    def firms_reach_people(self) -> None:
        """Paid media and press: chances to hear of a firm."""
        attention, rule = self.scenario.environment.attention, self.rules.awareness
        self.contacts = sum(firm.media_h for firm in self.living)
        heard = min(1.0, attention / self.contacts) if self.contacts > 0 else 1.0
        self.noise = max(0.0, self.contacts - attention)
        tired = math.exp(-self.scenario.environment.fatigue * self.noise)
        self.occasion = single(single(self.rules.use.rate) * tired)
        for firm in self.living:
            for r, row in enumerate(self.hazard):
                press = 0.0
                if self.n_media[r]:
                    heeded = rule.press / 52.0 * attends(firm, "media")
                    press = heeded * firm.last.media[r] / self.n_media[r]
                row[firm.slot] = single(firm.media_h * heard + press)

    def finish_week(self) -> None:
        """Stages with the firms that lived during the week, exits, one row."""
        count_stages(self)
        for firm in self.living:
            firm.leave_if_broke()
        self.record.add_row()
        for firm in self.firms:
            firm.last = firm.now

    def belief_error(self, firm: Firm) -> float:
        """Half the absolute error of what a firm believes people need."""
        return belief_error(firm.belief, self.true_needs.tolist())
