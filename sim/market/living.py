"""Habit or choice, access, experience, talk: what a use is like (ODD 7.5, *Meet* and on)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.arrays import BROKEN, NOBODY
from sim.market.buying import thinks_again
from sim.market.choosing import need_of, omega_of, owned_quality, surplus
from sim.market.lean import lean
from sim.market.maths import ONE, exp32
from sim.market.tallies import (
    COLLABORATE,
    CONNECT,
    EMPTY,
    HALF,
    MEDIA,
    N_NEEDS,
    SIX,
    T_FAILED,
    T_FREE,
    T_IDEAS,
    T_KEPT,
    T_TOLD,
    T_TOLD_BROKEN,
    T_USES,
    TWO,
    X_ASKED,
    X_FOUND_CLOSED,
    X_OCCASIONS,
    X_ONLINE,
    X_RECONSIDERED,
    X_SURPLUS,
    ZERO,
    bit,
    has,
)

ASKED = 31  # one person in 32 is asked for the surplus each week (a mask)


@lean(forceinline=True)
def find_closed(i: Any, closed: Any, alive: Any, shelf: Any, contagion: Any, n: Any, trust: Any,
                last: Any, supplier: Any) -> None:  # fmt: skip
    """One's firm is gone: trust falls in firms that are as open as it was."""
    for g in range(n):
        if has(alive, g):
            likeness = ONE - abs(shelf[closed].open - shelf[g].open)
            trust[g, i] *= ONE - contagion * likeness
    last[i] = np.uint8(NOBODY)
    if supplier[i] == closed:
        supplier[i] = np.uint8(NOBODY)


@lean()
def stand(start: Any, size: Any, week: Any, alive: Any, reach: Any, occasion: Any, discovery: Any,
          people: Any, shelf: Any, rules: Any, options: Any, owner: Any, omega: Any,
          market: Any) -> None:  # fmt: skip
    """Whether online, an owner, cut off from a closed firm; which firms there are to choose from.

    occasion, discovery (TILE,): draws; people: (aware, last, supplier, until, reach_rank, trust,
    uncertainty); options, owner, omega (TILE,) are written.
    """
    aware, last, supplier, until, reach_rank, trust, uncertainty = people
    for j in range(size):
        i = np.uintp(start + j)
        before = np.int64(last[i])
        lost = before != NOBODY and not has(alive, before)
        if lost and discovery[j] < rules.discovery:
            find_closed(i, before, alive, shelf, rules.contagion, rules.n_firms, trust, last,
                        supplier)  # fmt: skip
            market[X_FOUND_CLOSED] += 1
            before, lost = NOBODY, False
        seller = np.int64(supplier[i])
        owns = seller != NOBODY and week <= until[i] and has(alive, seller)
        owner[j] = np.int32(seller) if owns else np.int32(-1)
        online = reach_rank[i] < reach
        market[X_ONLINE] += online
        choices = aware[i] & alive
        if not online:
            choices = bit(seller) if owns else EMPTY
        options[j] = choices if occasion[j] < rules.rate and not lost else EMPTY
        omega[j] = rules.trust_initial if before == NOBODY else trust[before, i]
    for j in range(size):
        omega[j] = omega_of(uncertainty[np.uintp(start + j)], omega[j], rules)


@lean(forceinline=True)
def experience(i: Any, f: Any, delivered: Any, promise: Any, u: Any, trust: Any, satisfaction: Any,
               uncertainty: Any, rules: Any) -> Any:  # fmt: skip
    """Was the promise kept? Moves satisfaction, uncertainty and trust; returns 1 or 0."""
    before = trust[f, i]
    chance = HALF + (delivered - promise + rules.tolerance) * rules.spread
    kept = ONE if u < min(max(chance, ZERO), ONE) else ZERO
    uncertainty[i] += rules.learning * (abs(kept - before) - uncertainty[i])
    satisfaction[i] += rules.learning * (kept - satisfaction[i])
    gain, loss = rules.kept_gain * (ONE - before), rules.broken_loss * before
    trust[f, i] = before + gain if kept > ZERO else before - loss
    return kept


