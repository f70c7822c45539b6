"""What kind of situation is this, and who am I? (ODD 7.5).

Over a tile of people: draws u, situations c and identities m are (TILE,).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.lean import lean
from sim.market.tallies import BYTE, N_NEEDS, ONE, SHARE, ZERO

_0, _1 = np.int32(0), np.int32(1)


@lean()
def situation(size: Any, u: Any, mix: Any, c: Any) -> None:
    """What kind of situation is this? mix (C,): cumulative chances here."""
    for j in range(size):
        c[j] = _0
    for k in range(mix.shape[0] - 1):
        edge = mix[k]
        for j in range(size):
            c[j] += _1 if u[j] >= edge else _0


@lean()
def perceived(size: Any, u: Any, n_situations: Any, misread: Any, c: Any, seen: Any) -> Any:
    """The situation one takes it for, another one with chance ``misread``; returns how many."""
    others, all_kinds = np.int32(n_situations - 1), np.int32(n_situations)
    wrong = _0
    for j in range(size):
        missed = u[j] < misread and others > _0
        step = min(np.int32(others - _1), np.int32(u[j] / misread * np.float32(others)))
        other = np.int32(c[j] + _1 + step)
        other = np.int32(other - all_kinds) if other >= all_kinds else other
        seen[j] = other if missed else c[j]
        wrong = np.int32(wrong + (_1 if missed else _0))
    return wrong


@lean()
def who_am_i(start: Any, size: Any, u: Any, salience: Any, called: Any, c: Any, total: Any,
             run: Any, m: Any) -> None:  # fmt: skip
    """Who am I? softmax of salience, raised for the identity the situation calls for (m = c).

    salience (M, N): exp of log-odds; called: exp of the cue; total, run (TILE,): scratch.
    """
    for j in range(size):
        total[j], run[j], m[j] = ZERO, ZERO, _0
    for k in range(salience.shape[0]):
        kind = np.int32(k)
        for j in range(size):
            total[j] += salience[k, np.uintp(start + j)] * (called if c[j] == kind else ONE)
    for k in range(salience.shape[0] - 1):
        kind = np.int32(k)
        for j in range(size):
            run[j] += salience[k, np.uintp(start + j)] * (called if c[j] == kind else ONE)
            # counting what was passed is cheaper than leaving the loop
            m[j] += _1 if run[j] <= u[j] * total[j] else _0


@lean()
def wants(start: Any, size: Any, need: Any, fashion: Any, m: Any, shares: Any,
          want: Any) -> None:  # fmt: skip
    """want (K, TILE) = what the identity needs, and what its block likes at the moment.

    need (M, N) words of shares; fashion (K,): times its strength; shares (TILE,): scratch.
    """
    for j in range(size):
        shares[j] = need[np.uintp(m[j]), np.uintp(start + j)]
    for k in range(N_NEEDS):
        liked, place = fashion[k], np.uint64(8 * k)
        for j in range(size):
            want[k, j] = np.float32(np.int32((shares[j] >> place) & BYTE)) * SHARE + liked
