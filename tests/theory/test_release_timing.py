"""When to release: work saturates at rate k, the market lasts H (VALIDATION B14).

    one release at T is worth (1 - exp(-k T)) (H - T), most where exp(k T) - 1 = k (H - T)
    releasing all along is worth H - (1 - exp(-k H)) / k

What it is worth is what people have of it: with one firm, utility linear in its quality and
nothing else, the engine's consumer surplus is quality.  A week of building adds the share
``gain`` of what is missing, gain = 1 - exp(-k/PER), PER weeks to the unit of time in k; the
week of the release is served too, so a horizon of H is PER * H - 1 weeks.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import brentq

from sim.market.model import simulate
from sim.strategies import make
from tests.market.scenes import Tree, bare, firm

PER = 2
BEST = {(0.1, 24): 9.116, (0.2, 24): 7.332, (0.05, 24): 10.385, (0.1, 60): 16.728}  # B14
F = NDArray[np.float64]


def worth(strategy: Tree, k: float, weeks: int, aging: float = 0.0) -> float:
    """Surplus of all weeks, in quality times weeks, of the one firm there is.

    What it spends on each need is the reference of the market, so that effort yields the gain.
    """
    terms = make("shipper").enter()
    effort = terms.burn * terms.budget["build"] / sum(terms.budget.values()) / 6
    scenario = bare(
        firm(strategy=strategy, start={"quality": 0.0}, offer={"openness": 1}),
        weeks=weeks, review=104, people={"count": 1000},
        market={
            "use": {"quality": 1, "outside": -20},
            "purchase": {"price": 0},
            "building": {"gain": 1 - np.exp(-k / PER), "reference": effort, "success": 1,
                         "depreciation": aging},
            "knowing": {"noise": 0, "update": 0.001},
        },
    )  # fmt: skip
    surplus = simulate(scenario).market_series["surplus"]
    return float((surplus[1:] - 20).sum())  # of weeks 1, 2, ...


@cache
def single(k: float, horizon: int) -> F:
    """Worth of one release by its week 1, 2, ..., in units of time."""
    weeks = PER * horizon - 1
    releases = [{"use": "perfectionist", "weeks": t} for t in range(1, weeks + 1)]
    return np.array([worth(once, k, weeks) for once in releases]) / PER


@pytest.mark.parametrize(("k", "horizon"), BEST)
def test_best_week_of_a_single_release(k: float, horizon: int) -> None:
    """The best of all weeks lies within one step of T* of the law."""
    best = brentq(lambda t: np.expm1(k * t) - k * (horizon - t), 0, horizon)
    assert best == pytest.approx(BEST[k, horizon], abs=5e-4)
    at = (np.argmax(single(k, horizon)) + 1) / PER
    assert at == pytest.approx(best, abs=1 / PER)


@pytest.mark.parametrize(("k", "horizon"), BEST)
def test_worth_of_every_week_of_release(k: float, horizon: int) -> None:
    """The whole curve; single precision leaves 1e-6 of 20 a week, needs in 255ths no more."""
    t = np.arange(1, PER * horizon) / PER
    law = (1 - np.exp(-k * t)) * (horizon - t)
    assert single(k, horizon) == pytest.approx(law, abs=horizon * 3e-5)


def test_shipping_all_along_beats_the_best_single_release() -> None:
    """14.907 against 8.902 at k = .1, H = 24; weekly steps cost half a step of the last quality."""
    k, horizon = 0.1, 24
    assert single(k, horizon).max() == pytest.approx(8.902, abs=0.001)
    weeks = PER * horizon
    often = worth({"use": "shipper", "weeks": 1}, k, weeks) / PER
    exact = np.sum(1 - np.exp(-k * np.arange(1, weeks + 1) / PER)) / PER
    assert often == pytest.approx(exact, abs=horizon * 3e-5)
    half_a_step = (1 - np.exp(-k * horizon)) / (2 * PER)
    assert often - half_a_step == pytest.approx(14.907, abs=0.005)


def test_shipping_seldom_costs_what_waits() -> None:
    """Releases every m weeks show the quality of the last one: the law of steps."""
    k, weeks, every = 0.1, 48, 6
    seen = worth({"use": "shipper", "weeks": every}, k, weeks)
    released = np.arange(1, weeks + 1) // every * every
    assert seen == pytest.approx(np.sum(1 - np.exp(-k * released / PER)), abs=weeks * 3e-5)


def test_shipping_with_aging() -> None:
    """Quality that ages by d a week: q' = (1-d) q + gain (1 - q), to gain / (gain + d)."""
    k, weeks, d = 0.2, 80, 0.03
    gain, q, total = 1 - np.exp(-k / PER), 0.0, 0.0
    for _ in range(weeks):
        q = (1 - d) * q + gain * (1 - q)
        total += q
    seen = worth({"use": "shipper", "weeks": 1}, k, weeks, d)
    assert seen == pytest.approx(total, abs=weeks * 3e-5)
    assert q == pytest.approx(gain / (gain + d), abs=1e-4)
