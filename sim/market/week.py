"""One person's week, compiled: the three questions, then experience and talk.

    what kind of situation is this?      situation
    who am I?                            who_am_i
    what would someone like me do?       norm, weighted by omega
    what would serve me?                 serves
    choose                               choose
    was the promise kept?                experience

One pass over the people does a whole week (ODD section 7.5).  People read only what last
week left (messages) and what firms offer this week (Shelf), and write only their own state
and whole-number tallies of their part, so that any split over threads gives the same bits.

The pass works on tiles of ``TILE`` people because the draws of a tile vectorise: a third of
the time of drawing one by one.  ``live`` is long because splitting it in separately
compiled functions costs a call and reloads per person.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from sim.market import rng
from sim.market.arrays import BROKEN, NOBODY
from sim.market.maths import ONE, exp32, sigmoid32
from sim.market.rng import philox, uniform
from sim.scenario.schema import NEEDS, ROLES

TILE = 256
N_NEEDS = len(NEEDS)
ACCESS, CUSTOMIZE, CONNECT, COLLABORATE = (
    NEEDS.index(name) for name in ("access", "customize", "connect", "collaborate")
)
MEDIA = ROLES.index("media")

# rows of Tally.firm
(
    T_ENGAGED, T_PAYERS, T_FANS, T_TOUCHED, T_AUDIENCE, T_STRANGER, T_AWARE, T_USING, T_CUSTOMER,
    T_FAN, T_LAPSED, T_USES, T_FREE, T_FAILED, T_KEPT, T_TOLD, T_IDEAS, T_SALES, T_NEW_AWARE,
    T_TRUST, T_TOLD_BROKEN,
) = range(21)  # fmt: skip
N_FIRM_TALLIES = 21
# entries of Tally.market
(
    X_ONLINE, X_STRANGER, X_AWARE, X_USER, X_CUSTOMER, X_FAN, X_LAPSED, X_OCCASIONS,
    X_RECONSIDERED, X_MISREAD, X_PURCHASES, X_RESEARCHED, X_BOUGHT_ONLINE, X_INFLUENCED,
    X_SWITCHED, X_FOUND_CLOSED, X_ASKED, X_SURPLUS,
) = range(18)  # fmt: skip
N_MARKET_TALLIES = 18

ZERO, HALF, TWO = np.float32(0.0), np.float32(0.5), np.float32(2.0)
_SHARE = np.float32(1.0 / 255.0)
_SIX = np.float32(6.0)
_FIXED = 65536.0  # fixed point of sums of real numbers
_NONE = np.float32(-1e30)  # utility of what cannot be chosen
_BIT, _EMPTY = np.uint64(1), np.uint64(0)
# rank of a stage when a person has several, one a firm: the highest is the person's stage
STRANGER, AWARE, LAPSED, USER, CUSTOMER, FAN = 0, 1, 2, 3, 4, 5
# the market tallies in the order of those ranks
_STAGE_TALLY = (X_STRANGER, X_AWARE, X_LAPSED, X_USER, X_CUSTOMER, X_FAN)


@njit(cache=True, forceinline=True)
def has(mask: Any, f: Any) -> Any:
    """Whether firm f's bit is set."""
    return (mask >> np.uint64(f)) & _BIT != _EMPTY


@njit(cache=True, forceinline=True)
def bit(f: Any) -> Any:
    """Firm f's bit."""
    return _BIT << np.uint64(f)


@njit(cache=True, forceinline=True)
def situation(u: Any, shelf: Any, region: Any, rules: Any) -> Any:
    """What kind of situation is this? Drawn from the region's mix."""
    c = 0
    while c < rules.n_situations - 1 and u >= shelf.situations[region, c]:
        c += 1
    return c


@njit(cache=True, forceinline=True)
def perceived(u: Any, c: Any, rules: Any) -> Any:
    """The situation one takes it for: another one with chance ``misread``."""
    others = rules.n_situations - 1
    if others < 1 or u >= rules.misread:
        return c
    step = min(others - 1, int(u / rules.misread * np.float32(others)))
    return (c + 1 + step) % rules.n_situations


@njit(cache=True, forceinline=True)
def who_am_i(u: Any, i: Any, c: Any, people: Any, rules: Any) -> Any:
    """Who am I? softmax of salience plus the cue of the situation (identity m answers c = m)."""
    total = ZERO
    for m in range(rules.n_identities):
        total += people.salience[i, m] * (rules.called if m == c else ONE)
    target, run, m = u * total, ZERO, 0
    while m < rules.n_identities - 1:
        run += people.salience[i, m] * (rules.called if m == c else ONE)
        if run > target:
            break
        m += 1
    return m


