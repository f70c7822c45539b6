"""The population at the start: heritage, needs, identities, roles (ODD section 5).

People are numbered in the order of their block, so that neighbours in the network are near
in memory.  Every number is a function of (seed, purpose, person): more firms, another
price, another order change nothing here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.market import rng
from sim.market.arrays import NOBODY, People
from sim.market.lean import lean
from sim.market.network import listen
from sim.market.rng import normal, philox, uniform
from sim.market.tallies import TILE
from sim.scenario.schema import NEEDS, ROLES, Scenario

N_NEEDS = len(NEEDS)
N_ROLES = len(ROLES)
PARTNER = ROLES.index("partner")

# What the identities need beyond the average: core, access, engage, customize, connect,
# collaborate; each row sums to zero.  Assumption: the patterns are illustrations.
IDENTITY_NEEDS = np.array(
    [
        [1.0, 1.0, -0.5, 0.0, -0.5, -1.0],  # household
        [0.5, 1.0, -1.0, 1.0, -0.5, -1.0],  # work
        [-1.0, -0.5, 1.5, -0.5, 1.0, -0.5],  # fan
        [-0.5, -0.5, 0.0, -1.0, 0.5, 1.5],  # citizen
    ]
)


class Heritage(NamedTuple):
    """Where people come from, (N,) each, in the order of blocks."""

    cohort: NDArray[np.int64]
    region: NDArray[np.int64]
    education: NDArray[np.int64]
    block: NDArray[np.int64]
    nativeness: NDArray[np.float32]
    taste: NDArray[np.float32]
    role: NDArray[np.int64]


def n_blocks(scenario: Scenario) -> int:
    """Number of heritage blocks: cohort x region x education."""
    h = scenario.people.heritage
    return h.cohorts * h.regions * h.educations


def inherit(scenario: Scenario, seed: int) -> Heritage:
    """Draws where people come from."""
    h, n = scenario.people.heritage, scenario.people.count
    u = rng.uniforms(seed, rng.HERITAGE, 0, n)
    ease = rng.uniforms(seed, rng.EASE, 0, n)
    cohort = (u[:, 0] * h.cohorts).astype(np.int64)
    region = (u[:, 1] * h.regions).astype(np.int64)
    education = (u[:, 2] * h.educations).astype(np.int64)
    block = (cohort * h.regions + region) * h.educations + education
    order = np.argsort(block, kind="stable")
    fixed = (cohort + 0.5) / h.cohorts
    nativeness = h.native_gap * fixed + (1.0 - h.native_gap) * ease[:, 0]
    taste = 0.5 + h.taste_spread * (u[:, 3].astype(np.float64) - 0.5)
    shares = scenario.people.roles
    bounds = np.cumsum([shares.talent, shares.partner, shares.media, shares.influencer])
    role = (np.searchsorted(bounds, ease[:, 1], side="right") + 1) % N_ROLES
    return Heritage(
        cohort[order], region[order], education[order], block[order],
        nativeness[order].astype(np.float32), taste[order].astype(np.float32), role[order],
    )  # fmt: skip


@njit(cache=True)
def _needs(out: Any, block: Any, base: Any, own: Any, k0: Any, k1: Any) -> None:
    """Shares of 255 that sum to 255, byte k of a word that of need k: softmax of base and own."""
    weight = np.empty(N_NEEDS)
    mine = np.empty(N_NEEDS)
    for i in range(out.shape[1]):
        for k in range(N_NEEDS):
            mine[k] = own * normal(i, k, rng.NEED, k0, k1)
        for m in range(out.shape[0]):
            total = 0.0
            for k in range(N_NEEDS):
                weight[k] = np.exp(base[block[i], m, k] + mine[k])
                total += weight[k]
            run, before, word = 0.0, 0, np.uint64(0)
            for k in range(N_NEEDS):
                run += weight[k]
                upto = int(np.floor(255.0 * run / total + 0.5)) if k < N_NEEDS - 1 else 255
                word |= np.uint64(upto - before) << np.uint64(8 * k)
                before = upto
            out[m, i] = word


def shares_of(need: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Needs (..., K), in 255ths, of words (...) that hold a share in every byte; no copy."""
    return need.astype("<u8", copy=False)[..., None].view(np.uint8)[..., :N_NEEDS]


@njit(cache=True)
def _salience(out: Any, spread: Any, k0: Any, k1: Any) -> None:
    for i in range(out.shape[1]):
        for m in range(out.shape[0]):
            out[m, i] = np.exp(spread * normal(i, m, rng.SALIENCE, k0, k1))


def tiles_of(block: NDArray[np.int64]) -> NDArray[np.int64]:
    """First person of every tile, and N: at most TILE people each, of one block each."""
    edges = np.flatnonzero(np.diff(block, prepend=-1))
    starts = [
        np.arange(first, end, TILE)
        for first, end in zip(edges, np.append(edges[1:], block.size), strict=True)
    ]
    return np.append(np.concatenate(starts), block.size).astype(np.int64)


