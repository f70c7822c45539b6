"""All writings of the plain market diffusion live the same market."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.bench.diffusion.stated import APPEAL, FIRMS, NEIGHBOURS, SOCIAL, linked, pairs
from tests.bench.frameworks import WAYS, Way, begun, missing

PEOPLE, WEEKS = 1_000, 12
MANY, FEW, Z = 60, 6, 4.5
OURS, *OTHERS = WAYS


def curves(way: Way, runs: int) -> NDArray[np.float64]:
    """Shares of firms (runs, weeks, FIRMS); a seed for each run."""
    links = linked(PEOPLE, 1)
    return np.array([begun(way, links, 1 + seed)(WEEKS) / PEOPLE for seed in range(runs)])


@functools.cache
def ours() -> NDArray[np.float64]:
    """Curves of many runs of ours: they give the sampling error too."""
    return curves(OURS, MANY)


@pytest.mark.parametrize("way", OTHERS, ids=lambda way: way.package)
def test_every_framework_has_our_curve(way: Way) -> None:
    """96 shares within 4.5 standard errors of our mean: chance fails it once in 1,500 seeds."""
    if why := missing(way):
        pytest.skip(why)
    theirs, expected, error = curves(way, FEW).mean(axis=0), ours().mean(axis=0), ours().std(axis=0)
    z = (theirs - expected) / (np.maximum(error, 1 / PEOPLE) * np.sqrt(1 / FEW + 1 / MANY))
    assert theirs.shape == (WEEKS, FIRMS)
    assert np.abs(z).max() < Z, (way.title, np.abs(z).max())


def test_the_first_week_is_a_logit_of_the_stated_utility() -> None:
    """All neighbours have firm 0: shares are a softmax, within 4.5 binomial standard errors."""
    people = 200_000
    share = np.exp(APPEAL + SOCIAL * NEIGHBOURS * (np.arange(FIRMS) == 0))
    share /= share.sum()
    counts = begun(OURS, linked(people, 1))(1)[0]
    z = (counts - people * share) / np.sqrt(people * share * (1 - share))
    assert np.abs(z).max() < Z


def test_the_best_firm_spreads() -> None:
    best = ours()[..., -1].mean(axis=0)
    assert best[0] < 0.15
    assert best[-1] > 0.9
    assert np.all(np.diff(best[:8]) > 0)


def test_weeks_may_be_lived_in_parts() -> None:
    links = linked(PEOPLE, 1)
    live = begun(OURS, links)
    np.testing.assert_array_equal(np.concatenate([live(3), live(4)]), begun(OURS, links)(7))


def test_neighbours_are_mutual_and_ten_different_ones() -> None:
    for people in (23, PEOPLE):
        links = linked(people, 5)
        assert all(len({*row, i}) == NEIGHBOURS + 1 for i, row in enumerate(links.tolist()))
        assert all(i in links[j] for i, row in enumerate(links) for j in row)
        assert len(pairs(links)) == people * NEIGHBOURS // 2


def test_what_is_missing_says_why() -> None:
    absent = Way("?", "with_nothing", "no-such-framework", "", "")
    assert "no-such-framework is not installed" in missing(absent)
    assert "cannot be imported" in missing(Way("?", "with_nothing", "numpy", "", ""))
    assert missing(OURS) == ""
