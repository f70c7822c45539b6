"""The state of a run as arrays, in the bundles that compiled functions pass around.

Sizes: N people, S firm slots (P = S padded to a multiple of 8, so that loops over firms fill
vector registers), K = 6 needs, M identities, C situations, B blocks, R regions, D links,
T weeks.  People are float32 and small integers; firms are float64 (there are few of them).
"""

from __future__ import annotations

from typing import Any, NamedTuple

Array = Any  # numpy arrays; numba needs the bundles to be plain

NOBODY = 255  # no firm
BROKEN = 64  # added to a message when the promise was broken


class People(NamedTuple):
    """One entry a person; see ODD section 2."""

    block: Array  # (N,) uint8
    region: Array  # (N,) uint8
    role: Array  # (N,) uint8
    nativeness: Array  # (N,) float32
    taste: Array  # (N,) float32
    reach_rank: Array  # (N,) float32
    need: Array  # (N, M, K) uint8, sums to 255
    salience: Array  # (N, M) float32, exp of log-odds
    links: Array  # (N, D) uint32
    trust: Array  # (P, N) float32
    engagement: Array  # (P, N) float32
    aware: Array  # (N,) uint64, a bit a firm
    ever: Array  # (N,) uint64
    last: Array  # (N,) uint8
    supplier: Array  # (N,) uint8
    until: Array  # (N,) uint16
    bought: Array  # (N,) uint16
    satisfaction: Array  # (N,) float32
    uncertainty: Array  # (N,) float32
    told: Array  # (2, N) uint8: messages of odd and even weeks


class Firms(NamedTuple):
    """One entry a slot: decisions, terms and state; float64 unless said."""

    price: Array
    openness: Array
    ad_load: Array
    inflation: Array
    subscription: Array  # int64: 1 subscription, 0 sale
    term: Array  # int64
    updates: Array
    burn: Array
    reinvest: Array
    budget: Array  # (S, L) weights
    focus: Array  # (S, K) weights
    by_belief: Array  # int64: 1 when the focus is what people are believed to need
    goal: Array
    release_every: Array  # int64
    improve: Array  # int64
    headroom: Array
    cost_unit: Array
    cost_serving: Array
    cost_fixed: Array
    cost_shock: Array
    uid: Array  # int64
    position: Array
    open: Array
    quality: Array  # (S, K) released
    pending: Array  # (S, K)
    belief: Array  # (S, K)
    culture: Array
    capacity: Array
    service: Array
    outreach: Array
    promise: Array
    gross: Array
    cash: Array  # int64 cents
    alive: Array  # int64
    entered: Array  # int64, -1 before
    exited: Array  # int64, -1 while alive
    releases: Array  # int64
    spend: Array  # (S, L) int64 cents of this week
    accounts: Array  # (A,) int64 cents: what the world outside the firms holds


class Place(NamedTuple):
    """The environment; float64."""

    economy: Array  # (R,)
    fashion: Array  # (B, K)
    reference: Array  # (2, B M C, P + 1): of uses and of purchases; column P is the outside
    told_for: Array  # (S, 2) int64: last week's messages, kept and broken
    media_told: Array  # (R, S) int64: messages of media people last week
    media_people: Array  # (R,) int64
    role_people: Array  # (ROLES,) int64
    role_users: Array  # (S, ROLES) int64: of last week
    needs: Array  # (2, S, K) int64: needs of last week's paying users and of all users
    uses: Array  # (2, S) int64: uses of last week by owners, and all
    ideas: Array  # (S,) int64 of last week
    engaged: Array  # (S,) int64 of last week
    mean_need: Array  # (K,) what people need on average


class Shelf(NamedTuple):
    """What people meet this week; float32 unless said, firms padded to P."""

    quality: Array  # (K, P)
    history: Array  # (T + 1, P, K)
    open: Array  # (P,)
    price: Array
    promise: Array
    ads: Array  # nuisance * ad_load
    ad_load: Array
    position: Array
    network: Array  # theta * share of engaged people
    service: Array
    outreach: Array
    updates: Array
    access: Array  # delay * (1 - access quality)
    subscription: Array  # (P,) uint8
    term: Array  # (P,) int64
    alive: Array  # (1,) uint64, a bit a firm
    hazard: Array  # (R, P)
    heard_kept: Array  # (P,) share of people who told of a kept promise
    heard_broken: Array  # (P,)
    situations: Array  # (R, C) cumulative
    alpha: Array  # (R,)
    fashion: Array  # (B, K) times its strength
    norm: Array  # (2, B M C, P + 1) lambda * log reference
    reach: Array  # (1,)


