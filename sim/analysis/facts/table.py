"""The table of facts: measured, judged, and written as CSV and Markdown."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.analysis.facts import adoption, lives, losses, paying, people, sizes, war, winners
from sim.analysis.facts.declared import FACTS, Fact, Part
from sim.analysis.facts.ensemble import Ensemble
from sim.analysis.facts.found import (
    HIT,
    MISS,
    NOT,
    Found,
    TooFewError,
    at_an_edge,
    not_measured,
    together,
    verdict,
)

if TYPE_CHECKING:
    import pandas as pd

MEASURES: dict[str, Callable[[Ensemble], list[Found]]] = {
    "D1": adoption.d1, "D2": adoption.d2, "D3": adoption.d3, "D4": winners.d4, "D5": winners.d5,
    "D6": losses.d6, "D7": losses.d7, "D8": sizes.d8, "D9": sizes.d9, "D10": lives.d10,
    "D11": lives.d11, "D12": winners.d12, "D13": people.d13, "D14": people.d14,
    "D15": paying.d15, "D16": people.d16, "D17": people.d17, "D18": people.d18, "D19": war.d19,
    "D20": war.d20, "D21": losses.d21, "D22": paying.d22,
}  # fmt: skip
COLUMNS = (
    "fact", "what", "statistic", "unit", "accepted_low", "accepted_high", "measured", "low", "high",
    "rests_on", "verdict", "at_an_edge", "fact_verdict", "may_calibrate", "is_set", "study",
    "note", "source",
)  # fmt: skip


class Judged(NamedTuple):
    """A fact with what was found of each of its parts."""

    fact: Fact
    found: tuple[Found, ...]

    @property
    def verdicts(self) -> tuple[str, ...]:
        """hit, miss or not measured, part by part."""
        return tuple(map(verdict, self.fact.parts, self.found))

    @property
    def verdict(self) -> str:
        """Of the whole fact."""
        return together(self.verdicts)


def measured(ensemble: Ensemble) -> list[Judged]:
    """Every fact, in order; where the runs are too few it is *not measured*, and says why."""
    return [_judged(fact, ensemble) for fact in FACTS]


def _judged(fact: Fact, ensemble: Ensemble) -> Judged:
    try:
        parts = MEASURES[fact.name](ensemble)
    except TooFewError as error:
        parts = [not_measured(str(error))] * len(fact.parts)
    assert len(parts) == len(fact.parts), fact.name
    return Judged(fact, tuple(parts))


def frame(judged: Sequence[Judged]) -> pd.DataFrame:
    """One row a part, ``COLUMNS``."""
    import pandas as pd

    rows = []
    for fact, parts in judged:
        whole = together([verdict(*pair) for pair in zip(fact.parts, parts, strict=True)])
        for part, one in zip(fact.parts, parts, strict=True):
            rows.append(
                (fact.name, fact.title, part.statistic, part.unit, part.low, part.high, one.value,
                 one.low, one.high, one.n, verdict(part, one), int(at_an_edge(part, one)), whole,
                 int(fact.may_calibrate), int(fact.is_set), f"facts-{fact.study}",
                 one.note, fact.source)
            )  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def number(value: float) -> str:
    """Three digits that count, plain; a dash for nothing, words for no bound."""
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "never"  # of a wait
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 0.095 or value == 0 else f"{value:.4f}".rstrip("0")


def accepted(part: Part) -> str:
    """``0.3 to 0.5``, ``0.7 or more``."""
    if math.isinf(part.high):
        return f"{part.low:.3g} or more" if part.low else "above 0"
    if math.isinf(part.low):
        return f"{part.high:.3g} or less"
    return f"{part.low:.3g} to {part.high:.3g}"


def value_of(one: Found) -> str:
    """``0.41 (0.38 to 0.44)``; a dash where nothing was measured."""
    if math.isnan(one.value):
        return "-"
    if math.isnan(one.low) or math.isnan(one.high):
        return number(one.value)
    return f"{number(one.value)} ({number(one.low)} to {number(one.high)})"


def judgement(fact: Fact, part: Part, one: Found) -> str:
    """hit, miss, not measured; and whether luck decided (at an edge), or the scenario (set)."""
    words = [verdict(part, one)]
    words += ["at an edge"] if at_an_edge(part, one) else []
    words += ["set"] if fact.is_set and not math.isnan(one.value) else []
    return ", ".join(words)


def summary(judged: Sequence[Judged]) -> str:
    """How many are hit, missed and not measured; what was calibrated: nothing."""
    n = Counter(each.verdict for each in judged)
    held = [each for each in judged if not each.fact.may_calibrate]
    hit = sum(each.verdict == HIT for each in held)
    set_ = [each.fact.name for each in judged if each.fact.is_set and each.verdict == HIT]
    among = f" ({', '.join(set_)} among them)" if set_ else ""
    but = f", of which {', '.join(set_)} by what the scenario sets, which is no evidence"
    return (
        f"{n[HIT]} of {len(judged)} facts hit{but if set_ else ''}, {n[MISS]} missed, {n[NOT]} not "
        "measured. Untuned: nothing was fitted to any of them, the six that may calibrate "
        f"included; of the other {len(held)}, {hit} are hit{among}."
    )


def markdown(judged: Sequence[Judged], command: str) -> str:
    """The table as a page that says how it was made."""
    head = ("fact", "what", "statistic", "accepted", "measured (95%)", "verdict", "rests on")
    lines = [
        "# Stylised facts", "", summary(judged), "",
        f"Made by `{command}`. A fact is hit when all its numbers are within their ranges, by the "
        "point value; *at an edge* says that the interval reaches over a bound, *set* that the "
        "scenario sets what is measured. Intervals draw runs again. Facts with a star may "
        "calibrate (none was used).", "",
        "| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |",
    ]  # fmt: skip
    for each in judged:
        for place, (part, one) in enumerate(zip(each.fact.parts, each.found, strict=True)):
            star = "*" if each.fact.may_calibrate else ""
            name = (f"{each.fact.name}{star}", each.fact.title) if place == 0 else ("", "")
            said = judgement(each.fact, part, one)
            cells = (*name, part.statistic, accepted(part), value_of(one), said, one.n)
            lines.append("| " + " | ".join(cells) + " |")
    notes = [
        f"- **{each.fact.name}** ({part.statistic}): {one.note}."
        for each in judged
        for part, one in zip(each.fact.parts, each.found, strict=True)
        if one.note
    ]
    sources = [
        f"- **{each.fact.name}**: {each.fact.source}; study `facts-{each.fact.study}`."
        for each in judged
    ]
    return "\n".join([*lines, "", "## Notes", "", *notes, "", "## Sources and studies", "",
                      *sources, ""])  # fmt: skip
