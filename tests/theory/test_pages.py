"""Pages that grow by preference: the urn (B15) and Yule-Simon sizes (B16), on the engine's kernel.

B15, no page founded: the share of one of two pages is uniform, Beta(1, 1); of three pages the
largest has 11/18 on average and the sum of squared shares is 1/2 (Polya; Dirichlet(1, 1, 1)).
B16, pages founded with chance e: sizes fall off with the exponent 1/(1 - e) (Yule 1925; Simon
1955).  A page's size counts its founder: 1 + those who joined.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import betaln
from scipy.stats import kstest

from sim.market import rng
from sim.market.items import MOST_JOIN, join_pages
from sim.market.records import FIRM

F = NDArray[np.float64]
WORLDS = 4000


class Rules(NamedTuple):
    """What the kernel reads of the rules."""

    title_noise: float = 1.0


def sizes(n_pages: int, arrivals: int, seed: int, entry: float = 0.0) -> F:
    """Sizes of the pages of one firm after so many arrivals, popularity 1, all equally good."""
    room = 512 if entry else n_pages
    joined, appeal, chance = np.zeros(room, np.int64), np.zeros(room), np.zeros(room)
    firm = np.zeros(1, FIRM)[0]
    firm["items"], firm["popularity"], firm["uid"], firm["founding"] = n_pages, 1.0, 3, entry
    k0, k1 = rng.key(seed)
    left, week = arrivals, 0
    while left > 0:
        week, now = week + 1, min(left, MOST_JOIN)
        firm["fans"], firm["joined"] = joined.sum() + now, joined.sum()
        join_pages(week, firm, joined, appeal, chance, Rules(), k0, k1)
        left -= now
    return 1.0 + joined[: firm["items"]]


def shares(n_pages: int, worlds: int = WORLDS, arrivals: int = 1000) -> F:
    """Shares of the pages in each world, (worlds, pages)."""
    found = np.array([sizes(n_pages, arrivals, seed) for seed in range(worlds)])
    return found / found.sum(axis=1, keepdims=True)


def test_the_share_of_one_of_two_pages_is_uniform() -> None:
    first = shares(2)[:, 0]
    # shares are on a lattice of 1,001 points: a uniform of its width makes them continuous
    spread = np.random.default_rng(1).uniform(-0.5, 0.5, first.size)
    assert kstest((first * 1002 - 1 + 0.5 + spread) / 1001, "uniform").pvalue > 0.01


def test_three_pages_have_the_shares_of_a_flat_dirichlet() -> None:
    found = shares(3)
    largest, squared = found.max(axis=1), (found**2).sum(axis=1)
    for value, known in ((largest, 11 / 18), (squared, 1 / 2)):
        error = value.std(ddof=1) / np.sqrt(WORLDS)  # .0026 and .0024
        assert abs(value.mean() - known) < 4 * error


def exponent(found: F) -> float:
    """Maximum-likelihood exponent of the Yule distribution p(k) = rho B(k, rho + 1)."""

    def loss(rho: float) -> float:
        return -float((np.log(rho) + betaln(found, rho + 1)).sum())

    return float(minimize_scalar(loss, bounds=(0.5, 3), method="bounded").x)


@pytest.mark.parametrize("entry", [0.1, 0.2, 0.3])
def test_sizes_fall_off_as_yule_and_simon_say(entry: float) -> None:
    """About 20,000 pages: 40 firms that found up to 500 each."""
    arrivals = int(480 / entry)
    found = np.concatenate([sizes(1, arrivals, seed, entry)[1:] for seed in range(40)])
    assert found.size > 40 * 400
    assert exponent(found) == pytest.approx(1 / (1 - entry), abs=0.05)
