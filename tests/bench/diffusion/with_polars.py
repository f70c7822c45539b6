"""As Polars (and mesa-frames, which stands on it) is written: a row a person, columns, expressions.

Polars uses all cores unless ``POLARS_MAX_THREADS`` says otherwise.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from tests.bench.diffusion.stated import (
    APPEAL,
    FIRMS,
    NEIGHBOURS,
    SOCIAL,
    Counts,
    Links,
    Lived,
)

CHOICE = pl.col("choice")
SEEN = [CHOICE.gather(pl.col(f"neighbour_{k}")).alias(f"seen_{k}") for k in range(NEIGHBOURS)]
HAVE = [
    pl.sum_horizontal([(pl.col(f"seen_{k}") == f).cast(pl.UInt8) for k in range(NEIGHBOURS)])
    for f in range(FIRMS)
]
WEIGHT = [
    (float(APPEAL[f]) + SOCIAL * HAVE[f].cast(pl.Float32)).exp().alias(f"weight_{f}")
    for f in range(FIRMS)
]
SUM = [
    pl.sum_horizontal([f"weight_{g}" for g in range(f + 1)]).alias(f"sum_{f}") for f in range(FIRMS)
]
LEVEL = (pl.col("draw") * pl.col(f"sum_{FIRMS - 1}")).alias("level")
CHOSEN = pl.sum_horizontal(
    [(pl.col("level") >= pl.col(f"sum_{f}")).cast(pl.UInt8) for f in range(FIRMS - 1)]
).alias("choice")


def begin(links: Links, seed: int) -> Lived:
    """A lazy query a week over a frame of people."""
    rng = np.random.default_rng(seed)
    people = pl.DataFrame(
        {"choice": np.zeros(len(links), np.uint8)}
        | {f"neighbour_{k}": np.ascontiguousarray(links[:, k]) for k in range(NEIGHBOURS)}
    )

    def week() -> Counts:
        nonlocal people
        draw = pl.Series("draw", rng.random(len(links), dtype=np.float32))
        query = people.lazy().with_columns(draw).with_columns(SEEN).with_columns(WEIGHT)
        chosen = query.with_columns(SUM).with_columns(LEVEL).select(CHOSEN).collect()
        people = people.with_columns(chosen["choice"])
        counted = people.group_by("choice").len()
        counts = np.zeros(FIRMS, np.int64)
        counts[counted["choice"].to_numpy()] = counted["len"].to_numpy()
        return counts

    return lambda weeks: np.array([week() for _ in range(weeks)])
