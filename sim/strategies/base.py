"""The contract of a strategy: what it may know, what it may decide.

A strategy is an objective, an information set, a budget split over the levers that every
firm has, and the terms of entry.  It sees what a firm could see (``Seen``) and returns a
``Decision``.  It never sees people, and no code outside this package asks which strategy a
firm has.

The budget of a week is ``burn`` (money per head, from cash) plus ``reinvest`` times gross
profit; ``budget`` splits it over ``LEVERS``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict

LEVERS = ("media", "build", "observe", "outreach", "care", "idle")
AUDIENCES = (
    "employees", "candidates", "prospects", "partners", "fans", "media", "influencers",
)  # fmt: skip


class Options(BaseModel):
    """Options of a strategy as a scenario may give them; subclasses add fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


AnyOptions: TypeAlias = Options  # inside a Strategy the bare name is its class attribute


@dataclass(frozen=True)
class Decision:
    """What a firm decides until the next review.

    price: money per purchase.  openness, ad_load: shares in [0, 1].
    inflation: promise beyond what the firm believes it delivers, in [-0.5, 1].
    plan: "sale" or "subscription"; term: weeks that a purchase serves.
    updates: share of later releases that reaches owners of a sold good.
    burn: planned spending, money per head and week; reinvest: share of gross profit.
    budget: weights over LEVERS (normalised by the engine).
    focus: weights over the six needs for building, or None: as people are believed to need.
    goal: the culture aimed at, 0 customer-centric to 1 user-first; also whom the firm
    observes: payers (0) or everyone in touch (1), as far as culture has followed.
    release_every: weeks between releases; improve: whether anything follows the first one.
    headroom: capacity aimed at, as a multiple of last week's demand.
    subsidy, subsidy_partners: money paid to people, to partners, for every use of theirs.
    commission: share of the fare of a use that the firm keeps.
    service_price: money per use of an owner who takes the services sold beside the good.
    owner_ads: ads that owners see, as a share of ``ad_load``.
    premium: money on top of the price for a good made to one's own taste; None: what can be
    customized is part of the offer.  custom: customized goods a week and head it can make.
    votes: weight of those who give ideas in what the firm learns of needs, in [0, 1].
    matching: share of the ratings it has that serve to match people to its titles;
    popularity: how much it shows what others chose (log odds by log of the number).
    models: identities of a person that it tells apart, 1 to 4.
    audiences: weights over AUDIENCES of its attention, or None: each in full.
    """

    price: float = 1.0
    openness: float = 0.1
    ad_load: float = 0.0
    inflation: float = 0.0
    plan: str = "sale"
    term: int = 4
    updates: float = 0.0
    burn: float = 0.003
    reinvest: float = 0.6
    budget: dict[str, float] = field(default_factory=lambda: {"media": 1.0})
    focus: tuple[float, ...] | None = None
    goal: float = 0.0
    release_every: int = 13
    improve: bool = True
    headroom: float = 1.2
    subsidy: float = 0.0
    subsidy_partners: float = 0.0
    commission: float = 0.0
    service_price: float = 0.0
    owner_ads: float = 0.0
    premium: float | None = None
    custom: float = 0.0
    votes: float = 0.0
    matching: float = 0.0
    popularity: float = 0.0
    models: int = 1
    audiences: dict[str, float] | None = None


class Rival(NamedTuple):
    """What anyone can see of another firm."""

    price: float
    openness: float
    ad_load: float
    plan: str
    term: int
    share_users: float  # share of people who use it, as the trade press estimates
    age: int  # weeks in the market


class Seen(NamedTuple):
    """What a firm knows at a review. Money is per head of the population.

    Flows (sales, revenue, profit) are means per week since the last review.
    """

    week: int
    age: int  # weeks in the market
    people: int
    cash: float
    users: int
    payers: int
    fans: int
    users_before: int  # at the last review
    payers_before: int
    sales: float
    revenue: float
    advertising: float
    gross_profit: float
    profit: float
    load: float  # demand over capacity
    trust: float  # mean trust of those who know it, from its own survey
    culture: float
    beliefs: tuple[float, ...]  # what it believes people need, over the six needs
    quality: tuple[float, ...]  # its own delivered capabilities
    current: Decision  # what it decided last (its terms of entry at first)
    rivals: tuple[Rival, ...]
    draw: tuple[float, ...]  # four uniforms in [0, 1) of its own for this review


class Strategy:
    """Base class. Subclasses set the four names below, and write ``enter`` and ``review``."""

    name: ClassVar[str] = ""
    line: ClassVar[str] = ""  # one line: what it does
    source: ClassVar[str] = ""  # where it comes from
    objective: ClassVar[str] = ""  # what it wants more of: a name in objectives.OBJECTIVES
    Options: ClassVar[type[AnyOptions]] = Options

    def __init__(self, options: AnyOptions | None = None) -> None:
        self.options = options if options is not None else type(self).Options()

    def enter(self) -> Decision:
        """Terms of entry, before anything is known."""
        raise TypeError(f"{type(self).__name__} has no terms of entry")

    def review(self, seen: Seen) -> Decision:
        """Decide until the next review; the default leaves everything as it is."""
        return seen.current
