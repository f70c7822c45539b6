"""What a scenario may say: frozen types, each number with unit, range and source.

Rates are given in the unit a reader knows (per year, weeks); the engine turns every
rate ``h`` into a weekly chance ``1 - exp(-h * dt)``.  Money is counted in *prices of the
category*: 1.00 is what one purchase usually costs; budgets are money per head of the
population, so that a scenario keeps its meaning when the number of people changes.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.blocks.base import (
    IDENTITIES,
    MAX_FIRMS,
    NEEDS,
    ROLES,
    SITUATIONS,
    STAGES,
    A,
    Need,
    Part,
    Share,
    number,
    word,
)
from sim.scenario.blocks.behaviour import (
    Awareness,
    Collaboration,
    Engagement,
    Norms,
    Purchase,
    Trust,
    Use,
)
from sim.scenario.blocks.environment import (
    Economy,
    Environment,
    Fashion,
    LogisticReach,
    SeriesReach,
    Situations,
    TableReach,
)
from sim.scenario.blocks.events import EconomyShock, Entry, Event, Imitation, Window
from sim.scenario.blocks.firms import Costs, FirmGroup, Funding, Kind, Offer, Start
from sim.scenario.blocks.market import (
    Advertising,
    Building,
    Capacity,
    Culture,
    Knowing,
    Market,
    Network,
)
from sim.scenario.blocks.people import Heritage, Links, Needs, People, Roles
from sim.scenario.blocks.systems import Items, Merger, Sides, Trial

__all__ = [
    "IDENTITIES",
    "MAX_FIRMS",
    "NEEDS",
    "ROLES",
    "SITUATIONS",
    "STAGES",
    "Advertising",
    "Awareness",
    "Building",
    "Capacity",
    "Collaboration",
    "Costs",
    "Culture",
    "Economy",
    "EconomyShock",
    "Engagement",
    "Entry",
    "Environment",
    "Event",
    "Fashion",
    "FirmGroup",
    "Funding",
    "Heritage",
    "Imitation",
    "Items",
    "Kind",
    "Knowing",
    "Links",
    "LogisticReach",
    "Market",
    "Merger",
    "Need",
    "Needs",
    "Network",
    "Norms",
    "Offer",
    "Part",
    "People",
    "Purchase",
    "Roles",
    "Scenario",
    "SeriesReach",
    "Share",
    "Sides",
    "Situations",
    "Start",
    "TableReach",
    "Trial",
    "Trust",
    "Use",
    "Window",
    "number",
    "word",
]


class Scenario(Part):
    """A whole scenario, resolved: everything a run needs but the seed's replicate."""

    title: str = Field(
        ...,
        min_length=1,
        max_length=120,
        description="title",
        json_schema_extra={"unit": "-", "source": "chosen by the scenario"},
    )
    question: str = word("", "the question, in one or two sentences")
    story: str = word("", "a short story that sets the scene")
    watch: tuple[str, ...] = word((), "what to look at")
    refuted_by: str = word("", "what result would refute the idea")
    sources: tuple[str, ...] = word((), "where the idea and its numbers come from")
    seed: int = number(1, 0, 2**63 - 1, "-", "chosen by the scenario", "seed of every draw")
    weeks: int = number(520, 1, 5200, "weeks", "chosen by the scenario", "length of the run")
    review: int = number(13, 1, 104, "weeks", A, "weeks between two reviews of strategy")
    users_are: Literal["engaged", "roles", "audience"] = word(
        "engaged",
        "who counts as a user: engaged (uses without necessarily paying), "
        "roles (anyone who ever was in touch), audience (sees the ads)",
        "MODEL section 1",
    )
    people: People = People()
    environment: Environment = Environment()
    market: Market = Market()
    firms: tuple[FirmGroup, ...] = Field(
        ...,
        min_length=1,
        max_length=MAX_FIRMS,
        description="the firms",
        json_schema_extra={"unit": "-", "source": "chosen by the scenario"},
    )
    entry: Entry = Entry()
    events: tuple[Event, ...] = word((), "what happens when")
    trial: Trial | None = word(None, "a randomised trial of exposure to one firm")
