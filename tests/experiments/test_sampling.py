"""Designs that sample: their points against their definitions, and a function of known indices."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import sobol_indices, uniform

from sim.experiments.design import combinations
from sim.experiments.sampling import SAMPLES, latin_hypercube, morris, sobol
from sim.experiments.study import SAMPLED, Study
from tests.conftest import ROOT, environment

FACTORS = {
    "cash": {"range": [0.3, 3.0], "scale": "log"},
    "rounds": {"range": [0, 4]},
    "kind": {"values": ["user-first", {"use": "freemium", "fee": 1}, "placebo"]},
}
WHOLE = frozenset({"rounds"})


def settings(kind: str, n: int, seed: int = 7) -> list[dict[str, object]]:
    study = Study.model_validate(
        {"title": "T", "scenario": "s", "design": {kind: n}, "factors": FACTORS, "seed": seed}
    )
    return [each for _, each in combinations(study, WHOLE)]


def test_every_sampled_design_has_its_sampler() -> None:
    assert set(SAMPLES) == set(SAMPLED)


@pytest.mark.parametrize("kind", SAMPLED)
def test_points_lie_in_the_unit_cube_and_follow_the_root_seed(kind: str) -> None:
    points = np.array(SAMPLES[kind](8, 3, 1))
    assert points.shape[1] == 3
    assert points.min() >= 0
    assert points.max() <= 1
    assert SAMPLES[kind](8, 3, 1) == points.tolist()
    assert SAMPLES[kind](8, 3, 2) != points.tolist()


@pytest.mark.parametrize("kind", SAMPLED)
def test_another_process_draws_the_same_points(kind: str) -> None:
    code = f"from sim.experiments.sampling import SAMPLES; print(SAMPLES[{kind!r}](4, 2, 5))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT,
        env=environment({"PYTHONHASHSEED": "77"}),
    )  # fmt: skip
    assert done.stdout.strip() == str(SAMPLES[kind](4, 2, 5))


def test_a_latin_hypercube_has_one_point_in_every_row_of_every_factor() -> None:
    points = np.array(latin_hypercube(20, 3, 1))
    for factor in points.T:
        assert sorted(np.floor(factor * 20)) == list(range(20))


def test_sobol_is_a_then_b_then_a_with_one_factor_from_b() -> None:
    n, k = 16, 3
    points = np.array(sobol(n, k, 1))
    assert points.shape == (n * (k + 2), k)
    blocks = points.reshape(k + 2, n, k)
    a, b = blocks[:2]
    assert not (a == b).any()
    for factor in range(k):
        expected = a.copy()
        expected[:, factor] = b[:, factor]
        assert np.array_equal(blocks[2 + factor], expected)
    for half in (a, b):  # a (0, m, s)-net in one dimension: one point in every n-th part
        for column in half.T:
            assert sorted(np.floor(column * n)) == list(range(n))


def test_sobol_points_give_the_indices_of_ishigami() -> None:
    """Ishigami & Homma 1990, a = 7, b = 0.1: S = (.3139, .4424, 0), ST = (.5576, .4424, .2437)."""
    n, k = 1024, 3
    x = np.pi * (2 * np.array(sobol(n, k, 3)) - 1)
    y = np.sin(x[:, 0]) * (1 + 0.1 * x[:, 2] ** 4) + 7 * np.sin(x[:, 1]) ** 2
    a, b, *mixed = y.reshape(k + 2, n)
    found = sobol_indices(
        func={"f_A": a[None], "f_B": b[None], "f_AB": np.array(mixed)[:, None]}, n=n
    )
    assert np.allclose(found.first_order, [[0.3139, 0.4424, 0.0]], atol=0.04)
    assert np.allclose(found.total_order, [[0.5576, 0.4424, 0.2437]], atol=0.04)
    own = sobol_indices(func=_ishigami, n=n, dists=[uniform(-np.pi, 2 * np.pi)] * 3, rng=1)
    assert np.allclose(found.first_order, own.first_order, atol=0.05)


def _ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[0]) * (1 + 0.1 * x[2] ** 4) + 7 * np.sin(x[1]) ** 2


def test_a_morris_path_moves_every_factor_once_by_two_thirds() -> None:
    n, k = 30, 4
    points = np.array(morris(n, k, 1)).reshape(n, k + 1, k)
    steps = np.diff(points, axis=1)
    assert np.allclose(np.sort(np.abs(steps), axis=2)[..., :-1], 0)
    moved = np.abs(steps).sum(axis=1)
    assert np.allclose(moved, 2 / 3)  # over a path: each factor once
    assert {round(level * 3) for level in points.ravel()} == {0, 1, 2, 3}
    up = (steps.sum(axis=1) > 0).mean()
    assert 0.3 < up < 0.7


def test_morris_effects_of_a_line_are_its_slopes() -> None:
    slopes = np.array([3.0, -1.0, 0.0])
    points = np.array(morris(10, 3, 2)).reshape(10, 4, 3)
    effects = np.diff(points @ slopes, axis=1)
    steps = np.diff(points, axis=1)
    assert np.allclose(effects, steps @ slopes)
    assert np.allclose(effects / steps.sum(axis=2), np.abs(np.sign(steps)) @ slopes)


@pytest.mark.parametrize(("kind", "n"), [("latin-hypercube", 30), ("sobol", 8), ("morris", 10)])
def test_levels_are_of_the_kind_that_the_field_takes(kind: str, n: int) -> None:
    made = settings(kind, n)
    assert {type(each["rounds"]) for each in made} == {int}
    assert {each["rounds"] for each in made} <= set(range(5))
    assert all(0.3 <= float(str(each["cash"])) <= 3.0 for each in made)
    kinds = [str(each["kind"]) for each in made]
    assert len(set(kinds)) == 3, "whole strategies are levels too"


def test_consecutive_treatments_of_morris_differ_in_one_factor() -> None:
    made = settings("morris", 12)
    for start in range(0, len(made), 4):
        for before, after in pairwise(made[start : start + 4]):
            assert sum(before[path] != after[path] for path in FACTORS) == 1


def test_a_latin_hypercube_of_values_takes_them_equally_often() -> None:
    kinds = [str(each["kind"]) for each in settings("latin-hypercube", 30)]
    assert sorted(kinds.count(kind) for kind in set(kinds)) == [10, 10, 10]


def test_a_log_range_is_even_in_ratios() -> None:
    cash = np.array([float(str(each["cash"])) for each in settings("latin-hypercube", 40)])
    assert (cash < np.sqrt(0.3 * 3.0)).sum() == 20  # half lie below the geometric mean
