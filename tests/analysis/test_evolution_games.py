"""Equilibria, stability and replicator dynamics against textbooks and nashpy.

Expected numbers: hawk and dove mix at V/C (Maynard Smith 1982); a standard rock-paper-scissors
game has no ESS, one with wins above losses has (Hofbauer & Sigmund 1998, section 7.7).
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.evolution.dynamics import (
    advantage,
    growth,
    jacobian,
    pair_rest_points,
    rest_points,
    trajectory,
)
from sim.analysis.evolution.equilibria import (
    best_replies,
    degenerate,
    equilibria,
    is_ess,
    on_supports,
    scaled,
)
from sim.analysis.evolution.fixation import matrix_payoffs

HAWK_DOVE = np.array([[-0.5, 2.0], [0.0, 1.0]])  # V = 2, C = 3
ROCK = np.array([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]])
GOOD_ROCK = np.array([[0.0, -1, 2], [2, 0, -1], [-1, 2, 0]])  # wins above losses: stable
BAD_ROCK = np.array([[0.0, -2, 1], [1, 0, -2], [-2, 1, 0]])
COORDINATION = np.array([[5.0, 0.0], [1.0, 3.0]])


def symmetric(matrix):
    return [one.row for one in equilibria(matrix) if one.symmetric]


def test_best_replies_of_hawk_and_dove():
    assert best_replies(HAWK_DOVE).tolist() == [[False, True], [True, False]]
    assert best_replies(np.ones((3, 3))).all()
    assert best_replies(np.stack([HAWK_DOVE, COORDINATION]))[1].tolist() == [
        [True, False], [False, True],
    ]  # fmt: skip


def test_equilibria_of_hawk_and_dove():
    found = equilibria(HAWK_DOVE)
    assert len(found) == 3
    assert symmetric(HAWK_DOVE)[0] == pytest.approx([2 / 3, 1 / 3])
    assert is_ess(HAWK_DOVE, symmetric(HAWK_DOVE)[0])


def test_equilibria_of_coordination():
    pure, other, mixed = symmetric(COORDINATION)
    assert (pure.tolist(), other.tolist()) == ([1, 0], [0, 1])
    assert mixed == pytest.approx([3 / 7, 4 / 7])
    assert [is_ess(COORDINATION, each) for each in (pure, other, mixed)] == [True, True, False]


@pytest.mark.parametrize(("game", "stable"), [(ROCK, False), (GOOD_ROCK, True), (BAD_ROCK, False)])
def test_rock_paper_scissors(game, stable):
    (only,) = equilibria(game)
    assert only.row == pytest.approx([1 / 3] * 3)
    assert only.symmetric
    assert is_ess(game, only.row) is stable


def test_equilibria_are_those_of_nashpy():
    nashpy = pytest.importorskip("nashpy", reason="nashpy is an oracle of tests only")
    rng = np.random.default_rng(7)
    for size in (2, 3, 4, 5):
        for _ in range(8):
            matrix = rng.normal(size=(size, size))
            # its own support enumeration misses some of these (version 0.0.43): odd in number
            # they must be, and vertex enumeration, another method, finds all
            expected = [np.concatenate(one) for one in
                        nashpy.Game(matrix, matrix.T).vertex_enumeration()]  # fmt: skip
            found = [np.concatenate(tuple(one)) for one in equilibria(matrix)]
            assert len(found) == len(expected)
            for one in found:
                assert min(np.abs(one - other).max() for other in expected) < 1e-6, matrix


def test_the_number_of_equilibria_is_odd():
    """Almost all games have an odd number (Wilson 1971)."""
    rng = np.random.default_rng(9)
    assert all(len(equilibria(rng.normal(size=(5, 5)))) % 2 for _ in range(30))


def test_each_side_of_an_equilibrium_is_a_best_reply():
    rng = np.random.default_rng(3)
    for _ in range(20):
        matrix = rng.normal(size=(6, 6)) * 1e3
        for row, column in equilibria(matrix):
            for own, other in ((row, column), (column, row)):
                payoffs = matrix @ other
                assert own @ payoffs == pytest.approx(payoffs.max(), abs=1e-5)
                assert own.sum() == pytest.approx(1)


def test_every_symmetric_game_has_a_symmetric_equilibrium():
    """Nash 1951, theorem 2."""
    rng = np.random.default_rng(4)
    assert all(symmetric(rng.normal(size=(5, 5))) for _ in range(30))


def test_scale_and_origin_of_payoffs_do_not_matter():
    rng = np.random.default_rng(5)
    matrix = rng.normal(size=(4, 4))
    for other in (matrix * 1e-6 - 7, matrix * 1e6 + 3):
        for one, same in zip(equilibria(matrix), equilibria(other), strict=True):
            assert one.row == pytest.approx(same.row, abs=1e-5)


def test_a_game_that_nobody_can_win_is_degenerate():
    found = equilibria(np.zeros((2, 2)))
    assert len(found) == 4  # all pure pairs; the mixtures between them are a continuum
    assert degenerate(np.zeros((2, 2)), found)
    assert not degenerate(HAWK_DOVE, equilibria(HAWK_DOVE))
    assert scaled(np.array([[0.3, 0.1 + 0.2], [0.3, 0.3]])).tolist() == [[0, 0], [0, 0]]


def test_more_than_twelve_strategies_are_refused():
    with pytest.raises(ValueError, match="at most 12 strategies, got 13"):
        equilibria(np.eye(13))


@pytest.mark.parametrize("size", [8, pytest.param(12, marks=pytest.mark.slow)])
def test_as_many_as_that_are_not(size):
    assert len(symmetric(np.random.default_rng(1).normal(size=(size, size)))) >= 1


@pytest.mark.parametrize(
    ("matrix", "stable"),
    [
        ([[1, 1], [1, 0]], True),  # as good against the first, worse against itself
        ([[1, 1], [1, 1]], False),
        ([[1, 0], [1, 1]], False),
        ([[0, 0, 0], [0, -1, -5], [0, -5, -1]], True),  # copositive, not positive definite
        ([[0, 0, 0], [0, -1, 0.9], [0, 0.9, -1]], True),
        ([[0, 0, 0], [0, -1, 2], [0, 2, -1]], False),  # a mixture of the two mutants enters
        ([[0, 1], [1, 0]], False),  # the first is no reply to itself at all
    ],
)
def test_stability_where_mutants_earn_as_much(matrix, stable):
    first = np.zeros(len(matrix))
    first[0] = 1.0
    assert is_ess(np.array(matrix, dtype=float), first) is stable


def test_an_ess_earns_more_against_all_near_mixtures_than_they_do():
    """The definition itself (Maynard Smith 1982): u(x, y) > u(y, y) for y near x."""
    rng, seen = np.random.default_rng(6), 0
    for _ in range(60):
        matrix = rng.normal(size=(4, 4))
        for x in symmetric(matrix):
            near = 0.999 * x + 0.001 * rng.dirichlet(np.full(4, 0.3), 400)
            gains = np.einsum("ni,ij,nj->n", x - near, matrix, near)
            assert is_ess(matrix, x) == bool((gains > 0).all()), (matrix, x)
            seen += 1
    assert seen > 60


def test_a_mixture_is_judged_with_a_mutant_that_earns_as_much_as_it():
    """The definition again, over all directions from a mixture of two towards a third."""
    rng, verdicts = np.random.default_rng(10), []
    for _ in range(60):
        matrix = np.array([[0.0, 1, 0], [2, 0, 0], [0, 0, 0]])  # x = (1/3, 2/3) earns 2/3
        matrix[:2, 2], matrix[2, 2] = rng.normal(0, 2, 2), rng.normal(0, 1)
        first = rng.uniform(-1, 2)
        matrix[2, :2] = first, (2 / 3 - first / 3) * 3 / 2
        x = np.array([1 / 3, 2 / 3, 0])
        assert matrix @ x == pytest.approx(np.full(3, 2 / 3))
        angle = np.linspace(0, np.pi, 721)  # the third can only grow
        steps = np.column_stack([np.cos(angle), -np.cos(angle) - np.sin(angle), np.sin(angle)])
        gains = -np.einsum("ni,ij,nj->n", steps, matrix, steps)
        assert is_ess(matrix, x) == bool((gains > 0).all()), matrix
        verdicts.append(is_ess(matrix, x))
    assert 10 < sum(verdicts) < 50


def test_supports_are_followed_through_resamples():
    games = np.stack([HAWK_DOVE, COORDINATION, np.array([[4.5, 2.0], [0.0, 1.0]])])
    rows, columns, there = on_supports(games, ((0, 1), (0, 1)))
    assert there.tolist() == [True, True, False]  # hawks dominate in the last one
    assert rows[:2] == pytest.approx(np.array([[2 / 3, 1 / 3], [3 / 7, 4 / 7]]))
    assert columns[:2] == pytest.approx(rows[:2])
    assert on_supports(games, ((0,), (0,)))[2].tolist() == [False, True, True]
    assert on_supports(games, ((0,), (1,)))[2].tolist() == [True, False, False]


def test_trajectories_are_those_of_nashpy():
    nashpy = pytest.importorskip("nashpy", reason="nashpy is an oracle of tests only")
    times = np.linspace(0, 8, 30)
    start = np.array([0.2, 0.5, 0.3])
    expected = nashpy.Game(GOOD_ROCK).replicator_dynamics(y0=start, timepoints=times)
    assert trajectory(GOOD_ROCK, start, times) == pytest.approx(expected, abs=1e-5)


def test_a_trajectory_of_two_is_logistic():
    """A constant advantage d: odds grow as exp(d t)."""
    path = trajectory(np.array([[1.5, 1.5], [1.0, 1.0]]), [0.1, 0.9], [0.0, 2.0, 5.0])
    odds = path[:, 0] / path[:, 1]
    assert odds == pytest.approx(np.exp(0.5 * np.array([0.0, 2.0, 5.0])) / 9, rel=1e-6)


def test_a_strategy_that_died_out_stays_away():
    assert trajectory(ROCK, [0.5, 0.5, 0.0], [0.0, 3.0])[-1, 2] == 0.0


@pytest.mark.parametrize(
    ("game", "expected"),
    [
        (HAWK_DOVE, {(1, 0): "unstable", (0, 1): "unstable", (0.667, 0.333): "stable"}),
        (COORDINATION, {(1, 0): "stable", (0, 1): "stable", (0.429, 0.571): "unstable"}),
        (GOOD_ROCK, {(0.333,) * 3: "stable"}),
        (ROCK, {(0.333,) * 3: "neutral"}),
        (BAD_ROCK, {(0.333,) * 3: "unstable"}),
    ],
)
def test_rest_points_and_their_stability(game, expected):
    found = {tuple(round(x, 3) for x in point.shares): point.stability
             for point in rest_points(game)}  # fmt: skip
    assert expected.items() <= found.items()
    corners = [name for shares, name in found.items() if max(shares) == 1]
    assert len(corners) == len(game)
    if len(game) == 3:
        assert set(corners) == {"saddle"}


def test_growth_is_zero_at_rest_points_and_the_jacobian_is_its_derivative():
    rng = np.random.default_rng(8)
    matrix = rng.normal(size=(4, 4))
    for point in rest_points(matrix):
        assert growth(scaled(matrix), np.array(point.shares)) == pytest.approx(0, abs=1e-9)
    x, h = rng.dirichlet(np.ones(4)), 1e-6
    slopes = [(growth(matrix, x + h * e) - growth(matrix, x - h * e)) / (2 * h) for e in np.eye(4)]
    assert jacobian(matrix, x) == pytest.approx(np.array(slopes).T, abs=1e-8)


def pair(game, n):
    """Payoffs of both in markets of n firms that all meet, as ``pair_rest_points`` takes them."""
    own, others = matrix_payoffs(game, n)
    return np.append(own, game[0][0]), np.concatenate(([game[1][1]], others))


@pytest.mark.parametrize("n", [2, 3, 6, 11])
def test_a_game_of_pairs_rests_where_its_matrix_does(n):
    found = pair_rest_points(*pair(COORDINATION, n))
    assert [name for _, name in found] == ["stable", "unstable", "stable"]
    assert found[1][0] == pytest.approx(3 / 7, abs=1e-9)
    x = np.linspace(0, 1, 5)
    expected = 5 * x - (x + 3 * (1 - x))
    assert advantage(*pair(COORDINATION, n), x) == pytest.approx(expected, abs=1e-9)
    assert [name for _, name in pair_rest_points(*pair(HAWK_DOVE, n))] == [
        "unstable", "stable", "unstable",
    ]  # fmt: skip


def test_a_game_of_many_can_rest_in_two_places():
    """With payoffs not linear in k there may be up to N - 1 (Gokhale & Traulsen 2010)."""
    gains = np.array([-1.0, 0.0, 1.0, 0.0, -1.0])
    found = pair_rest_points(gains, np.zeros(5))
    assert [name for _, name in found] == ["stable", "unstable", "stable", "unstable"]
    assert found[1][0] == pytest.approx(1 - found[2][0])  # the payoffs are a mirror image


def test_a_rest_point_in_the_very_middle_is_found_once():
    found = pair_rest_points(np.array([-1.0, 1.0]), np.zeros(2))
    assert found == [(0.0, "stable"), (pytest.approx(0.5), "unstable"), (1.0, "stable")]


def test_equal_payoffs_rest_everywhere():
    assert pair_rest_points(np.ones(3), np.ones(3)) == [(0.0, "neutral"), (1.0, "neutral")]
