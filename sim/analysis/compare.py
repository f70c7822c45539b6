"""Two or more results side by side, the first against each of the others.

What is compared are means by seed: firms of a run, and treatments of a study that were run with
the same seed, are averaged first, dead ones included, because they share their luck. Where both
sides ran the same seeds they met the same people and the same draws, so their differences by
seed are free of what both had in common (common random numbers).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.analysis.arms import STRATEGY, Arm, ArmFault
from sim.analysis.effects import Effect, paired_effect, unpaired_effect
from sim.analysis.intervals import Interval, holm, mean
from sim.analysis.pairs import MIN_PAIRS, Outcome, outcome
from sim.analysis.rmst import (
    Lives,
    MeanDifference,
    paired_restricted_mean,
    unpaired_restricted_mean,
)
from sim.analysis.shares import share_alive, share_difference, unpaired_share_difference
from sim.analysis.survival import longest_life, restricted_mean

if TYPE_CHECKING:
    import pandas as pd

ALPHA = 0.05
MEASURES = (
    "survival", "weeks_alive", "users", "customers", "discounted_profit", "cash_trough", "trust",
)  # fmt: skip
MARKET = "market"  # whose measure belongs to all firms of a run


class Contrast(NamedTuple):
    """One measure of one kind of firm: first, second, and first less second.

    firms: strategy or group that is measured in both, "" where the arms are the strategies, or
    ``MARKET``. p_holm: p-value corrected for all contrasts shown.
    """

    firms: str
    measure: Outcome
    first: str
    second: str
    first_mean: Interval
    second_mean: Interval
    effect: Effect
    p_holm: float

    @property
    def sign(self) -> int:
        """1 or -1 where the difference is beyond chance after Holm's correction, else 0."""
        if min(self.effect.n) < MIN_PAIRS or not self.p_holm < ALPHA:
            return 0
        return int(np.sign(self.effect.difference.value))


class Comparison(NamedTuple):
    """All contrasts of the first arm with each of the others, and what to know about them."""

    arms: tuple[Arm, ...]
    contrasts: tuple[Contrast, ...]
    notes: tuple[str, ...]
    paired: bool

    def of(self, second: str) -> list[Contrast]:
        """The contrasts with one of the others."""
        return [one for one in self.contrasts if one.second == second]


def compare_arms(arms: Sequence[Arm]) -> Comparison:
    """The first arm against each of the others: paired by seed where seeds agree.

    Raises ArmFault where two arms have no kind of firm in common.
    """
    first, notes = arms[0], []
    found: list[Contrast] = []
    horizon = float(min(longest_life(arm.rows) for arm in arms))
    all_paired = True
    for second in arms[1:]:
        one, two, paired, said = _paired(first, second)
        notes.append(said)
        all_paired &= paired
        for firms, ours, theirs in _kinds(one, two):
            for name in MEASURES if firms != MARKET else ("surplus",):
                found.append(_contrast(firms, outcome(name), ours, theirs, paired, horizon))
    corrected = holm([one.effect.p for one in found])
    contrasts = tuple(
        one._replace(p_holm=float(p)) for one, p in zip(found, corrected, strict=True)
    )
    notes += [*_caveats(arms), *_too_blunt(contrasts)]
    return Comparison(tuple(arms), contrasts, tuple(dict.fromkeys(notes)), all_paired)


def _paired(first: Arm, second: Arm) -> tuple[Arm, Arm, bool, str]:
    """The two arms over the seeds that both ran; unchanged where they share less than half."""
    ours, theirs = set(first.rows["seed"]), set(second.rows["seed"])
    common, fewest = ours & theirs, min(len(ours), len(theirs))
    if 2 * len(common) < fewest or not common:
        return first, second, False, (
            f"not paired: the seeds of {first.name} and {second.name} differ ({len(ours)} and "
            f"{len(theirs)} of them), so each is drawn on its own; run both with the same seeds "
            "(--seed) to compare them more sharply"
        )  # fmt: skip
    left_out = len(ours | theirs) - len(common)
    alone = f"; {left_out} seeds that only one of them ran are left out" if left_out else ""
    kept = [arm._replace(rows=arm.rows[arm.rows["seed"].isin(common)]) for arm in (first, second)]
    runs = "1 seed" if len(common) == 1 else f"{len(common)} seeds"
    return kept[0], kept[1], True, f"paired by seed: both ran with the same {runs}{alone}"


def _kinds(first: Arm, second: Arm) -> list[tuple[str, Arm, Arm]]:
    """What to measure in both: strategies or groups that both have, else all firms; the market.

    Arms that are strategies are measured as they are: the market is the same for both.
    """
    if STRATEGY in (first.kind, second.kind):
        return [("", first, second)]
    market = (MARKET, first, second)
    for column in ("strategy", "group"):
        both = [set(arm.rows[column].astype(str)) for arm in (first, second)]
        if both[0] == both[1]:
            return [
                (name, _only(first, column, name), _only(second, column, name))
                for name in _in_order(both[0])
            ] + [market]
    return [("all", first, second), market]


def _in_order(names: set[str]) -> list[str]:
    from sim.analysis.pairs import HEADLINE

    return [n for n in HEADLINE if n in names] + sorted(names - set(HEADLINE))


