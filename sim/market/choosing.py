"""What would serve me, what would someone like me do, and the choice (ODD 7.5, *Use*).

Firm by firm over a tile of people: the inner loops run over people and vectorise.  Arrays
named value, worth, fit are (P, TILE); shelf (P,) are records of what people meet.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.arrays import GRID, NOBODY
from sim.market.lean import lean
from sim.market.maths import ONE, exp_all, exp_joined, exp_split, sigmoid32
from sim.market.tallies import (
    BYTE,
    CUSTOMIZE,
    FLAGS,
    HALF,
    HALF_WORD,
    N_NEEDS,
    NONE_32,
    SHARE,
    VOID,
    ZERO,
    has,
)

_TINY = np.float32(1e-37)
_0, _1 = np.int32(0), np.int32(1)
_GRID, _LAST = np.float32(GRID), np.float32(GRID - 1)


@lean(forceinline=True)
def omega_of(uncertainty: Any, trust: Any, rules: Any) -> Any:
    """Weight of norms: unsure people lean on others, trusting people less."""
    lean_on = sigmoid32(
        rules.omega + rules.uncertain * (uncertainty - HALF) - rules.trusting * (trust - HALF)
    )
    return lean_on if rules.has_norm == 1 else ZERO


@lean(forceinline=True)
def faith_in(firm: Any, i: Any, trust: Any, rules: Any) -> Any:
    """Trust in the firm that person i used last; without one, what everybody begins with."""
    f = np.uintp(firm)
    faith = trust[f if f != NOBODY else np.uintp(0), i]
    return rules.trust_initial if f == NOBODY else faith


@lean(forceinline=True)
def mixed(own: Any, usual: Any, omega: Any, heat: Any) -> Any:
    """What serves me and what someone like me does, by the weight of norms, times the heat."""
    return ((ONE - omega) * own + omega * usual) * heat


@lean(forceinline=True)
def owned_quality(f: Any, k: Any, bought: Any, week: Any, shelf: Any, history: Any) -> Any:
    """Quality of the good one owns: as bought, plus the share of releases that reaches it."""
    now, then = history[week, f, k], history[bought, f, k]
    updated = then + shelf[f].updates * (now - then)
    return now if shelf[f].subscription != 0 else updated


@lean()
def fits(start: Any, size: Any, alive: Any, n: Any, taste: Any, shelf: Any, near_by: Any,
         weight: Any, overload: Any, fit: Any) -> None:  # fmt: skip
    """Weighted fit of every firm to taste, plus its network effect.

    Customizing is included, unless it is sold apart; near_by (P, GRID): of firms with titles.
    """
    for f in range(n):
        if not has(alive, f):
            continue
        z, position, network = shelf[f].quality[CUSTOMIZE], shelf[f].position, shelf[f].network
        if shelf[f].apart != 0:
            z = ZERO
        loss = overload * z * z
        if shelf[f].titles != 0:
            for j in range(size):
                g = np.uintp(min(taste[np.uintp(start + j)] * _GRID, _LAST))
                fit[f, j] = weight * (ONE - (ONE - z) * (ONE - near_by[f, g]) - loss) + network
            continue
        for j in range(size):
            near = ONE - (ONE - z) * abs(taste[np.uintp(start + j)] - position) - loss
            fit[f, j] = weight * near + network


@lean(forceinline=True)
def to_taste(f: Any, taste: Any, shelf: Any, rules: Any) -> Any:
    """What a good made to one's own taste adds to fit, where that is sold apart."""
    z = shelf[f].quality[CUSTOMIZE]
    return rules.fit * (z * abs(taste - shelf[f].position) - rules.overload * z * z)


