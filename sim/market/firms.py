"""A firm's week, compiled: build, release, learn, reach people, settle, exit (ODD 7.3-7.8)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from sim.market import rng
from sim.market.ledger import ADVERTISERS, CREDITORS, HOUSEHOLDS, SUPPLIERS, cents, pay
from sim.market.rng import normal, philox, uniform
from sim.market.tallies import ACCESS
from sim.scenario.schema import NEEDS, ROLES
from sim.strategies.base import LEVERS

N_NEEDS = len(NEEDS)
MEDIA, BUILD, OBSERVE, OUTREACH, IDLE = range(len(LEVERS))
TALENT, PARTNER = ROLES.index("talent"), ROLES.index("partner")


@njit(cache=True)
def role_share(place: Any, f: Any, role: Any) -> Any:
    """Share of the people of a role who used f last week."""
    n = place.role_people[role]
    return place.role_users[f, role] / n if n > 0 else 0.0


@njit(cache=True)
def spends(f: Any, firms: Any, rules: Any) -> None:
    """Splits the week's budget over the levers, in whole cents; never more than its cash."""
    planned = rules.people * firms.burn[f] + firms.reinvest[f] * max(0.0, firms.gross[f])
    budget = min(planned, max(0.0, firms.cash[f] / 100.0))
    total = 0.0
    for lever in range(firms.budget.shape[1]):
        total += firms.budget[f, lever]
    for lever in range(firms.budget.shape[1]):
        share = firms.budget[f, lever] / total if total > 0.0 else 0.0
        firms.spend[f, lever] = int(math.floor(100.0 * budget * share + 0.5))


@njit(cache=True)
def builds(f: Any, firms: Any, place: Any, rules: Any) -> None:
    """Effort becomes unreleased work; what is released ages."""
    efficiency = (
        (1.0 - rules.culture_cost * abs(firms.goal[f] - firms.culture[f]))
        * (1.0 + rules.talent * role_share(place, f, TALENT))
        * (1.0 + rules.idea_value * math.sqrt(2.0 * math.log(1.0 + place.ideas[f])))
    )
    total = 0.0
    for k in range(N_NEEDS):
        total += firms.belief[f, k] if firms.by_belief[f] == 1 else firms.focus[f, k]
    effort = firms.spend[f, BUILD] / 100.0 / rules.people
    for k in range(N_NEEDS):
        focus = firms.belief[f, k] if firms.by_belief[f] == 1 else firms.focus[f, k]
        e = effort * (focus / total)
        room = 1.0 - min(1.0, firms.quality[f, k] + firms.pending[f, k])
        firms.pending[f, k] += rules.gain * math.sqrt(e / rules.build_reference) * efficiency * room
        firms.quality[f, k] *= 1.0 - rules.depreciation


@njit(cache=True)
def releases(f: Any, week: Any, firms: Any, rules: Any, k0: Any, k1: Any) -> None:
    """A release delivers the backlog; it helps a need with chance ``success``."""
    age = week - firms.entered[f]
    if age <= 0 or age % firms.release_every[f] != 0:
        return
    if firms.improve[f] == 0 and firms.releases[f] > 0:
        return
    firms.releases[f] += 1
    for k in range(N_NEEDS):
        words = philox(firms.uid[f] * 8 + k, week, rng.RELEASE, 0, k0, k1)
        if float(uniform(words[0])) < rules.success:
            delivered = firms.quality[f, k] + firms.pending[f, k] / rules.success
            firms.quality[f, k] = min(1.0, delivered)
        firms.pending[f, k] = 0.0


@njit(cache=True)
def learns(f: Any, week: Any, firms: Any, place: Any, rules: Any, k0: Any, k1: Any) -> None:
    """Moves what the firm believes people need toward a noisy mean of those it observes."""
    payers, users = place.uses[0, f], place.uses[1, f]
    pool = (1.0 - firms.culture[f]) * payers + firms.culture[f] * users
    n = pool
    if rules.observe_cost > 0.0:
        n = min(pool, math.floor(firms.spend[f, OBSERVE] / 100.0 / rules.observe_cost))
    if n < 1.0:
        return
    total = 0.0
    for k in range(N_NEEDS):
        seen = (1.0 - firms.culture[f]) * place.needs[0, f, k] + firms.culture[f] * place.needs[1, f, k]
        mean = seen / 255.0 / pool
        z = normal(firms.uid[f] * 8 + k, week, rng.OBSERVE, k0, k1)
        miss = mean + rules.observe_noise * z / math.sqrt(n) - firms.belief[f, k]
        firms.belief[f, k] = max(0.001, firms.belief[f, k] + rules.observe_update * miss)
        total += firms.belief[f, k]
    for k in range(N_NEEDS):
        firms.belief[f, k] /= total


