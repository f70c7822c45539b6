"""The purchase (ODD 7.5, *Buy*): rarer than use, so person by person."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market import rng
from sim.market.choosing import omega_of
from sim.market.lean import lean
from sim.market.maths import ONE, exp32
from sim.market.rng import philox, uniform
from sim.market.tallies import (
    BUYING,
    EMPTY,
    T_SALES,
    X_BOUGHT_ONLINE,
    X_INFLUENCED,
    X_PURCHASES,
    X_RESEARCHED,
    X_SWITCHED,
    ZERO,
    bit,
    has,
)


@lean(forceinline=True)
def thinks_again(i: Any, people: Any, rules: Any) -> Any:
    """Chance to reconsider: the satisfied and certain repeat what they did (Consumat)."""
    return ONE - rules.steady * people.satisfaction[i] * (ONE - people.uncertainty[i])


@lean(forceinline=True)
def pick(j: Any, i: Any, researched: Any, supplier: Any, options: Any, u: Any, people: Any,
         shelf: Any, rules: Any, desk: Any) -> Any:  # fmt: skip
    """The firm bought from, or n_firms for none: logit over the firms known."""
    n, cell = rules.n_firms, desk.cell[j]
    last = np.int64(people.last[i])
    trust_last = rules.trust_initial if last == 255 else people.trust[last, i]
    omega = omega_of(people.uncertainty[i], trust_last, rules)
    mine, alpha = ONE - omega, shelf.alpha[people.region[i]]
    free = ONE if desk.online[j] else ZERO
    norm = shelf.norm[BUYING]
    outside = (mine * rules.buy_outside + omega * norm[cell, norm.shape[1] - 1]) * rules.heat
    top = outside
    for f in range(n):
        if has(options, f):
            seen = desk.worth[f, j] if researched else shelf.promise[f]
            dearer = ONE + (rules.switching if supplier >= 0 and f != supplier else ZERO)
            value = (
                rules.quality * ((ONE - free * shelf.open[f]) * seen)
                + desk.fit[f, j]
                + rules.trust_weight * people.trust[f, i]
                + rules.engagement_weight * people.engagement[f, i]
                - alpha * shelf.price[f] * dearer
            )
            desk.bid[f] = (mine * value + omega * norm[cell, f]) * rules.heat
            top = max(top, desk.bid[f])
    total = exp32(outside - top)
    for f in range(n):
        desk.bid[f] = exp32(desk.bid[f] - top) if has(options, f) else ZERO
        total += desk.bid[f]
    target, run = u * total, ZERO
    for f in range(n):
        run += desk.bid[f]
        if run > target:
            return f
    return n


@lean(forceinline=True)
def buy(j: Any, i: Any, week: Any, k0: Any, k1: Any, people: Any, shelf: Any, rules: Any,
        tally: Any, part: Any, desk: Any) -> None:  # fmt: skip
    """A purchase occasion: from the same supplier out of habit, or thought over."""
    options = people.aware[i] & shelf.alive[0]
    if options == EMPTY:
        return
    n, draws, online = rules.n_firms, desk.draws, desk.online[j] != 0
    supplier = np.int64(people.supplier[i])
    if supplier == 255 or not has(shelf.alive[0], supplier):
        supplier = -1
    researched = False
    habit = supplier >= 0 and draws[3, 1, j] >= thinks_again(i, people, rules)
    if habit and has(options, supplier):
        choice = supplier
    else:
        researched = online and draws[3, 3, j] < rules.research
        choice = pick(j, i, researched, supplier, options, draws[3, 2, j], people, shelf, rules, desk)
    padded = tally.reference.shape[3] - 1
    tally.reference[part, BUYING, desk.cell[j], choice if choice < n else padded] += 1
    if choice == n:
        return
    words = philox(np.uint32(i), week, np.uint32(rng.CHANNEL), np.uint32(0), k0, k1)
    in_net = online and uniform(words[0]) < rules.online * people.nativeness[i]
    tally.firm[part, T_SALES, choice] += 1
    tally.market[part, X_PURCHASES] += 1
    tally.market[part, X_SWITCHED] += supplier >= 0 and choice != supplier
    tally.market[part, X_RESEARCHED] += researched
    tally.market[part, X_BOUGHT_ONLINE] += in_net
    tally.market[part, X_INFLUENCED] += researched or in_net
    people.supplier[i] = np.uint8(choice)
    people.bought[i] = np.uint16(week)
    people.until[i] = np.uint16(min(week + shelf.term[choice], 65535))
    people.ever[i] |= bit(choice)


@lean()
def shop(start: Any, size: Any, week: Any, k0: Any, k1: Any, people: Any, shelf: Any, rules: Any,
         tally: Any, part: Any, desk: Any) -> None:  # fmt: skip
    """Who has nothing that serves may have an occasion to buy; subscribers renew when due."""
    for j in range(size):
        i = np.uintp(start + j)
        supplier = np.int64(people.supplier[i])
        living = supplier != 255 and has(shelf.alive[0], supplier)
        if living and week < people.until[i]:
            continue
        renews = living and shelf.subscription[supplier] != 0 and people.until[i] == week
        if renews or desk.draws[3, 0, j] < rules.buy_chance:
            buy(j, i, week, k0, k1, people, shelf, rules, tally, part, desk)
