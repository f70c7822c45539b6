"""One week of the people, compiled: the three questions, then experience and talk.

    what kind of situation is this?      situation, perceived
    who am I?                            who_am_i
    what would serve me?                 choosing.serves
    what would someone like me do?       choosing.weigh, by omega
    choose                               choosing.choose
    was the promise kept?                experience
    tell, contribute                     talk
    buy                                  buying.shop

``people_pass`` does a whole week tile by tile (ODD section 7.5).  People read only what last
week left (messages) and what firms offer this week (Shelf), and write only their own state
and whole-number tallies of their part, so that any split over threads gives the same bits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market import rng
from sim.market.arrays import BROKEN, NOBODY
from sim.market.buying import shop, thinks_again
from sim.market.choosing import (
    choose,
    fits,
    omega_of,
    owned_quality,
    serves,
    surplus,
    weigh,
    worths,
)
from sim.market.hearing import become_aware, believe, listen
from sim.market.lean import lean
from sim.market.maths import ONE, exp32
from sim.market.rng import philox, uniform
from sim.market.stages import count_stages
from sim.market.tallies import (
    COLLABORATE,
    CONNECT,
    EMPTY,
    HALF,
    MEDIA,
    N_NEEDS,
    SHARE,
    SIX,
    T_FAILED,
    T_FREE,
    T_IDEAS,
    T_KEPT,
    T_TOLD,
    T_TOLD_BROKEN,
    T_USES,
    TILE,
    TWO,
    USING,
    X_ASKED,
    X_FOUND_CLOSED,
    X_MISREAD,
    X_OCCASIONS,
    X_ONLINE,
    X_RECONSIDERED,
    X_SURPLUS,
    ZERO,
    bit,
    has,
)


@lean()
def draw(draws: Any, start: Any, week: Any, k0: Any, k1: Any) -> None:
    """draws (4 purposes, 4 words, TILE) of people start .. start + TILE - 1."""
    for purpose in range(4):
        a, b = draws[purpose, 0], draws[purpose, 1]
        c, d = draws[purpose, 2], draws[purpose, 3]
        process = np.uint32(purpose + rng.SITUATION)
        for j in range(TILE):
            words = philox(np.uint32(start) + np.uint32(j), week, process, np.uint32(0), k0, k1)
            a[j] = uniform(words[0])
            b[j] = uniform(words[1])
            c[j] = uniform(words[2])
            d[j] = uniform(words[3])


@lean(forceinline=True)
def situation(u: Any, shelf: Any, region: Any, rules: Any) -> Any:
    """What kind of situation is this? Drawn from the region's mix."""
    passed = 0
    for c in range(rules.n_situations - 1):
        passed += u >= shelf.situations[region, c]
    return passed


@lean(forceinline=True)
def perceived(u: Any, c: Any, rules: Any) -> Any:
    """The situation one takes it for: another one with chance ``misread``."""
    others = rules.n_situations - 1
    if others < 1 or u >= rules.misread:
        return c
    step = min(others - 1, int(u / rules.misread * np.float32(others)))
    return (c + 1 + step) % rules.n_situations


@lean(forceinline=True)
def who_am_i(u: Any, i: Any, c: Any, people: Any, rules: Any) -> Any:
    """Who am I? softmax of salience plus the cue of the situation (identity m answers c = m)."""
    total = ZERO
    for m in range(rules.n_identities):
        total += people.salience[i, m] * (rules.called if m == c else ONE)
    target, run, passed = u * total, ZERO, 0
    for m in range(rules.n_identities - 1):
        run += people.salience[i, m] * (rules.called if m == c else ONE)
        passed += run <= target  # counting is cheaper than leaving: nothing to mispredict
    return passed


@lean(forceinline=True)
def find_closed(i: Any, closed: Any, people: Any, shelf: Any, rules: Any) -> None:
    """One's firm is gone: trust falls in firms that are as open as it was."""
    for g in range(rules.n_firms):
        if has(shelf.alive[0], g):
            likeness = ONE - abs(shelf.open[closed] - shelf.open[g])
            people.trust[g, i] *= ONE - rules.contagion * likeness
    people.last[i] = np.uint8(NOBODY)
    if people.supplier[i] == closed:
        people.supplier[i] = np.uint8(NOBODY)


