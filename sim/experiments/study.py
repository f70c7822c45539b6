"""What a study may say: which scenario, what varies, how often, what is kept."""

from __future__ import annotations

import math
from typing import Any, Literal

from pydantic import Field, model_validator

from sim.experiments.worker import FIRM_SERIES
from sim.scenario.schema import Part, number, word

MAX_RUNS = 1_000_000


class Factor(Part):
    """What varies: the values of a list, or evenly spaced values between two bounds."""

    values: tuple[Any, ...] = Field(
        (),
        max_length=1000,
        description="the levels, any value that the field may have",
        json_schema_extra={"unit": "of the field", "source": "chosen by the study"},
    )
    range: tuple[float, ...] = word(
        (), "lowest and highest level, both included", "chosen by the study"
    )
    points: int = number(5, 2, 1000, "levels", "chosen by the study", "how many levels of a range")
    scale: Literal["linear", "log"] = word(
        "linear", "equal steps, or equal ratios (both bounds above 0)", "chosen by the study"
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Factor:
        if bool(self.values) == bool(self.range):
            raise ValueError("must have either values or a range")
        if self.values and self.model_fields_set & {"points", "scale"}:
            raise ValueError("points and scale belong to a range, not to values")
        if self.range:
            self._check_range()
        return self

    def _check_range(self) -> None:
        if len(self.range) != 2 or not self.range[0] < self.range[1]:
            given = ", ".join(f"{bound:g}" for bound in self.range)
            raise ValueError(f"range must be two numbers, the lower one first, got {given}")
        if self.scale == "log" and self.range[0] <= 0:
            raise ValueError(f"a log scale needs a range above 0, got {self.range[0]:g}")

    def levels(self) -> tuple[Any, ...]:
        """The levels in order; whole ones of a range as whole numbers, which every field takes."""
        if self.values:
            return self.values
        low, high = self.range
        steps = [i / (self.points - 1) for i in range(self.points)]
        if self.scale == "log":
            inner = [low * (high / low) ** step for step in steps[:-1]]
        else:
            inner = [low + (high - low) * step for step in steps[:-1]]
        return tuple(_tidy(level) for level in (*inner, high))


def _tidy(level: float) -> float | int:
    """0.3 for 0.30000000000000004: nobody wrote the latter, and it would name a treatment."""
    level = float(f"{level:.12g}")
    return int(level) if level.is_integer() and abs(level) < 2**53 else level


class ListedTreatment(Part):
    """A treatment spelled out: a name, and what it sets in the scenario."""

    name: str = Field(
        ...,
        min_length=1,
        max_length=120,
        description="name",
        json_schema_extra={"unit": "-", "source": "chosen by the study"},
    )
    set: dict[str, Any] = word({}, "values by path in the scenario; empty: as it is")


class Study(Part):
    """A whole study: one scenario, treatments, replicates, measures."""

    title: str = Field(
        ...,
        min_length=1,
        max_length=120,
        description="title",
        json_schema_extra={"unit": "-", "source": "chosen by the study"},
    )
    question: str = word("", "the question, in one or two sentences")
    scenario: str = word(..., "a scenario's name, or a file beside the study")
    design: Literal["grid", "list", "one-at-a-time"] = word(
        "grid",
        "grid: every combination of levels; one-at-a-time: the scenario as it is, then each "
        "level alone; list: the treatments listed",
    )
    factors: dict[str, Factor] = word({}, "what varies: levels by path in the scenario")
    treatments: tuple[ListedTreatment, ...] = word((), "the treatments of the design list")
    replicates: int = number(20, 1, 100_000, "runs", "chosen by the study", "runs of a treatment")
    seed: int | None = number(
        None,
        0,
        2**63 - 1,
        "-",
        "chosen by the study",
        "root of all seeds; left out: the scenario's",
    )
    measures: tuple[str, ...] = word(
        (), "measures of the firm table that the question is about; left out: all"
    )
    series: tuple[str, ...] = word(
        FIRM_SERIES, "firm measures of which series are stored (the market's all are)"
    )
    series_every: int = number(
        4, 1, 5200, "weeks", "chosen by the study", "weeks between two stored points of a series"
    )


def contradictions(study: Study) -> list[tuple[list[str], str]]:
    """(path of the key, rule) of what the types of a study cannot say by themselves."""
    from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS
    from sim.market.result import FIRM_ROW
    from sim.scenario.faults import way_out

    found: list[tuple[list[str], str]] = []
    if study.design == "list" and study.factors:
        found.append((["factors"], "belong to other designs; the design list has treatments"))
    if study.design == "list" and not study.treatments:
        found.append((["treatments"], "missing; the design list needs them"))
    if study.design != "list" and study.treatments:
        found.append((["treatments"], f"belong to the design list, got design {study.design}"))
    names = [treatment.name for treatment in study.treatments]
    for i, name in enumerate(names):
        if name in names[:i]:
            found.append(
                (["treatments", str(i), "name"], f"must be of one treatment, got {name} twice")
            )
    stored = tuple(m.name for m in (*FIRM_COUNTS, *FIRM_LEVELS))
    for key, known in (("measures", FIRM_ROW), ("series", stored)):
        for i, name in enumerate(getattr(study, key)):
            if name not in known:
                found.append(([key, str(i)], f"no such measure, got {name}{way_out(name, known)}"))
    return found


def count_treatments(study: Study) -> int:
    """How many treatments the design has, without making them."""
    sizes = [len(factor.levels()) for factor in study.factors.values()]
    if study.design == "list":
        return len(study.treatments)
    return math.prod(sizes) if study.design == "grid" else 1 + sum(sizes)
