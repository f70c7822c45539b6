"""The best of n ideas (extreme values; Kohavi et al. count ideas that help).

E[max of n standard normals] is 1.539, 2.508, 3.241 for 10, 100, 1,000 (VALIDATION B19).
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.stats import norm

from sim.market.maths import best_of as formula
from sim.market.model import simulate
from sim.strategies import make
from tests.market.scenes import bare, firm

EXACT = {10: 1.539, 100: 2.508, 1000: 3.241}  # VALIDATION B19
GAIN, WEEKS = 0.01, 30
F = NDArray[np.float64]


def best_of(n: float) -> float:
    """E[max of n standard normals] = int_0^inf 1 - Phi^n - (1 - Phi)^n, by quadrature."""
    return float(quad(_either_side, 0, 12, args=(n,), epsabs=1e-10, limit=200)[0])


def _either_side(x: float, n: float) -> float:
    """P(max > x) - P(max < -x)."""
    return float(-np.expm1(n * norm.logcdf(x)) - norm.sf(x) ** n)


def engine_bonus(people: int) -> tuple[F, F]:
    """Ideas of a week, and what they added to the next week's work, in standard deviations.

    A firm that releases weekly: q' - q = GAIN (1 + value * bonus) (1 - q), with value 1.
    """
    terms = make("shipper").enter()
    effort = terms.burn * terms.budget["build"] / sum(terms.budget.values()) / 6
    quality = {"core": 0.0, "collaborate": 1.0}
    scenario = bare(
        firm(strategy={"use": "shipper", "weeks": 1}, start={"quality": quality}),
        weeks=WEEKS, review=104, people={"count": people},
        market={
            "building": {"gain": GAIN, "reference": effort, "success": 1},
            "knowing": {"noise": 0, "update": 0.001},
            "collaboration": {"rate": 1, "value": 1},
        },
    )  # fmt: skip
    series = simulate(scenario).firm_series
    q, ideas = series["q_core"][:, 0], series["n_ideas"][:, 0].astype(float)
    bonus = np.diff(q) / (GAIN * (1 - q[:-1])) - 1
    return ideas[:-1], bonus


@pytest.mark.parametrize("n", EXACT)
def test_best_of_n_normals(n: int) -> None:
    """VALIDATION's values by quadrature, and by 200,000 drawn maxima: 4 standard errors."""
    assert best_of(n) == pytest.approx(EXACT[n], abs=5e-4)
    # the largest of n uniforms is u^(1/n)
    drawn = norm.ppf(np.random.default_rng(n).random(200_000) ** (1 / n))
    assert drawn.mean() == pytest.approx(best_of(n), abs=4 * drawn.std() / np.sqrt(drawn.size))


@pytest.mark.parametrize("people", [10, 20, 100, 1000])
def test_what_ideas_add_in_the_engine(people: int) -> None:
    """The expected best of last week's ideas, within VALIDATION's .01; nothing without any.

    Half of the tolerance is left to the engine's formula, half to effort: needs come in 255ths,
    so it drifts from a sixth by 2e-4 in 30 weeks.
    """
    ideas, bonus = engine_bonus(people)
    assert bonus[0] == pytest.approx(0, abs=5e-4)  # nobody has used it before the first week
    assert ideas[1:].mean() > 0.9 * people
    assert bonus[1:] == pytest.approx([best_of(n) for n in ideas[1:]], abs=5e-3)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 30, 1e4, 1e6, 1e7])
def test_the_formula_is_the_integral(n: float) -> None:
    """At few ideas and many, none and one among them."""
    assert formula(n) == pytest.approx(best_of(n) if n else 0, abs=1.1e-3)
