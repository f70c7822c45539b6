"""A made-up initial state for the twin alone, so that it runs without the engine."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.scenario.schema import Costs, Funding, Scenario
from sim.strategies.base import Decision

NEEDS = 6


def firm(name: str, slot: int, n_people: int, **changes: Any) -> dict[str, Any]:
    """One firm's initial state; ``changes`` replaces what it names."""
    usual: dict[str, Any] = {
        "name": name, "strategy": name, "uid": 1000 + slot, "file_index": slot, "entered": 0,
        "quality": (0.4,) * NEEDS, "position": 0.5, "cash": 60 * n_people, "engagement": 0.5,
        "decision": Decision(), "costs": Costs(shock=0.0), "funding": Funding(),
    }  # fmt: skip
    return usual | changes


def made_up(scenario: Scenario, firms: list[dict[str, Any]], seed: int) -> dict[str, Any]:
    """A population with random traits and links; half know each firm, a tenth own something."""
    rng, heritage = np.random.default_rng(seed), scenario.people.heritage
    n, n_firms = scenario.people.count, len(firms)
    block = rng.integers(0, heritage.cohorts * heritage.regions * heritage.educations, n)
    split = rng.dirichlet(np.ones(NEEDS), (n, scenario.people.identities))
    need = np.floor(split * 255).astype(np.uint8)
    need[..., 0] += (255 - need.sum(axis=-1, dtype=np.int64)).astype(np.uint8)
    here = np.array([f["entered"] == 0 for f in firms])
    aware = (rng.random((n, n_firms)) < 0.5) & here
    owner = rng.integers(0, n_firms, n)
    owns = (rng.random(n) < 0.1) & here[owner]
    aware[owns, owner[owns]] = True
    engagement = np.zeros((n, n_firms), np.float32)
    engagement[owns, owner[owns]] = 0.5
    single = {
        name: rng.random(n).astype(np.float32) for name in ("nativeness", "taste", "reach_rank")
    }
    return single | {
        "block": block, "region": block % heritage.regions, "role": rng.integers(0, 5, n),
        "need": need, "links": rng.integers(0, n, (n, scenario.people.links.mean)),
        "salience_w": rng.lognormal(size=(n, scenario.people.identities)).astype(np.float32),
        "trust": np.full((n, n_firms), scenario.market.trust.initial, np.float32),
        "engagement": engagement, "aware": aware, "ever": engagement > 0,
        "last": np.where(owns, owner, 255), "supplier": np.where(owns, owner, 255),
        "until": np.where(owns, rng.integers(1, 5, n), 0), "bought": np.zeros(n, np.int64),
        "satisfaction": np.full(n, 0.5, np.float32), "uncertainty": np.full(n, 0.5, np.float32),
        "firms": firms, "entries": {},
    }  # fmt: skip
