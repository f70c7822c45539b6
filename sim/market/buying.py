"""The purchase (ODD 7.5, *Buy*): rarer than use, so over a list of those who shop."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market import rng
from sim.market.choosing import faith_in, mixed, omega_of, to_taste
from sim.market.lean import lean
from sim.market.maths import ONE
from sim.market.rng import philox, uniform
from sim.market.tallies import (
    BIT,
    EMPTY,
    T_CUSTOM,
    T_SALES,
    T_WANTED,
    VOID,
    X_BOUGHT_ONLINE,
    X_INFLUENCED,
    X_PURCHASES,
    X_RESEARCHED,
    X_SWITCHED,
    ZERO,
    among,
    bit,
    has,
)
from sim.market.trial import note_offline

_0, _1 = np.uint32(0), np.uint32(1)


@lean(forceinline=True)
def thinks_again(satisfaction: Any, uncertainty: Any, rules: Any) -> Any:
    """Chance to reconsider: the satisfied and certain repeat what they did (Consumat)."""
    return ONE - rules.steady * satisfaction * (ONE - uncertainty)


@lean()
def shoppers(start: Any, size: Any, week: Any, alive: Any, people: Any, shelf: Any, rules: Any,
             draws: Any, who: Any) -> Any:  # fmt: skip
    """Lists who has an occasion to buy; returns how many think about it, how many do not.

    Nobody has an occasion whose good still serves; subscribers renew when it is due.  The
    satisfied and certain buy where they bought.  draws (4, TILE): of purpose BUY; who (2, TILE):
    becomes those who think, and those who do not.
    """
    aware, _, _, _, _, supplier, until, _, satisfaction, uncertainty, _, _, _, _ = people
    n_shoppers, n_thinking, n_again, renewing = 0, 0, 0, EMPTY
    for f in range(rules.n_firms):
        renewing |= bit(f) if (shelf[f].subscription != 0) & has(alive, f) else EMPTY
    occasion = who[0]
    for j in range(size):
        i = np.uintp(start + j)
        seller, due = supplier[i], until[i]
        served = among(seller, alive) & (week < due)
        renews = among(seller, renewing) & (due == week)
        may = (not served) & (renews | (draws[0, j] < rules.buy_chance))
        occasion[j] = _1 if may & (aware[i] & alive != EMPTY) else _0
    for j in range(size):  # listing people without a branch: what they do cannot be predicted
        who[1, n_shoppers] = np.uint32(j)
        n_shoppers += np.intp(occasion[j])
    for x in range(n_shoppers):
        j = np.uintp(who[1, x])
        i = np.uintp(start) + j
        think = thinks_again(satisfaction[i], uncertainty[i], rules)
        again = among(supplier[i], aware[i] & alive) & (draws[1, j] >= think)
        who[0, n_thinking], who[1, n_again] = np.uint32(j), np.uint32(j)  # never ahead of x
        n_thinking += not again
        n_again += again
    return n_thinking, n_again


@lean()
def consider(start: Any, n_thinking: Any, who: Any, alive: Any, reach: Any, people: Any, rules: Any,
             draws: Any, supplied: Any, researched: Any, omega: Any, u: Any) -> None:  # fmt: skip
    """Of everyone who thinks: who supplies (-1 none), whether researched, omega, the draw u.

    draws (4, TILE): of purpose BUY; supplied, researched, omega, u (TILE,): by place on the list.
    """
    _, _, trust, _, last, supplier, _, _, _, uncertainty, _, reach_rank, _, _ = people
    for x in range(n_thinking):
        j = np.uintp(who[x])
        i = np.uintp(start) + j
        supplied[x] = np.int32(supplier[i]) if among(supplier[i], alive) else np.int32(-1)
        researched[x] = np.int32((reach_rank[i] < reach) & (draws[3, j] < rules.research))
        omega[x] = faith_in(last[i], i, trust, rules)
        u[x] = draws[2, j]
    for x in range(n_thinking):
        omega[x] = omega_of(uncertainty[np.uintp(start) + np.uintp(who[x])], omega[x], rules)


@lean(forceinline=True)
def finds(start: Any, n_thinking: Any, who: Any, reach: Any, people: Any, researched: Any,
          shelf: Any, rules: Any, known: Any, online: Any) -> None:  # fmt: skip
    """known[x]: firms that the x-th who thinks can buy from; online[x]: 1 or 0.

    Who searches finds only firms with a site; who is offline buys only in a store.
    """
    aware, reach_rank, sites, stores = people[0], people[11], EMPTY, EMPTY
    for f in range(rules.n_firms):
        sites |= bit(f) if shelf[f].site != 0 else EMPTY
        stores |= bit(f) if shelf[f].store != 0 else EMPTY
    for x in range(n_thinking):
        i = np.uintp(start) + np.uintp(who[x])
        found = aware[i] & sites if researched[x] != 0 else aware[i]
        here = reach_rank[i] < reach
        known[x] = found if here else found & stores
        online[x] = ONE if here else ZERO


@lean(forceinline=True)
def look_up(f: Any, start: Any, n_thinking: Any, who: Any, alpha: Any, people: Any, cell: Any,
            norm: Any, shelf: Any, fit: Any, worth: Any, rules: Any, looked_up: Any,
            usual: Any) -> None:  # fmt: skip
    """What there is to know of firm f for all who think: alone, so that arithmetic vectorises.

    looked_up (five of TILE): worth of the offer, fit, trust, engagement, and what a good made
    to one's taste adds; usual (TILE,): the norm.
    """
    _, _, trust, engagement, _, _, _, _, _, _, _, _, taste, _ = people
    offers, suits, faith, ties, made = looked_up
    for x in range(n_thinking):
        j = np.uintp(who[x])
        i = np.uintp(start) + j
        offers[x], suits[x], faith[x] = worth[f, j], fit[f, j], trust[f, i]
        ties[x], usual[x], made[x] = engagement[f, i], norm[cell[j], np.uintp(f)], ZERO
    if shelf[f].apart != 0:
        for x in range(n_thinking):
            i = np.uintp(start) + np.uintp(who[x])
            made[x] = max(to_taste(f, taste[i], shelf, rules) - alpha * shelf[f].premium, ZERO)


@lean()
def bid(start: Any, n_thinking: Any, who: Any, alive: Any, reach: Any, alpha: Any, people: Any,
        supplied: Any, researched: Any, omega: Any, cell: Any, norm: Any, shelf: Any, fit: Any,
        worth: Any, rules: Any, known: Any, online: Any, looked_up: Any, value: Any, outside: Any,
        top: Any) -> None:  # fmt: skip
    """value[f, x] of buying from f for the x-th who thinks, weighed with norms; unknown firms void.

    People online have the open part of every offer without paying; who has not researched
    goes by what is promised.  norm (X, P + 1): of purchases; known, online and the five of
    looked_up (TILE,): scratch.
    """
    finds(start, n_thinking, who, reach, people, researched, shelf, rules, known, online)
    alone, heat, column = rules.buy_outside, rules.heat, np.uintp(norm.shape[1] - 1)
    offers, suits, faith, ties, made = looked_up
    for x in range(n_thinking):
        outside[x] = norm[cell[np.uintp(who[x])], column]
    for x in range(n_thinking):
        top[x] = outside[x] = mixed(alone, outside[x], omega[x], heat)
    for f in range(rules.n_firms):
        if not has(alive, f):
            for x in range(n_thinking):
                value[f, x] = VOID
            continue
        look_up(f, start, n_thinking, who, alpha, people, cell, norm, shelf, fit, worth, rules,
                looked_up, value[f])  # fmt: skip
        place, part, promise = np.uint64(f), shelf[f].open, shelf[f].promise
        price, firm = alpha * shelf[f].price, np.int32(f)
        for x in range(n_thinking):
            seen = offers[x] if researched[x] != 0 else promise
            other = (supplied[x] >= 0) & (supplied[x] != firm)
            useful = rules.quality * ((ONE - online[x] * part) * seen) + suits[x]
            liked = useful + rules.trust_weight * faith[x] + rules.engagement_weight * ties[x]
            gained = liked - price * (ONE + (rules.switching if other else ZERO)) + made[x]
            wish = mixed(gained, value[f, x], omega[x], heat)
            value[f, x] = wish if (known[x] >> place) & BIT != EMPTY else VOID
        for x in range(n_thinking):
            top[x] = max(top[x], value[f, x])


@lean()
def repeat(start: Any, n_thinking: Any, n_again: Any, who: Any, supplier: Any, supplied: Any,
           researched: Any, choice: Any) -> None:  # fmt: skip
    """Those who do not think join the list, row 0 of who (2, TILE), after those who do.

    They choose (TILE,), by place on the list, the firm that supplies them.
    """
    for again in range(n_again):
        x, j = np.uintp(n_thinking + again), who[1, np.uintp(again)]
        firm = np.int32(supplier[np.uintp(start) + np.uintp(j)])
        who[0, x], supplied[x], researched[x], choice[x] = j, firm, np.int32(0), firm


@lean(forceinline=True)
def has_made(i: Any, f: Any, alpha: Any, word: Any, people: Any, shelf: Any, rules: Any,
             counts: Any) -> None:  # fmt: skip
    """Has the good made to one's own taste, where that is worth its price and there is room."""
    taste, custom = people[12], people[13]
    custom[i] = np.uint8(0)
    if shelf[f].apart != 0 and to_taste(f, taste[i], shelf, rules) > alpha * shelf[f].premium:
        made = uniform(word) < shelf[f].custom_served
        counts[T_WANTED, f] += 1
        counts[T_CUSTOM, f] += made
        custom[i] = np.uint8(made)


