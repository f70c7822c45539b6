"""Firms that let people design, vote, rate, or speak for them."""

from __future__ import annotations

from sim.scenario.schema import NEEDS, number
from sim.strategies import base
from sim.strategies.base import Decision, Strategy
from sim.strategies.objectives import USERS
from sim.strategies.registry import register
from sim.strategies.terms import user_terms


class CoDesign(base.Options):
    """How much of the building goes into letting people design."""

    share: float = number(
        0.5, 0, 1, "share of building", "Assumption", "building that goes into customizing"
    )


@register
class CoCreator(Strategy):
    """Sells the good as it is, and one made to one's own taste for a premium."""

    name = "co-creator"
    line = "User-first whose goods can be made to one's own taste, at a premium, as capacity lasts."
    source = "Essay 002: Nike co-design; NikeiD began with $10 more and 400 orders a day (1999)"
    objective = USERS
    Options = CoDesign
    options: CoDesign

    def enter(self) -> Decision:
        # Assumptions: $10 is a tenth of a shoe's price; one good in a thousand heads a week
        rest = (1 - self.options.share) / (len(NEEDS) - 1)
        focus = tuple(self.options.share if k == "customize" else rest for k in NEEDS)
        return user_terms(premium=0.1, custom=0.001, focus=focus)


@register
class Crowdsourcer(Strategy):
    """What to build is decided by those who give ideas, not by the firm's own research."""

    name = "crowdsourcer"
    line = "User-first that asks those who give ideas what to build, and observes nobody else."
    source = "Essay 002: customers rate and invest in ideas; Threadless, LEGO Ideas"
    objective = USERS

    def enter(self) -> Decision:
        # the money that user-first observes with goes into building
        return user_terms(votes=1.0, budget={"media": 0.2, "build": 0.65, "outreach": 0.15})


@register
class Recommender(Strategy):
    """A club whose members rate, and get what people like them rated well."""

    name = "recommender"
    line = "A club by subscription, without ads; what its members rate serves to match their taste."
    source = "Essay 002: Netflix lets customers rate; what is shown must not be what is popular"
    objective = USERS

    def enter(self) -> Decision:
        # Assumption: as much to try as a seller allows; a month's term as in `freemium`
        return user_terms(plan="subscription", term=4, openness=0.1, ad_load=0.0, matching=1.0)


@register
class FanLed(Strategy):
    """Fans run its pages, and the money for media helps them to tell others."""

    name = "fan-led"
    line = "User-first without paid media: that money helps users to tell; pages show their fans."
    source = "Essay 002: Coca-Cola left its page to the two fans who had made it (2008)"
    objective = USERS

    def enter(self) -> Decision:
        budget = {"build": 0.5, "observe": 0.15, "outreach": 0.35}
        return user_terms(popularity=1.0, budget=budget)  # 1: as many join as have joined (Simon)
