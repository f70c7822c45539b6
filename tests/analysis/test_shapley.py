"""Shapley values of games whose values are known: additive, glove, unanimity, airport."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.analysis.pairs import outcome
from sim.analysis.points import Points, Target
from sim.analysis.shapley import shapley_of, shapley_values

K = 4
SUBSETS = np.arange(1 << K)
ON = (SUBSETS[:, None] >> np.arange(K) & 1).astype(bool)  # (2**K, K)


def test_in_an_additive_game_everyone_gets_what_it_adds() -> None:
    worth = np.array([3.0, -1.0, 0.5, 0.0])
    assert shapley_values(ON @ worth + 7) == pytest.approx(worth)


def test_the_glove_game() -> None:
    """Players 0 and 1 hold a left glove, 2 a right one: 1/6, 1/6, 2/3 (Shapley & Shubik 1969)."""
    subsets = np.arange(8)
    left = (subsets & 1) + (subsets >> 1 & 1)
    pairs = np.minimum(left, subsets >> 2 & 1)
    assert shapley_values(pairs) == pytest.approx([1 / 6, 1 / 6, 2 / 3])


def test_the_airport_game() -> None:
    """A runway as long as the largest needs: each length shared by who needs it (Littlechild)."""
    cost = np.array([1.0, 2.0, 4.0, 8.0])
    worth = (ON * cost).max(axis=1)
    shared = np.cumsum(np.diff(cost, prepend=0) / np.arange(K, 0, -1))
    assert shapley_values(worth) == pytest.approx(shared)


def test_they_add_up_and_are_linear_over_replicates() -> None:
    worth = np.random.default_rng(3).normal(size=(1 << 7, 5))
    found = shapley_values(worth)
    assert found.shape == (7, 5)
    assert found.sum(axis=0) == pytest.approx(worth[-1] - worth[0])
    assert found.mean(axis=1) == pytest.approx(shapley_values(worth.mean(axis=1)))


def test_a_number_of_subsets_that_no_game_has_is_refused() -> None:
    for n in (0, 1, 3, 127):
        with pytest.raises(ValueError, match="subsets"):
            shapley_values(np.zeros(n))


def grid(replicates: int, noise: float, order: int = 4) -> Points:
    """A study of three factors, .2 and .1 and nothing, with noise of its own in each replicate."""
    treatments: list[tuple[str, dict[str, Any]]] = [
        (f"t{s}", {f"x.{n}": s >> i & 1 for i, n in enumerate("abc")})
        for s in np.random.default_rng(order).permutation(8).tolist()
    ]
    rng = np.random.default_rng(0)
    rows = [
        {"run": f"{name}-{r}", "treatment": name, "replicate": r, "strategy": "user-first",
         "discounted_profit": 0.2 * s["x.a"] + 0.1 * s["x.b"] + noise * rng.normal()}
        for name, s in treatments for r in range(replicates)
    ]  # fmt: skip
    return Points(pd.DataFrame(rows), treatments, None)


TARGET = Target(outcome("discounted_profit"), "user-first")


def test_a_study_is_read_whatever_the_order_of_its_treatments() -> None:
    found = shapley_of(grid(8, 0.01), TARGET)
    assert found.factors == ("x.a", "x.b", "x.c")
    assert found.order[:2] == (0, 1)
    for one, worth in zip(found.shares, (0.2, 0.1, 0.0), strict=True):
        # sd of a share of 3: .01 * sqrt(2 (1/9 + 2/36 + 1/9)), over 8 replicates
        assert one.value == pytest.approx(worth, abs=4 * 0.01 * np.sqrt(5 / 9 / 8))
        assert one.low < one.value < one.high
    assert sum(one.value for one in found.shares) == pytest.approx(found.whole.value)
    assert found.n == 8


def test_without_noise_alone_missed_and_share_agree() -> None:
    found = shapley_of(grid(2, 0), TARGET)
    for kind in (found.shares, found.alone, found.missed):
        assert [one.value for one in kind] == pytest.approx([0.2, 0.1, 0.0])


def test_designs_that_are_no_game_are_refused() -> None:
    full = grid(2, 0)
    with pytest.raises(ValueError, match="8 subsets"):
        shapley_of(full._replace(treatments=full.treatments[:7]), TARGET)
    three = [(name, {**s, "x.a": s["x.a"] + s["x.b"]}) for name, s in full.treatments]
    with pytest.raises(ValueError, match=r"x\.a is not on or off"):
        shapley_of(full._replace(treatments=three), TARGET)
