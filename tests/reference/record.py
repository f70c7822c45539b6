"""Stages of people and the rows that the twin records (sim/ODD.md 2 and 7.8)."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.market.measures import (
    FIRM_COUNTS,
    FIRM_LEVELS,
    MARKET_COUNTS,
    MARKET_LEVELS,
    STAGE_COUNTS,
)  # fmt: skip
from tests.reference.environment import single

if TYPE_CHECKING:
    from tests.reference.firm import Firm
    from tests.reference.person import Person
    from tests.reference.twin import Twin

RANKS = ("stranger", "aware", "lapsed", "using", "customer", "fan")
MARKET_NAMES = ("m_stranger", "m_aware", "m_lapsed", "m_user", "m_customer", "m_fan")
STAGE_EDGE = 2e-6


def reaches(model: Twin, level: float, threshold: float) -> bool:
    """Whether a level reaches a threshold, as float32 numbers."""
    bound = single(threshold)
    if level != bound and bound > 0 and abs(level - bound) < STAGE_EDGE:
        model.doubt()
    return level >= bound


def stage(model: Twin, person: Person, f: int) -> str:
    """Stage of a person towards a firm: the first that holds."""
    rule = model.rules.engagement
    engaged = reaches(model, person.engagement[f], rule.fan)
    if person.aware[f] and engaged and reaches(model, person.trust[f], rule.fan_trust):
        return "fan"
    if owns(model, person, f):
        return "customer"
    if is_engaged(model, person, f):
        return "using"
    if person.ever[f]:
        return "lapsed"
    return "aware" if person.aware[f] else "stranger"


def is_engaged(model: Twin, person: Person, f: int) -> bool:
    """Whether engagement makes a person who knows a firm its user."""
    bound = model.rules.engagement.user
    return person.aware[f] and reaches(model, person.engagement[f], bound)


def owns(model: Twin, person: Person, f: int) -> bool:
    """Whether a person counts as a firm's customer at the end of the week."""
    return person.supplier == f and person.serves(model.week + 1)


def count_stages(model: Twin) -> None:
    """Stocks of people by firm and in the market, and the trust of those who know a firm."""
    units, known = [0] * len(model.firms), [0] * len(model.firms)
    for person in model.people:
        best = 0
        for firm in model.firms:
            f = firm.slot
            name = stage(model, person, f)
            best = max(best, RANKS.index(name))
            count_person(model, person, firm, name)
            if person.aware[f]:
                known[f] += 1
                units[f] += math.floor(person.trust[f] * 65536.0 + 0.5)
        model.market[MARKET_NAMES[best]] += 1
    for firm in model.firms:
        stocks, f = firm.now.stages, firm.slot
        by_rule = {"engaged": "n_engaged", "roles": "n_touched", "audience": "n_audience"}
        users = stocks[by_rule[model.scenario.users_are]]
        stocks["n_users"] = users if firm.alive else 0
        firm.now.trust = units[f] / 65536.0 / known[f] if known[f] else 0.0


def count_person(model: Twin, person: Person, firm: Firm, name: str) -> None:
    """Add one person to a firm's stocks."""
    stocks, f = firm.now.stages, firm.slot
    engaged = is_engaged(model, person, f)
    payer = owns(model, person, f)
    stocks[f"n_{name}"] += 1
    stocks["n_touched"] += person.ever[f]
    if not firm.alive:
        return  # a firm that is gone has stages, for people remember it, but no users
    stocks["n_fans"] += name == "fan"
    stocks["n_payers"] += payer
    stocks["n_engaged"] += engaged or payer
    stocks["n_audience"] += engaged and not payer and firm.decision.ad_load > 0


def belief_error(belief: list[float], true_needs: list[int]) -> float:
    """Half the absolute error of believed shares against the sums of true needs."""
    total = sum(true_needs)
    return 0.5 * sum(abs(b - n / total) for b, n in zip(belief, true_needs, strict=True))


