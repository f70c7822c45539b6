"""Promises kept with chance p: trust is a linear recursion (Slovic 1993; Bush & Mosteller 1955).

E' = E + a+ p (1 - E) - a- (1-p) E,  mean a+ p/(a+ p + a- (1-p)), decay a+ p + a- (1-p)
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.market.model import simulate
from tests.market.scenes import bare, firm, firm_by_name

GAIN, RATIO, KEPT = 0.05, 4.0, 0.9
LOSS = GAIN * RATIO
RATE = GAIN * KEPT + LOSS * (1 - KEPT)
MEAN = GAIN * KEPT / RATE  # .69231, VALIDATION B13
N, WEEKS, START = 20_000, 150, 0.2


@pytest.fixture(scope="module")
def lived() -> dict[str, np.ndarray]:
    """One firm that all use every week: quality .5, promise .3, spread of .25 -> p = .9."""
    scenario = bare(
        firm(offer={"inflation": -0.4, "openness": 1}, start={"quality": 0.5}),
        weeks=WEEKS,
        people={"count": N},
        market={"trust": {"initial": START, "gain": GAIN, "loss_ratio": RATIO, "noise": 0.25}},
    )
    return firm_by_name(simulate(scenario, seed=1), "A")


def moments() -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of one person's trust by week."""
    up, down = 1 - GAIN, 1 - LOSS
    mean, square = [START], [START**2]
    for _ in range(WEEKS):
        e, s = mean[-1], square[-1]
        mean.append(KEPT * (up * e + GAIN) + (1 - KEPT) * down * e)
        kept = up**2 * s + 2 * up * GAIN * e + GAIN**2
        square.append(KEPT * kept + (1 - KEPT) * down**2 * s)
    return np.array(mean), np.sqrt(np.maximum(np.array(square) - np.array(mean) ** 2, 0))


def test_promises_are_kept_with_the_chance_asked_for(lived: dict[str, np.ndarray]) -> None:
    """p = 1/2 + (delivered - promised)/(2 noise): 4 standard errors of 3,000,000 uses."""
    uses, kept = lived["n_uses"][1:].sum(), lived["n_kept"][1:].sum()
    assert uses == N * WEEKS
    assert kept / uses == pytest.approx(KEPT, abs=4 * np.sqrt(KEPT * (1 - KEPT) / uses))


def test_stationary_mean_of_trust(lived: dict[str, np.ndarray]) -> None:
    assert pytest.approx(0.69231, abs=5e-6) == MEAN
    sd = moments()[1][-1]
    near = 4 * sd / np.sqrt(N)
    assert near < 0.005  # VALIDATION B13
    assert lived["trust"][-1] == pytest.approx(MEAN, abs=near + (1 - RATE) ** WEEKS)


def test_trust_decays_at_its_rate_per_event(lived: dict[str, np.ndarray]) -> None:
    """The whole path: 4.5 standard errors in each of 150 weeks; then the rate itself."""
    mean, sd = moments()
    assert mean == pytest.approx(MEAN + (START - MEAN) * (1 - RATE) ** np.arange(WEEKS + 1))
    off = np.abs(lived["trust"] - mean)
    assert (off <= 4.5 * sd / np.sqrt(N) + 2**-16).all()  # recorded in steps of 2**-16
    # week 30: a gap of .1333 exp(-30 * error of the rate); its standard error gives the rate's
    week = 30
    rate = 1 - ((MEAN - lived["trust"][week]) / (MEAN - START)) ** (1 / week)
    gap = (MEAN - START) * (1 - RATE) ** week
    assert rate == pytest.approx(RATE, abs=4 * sd[week] / np.sqrt(N) / gap / week)