def _only(arm: Arm, column: str, name: str) -> Arm:
    return arm._replace(rows=arm.rows[arm.rows[column].astype(str) == name])


def by_seed(rows: pd.DataFrame, column: str) -> pd.Series:
    """Mean of a column by seed: over firms of a run first, then over treatments."""
    runs = rows.groupby(["seed", "treatment"])[column].mean()
    return runs.groupby("seed").mean()


def _contrast(
    firms: str, measure: Outcome, first: Arm, second: Arm, paired: bool, horizon: float
) -> Contrast:
    """One measure of two arms; p-values still stand alone."""
    if measure.name == "weeks_alive":
        means, effect = _weeks(first.rows, second.rows, paired, horizon)
    else:
        means, effect = _means(measure, first.rows, second.rows, paired)
    return Contrast(firms, measure, first.name, second.name, *means, effect, effect.p)


def _means(
    measure: Outcome, ours: pd.DataFrame, theirs: pd.DataFrame, paired: bool
) -> tuple[tuple[Interval, Interval], Effect]:
    """Means by seed, their difference and its effect sizes."""
    a, b = (by_seed(rows, measure.column) for rows in (ours, theirs))
    if paired:
        both = a.index.intersection(b.index)
        a, b = a.loc[both], b.loc[both]
    effect = (paired_effect if paired else unpaired_effect)(a, b)
    if measure.bounds is None:
        return (mean(a), mean(b)), effect
    alive = [share_alive(rows[measure.column], rows["seed"]) for rows in (ours, theirs)]
    if paired:
        firms = [
            rows.groupby("seed")[measure.column].count().loc[a.index] for rows in (ours, theirs)
        ]
        apart = share_difference(a, b, np.minimum(*firms))
    else:
        apart = unpaired_share_difference(*alive)
    return (alive[0], alive[1]), effect._replace(difference=apart)


def _weeks(
    ours: pd.DataFrame, theirs: pd.DataFrame, paired: bool, horizon: float
) -> tuple[tuple[Interval, Interval], Effect]:
    """Restricted mean lives up to ``horizon``, and their difference."""
    lives = [Lives(r["weeks_alive"], 1 - r["survived"], r["seed"]) for r in (ours, theirs)]
    compared = paired_restricted_mean if paired else unpaired_restricted_mean
    found: MeanDifference = compared(*lives, horizon=horizon)
    if paired:
        effect = paired_effect(found.pseudo[0], np.zeros(len(found.pseudo[0])))
    else:
        effect = unpaired_effect(*found.pseudo)
    means = [restricted_mean(*each, horizon=horizon) for each in lives]
    return (means[0], means[1]), effect._replace(difference=found.difference)


def _caveats(arms: Sequence[Arm]) -> list[str]:
    """What keeps the arms from being alike in all but what they are compared by."""
    said = []
    ends = {arm.name: int((arm.rows["entered"] + arm.rows["weeks_alive"]).max()) for arm in arms}
    if len(set(ends.values())) > 1 and all(arm.kind != STRATEGY for arm in arms):
        each = ", ".join(f"{name} {weeks} weeks" for name, weeks in ends.items())
        said.append(f"the runs differ in length ({each}): shares alive and sums are not alike")
    if any(arm.kind == STRATEGY for arm in arms):
        said.append("consumer surplus belongs to a market, not to a strategy: not compared here")
    for arm in arms:
        n = arm.rows["treatment"].nunique()
        if arm.kind != STRATEGY and n > 1:
            said.append(f"taken of {arm.name}: the mean over its {n} treatments")
    return said


def _too_blunt(contrasts: Sequence[Contrast]) -> list[str]:
    """Warns where so few runs meet so many differences that none could pass the correction.

    n pairs can be given signs in 2**n ways, two of which are as far out as can be.
    """
    family = len(contrasts)
    needed = math.ceil(math.log2(2 * family / ALPHA) + 1e-9)
    fewest = min(one.effect.n[0] for one in contrasts)
    if any(len(one.effect.n) > 1 for one in contrasts) or not MIN_PAIRS <= fewest < needed:
        return []
    return [
        f"{fewest} pairs are too few for {family} differences: whatever they show, none can pass "
        f"Holm's correction; {needed} replicates could"
    ]


def records(comparison: Comparison) -> list[dict[str, Any]]:
    """One plain row a contrast, for files: means, difference, effect sizes, p-values."""
    found = []
    for one in comparison.contrasts:
        row: dict[str, Any] = {
            "firms": one.firms, "measure": one.measure.name, "unit": one.measure.unit,
            "first": one.first, "second": one.second,
        }  # fmt: skip
        parts = {
            "first": one.first_mean, "second": one.second_mean,
            "difference": one.effect.difference, "d": one.effect.d,
            "superiority": one.effect.superiority,
        }  # fmt: skip
        for name, interval in parts.items():
            key = f"{name}_mean" if name in ("first", "second") else name
            row |= {key: interval.value, f"{key}_low": interval.low, f"{key}_high": interval.high}
        row |= {"p": one.effect.p, "p_holm": one.p_holm, "paired": len(one.effect.n) == 1,
                "runs_first": one.effect.n[0], "runs_second": one.effect.n[-1]}  # fmt: skip
        found.append(row)
    return found


__all__ = ["ArmFault", "Comparison", "Contrast", "by_seed", "compare_arms", "records"]
