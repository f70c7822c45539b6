"""The library of strategies: one small class each, by family, and the registry of them all.

A new strategy is a class with ``@register`` in one of the modules imported below.
"""

from __future__ import annotations

from sim.strategies.base import LEVERS, Decision, Options, Rival, Seen, Strategy
from sim.strategies.registry import (
    OPTIONS,
    REGISTRY,
    Description,
    UnknownStrategy,
    describe,
    make,
    register,
)
from sim.strategies.rules import check_decision

# The order of these imports is the order of the library.
from sim.strategies import payers, pricing, users, makers, platforms  # noqa: F401  # isort: skip
from sim.strategies import campaigns, crowds, service, searching, learning, controls  # noqa: F401  # isort: skip

__all__ = [
    "LEVERS",
    "OPTIONS",
    "REGISTRY",
    "Decision",
    "Description",
    "Options",
    "Rival",
    "Seen",
    "Strategy",
    "UnknownStrategy",
    "check_decision",
    "describe",
    "make",
    "register",
]
