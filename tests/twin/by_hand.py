"""A small market of the twin with pinned numbers, for cases worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.schema import FirmGroup, Scenario
from sim.strategies.base import Strategy
from tests.reference.start import firm, made_up
from tests.reference.twin import Twin

GROUP = FirmGroup(name="firm", strategy="stay")
NUMBERS: dict[str, dict[str, float]] = {
    "use": {"quality": 6.0, "fit": 1.0, "overload": 0.2, "outside": 2.5, "nuisance": 0.3},
    "purchase": {"wait": 4.0, "price": 2.9, "switching": 0.15},
    "norms": {"omega": 0.3, "uncertain": 1.0, "trusting": 1.0, "update": 0.1},
    "trust": {
        "initial": 0.5, "gain": 0.05, "loss_ratio": 3.0, "noise": 0.25, "tolerance": 0.0,
        "weight": 1.0, "hearsay": 0.1, "contagion": 0.2, "discovery": 0.25,
    },
    "engagement": {
        "weight": 1.5, "gain": 0.2, "user": 0.05, "fan": 0.7, "fan_trust": 0.7, "learning": 0.2,
    },
    "awareness": {"reference": 0.001},
    "collaboration": {"value": 0.1, "screening": 0.002},
    "building": {
        "gain": 0.01, "reference": 0.001, "success": 1.0, "talent": 1.0, "partners": 1.0,
    },
    "culture": {"cost": 0.5},
    "capacity": {"start": 0.05, "weeks": 8.0, "cost": 0.001},
    "network": {"effect": 0.0},
    "advertising": {"income": 0.02},
}  # fmt: skip


def market(n_firms: int = 2, count: int = 100, firms: Any = None, **parts: Any) -> Twin:
    """A twin of firms that keep their terms, in week 0."""
    people = {"count": count, "identities": 2, "reconsider": 0.3} | parts.pop("people", {})
    changed = dict(parts.pop("market", {}))
    runway = changed.pop("runway", 1.0)
    rules: dict[str, Any] = {k: NUMBERS.get(k, {}) | changed.get(k, {}) for k in NUMBERS | changed}
    rules["runway"] = runway
    scenario = Scenario.model_validate(
        {"title": "by hand", "weeks": 20, "firms": (GROUP,), "people": people, "market": rules}
        | parts
    )
    firms = firms or [firm(f"firm {slot}", slot, count) for slot in range(n_firms)]
    start = made_up(scenario, firms, 1)
    return Twin(scenario, start, seed=1, make=lambda _: Strategy())


def close(x: float) -> Any:
    """Expected to six digits."""
    return pytest.approx(x, rel=1e-5, abs=1e-7)


def close_list(xs: list[float]) -> Any:
    """Expected to six digits, each."""
    return pytest.approx(xs, rel=1e-5)
