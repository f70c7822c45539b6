"""What a stored study says of its factors: which matter, and under which one dies or wins.

The doors are ``sensitivity_of`` (Sobol indices or Morris effects, as the design allows),
``rules_of`` (rules in words, from any design) and ``sentences_of`` (both in plain words).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.analysis.pairs import outcome
from sim.analysis.points import (
    Points,
    Source,
    Target,
    default_targets,
    mean_outcomes,
    outcomes,
    points_of,
)
from sim.analysis.rules import LEAST_POINTS, Rules, adjusted, find_rules
from sim.analysis.screening import FactorEffect, Screening, morris_design, screen
from sim.analysis.sobol import SobolDesign, SobolIndices, sobol_design, sobol_indices
from sim.analysis.treatments import short_names
from sim.analysis.verdict import headline

if TYPE_CHECKING:
    from sim.analysis.intervals import Interval

__all__ = [
    "Explained", "Sensitivity", "SobolDesign", "SobolIndices", "explained", "rules_of",
    "sensitivity_of", "sentences_of", "sobol_design", "sobol_indices",
]  # fmt: skip

UNKNOWN_DESIGNS = (None, "list")  # their treatments may form any design: the settings tell
WIDE = 0.5  # an interval of half the variance ranks nothing
LEAST_SHARE = 0.01  # of the variance; less is no news, however certain
FEW_REPLICATES = 3  # with fewer, shuffled signs are too often those that were seen
MOST_NAMED = 3  # factors that a sentence tells of one by one


class Sensitivity(NamedTuple):
    """Indices (Sobol) or screenings (Morris) by outcome, the headline pair's difference first.

    left_out: outcomes that have none, and why.
    """

    design: str
    indices: tuple[SobolIndices, ...]
    screenings: tuple[Screening, ...]
    left_out: tuple[str, ...]

    def sentences(self) -> list[str]:
        """A sentence or two an outcome, then those that were left out."""
        said = [indices_in_words(one) for one in self.indices]
        said += [screening_in_words(one) for one in self.screenings]
        return said + [f"Left out: {why}." for why in self.left_out]


def sensitivity_of(source: Source, targets: Sequence[Target] | None = None) -> Sensitivity:
    """Sensitivity of outcomes to the factors of a stored study, as its design allows.

    source: the study's folder, or its tables (then levels are placed between the least and the
    greatest there is). targets: by default survival and discounted profit, of the headline
    pair's difference and of each kind. Raises ValueError for a design other than sobol and
    morris, one that is not full, and where no outcome has runs in all treatments.
    """
    points = points_of(source)
    kind = _design(points)
    wanted = default_targets(points.rows) if targets is None else list(targets)
    indices: list[SobolIndices] = []
    screenings: list[Screening] = []
    left_out: list[str] = []
    for target in wanted:
        try:
            values = outcomes(points.rows, points.treatments, target)
            if kind == "sobol":
                design = sobol_design(points.treatments)
                indices.append(sobol_indices(values, design, label=target.label))
            else:
                paths = morris_design(points.treatments, points.factors)
                unit = target.outcome.unit
                screenings.append(screen(values, paths, label=target.label, unit=unit))
        except ValueError as why:
            left_out.append(str(why))
    if not indices and not screenings:
        raise ValueError(left_out[0] if left_out else "no firm of any kind in these runs")
    return Sensitivity(kind, tuple(indices), tuple(screenings), tuple(left_out))


def _design(points: Points) -> str:
    """Which of the two designs the treatments form; raises ValueError where neither."""
    if points.design not in ("sobol", "morris", *UNKNOWN_DESIGNS):
        raise ValueError(
            f"sensitivity needs the design sobol or morris, this study's is {points.design}"
        )
    if points.design == "morris":
        morris_design(points.treatments, points.factors)
        return "morris"
    try:
        sobol_design(points.treatments)
        return "sobol"
    except ValueError as fault:
        if points.design == "sobol":
            raise
        try:
            morris_design(points.treatments, points.factors)
        except ValueError as other:
            raise ValueError(f"{fault}; {other}") from None
        return "morris"


def rules_of(source: Source) -> list[Rules]:
    """Rules in words from a stored study of any design with 12 treatments or more.

    When firms of the headline pair's first kind fail, when they are more often alive than those
    of the second, and when they earn more; for a single kind, when it fails and when it earns.
    Points of one base point or trajectory are left out together. Treatments without runs of the
    kinds are no points. Raises ValueError with fewer points or without a factor that varies.
    """
    points = points_of(source)
    groups, found = _groups(points), []
    for target, case, otherwise in _questions(points):
        values = mean_outcomes(points.rows, points.treatments, target)
        fails = target.second is None and target.outcome.name == "survival"
        values = 1 - values if fails else values
        known = ~np.isnan(values)
        kept = [settings for (_, settings), there in zip(points.treatments, known, strict=True)
                if there]  # fmt: skip
        if len(kept) < LEAST_POINTS:
            raise ValueError(f"rules need at least {LEAST_POINTS} treatments, got {len(kept)}")
        found.append(find_rules(
            {path: [settings[path] for settings in kept] for path in kept[0]},
            values[known], case=case, otherwise=otherwise, groups=groups[known],
        ))  # fmt: skip
    return [one._replace(labels=points.labels) for one in adjusted(found)]


def _questions(points: Points) -> list[tuple[Target, str, str]]:
    """What is explained, and both sides of it in words."""
    alive, profit = outcome("survival"), outcome("discounted_profit")
    pair = headline(points.rows)
    first = pair[0] if pair else str(points.rows["strategy"].iloc[0])
    asked = [(Target(alive, first), f"{first} firms fail", f"{first} firms last")]
    if pair is None:
        earns = (f"{first} firms earn more than they cost", f"{first} firms cost what they earn")
        return [*asked, (Target(profit, first), *earns)]
    than = f"than {pair[1]} ones"
    return [
        *asked,
        (Target(alive, *pair), f"{first} firms are more often alive {than}",
         f"{first} firms are not more often alive {than}"),
        (Target(profit, *pair), f"{first} firms earn more {than}",
         f"{first} firms do not earn more {than}"),
    ]  # fmt: skip


def _groups(points: Points) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Base point or trajectory of each treatment; each its own in other designs."""
    number, treatments = np.arange(len(points.treatments)), points.treatments
    try:
        kind = _design(points)
    except ValueError:
        return number
    k = len(treatments[0][1])
    return number % (len(number) // (k + 2)) if kind == "sobol" else number // (k + 1)


class Explained(NamedTuple):
    """Sensitivity and rules of a study, each as far as it has them.

    missing: why a design that was made for sensitivity tells none; empty otherwise.
    """

    sensitivity: Sensitivity | None
    rules: tuple[Rules, ...]
    missing: str = ""

    def sentences(self) -> list[str]:
        """Both in plain words; empty for a study that has neither."""
        said = [f"No sensitivity: {self.missing}."] if self.missing else []
        said += self.sensitivity.sentences() if self.sensitivity is not None else []
        return said + [one.sentence() for one in self.rules]


def explained(source: Source) -> Explained:
    """What a study says of its factors; a study may have neither sensitivity nor rules."""
    points, missing = points_of(source), ""
    sensitivity: Sensitivity | None = None
    rules: list[Rules] = []
    try:
        sensitivity = sensitivity_of(points)
    except ValueError as why:
        missing = str(why) if points.design in ("sobol", "morris") else ""
    with suppress(ValueError):  # too few treatments, or nothing varies: nobody asked for rules
        rules = rules_of(points)
    return Explained(sensitivity, tuple(rules), missing)


def sentences_of(source: Source) -> list[str]:
    """Sensitivity and rules in plain words; empty for a study that has neither."""
    return explained(source).sentences()


def indices_in_words(found: SobolIndices) -> str:
    """Which factors make an outcome vary, and how much of the variance is chance."""
    label = found.label[:1].upper() + found.label[1:]
    if any(math.isnan(one.value) for one in found.total):
        return (
            f"{label}: what varies between treatments may as well be chance "
            f"({_share(found.noise)}, {_times(found.replicates)}), so no factor "
            "can be told: more replicates are needed."
        )
    short = short_names(found.factors)
    told = [
        j for j in found.order if found.total[j].low > 0 and found.total[j].value >= LEAST_SHARE
    ]
    rest = [short[found.factors[j]] for j in found.order if j not in told[:MOST_NAMED]]
    named = "; ".join(
        f"{short[found.factors[j]]} {_span(found.total[j])}, alone {_span(found.first[j])}"
        for j in told[:MOST_NAMED]
    )
    said = f"{label}, shares of its variance (with interactions; 95%): {named or 'none is clear'}"
    said += f"; less or not clear: {', '.join(rest)}" if rest else ""
    if np.median([one.high - one.low for one in (*found.first, *found.total)]) > WIDE:
        said += f"; {found.n} base points are few, hence the wide intervals"
    if found.replicates < 2:
        return f"{said}. With one replicate chance cannot be taken out and swells every share."
    return f"{said}. Chance, taken out, was {_share(found.noise)} ({_times(found.replicates)})."


def _times(replicates: int) -> str:
    return f"{replicates} replicate{'s' if replicates != 1 else ''}"


def _share(found: Interval) -> str:
    if math.isnan(found.value):
        return "nearly all"
    return f"{100 * found.value:.0f}% of the variance between treatments"


def _span(found: Interval) -> str:
    value, low, high = (f"{100 * part + 0.0:.0f}" for part in found)
    return f"{value}% ({low} to {high})".replace("-0", "0")


def screening_in_words(found: Screening) -> str:
    """Factors by the size of their effect and its direction; those that are not beyond chance."""
    label = found.label[:1].upper() + found.label[1:]
    short = short_names(one.factor for one in found.effects)
    told = [one for one in found.effects if one.told]
    rest = [short[one.factor] for one in found.effects if not one.told]
    named = "; ".join(_effect_in_words(one, short[one.factor]) for one in told)
    said = f"{label}, change over a factor's whole range ({found.unit}): {named or 'none is clear'}"
    if rest:
        floor = max((one.floor for one in found.effects if not one.told), default=math.nan)
        level = "" if math.isnan(floor) else f" of up to {floor:.2g}"
        said += f"; not beyond chance{level}: {', '.join(rest)}"
    if found.replicates < 2:
        return f"{said}. With one replicate chance is not told apart."
    if not told and found.replicates < FEW_REPLICATES:
        return f"{said}. With {found.replicates} replicates hardly anything could be told."
    return f"{said}."


def _effect_in_words(one: FactorEffect, name: str) -> str:
    size = f"{name} {one.mu_star.value:.2g} ({one.mu_star.low:.2g} to {one.mu_star.high:.2g})"
    if not one.ordered:
        return size
    return f"{size}, {({1: 'up', -1: 'down', 0: 'up or down by turns'})[one.mu.sign]}"
