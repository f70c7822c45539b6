"""Morris effects: linear functions, the functions of Morris and Sobol, units, noise, refusals."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sim.analysis.screening import FactorEffect, MorrisDesign, Screening, morris_design, screen
from sim.analysis.sensitivity import screening_in_words
from sim.experiments.study import Factor
from tests.analysis.designs import F, morris_points, treatments


def by_name(found: Screening) -> dict[str, FactorEffect]:
    return {one.factor: one for one in found.effects}


def test_linear_function_gives_its_weights_without_spread() -> None:
    points, weights = morris_points(4, 8), np.array([2.0, -5.0, 0.5, 0.0])
    found = screen((points @ weights)[:, None], morris_design(treatments(points)))
    assert [one.factor for one in found.effects] == ["b", "a", "c", "d"]
    for name, weight in zip("abcd", weights, strict=True):
        one = by_name(found)[name]
        assert one.mu.value == pytest.approx(weight)
        assert one.mu_star.value == pytest.approx(abs(weight))
        assert one.sigma.value == pytest.approx(0, abs=1e-12)
        assert one.told == (weight != 0)
        assert one.mu.sign == np.sign(weight)


def morris_function(x: F) -> F:
    """Morris 1991, section 5, with those coefficients 0 that are drawn at random there."""
    w = 2 * (x - 0.5)
    curved = [2, 4, 6]
    w[:, curved] = 2 * (1.1 * x[:, curved] / (x[:, curved] + 0.1) - 0.5)
    y = 20 * w[:, :10].sum(axis=1)
    for size, first, weight in ((2, 6, -15.0), (3, 5, -10.0), (4, 4, 5.0)):
        for group in itertools.combinations(range(first), size):
            y += weight * w[:, group].prod(axis=1)
    return y


def test_morris_function_falls_into_its_three_groups() -> None:
    names = "abcdefghijklmnopqrst"
    points = morris_points(20, 30)
    design = morris_design(treatments(points, names))
    found = by_name(screen(morris_function(points)[:, None], design))
    for name in "hij":  # 20 w: 40 over the range, the same everywhere
        assert found[name].mu_star.value == pytest.approx(40)
        assert found[name].sigma.value == pytest.approx(0, abs=1e-9)
    for name in names[10:]:
        assert found[name].mu_star.value == 0
        assert not found[name].told
    for name in "abcdefg":
        assert found[name].sigma.low > 5  # interactions, or the curve of the seventh
        assert found[name].told


def g_function(x: F) -> F:
    """Product of (|4 x - 2| + a) / (1 + a), a = 0, 1, 4.5, 9 (Saltelli & Sobol 1995)."""
    a = np.array([0, 1, 4.5, 9])
    return ((np.abs(4 * x - 2) + a) / (1 + a)).prod(axis=1)


def exact_mu_star() -> F:
    """Mean size of the effect of a step of 2/3 over every point of the grid of four levels."""
    grid = np.array(list(itertools.product((0, 1 / 3, 2 / 3, 1), repeat=4)))
    found = []
    for j in range(4):
        low = grid[grid[:, j] < 0.5]
        high = low + np.eye(4)[j] * 2 / 3
        found.append(np.abs(g_function(high) - g_function(low)).mean() * 1.5)
    return np.array(found)


def test_g_function_has_the_effects_of_its_whole_grid() -> None:
    points = morris_points(4, 300)
    found = screen(g_function(points)[:, None], morris_design(treatments(points)))
    assert [one.factor for one in found.effects] == ["a", "b", "c", "d"]
    for one, truth in zip(found.effects, exact_mu_star(), strict=True):
        width = one.mu_star.high - one.mu_star.low
        assert one.mu_star.value == pytest.approx(truth, abs=0.8 * width)  # three errors
        assert width < 0.4 * truth
        assert one.mu.low < 0 < one.mu.high  # as often down as up: mu alone would miss it


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    truth, hits = exact_mu_star(), []
    for seed in range(60):
        points = morris_points(4, 40, seed)
        found = by_name(screen(g_function(points)[:, None], morris_design(treatments(points)),
                               draws=400))  # fmt: skip
        hits.append([found[n].mu_star.low <= t <= found[n].mu_star.high
                     for n, t in zip("abcd", truth, strict=True)])  # fmt: skip
    # 240 intervals of 95%, dependent in fours; the percentile bootstrap of 40 is a little narrow
    assert 0.88 < np.mean(hits) < 0.995


def test_effects_are_over_the_whole_range_on_the_factors_scale() -> None:
    points = morris_points(3, 6)
    known = {
        "cash": Factor.model_validate({"range": [0.1, 10], "scale": "log"}),
        "effect": Factor.model_validate({"range": [0, 8]}),
        "rounds": Factor.model_validate({"values": [0, 1, 5, 20]}),
    }
    design = [
        (str(i), {path: factor.at(u) for u, (path, factor) in zip(row, known.items(), strict=True)})
        for i, row in enumerate(points)
    ]
    y = [np.log10(at["cash"]) + at["effect"] / 2 for _, at in design]
    found = by_name(screen(np.array(y)[:, None], morris_design(design, known)))
    assert found["cash"].mu.value == pytest.approx(2)  # two powers of ten
    assert found["effect"].mu.value == pytest.approx(4)
    assert found["rounds"].mu.value == 0
    steps = morris_design(design, known).steps
    assert set(np.round(np.abs(steps.ravel()), 9)) == {round(2 / 3, 9)}
    # without the study's file: between the least and the greatest level there is
    guessed = by_name(screen(np.array(y)[:, None], morris_design(design)))
    assert guessed["effect"].mu.value == pytest.approx(4)


def test_a_change_of_category_is_one_whole_step() -> None:
    factor = Factor.model_validate({"values": ["none", "some", "lots"]})
    size = Factor.model_validate({"range": [0, 1]})
    points = morris_points(2, 40)
    design = [(str(i), {"kind": factor.at(u), "size": size.at(v)})
              for i, (u, v) in enumerate(points)]  # fmt: skip
    y = np.array([{"none": 0.0, "some": 3.0, "lots": 3.0}[at["kind"]] for _, at in design])
    found = by_name(screen(y[:, None], morris_design(design, {"kind": factor, "size": size})))
    # none to lots, or some to lots: 3 and 0, each about half of the time
    assert 1 < found["kind"].mu_star.value < 2
    assert not found["kind"].ordered
    assert found["size"].mu_star.value == 0


def noisy(seed: int, n: int = 12, replicates: int = 4) -> tuple[F, MorrisDesign]:
    """One factor of 2, five of nothing; noise of 1 and something common to each replicate."""
    rng, points = np.random.default_rng(seed), morris_points(6, n, seed)
    y = 2 * points[:, :1] + rng.normal(0, 1, (len(points), replicates))
    return y + rng.normal(0, 9, replicates), morris_design(treatments(points))


def test_floor_is_what_noise_gives_a_factor_that_does_nothing() -> None:
    floors, sizes, wrong = [], [], 0
    for seed in range(40):
        found = by_name(screen(*noisy(seed), draws=400))
        idle = [found[name] for name in "bcdef"]
        floors += [one.floor for one in idle]
        sizes += [one.mu_star.value for one in idle]
        wrong += any(one.told for one in idle)
    # a difference of two means of 4, over a step of 2/3: standard deviation 1.06, mean size .85
    truth = np.sqrt(2 / 4) * 1.5 * np.sqrt(2 / np.pi)
    assert np.mean(sizes) == pytest.approx(truth, rel=0.05)
    assert np.mean(floors) == pytest.approx(truth, rel=0.03)
    assert wrong <= 6  # 5% of 40 is 2; 6 is exceeded in 1% of all cases


def test_a_large_effect_is_told_in_noise_and_one_replicate_has_no_floor() -> None:
    found = screen(*noisy(1, 20, 8))
    assert [one.factor for one in found.effects if one.told] == ["a"]
    y, design = noisy(1)
    alone = screen(y[:, :1], design).effects[0]
    assert np.isnan(alone.floor)
    assert np.isnan(alone.p)


def test_an_effect_in_a_few_trajectories_is_told() -> None:
    """Half of the steps do nothing, half all: the interval of mu* is wide, the effect is sure."""
    points = morris_points(2, 6)
    y = ((points[:, 0] > 0.5) & (points[:, 1] > 0.5)).astype(float)[:, None]
    y = y + np.random.default_rng(1).normal(0, 0.05, (len(points), 4))
    found = screen(y, morris_design(treatments(points)))
    assert all(one.told for one in found.effects)
    assert found.effects[0].p == pytest.approx(2 / 2000)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t[:-1], "not a full Morris design: 11 treatments of 3 factors"),
        (lambda t: [t[0], t[2], t[1], *t[3:]], "differ in [23] factors"),
        (lambda t: [t[0], t[1], t[0], t[1], *t[4:]], "trajectory 1 skips a factor"),
        (lambda t: [t[0], ("x", {"a": 1.0}), *t[2:]], "treatment x sets other factors"),
        (lambda _: [], "no factors"),
    ],
)
def test_other_designs_are_refused(change: object, says: str) -> None:
    full = treatments(morris_points(3, 3, 5))
    assert morris_design(full).changed.shape == (3, 3)
    with pytest.raises(ValueError, match=says):
        morris_design(change(full))  # type: ignore[operator]


def test_missing_runs_are_refused() -> None:
    points = morris_points(3, 3)
    y, design = np.ones((12, 2)), morris_design(treatments(points))
    with pytest.raises(ValueError, match="expected 12 x replicates"):
        screen(y[:-1], design)
    y[4, 0] = np.nan
    with pytest.raises(ValueError, match="some treatments lack runs"):
        screen(y, design)


def test_one_trajectory_has_no_interval() -> None:
    points = morris_points(2, 1)
    known = dict.fromkeys("ab", Factor.model_validate({"range": [0, 1]}))
    design = morris_design(treatments(points), known)
    one = screen((points @ [1, 2])[:, None], design).effects[0]
    assert (one.factor, one.mu_star.value) == ("b", pytest.approx(2))
    assert np.isnan(one.mu_star.low)
    assert not one.told


def test_words_say_size_and_direction_and_what_is_not_told() -> None:
    y, design = noisy(1, 20, 8)
    said = screening_in_words(screen(-y, design, label="survival of x firms", unit="share"))
    assert said.startswith("Survival of x firms, change over a factor's whole range (share): a ")
    assert ", down; not beyond chance of up to 0." in said
    alone = screening_in_words(screen(y[:, :1], design))
    assert "With one replicate chance is not told apart" in alone
