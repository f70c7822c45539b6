"""The state of a run as arrays, and the bundles in which they are kept.

Sizes: N people, S firm slots (P = S padded to a multiple of 8), K = 6 needs, M identities,
C situations, B blocks, R regions, D links, T weeks, X = B M C cells of a norm.  People are
float32 and small integers, an array a trait; firms are records of float64 (there are few).

Compiled functions take the arrays they work on, not bundles: a bundle of thirty arrays as an
argument makes compilation several times slower.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.scenario.schema import IDENTITIES, NEEDS, ROLES
from sim.strategies.base import AUDIENCES, LEVERS

Array = Any  # numpy arrays; numba needs the bundles to be plain

NOBODY = 255  # no firm
BROKEN = 64  # added to a message when the promise was broken
N_NEEDS, N_ROLES, N_LEVERS = len(NEEDS), len(ROLES), len(LEVERS)
N_AUDIENCES, N_MODELS = len(AUDIENCES), len(IDENTITIES)
GRID = 16  # places of the taste line at which titles are weighed


class People(NamedTuple):
    """One entry a person; see ODD section 2. People are ordered by block."""

    block: Array  # (N,) uint8
    region: Array  # (N,) uint8
    role: Array  # (N,) uint8
    nativeness: Array  # (N,) float32
    taste: Array  # (N,) float32
    reach_rank: Array  # (N,) float32
    need: Array  # (M, N) uint64: byte k the share of need k, which sum to 255
    salience: Array  # (M, N) float32, exp of log-odds
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
    told: Array  # (2, N) uint8: messages of even and odd weeks
    tiles: Array  # (n_tiles + 1,) int64: first person of every tile; a tile has one block
    side: Array  # (n_tiles,) int64: 1 where the people of a tile are partners, apart from others
    custom: Array  # (N,) uint8: whether the good one owns was made to one's taste


class Place(NamedTuple):
    """The environment and what stands between people and firms."""

    economy: Array  # (R,) float64
    fashion: Array  # (B, K) float64
    reference: Array  # (2, X, P + 1) float64: of uses and of purchases; column P is the outside
    media_told: Array  # (R, P) int64: messages of media people last week
    media_people: Array  # (R,) int64
    role_people: Array  # (ROLES,) int64
    mean_need: Array  # (K,) float64: what people need on average
    accounts: Array  # (A,) int64 cents: what the world outside the firms holds
    reach: Array  # (1,) float32
    alive: Array  # (1,) uint64, a bit a firm
    hazard: Array  # (R, P) float32
    situations: Array  # (R, C) float32, cumulative
    alpha: Array  # (R,) float32
    wanted: Array  # (B, K) float32: fashion times its strength
    norm: Array  # (2, X, P + 1) float32: lambda * log reference
    history: Array  # (T + 1, P, K) float32: delivered quality by week
    tailored: Array  # (P, M, K) float32: share of the offer's quality that an identity meets
    near: Array  # (P, GRID) float32: nearness to taste of the titles that people choose
    joined: Array  # (S, I) int64: who chose each title, joined each page
    appeal: Array  # (S, I) float64
    where: Array  # (S, I) float64: of titles in taste space
    chance: Array  # (I,) float64: scratch
    occasion: Array  # (1,) float32: chance of an occasion to use
    switches: Array  # (3,) int64: whether any firm counts votes, models, courts influencers


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
    tolerance: Any
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
    imitation: Any  # weekly hazard when everyone tells
    talk: Any
    ideas: Any
    steady: Any  # 1 - reconsider
    misread: Any
    called: Any  # exp(cue)
    n_identities: Any
    n_situations: Any
    n_firms: Any
    mixing: Any  # 1 complete, 0 network
    users_are: Any  # 0 engaged, 1 roles, 2 audience
    recover_gain: Any
    trial_firm: Any  # int64: slot, -1 without a trial
    trial_week: Any
    trial_share: Any
    trial_engagement: Any


class FirmRules(NamedTuple):
    """What firms and the environment go by, float64 (counts int64)."""

    people: Any
    external: Any
    reference: Any
    elasticity: Any
    press: Any
    attention: Any
    fatigue: Any
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
    runway: Any
    conformity: Any
    norm_update: Any
    fashion_strength: Any
    fashion_persistence: Any
    fashion_volatility: Any
    economy_persistence: Any
    economy_volatility: Any
    pressure: Any
    budget: Any
    mixing: Any
    saturation: Any
    apart: Any  # int64: whether the two sides are told apart
    for_people: Any
    for_partners: Any
    fare: Any
    waiting: Any
    attach: Any
    sensitivity: Any
    care_cost: Any
    care_patience: Any
    carriage_income: Any
    carriage_fee: Any
    title_noise: Any
    title_half: Any
    title_rating: Any
    liking: Any
    mobile: Any
    attention_power: Any
    tailoring: Any
    custom_cost: Any
    bad: Any
    harm: Any
    n_partners: Any  # people of that role
    identities: Any


class Calendar(NamedTuple):
    """What is known beforehand of every week; float64."""

    reach: Array  # (T + 1,)
    shock: Array  # (T + 1, R)
    window: Array  # (T + 1, C) added log-odds


class Tally(NamedTuple):
    """What the people of one part did this week; int64, one leading entry a part."""

    firm: Array  # (parts, n, P), rows as in tallies.py
    reference: Array  # (parts, 2, X, P + 1)
    needs: Array  # (parts, 2, P, K): of paying users, of all
    needs_of: Array  # (parts, P, M, K): of users by the identity they were in
    needs_voted: Array  # (parts, P, K): of those who gave an idea
    role_users: Array  # (parts, P, ROLES)
    media_told: Array  # (parts, R, P)
    market: Array  # (parts, n)


class Desk(NamedTuple):
    """Scratch of one thread: a tile of people (TILE), firm by firm (P)."""

    draws: Array  # (4, 4, TILE) float32
    stories: Array  # (TILE * D,) uint32: last week's messages of those one listens to
    heard: Array  # (2 P, TILE) float32: shares of neighbours who told; kept, broken
    hazard: Array  # (TILE,) float32: of hearing of a firm
    want: Array  # (K, TILE) float32
    c_true: Array  # (TILE,) int32: the situation
    c_seen: Array  # (TILE,) int32: what it is taken for
    m_true: Array  # (TILE,) int32: identity in the true situation
    m_seen: Array  # (TILE,) int32: identity one acts from
    cell: Array  # (TILE,) uint32: block, identity, perceived situation
    owner: Array  # (TILE,) int32: firm whose good serves, -1 none
    options: Array  # (TILE,) uint64: firms to choose from
    omega: Array  # (TILE,) float32
    researched: Array  # (TILE,) int32: whether a shopper looked closely
    fit: Array  # (P, TILE) float32
    worth: Array  # (P, TILE) float32
    value: Array  # (P, TILE) float32
    outside: Array  # (TILE,) float32
    highest: Array  # (TILE,) float32
    total: Array  # (TILE,) float32
    run: Array  # (TILE,) float32
    rest: Array  # (TILE,) float32
    scale: Array  # (TILE,) float32
    choice: Array  # (TILE,) int32
    used: Array  # (TILE,) int32: firm used this week, -1 none
    who: Array  # (2, TILE) uint32: lists of people
    shares: Array  # (TILE,) uint64: what the identity one is in needs
    failed: Array  # (TILE,) int32: firm whose access failed, -1 none
    delivered: Array  # (TILE,) float32
    faith: Array  # (TILE,) float32: trust in the firm used
    lived: Array  # (TILE,) uint32: what to count of the use, several counts to a word
    said: Array  # (TILE,) uint32: what to count of what is told of it
    known: Array  # (TILE,) uint64: firms a shopper can buy from
    online: Array  # (TILE,) float32: 1 where a shopper is online, 0 elsewhere
    packed: Array  # (6, P) uint64: counts of a tile, several to a word
    top: Array  # (TILE,) int32: highest stage
    bits: Array  # (4, TILE) uint32: masks of firms, halved


class Record(NamedTuple):
    """What the run remembers; columns as declared in measures.py."""

    counts: Array  # (T + 1, S, n) int64
    levels: Array  # (T + 1, S, n) float64
    market_counts: Array  # (T + 1, n) int64
    market_levels: Array  # (T + 1, n) float64
