"""Rules that every firm shares: how it builds, knows, changes and grows."""

from __future__ import annotations

from sim.scenario.blocks.base import A, Part, number
from sim.scenario.blocks.behaviour import (
    Awareness,
    Collaboration,
    Engagement,
    Norms,
    Purchase,
    Trust,
    Use,
)
from sim.scenario.blocks.systems import (
    Audiences,
    Care,
    Carriage,
    Channels,
    Customizing,
    Services,
    Sides,
    Tailoring,
    Titles,
)


class Building(Part):
    """How effort becomes capability (Kohavi et al. 2009 [M])."""

    gain: float = number(0.01, 0, 1, "quality per week", "prototype", "gain at reference effort")
    reference: float = number(
        0.001, 1e-6, 1, "money per head and week", A, "effort that yields the gain in one need"
    )
    depreciation: float = number(
        0.01, 0, 0.5, "share per week", "prototype", "quality that ages away"
    )
    success: float = number(
        0.33,
        0.01,
        1,
        "chance",
        "Kohavi et al. 2009 [M]: about a third of ideas help",
        "chance that a week's work on a need helps; it then adds 1/success of the gain",
    )
    talent: float = number(
        0.5, 0, 5, "per share", A, "faster building when all talent uses the firm"
    )
    partners: float = number(
        0.2, 0, 5, "per share", A, "more quality when all partners use the firm"
    )
    bad: float = number(0.0, 0, 1, "chance", A, "chance that a release does harm until the next")
    harm: float = number(0.3, 0, 1, "share", A, "quality lost under a bad release")


class Knowing(Part):
    """How firms learn what people need."""

    noise: float = number(1.0, 0, 10, "share", A, "standard deviation of one observation of a need")
    update: float = number(0.05, 0.001, 1, "per week", A, "renewal of what a firm believes")
    cost: float = number(0.01, 0, 1, "money per person observed", A, "cost of observing one person")


class Culture(Part):
    """Practice follows decisions slowly (Hannan & Freeman 1984)."""

    years: float = number(
        3.0,
        0.02,
        20,
        "years",
        "Hannan & Freeman 1984; Blockbuster lagged 5 years",
        "time constant of practice following decisions",
    )
    cost: float = number(
        0.5,
        0,
        1,
        "share of building",
        A,
        "building lost while practice and decision are a full step apart",
    )


class Capacity(Part):
    """Service and supply grow with delay (Sterman et al. 2007)."""

    start: float = number(
        0.05, 0, 10, "uses per head and week", A, "capacity of a firm at its start"
    )
    weeks: float = number(8.0, 1, 260, "weeks", A, "time constant of capacity following demand")
    cost: float = number(
        0.001, 0, 1, "money per use and week", A, "cost of keeping capacity for one use"
    )


class Network(Part):
    """Network effect: a firm is worth more where others are."""

    effect: float = number(
        0.0, 0, 96, "utility per share", "must straddle the number of firms", "theta"
    )


class Advertising(Part):
    """Advertisers pay per unit of attention."""

    income: float = number(
        0.02,
        0,
        1,
        "money per use at full load",
        "prototype; facebook_arpu_usd.csv for the range",
        "what advertisers pay for one free use at ad load 1",
    )
    saturation: float = number(
        0.0,
        0,
        100,
        "full uses per head and week",
        A,
        "attention on sale at which advertisers pay half as much for it (0: always the same)",
    )


class Market(Part):
    """Rules that every firm shares."""

    use: Use = Use()
    purchase: Purchase = Purchase()
    norms: Norms = Norms()
    trust: Trust = Trust()
    engagement: Engagement = Engagement()
    awareness: Awareness = Awareness()
    collaboration: Collaboration = Collaboration()
    building: Building = Building()
    knowing: Knowing = Knowing()
    culture: Culture = Culture()
    capacity: Capacity = Capacity()
    network: Network = Network()
    advertising: Advertising = Advertising()
    sides: Sides = Sides()
    services: Services = Services()
    care: Care = Care()
    carriage: Carriage = Carriage()
    titles: Titles = Titles()
    channels: Channels = Channels()
    audiences: Audiences = Audiences()
    tailoring: Tailoring = Tailoring()
    customizing: Customizing = Customizing()
    runway: float = number(
        104.0,
        1,
        520,
        "weeks",
        A,
        "weeks that a firm wants its cash to last: it plans to burn no more than cash / runway",
    )
    discount: float = number(
        0.10, 0, 1, "per year", "CLAIMS: NPV at 10%", "discount rate of profit"
    )