@lean()
def worths(size: Any, alive: Any, n: Any, shelf: Any, tailored: Any, m: Any, want: Any,
           worth: Any) -> None:  # fmt: skip
    """worth[f] = sum over needs of want[k] * quality[k, f]: the full offer of every firm.

    tailored (P, M, K): what of the quality the identity m one is in meets.
    """
    for f in range(n):
        if not has(alive, f):
            continue
        q0, q1, q2 = shelf[f].quality[0], shelf[f].quality[1], shelf[f].quality[2]
        q3, q4, q5 = shelf[f].quality[3], shelf[f].quality[4], shelf[f].quality[5]
        for j in range(size):  # all needs at once: one loop, not six
            three = want[0, j] * q0 + want[1, j] * q1 + want[2, j] * q2
            worth[f, j] = three + want[3, j] * q3 + want[4, j] * q4 + want[5, j] * q5
        if shelf[f].models > 1:
            for j in range(size):
                total = ZERO
                for k in range(N_NEEDS):
                    q = shelf[f].quality[k] * tailored[f, np.uintp(m[j]), k]
                    total += want[k, j] * q
                worth[f, j] = total


@lean()
def serves(start: Any, size: Any, alive: Any, n: Any, shelf: Any, alpha: Any, trust: Any,
           engagement: Any, fit: Any, worth: Any, rules: Any, value: Any) -> None:  # fmt: skip
    """What would serve me? value[f] = U_f of using firm f without owning its good."""
    quality, by_trust, by_engagement = rules.quality, rules.trust_weight, rules.engagement_weight
    for f in range(n):
        if not has(alive, f):
            continue
        part, ads = shelf[f].open, shelf[f].ads + alpha * shelf[f].fee
        for j in range(size):
            i = np.uintp(start + j)
            served = quality * (part * worth[f, j]) + fit[f, j] + by_trust * trust[f, i]
            value[f, j] = served + by_engagement * engagement[f, i] - ads


@lean()
def serves_owners(start: Any, size: Any, week: Any, owner: Any, bought: Any, custom: Any,
                  taste: Any, shelf: Any, history: Any, tailored: Any, m: Any, alpha: Any,
                  want: Any, trust: Any, engagement: Any, fit: Any, rules: Any, who: Any,
                  value: Any) -> None:  # fmt: skip
    """The same for owners with the firm whose good they own: all of it, with the ads for owners.

    who (TILE,): scratch.
    """
    n_owners, now = 0, np.uintp(week)
    for j in range(size):  # listing owners without a branch: who owns cannot be predicted
        who[n_owners] = np.uint32(j)
        n_owners += owner[j] >= _0
    for x in range(n_owners):
        j = np.uintp(who[x])
        i, f = np.uintp(start) + j, np.uintp(owner[j])
        when, owned = np.uintp(bought[i]), ZERO
        if shelf[f].models > 1:
            for k in range(N_NEEDS):
                met = owned_quality(f, k, when, now, shelf, history)
                owned += want[k, j] * (met * tailored[f, np.uintp(m[j]), k])
        else:
            for k in range(N_NEEDS):
                owned += want[k, j] * owned_quality(f, k, when, now, shelf, history)
        served = rules.quality * owned + fit[f, j] + rules.trust_weight * trust[f, i]
        if custom[i] != 0:
            served += to_taste(f, taste[i], shelf, rules)
        paid = shelf[f].owner_ads + alpha * shelf[f].fee
        value[f, j] = served + rules.engagement_weight * engagement[f, i] - paid


@lean()
def weigh(size: Any, alive: Any, n: Any, options: Any, omega: Any, cell: Any, norm: Any,
          rules: Any, value: Any, outside: Any, top: Any, norms: Any,
          open_to: Any) -> None:  # fmt: skip
    """Mixes what serves me with what someone like me does; what is not in the set is void.

    norm (X, P + 1): lambda * log reference of uses; cell (TILE,): its row; norms (TILE,),
    open_to (2, TILE): scratch.
    """
    heat, alone, last = rules.heat, rules.use_outside, np.uintp(norm.shape[1] - 1)
    for j in range(size):
        outside[j] = norm[cell[j], last]
        open_to[0, j], open_to[1, j] = np.uint32(options[j]), np.uint32(options[j] >> HALF_WORD)
    for j in range(size):
        outside[j] = mixed(alone, outside[j], omega[j], heat)
        top[j] = outside[j]
    for f in range(n):
        if not has(alive, f):
            for j in range(size):
                value[f, j] = VOID
            continue
        half, flag = f >> 5, FLAGS[f & 31]
        for j in range(size):  # the look-up alone, so that the arithmetic vectorises
            norms[j] = norm[cell[j], np.uintp(f)]
        for j in range(size):
            wish = mixed(value[f, j], norms[j], omega[j], heat)
            value[f, j] = wish if (open_to[half, j] & flag) != NONE_32 else VOID
        for j in range(size):
            top[j] = max(top[j], value[f, j])


