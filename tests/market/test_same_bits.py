"""The same scenario and seed are the same bits, however they are run; another seed is another."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from sim.market.model import MarketModel, simulate
from tests.conftest import environment
from tests.market.scenes import eventful

ALONE = """
from tests.market.scenes import eventful
from sim.market.model import simulate
print(simulate(eventful(), seed=5).digest)
"""


@pytest.fixture(scope="module")
def reference() -> str:
    return simulate(eventful(), seed=5).digest


@pytest.mark.parametrize("threads", [2, 3])
def test_any_number_of_threads(threads: int, reference: str) -> None:
    assert simulate(eventful(), seed=5, threads=threads).digest == reference


@pytest.mark.parametrize("stride", [1, 5])
def test_stepped_or_at_once(stride: int, reference: str) -> None:
    """By single weeks, and by five, which is out of step with the reviews."""
    model = MarketModel(eventful(), seed=5)
    while model.week < model.scenario.weeks:
        model.step() if stride == 1 else model.advance(stride)
    assert model.result().digest == reference


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_another_process(hash_seed: str, reference: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE],
        env=environment({"PYTHONHASHSEED": hash_seed, "LC_ALL": "C"}),
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    assert done.stdout.strip() == reference


def test_the_same_again_after_other_runs(reference: str) -> None:
    """No run leaves anything behind for the next."""
    simulate(eventful(people={"count": 77}), seed=9)
    assert simulate(eventful(), seed=5).digest == reference


def test_zero_is_a_seed() -> None:
    series = {
        seed: simulate(eventful(), seed=seed).firm_series["n_uses"] for seed in (0, 1, 2, None)
    }
    assert np.array_equal(series[None], series[1])  # the scenario's own seed is 1
    for a, b in ((0, 1), (0, 2), (1, 2)):
        assert not np.array_equal(series[a], series[b])
    own = simulate(eventful(seed=0)).firm_series["n_uses"]
    assert np.array_equal(own, series[0])


def test_all_sixty_three_bits_of_a_seed_count() -> None:
    low, high = simulate(eventful(weeks=9), seed=1), simulate(eventful(weeks=9), seed=1 + 2**32)
    assert not np.array_equal(low.firm_series["n_uses"], high.firm_series["n_uses"])
