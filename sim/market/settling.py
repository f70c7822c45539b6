"""Money of a week, in cents: revenues, costs, who carries whom, who leaves (ODD 7.7-7.9)."""

from __future__ import annotations

import math
from typing import Any

from sim.market import rng
from sim.market.arrays import N_LEVERS
from sim.market.lean import lean
from sim.market.ledger import ADVERTISERS, CREDITORS, HOUSEHOLDS, SUPPLIERS, cents, pay
from sim.market.platforms import PARTNER
from sim.market.rng import normal

N_DIRECT = 14  # lines of money before those of the levers
DIRECT = (7, 8, 9, 12, 13)  # goods, serving, capacity, subsidies, carrier


@lean()
def attention_sold(firms: Any, counts_uses: Any, counts_free: Any, people: Any) -> Any:
    """Full uses for sale to advertisers this week, per head."""
    total = 0.0
    for f in range(firms.shape[0]):
        if firms[f].alive == 1:
            total += seen_ads(firms[f], counts_uses[f], counts_free[f])
    return total / people


@lean()
def seen_ads(firm: Any, uses: Any, free: Any) -> Any:
    """Full uses that a firm sells to advertisers."""
    return (free + firm.owner_ads * (uses - free)) * firm.ad_load


@lean()
def settles(firm: Any, week: Any, sold: Any, custom: Any, free: Any, ad_price: Any, accounts: Any,
            rules: Any, k0: Any, k1: Any, out: Any) -> None:  # fmt: skip
    """Posts the week's money; ``out`` gets the lines, in the order of measures.py.

    sold, custom: purchases, and those made to taste; free: uses by who owns nothing of it;
    ad_price: money for one full use.
    """
    revenue = sold * cents(firm.price) + custom * cents(firm.premium)
    paid = firm.uses - free
    partners = firm.role_users[PARTNER] if rules.apart == 1 else 0
    people = firm.uses - partners
    taken = rules.attach * math.exp(-rules.sensitivity * firm.service_price)
    out[0] = 0 if firm.subscription == 1 else revenue
    out[1] = revenue if firm.subscription == 1 else 0
    out[2] = cents(seen_ads(firm, firm.uses, free) * ad_price)
    out[3] = cents(rules.fare * firm.commission * people)
    out[4] = cents(firm.service_price * taken * paid)
    out[5] = cents(rules.carriage_income * firm.carried)
    out[6] = firm.fees
    out[7] = cents(firm.cost_unit * (sold + rules.custom_cost * custom))
    out[8] = cents(firm.cost_serving * firm.uses)
    out[9] = cents(rules.capacity_cost * firm.capacity)
    shock = firm.cost_shock
    if shock > 0.0:
        shock *= normal(firm.uid, week, rng.SHOCK, k0, k1)
    out[10] = cents(rules.people * (firm.cost_fixed + shock))
    out[11] = cents(rules.screening * firm.ideas)
    out[12] = cents(firm.subsidy * people + firm.subsidy_partners * partners)
    out[13] = carriage_fee(firm, rules)
    for lever in range(N_LEVERS):
        out[N_DIRECT + lever] = firm.spend[lever]
    post(firm, accounts, out)
    earned, direct = 0, 0
    for line in range(7):
        earned += out[line]
    for line in DIRECT:
        direct += out[line]
    firm.gross = 0.75 * firm.gross + 0.25 * ((earned - direct) / 100.0)


@lean()
def carriage_fee(firm: Any, rules: Any) -> Any:
    """Cents that a firm owes this week to the one that carries it."""
    return cents(rules.carriage_fee * firm.uses) if firm.carrier >= 0 else 0


@lean()
def carry(firms: Any, rules: Any) -> None:
    """Sums for every carrier the uses that it carried this week, and the fees it is owed."""
    for f in range(firms.shape[0]):
        firms[f].carried, firms[f].fees = 0, 0
    for f in range(firms.shape[0]):
        carrier = firms[f].carrier
        if carrier >= 0 and firms[f].alive == 1 and firms[carrier].alive == 1:
            firms[carrier].carried += firms[f].uses
            firms[carrier].fees += carriage_fee(firms[f], rules)


@lean()
def post(firm: Any, accounts: Any, lines: Any) -> None:
    """Posts the lines of a week against the accounts of the world."""
    for line in range(7):
        account = ADVERTISERS if line == 2 else (SUPPLIERS if line == 6 else HOUSEHOLDS)
        pay(firm, accounts, account, lines[line])
    for line in range(7, N_DIRECT + N_LEVERS):
        pay(firm, accounts, HOUSEHOLDS if line == 12 else SUPPLIERS, -lines[line])


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