@lean()
def choose(size: Any, n: Any, u: Any, value: Any, outside: Any, top: Any, total: Any, run: Any,
           rest: Any, scale: Any, choice: Any) -> None:  # fmt: skip
    """choice[j]: first option, slots in order and the outside last, whose running sum exceeds u."""
    for j in range(size):
        total[j] = outside[j] - top[j]
    exp_all(size, total, rest, scale)
    for f in range(n):
        for j in range(size):
            rest[j], scale[j] = exp_split(value[f, j] - top[j])
        for j in range(size):
            weight = exp_joined(rest[j], scale[j])
            value[f, j] = weight if weight > _TINY else ZERO  # an exponential never reaches zero
            total[j] += value[f, j]
    for j in range(size):
        run[j] = ZERO
        choice[j] = _0
    for f in range(n):
        for j in range(size):
            run[j] += value[f, j]
            choice[j] += _1 if run[j] <= u[j] * total[j] else _0


@lean(forceinline=True)
def offered(f: Any, m: Any, shelf: Any, tailored: Any, needed: Any) -> Any:
    """What firm f's offer is worth to identity m; needed (K,): shares."""
    worth = ZERO
    for k in range(N_NEEDS):
        worth += needed[k] * shelf[f].quality[k]
    if shelf[f].models > 1:
        worth = ZERO
        for k in range(N_NEEDS):
            worth += needed[k] * (shelf[f].quality[k] * tailored[f, m, k])
    return worth


@lean(forceinline=True)
def owned(f: Any, m: Any, week: Any, bought: Any, shelf: Any, history: Any, tailored: Any,
          needed: Any) -> Any:  # fmt: skip
    """What the good of firm f that one owns is worth to identity m; needed (K,): shares."""
    worth = ZERO
    for k in range(N_NEEDS):
        met = owned_quality(f, k, bought, week, shelf, history)
        if shelf[f].models > 1:
            met *= tailored[f, m, k]
        worth += needed[k] * met
    return worth


@lean(forceinline=True)
def surplus(j: Any, m: Any, week: Any, options: Any, owner: Any, bought: Any, made: Any, n: Any,
            shelf: Any, history: Any, tailored: Any, alpha: Any, fit: Any, needed: Any, rules: Any,
            gained: Any, rest: Any, scale: Any) -> Any:  # fmt: skip
    """Logit inclusive value on needs above the outside, in money (float64).

    needed (K,): shares; made: what a good made to one's taste adds; gained, rest, scale: scratch.
    """
    for f in range(n):
        worth = offered(f, m, shelf, tailored, needed)
        value = rules.quality * (shelf[f].open * worth) + fit[f, j] - shelf[f].ads
        gained[f] = value - alpha * shelf[f].fee - rules.use_outside
    if owner >= 0:
        worth = owned(owner, m, week, bought, shelf, history, tailored, needed)
        value = rules.quality * worth + fit[owner, j] + made - shelf[owner].owner_ads
        gained[owner] = value - alpha * shelf[owner].fee - rules.use_outside
    exp_all(n, gained, rest, scale)
    total = 1.0
    for f in range(n):
        total += float(gained[f]) if has(options, f) else 0.0
    return np.log(total) * float(rules.per_price)


@lean(forceinline=True)
def need_of(shares: Any, k: Any) -> Any:
    """The share of need k in a word of shares."""
    return np.float32(np.int32((shares >> np.uint64(8 * k)) & BYTE)) * SHARE