@njit(cache=True)
def firms_work(week: Any, firms: Any, place: Any, shelf: Any, rules: Any, k0: Any, k1: Any) -> None:
    """Every living firm: culture, budget, building, release, learning, capacity; then the shelf."""
    for f in range(firms.alive.shape[0]):
        if firms.alive[f] == 0:
            continue
        firms.culture[f] += (firms.goal[f] - firms.culture[f]) * rules.culture_rate
        firms.open[f] += (firms.openness[f] - firms.open[f]) * rules.culture_rate
        spends(f, firms, rules)
        builds(f, firms, place, rules)
        releases(f, week, firms, rules, k0, k1)
        learns(f, week, firms, place, rules, k0, k1)
        demand = place.uses[1, f]
        if week > firms.entered[f] + 1:
            aim = firms.headroom[f] * demand
            firms.capacity[f] += (aim - firms.capacity[f]) * rules.capacity_rate
        firms.service[f] = min(1.0, firms.capacity[f] / demand) if demand > 0 else 1.0
        outreach = firms.spend[f, OUTREACH] / 100.0 / rules.people
        firms.outreach[f] = 1.0 + math.sqrt(outreach / rules.reference)
        show_firm(f, week, firms, place, shelf, rules)


@njit(cache=True)
def show_firm(f: Any, week: Any, firms: Any, place: Any, shelf: Any, rules: Any) -> None:
    """Writes what people meet of firm f to the shelf."""
    partners = 1.0 + rules.partners * role_share(place, f, PARTNER)
    for k in range(N_NEEDS):
        q = min(1.0, firms.quality[f, k] * partners)
        shelf.quality[k, f] = q
        shelf.history[week, f, k] = q
        if k == ACCESS:
            shelf.access[f] = rules.delay * (1.0 - q)
    shelf.open[f] = firms.open[f]
    shelf.price[f] = firms.price[f]
    shelf.promise[f] = firms.promise[f]
    shelf.ads[f] = rules.nuisance * firms.ad_load[f]
    shelf.ad_load[f] = firms.ad_load[f]
    shelf.position[f] = firms.position[f]
    shelf.network[f] = rules.network * (place.engaged[f] / rules.people)
    shelf.service[f] = firms.service[f]
    shelf.outreach[f] = firms.outreach[f]
    shelf.updates[f] = firms.updates[f]
    shelf.subscription[f] = np.uint8(firms.subscription[f])
    shelf.term[f] = firms.term[f]


@njit(cache=True)
def firms_reach(firms: Any, place: Any, shelf: Any, rules: Any) -> Any:
    """Sets the hazard of hearing of each firm (R, P); returns contacts and noise per head."""
    n_firms = firms.alive.shape[0]
    paid = np.zeros(n_firms)
    contacts = 0.0
    living = np.uint64(0)
    for f in range(n_firms):
        if firms.alive[f] == 0:
            continue
        living |= np.uint64(1) << np.uint64(f)
        if firms.spend[f, MEDIA] > 0:
            m = firms.spend[f, MEDIA] / 100.0 / rules.people
            paid[f] = rules.external / 52.0 * (m / rules.reference) ** rules.elasticity
        contacts += paid[f]
    shelf.alive[0] = living
    heard = min(1.0, rules.attention / contacts) if contacts > 0.0 else 1.0
    for f in range(n_firms):
        if rules.mixing == 1:
            shelf.heard_kept[f] = place.told_for[f, 0] / rules.people
            shelf.heard_broken[f] = place.told_for[f, 1] / rules.people
        for r in range(shelf.hazard.shape[0]):
            press = 0.0
            if place.media_people[r] > 0:
                press = rules.press / 52.0 * (place.media_told[r, f] / place.media_people[r])
            shelf.hazard[r, f] = paid[f] * heard + press
    return contacts, max(0.0, contacts - rules.attention)


@njit(cache=True)
def settles(f: Any, week: Any, sold: Any, free: Any, uses: Any, ideas: Any, firms: Any, rules: Any,
            k0: Any, k1: Any, out: Any) -> None:  # fmt: skip
    """Posts the week's money; ``out`` gets the lines, in the order of measures.py."""
    revenue = sold * cents(firms.price[f])
    out[0] = 0 if firms.subscription[f] == 1 else revenue
    out[1] = revenue if firms.subscription[f] == 1 else 0
    out[2] = cents(free * firms.ad_load[f] * rules.ad_income)
    out[3] = cents(firms.cost_unit[f] * sold)
    out[4] = cents(firms.cost_serving[f] * uses)
    out[5] = cents(rules.capacity_cost * firms.capacity[f])
    shock = firms.cost_shock[f]
    if shock > 0.0:
        shock *= normal(firms.uid[f], week, rng.SHOCK, k0, k1)
    out[6] = cents(rules.people * (firms.cost_fixed[f] + shock))
    out[7] = cents(rules.screening * ideas)
    for lever in range(firms.spend.shape[1]):
        out[8 + lever] = firms.spend[f, lever]
    pay(firms, f, HOUSEHOLDS, revenue)
    pay(firms, f, ADVERTISERS, out[2])
    for line in range(3, 8 + firms.spend.shape[1]):
        pay(firms, f, SUPPLIERS, -out[line])
    gross = (revenue + out[2] - out[3] - out[4] - out[5]) / 100.0
    firms.gross[f] = 0.75 * firms.gross[f] + 0.25 * gross


@njit(cache=True)
def exits(f: Any, week: Any, firms: Any) -> Any:
    """A firm without cash leaves; returns the cents its creditors lose."""
    if firms.cash[f] >= 0:
        return 0
    lost = -firms.cash[f]
    pay(firms, f, CREDITORS, lost)
    firms.alive[f] = 0
    firms.exited[f] = week
    return lost
