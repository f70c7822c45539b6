"""What a replay file may say: which scenario, from when, what is fitted, which series."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import Field, model_validator

from sim.scenario.blocks.base import Part, number, word
from sim.scenario.history.about import Written

SOURCE = "chosen by the replay"
Factor: TypeAlias = Literal["fit", "first", "none"]


class Calibrated(Part):
    """A parameter that is fitted: its prior is uniform on a range, or on its logarithm."""

    range: tuple[float, ...] = word(..., "lowest and highest value of the prior", SOURCE)
    scale: Literal["linear", "log"] = word(
        "linear", "prior uniform on the value, or on its logarithm (both bounds above 0)", SOURCE
    )
    source: str = word(..., "where the range comes from", SOURCE)

    @model_validator(mode="after")
    def _makes_sense(self) -> Calibrated:
        if len(self.range) != 2 or not self.range[0] < self.range[1]:
            given = ", ".join(f"{bound:g}" for bound in self.range)
            raise ValueError(f"range must be two numbers, the lower one first, got {given}")
        if self.scale == "log" and self.range[0] <= 0:
            raise ValueError(f"a log scale needs a range above 0, got {self.range[0]:g}")
        return self


class Played(Part):
    """A series, and what of the run is compared with it."""

    series: str = Field(
        ...,
        min_length=1,
        description="a series that comes along, such as netflix:subscribers_k, or a CSV beside "
        "the replay",
        json_schema_extra={"unit": "-", "source": SOURCE},
    )
    observe: str = Field(
        ...,
        min_length=1,
        max_length=1000,
        description="what the run gives, such as 100 uses:Didi / uses",
        json_schema_extra={"unit": "-", "source": SOURCE},
    )
    factor: Factor = word(
        "none",
        "none: same unit as the series; fit: one factor between them, from the first 60% of rows; "
        "first: the factor that makes the first row equal, as in an index",
        SOURCE,
    )
    calibrate: bool = word(True, "whether its first 60% help to fit the parameters", SOURCE)


class Replay(Part):
    """A whole replay: one scenario from one date, its priors, and the series it is judged by."""

    title: str = Field(
        ...,
        min_length=1,
        max_length=120,
        description="title",
        json_schema_extra={"unit": "-", "source": SOURCE},
    )
    question: str = word("", "the question, in one or two sentences", SOURCE)
    story: str = word("", "what maps to what, and what is assumed", SOURCE)
    scenario: str = Field(
        ...,
        min_length=1,
        description="a scenario's name, or a file beside the replay",
        json_schema_extra={"unit": "-", "source": SOURCE},
    )
    starts: Written = word(
        ...,
        "calendar time of week 0, at its start: 2004, 2004Q2, 2004-05 or 2004-05-31; an age where "
        "the series count years of life",
        SOURCE,
    )
    people: int = number(2000, 10, 1_000_000, "people", SOURCE, "people of a run")
    set: dict[str, Any] = word({}, "other values by path in the scenario", SOURCE)
    draws: int = number(400, 20, 100_000, "runs", SOURCE, "points of the prior, a run each")
    replicates: int = number(40, 5, 10_000, "runs", SOURCE, "draws of the posterior, a run each")
    seed: int | None = number(
        None, 0, 2**63 - 1, "-", SOURCE, "root of all seeds; left out: the scenario's"
    )
    calibrate: dict[str, Calibrated] = word(
        {}, "parameters that are fitted, by path in the scenario", SOURCE
    )
    series: tuple[Played, ...] = Field(
        ...,
        min_length=1,
        description="the series",
        json_schema_extra={"unit": "-", "source": SOURCE},
    )

    @property
    def settings(self) -> dict[str, Any]:
        """What every run of the replay sets in the scenario, by path."""
        return {"people.count": self.people, **self.set}


class NotPlayed(Part):
    """The series that no replay plays, each with the reason in a sentence."""

    not_played: dict[str, str] = word(..., "reason by series", SOURCE)
