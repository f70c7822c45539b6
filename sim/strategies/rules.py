"""The rules that every decision keeps, whoever made it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Integral, Real
from typing import TypeGuard

from sim.scenario.schema import NEEDS
from sim.strategies.base import AUDIENCES, LEVERS, Decision
from sim.strategies.terms import MAX_PRICE

# field: lowest, highest (None: any finite number)
REALS: dict[str, tuple[float, float | None]] = {
    "price": (0, MAX_PRICE),
    "openness": (0, 1),
    "ad_load": (0, 1),
    "inflation": (-0.5, 1),
    "updates": (0, 1),
    "burn": (0, None),
    "reinvest": (0, 1),
    "goal": (0, 1),
    "headroom": (0, None),
    "subsidy": (0, MAX_PRICE),
    "subsidy_partners": (0, MAX_PRICE),
    "commission": (0, 1),
    "service_price": (0, MAX_PRICE),
    "owner_ads": (0, 1),
    "custom": (0, None),
    "votes": (0, 1),
    "matching": (0, 1),
    "popularity": (0, 3),
}
# field: lowest, highest; as a scenario's terms and longest run allow
WHOLES = {"term": (1, 520), "release_every": (1, 5200), "models": (1, 4)}
PLANS = ("sale", "subscription")


def check_decision(decision: object) -> list[str]:
    """Every rule that a decision breaks, one sentence each; empty when it keeps them all."""
    if not isinstance(decision, Decision):
        return [f"a strategy must return a Decision, got {decision!r}"]
    faults = [
        fault
        for name, (low, high) in REALS.items()
        if (fault := _real(name, getattr(decision, name), low, high))
    ]
    faults += [
        f"{name} must be a whole number from {low} to {high}, got {value!r}"
        for name, (low, high) in WHOLES.items()
        if not _is_whole(value := getattr(decision, name)) or not low <= value <= high
    ]
    if decision.plan not in PLANS:
        faults.append(f"plan must be sale or subscription, got {decision.plan!r}")
    if not isinstance(decision.improve, bool):
        faults.append(f"improve must be true or false, got {decision.improve!r}")
    if decision.premium is not None:
        found = _real("premium", decision.premium, 0, MAX_PRICE)
        faults += [found] if found else []
    faults += _weights("budget", "lever", decision.budget, LEVERS)
    if decision.audiences is not None:
        faults += _weights("audiences", "audience", decision.audiences, AUDIENCES)
    return faults + _focus(decision.focus)


def _is_real(value: object) -> TypeGuard[float]:
    """Whether it is a finite number, and no truth value."""
    if type(value) is float:  # nearly always, and much faster to ask
        return math.isfinite(value)
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:  # a whole number beyond any float
        return False


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _real(name: str, value: object, low: float, high: float | None) -> str | None:
    """What is wrong with a number, or None."""
    if _is_real(value) and low <= value and (high is None or value <= high):
        return None
    rule = f"between {low:g} and {high:g}" if high is not None else f"finite and at least {low:g}"
    return f"{name} must be {rule}, got {value!r}"


def _weights(name: str, kind: str, given: object, known: tuple[str, ...]) -> list[str]:
    """Rules of weights over levers or audiences; all 0 means nothing at all."""
    if not isinstance(given, Mapping):
        return [f"{name} must map {kind}s to weights, got {given!r}"]
    faults = [
        f"{name} has no {kind} {each!r}; there are {', '.join(known)}"
        for each in given
        if each not in known
    ]
    found = [_real(f"{name}.{each}", weight, 0, None) for each, weight in given.items()]
    faults += [fault for fault in found if fault]
    if not faults and not math.isfinite(sum(given.values())):
        faults.append(f"{name} must have a finite sum")
    return faults


def _focus(focus: object) -> list[str]:
    """Rules of the focus: None, or six weights that are not all 0."""
    if focus is None:
        return []
    if not isinstance(focus, (tuple, list)) or len(focus) != len(NEEDS):
        return [f"focus must be none or {len(NEEDS)} weights, got {focus!r}"]
    found = [
        _real(f"focus.{need}", weight, 0, None) for need, weight in zip(NEEDS, focus, strict=True)
    ]
    faults = [fault for fault in found if fault]
    if not faults and not 0 < sum(focus) < math.inf:
        faults.append("focus must have a weight above 0 and a finite sum")
    return faults
