"""Rules in words: under which factors something happens, from any design of points.

Two searches, a box (PRIM) and a tree of depth two, each measured alike. *Coverage* is the
share of all cases that the rule holds, *density* the share of what it holds that are cases,
*support* the share of the points that it holds, F the harmonic mean of the first two. A search
finds something in noise too, hence two guards: measures on points left out of the search
(five folds), and p, how often the search does as well on shuffled outcomes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.boxes import Box, Limit, Mask, Space, limits, space
from sim.analysis.intervals import Interval, holm, wilson
from sim.analysis.prim import Search, f_score, prim
from sim.analysis.treatments import short_names
from sim.analysis.tree import tree

F = NDArray[np.float64]
Groups = NDArray[np.generic]
SEARCHES: dict[str, Callable[[Space], Search]] = {"box": prim, "tree": tree}
ALPHA = 0.05
FOLDS = 5
NEARLY = 0.03  # of F: less than folds drawn otherwise would change
SHUFFLES = 99  # the least p is .01, small enough for Holm over five outcomes
ENOUGH = 10  # shuffles that do as well: p is near 10 / their number (Besag & Clifford 1991)
LEAST_POINTS = 12  # fewer cannot be left out in fifths


class Held(NamedTuple):
    """How well a rule does on points that its search did not see; intervals are Wilson's."""

    coverage: Interval
    density: Interval
    f: float


class Rule(NamedTuple):
    """Boxes, any of which holds a point: limits in words, and how good they are.

    mean: of the outcome as given, over the points held. chance: p of the shuffles, adjusted for
    the searches; p: for all the outcomes asked for together as well (Holm).
    """

    kind: str
    boxes: tuple[tuple[Limit, ...], ...]
    support: float
    coverage: float
    density: float
    mean: float
    f: float
    left_out: Held
    chance: float
    p: float

    @property
    def told(self) -> bool:
        """Whether there is a rule beyond what a search finds in noise."""
        return bool(self.boxes) and self.p <= ALPHA

    @property
    def words(self) -> str:
        """E.g. ``cash < 0.6 and theta < 2``; "" without a rule."""
        short = short_names(one.factor for box in self.boxes for one in box)
        said = [" and ".join(one.words(short[one.factor]) for one in box) for box in self.boxes]
        return said[0] if len(said) == 1 else " or ".join(f"({one})" for one in said)


class Rules(NamedTuple):
    """What was searched for: when ``case`` holds; its share of all points, and the rules found.

    points: values by factor; cases: how far each point is a case, in [0, 1]; labels: factors with
    their units where these are known.
    """

    case: str
    share: float
    rules: tuple[Rule, ...]
    points: Mapping[str, Sequence[Any]]
    cases: F
    labels: Mapping[str, str] = MappingProxyType({})

    @property
    def n(self) -> int:
        """How many points there are."""
        return len(self.cases)

    @property
    def best(self) -> Rule | None:
        """The rule that does best on points left out, of those beyond chance.

        Of rules that do nearly as well the one with the fewest limits.
        """
        told = [rule for rule in self.rules if rule.told]
        most = max((rule.left_out.f for rule in told), default=0.0)
        near = [rule for rule in told if rule.left_out.f >= most - NEARLY]
        return min(near, key=lambda rule: sum(map(len, rule.boxes)), default=None)

    def sentence(self) -> str:
        """The best rule with its measures, or that there is none."""
        case = self.case[:1].upper() + self.case[1:]
        if self.share in (0.0, 1.0):
            return f"{case} in {'all' if self.share else 'none'} of {self.n} treatments."
        rule = self.best
        if rule is None:
            least = min((one.p for one in self.rules), default=1.0)
            return (
                f"{case} in {_percent(self.share)} of {self.n} treatments; no rule in words for "
                f"when is beyond what shuffled outcomes give too (p = {least:.2g})."
            )
        low, high = (100 * part for part in rule.left_out.density[1:])
        return (
            f"{case} when {rule.words}: there {_percent(rule.density)} "
            f"({_percent(rule.left_out.density.value)}, {low:.0f} to {high:.0f}, on treatments "
            f"left out of the search) against {_percent(self.share)} over all {self.n} treatments; "
            f"the rule holds {_percent(rule.coverage)} of the cases and "
            f"{_percent(rule.support)} of the treatments (p = {rule.p:.2g})."
        )


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def find_rules(
    points: Mapping[str, Sequence[Any]],
    outcome: ArrayLike,
    *,
    case: str = "the outcome holds",
    otherwise: str = "the outcome does not hold",
    above: float = 0.0,
    groups: ArrayLike | None = None,
    shuffles: int = SHUFFLES,
    seed: int = 1,
) -> Rules:
    """Box and tree for when an outcome holds, or for when it does not if that is rarer.

    points: values by factor, numbers or categories. outcome: (points,) yes or no, or a share in
    [0, 1], or any number, which is a case where it is greater than ``above``. case, otherwise:
    the two sides in words. groups: points that are left out together, such as those of one
    base point or trajectory. Raises ValueError with fewer than 12 points, missing values or
    without a factor that varies.
    """
    at = space(points)
    given = np.asarray(outcome, dtype=float)
    if len(given) != len(at.codes) or np.isnan(given).any():
        raise ValueError(f"expected {len(at.codes)} outcomes, none missing, got {given.shape}")
    if len(given) < LEAST_POINTS:
        raise ValueError(f"rules need at least {LEAST_POINTS} points, got {len(given)}")
    shares = bool(((given >= 0) & (given <= 1)).all())
    values, cases = given, given if shares else (given > above).astype(float)
    if cases.mean() > 0.5:
        values, cases, case = -given, 1 - cases, otherwise
    share = float(cases.mean())
    if share == 0:
        return Rules(case, share, (), points, cases)
    together: Groups = np.asarray(np.arange(len(given)) if groups is None else groups)
    found = [_rule(kind, at, given, values, cases, together, seed) for kind in SEARCHES]
    chances = _chances(at, values, cases, [rule.f for rule in found], shuffles, seed)
    rules = (rule._replace(chance=p, p=p) for rule, p in zip(found, chances, strict=True))
    return Rules(case, share, tuple(rules), points, cases)


