"""The plain market diffusion, stated once; each module beside this one is it in its own style.

N people, ten neighbours each, eight firms.  Everybody begins with firm 0.  Each week all people at
once look at what their neighbours chose last week and choose anew: firm f with a probability in
proportion to ``exp(APPEAL[f] + SOCIAL * neighbours with f)``.  The week ends with a count of people
by firm.  Firm 7 is the best, and spreads; how fast is the curve that all must agree on.

Each module has ``begin(links, seed)``, which sets up people who are linked as given and returns a
function that lives so many weeks and returns the counts of each, shape (weeks, FIRMS).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

FIRMS, NEIGHBOURS = 8, 10
APPEAL = np.array([0.0, -0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 1.0])
SOCIAL = 0.4
Links = NDArray[np.uint32]
Counts = NDArray[np.int64]
Lived = Callable[[int], Counts]


def linked(people: int, seed: int) -> Links:
    """Neighbours (N, 10) of everyone, mutual and all different.

    People stand in a circle in random order and know those at five random distances to either
    side: no two pairs meet twice, and whom one knows lies anywhere in memory.
    """
    rng = np.random.default_rng(seed)
    distances = rng.choice(np.arange(1, (people - 1) // 2 + 1), NEIGHBOURS // 2, replace=False)
    order = rng.permutation(people).astype(np.uint32)
    links = np.empty((people, NEIGHBOURS), np.uint32)
    for column, distance in enumerate([*distances, *-distances]):
        links[order, column] = np.roll(order, distance)
    return links


def pairs(links: Links) -> NDArray[np.int64]:
    """Each pair of neighbours once, the smaller first, (5 N, 2)."""
    both = np.column_stack([np.repeat(np.arange(len(links)), NEIGHBOURS), links.ravel()])
    return both[both[:, 0] < both[:, 1]].astype(np.int64)


def graph(links: Links) -> Any:
    """The same as a networkx graph with nodes 0..N-1 in order."""
    import networkx

    made = networkx.Graph()
    made.add_nodes_from(range(len(links)))
    made.add_edges_from(pairs(links).tolist())
    return made
