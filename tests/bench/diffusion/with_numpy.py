"""As whoever knows NumPy writes it: whole arrays, a byte a firm, a few thousand people at once."""

from __future__ import annotations

import numpy as np

from tests.bench.diffusion.stated import APPEAL, FIRMS, SOCIAL, Counts, Links, Lived

AT_ONCE = 4096  # what comes between two lines stays in the cache


def begin(links: Links, seed: int) -> Lived:
    """Float32 throughout; one draw a person."""
    rng, n = np.random.default_rng(seed), len(links)
    choice = np.zeros(n, np.uint8)
    appeal, social = APPEAL.astype(np.float32), np.float32(SOCIAL)
    one = np.uint64(1) << (8 * np.arange(FIRMS, dtype=np.uint64))

    def week() -> Counts:
        nonlocal choice
        marks, chosen = one[choice], np.empty_like(choice)
        for start in range(0, n, AT_ONCE):
            part = slice(start, start + AT_ONCE)
            seen = marks[links[part]].sum(axis=1).view(np.uint8).reshape(-1, FIRMS)
            sums = np.exp(appeal + social * seen).cumsum(axis=1)
            level = rng.random(len(sums), dtype=np.float32) * sums[:, -1]
            chosen[part] = (level[:, None] >= sums[:, :-1]).sum(axis=1)
        choice = chosen
        return np.bincount(choice, minlength=FIRMS)

    return lambda weeks: np.array([week() for _ in range(weeks)])