@njit(cache=True, forceinline=True)
def choose(u: Any, weight: Any, outside: Any, n: Any) -> Any:
    """First option, slots in order and the outside (n) last, whose running sum exceeds u."""
    total = outside
    for f in range(n):
        total += weight[f]
    target, run = u * total, ZERO
    for f in range(n):
        run += weight[f]
        if run > target:
            return f
    return n


@njit(cache=True, forceinline=True)
def to_weights(value: Any, outside: Any, n: Any) -> Any:
    """Turns values into softmax weights in place; returns the weight of the outside."""
    top = outside
    for f in range(n):
        top = max(top, value[f])
    for f in range(n):
        value[f] = exp32(value[f] - top)
    for f in range(n):  # exp32 is clamped, so what cannot be chosen needs a true zero
        if value[f] < np.float32(1e-37):
            value[f] = ZERO
    return exp32(outside - top)


@njit(cache=True, forceinline=True)
def omega_of(uncertainty: Any, trust: Any, rules: Any) -> Any:
    """Weight of norms: unsure people lean on others, trusting people less."""
    if rules.has_norm == 0:
        return ZERO
    return sigmoid32(
        rules.omega + rules.uncertain * (uncertainty - HALF) - rules.trusting * (trust - HALF)
    )


@njit(cache=True)
def draw_tile(draws: Any, start: Any, week: Any, k0: Any, k1: Any) -> None:
    """Fills draws (4 purposes, 4 words, TILE) for people start .. start + TILE - 1."""
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


@njit(cache=True)
def hear(i: Any, week: Any, u: Any, people: Any, shelf: Any, rules: Any, tally: Any, part: Any,
         hazard: Any) -> None:  # fmt: skip
    """Ads, press and neighbours' stories: trust moves, and one firm more may become known."""
    alive = shelf.alive[0]
    aware = people.aware[i]
    unknown = alive & ~aware
    region = people.region[i]
    n = rules.n_firms
    if unknown != _EMPTY:
        for f in range(n):
            hazard[f] = shelf.hazard[region, f] if has(unknown, f) else ZERO
    if rules.mixing == 0:
        n_links = people.links.shape[1]
        each = rules.imitation / np.float32(n_links)
        for d in range(n_links):
            message = people.told[(week - 1) & 1, people.links[i, d]]
            if message == NOBODY:
                continue
            f = np.int64(message & 63)
            if not has(alive, f):
                continue
            if not has(aware, f):
                hazard[f] += each
            elif message < BROKEN:
                people.trust[i, f] += rules.hearsay_gain * (ONE - people.trust[i, f])
            else:
                people.trust[i, f] -= rules.hearsay_loss * people.trust[i, f]
    else:
        for f in range(n):
            if has(aware & alive, f):
                trust = people.trust[i, f]
                people.trust[i, f] = (
                    trust
                    + rules.hearsay_gain * (ONE - trust) * shelf.heard_kept[f]
                    - rules.hearsay_loss * trust * shelf.heard_broken[f]
                )
    if unknown == _EMPTY:
        return
    total = ZERO
    for f in range(n):
        total += hazard[f]
    chance = ONE - exp32(-total)
    if u >= chance:
        return
    target, run, found = u / chance * total, ZERO, -1
    for f in range(n):
        if hazard[f] > ZERO:
            run += hazard[f]
            found = f
            if run > target:
                break
    if found >= 0:
        people.aware[i] = aware | bit(found)
        tally.firm[part, T_NEW_AWARE, found] += 1


@njit(cache=True)
def find_closed(i: Any, closed: Any, people: Any, shelf: Any, rules: Any) -> None:
    """One's firm is gone: trust falls in firms that are as open as it was."""
    for g in range(rules.n_firms):
        if has(shelf.alive[0], g):
            likeness = ONE - abs(shelf.open[closed] - shelf.open[g])
            people.trust[i, g] *= ONE - rules.contagion * likeness
    people.last[i] = np.uint8(NOBODY)
    if people.supplier[i] == closed:
        people.supplier[i] = np.uint8(NOBODY)


@njit(cache=True, forceinline=True)
def owned_quality(f: Any, k: Any, bought: Any, week: Any, shelf: Any) -> Any:
    """Quality of the good one owns: as bought, plus the share of releases that reaches it."""
    now = shelf.history[week, f, k]
    if shelf.subscription[f] != 0:
        return now
    then = shelf.history[bought, f, k]
    return then + shelf.updates[f] * (now - then)


