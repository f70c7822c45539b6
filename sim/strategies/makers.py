"""Firms that differ in what they build, and when they release it."""

from __future__ import annotations

from dataclasses import replace

from pydantic import field_validator

from sim.scenario.schema import NEEDS, Need, number, word
from sim.strategies import base
from sim.strategies.base import Decision, Seen, Strategy
from sim.strategies.objectives import USERS
from sim.strategies.registry import register
from sim.strategies.terms import user_terms, without_building


class Late(base.Options):
    """When the great release comes."""

    weeks: int = number(104, 1, 520, "weeks", "Assumption", "work on the one great release")
    improve: bool = word(False, "whether it goes on improving after that release", "Assumption")


@register
class Perfectionist(Strategy):
    """The Mona Lisa: one great release, late."""

    name = "perfectionist"
    line = "One great release, late; then it stops building and puts that money into media."
    source = "Essay 000: on time with the resources at hand, not the Mona Lisa"
    objective = USERS
    Options = Late
    options: Late

    def enter(self) -> Decision:
        return user_terms(release_every=self.options.weeks, improve=self.options.improve)

    def review(self, seen: Seen) -> Decision:
        if seen.current.improve or seen.age <= seen.current.release_every:
            return seen.current
        return replace(seen.current, budget=without_building(seen.current.budget))


class Often(base.Options):
    """How often a shipper ships."""

    weeks: int = number(4, 1, 520, "weeks", "Assumption", "weeks from one release to the next")


@register
class Shipper(Strategy):
    """Small releases, on time: the perfectionist's twin in everything else."""

    name = "shipper"
    line = "Small releases on time, always improving; the perfectionist's terms and budget."
    source = "Essay 000: on time with the resources at hand; Kohavi et al. 2009"
    objective = USERS
    Options = Often
    options: Often

    def enter(self) -> Decision:
        return user_terms(release_every=self.options.weeks, improve=True)


class Behaviour(base.Options):
    """What a specialist is best at."""

    behaviour: Need = word("access", "the need on which three quarters of the building goes")
    behaviours: tuple[Need, ...] | None = word(
        None, "or several, which share the three quarters evenly; none of them: the core alone"
    )

    @field_validator("behaviours")
    @classmethod
    def _each_once(cls, named: tuple[Need, ...] | None) -> tuple[Need, ...] | None:
        if named is not None and len(set(named)) < len(named):
            raise ValueError("must name each behaviour once")
        return named

    def best_at(self) -> frozenset[Need]:
        """The needs that it favours, one at least."""
        if self.behaviours is None:
            return frozenset((self.behaviour,))
        return frozenset(self.behaviours or ("core",))


@register
class Specialist(Strategy):
    """Best at one behaviour of customer networks, or at a fixed set of them."""

    name = "specialist"
    line = "User-first with three quarters of its building on the needs of your choice."
    source = "Rogers 2011, The Network Is Your Customer: five behaviours"
    objective = USERS
    Options = Behaviour
    options: Behaviour

    def enter(self) -> Decision:
        # Assumption: .75 on its own needs (one: .75, and .05 on each other one), so that none is
        # left to rot
        best = self.options.best_at()
        others = len(NEEDS) - len(best)
        if others == 0:
            return user_terms(focus=tuple(1 / len(NEEDS) for _ in NEEDS))
        focus = tuple(0.75 / len(best) if k in best else 0.25 / others for k in NEEDS)
        return user_terms(focus=focus)


@register
class DoorknobPolisher(Strategy):
    """Looks busy: the effort of user-first, the wrong way round."""

    name = "doorknob-polisher"
    line = "User-first's budget and many visible releases, aimed at what people need least."
    source = "Essay 003: look-busy doorknob polishing instead of using the window"
    objective = USERS

    def enter(self) -> Decision:
        # Before it has looked: everything but the core need.  Assumption: a release a fortnight
        return user_terms(release_every=2, focus=(0.0, 0.2, 0.2, 0.2, 0.2, 0.2))

    def review(self, seen: Seen) -> Decision:
        """The least needed gets the weight that the most needed deserves, and so on.

        So its effort is as spread out as user-first's, and only its aim differs.
        """
        weights = sorted(seen.beliefs, reverse=True)
        least_first = sorted(range(len(NEEDS)), key=lambda k: (seen.beliefs[k], k))
        rank = {need: place for place, need in enumerate(least_first)}
        return replace(seen.current, focus=tuple(weights[rank[k]] for k in range(len(NEEDS))))
