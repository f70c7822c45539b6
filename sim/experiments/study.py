"""What a study may say: which scenario, what varies, how often, what is kept."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import Field, model_validator

from sim.experiments.worker import FIRM_SERIES
from sim.scenario.schema import Part, number, word

MAX_RUNS = 1_000_000
Sampled: TypeAlias = Literal["latin-hypercube", "sobol", "morris"]
SAMPLED: tuple[Sampled, ...] = get_args(Sampled)
LISTING = ("list", "paired")  # designs whose treatments are spelled out
BASELINE = "baseline"  # name of the treatment that others are compared with


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

    def levels(self, whole: bool = False) -> tuple[Any, ...]:
        """The levels in order; whole ones of a range as whole numbers, which every field takes.

        whole: the field takes nothing else, so each level goes to the nearest whole number.
        """
        if self.values:
            return self.values
        low, high = self.range
        steps = [i / (self.points - 1) for i in range(self.points)]
        inner = [self._between(low, high, step) for step in steps[:-1]]
        return tuple(round(level) if whole else _tidy(level) for level in (*inner, high))

    def at(self, u: float, whole: bool = False) -> Any:
        """The level at ``u`` in [0, 1]: values and whole numbers take equal shares of it.

        On a log scale a whole number's share is that of its interval [i, i + 1).
        """
        if self.values:
            return self.values[_place(u, len(self.values))]
        low, high = self.range
        if not whole:
            return _tidy(self._between(low, high, u))
        return int(min(high, math.floor(self._between(low, high + 1, u))))

    def _between(self, low: float, high: float, step: float) -> float:
        if self.scale == "log":
            return low * float((high / low) ** step)
        return low + (high - low) * step


def _place(u: float, n: int) -> int:
    """Which of n equal parts of [0, 1] holds u."""
    return min(n - 1, math.floor(u * n))


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


class Stop(Part):
    """When there are replicates enough: a fixed-width sequential rule (Chow & Robbins 1965).

    After ``at_least`` replicates, and then after rounds that add half as many again, the 95%
    interval of a measure is computed for every treatment; the sweep ends with the first round
    after which none of them is wider than ``width``, or at ``at_most``.  All treatments get
    the same replicates, so that they stay paired.  Since looking several times favours the
    moments at which an interval happens to be narrow, its true coverage is a little below 95%.
    """

    measure: str = word(..., "a measure of the firm table, its mean over the firms of a strategy")
    strategy: str = word("", "the strategy whose firms are measured")
    between: tuple[str, ...] = word((), "or two strategies: the first less the second, run by run")
    width: float = number(
        ..., 1e-9, 1e9, "of the measure", "chosen by the study", "widest interval that will do"
    )
    at_least: int = number(
        20, 2, 100_000, "runs", "chosen by the study", "replicates to begin with"
    )
    at_most: int = number(400, 2, 100_000, "runs", "chosen by the study", "replicates to end with")


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
    design: (
        Literal["grid", "list", "one-at-a-time", "paired"]
        | dict[Sampled, Annotated[int, Field(ge=1, le=100_000)]]
    ) = word(
        "grid",
        "grid: every combination of levels; one-at-a-time: the scenario as it is, then each "
        "level alone; list: the treatments listed; paired: a baseline, then each treatment "
        "listed as it changes that baseline; {latin-hypercube: n}: n points, each factor spread "
        "evenly; {sobol: n}: n (k + 2) points for the sensitivity to k factors; {morris: n}: "
        "n paths of k steps that change one factor each",
    )
    factors: dict[str, Factor] = word({}, "what varies: levels by path in the scenario")
    treatments: tuple[ListedTreatment, ...] = word(
        (), "the treatments of the designs list and paired"
    )
    baseline: dict[str, Any] = word(
        {}, "what the baseline of the design paired sets; empty: the scenario as it is"
    )
    replicates: int = number(20, 1, 100_000, "runs", "chosen by the study", "runs of a treatment")
    stop: Stop | None = word(None, "replicates until an interval is narrow, in place of replicates")
    seed: int | None = number(
        None,
        0,
        2**63 - 1,
        "-",
        "chosen by the study",
        "root of all seeds; left out: the scenario's",
    )
    seeds: Literal["shared", "own"] = word(
        "shared",
        "shared: all treatments of a replicate meet the same people and the same luck, for fair "
        "comparison; own: each treatment meets its own, for a sample of what can happen",
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

    @property
    def kind(self) -> str:
        """The design's name."""
        return self.design if isinstance(self.design, str) else next(iter(self.design))

    @property
    def points(self) -> int:
        """The number that a sampled design is given; 0 for the others."""
        return 0 if isinstance(self.design, str) else next(iter(self.design.values()))


def count_treatments(study: Study) -> int:
    """How many treatments the design has, without making them."""
    n, k = study.points, len(study.factors)
    if study.kind == "grid":
        return math.prod(len(factor.levels()) for factor in study.factors.values())
    return {
        "list": len(study.treatments),
        "paired": 1 + len(study.treatments),
        "one-at-a-time": 1 + sum(len(factor.levels()) for factor in study.factors.values()),
        "latin-hypercube": n,
        "sobol": n * (k + 2),
        "morris": n * (k + 1),
    }[study.kind]
