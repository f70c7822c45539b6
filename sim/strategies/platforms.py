"""Firms that earn beside the sale, or only by it: two sides, services after it, a bill."""

from __future__ import annotations

from dataclasses import replace

from sim.scenario.schema import number
from sim.strategies import base
from sim.strategies.base import Decision, Seen, Strategy
from sim.strategies.objectives import PAYERS, USERS
from sim.strategies.registry import register
from sim.strategies.terms import MAX_PRICE, customer_terms, user_terms


class Connect(base.Options):
    """How long a platform pays both sides, and what it asks of them afterwards."""

    weeks: int = number(
        52, 0, 5200, "weeks in the market", "Assumption",
        "how long it pays the subsidies that it entered with (until the first review from then on)",
    )  # fmt: skip
    kept: float = number(
        0.0, 0, 1, "share", "Assumption", "how much of each subsidy is left after the cut"
    )
    commission: float = number(
        0.2, 0, 1, "share", "Assumption: a fifth of the fare, as ride platforms came to take",
        "share of the fare that it keeps after the cut",
    )  # fmt: skip


@register
class Subsidiser(Strategy):
    """Connects both sides first and charges them later: a platform that sells nothing itself."""

    name = "subsidiser"
    line = "Pays both sides of a market to meet on it; later cuts that and takes a commission."
    source = "Essay 004, on Didi and Kuaidi; Rochet & Tirole 2003, Platform Competition"
    objective = USERS
    Options = Connect
    options: Connect

    def __init__(self, options: base.Options | None = None) -> None:
        super().__init__(options)
        self.charges = False

    def enter(self) -> Decision:
        # Nothing is for sale: a price that nobody pays, all open.  Assumption: a fifth of a price
        # for every use of either side; a scenario's offer sets each, or neither.
        return user_terms(
            price=MAX_PRICE, openness=1.0, ad_load=0.0, subsidy=0.2, subsidy_partners=0.2
        )

    def review(self, seen: Seen) -> Decision:
        if self.charges or seen.age < self.options.weeks:
            return seen.current
        self.charges = True
        return replace(
            seen.current,
            subsidy=self.options.kept * seen.current.subsidy,
            subsidy_partners=self.options.kept * seen.current.subsidy_partners,
            commission=self.options.commission,
        )


@register
class ConnectedProduct(Strategy):
    """A durable that improves after the sale, and earns by services and ads to its owners."""

    name = "connected-product"
    line = "Sells a durable near its cost, updates it over the air, earns by services and ads."
    source = "Essay 004, on Internet TV and Tesla: continuous revenue from those who own it"
    objective = USERS

    def enter(self) -> Decision:
        # The one-off seller's durable (a year) at half its price; updated in full.  Assumption: a
        # service at .02 a use, half of the ads on owners; closed to those who own nothing.
        return user_terms(
            price=1.0, term=52, openness=0.1, updates=1.0, service_price=0.02, owner_ads=0.5
        )


@register
class Pipe(Strategy):
    """Carries what others make, sends a bill, and knows nobody."""

    name = "pipe"
    line = "A monthly bill and no relationship: closed, listens to nobody, builds the network."
    source = "Essay 004, on telecom and WeChat: the network keeps the bill, loses the user"
    objective = PAYERS

    def enter(self) -> Decision:
        # Assumption: customer-centric's budget without observing; core and access are the network
        return customer_terms(
            plan="subscription",
            term=4,
            openness=0.0,
            budget={"media": 0.6, "build": 0.4},
            focus=(0.5, 0.5, 0.0, 0.0, 0.0, 0.0),
        )
