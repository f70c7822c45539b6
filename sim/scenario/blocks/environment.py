"""What surrounds people: reach, economy, fashion, situations."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.blocks.base import A, Part, Share, number, word


class SeriesReach(Part):
    """Digital reach read from a yearly series beside the scenario."""

    series: str = word(..., "path of a CSV beside the scenario, without .csv")
    column: str = word(..., "its column, in percent")
    start: float = number(1998, 1900, 2100, "year", "chosen by the scenario", "year of week 0")


class TableReach(Part):
    """Digital reach by calendar year, linear between the years and flat beyond them."""

    years: tuple[float, ...] = word(..., "calendar years, increasing")
    percent: tuple[Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)], ...] = word(
        ..., "share of people online in those years, in percent"
    )
    start: float = number(1998, 1900, 2100, "year", "chosen by the scenario", "year of week 0")
    series: str = word("", "where the numbers came from")


class LogisticReach(Part):
    """Digital reach as a logistic curve of the week."""

    floor: float = number(0.0, 0, 1, "share", A, "share online long before")
    ceiling: float = number(0.9, 0, 1, "share", A, "share online in the end")
    midpoint: float = number(100, -2600, 5200, "week", A, "week of fastest growth")
    growth: float = number(1.0, 0.01, 20, "per year", A, "logistic growth rate")


class Economy(Part):
    """Regional economy: an AR(1) of weekly steps around zero."""

    persistence: float = number(0.98, 0, 0.999, "per week", A, "share of a swing left after a week")
    volatility: float = number(
        0.01, 0, 0.5, "log units", A, "weekly innovation, standard deviation"
    )
    pressure: float = number(
        1.0, 0, 5, "log odds per log unit", A, "how far a bad economy makes situations pressed"
    )
    budget: float = number(
        1.0, 0, 5, "per log unit", A, "how far a bad economy makes prices weigh more"
    )


class Fashion(Part):
    """What a block wants beyond what it needs."""

    strength: float = number(0.5, 0, 3, "xi", A, "weight of fashion in wants (0: wants are needs)")
    persistence: float = number(
        0.98, 0, 0.999, "per week", A, "share of a fashion left after a week"
    )
    volatility: float = number(0.02, 0, 0.5, "share", A, "weekly innovation, standard deviation")


class Situations(Part):
    """What kind of situation is this? The environment decides, people may misread it."""

    count: int = number(
        4, 1, 4, "count", A, "kinds of situation: everyday, pressed, social, exploring"
    )
    cue: float = number(1.5, 0, 5, "log odds", A, "how strongly a situation calls for one identity")
    misread: float = number(
        0.1,
        0,
        0.4,
        "chance",
        "Assumption (MODEL: misread context eps)",
        "chance to take the situation for another one",
    )


class Environment(Part):
    """What surrounds people: reach, economy, fashion, situations, clutter."""

    reach: Share | LogisticReach | SeriesReach | TableReach = word(
        1.0,
        "share of people online: a number, a logistic curve, a series (a file beside the "
        "scenario, read into a table) or a table",
    )
    economy: Economy = Economy()
    fashion: Fashion = Fashion()
    situations: Situations = Situations()
    attention: float = number(
        0.2,
        0.001,
        100,
        "contacts per week",
        A,
        "contacts a person can attend to; beyond it, contact is noise",
    )
    fatigue: float = number(
        0.0, 0, 100, "per contact", A, "how fast occasions to use become fewer with noise"
    )
