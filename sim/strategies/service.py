"""Firms that differ in what they do with a part of their money: serve people, or not."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from sim.scenario.schema import number, word
from sim.strategies import base
from sim.strategies.base import Decision, Strategy
from sim.strategies.objectives import USERS
from sim.strategies.registry import register
from sim.strategies.terms import customer_terms, normalised, user_terms


class Part(base.Options):
    """Which part of the money it sets aside, and for what."""

    like: Literal["user-first", "customer-centric"] = word(
        "user-first", "the strategy whose terms it has, and whose budget splits the rest"
    )
    share: float = number(0.1, 0, 1, "share", "Assumption", "part of its budget set aside")
    on: Literal["care", "media", "build", "idle", "cash"] = word(
        "care", "what for: staff who take up failures, another lever, or keeping it", "Assumption"
    )


@register
class Attentive(Strategy):
    """Two that differ in ``on`` differ in what becomes of the same part of the money alone."""

    name = "attentive"
    line = "User-first (or customer-centric) with a part of its budget for staff; or kept as cash."
    source = "Essays 002: Social CRM; 003: empowered service staff, or thinner budgets"
    objective = USERS
    Options = Part
    options: Part

    def enter(self) -> Decision:
        twin = user_terms() if self.options.like == "user-first" else customer_terms()
        share, on = self.options.share, self.options.on
        rest = 1 - share
        if on == "cash":  # the other levers get as much as if the part had been spent
            return replace(twin, burn=twin.burn * rest, reinvest=twin.reinvest * rest)
        budget = {lever: rest * weight for lever, weight in normalised(twin.budget).items()}
        return replace(twin, budget={**budget, on: budget[on] + share})