@njit(cache=True, forceinline=True)
def fits(i: Any, people: Any, shelf: Any, rules: Any, fit: Any) -> None:
    """Weighted fit of every firm to i's taste, customizing included, plus network effect."""
    taste = people.taste[i]
    for f in range(rules.n_firms):
        z = shelf.quality[CUSTOMIZE, f]
        near = ONE - (ONE - z) * abs(taste - shelf.position[f]) - rules.overload * z * z
        fit[f] = rules.fit * near + shelf.network[f]


@njit(cache=True, forceinline=True)
def worth(share: Any, shelf: Any, out: Any, n: Any) -> None:
    """Sum over needs of share[k] * quality[k, f], for every firm."""
    for f in range(n):
        out[f] = share[0] * shelf.quality[0, f]
    for k in range(1, N_NEEDS):
        w = share[k]
        for f in range(n):
            out[f] += w * shelf.quality[k, f]


@njit(cache=True, forceinline=True)
def owned_worth(share: Any, f: Any, bought: Any, week: Any, shelf: Any) -> Any:
    """The same sum for the good one owns."""
    total = ZERO
    for k in range(N_NEEDS):
        total += share[k] * owned_quality(f, k, bought, week, shelf)
    return total


@njit(cache=True, forceinline=True)
def serves_in_use(i: Any, owner: Any, owned: Any, people: Any, shelf: Any, rules: Any, fit: Any,
                  value: Any) -> None:  # fmt: skip
    """What would serve me? value[f], on entry the worth of the full offer, becomes U_f."""
    for f in range(rules.n_firms):
        value[f] = (
            rules.quality * (shelf.open[f] * value[f])
            + fit[f]
            + rules.trust_weight * people.trust[i, f]
            + rules.engagement_weight * people.engagement[i, f]
            - shelf.ads[f]
        )
    if owner >= 0:
        value[owner] = (
            rules.quality * owned
            + fit[owner]
            + rules.trust_weight * people.trust[i, owner]
            + rules.engagement_weight * people.engagement[i, owner]
        )


@njit(cache=True, forceinline=True)
def weigh(value: Any, outside: Any, omega: Any, chosen_from: Any, shelf: Any, b: Any, m: Any,
          c: Any, rules: Any) -> Any:  # fmt: skip
    """Mixes what serves me with what someone like me does; what is not in the set is void."""
    mine = ONE - omega
    n = rules.n_firms
    for f in range(n):
        mixed = (mine * value[f] + omega * shelf.norm[b, m, c, f]) * rules.heat
        value[f] = mixed if has(chosen_from, f) else _NONE
    padded = shelf.norm.shape[3] - 1
    return (mine * outside + omega * shelf.norm[b, m, c, padded]) * rules.heat


@njit(cache=True)
def surplus(i: Any, owner: Any, bought: Any, week: Any, share: Any, options: Any, shelf: Any,
            rules: Any, fit: Any, value: Any) -> Any:  # fmt: skip
    """Logit inclusive value on needs above the outside, in money (float64)."""
    worth(share, shelf, value, rules.n_firms)
    for f in range(rules.n_firms):
        value[f] = rules.quality * (shelf.open[f] * value[f]) + fit[f] - shelf.ads[f]
    if owner >= 0:
        value[owner] = rules.quality * owned_worth(share, owner, bought, week, shelf) + fit[owner]
    total = 1.0
    for f in range(rules.n_firms):
        if has(options, f):
            total += float(exp32(value[f] - rules.use_outside))
    return np.log(total) * float(rules.per_price)


@njit(cache=True)
def experience(i: Any, f: Any, owner: Any, delivered: Any, u: Any, people: Any, shelf: Any,
               rules: Any) -> Any:  # fmt: skip
    """Was the promise kept? Moves satisfaction, uncertainty and trust; returns 1 or 0."""
    trust = people.trust[i, f]
    chance = HALF + (delivered - shelf.promise[f]) * rules.spread
    kept = ONE if u < min(max(chance, ZERO), ONE) else ZERO
    people.uncertainty[i] += rules.learning * (abs(kept - trust) - people.uncertainty[i])
    people.satisfaction[i] += rules.learning * (kept - people.satisfaction[i])
    if kept > ZERO:
        people.trust[i, f] = trust + rules.kept_gain * (ONE - trust)
    else:
        people.trust[i, f] = trust - rules.broken_loss * trust
    return kept


