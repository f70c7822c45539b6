"""The purchase (ODD 7.5, *Buy*): rarer than use, so person by person."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market import rng
from sim.market.arrays import NOBODY
from sim.market.choosing import omega_of
from sim.market.lean import lean
from sim.market.maths import ONE, exp32
from sim.market.rng import philox, uniform
from sim.market.tallies import (
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
def thinks_again(satisfaction: Any, uncertainty: Any, rules: Any) -> Any:
    """Chance to reconsider: the satisfied and certain repeat what they did (Consumat)."""
    return ONE - rules.steady * satisfaction * (ONE - uncertainty)


@lean(forceinline=True)
def pick(j: Any, i: Any, free: Any, researched: Any, supplier: Any, options: Any, u: Any,
         omega: Any, alpha: Any, cell: Any, norm: Any, shelf: Any, trust: Any, engagement: Any,
         fit: Any, worth: Any, rules: Any, bid: Any) -> Any:  # fmt: skip
    """The firm bought from, or n_firms for none: logit over the firms known.

    free: 1 for people online, who have the open part of every offer without paying.
    """
    n, mine = rules.n_firms, ONE - omega
    outside = (mine * rules.buy_outside + omega * norm[cell, norm.shape[1] - 1]) * rules.heat
    top = outside
    for f in range(n):
        if has(options, f):
            seen = worth[f, j] if researched else shelf[f].promise
            dearer = ONE + (rules.switching if supplier >= 0 and f != supplier else ZERO)
            value = (
                rules.quality * ((ONE - free * shelf[f].open) * seen)
                + fit[f, j]
                + rules.trust_weight * trust[f, i]
                + rules.engagement_weight * engagement[f, i]
                - alpha * shelf[f].price * dearer
            )
            bid[f] = (mine * value + omega * norm[cell, f]) * rules.heat
            top = max(top, bid[f])
    total = exp32(outside - top)
    for f in range(n):
        bid[f] = exp32(bid[f] - top) if has(options, f) else ZERO
        total += bid[f]
    target, run = u * total, ZERO
    for f in range(n):
        run += bid[f]
        if run > target:
            return f
    return n


@lean()
def shop(start: Any, size: Any, week: Any, k0: Any, k1: Any, alive: Any, reach: Any, alpha: Any,
         people: Any, draws: Any, cells: Any, norm: Any, shelf: Any, fit: Any, worth: Any,
         rules: Any, bid: Any, shoppers: Any, counts: Any, chosen: Any,
         market: Any) -> None:  # fmt: skip
    """Who has nothing that serves may have an occasion to buy; subscribers renew when due.

    draws (4, TILE): of purpose BUY; norm (X, P + 1): of purchases; shoppers (TILE,): scratch;
    counts, chosen, market: tallies of the part; people: (aware, ever, trust, engagement, last,
    supplier, until, bought, satisfaction, uncertainty, nativeness, reach_rank).
    """
    (aware, ever, trust, engagement, last, suppliers, until, bought, satisfaction, uncertainty,
     nativeness, reach_rank) = people  # fmt: skip
    n, n_shoppers = rules.n_firms, 0
    renewing = EMPTY
    for f in range(n):
        renewing |= bit(f) if shelf[f].subscription != 0 and has(alive, f) else EMPTY
    for j in range(size):
        i = np.uintp(start + j)
        supplier = suppliers[i] & 63  # of nobody the bit of firm 63, undone below
        known = suppliers[i] != NOBODY and has(alive, supplier)
        served = known and week < until[i]
        renews = known and has(renewing, supplier) and until[i] == week
        occasion = not served and (renews or draws[0, j] < rules.buy_chance)
        # listing shoppers without a branch: who shops cannot be predicted
        shoppers[n_shoppers] = j
        n_shoppers += occasion and aware[i] & alive != EMPTY
    for k in range(n_shoppers):
        j = shoppers[k]
        i = np.uintp(start + j)
        options = aware[i] & alive
        supplier = np.int64(suppliers[i])
        if supplier == NOBODY or not has(alive, supplier):
            supplier = -1
        online, researched, choice = reach_rank[i] < reach, False, supplier
        think = thinks_again(satisfaction[i], uncertainty[i], rules)
        if supplier < 0 or not has(options, supplier) or draws[1, j] < think:
            researched = online and draws[3, j] < rules.research
            known = np.int64(last[i])
            faith = rules.trust_initial if known == NOBODY else trust[known, i]
            omega = omega_of(uncertainty[i], faith, rules)
            choice = pick(j, i, ONE if online else ZERO, researched, supplier, options, draws[2, j],
                          omega, alpha, cells[j], norm, shelf, trust, engagement, fit, worth, rules,
                          bid)  # fmt: skip
        chosen[cells[j], choice if choice < n else norm.shape[1] - 1] += 1
        if choice == n:
            continue
        words = philox(np.uint32(i), week, np.uint32(rng.CHANNEL), np.uint32(0), k0, k1)
        in_net = online and uniform(words[0]) < rules.online * nativeness[i]
        counts[T_SALES, choice] += 1
        market[X_PURCHASES] += 1
        market[X_SWITCHED] += supplier >= 0 and choice != supplier
        market[X_RESEARCHED] += researched
        market[X_BOUGHT_ONLINE] += in_net
        market[X_INFLUENCED] += researched or in_net
        suppliers[i], bought[i] = np.uint8(choice), np.uint16(week)
        until[i] = np.uint16(min(week + shelf[choice].term, 65535))
        ever[i] |= bit(choice)
