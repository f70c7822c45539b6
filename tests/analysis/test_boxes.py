"""Boxes: their bounds, words and unions, and the chance of a limit."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.boxes import Limit, merged, round_between
from sim.analysis.prim import quasi_p


@pytest.mark.parametrize(
    ("below", "above", "expected"),
    [(0.5, 1.0, 0.8), (2, 4, 3), (0, 1, 0.5), (0.93, 1.08, 1.0), (-4, -2, -3), (99, 101, 100),
     (0.812345, 0.812349, 0.812347), (-0.5, 0.7, 0.1), (1e-7, 3e-7, 2e-7), (5, 50, 30)],
)  # fmt: skip
def test_bounds_are_round(below: float, above: float, expected: float) -> None:
    found = round_between(below, above)
    assert below < found <= above
    assert found == pytest.approx(expected, rel=0.3)
    assert len(f"{found:.12g}") <= len(f"{expected:.12g}")


def test_limits_read_as_words() -> None:
    assert Limit("a", 1, 2.5).words("cash") == "1 <= cash < 2.5"
    assert Limit("a", among=("x", "y"), others=("z", "w")).words("kind") == "kind is x or y"
    assert Limit("a", among=("x", "y"), others=("z",)).words("kind") == "kind is not z"


def test_boxes_merge_where_they_meet() -> None:
    low, mid, high = (np.array([i == j for j in range(3)]) for i in range(3))
    every = np.ones(3, dtype=bool)
    numeric = (True, True)
    (one,) = merged([(low, every), (mid, every)], numeric)
    assert one[0].tolist() == [True, True, False]
    assert len(merged([(low, every), (high, every)], numeric)) == 2  # a gap between
    assert len(merged([(low, every), (high, every)], (False, True))) == 1
    assert len(merged([(low, mid), (mid, every)], numeric)) == 2


def test_quasi_p_is_the_binomial_tail() -> None:
    # 3 of 3 where a third is usual: 1/27; 0 of 3: certain
    assert quasi_p(3, 3, 1 / 3) == pytest.approx(1 / 27)
    assert quasi_p(2, 3, 1 / 3) == pytest.approx(7 / 27)
    assert quasi_p(0, 3, 1 / 3) == 1
