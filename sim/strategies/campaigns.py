"""Firms that spend more for a while, at a time of their choice."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from sim.scenario.schema import NEEDS, number, word
from sim.strategies import base
from sim.strategies.base import Decision, Seen, Strategy
from sim.strategies.objectives import USERS
from sim.strategies.registry import register
from sim.strategies.terms import normalised, user_terms


class Push(base.Options):
    """When a campaign runs, how much it costs, and what on."""

    start: int = number(
        105, 1, 5200, "week", "Assumption",
        "when the campaign begins (at the first review from then on)",
    )  # fmt: skip
    weeks: int = number(
        26, 1, 520, "weeks", "Assumption", "how long it lasts (until the first review after that)"
    )
    extra: float = number(
        0.006, 0, 1, "money per head and week", "Assumption: as much again as user-first spends",
        "what it spends more in these weeks, as far as the market's runway lets it",
    )  # fmt: skip
    on: Literal["media", "build", "outreach", "polish"] = word(
        "media", "what on: a lever, or building what people need least", "Assumption"
    )


@register
class Campaigner(Strategy):
    """User-first with one campaign: two that differ in ``start`` differ in timing alone."""

    name = "campaigner"
    line = "User-first that spends more for some weeks, from a week and on a lever of your choice."
    source = "Essay 003: decisions are here and now, in windows of opportunity"
    objective = USERS
    Options = Push
    options: Push

    def enter(self) -> Decision:
        return user_terms()

    def review(self, seen: Seen) -> Decision:
        """The usual spending, and the extra on top of it while the campaign runs.

        The weights keep the usual split of the usual money, of which a part is gross profit.
        """
        usual, push = user_terms(), self.options
        if not push.start <= seen.week < push.start + push.weeks:
            return replace(seen.current, burn=usual.burn, budget=usual.budget, focus=None)
        lever = "build" if push.on == "polish" else push.on
        spent = usual.burn + seen.current.reinvest * max(seen.gross_profit, 0.0)
        money = {name: spent * w for name, w in normalised(usual.budget).items() if w > 0}
        money[lever] = money.get(lever, 0.0) + push.extra
        return replace(
            seen.current, burn=usual.burn + push.extra, budget=normalised(money),
            focus=self.polished(seen.beliefs, money["build"]) if push.on == "polish" else None,
        )  # fmt: skip

    def polished(self, beliefs: tuple[float, ...], build: float) -> tuple[float, ...]:
        """Focus when the extra goes to the needs that are believed least, as the polisher aims.

        build: all that is spent on building, of which ``extra`` is polish.
        """
        weights = sorted(beliefs, reverse=True)
        least_first = sorted(range(len(NEEDS)), key=lambda k: (beliefs[k], k))
        polish = self.options.extra / build
        mixed = [(1 - polish) * belief for belief in beliefs]
        for place, need in enumerate(least_first):
            mixed[need] += polish * weights[place]
        return tuple(mixed)
