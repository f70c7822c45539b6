"""Firms that serve everyone who turns up."""

from __future__ import annotations

from dataclasses import replace

from sim.strategies import base
from sim.strategies.base import Decision, Seen, Strategy
from sim.strategies.objectives import USERS
from sim.strategies.registry import register
from sim.strategies.rules import REALS
from sim.strategies.terms import MAX_PRICE, user_terms


@register
class UserFirst(Strategy):
    """Open to all, observes all, builds for all; lives mainly from ads."""

    name = "user-first"
    line = "Serves all users: open, observes everyone in touch, builds and helps users to tell."
    source = "Shapiro 2011, Users Not Customers; prototype"
    objective = USERS

    def enter(self) -> Decision:
        return user_terms()


@register
class UserFirstUnmonetised(Strategy):
    """User-first with no way to earn: patience is all it has."""

    name = "user-first-unmonetised"
    line = "User-first without ads and with nothing to sell: it lives while its cash lasts."
    source = "Control: user-first must lose where users bring no money"
    objective = USERS

    def enter(self) -> Decision:
        # Not for sale.  Openness 1 alone would not do: fans, and people offline, buy all the same.
        return user_terms(openness=1.0, ad_load=0.0, price=MAX_PRICE)


@register
class Freemium(Strategy):
    """Half of the offer is free; the rest is a subscription."""

    name = "freemium"
    line = "Half free without ads, the rest by monthly subscription; user-first's budget."
    source = "Kumar 2014, Making Freemium Work (Harvard Business Review)"
    objective = USERS

    def enter(self) -> Decision:
        # Assumption: half free; term of four weeks as the month of a subscription
        return user_terms(plan="subscription", term=4, openness=0.5, ad_load=0.0)


@register
class AdFunded(Strategy):
    """The user is what is sold; the advertiser is the customer."""

    name = "ad-funded"
    line = "All free, full of ads; a high price for the few who want to buy."
    source = "Essay 003: consumers are users, the customers are the advertisers"
    objective = USERS

    def enter(self) -> Decision:
        # Assumption: three times the category's price, at which hardly anybody buys
        return user_terms(openness=1.0, ad_load=1.0, price=3.0)


@register
class Listener(Strategy):
    """Social CRM: two-way contact, promises less than it delivers, mends what is missing."""

    name = "listener"
    line = "User-first that listens more, promises less, mends what people miss, keeps spare room."
    source = "Rogers 2011, The Network Is Your Customer; essay 002: Social CRM"
    objective = USERS
    MODESTY = 0.1  # Assumption: distrust lowers its promise by as much as it starts below others

    def __init__(self, options: base.Options | None = None) -> None:
        super().__init__(options)
        self.promised: float | None = None  # inflation it entered with, by the scenario or its own

    def enter(self) -> Decision:
        # Assumption: twice user-first's observation, and a tenth for staff who take up failures,
        # both out of building; a tenth under-promised
        return user_terms(
            inflation=-0.1,
            headroom=1.5,
            budget={"media": 0.2, "build": 0.25, "observe": 0.3, "outreach": 0.15, "care": 0.1},
        )

    def review(self, seen: Seen) -> Decision:
        """Work goes where need and shortfall are largest; distrust is met with modesty.

        As building returns the square root of effort and slows near 1, the split that adds
        most to believed needs b at quality q is ``(b (1 - q))**2``.
        """
        missed = [(b * (1 - q)) ** 2 for b, q in zip(seen.beliefs, seen.quality, strict=True)]
        total = sum(missed)
        focus = tuple(m / total for m in missed) if total > 0 else None
        if self.promised is None:
            self.promised = seen.current.inflation
        modest = max(self.promised - self.MODESTY, REALS["inflation"][0])
        inflation = modest if seen.trust < 0.5 else self.promised
        return replace(seen.current, focus=focus, inflation=inflation)