@njit(cache=True)
def talk(i: Any, week: Any, f: Any, m: Any, kept: Any, tell: Any, contribute: Any, people: Any,
         shelf: Any, rules: Any, tally: Any, part: Any) -> None:  # fmt: skip
    """An experience may be told to the neighbours, and an idea given to the firm."""
    need = _SIX * _SHARE * np.float32(people.need[i, m, CONNECT])
    drive = rules.talk * need * (HALF + shelf.quality[CONNECT, f]) * shelf.outreach[f]
    if tell < ONE - exp32(-drive):
        message = f if kept > ZERO else f + BROKEN
        people.told[week & 1, i] = np.uint8(message)
        tally.firm[part, T_TOLD, f] += 1
        if kept == ZERO:
            tally.firm[part, T_TOLD_BROKEN, f] += 1
        if people.role[i] == MEDIA:
            tally.media_told[part, people.region[i], f] += 1
    need = _SIX * _SHARE * np.float32(people.need[i, m, COLLABORATE])
    if contribute < rules.ideas * need * shelf.quality[COLLABORATE, f]:
        tally.firm[part, T_IDEAS, f] += 1


@njit(cache=True)
def count_use(i: Any, f: Any, m: Any, owner: Any, kept: Any, people: Any, tally: Any,
              part: Any) -> None:  # fmt: skip
    """The firm notices a use: how many, by whom, and what they need."""
    tally.firm[part, T_USES, f] += 1
    if kept > ZERO:
        tally.firm[part, T_KEPT, f] += 1
    tally.role_users[part, f, people.role[i]] += 1
    paying = f == owner
    if not paying:
        tally.firm[part, T_FREE, f] += 1
    for k in range(N_NEEDS):
        need = np.int64(people.need[i, m, k])
        tally.needs[part, 1, f, k] += need
        if paying:
            tally.needs[part, 0, f, k] += need


@njit(cache=True)
def buy(i: Any, week: Any, online: Any, b: Any, m: Any, c: Any, again: Any, u: Any, research: Any,
        share: Any, omega: Any, k0: Any, k1: Any, people: Any, shelf: Any, rules: Any, tally: Any,
        part: Any, fit: Any, value: Any) -> None:  # fmt: skip
    """A purchase occasion: from the same supplier out of habit, or thought over."""
    options = people.aware[i] & shelf.alive[0]
    if options == _EMPTY:
        return
    n = rules.n_firms
    supplier = np.int64(people.supplier[i])
    known = supplier != NOBODY and has(shelf.alive[0], supplier)
    researched = False
    p_think = ONE - rules.steady * people.satisfaction[i] * (ONE - people.uncertainty[i])
    if known and has(options, supplier) and again >= p_think:
        choice = supplier
    else:
        researched = online and research < rules.research
        if researched:
            worth(share, shelf, value, n)
        else:
            for f in range(n):
                value[f] = shelf.promise[f]
        alpha = shelf.alpha[people.region[i]]
        free = ONE if online else ZERO
        for f in range(n):
            dearer = ONE + (rules.switching if known and f != supplier else ZERO)
            value[f] = (
                rules.quality * ((ONE - free * shelf.open[f]) * value[f])
                + fit[f]
                + rules.trust_weight * people.trust[i, f]
                + rules.engagement_weight * people.engagement[i, f]
                - alpha * shelf.price[f] * dearer
            )
        outside = weigh(value, rules.buy_outside, omega, options, shelf, b, m, c, rules)
        outside = to_weights(value, outside, n)
        choice = choose(u, value, outside, n)
    if choice == n:
        return
    tally.firm[part, T_SALES, choice] += 1
    tally.market[part, X_PURCHASES] += 1
    if known and choice != supplier:
        tally.market[part, X_SWITCHED] += 1
    words = philox(np.uint32(i), week, np.uint32(rng.CHANNEL), np.uint32(0), k0, k1)
    in_net = online and uniform(words[0]) < rules.online * people.nativeness[i]
    tally.market[part, X_RESEARCHED] += researched
    tally.market[part, X_BOUGHT_ONLINE] += in_net
    tally.market[part, X_INFLUENCED] += researched or in_net
    people.supplier[i] = np.uint8(choice)
    people.bought[i] = np.uint16(week)
    people.until[i] = np.uint16(min(week + shelf.term[choice], 65535))
    people.ever[i] |= bit(choice)


