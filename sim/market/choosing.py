"""What would serve me, what would someone like me do, and the choice (ODD 7.5, *Use*).

Firm by firm over a tile of people: the inner loops run over people and vectorise.  Arrays
named V, worth, fit are (P, TILE).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.lean import lean
from sim.market.maths import ONE, exp32, sigmoid32
from sim.market.tallies import (
    BIT,
    CUSTOMIZE,
    EMPTY,
    HALF,
    N_NEEDS,
    USING,
    VOID,
    ZERO,
    has,
)

_TINY = np.float32(1e-37)


@lean(forceinline=True)
def omega_of(uncertainty: Any, trust: Any, rules: Any) -> Any:
    """Weight of norms: unsure people lean on others, trusting people less."""
    if rules.has_norm == 0:
        return ZERO
    return sigmoid32(
        rules.omega + rules.uncertain * (uncertainty - HALF) - rules.trusting * (trust - HALF)
    )


@lean(forceinline=True)
def owned_quality(f: Any, k: Any, bought: Any, week: Any, shelf: Any) -> Any:
    """Quality of the good one owns: as bought, plus the share of releases that reaches it."""
    now = shelf.history[week, f, k]
    if shelf.subscription[f] != 0:
        return now
    then = shelf.history[bought, f, k]
    return then + shelf.updates[f] * (now - then)


@lean()
def fits(start: Any, size: Any, people: Any, shelf: Any, rules: Any, desk: Any) -> None:
    """Weighted fit of every firm to taste, customizing included, plus its network effect."""
    for f in range(rules.n_firms):
        if not has(shelf.alive[0], f):
            continue
        z = shelf.quality[CUSTOMIZE, f]
        for j in range(size):
            far = abs(people.taste[np.uintp(start + j)] - shelf.position[f])
            near = ONE - (ONE - z) * far - rules.overload * z * z
            desk.fit[f, j] = rules.fit * near + shelf.network[f]


@lean()
def worths(size: Any, shelf: Any, rules: Any, desk: Any) -> None:
    """worth[f] = sum over needs of want[k] * quality[k, f]: the full offer of every firm."""
    for f in range(rules.n_firms):
        if not has(shelf.alive[0], f):
            continue
        for k in range(N_NEEDS):
            q = shelf.quality[k, f]
            if k == 0:
                for j in range(size):
                    desk.worth[f, j] = desk.want[k, j] * q
            else:
                for j in range(size):
                    desk.worth[f, j] += desk.want[k, j] * q


@lean()
def serves(start: Any, size: Any, week: Any, people: Any, shelf: Any, rules: Any, desk: Any) -> None:
    """What would serve me? V[f] = U_f of using firm f; owners use what they own, without ads."""
    for f in range(rules.n_firms):
        if not has(shelf.alive[0], f):
            continue
        for j in range(size):
            i = np.uintp(start + j)
            desk.value[f, j] = (
                rules.quality * (shelf.open[f] * desk.worth[f, j])
                + desk.fit[f, j]
                + rules.trust_weight * people.trust[f, i]
                + rules.engagement_weight * people.engagement[f, i]
                - shelf.ads[f]
            )
    for j in range(size):
        f = desk.owner[j]
        if f >= 0:
            i = np.uintp(start + j)
            bought, owned = np.int64(people.bought[i]), ZERO
            for k in range(N_NEEDS):
                owned += desk.want[k, j] * owned_quality(f, k, bought, week, shelf)
            desk.value[f, j] = (
                rules.quality * owned
                + desk.fit[f, j]
                + rules.trust_weight * people.trust[f, i]
                + rules.engagement_weight * people.engagement[f, i]
            )


@lean()
def weigh(size: Any, shelf: Any, rules: Any, desk: Any) -> None:
    """Mixes what serves me with what someone like me does; what is not in the set is void."""
    value, top, cell = desk.value, desk.highest, desk.cell
    options, omega = desk.options, desk.omega
    norm = shelf.norm[USING]
    padded = np.uintp(norm.shape[1] - 1)
    for j in range(size):
        mixed = (ONE - omega[j]) * rules.use_outside + omega[j] * norm[cell[j], padded]
        desk.outside[j] = mixed * rules.heat
        top[j] = desk.outside[j]
    for f in range(rules.n_firms):
        place = np.uint64(f)
        if not has(shelf.alive[0], f):
            for j in range(size):
                value[f, j] = VOID
            continue
        for j in range(size):
            mixed = ((ONE - omega[j]) * value[f, j] + omega[j] * norm[cell[j], f]) * rules.heat
            value[f, j] = mixed if (options[j] >> place) & BIT != EMPTY else VOID
            top[j] = max(top[j], value[f, j])


@lean()
def choose(size: Any, rules: Any, desk: Any) -> None:
    """choice[j]: first option, slots in order and the outside last, whose running sum exceeds u."""
    value, top, total, u = desk.value, desk.highest, desk.total, desk.draws[1, 1]
    run, passed = desk.run, desk.choice
    for f in range(rules.n_firms):
        for j in range(size):
            weight = exp32(value[f, j] - top[j])
            value[f, j] = weight if weight > _TINY else ZERO  # exp32 never reaches zero
    for j in range(size):
        # the outside first: what cannot be chosen adds exactly nothing to the sum
        total[j] = exp32(desk.outside[j] - top[j])
        run[j] = ZERO
        passed[j] = 0
    for f in range(rules.n_firms):
        for j in range(size):
            total[j] += value[f, j]
    for j in range(size):
        total[j] *= u[j]
    for f in range(rules.n_firms):
        for j in range(size):
            run[j] += value[f, j]
            passed[j] += np.int32(run[j] <= total[j])


@lean()
def surplus(j: Any, i: Any, week: Any, m: Any, people: Any, shelf: Any, rules: Any, desk: Any) -> Any:
    """Logit inclusive value on needs above the outside, in money (float64); all parts clear."""
    total = 1.0
    owner, bought = desk.owner[j], np.int64(people.bought[i])
    for f in range(rules.n_firms):
        if not has(desk.options[j], f):
            continue
        worth = ZERO
        for k in range(N_NEEDS):
            need = np.float32(people.need[i, m, k]) * np.float32(1.0 / 255.0)
            if f == owner:
                worth += need * owned_quality(f, k, bought, week, shelf)
            else:
                worth += need * shelf.quality[k, f]
        if f == owner:
            value = rules.quality * worth + desk.fit[f, j]
        else:
            value = rules.quality * (shelf.open[f] * worth) + desk.fit[f, j] - shelf.ads[f]
        total += float(exp32(value - rules.use_outside))
    return np.log(total) * float(rules.per_price)
