"""Where one stands, habit or choice, access: who uses what (ODD 7.5, *Meet*)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.arrays import NOBODY
from sim.market.buying import thinks_again
from sim.market.choosing import faith_in, need_of, omega_of, surplus, to_taste
from sim.market.lean import lean
from sim.market.maths import ONE, exp_all
from sim.market.tallies import (
    EMPTY,
    N_NEEDS,
    T_FAILED,
    TWO,
    X_ASKED,
    X_FOUND_CLOSED,
    X_OCCASIONS,
    X_ONLINE,
    X_RECONSIDERED,
    X_SURPLUS,
    ZERO,
    among,
    bit,
    has,
)

ASKED = 32  # one person in so many is asked for the surplus each week
_0, _1, _NONE = np.int32(0), np.int32(1), np.int32(-1)
_NOBODY, _LAST_SLOT = np.uint32(NOBODY), np.uint32(63)


@lean(forceinline=True)
def is_gone(firm: Any, alive: Any) -> Any:
    """Whether the firm somebody used last (uint32) is closed."""
    return (firm != _NOBODY) & (not among(firm, alive))


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
def find_out(start: Any, size: Any, alive: Any, discovery: Any, shelf: Any, rules: Any, trust: Any,
             last: Any, supplier: Any) -> Any:  # fmt: skip
    """Some of those whose firm is gone find it closed; returns how many.  discovery: draws."""
    n_lost, n_found = _0, 0
    for j in range(size):  # mostly nobody, and counting vectorises
        lost = is_gone(np.uint32(last[np.uintp(start + j)]), alive)
        n_lost = np.int32(n_lost + (_1 if lost else _0))
    if n_lost == _0:
        return n_found
    for j in range(size):
        i = np.uintp(start + j)
        before = np.uint32(last[i])
        if is_gone(before, alive) and discovery[j] < rules.discovery:
            find_closed(i, before, alive, shelf, rules.contagion, rules.n_firms, trust, last,
                        supplier)  # fmt: skip
            n_found += 1
    return n_found


@lean()
def stand(start: Any, size: Any, week: Any, alive: Any, reach: Any, rate: Any, occasion: Any,
          discovery: Any, people: Any, shelf: Any, rules: Any, options: Any, owner: Any, omega: Any,
          market: Any) -> None:  # fmt: skip
    """Whether online, an owner, cut off from a closed firm; which firms there are to choose from.

    occasion, discovery (TILE,): draws; people: (aware, last, supplier, until, reach_rank, trust,
    uncertainty); options, owner, omega (TILE,) are written.
    """
    aware, last, supplier, until, reach_rank, trust, uncertainty = people
    market[X_FOUND_CLOSED] += find_out(start, size, alive, discovery, shelf, rules, trust, last,
                                       supplier)  # fmt: skip
    n_online = _0
    for j in range(size):  # conditions joined by & and |: a branch costs more than either side
        i = np.uintp(start + j)
        before, seller = np.uint32(last[i]), np.uint32(supplier[i])
        owns = among(seller, alive) & (week <= until[i])
        owner[j] = np.int32(seller) if owns else _NONE
        online = reach_rank[i] < reach
        n_online = np.int32(n_online + (_1 if online else _0))
        lost = is_gone(before, alive)
        choices = aware[i] & alive if online else (bit(seller & _LAST_SLOT) if owns else EMPTY)
        options[j] = choices if (occasion[j] < rate) & (not lost) else EMPTY
    for j in range(size):
        i = np.uintp(start + j)
        omega[j] = faith_in(last[i], i, trust, rules)
    market[X_ONLINE] += n_online
    for j in range(size):
        omega[j] = omega_of(uncertainty[np.uintp(start + j)], omega[j], rules)


@lean()
def decide(start: Any, size: Any, last: Any, satisfaction: Any, uncertainty: Any, rules: Any,
           u: Any, options: Any, choice: Any, cell: Any, used: Any, chosen: Any,
           market: Any) -> None:  # fmt: skip
    """Habit or the choice just made: used (TILE,) becomes the firm met, -1 none.

    u (TILE,): draws; chosen (X, P + 1), market: tallies.
    """
    n, outside = np.int32(rules.n_firms), np.uintp(chosen.shape[1] - 1)
    n_occasions, n_thinking = _0, _0
    for j in range(size):
        i = np.uintp(start + j)
        before, free = last[i], options[j] != EMPTY
        think = thinks_again(satisfaction[i], uncertainty[i], rules)
        again = among(before, options[j]) & (u[j] >= think)
        n_occasions = np.int32(n_occasions + (_1 if free else _0))
        n_thinking = np.int32(n_thinking + (_1 if free & (not again) else _0))
        f = np.int32(before) if again else choice[j]
        used[j] = f if free & (f < n) else _NONE
    for j in range(size):
        f = np.uintp(used[j]) if used[j] >= _0 else outside
        chosen[cell[j], f] += options[j] != EMPTY
    market[X_OCCASIONS] += n_occasions
    market[X_RECONSIDERED] += n_thinking


@lean()
def reach_it(start: Any, size: Any, reach: Any, nativeness: Any, reach_rank: Any, last: Any,
             satisfaction: Any, shelf: Any, rules: Any, u: Any, used: Any, chance: Any, rest: Any,
             scale: Any, failed: Any, counts: Any) -> None:  # fmt: skip
    """Access may fail, online; used[j] is -1 then.

    u (TILE,): draws; chance, rest, scale, failed (TILE,): scratch.
    """
    for j in range(size):  # the look-up alone, so that the exponential vectorises
        chance[j] = -shelf[np.uintp(max(used[j], _0))].access
    for j in range(size):
        chance[j] *= TWO - nativeness[np.uintp(start + j)]
    exp_all(size, chance, rest, scale)
    for j in range(size):
        i, f = np.uintp(start + j), used[j]
        meets = f >= _0
        fails = meets & (reach_rank[i] < reach) & (u[j] >= chance[j])
        last[i] = np.uint8(f) if meets else last[i]
        satisfied = satisfaction[i]
        satisfaction[i] = satisfied - rules.learning * satisfied if fails else satisfied
        failed[j], used[j] = f if fails else _NONE, _NONE if fails else f
    for f in range(rules.n_firms):
        firm, n_failed = np.int32(f), _0
        for j in range(size):
            n_failed = np.int32(n_failed + (_1 if failed[j] == firm else _0))
        counts[T_FAILED, f] += n_failed


@lean()
def users(size: Any, used: Any, owner: Any, who: Any) -> Any:
    """Lists who uses a firm's offer, and who the good of it that they own; how many each.

    who (2, TILE): becomes the two lists.
    """
    n_free, n_owners = 0, 0
    for j in range(size):  # no branch: what people do cannot be predicted
        uses, owns = used[j] >= _0, owner[j] == used[j]
        who[0, n_free] = who[1, n_owners] = np.uint32(j)
        n_free += uses & (not owns)
        n_owners += uses & owns
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
