"""The method on the market itself: parameters of runs, found again from what the runs show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.analysis.calibration.identified import verdicts
from sim.analysis.calibration.posterior import posterior
from sim.analysis.calibration.ranges import Ranges
from sim.analysis.calibration.sbc import PASSES, ranks, uniformity
from sim.market.model import simulate
from sim.scenario.read import load
from tests.analysis.calibration.models import prior

SMALL = Path(__file__).parents[2] / "cli" / "small.yaml"
N_RUNS, DRAWS = 300, 99
RANGES = Ranges.of([0.5, 0.0], [20.0, 6.0], [True, False])
FIELDS = ("market.awareness.imitation", "market.use.outside")


def shown(place: int, values: np.ndarray) -> np.ndarray:
    """Share of people who know, and who use, each of four firms every 15 weeks."""
    changes = [f"{field}={value!r}" for field, value in zip(FIELDS, values.tolist(), strict=True)]
    scenario = load(str(SMALL), ["people.count=300", "weeks=100", *changes])
    series = simulate(scenario, seed=1000 + place).firm_series
    return np.concatenate([series[name][10::15].ravel() / 300 for name in ("n_aware", "n_users")])


@pytest.mark.slow
def test_ranks_of_two_parameters_of_a_market_are_uniform() -> None:
    """300 markets of 300 people and 100 weeks, each sought with the 299 others."""
    theta = prior(RANGES, N_RUNS, np.random.default_rng(1))
    simulated = np.array([shown(place, values) for place, values in enumerate(theta)])
    found = ranks(
        theta, simulated, RANGES.low, RANGES.high, held_out=N_RUNS, seed=1, n_draws=DRAWS,
        log=RANGES.log,
    )  # fmt: skip
    passed = uniformity(found, DRAWS)
    assert (passed.p > PASSES).all(), passed
    told = [
        verdicts(
            posterior(
                theta[40:], simulated[40:], simulated[truth], RANGES.low, RANGES.high, seed=1,
                n_draws=10, log=RANGES.log,
            )
        )
        for truth in range(40)
    ]  # fmt: skip
    assert np.median([[v.contraction for v in each] for each in told], axis=0).min() > 0.75
