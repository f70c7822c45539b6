"""Firms that find their price by trying prices."""

from __future__ import annotations

import math
from dataclasses import replace

from sim.scenario.schema import number
from sim.strategies import base
from sim.strategies.base import Decision, Seen, Strategy
from sim.strategies.objectives import PAYERS
from sim.strategies.registry import register
from sim.strategies.terms import MAX_PRICE, customer_terms


class Trials(base.Options):
    """How a firm tries prices, and how long it remembers what came of it."""

    trial: float = number(
        0.05, 0.005, 0.3, "share", "Assumption",
        "how far each trial lies above or below the price that it holds best",
    )  # fmt: skip
    memory: float = number(
        50, 5, 1000, "reviews", "Assumption",
        "how many trials it goes by: the weight of one falls by 1/memory at every review",
    )  # fmt: skip
    pace: float = number(
        0.1, 0.01, 1, "share per review", "Assumption",
        "how far it moves to the price that its trials say is best",
    )  # fmt: skip


@register
class PriceSetter(Strategy):
    """Tries prices, learns what they do to its sales, and charges cost plus the best margin.

    ``b`` is the change of its log sales with its own price, all else equal: a regression of
    changes between reviews on its own change of price and the mean change of its rivals'.
    Profit (p - c) * sales is highest where p = c - 1/b, whatever the demand; with logit demand
    b = -alpha (1 - s).  It knows its books and everybody's prices, and no law of demand.
    """

    name = "price-setter"
    line = "Tries prices a little up and down, and charges cost plus the margin that pays best."
    source = "Lerner 1934; learning demand from own price trials: Rothschild 1974"
    objective = PAYERS
    Options = Trials
    options: Trials
    ENOUGH = 8  # Assumption: changes of price before it believes what they say

    def __init__(self, options: base.Options | None = None) -> None:
        super().__init__(options)
        self.best: float | None = None  # the price it holds best; trials lie around it
        self.before: tuple[float, float, float] | None = None  # own, rivals' price, log sales
        # sums of products of changes: own price x, rivals' price r, log sales y
        self.xx = self.xr = self.rr = self.xy = self.ry = 0.0
        self.changes = 0

    def enter(self) -> Decision:
        return customer_terms()

    def review(self, seen: Seen) -> Decision:
        price = seen.current.price
        self.best = price if self.best is None else self.best
        self._remember(seen)
        slope = self._slope()
        if slope is not None and seen.sales > 0:
            # its books do not say what a cost is for: all direct costs by the sale
            cost = max(0.0, seen.revenue - seen.gross_profit) / seen.sales
            step = self.options.pace * (cost - 1 / slope - self.best)
            most = self.options.trial * self.best
            self.best = min(self.best + min(max(step, -most), most), MAX_PRICE)
        side = 1 if seen.draw[0] < 0.5 else -1
        tried = self.best * (1 + side * self.options.trial)
        return replace(seen.current, price=min(tried, MAX_PRICE))

    def _remember(self, seen: Seen) -> None:
        """Adds what changed since the last review to the sums; nothing without sales."""
        if seen.sales <= 0:
            self.before = None
            return
        others = [rival.price for rival in seen.rivals]
        mean = sum(others) / len(others) if others else 0.0
        now = (seen.current.price, mean, math.log(seen.sales))
        if self.before is not None:
            x, r, y = (new - old for new, old in zip(now, self.before, strict=True))
            keep = 1 - 1 / self.options.memory
            self.xx, self.xr = keep * self.xx + x * x, keep * self.xr + x * r
            self.rr, self.ry = keep * self.rr + r * r, keep * self.ry + r * y
            self.xy = keep * self.xy + x * y
            self.changes += x != 0
        self.before = now

    def _slope(self) -> float | None:
        """Change of log sales with its own price; None while unknown or not below 0."""
        if self.changes < self.ENOUGH or self.xx <= 0:
            return None
        apart = self.xx * self.rr - self.xr * self.xr
        if apart > 1e-6 * self.xx * self.rr:
            slope = (self.xy * self.rr - self.ry * self.xr) / apart
        else:  # rivals do not move, or move with it: their part cannot be told
            slope = self.xy / self.xx
        return slope if slope < -1e-9 else None