@lean()
def wake(start: Any, size: Any, people: Any, shelf: Any, rules: Any, tally: Any, part: Any,
         week: Any, desk: Any) -> None:  # fmt: skip
    """Situation, identity, wants, whether online, an owner, and which firms to choose from."""
    draws, alive = desk.draws, shelf.alive[0]
    n_situations, n_identities = rules.n_situations, rules.n_identities
    for j in range(size):
        i = np.uintp(start + j)
        region, block = np.uintp(people.region[i]), np.uintp(people.block[i])
        c_true = situation(draws[0, 0, j], shelf, region, rules)
        c = perceived(draws[0, 1, j], c_true, rules)
        m = who_am_i(draws[0, 2, j], i, c, people, rules)
        desk.m_true[j] = m if c == c_true else who_am_i(draws[0, 2, j], i, c_true, people, rules)
        desk.cell[j] = (np.int64(people.block[i]) * n_identities + m) * n_situations + c
        online = people.reach_rank[i] < shelf.reach[0]
        desk.online[j] = online
        tally.market[part, X_ONLINE] += online
        tally.market[part, X_MISREAD] += c != c_true
        for k in range(N_NEEDS):
            want = np.float32(people.need[i, m, k]) * SHARE + shelf.fashion[block, k]
            desk.want[k, j] = want
        last = np.int64(people.last[i])
        lost = last != NOBODY and not has(alive, last)
        if lost and draws[2, 3, j] < rules.discovery:
            find_closed(i, last, people, shelf, rules)
            tally.market[part, X_FOUND_CLOSED] += 1
            last, lost = NOBODY, False
        supplier = np.int64(people.supplier[i])
        owns = supplier != NOBODY and week < people.until[i] and has(alive, supplier)
        owner = supplier if owns else -1
        desk.owner[j] = owner
        options = people.aware[i] & alive
        if not online:
            options = bit(owner) if owner >= 0 else EMPTY
        desk.options[j] = options if draws[1, 0, j] < rules.rate and not lost else EMPTY
        desk.trust_last[j] = rules.trust_initial if last == NOBODY else people.trust[last, i]
    for j in range(size):
        uncertainty = people.uncertainty[np.uintp(start + j)]
        desk.omega[j] = omega_of(uncertainty, desk.trust_last[j], rules)


@lean(forceinline=True)
def experience(i: Any, f: Any, delivered: Any, u: Any, people: Any, shelf: Any, rules: Any) -> Any:
    """Was the promise kept? Moves satisfaction, uncertainty and trust; returns 1 or 0."""
    trust = people.trust[f, i]
    chance = HALF + (delivered - shelf.promise[f]) * rules.spread
    kept = ONE if u < min(max(chance, ZERO), ONE) else ZERO
    people.uncertainty[i] += rules.learning * (abs(kept - trust) - people.uncertainty[i])
    people.satisfaction[i] += rules.learning * (kept - people.satisfaction[i])
    gain, loss = rules.kept_gain * (ONE - trust), rules.broken_loss * trust
    people.trust[f, i] = trust + gain if kept > ZERO else trust - loss
    return kept


@lean(forceinline=True)
def talk(i: Any, j: Any, week: Any, f: Any, m: Any, kept: Any, people: Any, shelf: Any, rules: Any,
         tally: Any, part: Any, desk: Any) -> None:  # fmt: skip
    """An experience may be told to the neighbours, and an idea given to the firm."""
    need = SIX * SHARE * np.float32(people.need[i, m, CONNECT])
    drive = rules.talk * need * (HALF + shelf.quality[CONNECT, f]) * shelf.outreach[f]
    if desk.draws[2, 1, j] < ONE - exp32(-drive):
        people.told[week & 1, i] = np.uint8(f if kept > ZERO else f + BROKEN)
        tally.firm[part, T_TOLD, f] += 1
        tally.firm[part, T_TOLD_BROKEN, f] += kept == ZERO
        if people.role[i] == MEDIA:
            tally.media_told[part, people.region[i], f] += 1
    need = SIX * SHARE * np.float32(people.need[i, m, COLLABORATE])
    idea = desk.draws[2, 2, j] < rules.ideas * need * shelf.quality[COLLABORATE, f]
    tally.firm[part, T_IDEAS, f] += idea