def adjusted(searched: Sequence[Rules]) -> list[Rules]:
    """The searches for several outcomes, each p adjusted for all the outcomes (Holm).

    Within one outcome p is adjusted already; a search's least p stands for it.
    """
    least = [min((rule.chance for rule in one.rules), default=1.0) for one in searched]
    factors = [p / q for p, q in zip(holm(least), least, strict=True)]
    return [
        one._replace(rules=tuple(rule._replace(p=min(1.0, rule.chance * by)) for rule in one.rules))
        for one, by in zip(searched, factors, strict=True)
    ]


def _rule(kind: str, at: Space, given: F, values: F, cases: F, groups: Groups, seed: int) -> Rule:
    """The rule that one search finds, and its measures, chance not yet asked."""
    boxes = SEARCHES[kind](at)(values, cases)
    held = _held(at, boxes)
    inside = float(cases[held].sum())
    return Rule(
        kind, tuple(limits(box, at) for box in boxes), float(held.mean()),
        inside / float(cases.sum()), inside / float(held.sum()) if boxes else math.nan,
        float(given[held].mean()) if boxes else math.nan, f_score(cases, held),
        _cross_validated(SEARCHES[kind], at, values, cases, groups, seed), 1.0, 1.0,
    )  # fmt: skip


def _held(at: Space, boxes: tuple[Box, ...]) -> Mask:
    held = np.zeros(len(at.codes), dtype=bool)
    for box in boxes:
        held |= at.inside(box)
    return held


def _cross_validated(
    make: Callable[[Space], Search], at: Space, values: F, cases: F, groups: Groups, seed: int
) -> Held:
    """Each fifth of the groups held by the rule that the other four fifths give."""
    known, member = np.unique(groups, return_inverse=True)
    fold_of = np.random.default_rng(seed).permutation(len(known)) % FOLDS
    fold, held = fold_of[member], np.zeros(len(cases), dtype=bool)
    for number in range(FOLDS):
        rest = fold != number
        if cases[rest].sum() > 0:
            boxes = make(at.part(rest))(values[rest], cases[rest])
            held |= ~rest & _held(at, boxes)
    inside, nothing = float(cases[held].sum()), Interval(math.nan, math.nan, math.nan)
    density = wilson(inside, int(held.sum())) if held.any() else nothing
    return Held(wilson(inside, float(cases.sum())), density, f_score(cases, held))


def _chances(
    at: Space, values: F, cases: F, scores: Sequence[float], shuffles: int, seed: int
) -> list[float]:
    """P-value of each F: how often the best search does as well with outcomes dealt anew.

    The greatest F of all searches is what each is held against (Westfall & Young 1993).
    """
    rng, as_good = np.random.default_rng(seed), np.zeros(len(scores), dtype=int)
    searches = [make(at) for make in SEARCHES.values()]
    everything = f_score(cases, np.ones(len(cases), dtype=bool))
    for number in range(1, shuffles + 1):
        order = rng.permutation(len(cases))
        found = (search(values[order], cases[order]) for search in searches)
        best = max(f_score(cases[order], _held(at, boxes)) if boxes else everything
                   for boxes in found)  # fmt: skip
        as_good += best >= np.asarray(scores) - 1e-12
        if as_good.min() >= ENOUGH:
            return [float(k) / number for k in as_good]
    return [float(1 + k) / (1 + shuffles) for k in as_good]
