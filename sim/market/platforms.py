"""What a firm is to two sides, to owners, to those who complain, to identities (ODD 7.9)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.market import rng
from sim.market.arrays import N_MODELS, N_NEEDS
from sim.market.lean import lean
from sim.market.rng import normal
from sim.scenario.schema import ROLES
from sim.strategies.base import AUDIENCES, LEVERS

PARTNER, CARE = ROLES.index("partner"), LEVERS.index("care")
EMPLOYEES, CANDIDATES, PROSPECTS, PARTNERS, FANS, MEDIA, INFLUENCERS = range(len(AUDIENCES))
LONGEST = 20.0  # delay beyond which waiting makes no difference: exp(-20) of occasions succeed


@lean()
def attends(firm: Any, audience: Any, rules: Any) -> Any:
    """What attention to an audience multiplies its channel by; 1 where it is not divided."""
    weight = firm.attention[audience]
    return weight if weight == 1.0 else weight**rules.attention_power


@lean()
def waits(firm: Any, rules: Any) -> Any:
    """Delay of people, and of partners, by how many of the one side come on one of the other."""
    partners = firm.role_users[PARTNER]
    people = firm.uses - partners
    if rules.waiting == 0.0 or people + partners == 0:
        return rules.waiting, rules.waiting
    if partners == 0:
        return LONGEST, 0.0
    if people == 0:
        return 0.0, LONGEST
    ratio = people / partners / ((rules.people - rules.n_partners) / rules.n_partners)
    return min(LONGEST, rules.waiting * ratio), min(LONGEST, rules.waiting / ratio)


@lean()
def show_sides(firm: Any, people: Any, partners: Any, access: Any, network: Any,
               rules: Any) -> None:  # fmt: skip
    """Writes what the two sides meet of a firm: its network, what a use costs them, delay."""
    people.fee, partners.fee = -firm.subsidy, -firm.subsidy
    people.network, partners.network = network, network
    people.access, partners.access = access, access
    if rules.apart == 0:
        return
    share = firm.role_users[PARTNER] / rules.n_partners if rules.n_partners > 0.0 else 0.0
    others = rules.people - rules.n_partners
    other = (firm.uses - firm.role_users[PARTNER]) / others if others > 0.0 else 0.0
    wait, idle = waits(firm, rules)
    people.network = network + rules.for_people * share
    partners.network = network + rules.for_partners * other
    people.fee = rules.fare - firm.subsidy
    partners.fee = -(rules.fare * (1.0 - firm.commission) + firm.subsidy_partners)
    people.access, partners.access = access + wait, access + idle


@lean()
def takes_up(firm: Any, rules: Any) -> None:
    """Staff take up last week's failures and those that still wait."""
    cases = firm.waiting_cases + (firm.uses - firm.kept)
    firm.handled = min(firm.spend[CARE] / 100.0 / rules.care_cost, cases)
    firm.recovery = firm.handled / cases if cases > 0.0 else 0.0
    firm.waiting_cases = (cases - firm.handled) * rules.care_patience


@lean()
def seen_of(firm: Any, g: Any) -> Any:
    """Users of last week who were in an identity of group g."""
    seen = 0.0
    for m in range(g, N_MODELS, firm.models):
        for k in range(N_NEEDS):
            seen += firm.needs_of[m, k] / 255.0
    return seen


@lean()
def learns_of(firm: Any, g: Any, week: Any, n: Any, rules: Any, k0: Any, k1: Any) -> None:
    """Moves what the firm believes of group g toward a noisy mean of the n it observes of them."""
    total, seen = 0.0, seen_of(firm, g)
    for k in range(N_NEEDS):
        need = 0.0
        for m in range(g, N_MODELS, firm.models):
            need += firm.needs_of[m, k]
        z = normal(firm.uid * 8 + k, week, rng.MODELS + g, k0, k1)
        miss = need / 255.0 / seen + rules.observe_noise * z / math.sqrt(n) - firm.beliefs[g, k]
        firm.beliefs[g, k] = max(0.001, firm.beliefs[g, k] + rules.observe_update * miss)
        total += firm.beliefs[g, k]
    for k in range(N_NEEDS):
        firm.beliefs[g, k] /= total


@lean()
def tells_apart(firm: Any, week: Any, n: Any, tailored: Any, rules: Any, k0: Any,
                k1: Any) -> None:  # fmt: skip
    """Learns what each identity needs, and tailors the offer to it: tailored (M, K).

    n: people observed, of all users last week; identities m and m + models are taken for one.
    """
    for m in range(N_MODELS):
        for k in range(N_NEEDS):
            tailored[m, k] = np.float32(1.0)
    if firm.models < 2 or firm.uses == 0:
        return
    everybody = 0.0
    for g in range(firm.models):
        seen = seen_of(firm, g)
        everybody += seen
        watched = n * seen / firm.uses
        if watched >= 1.0:
            learns_of(firm, g, week, watched, rules, k0, k1)
    if everybody == 0.0:
        return
    for k in range(N_NEEDS):
        usual = 0.0
        for g in range(firm.models):
            usual += seen_of(firm, g) / everybody * firm.beliefs[g, k]
        for m in range(N_MODELS):
            tailored[m, k] = np.float32(fitted(firm, m % firm.models, k, usual, rules))


@lean()
def fitted(firm: Any, g: Any, k: Any, usual: Any, rules: Any) -> Any:
    """Share of the quality for need k that group g meets; usual: mean belief of all groups."""
    part = 1.0 + rules.tailoring * (firm.beliefs[g, k] / usual - 1.0)
    part = min(2.0, max(0.5, part))
    return min(part, 1.0 / firm.quality[k]) if firm.quality[k] > 0.0 else part
