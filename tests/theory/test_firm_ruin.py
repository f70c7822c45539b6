"""Ruin of firms whose cash moves at random (Levinthal 1991): the engine's exits, nothing else.

Nobody knows the firms; costs have a fixed drift and a weekly shock.  The law of a walk that
is looked at once a week is integrated here; the Brownian formula with the barrier moved by
.5826 s (Broadie, Glasserman & Kou 1997) is its approximation.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import fftconvolve
from scipy.special import ndtr

from sim.analysis.ruin import checked_barrier, hazard_peak, ruined_by
from sim.market.model import simulate
from sim.strategies import make
from tests.market.scenes import bare, firm

X0, MU, S, WEEKS = 10.0, 0.2, 3.0, 100
TIMES = (10, 20, 50, 100)
FORMULA = (0.1639, 0.2874, 0.4298, 0.5059)  # VALIDATION B7
F = NDArray[np.float64]


def ruined(n_runs: int, first_seed: int) -> tuple[F, int]:
    """Share of firms that have left by week 0..100, and how many firms there were."""
    # the strategy spends its burn whatever comes: that is a drift like another
    burn = make("customer-centric").enter().burn
    group = firm(count=64, cash=X0, start={"aware": 0}, costs={"fixed": -(MU + burn), "shock": S})
    scenario = bare(group, weeks=WEEKS, review=104, people={"count": 2})
    exits: list[int] = []
    for seed in range(first_seed, first_seed + n_runs):
        exits += [fate.exited for fate in simulate(scenario, seed=seed).firms]
    weeks = np.array(exits)
    left = np.bincount(weeks[weeks >= 0], minlength=WEEKS + 1)
    return np.cumsum(left) / weeks.size, weeks.size


def weekly_law(h: float = 0.04, top: float = 140.0) -> F:
    """F(0..100) of a Gaussian walk absorbed when it is below 0 at the end of a week.

    The density on a grid of cells of width h, convolved week by week.
    """
    x = (np.arange(int(top / h)) + 0.5) * h
    steps = np.arange(-int(7 * S / h), int(7 * S / h) + 1) * h
    step = ndtr((steps + h / 2 - MU) / S) - ndtr((steps - h / 2 - MU) / S)
    p = ndtr((x + h / 2 - X0 - MU) / S) - ndtr((x - h / 2 - X0 - MU) / S)
    gone = [0.0, 1 - p.sum()]
    while len(gone) <= WEEKS:
        p = fftconvolve(p, step, mode="same")
        gone.append(1 - p.sum())
    return np.array(gone)


def require_law(share: F, n: int) -> None:
    """4 standard errors at the four times of VALIDATION; its .006 on top for the formula."""
    law = weekly_law()[list(TIMES)]
    error = np.sqrt(law * (1 - law) / n)
    seen = share[list(TIMES)]
    assert (np.abs(seen - law) < 4 * error).all(), (seen, law, error)
    formula = ruined_by(TIMES, checked_barrier(X0, S), MU, S)
    assert formula == pytest.approx(FORMULA, abs=5e-5)
    assert (np.abs(seen - formula) < 0.006 + 3 * error).all(), (seen, formula)


def test_ruin_by_time() -> None:
    require_law(*ruined(40, 0))


def vertex(hazard: F, error: F) -> float:
    """Week of the top of a parabola through the hazards of weeks 3 to 9."""
    weeks = np.arange(3, 10)
    bend, slope, _ = np.polyfit(weeks, hazard[weeks - 1], 2, w=1 / error[weeks - 1])
    assert bend < 0, "no hump"
    return float(-slope / (2 * bend))


@pytest.mark.slow
def test_ruin_by_time_and_hump_of_the_hazard() -> None:
    """30,720 firms: the times of ruin, and a hazard that rises to its peak and falls."""
    share, n = ruined(480, 1_000)
    require_law(share, n)
    law = weekly_law()
    hazard = np.diff(share) / (1 - share[:-1])  # of weeks 1, 2, ...
    expected = np.diff(law) / (1 - law[:-1])
    at_risk = n * (1 - share[:-1])
    error = np.sqrt(expected * (1 - expected) / at_risk)
    assert (np.abs(hazard - expected) < 4.5 * error).all()
    # 5.6 weeks by the formula with the barrier moved; the weekly law peaks in week 6
    peak = hazard_peak(checked_barrier(X0, S), MU, S)
    assert abs(np.argmax(expected) + 1 - peak) < 1
    # at the top neighbours differ less than the noise: a parabola finds the middle, sd .18 weeks
    assert vertex(hazard, error) == pytest.approx(vertex(expected, error), abs=1.0)
    assert hazard[0] + 4 * error[0] < hazard[5] - 4 * error[5]
    assert hazard[39] + 4 * error[39] < hazard[5] - 4 * error[5]
