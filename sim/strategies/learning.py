"""Firms that change their terms by what they measure or see."""

from __future__ import annotations

from dataclasses import replace

from sim.scenario.schema import number
from sim.strategies import base
from sim.strategies.base import Decision, Rival, Seen, Strategy
from sim.strategies.objectives import (
    PAYERS,
    USERS,
    free_users,
    value_of_free_user,
    value_of_payer,
    value_of_users,
)
from sim.strategies.registry import register
from sim.strategies.terms import (
    MAX_PRICE,
    SPLIT,
    blend,
    customer_terms,
    hybrid_terms,
    normalised,
    toward,
    user_terms,
)


class Measuring(Strategy):
    """A strategy that measures its objective between reviews."""

    def __init__(self, options: base.Options | None = None) -> None:
        super().__init__(options)
        self.age_reviewed = 0

    def weeks_since_review(self, seen: Seen) -> int:
        """Weeks since the last review (since entry at the first), at least 1."""
        weeks = max(1, seen.age - self.age_reviewed)
        self.age_reviewed = seen.age
        return weeks


@register
class Hybrid(Measuring):
    """Half way between both, leaning to the side where money wins more value."""

    name = "hybrid"
    line = "Half customer-centric, half user-first; leans to whichever wins it more value."
    source = "The rule of the predicted boundary: users first if PV / A_u > V_p / CAC"
    objective = USERS
    STEP = 0.1  # Assumption: a tenth of the way at a review

    def enter(self) -> Decision:
        return hybrid_terms()

    def review(self, seen: Seen) -> Decision:
        """PV / A_u > V_p / CAC; one budget wins both, so compare PV * won with V_p * won."""
        weeks = self.weeks_since_review(seen)
        free_before = max(seen.users_before - seen.payers_before, 0)
        users_won = value_of_free_user(seen, weeks) * max(free_users(seen) - free_before, 0)
        payers_won = value_of_payer(seen, weeks) * max(seen.payers - seen.payers_before, 0)
        if users_won == payers_won:
            return seen.current
        payers, users = customer_terms(), user_terms()
        side = users if users_won > payers_won else payers
        goal = toward(seen.current.goal, side.goal, self.STEP)
        way = self.STEP * (users.openness - payers.openness)
        return replace(
            seen.current, goal=goal, openness=toward(seen.current.openness, side.openness, way),
            budget=blend(payers.budget, users.budget, goal),
        )  # fmt: skip


class Step(base.Options):
    """How boldly a flexible firm tries."""

    step: float = number(
        0.1, 0.01, 0.5, "share", "Assumption",
        "size of a trial: of the budget, of openness and ad load, or of the price",
    )  # fmt: skip


TERMS = ("price", "openness", "ad_load")


@register
class Flexible(Measuring):
    """Climbs its objective: one trial at a time; what worked is repeated, what hurt undone."""

    name = "flexible"
    line = "Tries one change of terms or budget at a time, repeats what worked, undoes the rest."
    source = "Rogers 2011, essay 002: networks mix behaviours, so strategy should be flexible"
    objective = USERS
    Options = Step
    options: Step

    def __init__(self, options: base.Options | None = None) -> None:
        super().__init__(options)
        self.trial: tuple[str, int] | None = None  # what is being tried: (move, direction)
        self.before = hybrid_terms()  # terms without the trial
        self.score = 0.0  # what the objective was without it

    def enter(self) -> Decision:
        return hybrid_terms()

    def review(self, seen: Seen) -> Decision:
        score = value_of_users(seen, self.weeks_since_review(seen))
        if self.trial is not None and score <= self.score:
            # Undo it, and measure anew before the next trial: the market has moved meanwhile.
            self.trial = None
            return replace(
                seen.current, price=self.before.price, openness=self.before.openness,
                ad_load=self.before.ad_load, budget=self.before.budget,
            )  # fmt: skip
        move, direction = self.trial or self.next_trial(seen)
        decision = self.moved(seen.current, move, direction)
        if decision == seen.current:  # at an end of its range
            direction = -direction
            decision = self.moved(seen.current, move, direction)
        self.trial, self.before, self.score = (move, direction), seen.current, score
        return decision

    def next_trial(self, seen: Seen) -> tuple[str, int]:
        """A move drawn among terms and levers, and its direction."""
        moves = TERMS + SPLIT
        return moves[int(seen.draw[0] * len(moves))], 1 if seen.draw[1] < 0.5 else -1

    def moved(self, current: Decision, move: str, direction: int) -> Decision:
        """``current`` one step further; the budget keeps its sum."""
        step = self.options.step
        if move == "price":
            factor = 1 + step if direction > 0 else 1 / (1 + step)
            return replace(current, price=min(current.price * factor, MAX_PRICE))
        if move == "openness":
            return replace(current, openness=_share(current.openness + direction * step))
        if move == "ad_load":
            return replace(current, ad_load=_share(current.ad_load + direction * step))
        split = normalised(current.budget)
        split[move] = max(0.0, split[move] + direction * step)
        return replace(current, budget=normalised(split))


@register
class Imitator(Strategy):
    """Does what the leader visibly does."""

    name = "imitator"
    line = "Copies the visible terms of the rival with the most users; keeps its own budget."
    source = "Alchian 1950: imitation of observed success under uncertainty"
    objective = PAYERS

    def enter(self) -> Decision:
        return customer_terms()

    def review(self, seen: Seen) -> Decision:
        leader = max(seen.rivals, key=_standing, default=None)
        # nobody to learn from when it leads itself
        if leader is None or leader.share_users <= seen.users / max(seen.people, 1):
            return seen.current
        return replace(
            seen.current, price=leader.price, openness=leader.openness, ad_load=leader.ad_load,
            plan=leader.plan, term=leader.term,
        )  # fmt: skip


def _standing(rival: Rival) -> tuple[float | int | str, ...]:
    """Share of users; of equals the older, then the cheaper, so that order in a file is nothing."""
    visible = (-rival.price, rival.openness, rival.ad_load, rival.plan, rival.term)
    return rival.share_users, rival.age, *visible


def _share(value: float) -> float:
    """Clipped to [0, 1] and rid of the crumbs of repeated tenths, which hide the ends."""
    return round(min(max(value, 0.0), 1.0), 9)