@lean(forceinline=True)
def use(i: Any, j: Any, week: Any, f: Any, people: Any, shelf: Any, rules: Any, tally: Any,
        part: Any, desk: Any) -> None:  # fmt: skip
    """A use that succeeded: what was delivered is felt by need, noticed by the firm, told."""
    m, paying = np.uintp(desk.m_true[j]), f == desk.owner[j]
    bought, delivered = np.int64(people.bought[i]), ZERO
    for k in range(N_NEEDS):
        need = people.need[i, m, k]
        tally.needs[part, 1, f, k] += np.int64(need)
        if paying:
            tally.needs[part, 0, f, k] += np.int64(need)
        q = owned_quality(f, k, bought, week, shelf) if paying else shelf.quality[k, f]
        delivered += np.float32(need) * SHARE * q
    kept = experience(
        i, f, delivered * shelf.service[f], desk.draws[1, 3, j], people, shelf, rules
    )
    people.ever[i] |= bit(f)
    tally.firm[part, T_USES, f] += 1
    tally.firm[part, T_KEPT, f] += kept > ZERO
    tally.firm[part, T_FREE, f] += not paying
    tally.role_users[part, f, people.role[i]] += 1
    talk(i, j, week, f, m, kept, people, shelf, rules, tally, part, desk)


@lean()
def act(start: Any, size: Any, week: Any, people: Any, shelf: Any, rules: Any, tally: Any,
        part: Any, desk: Any) -> None:  # fmt: skip
    """Habit or the choice just made; access may fail; a use that succeeds is lived."""
    n, draws = rules.n_firms, desk.draws
    padded = tally.reference.shape[3] - 1
    for j in range(size):
        i = np.uintp(start + j)
        people.told[week & 1, i] = np.uint8(NOBODY)
        desk.used[j] = -1
        options = desk.options[j]
        if options == EMPTY:
            continue
        last, choice = np.int64(people.last[i]), np.int64(desk.choice[j])
        again = last != NOBODY and has(options, last)
        if again and draws[0, 3, j] >= thinks_again(i, people, rules):
            choice = last
        else:
            tally.market[part, X_RECONSIDERED] += 1
        tally.market[part, X_OCCASIONS] += 1
        tally.reference[part, USING, desk.cell[j], choice if choice < n else padded] += 1
        if (start + j + week) & 7 == 0:
            gained = surplus(j, i, week, np.uintp(desk.m_true[j]), people, shelf, rules, desk)
            tally.market[part, X_ASKED] += 1
            tally.market[part, X_SURPLUS] += np.int64(np.floor(gained * 65536.0 + 0.5))
        if choice >= n:
            continue
        people.last[i] = np.uint8(choice)
        delay = shelf.access[choice] * (TWO - people.nativeness[i])
        if desk.online[j] != 0 and draws[1, 2, j] >= exp32(-delay):
            people.satisfaction[i] -= rules.learning * people.satisfaction[i]
            tally.firm[part, T_FAILED, choice] += 1
            continue
        desk.used[j] = choice
        use(i, j, week, choice, people, shelf, rules, tally, part, desk)


@lean()
def engage(start: Any, size: Any, people: Any, rules: Any, desk: Any) -> None:
    """Engagement rises with use and fades without it."""
    for f in range(rules.n_firms):
        for j in range(size):
            i = np.uintp(start + j)
            e = people.engagement[f, i]
            risen = e + rules.engagement_gain * (ONE - e)
            people.engagement[f, i] = risen if desk.used[j] == f else e * rules.keep


@lean(nogil=True)
def people_pass(first: Any, end: Any, week: Any, k0: Any, k1: Any, people: Any, shelf: Any,
                rules: Any, tally: Any, part: Any, desk: Any) -> None:  # fmt: skip
    """One week of the people first .. end - 1, counted into the tallies of ``part``."""
    for start in range(first, end, TILE):
        size = min(TILE, end - start)
        draw(desk.draws, start, np.uint32(week), k0, k1)
        listen(start, size, week, people, shelf, rules, desk)
        believe(start, size, people, shelf, rules, desk)
        become_aware(start, size, people, shelf, rules, tally, part, desk)
        wake(start, size, people, shelf, rules, tally, part, week, desk)
        fits(start, size, people, shelf, rules, desk)
        worths(size, shelf, rules, desk)
        serves(start, size, week, people, shelf, rules, desk)
        weigh(size, shelf, rules, desk)
        choose(size, rules, desk)
        act(start, size, week, people, shelf, rules, tally, part, desk)
        engage(start, size, people, rules, desk)
        shop(start, size, week, k0, k1, people, shelf, rules, tally, part, desk)
        count_stages(start, size, week, people, shelf, rules, tally, part, desk)
