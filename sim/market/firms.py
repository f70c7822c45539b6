"""A firm's week, compiled: build, release, learn, reach people, settle, exit (ODD 7.3-7.8)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.market import rng
from sim.market.arrays import N_LEVERS
from sim.market.lean import lean
from sim.market.ledger import ADVERTISERS, CREDITORS, HOUSEHOLDS, SUPPLIERS, cents, pay
from sim.market.rng import normal, philox, uniform
from sim.market.tallies import ACCESS
from sim.scenario.schema import NEEDS, ROLES
from sim.strategies.base import LEVERS

N_NEEDS = len(NEEDS)
MEDIA, BUILD, OBSERVE, OUTREACH, IDLE = range(len(LEVERS))
TALENT, PARTNER = ROLES.index("talent"), ROLES.index("partner")


@lean()
def role_share(firm: Any, role_people: Any, role: Any) -> Any:
    """Share of the people of a role who used the firm last week."""
    n = role_people[role]
    return firm.role_users[role] / n if n > 0 else 0.0


@lean()
def spends(firm: Any, rules: Any) -> None:
    """Splits the week's budget over the levers, in whole cents; never more than its cash."""
    cash = max(0.0, firm.cash / 100.0)
    burn = min(rules.people * firm.burn, cash / rules.runway)
    budget = min(burn + firm.reinvest * max(0.0, firm.gross), cash)
    total = 0.0
    for lever in range(N_LEVERS):
        total += firm.budget[lever]
    for lever in range(N_LEVERS):
        share = firm.budget[lever] / total if total > 0.0 else 0.0
        firm.spend[lever] = math.floor(100.0 * budget * share + 0.5)


@lean()
def builds(firm: Any, week: Any, role_people: Any, rules: Any, k0: Any, k1: Any) -> None:
    """Effort becomes unreleased work, where the week's attempt helps; what is released ages."""
    efficiency = (
        (1.0 - rules.culture_cost * abs(firm.goal - firm.culture))
        * (1.0 + rules.talent * role_share(firm, role_people, TALENT))
        * (1.0 + rules.idea_value * math.sqrt(2.0 * math.log(1.0 + firm.ideas)))
    )
    total = 0.0
    for k in range(N_NEEDS):
        total += firm.belief[k] if firm.by_belief == 1 else firm.focus[k]
    effort = firm.spend[BUILD] / 100.0 / rules.people
    for k in range(N_NEEDS):
        focus = firm.belief[k] if firm.by_belief == 1 else firm.focus[k]
        e = effort * (focus / total)
        room = 1.0 - min(1.0, firm.quality[k] + firm.pending[k])
        words = philox(firm.uid * 8 + k, week, rng.WORK, 0, k0, k1)
        helps = 1.0 / rules.success if float(uniform(words[0])) < rules.success else 0.0
        work = rules.gain * math.sqrt(e / rules.build_reference) * efficiency * room
        firm.pending[k] += work * helps
        firm.quality[k] *= 1.0 - rules.depreciation


@lean()
def releases(firm: Any, week: Any) -> None:
    """A release delivers the backlog."""
    age = week - firm.entered
    if age <= 0 or age % firm.release_every != 0:
        return
    if firm.improve == 0 and firm.releases > 0:
        return
    firm.releases += 1
    for k in range(N_NEEDS):
        firm.quality[k] = min(1.0, firm.quality[k] + firm.pending[k])
        firm.pending[k] = 0.0


@lean()
def learns(firm: Any, week: Any, rules: Any, k0: Any, k1: Any) -> None:
    """Moves what the firm believes people need toward a noisy mean of those it observes."""
    payers, users = firm.uses_paid, firm.uses
    pool = (1.0 - firm.culture) * payers + firm.culture * users
    n = pool
    if rules.observe_cost > 0.0:
        n = min(pool, math.floor(firm.spend[OBSERVE] / 100.0 / rules.observe_cost))
    if n < 1.0:
        return
    total = 0.0
    for k in range(N_NEEDS):
        seen = (1.0 - firm.culture) * firm.needs_paid[k] + firm.culture * firm.needs[k]
        mean = seen / 255.0 / pool
        z = normal(firm.uid * 8 + k, week, rng.OBSERVE, k0, k1)
        miss = mean + rules.observe_noise * z / math.sqrt(n) - firm.belief[k]
        firm.belief[k] = max(0.001, firm.belief[k] + rules.observe_update * miss)
        total += firm.belief[k]
    for k in range(N_NEEDS):
        firm.belief[k] /= total


@lean()
def grows(firm: Any, week: Any, rules: Any) -> None:
    """Capacity follows last week's demand with delay; what it cannot serve breaks promises."""
    demand = firm.uses
    if week > max(firm.entered, 1):
        aim = firm.headroom * demand
        firm.capacity += (aim - firm.capacity) * rules.capacity_rate
    firm.service = min(1.0, firm.capacity / demand) if demand > 0 else 1.0


