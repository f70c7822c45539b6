"""Terms of entry that strategies start from, and the small steps by which they move.

Every strategy is one of three sets of terms with a few differences, so that what differs
between two strategies can be read off their classes.  Numbers marked *prototype* kept
markets alive for both kinds of firm in a rough prototype of the model; they are starting
values, not targets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.strategies.base import LEVERS, Decision

SPLIT = LEVERS[:4]  # what every firm can spend money on; care answers failures only
MAX_PRICE = 100.0  # money per purchase; the highest price that a scenario may set


def customer_terms(**changes: Any) -> Decision:
    """Terms of a firm that serves payers first, with ``changes`` to any of its fields."""
    terms: dict[str, Any] = {
        "price": 1.0,  # prototype: the category's price
        "openness": 0.1,  # prototype
        "ad_load": 0.0,  # Assumption: a firm that sells shows no ads to those who try
        "plan": "sale",
        "term": 4,  # weeks; prototype: one purchase in 8 weeks, half of them served
        "burn": 0.003,  # money per head and week; prototype
        "reinvest": 0.6,  # share of gross profit; prototype
        # media: prototype; what is left is split by Assumption, little of it on observing
        "budget": {"media": 0.6, "build": 0.35, "observe": 0.05},
        "goal": 0.0,
        "release_every": 13,  # weeks; Assumption: a release a quarter
        "headroom": 1.2,  # Assumption
    }
    return Decision(**{**terms, **changes})


def user_terms(**changes: Any) -> Decision:
    """Terms of a firm that serves all users first, with ``changes`` to any of its fields."""
    terms: dict[str, Any] = {
        "price": 1.0,  # prototype
        "openness": 0.9,  # prototype
        # Assumption: a fifth of the ad space stays empty.  At the prototype's .02 a use and
        # .005 to serve it, ads alone carry the fixed cost when one in three people is a user
        # (at a load of .5, three in four); full load is what `ad-funded` does.
        "ad_load": 0.8,
        "burn": 0.006,  # money per head and week; prototype
        # media: prototype; the user programme (all but media) is split by Assumption
        "budget": {"media": 0.2, "build": 0.5, "observe": 0.15, "outreach": 0.15},
        "goal": 1.0,
    }
    return customer_terms(**{**terms, **changes})


def hybrid_terms(**changes: Any) -> Decision:
    """Terms half way between payers first and users first, with ``changes``."""
    payers, users = customer_terms(), user_terms()
    terms: dict[str, Any] = {
        "openness": (payers.openness + users.openness) / 2,
        "ad_load": (payers.ad_load + users.ad_load) / 2,
        "burn": (payers.burn + users.burn) / 2,
        "budget": blend(payers.budget, users.budget, 0.5),
        "goal": 0.5,
    }
    return customer_terms(**{**terms, **changes})


def normalised(weights: Mapping[str, float]) -> dict[str, float]:
    """Shares over ``LEVERS`` that sum to 1; all 0 when every weight is 0."""
    total = sum(weights.get(lever, 0.0) for lever in LEVERS)
    return {lever: weights.get(lever, 0.0) / total if total > 0 else 0.0 for lever in LEVERS}


def blend(a: Mapping[str, float], b: Mapping[str, float], weight: float) -> dict[str, float]:
    """The budget split ``weight`` of the way from ``a`` (0) to ``b`` (1), as shares."""
    first, second = normalised(a), normalised(b)
    return {lever: (1 - weight) * first[lever] + weight * second[lever] for lever in LEVERS}


def without_building(budget: Mapping[str, float]) -> dict[str, float]:
    """The same budget after the last release: what went to building goes to media."""
    rest = {lever: weight for lever, weight in budget.items() if lever != "build"}
    return {**rest, "media": budget.get("media", 0.0) + budget.get("build", 0.0)}


def toward(value: float, target: float, step: float) -> float:
    """``value`` moved to ``target``, by ``step`` at most."""
    return value + min(max(target - value, -step), step)
