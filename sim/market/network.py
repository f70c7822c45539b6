"""Who listens to whom: a sparse, homophilous small world (ODD section 5).

Each of the D links of a person points, with chance ``influence``, to an influencer; else
with chance ``same_block`` into the own block (to a near neighbour, or with chance
``rewired`` to anyone of the block); else to anyone.  Then Coleman's index of homophily is
``same_block`` (McPherson et al. 2001), and near links cluster (Watts & Strogatz 1998).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.market import rng
from sim.market.rng import philox, uniform
from sim.scenario.schema import ROLES, Scenario

INFLUENCER = ROLES.index("influencer")


@njit(cache=True)
def _pick(u: Any, first: Any, size: Any, but: Any) -> Any:
    """Someone of first .. first + size - 1 other than ``but`` (who is one of them)."""
    other = first + min(size - 2, int(float(u) * (size - 1)))
    return other + 1 if other >= but else other


@njit(cache=True)
def _listen(links: Any, block: Any, start: Any, influencers: Any, influence: Any, same: Any,
            rewired: Any, k0: Any, k1: Any) -> None:  # fmt: skip
    n, degree = links.shape
    for i in range(n):
        first = start[block[i]]
        size = start[block[i] + 1] - first
        for d in range(degree):
            words = philox(i, d, rng.LINK, 0, k0, k1)
            u, v, w = uniform(words[0]), uniform(words[1]), uniform(words[2])
            if u < influence and influencers.shape[0] > 0:
                j = influencers[int(float(w) * influencers.shape[0])]
                links[i, d] = j if j != i else _pick(w, 0, n, i)
            elif v >= same or size < 2:
                links[i, d] = _pick(w, 0, n, i)
            elif uniform(words[3]) < rewired or size <= degree:
                links[i, d] = _pick(w, first, size, i)
            else:  # near neighbours on the ring of the block: +1, -1, +2, -2, ...
                step = d // 2 + 1 if d % 2 == 0 else -(d // 2 + 1)
                links[i, d] = first + (i - first + step) % size


def listen(
    scenario: Scenario, seed: int, block: NDArray[np.int64], role: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """Links (N, D); ``block`` must be sorted. Complete mixing needs none: (N, 0)."""
    rule = scenario.people.links
    n = block.shape[0]
    if rule.mixing == "complete":
        return np.empty((n, 0), np.uint32)
    links = np.empty((n, rule.mean), np.uint32)
    start = np.searchsorted(block, np.arange(int(block[-1]) + 2)).astype(np.int64)
    influencers = np.flatnonzero(role == INFLUENCER).astype(np.int64)
    _listen(links, block, start, influencers, rule.influence, rule.same_block, rule.rewired,
            *rng.key(seed))  # fmt: skip
    return links
