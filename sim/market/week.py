"""One week of the people, compiled: the three questions, then experience and talk.

    what kind of situation is this?      identity.situation, identity.perceived
    who am I?                            identity.who_am_i
    what would serve me?                 choosing.serves
    what would someone like me do?       choosing.weigh, by omega
    choose                               choosing.choose
    was the promise kept?                living.experience
    tell, contribute                     living.act
    buy                                  buying.shop

``people_pass`` does a whole week tile by tile (ODD section 7.5).  People read only what last
week left (messages) and what firms offer this week (the shelf), and write only their own
state and whole-number tallies of their part, so that any split over threads gives the same
bits.  The people of a tile share a block, so what depends on the block is looked up once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market import rng
from sim.market.buying import shop
from sim.market.choosing import choose, fits, serves, serves_owners, weigh, worths
from sim.market.hearing import become_aware, believe, listen
from sim.market.identity import perceived, situation, wants, who_am_i
from sim.market.lean import lean
from sim.market.living import act, engage, stand
from sim.market.rng import philox, uniform
from sim.market.stages import count_stages
from sim.market.tallies import BUYING, EMPTY, USING, X_MISREAD, X_ONLINE


@lean()
def draw(draws: Any, start: Any, size: Any, week: Any, k0: Any, k1: Any) -> None:
    """draws (4 purposes, 4 words, TILE) of people start .. start + size - 1."""
    for purpose in range(4):
        a, b = draws[purpose, 0], draws[purpose, 1]
        c, d = draws[purpose, 2], draws[purpose, 3]
        process = np.uint32(purpose + rng.SITUATION)
        for j in range(size):
            words = philox(np.uint32(start) + np.uint32(j), week, process, np.uint32(0), k0, k1)
            a[j] = uniform(words[0])
            b[j] = uniform(words[1])
            c[j] = uniform(words[2])
            d[j] = uniform(words[3])


@lean(nogil=True)
def people_pass(first: Any, end: Any, week: Any, k0: Any, k1: Any, people: Any, place: Any,
                shelf: Any, rules: Any, tally: Any, part: Any, desk: Any) -> None:  # fmt: skip
    """One week of tiles first .. end - 1, counted into the tallies of ``part``."""
    p, d, n = people, desk, rules.n_firms
    alive, reach, history = place.alive[0], place.reach[0], place.history
    counts, market, chosen = tally.firm[part], tally.market[part], tally.reference[part]
    before, now = p.told[(week - 1) & 1], p.told[week & 1]
    standing = (p.aware, p.last, p.supplier, p.until, p.reach_rank, p.trust, p.uncertainty)
    acting = (p.need, p.role, p.region, p.nativeness, p.reach_rank, p.ever, p.last, p.bought,
              p.satisfaction, p.uncertainty, p.trust, now)  # fmt: skip
    buying = (p.aware, p.ever, p.trust, p.engagement, p.last, p.supplier, p.until, p.bought,
              p.satisfaction, p.uncertainty, p.nativeness, p.reach_rank)  # fmt: skip
    for tile in range(first, end):
        start, size = p.tiles[tile], p.tiles[tile + 1] - p.tiles[tile]
        block, region = np.int64(p.block[start]), np.int64(p.region[start])
        draw(d.draws, start, size, np.uint32(week), k0, k1)

        listen(start, size, before, p.links, shelf, rules.mixing, n, d.row_of, d.heard)
        ignorant = believe(start, size, alive, n, p.aware, p.trust, d.heard, rules.hearsay_gain,
                           rules.hearsay_loss)  # fmt: skip
        if ignorant != EMPTY:
            become_aware(start, size, ignorant, alive, n, p.aware, place.hazard[region], d.heard,
                         rules.imitation, d.draws[2, 0], d.total, counts)  # fmt: skip

        situation(size, d.draws[0, 0], place.situations[region], d.c_true)
        market[X_MISREAD] += perceived(size, d.draws[0, 1], rules.n_situations, rules.misread,
                                       d.c_true, d.c_seen)  # fmt: skip
        who_am_i(start, size, d.draws[0, 2], p.salience, rules.called, d.c_seen, d.total, d.run,
                 d.m_seen)  # fmt: skip
        who_am_i(start, size, d.draws[0, 2], p.salience, rules.called, d.c_true, d.total, d.run,
                 d.m_true)  # fmt: skip
        wants(start, size, p.need, place.wanted[block], d.m_seen, d.want)
        for j in range(size):
            identity = block * rules.n_identities + np.int64(d.m_seen[j])
            d.cell[j] = np.uint32(identity * rules.n_situations + np.int64(d.c_seen[j]))
        stand(start, size, week, alive, reach, d.draws[1, 0], d.draws[2, 3], standing, shelf, rules,
              d.options, d.owner, d.omega, market)  # fmt: skip

        fits(start, size, alive, n, p.taste, shelf, rules.fit, rules.overload, d.fit)
        worths(size, alive, n, shelf, d.want, d.worth)
        serves(start, size, alive, n, shelf, p.trust, p.engagement, d.fit, d.worth, rules, d.value)
        serves_owners(start, size, week, d.owner, p.bought, shelf, history, d.want, p.trust,
                      p.engagement, d.fit, rules, d.value)  # fmt: skip
        weigh(size, alive, n, d.options, d.omega, d.cell, place.norm[USING], rules, d.value,
              d.outside, d.highest, d.run)  # fmt: skip
        choose(size, n, d.draws[1, 1], d.value, d.outside, d.highest, d.total, d.run, d.choice)
        act(start, size, week, reach, acting, shelf, history, rules, d.draws, d.options, d.choice,
            d.owner, d.cell, d.m_true, d.fit, d.used, chosen[USING], market, counts,
            tally.needs[part], tally.role_users[part], tally.media_told[part],
            d.needed)  # fmt: skip
        engage(start, size, n, d.used, rules.engagement_gain, rules.keep, p.engagement)

        shop(start, size, week, k0, k1, alive, reach, place.alpha[region], buying, d.draws[3],
             d.cell, place.norm[BUYING], shelf, d.fit, d.worth, rules, d.bid, d.used, counts,
             chosen[BUYING], market)  # fmt: skip
        count_stages(start, size, week, alive, p.aware, p.ever, p.trust, p.engagement, p.supplier,
                     p.until, shelf, rules, counts, market, d.top)  # fmt: skip


@lean()
def count_all(people: Any, place: Any, shelf: Any, rules: Any, tally: Any, desk: Any) -> None:
    """Counts stages and people online in the initial state."""
    p, counts, market = people, tally.firm[0], tally.market[0]
    for i in range(p.aware.shape[0]):
        market[X_ONLINE] += p.reach_rank[i] < place.reach[0]
    for tile in range(p.tiles.shape[0] - 1):
        start, size = p.tiles[tile], p.tiles[tile + 1] - p.tiles[tile]
        count_stages(start, size, 0, place.alive[0], p.aware, p.ever, p.trust, p.engagement,
                     p.supplier, p.until, shelf, rules, counts, market, desk.top)  # fmt: skip