def levels(model: Twin, firm: Firm) -> dict[str, float]:
    """The real-valued measures of a firm."""
    d = firm.decision
    row = {
        "price": d.price, "openness": firm.open, "ad_load": d.ad_load, "promise": firm.promise,
        "backlog": sum(firm.pending), "culture": firm.culture, "capacity": firm.capacity,
        "service": firm.service, "trust": firm.now.trust, "belief_error": model.belief_error(firm),
        "recovery": firm.recovery, "match": firm.match, "top_item": firm.top_item,
        "messages": firm.now.needs[4] / 255.0 / model.n_people,
    }  # fmt: skip
    needs = ("core", "access", "engage", "customize", "connect", "collaborate")
    return row | {f"q_{k}": q for k, q in zip(needs, firm.delivered, strict=True)}


class Record:
    """Series of every measure, one row a week, firms in file order."""

    def __init__(self, model: Twin) -> None:
        self.model = model
        self.firm_rows: dict[str, list[list[float]]] = {
            m.name: [] for m in (*FIRM_COUNTS, *FIRM_LEVELS)
        }
        self.market_rows: dict[str, list[float]] = {
            m.name: [] for m in (*MARKET_COUNTS, *MARKET_LEVELS)
        }

    def add_row(self) -> None:
        """Record the week that has ended."""
        model = self.model
        if model.week == 0:
            reach = model.environment.reach_told
            model.market["n_online"] = sum(p.reach_rank < reach for p in model.people)
        firms = sorted(model.firms, key=lambda firm: firm.file_index)
        rows = [self.firm_row(firm) for firm in firms]
        for name, series in self.firm_rows.items():
            series.append([row[name] for row in rows])
        market = self.market_row()
        for name, series in self.market_rows.items():
            series.append(market[name])

    def firm_row(self, firm: Firm) -> dict[str, float]:
        """Every measure of a firm."""
        model = self.model
        row: Counter[str] = Counter(firm.now.stages)
        row.update({k: v for k, v in vars(firm.now).items() if isinstance(v, int)})
        row.update(firm.cents)
        row["cash_cents"], row["alive"] = firm.cash, int(firm.alive)
        row["n_partner_uses"] = firm.now.partners
        in_market = firm.alive or firm.exited == model.week
        level = {m.name: 0.0 for m in FIRM_LEVELS}
        out: dict[str, Any] = {m.name: int(row[m.name]) for m in FIRM_COUNTS}
        return out | (levels(model, firm) if in_market else level)

    def was_gone(self, firm: Firm) -> None:
        """A firm that merges was gone at the end of the week recorded last."""
        firms = sorted(self.model.firms, key=lambda each: each.file_index)
        self.firm_rows["alive"][-1][firms.index(firm)] = 0

    def market_row(self) -> dict[str, float]:
        """Every measure of the market."""
        model, economy = self.model, self.model.environment.economy
        asked = model.surplus_asked
        out: dict[str, float] = {m.name: int(model.market[m.name]) for m in MARKET_COUNTS}
        return out | {
            "reach": model.environment.reach,
            "economy": sum(economy) / len(economy),
            "contacts": model.contacts,
            "noise": model.noise,
            "surplus": model.surplus_units / 65536.0 / asked if asked else 0.0,
        }

    def firm_series(self) -> dict[str, np.ndarray]:
        """Arrays (weeks + 1, firms) by measure."""
        counts = {m.name for m in FIRM_COUNTS}
        return {
            name: np.array(rows, dtype=np.int64 if name in counts else np.float64)
            for name, rows in self.firm_rows.items()
        }

    def market_series(self) -> dict[str, np.ndarray]:
        """Arrays (weeks + 1,) by measure."""
        counts = {m.name for m in MARKET_COUNTS}
        return {
            name: np.array(rows, dtype=np.int64 if name in counts else np.float64)
            for name, rows in self.market_rows.items()
        }


assert set(STAGE_COUNTS) == {f"n_{name}" for name in RANKS}
