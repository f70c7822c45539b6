"""Firms that differ in how hard they look for what people need now."""

from __future__ import annotations

from sim.scenario.schema import number
from sim.strategies import base
from sim.strategies.base import Decision, Strategy
from sim.strategies.objectives import USERS
from sim.strategies.registry import register
from sim.strategies.terms import user_terms


class Search(base.Options):
    """How much a firm looks, and how soon it acts on it."""

    observe: float = number(
        0.45, 0, 0.65, "share of the budget", "Assumption: three times what user-first observes",
        "goes into observing people, taken from building (0: it never learns)",
    )  # fmt: skip
    weeks: int = number(13, 1, 520, "weeks", "Assumption", "weeks from one release to the next")


@register
class Searcher(Strategy):
    """User-first that searches harder, or less: what it looks with it cannot build with."""

    name = "searcher"
    line = "User-first with a share of your choice for observing people, out of its building."
    source = "Essay 002: adaptation is needed to thrive; March 1991, exploration and exploitation"
    objective = USERS
    Options = Search
    options: Search

    def enter(self) -> Decision:
        usual = user_terms().budget
        both = usual["build"] + usual["observe"]
        observe = self.options.observe
        split = {**usual, "observe": observe, "build": both - observe}
        return user_terms(budget=split, release_every=self.options.weeks)