@njit(cache=True)
def count_stages(i: Any, week: Any, people: Any, shelf: Any, rules: Any, tally: Any,
                 part: Any) -> None:  # fmt: skip
    """Adds i's stage towards every firm, and the highest of them, to the tallies."""
    alive, aware, ever = shelf.alive[0], people.aware[i], people.ever[i]
    supplier = np.int64(people.supplier[i])
    if week >= people.until[i]:
        supplier = NOBODY
    top = STRANGER
    for f in range(rules.n_firms):
        living = has(alive, f)
        paying = f == supplier and living
        engaged = people.engagement[i, f] >= rules.user
        known = has(aware, f)
        if not known:
            stage = STRANGER
            tally.firm[part, T_STRANGER, f] += 1
            continue
        tally.firm[part, T_TRUST, f] += np.int64(float(people.trust[i, f]) * _FIXED + 0.5)
        if people.engagement[i, f] >= rules.fan and people.trust[i, f] >= rules.fan_trust:
            stage = FAN
            tally.firm[part, T_FAN, f] += 1
        elif paying:
            stage = CUSTOMER
            tally.firm[part, T_CUSTOMER, f] += 1
        elif engaged:
            stage = USER
            tally.firm[part, T_USING, f] += 1
        elif has(ever, f):
            stage = LAPSED
            tally.firm[part, T_LAPSED, f] += 1
        else:
            stage = AWARE
            tally.firm[part, T_AWARE, f] += 1
        top = max(top, stage)
        tally.firm[part, T_TOUCHED, f] += has(ever, f)
        if living:
            tally.firm[part, T_PAYERS, f] += paying
            tally.firm[part, T_ENGAGED, f] += paying or engaged
            tally.firm[part, T_FANS, f] += stage == FAN
            tally.firm[part, T_AUDIENCE, f] += (
                engaged and not paying and shelf.ad_load[f] > ZERO
            )
    tally.market[part, _STAGE_TALLY[top]] += 1