class Rules(NamedTuple):
    """What people go by, float32 (counts int64)."""

    rate: Any
    quality: Any
    fit: Any
    overload: Any
    use_outside: Any
    heat: Any  # 1 / temperature
    buy_chance: Any
    buy_outside: Any
    switching: Any
    research: Any
    online: Any
    per_price: Any  # 1 / weight of price: utility to money
    has_norm: Any  # int64
    omega: Any  # log-odds
    uncertain: Any
    trusting: Any
    trust_initial: Any
    kept_gain: Any
    broken_loss: Any
    spread: Any  # 1 / (2 noise)
    hearsay_gain: Any
    hearsay_loss: Any
    contagion: Any
    discovery: Any
    trust_weight: Any
    engagement_weight: Any
    engagement_gain: Any
    keep: Any  # 1 - fade
    user: Any
    fan: Any
    fan_trust: Any
    learning: Any
    imitation: Any  # weekly hazard, per neighbour who tells
    talk: Any
    ideas: Any
    steady: Any  # 1 - reconsider
    misread: Any
    called: Any  # exp(cue)
    n_identities: Any
    n_situations: Any
    n_firms: Any
    mixing: Any  # 1 complete, 0 network
    ads_count: Any  # users_are: 0 engaged, 1 roles, 2 audience


class FirmRules(NamedTuple):
    """What firms and the environment go by, float64 (counts int64)."""

    people: Any
    external: Any
    reference: Any
    elasticity: Any
    press: Any
    imitation: Any
    attention: Any
    gain: Any
    build_reference: Any
    depreciation: Any
    success: Any
    talent: Any
    partners: Any
    idea_value: Any
    screening: Any
    observe_noise: Any
    observe_update: Any
    observe_cost: Any
    culture_rate: Any
    culture_cost: Any
    capacity_rate: Any
    capacity_cost: Any
    network: Any
    ad_income: Any
    nuisance: Any
    delay: Any
    price: Any
    conformity: Any
    norm_update: Any
    fashion_strength: Any
    fashion_persistence: Any
    fashion_volatility: Any
    economy_persistence: Any
    economy_volatility: Any
    pressure: Any
    budget: Any
    n_situations: Any
    n_identities: Any
    mixing: Any


class Calendar(NamedTuple):
    """What is known beforehand of every week; float64."""

    reach: Array  # (T + 1,)
    shock: Array  # (T + 1, R)
    window: Array  # (T + 1, C) added log-odds


class Tally(NamedTuple):
    """What the people of one part did this week; int64, one leading entry a part."""

    firm: Array  # (parts, n, P), rows as in week.py
    reference: Array  # (parts, 2, B M C, P + 1)
    needs: Array  # (parts, 2, P, K)
    role_users: Array  # (parts, P, ROLES)
    media_told: Array  # (parts, R, P)
    market: Array  # (parts, n)


class Desk(NamedTuple):
    """Scratch of one thread: a tile of people (TILE), firm by firm (P)."""

    draws: Array  # (4, 4, TILE) float32
    row_of: Array  # (256,) uint8: row of ``heard`` of a message
    heard: Array  # (2 P + 1, TILE) float32: shares of neighbours who told; kept, broken, nothing
    hazard: Array  # (TILE,) float32: of hearing of a firm
    want: Array  # (K, TILE) float32
    m_true: Array  # (TILE,) int32: identity in the true situation
    cell: Array  # (TILE,) int64: block, identity, perceived situation
    online: Array  # (TILE,) uint8
    owner: Array  # (TILE,) int32: firm whose good serves, -1 none
    options: Array  # (TILE,) uint64: firms to choose from
    trust_last: Array  # (TILE,) float32
    omega: Array  # (TILE,) float32
    fit: Array  # (P, TILE) float32
    worth: Array  # (P, TILE) float32
    value: Array  # (P, TILE) float32
    outside: Array  # (TILE,) float32
    highest: Array  # (TILE,) float32
    total: Array  # (TILE,) float32
    run: Array  # (TILE,) float32
    choice: Array  # (TILE,) int32
    used: Array  # (TILE,) int32: firm used this week, -1 none
    bid: Array  # (P,) float32
    top: Array  # (TILE,) int32: highest stage


class Record(NamedTuple):
    """What the run remembers; columns as declared in measures.py."""

    counts: Array  # (T + 1, S, n) int64
    levels: Array  # (T + 1, S, n) float64
    market_counts: Array  # (T + 1, n) int64
    market_levels: Array  # (T + 1, n) float64
