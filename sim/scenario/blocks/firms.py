"""The firms of a scenario: costs, funding, terms and where they start."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import Field

from sim.scenario.blocks.base import MAX_FIRMS, A, Need, Part, Share, number, word
from sim.scenario.blocks.systems import Items

Audience: TypeAlias = Literal[
    "employees", "candidates", "prospects", "partners", "fans", "media", "influencers"
]
Channel: TypeAlias = Literal["store", "site", "social", "mobile"]


class Costs(Part):
    """What it costs to be in business."""

    unit: float = number(0.4, 0, 5, "money per sale", "prototype", "cost of one good sold")
    serving: float = number(
        0.005,
        0,
        1,
        "money per use",
        "prototype; MODEL: .2 per user-month at scale",
        "cost of one use, free or paid",
    )
    fixed: float = number(
        0.003,
        -1,
        10,
        "money per head and week",
        "prototype",
        "cost whether or not anyone comes (negative: income from elsewhere)",
    )
    shock: float = number(
        0.001, 0, 10, "money per head and week", A, "standard deviation of unforeseen costs"
    )


class Funding(Part):
    """Patient capital: rounds that answer growth."""

    rounds: int = number(0, 0, 20, "count", A, "rounds that investors will pay at most")
    amount: float = number(0.5, 0, 100, "money per head", A, "size of a round")
    growth: float = number(
        0.05, -1, 10, "share per review", A, "growth of users that earns a round"
    )


class Offer(Part):
    """Terms of entry; what is left out is the strategy's own."""

    price: float | None = number(None, 0, 100, "money per purchase", "strategy", "price")
    openness: float | None = number(
        None, 0, 1, "share", "strategy", "share of the offer free to all"
    )
    ad_load: float | None = number(
        None, 0, 1, "share", "strategy", "ads shown to those who do not pay"
    )
    inflation: float | None = number(
        None, -0.5, 1, "share", "strategy", "promise beyond what is delivered"
    )
    plan: Literal["sale", "subscription"] | None = word(None, "how payers pay", "strategy")
    term: int | None = number(None, 1, 520, "weeks", "strategy", "weeks that a purchase serves")
    updates: float | None = number(
        None, 0, 1, "share", "strategy", "share of later releases that reaches owners"
    )
    subsidy: float | None = number(
        None, 0, 100, "money per use", "strategy", "paid to people for every use"
    )
    subsidy_partners: float | None = number(
        None, 0, 100, "money per use", "strategy", "paid to partners for every use (market.sides)"
    )
    commission: float | None = number(
        None, 0, 1, "share", "strategy", "share of the fare that the firm keeps (market.sides)"
    )
    service_price: float | None = number(
        None, 0, 100, "money per use", "strategy", "price of services to owners"
    )
    owner_ads: float | None = number(
        None, 0, 1, "share", "strategy", "ads that owners see, of the ad load"
    )
    premium: float | None = number(
        None, 0, 100, "money per purchase", "strategy",
        "price of having it customized (left out: that is part of the offer)",
    )  # fmt: skip
    custom: float | None = number(
        None, 0, 100, "goods per head and week", "strategy", "customized goods it can make"
    )
    votes: float | None = number(
        None, 0, 1, "share", "strategy", "weight of those who give ideas in what it learns"
    )
    matching: float | None = number(
        None, 0, 1, "share", "strategy", "ratings that serve to match people to titles"
    )
    popularity: float | None = number(
        None, 0, 3, "log odds", "strategy", "how much it shows what others chose"
    )
    models: int | None = number(
        None, 1, 4, "identities", "strategy", "identities of a person that it tells apart"
    )
    audiences: dict[Audience, Share] | None = word(
        None, "weights of its attention to each audience (left out: each in full)", "strategy"
    )


class Start(Part):
    """Where a firm stands when it enters."""

    aware: float = number(0.0, 0, 1, "share", "chosen by the scenario", "people who know it")
    customers: float = number(
        0.0,
        0,
        1,
        "share",
        "chosen by the scenario",
        "people who own its good, of those without one; firms that enter together share none",
    )
    engagement: float = number(0.5, 0, 1, "share", A, "engagement of those customers")
    quality: Share | dict[Need, Share] = word(
        0.4, "quality in [0,1]: one number, or one per need (others 0.4)", A
    )
    position: float | None = number(
        None, 0, 1, "taste units", "drawn from the seed", "place in taste space; left out: drawn"
    )


def _name(meaning: str) -> Any:
    return Field(
        ...,
        min_length=1,
        max_length=60,
        description=meaning,
        json_schema_extra={"unit": "-", "source": "chosen by the scenario"},
    )


class Kind(Part):
    """What firms of one kind have in common; of entrants it is all there is to say."""

    name: str = _name("name; entrants are numbered as they arrive")
    strategy: str | dict[str, Any] = word(..., "a strategy's name, or {use: name, option: value}")
    cash: float = number(0.6, 0, 1000, "money per head", "chosen by the scenario", "starting cash")
    offer: Offer = Offer()
    start: Start = Start()
    costs: Costs = Costs()
    funding: Funding = Funding()
    items: Items = Items()
    channels: tuple[Channel, ...] = word(
        ("store", "site", "social", "mobile"), "where it can be met"
    )


class FirmGroup(Kind):
    """One firm, or several of the same kind, that the scenario puts into the market."""

    name: str = _name("name; numbered when count > 1")
    count: int = number(1, 1, MAX_FIRMS, "firms", "chosen by the scenario", "how many of them")
    enters: int = number(0, 0, 5200, "week", "chosen by the scenario", "week of entry")
    carrier: str = word("", "name of the firm over whose network it runs")
