"""Where one stands, habit or choice, access: who uses what (ODD 7.5, *Meet*)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.arrays import NOBODY
from sim.market.buying import thinks_again
from sim.market.choosing import need_of, omega_of, surplus, to_taste
from sim.market.experience import FAILED
from sim.market.lean import lean
from sim.market.maths import ONE, exp_all
from sim.market.tallies import (
    EMPTY,
    N_NEEDS,
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

ASKED = 32  # one person in so many is asked for the surplus each week


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
def stand(start: Any, size: Any, week: Any, alive: Any, reach: Any, rate: Any, occasion: Any,
          discovery: Any, people: Any, shelf: Any, rules: Any, options: Any, owner: Any, omega: Any,
          market: Any) -> None:  # fmt: skip
    """Whether online, an owner, cut off from a closed firm; which firms there are to choose from.

    occasion, discovery (TILE,): draws; people: (aware, last, supplier, until, reach_rank, trust,
    uncertainty); options, owner, omega (TILE,) are written.
    """
    aware, last, supplier, until, reach_rank, trust, uncertainty = people
    n_online = 0
    for j in range(size):  # conditions joined by & and |: a branch costs more than either side
        i = np.uintp(start + j)
        before = np.int64(last[i])
        lost = (before != NOBODY) & (not has(alive, before & 63))
        if lost and discovery[j] < rules.discovery:
            find_closed(i, before, alive, shelf, rules.contagion, rules.n_firms, trust, last,
                        supplier)  # fmt: skip
            market[X_FOUND_CLOSED] += 1
            before, lost = NOBODY, False
        seller = np.int64(supplier[i])
        owns = (seller != NOBODY) & (week <= until[i]) & has(alive, seller & 63)
        owner[j] = np.int32(seller) if owns else np.int32(-1)
        online = reach_rank[i] < reach
        n_online += online
        own = bit(seller & 63) if owns else EMPTY
        choices = aware[i] & alive if online else own
        options[j] = choices if (occasion[j] < rate) & (not lost) else EMPTY
        faith = trust[np.uintp(0 if before == NOBODY else before), i]
        omega[j] = rules.trust_initial if before == NOBODY else faith
    market[X_ONLINE] += n_online
    for j in range(size):
        omega[j] = omega_of(uncertainty[np.uintp(start + j)], omega[j], rules)


@lean()
def decide(start: Any, size: Any, last: Any, satisfaction: Any, uncertainty: Any, rules: Any,
           u: Any, options: Any, choice: Any, cell: Any, used: Any, met: Any, chosen: Any,
           market: Any) -> Any:  # fmt: skip
    """Habit or the choice just made: used (TILE,) the firm met, -1 none; returns how many.

    u (TILE,): draws; met (TILE,) lists who meets a firm; chosen (X, P + 1), market: tallies.
    """
    n, outside = rules.n_firms, chosen.shape[1] - 1
    n_met, n_occasions, n_thinking = 0, 0, 0
    for j in range(size):
        i = np.uintp(start + j)
        before, wish, free = np.int64(last[i]), np.int64(choice[j]), options[j] != EMPTY
        may = (before != NOBODY) & has(options[j], before & 63)
        again = may & (u[j] >= thinks_again(satisfaction[i], uncertainty[i], rules))
        f = before if again else wish
        n_occasions += free
        n_thinking += free & (not again)
        chosen[cell[j], f if f < n else outside] += free
        meets = free & (f < n)
        used[j] = np.int32(f if meets else -1)
        met[n_met] = np.uint32(j)  # no branch: what people do cannot be predicted
        n_met += meets
    market[X_OCCASIONS] += n_occasions
    market[X_RECONSIDERED] += n_thinking
    return n_met


@lean()
def reach_it(start: Any, n_met: Any, reach: Any, nativeness: Any, reach_rank: Any, last: Any,
             satisfaction: Any, shelf: Any, rules: Any, u: Any, owner: Any, used: Any,
             who: Any, chance: Any, rest: Any, scale: Any, packed: Any) -> Any:  # fmt: skip
    """Access may fail, online; used[j] is -1 then. Returns how many use freely, how many own.

    who (2, TILE): in, row 0 those who meet a firm; out, free users and owners; u (TILE,): draws;
    chance, rest, scale (TILE,): scratch.
    """
    n_free, n_owners = 0, 0
    for x in range(n_met):  # the look-up alone, so that the exponential vectorises
        j = np.uintp(who[0, x])
        chance[x] = -shelf[np.uintp(used[j])].access * (TWO - nativeness[np.uintp(start) + j])
    exp_all(n_met, chance, rest, scale)
    for x in range(n_met):
        j = np.uintp(who[0, x])
        i, f = np.uintp(start) + j, np.uintp(used[j])
        last[i] = np.uint8(f)
        failed = (reach_rank[i] < reach) & (u[j] >= chance[x])
        less = rules.learning * satisfaction[i]
        satisfaction[i] -= less if failed else ZERO
        packed[0, f] += FAILED if failed else EMPTY
        used[j] = np.int32(-1) if failed else np.int32(f)
        owns = owner[j] == np.int32(f)
        who[0, n_free] = np.uint32(j)  # this row is read ahead of where it is written
        who[1, n_owners] = np.uint32(j)
        n_free += (not failed) & (not owns)
        n_owners += (not failed) & owns
    return n_free, n_owners


@lean()
def ask(start: Any, size: Any, week: Any, bought: Any, custom: Any, taste: Any, shelf: Any,
        history: Any, tailored: Any, alpha: Any, rules: Any, options: Any, owner: Any, fit: Any,
        need: Any, m: Any, needed: Any, gained: Any, rest: Any, scale: Any,
        market: Any) -> None:  # fmt: skip
    """One person in 32 is asked what the firms are worth to the identity they are in.

    needed, gained, rest, scale (TILE,): scratch.
    """
    for j in range(-(start + week) & (ASKED - 1), size, ASKED):
        if options[j] == EMPTY:
            continue
        i = np.uintp(start + j)
        shares = need[np.uintp(m[j]), i]
        for k in range(N_NEEDS):
            needed[k] = need_of(shares, k)
        made = ZERO
        if custom[i] != 0 and owner[j] >= 0:
            made = to_taste(np.uintp(owner[j]), taste[i], shelf, rules)
        worth = surplus(j, np.uintp(m[j]), week, options[j], np.int64(owner[j]),
                        np.int64(bought[i]), made, rules.n_firms, shelf, history, tailored, alpha,
                        fit, needed, rules, gained, rest, scale)  # fmt: skip
        market[X_ASKED] += 1
        market[X_SURPLUS] += np.int64(np.floor(worth * 65536.0 + 0.5))
