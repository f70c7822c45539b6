"""Titles and pages of a firm, among which cumulative advantage may work (ODD 7.9).

Titles are used and matched to taste; pages are joined by fans.  Both are chosen by how good
they are and by what others chose, so that luck at the start can last (Salganik et al. 2006;
Simon 1955).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.market import rng
from sim.market.arrays import GRID
from sim.market.lean import lean
from sim.market.rng import normal, philox, uniform
from sim.scenario.schema import Items

DRAWS = 64  # choices of titles drawn a week; each stands for as many uses
MOST_JOIN = 4096  # people who join pages in a week, at most


def stock(place: Any, f: int, uid: int, items: Items, seed: int) -> None:
    """Draws how good the items of firm f are, and where its titles lie in taste space."""
    k0, k1 = rng.key(seed)
    for i in range(place.joined.shape[1] if items.count else 0):
        place.appeal[f, i] = items.spread * normal(uid, i, rng.APPEAL, k0, k1)
        place.where[f, i] = rng.block(seed, uid, i, rng.PLACE)[0]


@lean()
def items_live(week: Any, f: Any, firm: Any, place: Any, rules: Any, k0: Any, k1: Any) -> None:
    """A week of firm f's titles or pages, by last week's uses and fans."""
    firm.match = 1.0
    if firm.items == 0:
        firm.top_item = 0.0
        return
    if firm.pages == 1:
        join_pages(week, firm, place.joined[f], place.appeal[f], place.chance, rules, k0, k1)
    else:
        choose_titles(week, firm, place.near[f], place.joined[f], place.appeal[f], place.where[f],
                      place.chance, rules, k0, k1)  # fmt: skip
    total, most = 0, 0
    for i in range(firm.items):
        total += place.joined[f, i]
        most = max(most, place.joined[f, i])
    firm.joined = total
    firm.top_item = most / total if total > 0 else 0.0


@lean()
def value_of(i: Any, taste: Any, noise: Any, shown: Any, joined: Any, appeal: Any,
             where: Any) -> Any:  # fmt: skip
    """Log weight of title i at a place of the taste line."""
    return (appeal[i] - abs(taste - where[i])) / noise + shown * math.log(1.0 + joined[i])


@lean()
def choose_titles(week: Any, firm: Any, near: Any, joined: Any, appeal: Any, where: Any,
                  chance: Any, rules: Any, k0: Any, k1: Any) -> None:  # fmt: skip
    """near (GRID,): what people at each place of the taste line find; draws who chooses what.

    Ratings make the noise smaller, as far as they serve to match.
    """
    ratings = firm.matching * firm.ratings / (rules.title_half * rules.people)
    noise, shown, n = rules.title_noise / math.sqrt(1.0 + ratings), firm.popularity, firm.items
    for i in range(n):
        chance[i] = 0.0
    mean = 0.0
    for g in range(GRID):
        taste = (g + 0.5) / GRID
        top = -1e300
        for i in range(n):
            top = max(top, value_of(i, taste, noise, shown, joined, appeal, where))
        total, found = 0.0, 0.0
        for i in range(n):
            weight = math.exp(value_of(i, taste, noise, shown, joined, appeal, where) - top)
            total += weight
            found += weight * (1.0 + appeal[i] - abs(taste - where[i]))
        for i in range(n):
            weight = math.exp(value_of(i, taste, noise, shown, joined, appeal, where) - top)
            chance[i] += weight / total / GRID
        near[g] = np.float32(found / total)
        mean += found / total / GRID
    firm.match = mean
    uses = firm.uses
    draws = min(uses, DRAWS)
    for d in range(draws):
        each = uses // draws + (1 if d < uses % draws else 0)
        u = float(uniform(philox(firm.uid, week, rng.JOIN, d, k0, k1)[0]))
        i, run = 0, chance[0]
        while run <= u and i < n - 1:
            i += 1
            run += chance[i]
        joined[i] += each
    firm.ratings += rules.title_rating * uses


@lean(entry=True)
def join_pages(week: Any, firm: Any, joined: Any, appeal: Any, chance: Any, rules: Any, k0: Any,
               k1: Any) -> None:  # fmt: skip
    """Fans that are new join a page, larger ones sooner, or found one."""
    total = 0.0
    for i in range(firm.items):
        good = math.exp(appeal[i] / rules.title_noise)
        chance[i] = good * (1.0 + joined[i]) ** firm.popularity
        total += chance[i]
    for d in range(min(max(0, firm.fans - firm.joined), MOST_JOIN)):
        words = philox(firm.uid, week, rng.JOIN, d, k0, k1)
        i = firm.items
        if float(uniform(words[1])) < firm.founding and i < joined.shape[0]:
            firm.items += 1
        else:
            u = float(uniform(words[0])) * total
            i, run = 0, chance[0]
            while run <= u and i < firm.items - 1:
                i += 1
                run += chance[i]
            joined[i] += 1
            total -= chance[i]
        good = math.exp(appeal[i] / rules.title_noise)
        chance[i] = good * (1.0 + joined[i]) ** firm.popularity
        total += chance[i]
