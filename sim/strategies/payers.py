"""Firms that serve those who pay."""

from __future__ import annotations

from dataclasses import replace

from sim.scenario.schema import number
from sim.strategies import base
from sim.strategies.base import Decision, Seen, Strategy
from sim.strategies.objectives import PAYERS
from sim.strategies.registry import register
from sim.strategies.terms import customer_terms, user_terms, without_building


@register
class CustomerCentric(Strategy):
    """Listens to payers, tells others by media, and gives little away."""

    name = "customer-centric"
    line = "Serves those who pay: mostly closed, mostly media, listens to its payers."
    source = "Shapiro 2011, Users Not Customers (the practice it argues against); prototype"
    objective = PAYERS

    def enter(self) -> Decision:
        return customer_terms()


@register
class MassMedia(Strategy):
    """Pushes a promise through media and listens to nobody."""

    name = "mass-media"
    line = "Pushes: nine tenths of the budget on media, promises more than it delivers, closed."
    source = "Rogers 2011, The Network Is Your Customer: the mass-market model"
    objective = PAYERS

    def enter(self) -> Decision:
        # Assumption: a fifth more promised than delivered, a tenth left for the product
        return customer_terms(openness=0.0, inflation=0.2, budget={"media": 0.9, "build": 0.1})


@register
class OneOffSeller(Strategy):
    """Sells a durable, releases it once, and turns to selling it."""

    name = "one-off-seller"
    line = "Sells a durable at a higher price: one release, no updates, then media only."
    source = "Essay 004, on Internet TV and Tesla: the one-off sale that both replaced"
    objective = PAYERS

    def enter(self) -> Decision:
        # Assumption: lasts a year, at twice the category's price.  People do not pay by
        # duration, so a longer life or a much higher price ruins it even without rivals.
        return customer_terms(price=2.0, term=52, updates=0.0, improve=False)

    def review(self, seen: Seen) -> Decision:
        if seen.age <= seen.current.release_every:
            return seen.current
        return replace(seen.current, budget=without_building(seen.current.budget))


class Delay(base.Options):
    """How long a late adopter waits."""

    delay: float = number(
        4.0, 0, 100, "years in the market", "Blockbuster followed Netflix after 5 years",
        "when it turns to users (at the first review from then on)",
    )  # fmt: skip


@register
class LateAdopter(Strategy):
    """Customer-centric first, user-first after a delay; practice follows as culture does."""

    name = "late-adopter"
    line = "Customer-centric for some years, then goes user-first; culture and openness follow."
    source = "Essay 000: the longer culture change waits; Hannan & Freeman 1984"
    objective = PAYERS
    Options = Delay
    options: Delay

    def enter(self) -> Decision:
        return customer_terms()

    def review(self, seen: Seen) -> Decision:
        if seen.age < self.options.delay * 52:
            return seen.current
        # openness in practice lags behind this decision by the market's culture.years
        users = user_terms()
        return replace(
            seen.current, goal=users.goal, openness=users.openness, ad_load=users.ad_load,
            burn=users.burn, budget=users.budget,
        )  # fmt: skip
