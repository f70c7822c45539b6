"""One week of the people, compiled: the three questions, then experience and talk.

    hear            what others told, ads, the press      hearing
    find_oneself    what kind of situation is this?       identity.situation, identity.perceived
                    who am I?                             identity.who_am_i
    meet            what would serve me?                  choosing.serves
                    what would someone like me do?        choosing.weigh, by omega
                    choose                                choosing.choose
    use             was the promise kept?                 experience.experience
                    tell, contribute                      experience.tell
    shop            buy                                   buying.bid, choosing.choose

``people_pass`` does a whole week tile by tile (ODD section 7.5).  People read only what last
week left (messages) and what firms offer this week (the shelf), and write only their own
state and whole-number tallies of their part, so that any split over threads gives the same
bits.  The people of a tile share a block, so what depends on the block is looked up once.
What stands in this file is put into its caller by numba (``inline``), so its parts cost nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market import rng
from sim.market.buying import bid, buy, consider, repeat, shoppers
from sim.market.choosing import choose, fits, serves, serves_owners, weigh, worths
from sim.market.experience import (
    count_uses,
    engage,
    live,
    show_identity,
    tell,
    unpack,
    use_freely,
    use_owned,
    vote,
)
from sim.market.hearing import become_aware, believe, listen
from sim.market.identity import perceived, situation, wants, who_am_i
from sim.market.lean import lean
from sim.market.living import ask, decide, reach_it, stand, users
from sim.market.rng import philox_pair, uniform
from sim.market.stages import count_stages
from sim.market.tallies import BUYING, EMPTY, USING, X_MISREAD
from sim.market.trial import expose, follow


@lean()
def draw(draws: Any, start: Any, size: Any, week: Any, k0: Any, k1: Any) -> None:
    """draws (4 purposes, 4 words, TILE) of people start .. start + size - 1."""
    key0, key1 = np.uint64(k0), np.uint64(k1)
    for purpose in range(0, 4, 2):
        a, b = draws[purpose, 0], draws[purpose, 1]
        c, d = draws[purpose, 2], draws[purpose, 3]
        e, f = draws[purpose + 1, 0], draws[purpose + 1, 1]
        g, h = draws[purpose + 1, 2], draws[purpose + 1, 3]
        first, second = np.uint64(purpose + rng.SITUATION), np.uint64(purpose + 1 + rng.SITUATION)
        for j in range(size):
            who = np.uint64(start) + np.uint64(j)
            one, two = philox_pair(who, np.uint64(week), first, second, key0, key1)
            a[j], b[j], c[j], d[j] = (
                uniform(one[0]), uniform(one[1]), uniform(one[2]), uniform(one[3])
            )  # fmt: skip
            e[j], f[j], g[j], h[j] = (
                uniform(two[0]), uniform(two[1]), uniform(two[2]), uniform(two[3])
            )  # fmt: skip


@lean(inline="always")
def hear(start: Any, size: Any, week: Any, region: Any, shelf: Any, p: Any, place: Any, rules: Any,
         d: Any, k0: Any, k1: Any, counts: Any) -> None:  # fmt: skip
    """Stories of last week move trust; some people come to know a firm."""
    alive, n = place.alive[0], rules.n_firms
    if rules.trial_firm >= 0 and week == rules.trial_week:
        expose(start, size, p.aware, p.engagement, rules, k0, k1)
    before = p.told[(week - 1) & 1]
    listen(start, size, before, p.links, shelf, rules.mixing, n, d.stories, d.heard)
    ignorant = believe(start, size, alive, n, p.aware, p.trust, d.heard, rules.hearsay_gain,
                       rules.hearsay_loss, d.bits)  # fmt: skip
    if ignorant != EMPTY:
        become_aware(start, size, ignorant, alive, n, p.aware, place.hazard[region], d.heard,
                     rules.imitation, d.draws[2, 0], d.total, d.bits, counts)  # fmt: skip


@lean(inline="always")
def find_oneself(start: Any, size: Any, week: Any, region: Any, shelf: Any, p: Any, place: Any,
                 rules: Any, d: Any, market: Any) -> None:  # fmt: skip
    """What kind of situation is this, who am I in it, and where do I stand?"""
    block = np.int64(p.block[start])
    situation(size, d.draws[0, 0], place.situations[region], d.c_true)
    market[X_MISREAD] += perceived(size, d.draws[0, 1], rules.n_situations, rules.misread,
                                   d.c_true, d.c_seen)  # fmt: skip
    who_am_i(start, size, d.draws[0, 2], p.salience, rules.called, d.c_seen, d.total, d.run,
             d.m_seen)  # fmt: skip
    who_am_i(start, size, d.draws[0, 2], p.salience, rules.called, d.c_true, d.total, d.run,
             d.m_true)  # fmt: skip
    wants(start, size, p.need, place.wanted[block], d.m_seen, d.shares, d.want)
    for j in range(size):
        identity = block * rules.n_identities + np.int64(d.m_seen[j])
        d.cell[j] = np.uint32(identity * rules.n_situations + np.int64(d.c_seen[j]))
    standing = (p.aware, p.last, p.supplier, p.until, p.reach_rank, p.trust, p.uncertainty)
    stand(start, size, week, place.alive[0], place.reach[0], place.occasion[0], d.draws[1, 0],
          d.draws[2, 3], standing, shelf, rules, d.options, d.owner, d.omega,
          market)  # fmt: skip


@lean(inline="always")
def meet(start: Any, size: Any, week: Any, alpha: Any, shelf: Any, p: Any, place: Any, rules: Any,
         d: Any, chosen: Any, market: Any) -> None:  # fmt: skip
    """What would serve me, what would someone like me do, and the choice."""
    alive, n, history = place.alive[0], rules.n_firms, place.history
    fits(start, size, alive, n, p.taste, shelf, place.near, rules.fit, rules.overload, d.fit)
    worths(size, alive, n, shelf, place.tailored, d.m_seen, d.want, d.worth)
    serves(start, size, alive, n, shelf, alpha, p.trust, p.engagement, d.fit, d.worth, rules,
           d.value)  # fmt: skip
    serves_owners(start, size, week, d.owner, p.bought, p.custom, p.taste, shelf, history,
                  place.tailored, d.m_seen, alpha, d.want, p.trust, p.engagement, d.fit, rules,
                  d.who[0], d.value)  # fmt: skip
    weigh(size, alive, n, d.options, d.omega, d.cell, place.norm[USING], rules, d.value, d.outside,
          d.highest, d.run, d.bits)  # fmt: skip
    choose(size, n, d.draws[1, 1], d.value, d.outside, d.highest, d.total, d.run, d.rest, d.scale,
           d.choice)  # fmt: skip
    ask(start, size, week, p.bought, p.custom, p.taste, shelf, history, place.tailored, alpha,
        rules, d.options, d.owner, d.fit, p.need, d.m_true, d.run, d.total, d.rest, d.scale,
        market)  # fmt: skip
    decide(start, size, p.last, p.satisfaction, p.uncertainty, rules, d.draws[0, 3], d.options,
           d.choice, d.cell, d.used, chosen, market)  # fmt: skip


@lean(inline="always")
def use(start: Any, size: Any, week: Any, shelf: Any, p: Any, place: Any, rules: Any,
        d: Any, counts: Any, tally: Any, part: Any) -> None:  # fmt: skip
    """Access, the use itself, whether the promise was kept, what is told and contributed."""
    reach_it(start, size, place.reach[0], p.nativeness, p.reach_rank, p.last, p.satisfaction, shelf,
             rules, d.draws[1, 2], d.used, d.run, d.rest, d.scale, d.failed, counts)  # fmt: skip
    n_free, n_owners = users(size, d.used, d.owner, d.who)
    n_users = n_free + n_owners
    use_freely(start, n_free, d.who[0], p.need, d.m_true, shelf, place.tailored, d.used, d.shares,
               d.delivered)  # fmt: skip
    use_owned(start, n_free, n_owners, d.who, week, p.need, d.m_true, p.bought, shelf,
              place.history, place.tailored, d.used, d.shares, d.delivered, d.packed)  # fmt: skip
    live(start, size, p.ever, p.satisfaction, p.uncertainty, p.trust, shelf, rules, d.draws[1, 3],
         d.used, d.owner, d.delivered, d.run, d.rest, d.scale, d.faith, d.lived)  # fmt: skip
    tell(start, size, n_users, d.who[0], p.role, place.switches[2] != 0, shelf, rules,
         d.draws[2, 1], d.draws[2, 2], d.used, d.shares, d.lived, d.run, d.rest, d.scale,
         p.told[week & 1], d.said)  # fmt: skip
    count_uses(start, n_users, d.who[0], p.role, p.region, d.used, d.shares, d.faith, d.lived,
               d.said, p.trust, d.packed, tally.role_users[part],
               tally.media_told[part])  # fmt: skip
    if place.switches[0] != 0:
        vote(n_users, d.who[0], shelf, rules, d.draws[2, 2], d.used, d.shares,
             tally.needs_voted[part])  # fmt: skip
    if place.switches[1] != 0:
        show_identity(n_users, d.who[0], d.m_true, shelf, d.used, d.shares,
                      tally.needs_of[part])  # fmt: skip
    unpack(rules.n_firms, d.packed, counts, tally.needs[part])
    engage(start, size, rules.n_firms, d.used, rules.engagement_gain, rules.keep, p.engagement)


@lean(inline="always")
def shop(start: Any, size: Any, week: Any, alpha: Any, shelf: Any, p: Any, place: Any, rules: Any,
         d: Any, k0: Any, k1: Any, counts: Any, chosen: Any, market: Any) -> None:  # fmt: skip
    """Who has an occasion to buy chooses a firm, or buys where they bought."""
    alive, reach = place.alive[0], place.reach[0]
    buying = (p.aware, p.ever, p.trust, p.engagement, p.last, p.supplier, p.until, p.bought,
              p.satisfaction, p.uncertainty, p.nativeness, p.reach_rank, p.taste,
              p.custom)  # fmt: skip
    if rules.trial_firm >= 0 and week >= rules.trial_week:
        follow(start, size, p.engagement, rules, market, k0, k1)
    n_thinking, n_again = shoppers(start, size, week, alive, buying, shelf, rules, d.draws[3],
                                   d.who)  # fmt: skip
    consider(start, n_thinking, d.who[0], alive, reach, buying, rules, d.draws[3], d.owner,
             d.researched, d.omega, d.hazard)  # fmt: skip
    bid(start, n_thinking, d.who[0], alive, reach, alpha, buying, d.owner, d.researched, d.omega,
        d.cell, place.norm[BUYING], shelf, d.fit, d.worth, rules, d.known, d.online,
        (d.total, d.run, d.rest, d.scale, d.faith), d.value, d.outside, d.highest)  # fmt: skip
    choose(n_thinking, rules.n_firms, d.hazard, d.value, d.outside, d.highest, d.total, d.run,
           d.rest, d.scale, d.choice)  # fmt: skip
    repeat(start, n_thinking, n_again, d.who, p.supplier, d.owner, d.researched, d.choice)
    buy(start, n_thinking + n_again, d.who[0], week, k0, k1, reach, alpha, buying, d.owner,
        d.researched, d.choice, d.cell, shelf, rules, counts, chosen, market)  # fmt: skip


@lean(inline="always")
def people_pass(first: Any, end: Any, week: Any, k0: Any, k1: Any, people: Any, place: Any,
                shelves: Any, rules: Any, tally: Any, part: Any, desk: Any) -> None:  # fmt: skip
    """One week of tiles first .. end - 1, counted into the tallies of ``part``.

    shelves (2, P): what people meet, and what partners meet where the sides are apart.
    """
    p = people
    counts, market, chosen = tally.firm[part], tally.market[part], tally.reference[part]
    for tile in range(first, end):
        start, size = p.tiles[tile], p.tiles[tile + 1] - p.tiles[tile]
        region = np.int64(p.region[start])
        shelf, alpha = shelves[p.side[tile]], place.alpha[region]
        draw(desk.draws, start, size, week, k0, k1)
        hear(start, size, week, region, shelf, p, place, rules, desk, k0, k1, counts)
        find_oneself(start, size, week, region, shelf, p, place, rules, desk, market)
        meet(start, size, week, alpha, shelf, p, place, rules, desk, chosen[USING], market)
        use(start, size, week, shelf, p, place, rules, desk, counts, tally, part)
        shop(start, size, week, alpha, shelf, p, place, rules, desk, k0, k1, counts,
             chosen[BUYING], market)  # fmt: skip
        count_stages(start, size, week, place.alive[0], p.aware, p.ever, p.trust, p.engagement,
                     p.supplier, p.until, shelf, rules, counts, market, desk.top, desk.owner,
                     desk.bits)  # fmt: skip
