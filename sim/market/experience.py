"""A use: was the promise kept? what is told and contributed? (ODD 7.5, *Live* and on).

Arithmetic runs over everybody of a tile, where it vectorises, and changes nothing for who uses
no firm (``used`` -1); look-ups and counts run over lists of people, ``who``.  No branch decides
who is on a list or what becomes of them, because a branch that cannot be predicted costs more
than both its sides.  What is counted by firm is packed, several counts to a word, and unpacked
once a tile (``unpack``): a tile has at most 256 people, so that ten bits hold a count of them
and sixteen a sum of needs (255 each).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.arrays import BROKEN, NOBODY
from sim.market.choosing import need_of, owned_quality
from sim.market.lean import lean
from sim.market.maths import ONE, exp_all
from sim.market.tallies import (
    BYTE,
    COLLABORATE,
    CONNECT,
    EMPTY,
    HALF,
    INFLUENCER,
    MEDIA,
    N_NEEDS,
    SIX,
    T_FREE,
    T_IDEAS,
    T_KEPT,
    T_TOLD,
    T_TOLD_BROKEN,
    T_USES,
    ZERO,
    bit,
)

_EVERY_OTHER, _8 = np.uint64(0x00FF00FF00FF00FF), np.uint64(8)
_COUNT, _SUM = np.uint64(0x3FF), np.uint64(0xFFFF)
_NOBODY, _BROKEN, _NONE = np.int32(NOBODY), np.int32(BROKEN), np.uint32(0)
_0 = np.int32(0)
# packed[0] and packed[1]: three counts each; packed[2:4] needs of all users, [4:6] of owners
USE, KEPT, FREE = TOLD, TOLD_BROKEN, IDEA = tuple(np.uint32(1 << 10 * n) for n in range(3))
UNPACKED = ((T_USES, T_KEPT, T_FREE), (T_TOLD, T_TOLD_BROKEN, T_IDEAS))


@lean(forceinline=True)
def add_needs(packed: Any, row: Any, f: Any, shares: Any) -> None:
    """Adds a word of shares to firm f's sums: even needs in one word, odd ones in the next."""
    packed[row, f] += shares & _EVERY_OTHER
    packed[row + 1, f] += (shares >> _8) & _EVERY_OTHER


@lean()
def use_freely(start: Any, n_users: Any, who: Any, need: Any, m: Any, shelf: Any, tailored: Any,
               used: Any, shares: Any, delivered: Any) -> None:  # fmt: skip
    """delivered[j]: the quality of today's offer by what the identity one is in needs."""
    for x in range(n_users):
        j = np.uintp(who[x])
        f, word = np.uintp(used[j]), need[np.uintp(m[j]), np.uintp(start) + j]
        shares[j], got = word, ZERO
        for k in range(N_NEEDS):
            got += need_of(word, k) * shelf[f].quality[k]
        if shelf[f].models > 1:
            got = ZERO
            for k in range(N_NEEDS):
                got += need_of(word, k) * (shelf[f].quality[k] * tailored[f, np.uintp(m[j]), k])
        delivered[j] = got


@lean()
def use_owned(start: Any, n_free: Any, n_owners: Any, who: Any, week: Any, need: Any, m: Any,
              bought: Any, shelf: Any, history: Any, tailored: Any, used: Any, shares: Any,
              delivered: Any, packed: Any) -> None:  # fmt: skip
    """delivered[j] of those who use what they own; row 0 of who (2, TILE) has them after the free.

    The numbers n_free, n_owners are those of ``reach_it``.
    """
    for x in range(n_owners):
        j = np.uintp(who[1, x])
        who[0, n_free + x] = np.uint32(j)
        i, f = np.uintp(start) + j, np.uintp(used[j])
        when, word = np.int64(bought[i]), need[np.uintp(m[j]), i]
        shares[j], got = word, ZERO
        for k in range(N_NEEDS):
            met = owned_quality(f, k, when, week, shelf, history)
            if shelf[f].models > 1:
                met *= tailored[f, np.uintp(m[j]), k]
            got += need_of(word, k) * met
        delivered[j] = got
        add_needs(packed, 4, f, word)


