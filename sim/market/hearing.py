"""What reaches people: neighbours' stories, ads and the press (ODD 7.5, *Hear*)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.arrays import BROKEN, NOBODY
from sim.market.lean import lean
from sim.market.maths import exp32
from sim.market.tallies import (
    EMPTY,
    FLAGS,
    HALF_WORD,
    NONE_32,
    ONE,
    T_NEW_AWARE,
    ZERO,
    bit,
    has,
)

_8, _LAST = np.uint32(8), np.uint32(255)  # a story: the message, and eight bits for the listener
_NOBODY, _BROKEN, _FIRM, _NONE = (
    np.uint8(NOBODY),
    np.uintp(BROKEN),
    np.uintp(BROKEN - 1),
    np.uintp(0),
)


@lean()
def listen(start: Any, size: Any, told: Any, links: Any, shelf: Any, mixing: Any, n: Any,
           stories: Any, heard: Any) -> None:  # fmt: skip
    """heard (2 P, TILE): shares of those one listens to who told of a firm last week.

    told (N,) uint8: last week's messages; links (N, D); stories (TILE * D,) uint32: scratch.
    """
    padded = heard.shape[0] // 2
    if mixing == 1:
        for f in range(n):
            for j in range(size):
                heard[f, j] = shelf[f].told_kept
                heard[padded + f, j] = shelf[f].told_broken
        return
    heard[:] = ZERO
    n_links, n_stories = np.uintp(links.shape[1]), np.uintp(0)
    each = ONE / np.float32(n_links)
    for j in range(size):  # listing stories without a branch: who tells cannot be predicted
        i, listener = np.uintp(start) + np.uintp(j), np.uint32(j)
        for d in range(n_links):
            message = told[np.uintp(links[i, np.uintp(d)])]
            stories[n_stories] = (np.uint32(message) << _8) | listener
            n_stories += np.uintp(message != _NOBODY)
    for x in range(n_stories):
        story = stories[np.uintp(x)]
        message, j = np.uintp(story >> _8), np.uintp(story & _LAST)
        row = (message & _FIRM) + (np.uintp(padded) if message >= _BROKEN else _NONE)
        heard[row, j] += each


@lean()
def believe(start: Any, size: Any, alive: Any, n: Any, aware: Any, trust: Any, heard: Any,
            gain: Any, loss: Any, known: Any) -> Any:  # fmt: skip
    """Stories move trust in the firms one knows; returns the firms somebody here does not know.

    known (2, TILE): becomes the halves of ``aware``.
    """
    padded = heard.shape[0] // 2
    ignorant = EMPTY
    for j in range(size):
        mask = aware[np.uintp(start + j)]
        ignorant |= alive & ~mask
        known[0, j], known[1, j] = np.uint32(mask), np.uint32(mask >> HALF_WORD)
    for f in range(n):
        if not has(alive, f):
            continue
        half, flag = f >> 5, FLAGS[f & 31]
        for j in range(size):
            i = np.uintp(start + j)
            now = trust[f, i]
            rise = gain * (ONE - now) * heard[f, j]
            moved = now + (rise - loss * now * heard[padded + f, j])
            trust[f, i] = moved if (known[half, j] & flag) != NONE_32 else now
    return ignorant


@lean()
def become_aware(start: Any, size: Any, ignorant: Any, alive: Any, n: Any, aware: Any, hazard: Any,
                 heard: Any, imitation: Any, u: Any, total: Any, known: Any,
                 counts: Any) -> None:  # fmt: skip
    """At most one firm a week becomes known, with chance 1 - exp(-sum of hazards).

    hazard (P,): ads and press here; u (TILE,): draws; total (TILE,): scratch; known (2, TILE):
    halves of aware.
    """
    padded = heard.shape[0] // 2
    for j in range(size):
        total[j] = ZERO
    for f in range(n):
        if not has(ignorant, f):
            continue
        half, flag, here = f >> 5, FLAGS[f & 31], hazard[f]
        for j in range(size):
            told = here + imitation * (heard[f, j] + heard[padded + f, j])
            total[j] += ZERO if (known[half, j] & flag) != NONE_32 else told
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