def base_needs(scenario: Scenario, seed: int) -> NDArray[np.float64]:
    """Log weight of needs by block, identity and need (B, M, K), before the individual's own."""
    needs, n_identities = scenario.people.needs, scenario.people.identities
    blocks = rng.normals(seed, rng.BLOCK_NEED, n_blocks(scenario), N_NEEDS)
    base = (1.0 - needs.diversity) * needs.between_blocks * blocks[:, None, :]
    base = base + needs.between_identities * IDENTITY_NEEDS[None, :n_identities, :]
    if n_identities == 1:  # one identity is the average person, not the household
        base = (1.0 - needs.diversity) * needs.between_blocks * blocks[:, None, :]
    base[:, :, 0] += needs.core
    return base


def reach_rank(nativeness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Share of people for whom digital things are easier: they come online before."""
    rank, n = np.empty(nativeness.size, np.float32), nativeness.size
    rank[np.argsort(-nativeness, kind="stable")] = (np.arange(n) / n).astype(np.float32)
    return rank


def born(scenario: Scenario, seed: int, padded: int) -> People:
    """The whole population in its initial state; ``padded`` firm slots (P)."""
    n, m = scenario.people.count, scenario.people.identities
    heritage = inherit(scenario, seed)
    k0, k1 = rng.key(seed)
    need = np.empty((m, n), np.uint64)
    own = scenario.people.needs.diversity * scenario.people.needs.individual
    _needs(need, heritage.block, base_needs(scenario, seed), own, k0, k1)
    salience = np.empty((m, n), np.float32)
    _salience(salience, scenario.people.salience_spread, k0, k1)
    tiles = tiles_of(heritage.block)
    people = People(
        block=heritage.block.astype(np.uint8),
        region=heritage.region.astype(np.uint8),
        role=heritage.role.astype(np.uint8),
        nativeness=heritage.nativeness,
        taste=heritage.taste,
        reach_rank=reach_rank(heritage.nativeness),
        need=need,
        salience=salience,
        links=listen(scenario, seed, heritage.block, heritage.role),
        trust=np.full((padded, n), scenario.market.trust.initial, np.float32),
        engagement=np.zeros((padded, n), np.float32),
        aware=np.zeros(n, np.uint64),
        ever=np.zeros(n, np.uint64),
        last=np.full(n, NOBODY, np.uint8),
        supplier=np.full(n, NOBODY, np.uint8),
        until=np.zeros(n, np.uint16),
        bought=np.zeros(n, np.uint16),
        satisfaction=np.full(n, 0.5, np.float32),
        uncertainty=np.full(n, 0.5, np.float32),
        told=np.full((2, n), NOBODY, np.uint8),
        tiles=tiles,
        side=np.zeros(tiles.size - 1, np.int64),
        custom=np.zeros(n, np.uint8),
    )
    return sides_apart(people) if scenario.market.sides.apart else people


def sides_apart(people: People) -> People:
    """The same people, partners after the others of their block, so that a tile has one side."""
    partner = people.role == PARTNER
    order = np.lexsort((partner, people.block))
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    side = partner[order]
    tiles = tiles_of(2 * people.block[order].astype(np.int64) + side)
    moved = {
        name: np.take(value, order, axis=-1)  # rows stay rows: kernels are compiled for them
        for name, value in people._asdict().items()
        if name not in ("links", "tiles", "side")
    }
    links = place[people.links[order]].astype(np.uint32)
    return People(**moved, links=links, tiles=tiles, side=side[tiles[:-1]].astype(np.int64))


@lean(entry=True)
def meet_newcomer(f: Any, uid: Any, week: Any, aware: Any, low: Any, high: Any, engagement: Any,
                  term: Any, knows: Any, ever: Any, last: Any, supplier: Any, until: Any,
                  bought: Any, engaged: Any, k0: Any, k1: Any) -> None:  # fmt: skip
    """A firm enters: a share of people knows it, and a share (without a good) is its customer.

    Customers are those whose one draw of the week lies in [low, high), so that firms that enter
    together have disjoint customers and equal shares are equal starts.  Their goods run out
    evenly over the term.  knows .. engaged: arrays of People.
    """
    bit = np.uint64(1) << np.uint64(f)
    for i in range(knows.shape[0]):
        words = philox(i, uid, rng.START, week, k0, k1)
        told = uniform(words[0]) < aware
        draw = uniform(philox(i, week, rng.START, 1 << 28, k0, k1)[0])
        if supplier[i] == NOBODY and low <= draw and draw < high:
            told = True
            supplier[i] = f
            last[i] = f
            bought[i] = week
            until[i] = week + 1 + int(uniform(words[2]) * np.float32(term))
            engaged[f, i] = engagement
            ever[i] |= bit
        if told:
            knows[i] |= bit
