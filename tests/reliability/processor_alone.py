"""Digests of arithmetic as this process's processor does it, for tests that pretend another.

``python -m tests.reliability.processor_alone functions`` covers those that differ between
processors when they are careless: exponentials, logistics, normal draws.  ``rows`` covers
what the table of firms is computed from a result; ``market`` runs a market, and covers every
array of its state and every series of its result.
"""

from __future__ import annotations

import hashlib
import sys
from typing import Any

import numpy as np


def functions() -> str:
    """SHA-256 of exp, logistic and normals, over many values."""
    from numba import njit

    from sim.market.maths import exp32, sigmoid32
    from sim.market.rng import normal

    @njit
    def over(x: Any, out: Any) -> None:
        for i in range(x.size):
            out[0, i], out[1, i] = exp32(x[i]), sigmoid32(x[i])

    @njit
    def draws(out: Any) -> None:
        for i in range(out.size):
            out[i] = normal(i, 3, 16, 1, 2)

    x = np.linspace(-90, 90, 100_001, dtype=np.float32)
    curves, normals = np.empty((2, x.size), np.float32), np.empty(100_000)
    over(x, curves)
    draws(normals)
    return hashlib.sha256(curves.tobytes() + normals.tobytes()).hexdigest()


def market() -> str:
    """SHA-256 of the result and the whole state of a market in which everything happens."""
    from sim.market.model import MarketModel
    from tests.market.scenes import eventful

    model = MarketModel(eventful(), seed=5)
    model.run()
    h = hashlib.sha256(model.result().digest.encode())
    for array in (*model.people, model.firm_records, *model.place):
        h.update(np.ascontiguousarray(array).tobytes())
    return h.hexdigest()


def rows() -> str:
    """SHA-256 of the rows that a sweep's table gets of three runs of such a market."""
    from sim.market.model import simulate
    from sim.market.result import firm_rows
    from tests.market.scenes import eventful

    found = [firm_rows(simulate(eventful(weeks=260), seed=seed)) for seed in (1, 2, 3)]
    return hashlib.sha256(repr(found).encode()).hexdigest()


if __name__ == "__main__":
    print({"functions": functions, "rows": rows, "market": market}[sys.argv[1]]())
