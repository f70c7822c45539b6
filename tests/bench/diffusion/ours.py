"""As the engine is written: tiles of people, draws by id and week, one uniform, inverse CDF."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from sim.market.maths import exp_all
from sim.market.rng import USE, key, philox, uniform
from tests.bench.diffusion.stated import APPEAL, FIRMS, NEIGHBOURS, SOCIAL, Counts, Links, Lived

TILE = 256
_F, _LINKS = np.int64(FIRMS), np.int64(NEIGHBOURS)
_SOCIAL = np.float32(SOCIAL)
_BYTE, _ALL = np.uint64(8), np.uint64(255)


@njit(cache=True, forceinline=True)
def _look(start: Any, size: Any, links: Any, last: Any, seen: Any) -> None:
    """seen: one byte a firm, the neighbours who have it."""
    for j in range(size):
        found = np.uint64(0)
        for n in range(_LINKS):
            found += np.uint64(1) << (_BYTE * np.uint64(last[links[start + j, n]]))
        seen[j] = found


@njit(cache=True, forceinline=True)
def _weigh(size: Any, seen: Any, appeal: Any, weight: Any, rest: Any, scale: Any) -> None:
    """weight (FIRMS, TILE): sums up to each firm of exp(utility)."""
    for f in range(_F):
        row, shift = weight[f], _BYTE * np.uint64(f)
        for j in range(size):
            row[j] = appeal[f] + _SOCIAL * np.float32(np.int32((seen[j] >> shift) & _ALL))
        exp_all(size, row, rest, scale)
    for f in range(1, _F):
        for j in range(size):
            weight[f, j] += weight[f - 1, j]


@njit(cache=True, forceinline=True)
def _draw(start: Any, size: Any, week: Any, k0: Any, k1: Any, u: Any) -> None:
    for j in range(0, size, 4):  # the arrays have room for a whole block
        words = philox(np.uint64(start + j) >> np.uint64(2), week, USE, 0, k0, k1)
        for n in range(4):
            u[j + n] = uniform(words[n])


@njit(cache=True, forceinline=True)
def _choose(size: Any, u: Any, weight: Any, now: Any, count: Any) -> None:
    """now: the first firm whose sum is above the draw."""
    for j in range(size):
        level, firm = u[j] * weight[_F - 1, j], np.uint8(0)
        for f in range(_F - 1):
            firm += np.uint8(level >= weight[f, j])
        now[j] = firm
    for j in range(size):
        count[now[j]] += 1


@njit(cache=True, nogil=True)
def _weeks(first: Any, links: Any, last: Any, now: Any, counts: Any, appeal: Any,
           k0: Any, k1: Any) -> None:  # fmt: skip
    people = links.shape[0]
    weight = np.empty((_F, TILE), np.float32)
    rest, scale, u = (np.empty(TILE, np.float32), np.empty(TILE, np.float32),
                      np.empty(TILE + 4, np.float32))  # fmt: skip
    seen = np.empty(TILE, np.uint64)
    for week in range(counts.shape[0]):
        for start in range(0, people, TILE):
            size = min(TILE, people - start)
            _look(start, size, links, last, seen)
            _weigh(size, seen, appeal, weight, rest, scale)
            _draw(start, size, first + week, k0, k1, u)
            _choose(size, u, weight, now[start : start + size], counts[week])
        last, now = now, last


def begin(links: Links, seed: int) -> Lived:
    """One compiled call for any number of weeks."""
    last, now = np.zeros(len(links), np.uint8), np.empty(len(links), np.uint8)
    k0, k1 = key(seed)
    lived = 0

    def live(weeks: int) -> Counts:
        nonlocal last, now, lived
        counts = np.zeros((weeks, FIRMS), np.int64)
        _weeks(lived, links, last, now, counts, APPEAL.astype(np.float32), k0, k1)
        lived += weeks
        if weeks % 2:
            last, now = now, last
        return counts

    return live
