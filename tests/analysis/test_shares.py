"""Shares and differences of shares: published intervals, one convention, and its coverage.

Tango's interval: airway hyper-responsiveness of 21 children before and after stem cell
transplantation (Bentur et al. 2009), 1 both, 1 before only, 7 after only, 12 neither: -.517 to
-.026 (Fagerland, Lydersen & Laake 2014, table II, "Tango asymptotic score").
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from sim.analysis.intervals import mean, tango, wilson
from sim.analysis.pairs import between_strategies
from sim.analysis.shares import (
    share_alive,
    share_difference,
    trials,
    unpaired_share_difference,
)
from tests.analysis.test_comparison import CC, LONG, UF, table


def test_tango_is_the_published_interval() -> None:
    assert tango(1, 7, 21) == pytest.approx((-6 / 21, -0.517, -0.026), abs=5e-4)


def likelihood_score(delta: float, gained: int, lost: int, n: int) -> float:
    """The score statistic at ``delta`` with the likeliest share lost found by search."""

    def minus_log(p_lost: float) -> float:
        p = np.array([p_lost + delta, p_lost, 1 - 2 * p_lost - delta])
        counts = np.array([gained, lost, n - gained - lost])
        with np.errstate(divide="ignore", invalid="ignore"):
            return -float(np.where(counts > 0, counts * np.log(p), 0.0).sum())

    low, high = max(0.0, -delta), (1 - delta) / 2
    p_lost = optimize.minimize_scalar(minus_log, bounds=(low, high), method="bounded",
                                      options={"xatol": 1e-12}).x  # fmt: skip
    return (gained - lost - n * delta) / (n * (2 * p_lost + delta * (1 - delta))) ** 0.5


@pytest.mark.parametrize(("gained", "lost", "n"), [(40, 20, 160), (9, 2, 30), (5, 5, 12)])
def test_tango_ends_where_the_score_test_does(gained: int, lost: int, n: int) -> None:
    z, found = stats.norm.ppf(0.975), tango(gained, lost, n)
    assert likelihood_score(found.low, gained, lost, n) == pytest.approx(z, abs=1e-3)
    assert likelihood_score(found.high, gained, lost, n) == pytest.approx(-z, abs=1e-3)


def test_tango_is_wilson_where_one_side_never_fails() -> None:
    assert tango(16, 0, 24).high == pytest.approx(wilson(16, 24).high)
    none = wilson(0, 20).high
    assert tango(0, 0, 20) == pytest.approx((0.0, -none, none))
    assert tango(3, 8, 20)[1:] == pytest.approx([-end for end in tango(8, 3, 20)[:0:-1]])
    with pytest.raises(ValueError, match="at least one pair"):
        tango(0, 0, 0)


def test_unpaired_shares_are_newcombes() -> None:
    # Newcombe 1998, Statistics in Medicine 17:873, table II, example (a), method 10:
    # 56/70 less 48/80, .0524 to .3339
    found = unpaired_share_difference(wilson(56, 70), wilson(48, 80))
    assert found == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    back = unpaired_share_difference(wilson(48, 80), wilson(56, 70))
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))


def test_trials_are_firms_only_where_fates_differ() -> None:
    assert trials([1 / 3, 1 / 3], 6) == 6
    assert trials([1.0, 0.0], 6) == 2
    assert trials([1 / 3], 3) == 1  # one run is an anecdote
    assert trials(np.array([[1.0, 0.0], [1.0, 0.5]]), 4) == 4


def test_a_share_and_its_difference_from_a_certainty_say_the_same() -> None:
    """Eight runs, one of three alive in each, against three of three: the headline's case."""
    runs = np.repeat(np.arange(8), 3)
    alive = share_alive(np.tile([1, 0, 0], 8), runs)
    apart = share_difference(np.full(8, 1 / 3), np.ones(8), np.full(8, 3))
    assert apart.value == pytest.approx(alive.value - 1)
    assert apart.low == pytest.approx(alive.low - 1, abs=1e-9)
    assert apart.high == pytest.approx(alive.high - 1, abs=0.04)
    # the old convention told eight runs that agree as -1 to -.02
    assert (apart.low, apart.high) == pytest.approx((-0.8203, -0.4367), abs=1e-4)


def test_runs_that_agree_are_not_certain_and_one_that_differs_changes_little() -> None:
    agree = share_difference(np.zeros(20), np.zeros(20), np.full(20, 3))
    assert (agree.low, agree.high) == pytest.approx((-0.1611, 0.1611), abs=1e-4)
    close = np.full(20, 1 / 3)
    close[0] = 2 / 3
    found = share_difference(close, np.ones(20), np.full(20, 3))
    same = share_difference(np.full(20, 1 / 3), np.ones(20), np.full(20, 3))
    assert found.high - found.low > 0.9 * (same.high - same.low)


def test_paired_strategies_use_it() -> None:
    immortal = {**LONG, "life": 1e9}
    rows = table({UF: immortal, CC: immortal}, n_runs=20)
    found = between_strategies(rows, UF, CC, "survival").difference
    assert found == pytest.approx((0, -0.1611, 0.1611), abs=1e-4)
    assert mean(np.zeros(20), bounds=(-1.0, 1.0)) == pytest.approx(found)
    with pytest.raises(ValueError, match="share or a difference"):
        mean(np.zeros(20), bounds=(0.0, 5.0))


@pytest.mark.parametrize("firms", [1, 3])
def test_difference_holds_the_truth_as_often_as_it_says(firms: int) -> None:
    rng, held, repetitions, n = np.random.default_rng(7), 0, 300, 40
    for _ in range(repetitions):
        odds = rng.beta(2, 2, n)  # what the firms of a run share
        a = rng.binomial(firms, odds) / firms
        b = rng.binomial(firms, odds**2) / firms
        found = share_difference(a, b, np.full(n, firms), draws=400)
        truth = 0.5 - (0.25 + 0.05)  # E[p] - E[p^2] of Beta(2, 2): variance 1/20
        held += found.low <= truth <= found.high
    # never less often than it says, and not much more: the floor costs a little width
    assert held / repetitions > 0.945 - 3.5 * (0.05 * 0.95 / repetitions) ** 0.5
    assert held / repetitions < 1.0
