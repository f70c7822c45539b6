"""Draws that are a function of (seed, purpose, week, id), not a state.

Philox4x32-10 (Salmon et al. 2011, Random123).  Key: the seed's low and high 32 bits;
counter: ``(id, week, purpose, 0)``.  One block gives four words; a uniform is the upper 24
bits of a word, exact in float32.  Whoever draws what, in which order, on which thread,
changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

SITUATION, USE, TALK, BUY, CHANNEL = 1, 2, 3, 4, 5
SHOCK, OBSERVE, WORK, REVIEW, JOIN = 16, 17, 18, 19, 20
ECONOMY, FASHION, ENTRY = 24, 25, 26
HERITAGE, EASE, SALIENCE, NEED, BLOCK_NEED, LINK, POSITION, START = 32, 33, 34, 35, 36, 37, 38, 39
MODELS, APPEAL, PLACE, TRIAL = 40, 44, 45, 46  # of models one for each identity told apart

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_32, _8, _LOW = np.uint64(32), np.uint64(8), np.uint64(0xFFFFFFFF)
_STEP = np.float32(2.0**-24)


@njit(cache=True, forceinline=True)
def _round(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """A round on uint64 whose lower halves are the words; what the upper ones hold is no matter.

    Products need 64 bits: words that stay that wide need no conversion, a third of the time.
    """
    p0 = _M0 * (c0 & _LOW)
    p1 = _M1 * (c2 & _LOW)
    return (p1 >> _32) ^ c1 ^ k0, p1, (p0 >> _32) ^ c3 ^ k1, p0


@njit(cache=True, forceinline=True)
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Four random words (uint32) of a counter block under a key; ten rounds."""
    c0, c1, c2, c3 = np.uint64(c0), np.uint64(c1), np.uint64(c2), np.uint64(c3)
    k0, k1 = np.uint64(k0), np.uint64(k1)
    for _ in range(10):
        c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
        k0 += _W0
        k1 += _W1
    return np.uint32(c0), np.uint32(c1), np.uint32(c2), np.uint32(c3)


@njit(cache=True, forceinline=True)
def philox_pair(who: Any, week: Any, one: Any, two: Any, k0: Any, k1: Any) -> Any:
    """The words of ``philox`` for two purposes (all uint64; lower halves count).

    Round by round: a round waits for the one before it, so two at a time cost little more than one.
    """
    a0, a1, a2, a3 = who, week, one, np.uint64(0)
    b0, b1, b2, b3 = who, week, two, np.uint64(0)
    for _ in range(10):
        a0, a1, a2, a3 = _round(a0, a1, a2, a3, k0, k1)
        b0, b1, b2, b3 = _round(b0, b1, b2, b3, k0, k1)
        k0 += _W0
        k1 += _W1
    return (a0, a1, a2, a3), (b0, b1, b2, b3)


@njit(cache=True, forceinline=True)
def uniform(word: Any) -> Any:
    """A float32 in [0, 1) from a word, or from the lower half of a uint64."""
    return np.float32(np.int32((word & _LOW) >> _8)) * _STEP


@njit(cache=True)
def normal(who: Any, week: Any, purpose: Any, k0: Any, k1: Any) -> Any:
    """A standard normal (Box-Muller, float64) from the first two words of a block."""
    w0, w1, _w2, _w3 = philox(who, week, purpose, 0, k0, k1)
    u0, u1 = float(uniform(w0)), float(uniform(w1))
    return math.sqrt(-2.0 * math.log(1.0 - u0)) * math.cos(2.0 * math.pi * u1)


@njit(cache=True)
def _fill(out: Any, week: Any, purpose: Any, k0: Any, k1: Any) -> None:
    for who in range(out.shape[0]):
        words = philox(who, week, purpose, 0, k0, k1)
        out[who, 0] = uniform(words[0])
        out[who, 1] = uniform(words[1])
        out[who, 2] = uniform(words[2])
        out[who, 3] = uniform(words[3])


@njit(cache=True)
def _fill_normals(out: Any, week: Any, purpose: Any, k0: Any, k1: Any) -> None:
    for who in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[who, j] = normal(who, week * 64 + j, purpose, k0, k1)


def key(seed: int) -> tuple[np.uint32, np.uint32]:
    """The two key words of a seed in [0, 2**64)."""
    return np.uint32(seed & 0xFFFFFFFF), np.uint32(seed >> 32 & 0xFFFFFFFF)


def uniforms(seed: int, purpose: int, week: int, n: int) -> NDArray[np.float32]:
    """Uniforms (n, 4), those of ids 0..n-1, for a purpose and week."""
    out = np.empty((n, 4), np.float32)
    _fill(out, week, purpose, *key(seed))
    return out


def normals(seed: int, purpose: int, n: int, columns: int) -> NDArray[np.float64]:
    """Standard normals (n, columns); column j of id i does not depend on n or columns."""
    out = np.empty((n, columns), np.float64)
    _fill_normals(out, 0, purpose, *key(seed))
    return out


@njit(cache=True)
def _fill_blocks(out: Any, who: Any, week: Any, purpose: Any, k0: Any, k1: Any) -> None:
    for x in range(who.shape[0]):
        words = philox(who[x], week, purpose, 0, k0, k1)
        for word in range(4):
            out[x, word] = uniform(words[word])


Four = tuple[float, float, float, float]


def blocks(seed: int, who: Sequence[int], week: int, purpose: int) -> list[Four]:
    """The four uniforms of the block of every id."""
    out = np.empty((len(who), 4))
    _fill_blocks(out, np.array(who, np.uint64), week, purpose, *key(seed))
    return [(a, b, c, d) for a, b, c, d in out.tolist()]


def block(seed: int, who: int, week: int, purpose: int) -> Four:
    """The four uniforms of one block."""
    return blocks(seed, (who,), week, purpose)[0]