@lean(forceinline=True)
def experience(before: Any, delivered: Any, promise: Any, recovery: Any, u: Any,
               rules: Any) -> Any:  # fmt: skip
    """Was the promise kept? Returns 1 or 0, and the trust after it.

    Of the broken ones staff take up the share ``recovery``: trust then rises instead.
    """
    chance = HALF + (delivered - promise + rules.tolerance) * rules.spread
    chance = min(max(chance, ZERO), ONE)
    kept = ONE if u < chance else ZERO
    gain, loss = rules.kept_gain * (ONE - before), rules.broken_loss * before
    mended = u - chance < recovery * (ONE - chance)
    after = before + rules.recover_gain * (ONE - before) if mended else before - loss
    return kept, before + gain if kept > ZERO else after


@lean()
def live(start: Any, size: Any, ever: Any, satisfaction: Any, uncertainty: Any, trust: Any,
         shelf: Any, rules: Any, u: Any, used: Any, owner: Any, delivered: Any, promise: Any,
         recovery: Any, service: Any, faith: Any, lived: Any) -> None:  # fmt: skip
    """A use is lived: lived[j] is what to count of it, faith[j] trust in the firm after it.

    u (TILE,): draws; promise, recovery, service (TILE,): scratch.
    """
    for j in range(size):  # the look-ups alone
        f = np.uintp(max(used[j], _0))
        promise[j], recovery[j] = shelf[f].promise, shelf[f].recovery
        service[j], faith[j] = shelf[f].service, trust[f, np.uintp(start + j)]
    for j in range(size):
        i, uses, before = np.uintp(start + j), used[j] >= _0, faith[j]
        met = delivered[j] * service[j]
        kept, after = experience(before, met, promise[j], recovery[j], u[j], rules)
        unsure, satisfied = uncertainty[i], satisfaction[i]
        missed = rules.learning * (abs(kept - before) - unsure)
        uncertainty[i] = unsure + missed if uses else unsure
        satisfied_now = satisfied + rules.learning * (kept - satisfied)
        satisfaction[i] = satisfied_now if uses else satisfied
        faith[j] = after
        free = FREE if owner[j] != used[j] else _NONE
        lived[j] = USE + (KEPT if kept > ZERO else _NONE) + free
    for j in range(size):
        i = np.uintp(start + j)
        ever[i] |= bit(used[j] & 63) if used[j] >= _0 else EMPTY


@lean()
def tell(start: Any, size: Any, n_users: Any, who: Any, role: Any, influencing: Any, shelf: Any,
         rules: Any, u_tell: Any, u_idea: Any, used: Any, shares: Any, lived: Any, chance: Any,
         rest: Any, scale: Any, told: Any, said: Any) -> None:  # fmt: skip
    """What is told of a use, and who gives an idea: said[j] is what to count of it.

    influencing: whether a firm courts those who influence others, or neglects them; u_tell,
    u_idea (TILE,): draws; chance, rest, scale (TILE,): scratch; told (N,): this week's messages.
    """
    for j in range(size):  # the look-ups alone
        f = np.uintp(max(used[j], _0))
        chance[j], rest[j] = HALF + shelf[f].quality[CONNECT], shelf[f].outreach
        scale[j] = shelf[f].quality[COLLABORATE]
    for j in range(size):
        drive = rules.talk * (SIX * need_of(shares[j], CONNECT)) * chance[j]
        chance[j] = -(drive * rest[j])
        idea = rules.ideas * (SIX * need_of(shares[j], COLLABORATE)) * scale[j]
        said[j] = IDEA if u_idea[j] < idea else _NONE
    if influencing:
        for x in range(n_users):
            j = np.uintp(who[x])
            if role[np.uintp(start) + j] == INFLUENCER:
                chance[j] *= shelf[np.uintp(used[j])].influence
    exp_all(size, chance, rest, scale)
    for j in range(size):
        tells = (used[j] >= _0) & (u_tell[j] < ONE - chance[j])
        broken = (lived[j] & KEPT) == _NONE
        message = np.int32(used[j] + (_BROKEN if broken else _0))
        told[np.uintp(start + j)] = np.uint8(message if tells else _NOBODY)
        said[j] += (TOLD if tells else _NONE) + (TOLD_BROKEN if tells & broken else _NONE)


