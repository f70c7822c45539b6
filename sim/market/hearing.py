"""What reaches people: neighbours' stories, ads and the press (ODD 7.5, *Hear*)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.lean import lean
from sim.market.maths import exp32
from sim.market.tallies import (
    BIT_32,
    EMPTY,
    HALF_WORD,
    NONE_32,
    ONE,
    T_NEW_AWARE,
    ZERO,
    bit,
    has,
)


@lean()
def listen(start: Any, size: Any, told: Any, links: Any, shelf: Any, mixing: Any, n: Any,
           row_of: Any, heard: Any) -> None:  # fmt: skip
    """heard (2 P + 4, TILE): shares of those one listens to who told of a firm last week.

    told (N,) uint8: last week's messages; links (N, D); row_of (4, 256): row of a message.
    """
    padded = (heard.shape[0] - 4) // 2
    if mixing == 1:
        for f in range(n):
            for j in range(size):
                heard[f, j] = shelf[f].told_kept
                heard[padded + f, j] = shelf[f].told_broken
        return
    heard[:] = ZERO
    n_links = links.shape[1]
    each = ONE / np.float32(n_links)
    for j in range(size):
        i = np.uintp(start + j)
        for d in range(n_links):
            # every message, "nothing" too, has a row: no branch to mispredict; "nothing", the most
            # frequent, has four, so that one sum need not wait for the sum before it
            heard[row_of[d & 3, told[links[i, d]]], j] += each


@lean()
def believe(start: Any, size: Any, alive: Any, n: Any, aware: Any, trust: Any, heard: Any,
            gain: Any, loss: Any, known: Any) -> Any:  # fmt: skip
    """Stories move trust in the firms one knows; returns the firms somebody here does not know.

    known (2, TILE): becomes the halves of ``aware``.
    """
    padded = (heard.shape[0] - 4) // 2
    ignorant = EMPTY
    for j in range(size):
        mask = aware[np.uintp(start + j)]
        ignorant |= alive & ~mask
        known[0, j], known[1, j] = np.uint32(mask), np.uint32(mask >> HALF_WORD)
    for f in range(n):
        if not has(alive, f):
            continue
        half, place = f >> 5, np.uint32(f & 31)
        for j in range(size):
            i = np.uintp(start + j)
            now = trust[f, i]
            rise = gain * (ONE - now) * heard[f, j]
            moved = now + (rise - loss * now * heard[padded + f, j])
            trust[f, i] = moved if (known[half, j] >> place) & BIT_32 != NONE_32 else now
    return ignorant


@lean()
def become_aware(start: Any, size: Any, ignorant: Any, alive: Any, n: Any, aware: Any, hazard: Any,
                 heard: Any, imitation: Any, u: Any, total: Any, known: Any,
                 counts: Any) -> None:  # fmt: skip
    """At most one firm a week becomes known, with chance 1 - exp(-sum of hazards).

    hazard (P,): ads and press here; u (TILE,): draws; total (TILE,): scratch; known (2, TILE):
    halves of aware.
    """
    padded = (heard.shape[0] - 4) // 2
    for j in range(size):
        total[j] = ZERO
    for f in range(n):
        if not has(ignorant, f):
            continue
        half, place, here = f >> 5, np.uint32(f & 31), hazard[f]
        for j in range(size):
            told = here + imitation * (heard[f, j] + heard[padded + f, j])
            total[j] += ZERO if (known[half, j] >> place) & BIT_32 != NONE_32 else told
    for j in range(size):
        # 1 - exp(-h) < h, so most people need no exponential
        if u[j] >= total[j]:
            continue
        chance = ONE - exp32(-total[j])
        if u[j] >= chance:
            continue
        i = np.uintp(start + j)
        target, run, found = u[j] / chance * total[j], ZERO, -1
        for f in range(n):
            if has(alive & ~aware[i], f):
                told = hazard[f] + imitation * (heard[f, j] + heard[padded + f, j])
                if told > ZERO:
                    run += told
                    found = f
                    if run > target:
                        break
        if found >= 0:
            aware[i] |= bit(found)
            counts[T_NEW_AWARE, found] += 1
