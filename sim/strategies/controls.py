"""Strategies that should not win: what a real effect has to beat."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Literal

from sim.scenario.schema import word
from sim.strategies import base
from sim.strategies.base import Decision, Seen, Strategy
from sim.strategies.objectives import USERS
from sim.strategies.registry import register
from sim.strategies.terms import SPLIT, customer_terms, hybrid_terms, user_terms


class Like(base.Options):
    """Whose twin a placebo is."""

    like: Literal["user-first", "customer-centric"] = word(
        "user-first", "the strategy whose terms and spending it shares"
    )


@register
class Placebo(Strategy):
    """The same terms and the same spending; all that is not media goes to nothing."""

    name = "placebo"
    line = "Twin of user-first (or customer-centric) that spends all but its media on nothing."
    source = "Control: a programme that burns the budget without effect must not help"
    objective = USERS
    Options = Like
    options: Like

    def enter(self) -> Decision:
        twin = user_terms() if self.options.like == "user-first" else customer_terms()
        media = twin.budget["media"]
        return replace(twin, budget={"media": media, "idle": sum(twin.budget.values()) - media})


@register
class RandomSplit(Strategy):
    """Hybrid terms; a fresh budget split, uniform over all splits, at each review."""

    name = "random-split"
    line = "Splits the hybrid's budget over the levers at random, afresh at each review."
    source = "Control: a split that knows nothing"
    objective = USERS

    def enter(self) -> Decision:
        return hybrid_terms(budget=dict.fromkeys(SPLIT, 0.25))

    def review(self, seen: Seen) -> Decision:
        """Three uniform cuts of [0, 1] make four shares, uniform on the simplex."""
        cuts = [0.0, *sorted(seen.draw[:3]), 1.0]
        shares = [high - low for low, high in pairwise(cuts)]
        return replace(seen.current, budget=dict(zip(SPLIT, shares, strict=True)))
