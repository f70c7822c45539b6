"""Draws: Philox4x32-10 of Random123, and uniforms that are even whichever way one walks.

Known answers: kat_vectors of Random123 (Salmon, Moraes, Dror & Shaw 2011).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import chi2, chisquare, kstest

from sim.market import rng

KNOWN = [
    (
        (0, 0, 0, 0), (0, 0),
        (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
    ),
    (
        (0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]  # fmt: skip
PURPOSES = {
    name: value for name, value in vars(rng).items() if name.isupper() and isinstance(value, int)
}


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_philox_known_answers(
    counter: tuple[int, ...], key: tuple[int, ...], words: tuple[int, ...]
) -> None:
    arguments = [np.uint32(word) for word in (*counter, *key)]
    assert tuple(int(word) for word in rng.philox(*arguments)) == words


def test_a_uniform_is_the_upper_twenty_four_bits() -> None:
    """Exact in float32, never 1; seed 0, id 0, week 0, purpose 0 is the first known answer."""
    first = tuple((word >> 8) * 2.0**-24 for word in KNOWN[0][2])
    assert rng.block(0, 0, 0, 0) == first
    assert rng.uniforms(0, 0, 0, 1)[0].tolist() == list(first)
    assert float(rng.uniform(np.uint32(0xFFFFFFFF))) == 1 - 2.0**-24
    assert float(rng.uniform(np.uint32(0xFF))) == 0.0


def test_a_seed_is_two_key_words() -> None:
    assert rng.key(0) == (0, 0)
    assert rng.key(2**63 - 1) == (0xFFFFFFFF, 0x7FFFFFFF)
    assert rng.block(5, 1, 2, 3) != rng.block(5 + 2**32, 1, 2, 3)


def test_every_process_has_a_purpose_of_its_own() -> None:
    assert len(PURPOSES) >= 20
    assert len(set(PURPOSES.values())) == len(PURPOSES)


def cube(seed: int = 3) -> np.ndarray:
    """Uniforms (person 64, week 64, purpose, word)."""
    purposes = sorted(PURPOSES.values())[:16]
    grid = [[rng.uniforms(seed, p, week, 64) for p in purposes] for week in range(64)]
    return np.array(grid, np.float64).transpose(2, 0, 1, 3)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (1, 0, 2, 3), (2, 1, 0, 3), (3, 2, 1, 0)])
def test_uniforms_are_even_in_any_order(order: tuple[int, ...]) -> None:
    """262,144 draws in person, week, purpose or word order: one by one, and as pairs in a row."""
    u = cube().transpose(order).ravel()
    assert kstest(u, "uniform").pvalue > 1e-3
    cells = np.bincount((u * 1024).astype(int), minlength=1024)
    assert chisquare(cells).pvalue > 1e-3
    pairs = (u[0::2] * 32).astype(int) * 32 + (u[1::2] * 32).astype(int)
    assert chisquare(np.bincount(pairs, minlength=1024)).pvalue > 1e-3


def test_neighbours_do_not_go_together() -> None:
    """Correlation with the next person, week, purpose, and between words: 4.5 / sqrt(n)."""
    u = cube()
    for axis in range(3):
        a = np.take(u, range(u.shape[axis] - 1), axis).ravel()
        b = np.take(u, range(1, u.shape[axis]), axis).ravel()
        assert abs(np.corrcoef(a, b)[0, 1]) < 4.5 / np.sqrt(a.size), axis
    for i, j in combinations(range(4), 2):
        r = np.corrcoef(u[..., i].ravel(), u[..., j].ravel())[0, 1]
        assert abs(r) < 4.5 / np.sqrt(u[..., 0].size), (i, j)
    seeds = [cube(seed).ravel() for seed in (3, 4, 3 + 2**32)]
    for a, b in combinations(seeds, 2):
        assert abs(np.corrcoef(a, b)[0, 1]) < 4.5 / np.sqrt(a.size)


def test_normals_are_normal() -> None:
    """400,000 of them: the law, two-sided; variance 1 within 4.5 standard errors; column by id."""
    z = rng.normals(11, rng.NEED, 100_000, 4)
    assert kstest(z.ravel(), "norm").pvalue > 1e-3
    assert z.var() == pytest.approx(1, abs=4.5 * np.sqrt(2 / z.size))
    low, high = chi2.ppf([1e-4, 1 - 1e-4], z.size - 1) / (z.size - 1)
    assert low < z.var(ddof=1) < high
    assert np.array_equal(rng.normals(11, rng.NEED, 50, 2), z[:50, :2])
