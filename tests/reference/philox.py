"""Philox4x32-10 in plain Python (Salmon et al. 2011), and the draws of the model from it.

Key = the seed (low, high 32 bits); counter = (id, week, purpose, 0).
"""

from __future__ import annotations

import math
import random

WORD = 0xFFFFFFFF
MULTIPLY = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)

# purposes, as in the table of sim/ODD.md section 4
SITUATION, USE, TALK, BUY, CHANNEL = 1, 2, 3, 4, 5
SHOCK, OBSERVE, WORK, REVIEW, JOIN = 16, 17, 18, 19, 20
ECONOMY, FASHION, ENTRY = 24, 25, 26
POSITION = 38
MODELS, APPEAL, PLACE, TRIAL = 40, 44, 45, 46

Four = tuple[int, int, int, int]


def philox(counter: Four, key: tuple[int, int]) -> Four:
    """Four 32-bit words for a counter of four and a key of two words."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        product0, product1 = MULTIPLY[0] * c0, MULTIPLY[1] * c2
        c0, c1, c2, c3 = (
            (product1 >> 32) ^ c1 ^ k0,
            product1 & WORD,
            (product0 >> 32) ^ c3 ^ k1,
            product0 & WORD,
        )
        k0, k1 = (k0 + WEYL[0]) & WORD, (k1 + WEYL[1]) & WORD
    return c0, c1, c2, c3


class Draws:
    """Every draw of a run, a function of (purpose, id, week)."""

    def __init__(self, seed: int) -> None:
        self.key = (seed & WORD, (seed >> 32) & WORD)

    def uniforms(self, purpose: int, who: int, week: int, nth: int = 0) -> tuple[float, ...]:
        """Four uniforms in [0, 1) on the grid of 2**-24."""
        words = philox((who, week, purpose, nth), self.key)
        return tuple((word >> 8) * 2.0**-24 for word in words)

    def normal(self, purpose: int, who: int, week: int) -> float:
        """A standard normal by Box and Muller, from the first two uniforms."""
        u0, u1 = self.uniforms(purpose, who, week)[:2]
        return math.sqrt(-2.0 * math.log(1.0 - u0)) * math.cos(2.0 * math.pi * u1)


class OwnDraws(Draws):
    """Draws of Python's own generator instead, new ones at every call."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.generator = random.Random(seed)

    def uniforms(self, purpose: int, who: int, week: int, nth: int = 0) -> tuple[float, ...]:
        """Four uniforms in [0, 1)."""
        return tuple(self.generator.random() for _ in range(4))
