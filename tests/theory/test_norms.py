"""What would someone like me do: the three regimes of gamma = omega * lambda (MODEL section 4).

In one group with rho = 1 shares follow s' ~ s^gamma exp((1 - omega) U): below 1 one fixed
point ~ exp((1-omega) U / (1-gamma)), at 1 the replicator, above 1 lock-in.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.market.model import simulate
from tests.market.scenes import Tree, bare, firm

U = np.array([0.3, 0.0, -0.2])
OMEGA = 0.5
F = NDArray[np.float64]


def norms(omega: float, conformity: float) -> Tree:
    rule = {"omega": omega, "uncertain": 0, "trusting": 0, "conformity": conformity, "update": 1}
    return {"use": {"quality": 1}, "norms": rule}


def path(conformity: float, weeks: int, n: int, seed: int = 1) -> F:
    """Shares of the three firms by week (weeks + 1, 3) from equal references."""
    firms = [
        firm(name, offer={"openness": 1, "ad_load": 0}, start={"quality": q})
        for name, q in (("A", 0.8), ("B", 0.5), ("C", 0.3))
    ]
    scenario = bare(
        *firms, weeks=weeks, review=104, people={"count": n}, market=norms(OMEGA, conformity)
    )
    return np.asarray(simulate(scenario, seed=seed).firm_series["n_uses"] / n)


def law(gamma: float, weeks: int, n: int) -> tuple[F, F]:
    """Shares after ``weeks`` by the law, and their standard deviation among n people.

    Covariance of the chain: C' = J C J' + (diag(s) - s s')/n, J = gamma (diag(s) - s s') diag(1/s).
    """
    s, spread = np.full(3, 1 / 3), np.zeros((3, 3))
    for _ in range(weeks):
        new = s**gamma * np.exp((1 - OMEGA) * U)
        new /= new.sum()
        choice = np.diag(new) - np.outer(new, new)
        jump = gamma * choice / s
        spread = jump @ spread @ jump.T + choice / n
        s = new
    return s, np.sqrt(np.diag(spread))


def test_norms_below_one_have_one_fixed_point() -> None:
    n, weeks = 100_000, 40  # .8**40 = .0001 of the start is left
    share = path(1.6, weeks, n)
    expected, sd = law(0.8, weeks, n)
    assert expected == pytest.approx([0.5685, 0.2686, 0.1629], abs=2e-4)  # VALIDATION B3
    assert share[-1] == pytest.approx(expected, abs=float(5 * sd.max()))
    # twenty weeks together: nearly independent noise, so a closer look
    late = share[20:].mean(axis=0)
    assert late == pytest.approx(expected, abs=0.002)  # VALIDATION's tolerance


def test_norms_at_one_are_the_replicator() -> None:
    n = 400_000
    share = path(2.0, 10, n)
    expected, sd = law(1.0, 10, n)
    assert expected == pytest.approx([0.76616, 0.17095, 0.06289], abs=1e-5)  # VALIDATION B3
    assert (np.abs(share[10] - expected) < 4 * sd).all(), (share[10], expected, sd)
    assert float(4 * sd.max()) < 0.01  # the test is as sharp as it says
    for week in (1, 3, 6):
        expected, sd = law(1.0, week, n)
        assert (np.abs(share[week] - expected) < 4.5 * sd).all(), week


def final_share_of_the_first(omega: float, conformity: float, first: str, n: int = 10_000) -> float:
    """Share of A in the end; two equal firms, ``first`` is there a week before the other."""
    firms = [firm(name, enters=0 if name == first else 2) for name in "AB"]
    scenario = bare(
        *firms, weeks=60, review=104, people={"count": n}, market=norms(omega, conformity)
    )
    return float(simulate(scenario, seed=5).firm_series["n_uses"][-1, 0] / n)


GRID = [(0.25, 2.0), (0.5, 1.4), (0.8, 1.0), (0.9, 0.9), (0.6, 2.0), (0.75, 2.0), (0.95, 1.6),
        (0.95, 2.0)]  # fmt: skip


@pytest.mark.parametrize(("omega", "conformity"), GRID)
def test_regime_of_norms(omega: float, conformity: float) -> None:
    """gamma on both sides of 1: every one of eight cases falls on its side."""
    gamma = omega * conformity
    ends = [final_share_of_the_first(omega, conformity, first) for first in "AB"]
    if gamma < 1:
        # stationary: sd of a share is sqrt(1/(4 n (1 - gamma^2))), .0058 at gamma .5, .0086 at .81
        sd = np.sqrt(0.25 / 10_000 / (1 - gamma**2))
        left = gamma**58 * 0.5  # of the start
        assert ends == pytest.approx([0.5, 0.5], abs=5 * sd + left)
    else:
        # the absorbing share: x/(1-x) = (x/(1-x))^gamma has only 0, 1/2 and 1
        assert ends[0] > 0.999
        assert ends[1] < 0.001
