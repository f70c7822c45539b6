"""The market as a Mesa model: firms are agents, people are arrays.

``simulate`` runs a scenario to its end; ``MarketModel`` can be stepped a week at a time.
Both run the same compiled weeks: ``advance`` goes from one *stop* (a review, an entry) to
the next without Python in between.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import mesa
import numpy as np

from sim.market import rng
from sim.market.arrays import People, Place, Record, Tally
from sim.market.audit import check_accounts, check_people
from sim.market.causes import cause_of_exit
from sim.market.environment import calendar_of
from sim.market.firm import Firm, StrategyFault, reviews
from sim.market.imitation import kinds_taken
from sim.market.initial import desk_of, place_of, record_of, records_start, tally_of
from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, MARKET_COUNTS, MARKET_LEVELS
from sim.market.mergers import merge_due, merger_weeks
from sim.market.people import PARTNER, born, meet_newcomer
from sim.market.records import SHELF
from sim.market.result import FirmFate, RunResult
from sim.market.rules import firm_rules_of, rules_of
from sim.market.slots import Slot, firms_of, fund, slots_of
from sim.scenario.schema import MAX_FIRMS, Scenario

__all__ = ["MarketModel", "StrategyFault", "simulate"]

Progress = Callable[[int, int], None]


class MarketModel(mesa.Model):
    """A market of people and firms, stepped in weeks.

    scenario: what to run; seed: of every draw (default: the scenario's own); threads: how
    many live the people's weeks (results do not depend on it); audit: check accounts and
    people after every stop (raises ``AuditError``).
    """

    def __init__(
        self, scenario: Scenario, *, seed: int | None = None, threads: int = 1, audit: bool = False
    ) -> None:
        self.scenario = scenario
        self.market_seed = scenario.seed if seed is None else seed
        super().__init__(rng=self.market_seed)
        self.threads, self.audit = max(1, threads), audit
        self.week = 0
        self.seconds = 0.0
        slots = slots_of(scenario, self.market_seed)
        n_firms = len(slots)
        if n_firms > MAX_FIRMS:
            raise ValueError(f"firms: at most {MAX_FIRMS} firms fit, got {n_firms}")
        padded = -(-n_firms // 8) * 8
        self.key = rng.key(self.market_seed)
        self.people: People = born(scenario, self.market_seed, padded)
        self.firm_records = firms_of(scenario, slots)
        self.place: Place = place_of(scenario, self.people, n_firms, padded)
        self.shelf = np.zeros((2, padded), SHELF)
        self.calendar = calendar_of(scenario)
        self.rules = rules_of(scenario, slots)
        self.firm_rules = firm_rules_of(scenario, int(self.place.role_people[PARTNER]))
        self.tally: Tally = tally_of(self.place, padded, self.threads)
        self.record: Record = record_of(scenario, n_firms)
        self.bounds = _parts(self.people.tiles.size - 1, self.threads)
        n_links = self.people.links.shape[1]
        self.desks = [desk_of(padded, n_links) for _ in range(self.threads)]
        self.firms: list[Firm] = [Firm(self, f, slot) for f, slot in enumerate(slots)]
        self._enter_due(0)
        records_start(self)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What every firm is, in slot order; entrants that imitate are open until they enter."""
        return tuple(firm.slot for firm in self.firms)

    @property
    def firm_agents(self) -> mesa.agent.AgentSet:
        """The firms as a Mesa AgentSet."""
        return self.agents_by_type[Firm]

    def _enter_due(self, week: int) -> None:
        """Firms whose week it is enter: terms, cash, people who know them."""
        low = 0.0
        kinds_taken(self, week)
        for firm in self.firms:
            if firm.slot.enters == week:
                high = low + firm.slot.group.start.customers
                f, group, p = firm.index, firm.slot.group, self.people
                self.firm_records["entered"][f] = week
                self.firm_records["alive"][f] = 1
                fund(
                    self.firm_records, f, self.place.accounts,
                    group.cash * self.scenario.people.count,
                )  # fmt: skip
                firm.enter()
                self.firm_records["culture"][f] = firm.decision.goal
                self.firm_records["open"][f] = firm.decision.openness
                meet_newcomer(
                    f, firm.slot.uid, week, np.float32(group.start.aware),
                    np.float32(low), np.float32(high), np.float32(group.start.engagement),
                    firm.decision.term, p.aware, p.ever, p.last, p.supplier, p.until, p.bought,
                    p.engagement, *self.key,
                )  # fmt: skip
                low = high

    def _stop_after(self, week: int, last: int) -> int:
        """The last week that can run from ``week`` on before Python has to look in again."""
        review = self.scenario.review
        stops = [last, week + (review - 1 - (week - 1) % review)]
        stops += [slot.enters - 1 for slot in self.slots if slot.enters > week]
        stops += [merger - 1 for merger in merger_weeks(self) if merger > week]
        return min(stops)

    def advance(self, n_weeks: int) -> None:
        """Runs the next ``n_weeks`` weeks (fewer when the scenario ends before)."""
        last = min(self.week + n_weeks, self.scenario.weeks)
        while self.week < last:
            first = self.week + 1
            merge_due(self, first)
            self._enter_due(first)
            if (first - 1) % self.scenario.review == 0:
                reviews(self, first)
            end = self._stop_after(first, last)
            started = time.perf_counter()
            self._run(first, end - first + 1)
            self.seconds += time.perf_counter() - started
            self.week = end
            if self.audit:
                check_accounts(self.firm_records["cash"], self.place.accounts, end)
                check_people(self.record, self.scenario.people.count, end)

    def _run(self, first: int, n_weeks: int) -> None:
        from concurrent.futures import ThreadPoolExecutor

        from sim.market.advance import N_LINES, advance

        gate = np.zeros(2, np.int64)

        def work(part: int) -> None:
            lines = np.zeros(N_LINES, np.int64)
            advance(
                first, n_weeks, part, self.bounds, gate, self.people, self.firm_records, self.place,
                self.shelf, self.rules, self.firm_rules, self.calendar, self.tally, self.record,
                self.desks[part], lines, *self.key,
            )  # fmt: skip

        if self.threads == 1:
            work(0)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            # a thread pool as wide as the barrier, or the threads would wait for ever
            list(pool.map(work, range(self.threads)))

    def step(self) -> None:
        """One week."""
        self.advance(1)

    def run(self, progress: Progress | None = None) -> None:
        """Runs to the end of the scenario; ``progress(week, weeks)`` after every quarter."""
        while self.week < self.scenario.weeks:
            self.advance(self.scenario.review)
            if progress is not None:
                progress(self.week, self.scenario.weeks)

    def result(self) -> RunResult:
        """What has happened so far, firms in file order."""
        upto = self.week + 1
        order = np.argsort([slot.place for slot in self.slots], kind="stable")
        counts = self.record.counts[:upto, order]
        levels = self.record.levels[:upto, order]
        firm_series = _columns(FIRM_COUNTS, counts) | _columns(FIRM_LEVELS, levels)
        fates = [self._fate(f, firm_series, column) for column, f in enumerate(order)]
        return RunResult(
            title=self.scenario.title, seed=self.market_seed, people=self.scenario.people.count,
            weeks=self.week, review=self.scenario.review, discount=self.scenario.market.discount,
            firms=tuple(fates), firm_series=firm_series,
            market_series=_columns(MARKET_COUNTS, self.record.market_counts[:upto])
            | _columns(MARKET_LEVELS, self.record.market_levels[:upto]),
            seconds=self.seconds,
        )  # fmt: skip

    def _fate(self, f: int, series: dict[str, Any], column: int) -> FirmFate:
        """What became of the firm of slot f, whose series stand in ``column``."""
        slot = self.slots[f]
        entered, exited = (int(self.firm_records[name][f]) for name in ("entered", "exited"))
        service, engaged = (series[name][:, column] for name in ("service", "n_engaged"))
        cause = cause_of_exit(service, engaged, self.scenario.people.count, entered, exited)
        if self.firm_records["merged"][f]:
            cause = "merged"
        group = "" if slot.known is None else slot.known.name
        return FirmFate(slot.name, slot.strategy, group, entered, exited, cause)


def _columns(measures: Any, table: Any) -> dict[str, Any]:
    return {measure.name: table[..., c].copy() for c, measure in enumerate(measures)}


def _parts(tiles: int, threads: int) -> Any:
    """First tile of every thread's part, and the number of tiles."""
    return np.linspace(0, tiles, threads + 1).astype(np.int64)


def simulate(
    scenario: Scenario,
    *,
    seed: int | None = None,
    threads: int = 1,
    progress: Progress | None = None,
    audit: bool = False,
) -> RunResult:
    """Runs a scenario to its end.

    Raises StrategyFault when a strategy decides what no firm can do, ValueError when the
    scenario needs more than ``MAX_FIRMS`` firms.
    """
    model = MarketModel(scenario, seed=seed, threads=threads, audit=audit)
    model.run(progress)
    result = model.result()
    model.__dict__.clear()  # model and agents refer to each other: its arrays go now, not some time
    return result
