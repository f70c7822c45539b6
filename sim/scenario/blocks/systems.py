"""Rules of particular business systems; every one of them is off where a scenario is silent."""

from __future__ import annotations

from typing import Literal

from sim.scenario.blocks.base import A, Part, number, word


class Sides(Part):
    """Two sides: people, and partners (those of that role) who serve them through a firm.

    The sides are told apart as soon as one of these numbers is above 0.
    """

    for_people: float = number(
        0.0, 0, 96, "utility per share", "MODEL: phi", "worth to people of all partners on a firm"
    )
    for_partners: float = number(
        0.0, 0, 96, "utility per share", "MODEL: phi", "worth to partners of all people on a firm"
    )
    fare: float = number(
        0.0, 0, 10, "money per use", "chosen by the scenario",
        "what people pay for a use; partners earn it, less the firm's commission",
    )  # fmt: skip
    waiting: float = number(
        0.0, 0, 10, "delay", A,
        "delay of a use where each partner has as many people to serve as on average",
    )  # fmt: skip

    @property
    def apart(self) -> bool:
        """Whether the sides are told apart."""
        return max(self.for_people, self.for_partners, self.fare, self.waiting) > 0


class Services(Part):
    """Services that owners of a good may take, and pay for by use."""

    attach: float = number(
        0.5, 0, 1, "share", A, "share of owners' uses with a service that costs nothing"
    )
    sensitivity: float = number(
        20.0, 0, 1000, "per money", A, "how fast that share falls with the price of a use"
    )


class Care(Part):
    """Staff who take up failures (the budget's lever *care*)."""

    cost: float = number(0.02, 1e-6, 10, "money per case", A, "cost of taking up one failure")
    gain: float = number(
        1.0, 0, 5, "share of a kept promise", "service recovery; size assumed",
        "trust that a recovered failure earns, against that of a promise kept at once",
    )  # fmt: skip
    patience: float = number(
        0.5, 0, 0.99, "share per week", A, "cases not taken up that still wait a week later"
    )


class Carriage(Part):
    """What flows to a firm over whose network others run (``carrier``)."""

    income: float = number(
        0.0, 0, 1, "money per use", "chosen by the scenario", "what people pay the carrier for data"
    )
    fee: float = number(
        0.0, 0, 1, "money per use", "chosen by the scenario", "what the firm that runs over it pays"
    )


class Titles(Part):
    """How people choose among the titles or pages of one firm (``items``)."""

    noise: float = number(
        1.0, 0.01, 100, "taste units", A, "how badly people find what suits them without ratings"
    )
    half: float = number(
        20.0, 0.01, 1e6, "ratings per head", A, "ratings that make the noise smaller by sqrt(2)"
    )
    rating: float = number(0.2, 0, 1, "share", A, "uses that leave a rating")
    liking: float = number(
        0.0, 0, 10, "per share", "John et al. 2017: none",
        "how much more is told of a firm when everyone has joined one of its pages",
    )  # fmt: skip


class Items(Part):
    """What one firm has many of."""

    count: int = number(0, 0, 512, "items", "chosen by the scenario", "titles or pages at entry")
    of: Literal["titles", "pages"] = word(
        "titles", "titles are used, and matched to taste; pages are joined by fans"
    )
    spread: float = number(0.2, 0, 5, "taste units", A, "standard deviation of how good an item is")
    entry: float = number(
        0.0, 0, 1, "chance", "Simon 1955", "chance that who joins a page founds a new one (to 512)"
    )


class Channels(Part):
    """Where a firm can be met."""

    mobile: float = number(
        0.5, 0, 0.99, "share", A, "occasions online that a firm without mobile presence misses"
    )


class Audiences(Part):
    """How far attention to an audience carries."""

    power: float = number(
        0.5, 0, 2, "-", A, "what an audience brings grows with attention to this power"
    )


class Tailoring(Part):
    """An offer that follows the identity a person is in."""

    strength: float = number(
        1.0, 0, 5, "-", A,
        "how far the offer to an identity moves to what that identity is believed to need",
    )  # fmt: skip


class Customizing(Part):
    """Goods made to one's own taste (sold at a ``premium``)."""

    cost: float = number(
        0.5, 0, 10, "share of unit cost", A, "what a customized good costs more to make"
    )


class Trial(Part):
    """A randomised trial: some people, drawn by lot, are exposed to one firm online."""

    firm: str = word(..., "name of the firm that is shown")
    week: int = number(..., 1, 5200, "week", "chosen by the scenario", "when they are exposed")
    share: float = number(0.5, 0, 1, "share", A, "people drawn by lot")
    engagement: float = number(
        0.3, 0, 1, "share", A, "engagement that exposure brings to those who had less"
    )


class Merger(Part):
    """One firm takes over another: its people, its cash, its debts."""

    firm: str = word(..., "name of the firm that ends")
    into: str = word(..., "name of the firm that takes it over")