@lean()
def show_firm(firm: Any, shown: Any, history: Any, role_people: Any, rules: Any) -> None:
    """Writes what people meet of a firm: its record of the shelf, its row (K,) of the history."""
    partners = 1.0 + rules.partners * role_share(firm, role_people, PARTNER)
    for k in range(N_NEEDS):
        q = min(1.0, firm.quality[k] * partners)
        shown.quality[k] = q
        history[k] = q
        if k == ACCESS:
            shown.access = rules.delay * (1.0 - q)
    shown.open = firm.open
    shown.price = firm.price
    shown.promise = firm.promise
    shown.ads = rules.nuisance * firm.ad_load
    shown.ad_load = firm.ad_load
    shown.position = firm.position
    shown.network = rules.network * (firm.engaged / rules.people)
    shown.service = firm.service
    shown.outreach = firm.outreach
    shown.updates = firm.updates
    shown.subscription = firm.subscription
    shown.term = firm.term
    shown.told_kept = firm.told_kept / rules.people
    shown.told_broken = firm.told_broken / rules.people


@lean()
def firms_work(week: Any, firms: Any, role_people: Any, shelf: Any, history: Any, rules: Any,
               k0: Any, k1: Any) -> None:  # fmt: skip
    """Every living firm: culture, budget, building, release, learning, capacity; then the shelf.

    firms (S,), shelf (P,) records; history (T + 1, P, K).
    """
    for f in range(firms.shape[0]):
        firm = firms[f]
        if firm.alive == 0:
            continue
        firm.culture += (firm.goal - firm.culture) * rules.culture_rate
        firm.open += (firm.openness - firm.open) * rules.culture_rate
        spends(firm, rules)
        builds(firm, week, role_people, rules, k0, k1)
        releases(firm, week)
        learns(firm, week, rules, k0, k1)
        grows(firm, week, rules)
        outreach = firm.spend[OUTREACH] / 100.0 / rules.people
        firm.outreach = 1.0 + math.sqrt(outreach / rules.reference)
        show_firm(firm, shelf[f], history[week, f], role_people, rules)


@lean()
def pays_media(firm: Any, rules: Any) -> Any:
    """Weekly hazard of hearing of the firm that its paid media buy."""
    if firm.alive == 0 or firm.spend[MEDIA] <= 0:
        return 0.0
    m = firm.spend[MEDIA] / 100.0 / rules.people
    return rules.external / 52.0 * (m / rules.reference) ** rules.elasticity


@lean()
def firms_reach(firms: Any, alive: Any, hazard: Any, media_told: Any, media_people: Any,
                rules: Any) -> Any:  # fmt: skip
    """Sets who lives (alive (1,)) and the hazard of hearing of each firm (R, P).

    Returns contacts of paid media and noise, per head.
    """
    contacts = 0.0
    living = np.uint64(0)
    for f in range(firms.shape[0]):
        contacts += pays_media(firms[f], rules)
        if firms[f].alive == 1:
            living |= np.uint64(1) << np.uint64(f)
    alive[0] = living
    heard = min(1.0, rules.attention / contacts) if contacts > 0.0 else 1.0
    for f in range(firms.shape[0]):
        paid = pays_media(firms[f], rules)
        for r in range(hazard.shape[0]):
            press = 0.0
            if media_people[r] > 0:
                press = rules.press / 52.0 * (media_told[r, f] / media_people[r])
            hazard[r, f] = paid * heard + press
    return contacts, max(0.0, contacts - rules.attention)


@lean()
def settles(firm: Any, week: Any, sold: Any, free: Any, accounts: Any, rules: Any, k0: Any, k1: Any,
            out: Any) -> None:  # fmt: skip
    """Posts the week's money; ``out`` gets the lines, in the order of measures.py."""
    revenue = sold * cents(firm.price)
    out[0] = 0 if firm.subscription == 1 else revenue
    out[1] = revenue if firm.subscription == 1 else 0
    out[2] = cents(free * firm.ad_load * rules.ad_income)
    out[3] = cents(firm.cost_unit * sold)
    out[4] = cents(firm.cost_serving * firm.uses)
    out[5] = cents(rules.capacity_cost * firm.capacity)
    shock = firm.cost_shock
    if shock > 0.0:
        shock *= normal(firm.uid, week, rng.SHOCK, k0, k1)
    out[6] = cents(rules.people * (firm.cost_fixed + shock))
    out[7] = cents(rules.screening * firm.ideas)
    for lever in range(N_LEVERS):
        out[8 + lever] = firm.spend[lever]
    pay(firm, accounts, HOUSEHOLDS, revenue)
    pay(firm, accounts, ADVERTISERS, out[2])
    for line in range(3, 8 + N_LEVERS):
        pay(firm, accounts, SUPPLIERS, -out[line])
    gross = (revenue + out[2] - out[3] - out[4] - out[5]) / 100.0
    firm.gross = 0.75 * firm.gross + 0.25 * gross


@lean()
def exits(firm: Any, week: Any, accounts: Any) -> Any:
    """A firm without cash leaves; returns the cents its creditors lose."""
    if firm.cash >= 0:
        return 0
    lost = -firm.cash
    pay(firm, accounts, CREDITORS, lost)
    firm.alive = 0
    firm.exited = week
    return lost
