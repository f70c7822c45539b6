"""Points in the unit cube for designs that sample factors rather than combine their levels.

Every function gives rows of k numbers in [0, 1], one row a treatment and one number a
factor, and draws from the study's root seed alone: the same study has the same treatments
on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray

Points = list[list[float]]
DRAW_RULE = "userfirst design 1"  # a new rule is a new text
MORRIS_LEVELS = (0.0, 1 / 3, 2 / 3, 1.0)  # p = 4 (Morris 1991)
MORRIS_STEP = 2 / 3  # delta = p / (2 (p - 1)): every level is reached equally often


def draws(root: int) -> Generator:
    """The generator of a design, apart from the seeds of the runs."""
    import numpy as np

    found = hashlib.sha256(f"{DRAW_RULE} {root}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(found[:16], "big")))


def latin_hypercube(n: int, k: int, root: int) -> Points:
    """n points: in each factor one in every n-th part of the range (McKay et al. 1979)."""
    from scipy.stats import qmc

    return _plain(qmc.LatinHypercube(k, seed=draws(root)).random(n))


def sobol(n: int, k: int, root: int) -> Points:
    """n (k + 2) points for variance-based indices (Saltelli et al. 2010), n a power of two.

    n points A, n points B, then for each factor the n points A with that factor from B.  A and
    B are the two halves of one scrambled Sobol sequence in 2k dimensions, as in SciPy.
    """
    import numpy as np
    from scipy.stats import qmc

    both = qmc.Sobol(2 * k, scramble=True, seed=draws(root)).random_base2(n.bit_length() - 1)
    a, b = both[:, :k], both[:, k:]
    mixed = [np.where(np.arange(k) == factor, b, a) for factor in range(k)]
    return _plain(np.concatenate([a, b, *mixed]))


def morris(n: int, k: int, root: int) -> Points:
    """n paths of k + 1 points; each step moves one factor by 2/3, up or down (Morris 1991)."""
    import numpy as np

    rng = draws(root)
    points: Points = []
    for _ in range(n):
        up = rng.random(k) < 0.5
        low = np.array(MORRIS_LEVELS[:2])[rng.integers(0, 2, k)]
        here = np.where(up, low, low + MORRIS_STEP)
        points.append(here.tolist())
        for factor in rng.permutation(k):
            here[factor] += MORRIS_STEP if up[factor] else -MORRIS_STEP
            points.append(here.tolist())
    return points


def _plain(points: NDArray[np.float64]) -> Points:
    found: Points = points.tolist()
    return found


SAMPLES: dict[str, Callable[[int, int, int], Points]] = {
    "latin-hypercube": latin_hypercube,
    "sobol": sobol,
    "morris": morris,
}