@lean()
def buy(start: Any, n_shoppers: Any, who: Any, week: Any, k0: Any, k1: Any, reach: Any, alpha: Any,
        people: Any, supplied: Any, researched: Any, choice: Any, cell: Any, shelf: Any, rules: Any,
        counts: Any, chosen: Any, market: Any) -> None:  # fmt: skip
    """Shoppers listed buy where they chose, or not.

    supplied, researched, choice (TILE,): by place on the list; counts, chosen, market: tallies.
    """
    _, ever, _, engagement, _, supplier, until, bought, _, _, nativeness, reach_rank, _, _ = people
    n = rules.n_firms
    for x in range(n_shoppers):
        j = np.uintp(who[x])
        i, usual, f = np.uintp(start) + j, np.int64(supplied[x]), np.int64(choice[x])
        looked = researched[x] != 0
        chosen[cell[j], f if f < n else chosen.shape[1] - 1] += 1
        if f == n:
            continue
        words = philox(np.uint32(i), week, np.uint32(rng.CHANNEL), np.uint32(0), k0, k1)
        in_net = (reach_rank[i] < reach) & (uniform(words[0]) < rules.online * nativeness[i])
        counts[T_SALES, f] += 1
        market[X_PURCHASES] += 1
        market[X_SWITCHED] += (usual >= 0) & (f != usual)
        market[X_RESEARCHED] += looked
        market[X_BOUGHT_ONLINE] += in_net
        market[X_INFLUENCED] += looked | in_net
        supplier[i], bought[i] = np.uint8(f), np.uint16(week)
        until[i] = np.uint16(min(week + shelf[f].term, 65535))
        ever[i] |= bit(f)
        has_made(i, f, alpha, words[1], people, shelf, rules, counts)
        if f == rules.trial_firm and week >= rules.trial_week and not in_net:
            note_offline(i, engagement, rules, market, k0, k1)
