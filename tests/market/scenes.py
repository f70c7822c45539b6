"""Scenarios built in Python for tests of the whole engine.

``bare`` switches every mechanism off; a test turns on the one whose law it knows.
``rivalry`` is a small market in which everything is alive, like the headline scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.market.result import RunResult
from sim.scenario.schema import Scenario

Tree = dict[str, Any]

# One block, one identity, one situation, equal needs; everyone online, thinking again every
# week; nobody hears, tells, buys, contributes; nothing is built and nothing decays.
BARE: Tree = {
    "title": "bare",
    "weeks": 1,
    "people": {
        "count": 1000,
        "identities": 1,
        "reconsider": 1.0,
        "heritage": {"cohorts": 1, "regions": 1, "educations": 1},
        "needs": {
            "diversity": 0, "individual": 0, "between_blocks": 0, "between_identities": 0,
            "core": 0,
        },
        "roles": {"talent": 0, "partner": 0, "media": 0, "influencer": 0},
        "links": {"mixing": "complete"},
    },
    "environment": {
        "reach": 1.0,
        "economy": {"volatility": 0},
        "fashion": {"strength": 0, "volatility": 0},
        "situations": {"count": 1, "misread": 0},
        "attention": 100,
    },
    "market": {
        "use": {"rate": 1, "quality": 0, "fit": 0, "overload": 0, "outside": -30, "nuisance": 0,
                "delay": 0},
        "purchase": {"wait": 520, "outside": 30, "research": 0, "online": 0, "switching": 0},
        "norms": {"omega": 0, "uncertain": 0, "trusting": 0},
        "trust": {"weight": 0, "hearsay": 0, "contagion": 0, "tolerance": 0},
        "runway": 1,
        "engagement": {"weight": 0},
        "awareness": {"external": 0, "imitation": 0, "talk": 0, "press": 0},
        "collaboration": {"rate": 0, "value": 0, "screening": 0},
        "building": {"gain": 0, "depreciation": 0, "talent": 0, "partners": 0},
        "capacity": {"start": 10, "cost": 0},
        "advertising": {"income": 0},
    },
}  # fmt: skip


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> Tree:
    """``below`` with the keys of ``above`` in their place, block by block."""
    out = dict(below)
    for key, value in above.items():
        inner = out.get(key)
        both = isinstance(inner, Mapping) and isinstance(value, Mapping)
        out[key] = merged(inner, value) if both else value
    return out


def firm(name: str = "A", strategy: Any = "customer-centric", **changes: Any) -> Tree:
    """A firm that everybody knows, whose cash and service never end, and that costs nothing."""
    usual: Tree = {
        "name": name, "strategy": strategy, "cash": 1000,
        "start": {"aware": 1.0}, "costs": {"unit": 0, "serving": 0, "fixed": 0, "shock": 0},
    }  # fmt: skip
    return merged(usual, changes)


def bare(*firms: Tree, **changes: Any) -> Scenario:
    """``BARE`` with ``changes`` and these firms."""
    return Scenario.model_validate({**merged(BARE, changes), "firms": list(firms)})


def rivalry(payers: int = 2, users: int = 2, **changes: Any) -> Scenario:
    """Customer-centric against user-first firms with every mechanism alive."""
    base: Tree = {"title": "rivalry", "weeks": 104, "people": {"count": 1000}}
    firms = [
        {"name": "payers", "strategy": "customer-centric", "count": payers, "cash": 0.6},
        {"name": "users", "strategy": "user-first", "count": users, "cash": 0.6},
    ]  # fmt: skip
    living = [group for group in firms if group["count"]]
    return Scenario.model_validate({"firms": living, **merged(base, changes)})


def firm_by_name(result: RunResult, name: str) -> dict[str, NDArray[Any]]:
    """Every series of the firm of this name, (weeks + 1,) each."""
    at = [fate.name for fate in result.firms].index(name)
    return {measure: series[:, at] for measure, series in result.firm_series.items()}


def uses_in(result: RunResult, week: int = -1) -> NDArray[np.int64]:
    """Uses of a week by firm, in file order (F,)."""
    return np.asarray(result.firm_series["n_uses"][week])


def eventful(**changes: Any) -> Scenario:
    """A market in which firms die, enter, are funded and sell by every plan; 300 people."""
    firms: list[Tree] = [
        {"name": "payers", "strategy": "customer-centric", "count": 2, "cash": 0.5,
         "start": {"aware": 0.5, "customers": 0.1}, "offer": {"service_price": 0.02}},
        {"name": "users", "strategy": "user-first", "count": 2, "cash": 0.15,
         "funding": {"rounds": 2, "growth": -0.5, "amount": 0.2}, "start": {"aware": 0.4},
         "offer": {"commission": 0.2, "subsidy": 0.01}},
        {"name": "free", "strategy": "freemium", "cash": 0.4, "start": {"aware": 0.5}},
        {"name": "poor", "strategy": "mass-media", "cash": 0.1, "costs": {"fixed": 0.05},
         "start": {"aware": 0.6, "customers": 0.2}},
        {"name": "risky", "strategy": "ad-funded", "cash": 0.2, "costs": {"shock": 0.06},
         "start": {"aware": 0.5}},
        {"name": "late", "strategy": "listener", "enters": 20, "start": {"aware": 0.3}},
    ]  # fmt: skip
    base: Tree = {
        "title": "eventful", "weeks": 78, "people": {"count": 300, "roles": {"media": 0.1}},
        "environment": {"reach": {"floor": 0.5, "ceiling": 1.0, "midpoint": 26, "growth": 4},
                        "economy": {"volatility": 0.05}},
        "market": {"purchase": {"wait": 2, "online": 0.5}, "network": {"effect": 2},
                   "sides": {"fare": 0.02}, "carriage": {"income": 0.01, "fee": 0.002},
                   "awareness": {"external": 3, "imitation": 15}, "collaboration": {"rate": 0.5}},
        "firms": firms,
        "entry": {"rate": 3, "kinds": [{"name": "new", "strategy": "hybrid", "cash": 0.2}]},
        "events": [{"week": 10, "economy": {"shock": -0.5, "region": 0}}],
    }  # fmt: skip
    return Scenario.model_validate(merged(base, changes))
