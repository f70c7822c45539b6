"""Ruin formulas against the numbers of VALIDATION B7 and against walks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from sim.analysis.ruin import (
    checked_barrier,
    ever_ruined,
    gambler_ruin,
    hazard_peak,
    ruin_density,
    ruin_hazard,
    ruined_by,
)

TIMES = [10, 20, 50, 100]


def test_gamblers_ruin() -> None:
    assert gambler_ruin(20, 0.52) == pytest.approx(0.201724, abs=5e-7)
    assert gambler_ruin(5, 0.5) == gambler_ruin(5, 0.3) == 1.0
    assert gambler_ruin(0, 0.9) == 1.0
    with pytest.raises(ValueError, match="0 <= p <= 1"):
        gambler_ruin(3, 1.2)


def test_brownian_ruin() -> None:
    assert ruined_by(TIMES, 10, 0.2, 3) == pytest.approx([0.2309, 0.3583, 0.4935, 0.5630], abs=5e-5)
    assert ever_ruined(10, 0.2, 3) == pytest.approx(0.64118, abs=5e-6)
    assert ruined_by(1e9, 10, 0.2, 3) == pytest.approx(ever_ruined(10, 0.2, 3))
    assert ever_ruined(10, -0.2, 3) == 1.0


def test_barrier_correction() -> None:
    shifted = checked_barrier(10, 3)
    assert shifted == pytest.approx(11.7478)
    expected = [0.1639, 0.2874, 0.4298, 0.5059]
    assert ruined_by(TIMES, shifted, 0.2, 3) == pytest.approx(expected, abs=5e-5)


def test_a_walk_checked_once_a_step_follows_the_corrected_barrier() -> None:
    rng, n = np.random.default_rng(1), 100_000
    cash, alive, share = np.full(n, 10.0), np.ones(n, dtype=bool), {}
    for week in range(1, 51):
        cash += 0.2 + 3 * rng.standard_normal(n)
        alive &= cash > 0
        share[week] = 1 - alive.mean()
    for week in (20, 50):
        # VALIDATION: .006 on F (sampling error here is .0016)
        assert share[week] == pytest.approx(
            float(ruined_by(week, checked_barrier(10, 3), 0.2, 3)), abs=0.006
        )
        assert abs(share[week] - float(ruined_by(week, 10, 0.2, 3))) > 0.03


@pytest.mark.parametrize("mu", [0.2, 0.0, -0.4])
def test_density_integrates_to_the_share_ruined(mu: float) -> None:
    area, _ = quad(lambda t: float(ruin_density(t, 10, mu, 3)), 0, 40)
    assert area == pytest.approx(float(ruined_by(40, 10, mu, 3)), abs=1e-6)


def test_hazard_is_a_hump_with_its_peak_at_four() -> None:
    assert hazard_peak(10, 0.2, 3) == pytest.approx(4.0, abs=0.1)  # printed as t = 4.0
    for x0, mu in ((10, 0.2), (10, 0.0), (10, -0.5), (20, 0.2)):
        peak, grid = hazard_peak(x0, mu, 3), np.linspace(0.5, 200, 8000)
        hazard = ruin_hazard(grid, x0, mu, 3)
        assert peak == pytest.approx(grid[np.argmax(hazard)], abs=0.05)
    assert hazard_peak(20, 0.2, 3) > hazard_peak(10, 0.2, 3)  # the better endowed peak later


def test_a_strong_fall_does_not_overflow() -> None:
    assert ruined_by(50, 10, -50, 1) == pytest.approx(1.0)
    assert np.isfinite(ruin_hazard(1.0, 10, -5, 1))