@lean()
def act(start: Any, size: Any, week: Any, reach: Any, people: Any, shelf: Any, history: Any,
        rules: Any, draws: Any, options: Any, choice: Any, owner: Any, cell: Any, m_true: Any,
        fit: Any, used: Any, chosen: Any, market: Any, counts: Any, needs: Any, role_users: Any,
        media_told: Any, needed: Any) -> None:  # fmt: skip
    """Habit or the choice just made; access may fail; a use that succeeds is lived.

    people: (need, role, region, nativeness, reach_rank, ever, last, bought, satisfaction,
    uncertainty, trust, told); told (N,): this week's messages; needed (K,): scratch; used
    (TILE,): the firm used, -1 none; chosen .. media_told: tallies of the part.
    Long, because every step needs what the one before it found.
    """
    (need, role, region, nativeness, reach_rank, ever, last, bought, satisfaction, uncertainty,
     trust, told) = people  # fmt: skip
    n, outside = rules.n_firms, chosen.shape[1] - 1
    for j in range(size):
        i = np.uintp(start + j)
        told[i] = np.uint8(NOBODY)
        used[j] = np.int32(-1)
        if options[j] == EMPTY:
            continue
        market[X_OCCASIONS] += 1
        before, f = np.int64(last[i]), np.int64(choice[j])
        think = thinks_again(satisfaction[i], uncertainty[i], rules)
        again = before != NOBODY and has(options[j], before) and draws[0, 3, j] >= think
        f = before if again else f
        market[X_RECONSIDERED] += not again
        chosen[cell[j], f if f < n else outside] += 1
        m = np.uintp(m_true[j])
        for k in range(N_NEEDS):
            needed[k] = need_of(need, m, k, i)
        if (start + j + week) & ASKED == 0:
            gained = surplus(j, week, options[j], owner[j], np.int64(bought[i]), n, shelf, history,
                             fit, needed, rules)  # fmt: skip
            market[X_ASKED] += 1
            market[X_SURPLUS] += np.int64(np.floor(gained * 65536.0 + 0.5))
        if f >= n:
            continue
        last[i] = np.uint8(f)
        late = shelf[f].access * (TWO - nativeness[i])
        if reach_rank[i] < reach and draws[1, 2, j] >= exp32(-late):
            satisfaction[i] -= rules.learning * satisfaction[i]
            counts[T_FAILED, f] += 1
            continue
        used[j] = np.int32(f)
        paying, delivered = f == owner[j], ZERO
        if paying:
            when = np.int64(bought[i])
            for k in range(N_NEEDS):
                delivered += needed[k] * owned_quality(f, k, when, week, shelf, history)
                needs[0, f, k] += np.int64(need[m, k, i])
        else:
            for k in range(N_NEEDS):
                delivered += needed[k] * shelf[f].quality[k]
        for k in range(N_NEEDS):
            needs[1, f, k] += np.int64(need[m, k, i])
        kept = experience(i, f, delivered * shelf[f].service, shelf[f].promise, draws[1, 3, j],
                          trust, satisfaction, uncertainty, rules)  # fmt: skip
        ever[i] |= bit(f)
        counts[T_USES, f] += 1
        counts[T_KEPT, f] += kept > ZERO
        counts[T_FREE, f] += not paying
        role_users[f, role[i]] += 1
        drive = rules.talk * (SIX * needed[CONNECT]) * (HALF + shelf[f].quality[CONNECT])
        drive = drive * shelf[f].outreach
        # 1 - exp(-x) < x, so those whose draw is above x need no exponential
        if draws[2, 1, j] < drive and draws[2, 1, j] < ONE - exp32(-drive):
            told[i] = np.uint8(f if kept > ZERO else f + BROKEN)
            counts[T_TOLD, f] += 1
            counts[T_TOLD_BROKEN, f] += kept == ZERO
            if role[i] == MEDIA:
                media_told[region[i], f] += 1
        idea = rules.ideas * (SIX * needed[COLLABORATE]) * shelf[f].quality[COLLABORATE]
        counts[T_IDEAS, f] += draws[2, 2, j] < idea


@lean()
def engage(start: Any, size: Any, n: Any, used: Any, gain: Any, keep: Any, engagement: Any) -> None:
    """Engagement rises with use and fades without it."""
    for f in range(n):
        for j in range(size):
            i = np.uintp(start + j)
            e = engagement[f, i]
            engagement[f, i] = e + gain * (ONE - e) if used[j] == f else e * keep