@lean()
def count_uses(start: Any, n_users: Any, who: Any, role: Any, region: Any, used: Any, shares: Any,
               faith: Any, lived: Any, said: Any, trust: Any, packed: Any, role_users: Any,
               media_told: Any) -> None:  # fmt: skip
    """Counts uses and what is told by firm, role and region; writes trust after the use.

    role_users (P, ROLES), media_told (R, P): tallies.
    """
    for x in range(n_users):
        j = np.uintp(who[x])
        i, f = np.uintp(start) + j, np.uintp(used[j])
        trust[f, i] = faith[j]
        packed[0, f] += np.uint64(lived[j])
        packed[1, f] += np.uint64(said[j])
        add_needs(packed, 2, f, shares[j])
        role_users[f, role[i]] += 1
        if (role[i] == MEDIA) & ((said[j] & TOLD) != _NONE):
            media_told[region[i], f] += 1


@lean()
def vote(n_users: Any, who: Any, shelf: Any, rules: Any, u_idea: Any, used: Any, shares: Any,
         needs_voted: Any) -> None:  # fmt: skip
    """needs_voted (P, K): what those need who give an idea, as in ``tell``."""
    for x in range(n_users):
        j = np.uintp(who[x])
        f = np.uintp(used[j])
        idea = rules.ideas * (SIX * need_of(shares[j], COLLABORATE)) * shelf[f].quality[COLLABORATE]
        if u_idea[j] < idea:
            for k in range(N_NEEDS):
                needs_voted[f, k] += np.int64((shares[j] >> np.uint64(8 * k)) & BYTE)


@lean()
def show_identity(n_users: Any, who: Any, m: Any, shelf: Any, used: Any, shares: Any,
                  needs_of: Any) -> None:  # fmt: skip
    """needs_of (P, M, K): what users need, by the identity they are in."""
    for x in range(n_users):
        j = np.uintp(who[x])
        f = np.uintp(used[j])
        if shelf[f].models > 1:
            for k in range(N_NEEDS):
                needs_of[f, m[j], k] += np.int64((shares[j] >> np.uint64(8 * k)) & BYTE)


@lean()
def unpack(n: Any, packed: Any, counts: Any, needs: Any) -> None:
    """Adds the packed counts of a tile to the tallies, and empties them."""
    for f in range(n):
        for row in range(2):
            word = packed[row, f]
            for place in range(3):
                t = UNPACKED[row][place]
                counts[t, f] += np.int64((word >> np.uint64(10 * place)) & _COUNT)
        for k in range(N_NEEDS):
            shift = np.uint64(16 * (k >> 1))
            needs[1, f, k] += np.int64((packed[2 + (k & 1), f] >> shift) & _SUM)
            needs[0, f, k] += np.int64((packed[4 + (k & 1), f] >> shift) & _SUM)
        for row in range(packed.shape[0]):
            packed[row, f] = EMPTY


@lean()
def engage(start: Any, size: Any, n: Any, used: Any, gain: Any, keep: Any, engagement: Any) -> None:
    """Engagement rises with use and fades without it."""
    for f in range(n):
        firm = np.int32(f)
        for j in range(size):
            i = np.uintp(start + j)
            e = engagement[f, i]
            engagement[f, i] = e + gain * (ONE - e) if used[j] == firm else e * keep