@njit(cache=True)
def live(i: Any, j: Any, week: Any, draws: Any, k0: Any, k1: Any, people: Any, shelf: Any,
         rules: Any, tally: Any, part: Any, value: Any, fit: Any, want: Any,
         needed: Any) -> None:  # fmt: skip
    """The week of person i, entry j of the tile's draws (see the module's docstring)."""
    n = rules.n_firms
    alive = shelf.alive[0]
    online = people.reach_rank[i] < shelf.reach[0]
    people.told[week & 1, i] = np.uint8(NOBODY)
    hear(i, week, draws[2, 0, j], people, shelf, rules, tally, part, value)

    b = np.int64(people.block[i])
    c_true = situation(draws[0, 0, j], shelf, people.region[i], rules)
    c = perceived(draws[0, 1, j], c_true, rules)
    m = who_am_i(draws[0, 2, j], i, c, people, rules)
    m_true = m if c == c_true else who_am_i(draws[0, 2, j], i, c_true, people, rules)
    tally.market[part, X_ONLINE] += online
    tally.market[part, X_MISREAD] += c != c_true

    last = np.int64(people.last[i])
    lost = last != NOBODY and not has(alive, last)
    if lost and draws[2, 3, j] < rules.discovery:
        find_closed(i, last, people, shelf, rules)
        tally.market[part, X_FOUND_CLOSED] += 1
        last, lost = NOBODY, False

    supplier = np.int64(people.supplier[i])
    owner = -1
    if supplier != NOBODY and week < people.until[i] and has(alive, supplier):
        owner = supplier
    for k in range(N_NEEDS):
        want[k] = np.float32(people.need[i, m, k]) * _SHARE + shelf.fashion[b, k]
        needed[k] = np.float32(people.need[i, m_true, k]) * _SHARE
    trust_last = rules.trust_initial if last == NOBODY else people.trust[i, last]
    omega = omega_of(people.uncertainty[i], trust_last, rules)
    has_fit = False

    options = _EMPTY
    if draws[1, 0, j] < rules.rate and not lost:
        if online:
            options = people.aware[i] & alive
        elif owner >= 0:
            options = bit(owner)
    used = -1
    if options != _EMPTY:
        tally.market[part, X_OCCASIONS] += 1
        p_think = ONE - rules.steady * people.satisfaction[i] * (ONE - people.uncertainty[i])
        if last != NOBODY and has(options, last) and draws[0, 3, j] >= p_think:
            choice = last
        else:
            tally.market[part, X_RECONSIDERED] += 1
            fits(i, people, shelf, rules, fit)
            has_fit = True
            worth(want, shelf, value, n)
            owned = ZERO
            if owner >= 0:
                owned = owned_worth(want, owner, np.int64(people.bought[i]), week, shelf)
            serves_in_use(i, owner, owned, people, shelf, rules, fit, value)
            outside = weigh(value, rules.use_outside, omega, options, shelf, b, m, c, rules)
            outside = to_weights(value, outside, n)
            choice = choose(draws[1, 1, j], value, outside, n)
        padded = tally.reference.shape[4] - 1
        tally.reference[part, b, m, c, choice if choice < n else padded] += 1
        if (i + week) % 8 == 0:
            if not has_fit:
                fits(i, people, shelf, rules, fit)
                has_fit = True
            gained = surplus(
                i, owner, np.int64(people.bought[i]), week, needed, options, shelf, rules, fit, value
            )
            tally.market[part, X_ASKED] += 1
            tally.market[part, X_SURPLUS] += np.int64(np.floor(gained * _FIXED + 0.5))
        if choice < n:
            people.last[i] = np.uint8(choice)
            last = choice
            delay = shelf.access[choice] * (TWO - people.nativeness[i])
            if online and draws[1, 2, j] >= exp32(-delay):
                people.satisfaction[i] -= rules.learning * people.satisfaction[i]
                tally.firm[part, T_FAILED, choice] += 1
            else:
                used = choice
    if used >= 0:
        bought = np.int64(people.bought[i])
        if used == owner:
            delivered = owned_worth(needed, used, bought, week, shelf)
        else:
            delivered = ZERO
            for k in range(N_NEEDS):
                delivered += needed[k] * shelf.quality[k, used]
        delivered *= shelf.service[used]
        kept = experience(i, used, owner, delivered, draws[1, 3, j], people, shelf, rules)
        people.ever[i] |= bit(used)
        count_use(i, used, m_true, owner, kept, people, tally, part)
        talk(i, week, used, m_true, kept, draws[2, 1, j], draws[2, 2, j], people, shelf, rules,
             tally, part)  # fmt: skip
    for f in range(n):
        people.engagement[i, f] *= rules.keep if f != used else ONE
    if used >= 0:
        people.engagement[i, used] += rules.engagement_gain * (ONE - people.engagement[i, used])

    supplier = np.int64(people.supplier[i])
    serving = supplier != NOBODY and week < people.until[i] and has(alive, supplier)
    if not serving:
        renews = (
            supplier != NOBODY
            and has(alive, supplier)
            and shelf.subscription[supplier] != 0
            and people.until[i] == week
        )
        if renews or draws[3, 0, j] < rules.buy_chance:
            if not has_fit:
                fits(i, people, shelf, rules, fit)
            trust_last = rules.trust_initial if last == NOBODY else people.trust[i, last]
            buy(i, week, online, b, m, c, draws[3, 1, j], draws[3, 2, j], draws[3, 3, j], want,
                omega_of(people.uncertainty[i], trust_last, rules), k0, k1, people, shelf, rules,
                tally, part, fit, value)  # fmt: skip
    count_stages(i, week, people, shelf, rules, tally, part)


@njit(cache=True)
def count_all(people: Any, shelf: Any, rules: Any, tally: Any) -> None:
    """Counts stages and people online in the initial state."""
    for i in range(people.aware.shape[0]):
        tally.market[0, X_ONLINE] += people.reach_rank[i] < shelf.reach[0]
        count_stages(i, 0, people, shelf, rules, tally, 0)


@njit(cache=True, nogil=True)
def people_pass(first: Any, end: Any, week: Any, k0: Any, k1: Any, people: Any, shelf: Any,
                rules: Any, tally: Any, part: Any) -> None:  # fmt: skip
    """One week of the people first .. end - 1, counted into the tallies of ``part``."""
    draws = np.empty((4, 4, TILE), np.float32)
    value = np.zeros(shelf.open.shape[0], np.float32)
    fit = np.zeros(shelf.open.shape[0], np.float32)
    want = np.zeros(N_NEEDS, np.float32)
    needed = np.zeros(N_NEEDS, np.float32)
    for start in range(first, end, TILE):
        draw_tile(draws, start, np.uint32(week), k0, k1)
        for j in range(min(TILE, end - start)):
            live(start + j, j, week, draws, k0, k1, people, shelf, rules, tally, part, value, fit,
                 want, needed)  # fmt: skip
