"""Fixation and alpha-rank against closed forms, B6's figures, simulations and egttools.

B6 of the validation plan: Moran r = 1.1, N = 20 .106781, N = 100 .090916; Fermi coordination
a=5, b=0, c=1, d=3, N=50, beta=.1 .0019253 (see below);
constant advantage beta d = .1, N = 20 .110057.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.evolution.alpharank import alpha_rank, log_takeovers, strong_beta, time_shares
from sim.analysis.evolution.fixation import (
    fermi,
    log_fixation,
    matrix_payoffs,
    moran,
    simulate_fermi,
    simulate_moran,
)

COORDINATION = ((5.0, 0.0), (1.0, 3.0))
RUNS = 100_000


def rho(log: np.ndarray) -> float:
    return float(np.exp(log))


def within_three_sigma(won: int, runs: int, p: float) -> bool:
    return abs(won - runs * p) <= 3 * np.sqrt(runs * p * (1 - p))


def means_of(game: np.ndarray, n: int) -> np.ndarray:
    """Payoffs (S, S, N + 1) of a game of pairs in markets of n firms that all meet."""
    size = len(game)
    means = np.full((size, size, n + 1), np.nan)
    for i in range(size):
        for j in range(size):
            k = np.arange(1, n + 1)
            means[i, j, 1:] = (game[i, i] * (k - 1) + game[i, j] * (n - k)) / (n - 1)
    return means


@pytest.mark.parametrize(("n", "expected"), [(20, 0.106781), (100, 0.090916)])
def test_moran_with_constant_fitness(n, expected):
    found = rho(moran(np.full(n - 1, 1.1), np.ones(n - 1)))
    assert found == pytest.approx((1 - 1 / 1.1) / (1 - 1 / 1.1**n), rel=1e-12)
    assert found == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize("n", [2, 6, 20, 100])
def test_a_neutral_mutant_has_one_chance_in_n(n):
    assert rho(moran(np.ones(n - 1), np.ones(n - 1))) == pytest.approx(1 / n, rel=1e-12)
    assert rho(fermi(np.zeros(n - 1), np.zeros(n - 1), 3.0)) == pytest.approx(1 / n, rel=1e-12)


def test_pairwise_comparison_of_a_coordination_game():
    """The formula in 40 digits is 0.00192520125148558; B6 has it as .0019253."""
    found = rho(fermi(*matrix_payoffs(COORDINATION, 50), 0.1))
    assert found == pytest.approx(0.00192520125148558, rel=1e-12)
    assert found == pytest.approx(0.0019253, abs=1e-7)


def test_pairwise_comparison_with_a_constant_advantage():
    found = rho(fermi(np.full(19, 0.1), np.zeros(19), 1.0))
    assert found == pytest.approx((1 - np.exp(-0.1)) / (1 - np.exp(-2.0)), rel=1e-12)
    assert found == pytest.approx(0.110057, abs=5e-7)


def test_payoffs_in_a_population_leave_oneself_out():
    a, b = matrix_payoffs(COORDINATION, 3)
    assert a.tolist() == [0.0, 2.5]  # one A meets two Bs; two As meet an A and a B each
    assert b.tolist() == [2.0, 1.0]


def test_fitness_must_be_above_zero():
    with pytest.raises(ValueError, match="above 0"):
        moran([1.0, 0.0], [1.0, 1.0])


vectors = st.integers(2, 12).flatmap(
    lambda n: st.tuples(*[st.lists(st.floats(-20, 20), min_size=n, max_size=n)] * 2)
)


@settings(max_examples=60)
@given(vectors, st.floats(0.001, 5))
def test_moran_with_exponential_fitness_is_pairwise_comparison(payoffs, beta):
    a, b = map(np.array, payoffs)
    assert moran(np.exp(beta * a), np.exp(beta * b)) == pytest.approx(
        float(fermi(a, b, beta)), abs=1e-8
    )


@settings(max_examples=60)
@given(vectors, st.floats(0.001, 5))
def test_the_two_chances_differ_by_the_product_of_all_steps(payoffs, beta):
    """rho_A / rho_B = exp(beta sum of payoff differences) (Nowak et al. 2004)."""
    a, b = map(np.array, payoffs)
    one, other = fermi(a, b, beta), fermi(b[::-1], a[::-1], beta)
    assert float(one - other) == pytest.approx(beta * float((a - b).sum()), rel=1e-9, abs=1e-9)
    assert one <= 0


def test_chances_far_below_the_smallest_number_keep_their_logarithm():
    assert float(log_fixation(np.full(5, 1e4))) == pytest.approx(-5e4)


def test_a_simulated_moran_process_agrees():
    p = rho(moran(np.full(19, 1.1), np.ones(19)))
    assert within_three_sigma(simulate_moran(np.full(19, 1.1), np.ones(19), RUNS, 1), RUNS, p)


def test_a_simulated_moran_process_with_fitness_that_varies_agrees():
    a, b = matrix_payoffs(COORDINATION, 8)
    p = rho(moran(1 + a, 1 + b))
    assert within_three_sigma(simulate_moran(1 + a, 1 + b, RUNS, 2), RUNS, p)


@pytest.mark.parametrize(
    ("payoffs", "beta"),
    [
        ((np.full(19, 0.1), np.zeros(19)), 1.0),
        (matrix_payoffs(COORDINATION, 50), 0.1),
        (matrix_payoffs(((1.0, 3.0), (2.0, 0.0)), 6), 0.5),
    ],
    ids=["constant", "coordination", "coexistence"],
)
def test_simulated_imitation_agrees(payoffs, beta):
    p = rho(fermi(*payoffs, beta))
    assert within_three_sigma(simulate_fermi(*payoffs, beta, RUNS, 3), RUNS, p)


def test_a_simulation_repeats_with_its_seed():
    a, b = matrix_payoffs(COORDINATION, 10)
    first = [simulate_fermi(a, b, 0.3, 2000, seed) for seed in (1, 1, 2)]
    assert first[0] == first[1] != first[2]


def test_alpha_rank_of_two_is_the_ratio_of_their_chances():
    means = means_of(np.array(COORDINATION), 6)
    takeovers = np.exp(log_takeovers(means, 0.4))
    share = takeovers[0, 1] / (takeovers[0, 1] + takeovers[1, 0])
    assert alpha_rank(means, 0.4) == pytest.approx([share, 1 - share], rel=1e-12)


@pytest.mark.parametrize("beta", [0.1, 10.0, 1e5])
def test_alpha_rank_of_rock_paper_scissors_is_a_third_each(beta):
    game = np.array([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    assert alpha_rank(means_of(game, 10), beta) == pytest.approx([1 / 3] * 3, rel=1e-9)


def test_strong_selection_leaves_defection_in_the_prisoners_dilemma():
    means = means_of(np.array([[3.0, 0.0], [5.0, 1.0]]), 6)
    assert alpha_rank(means, 1e6).tolist() == [0.0, 1.0]
    beta = strong_beta(means, 0.01)
    assert alpha_rank(means, beta)[1] > 0.999
    assert alpha_rank(means, 2 * beta) == pytest.approx(alpha_rank(means, beta), abs=1e-6)


def test_time_shares_are_the_stationary_distribution():
    rng = np.random.default_rng(1)
    log_takeover = np.log(rng.uniform(0.01, 0.9, (5, 6, 6)))
    found = time_shares(log_takeover)
    for shares, log in zip(found, log_takeover, strict=True):
        moves = np.exp(log).T / 5  # from j to i, mutants uniform
        np.fill_diagonal(moves, 0.0)
        np.fill_diagonal(moves, 1 - moves.sum(axis=1))
        assert shares @ moves == pytest.approx(shares, abs=1e-12)
        assert shares.sum() == pytest.approx(1)


def egttools():
    return pytest.importorskip("egttools.analytical", reason="egttools is an oracle of tests only")


@pytest.mark.parametrize("n", [6, 20])
@pytest.mark.parametrize("beta", [0.05, 1.0])
def test_fixation_and_alpha_rank_agree_with_egttools(n, beta):
    game = np.array([[3.0, 0.0, 5.0, 1.0], [5.0, 1.0, 0.5, 2.0], [1.0, 4.0, 2.0, 0.0],
                     [2.5, 2.5, 1.0, 1.5]])  # fmt: skip
    oracle = egttools().StochDynamics(4, game, n)
    takeovers = np.exp(log_takeovers(means_of(game, n), beta))
    for i in range(4):
        for j in range(4):
            if i != j:
                expected = oracle.fixation_probability(i, j, beta)
                assert takeovers[i, j] == pytest.approx(expected, rel=1e-6), (i, j)
    expected = np.asarray(oracle.calculate_stationary_distribution(beta)).ravel()
    assert alpha_rank(means_of(game, n), beta) == pytest.approx(expected, abs=1e-6)
