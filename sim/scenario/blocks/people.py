"""The people of a scenario: heritage, needs, roles and who listens to whom."""

from __future__ import annotations

from typing import Literal

from sim.scenario.blocks.base import A, Part, number, word


class Heritage(Part):
    """Where people come from: decides their block and their digital ease."""

    cohorts: int = number(3, 1, 6, "count", A, "birth cohorts, youngest last")
    regions: int = number(2, 1, 8, "count", A, "regions, each with its own economy")
    educations: int = number(2, 1, 4, "count", A, "levels of education")
    native_gap: float = number(
        0.6,
        0,
        1,
        "share",
        "Technographics (Forrester 2007-10), size assumed",
        "how much of digital ease is fixed by cohort (the rest is individual)",
    )
    taste_spread: float = number(
        1.0, 0, 1, "taste units", A, "width of the range of tastes around 0.5"
    )


class Needs(Part):
    """What people need, and how much it differs between them."""

    diversity: float = number(
        0.6, 0, 1, "share", A, "weight of the individual's own needs against those of the block"
    )
    individual: float = number(
        1.0, 0, 2, "log units", A, "spread of individual needs (log-normal before normalising)"
    )
    between_blocks: float = number(
        0.6, 0, 2, "log units", A, "spread of needs between heritage blocks"
    )
    between_identities: float = number(
        0.8, 0, 2, "log units", A, "spread of needs between the identities of one person"
    )
    core: float = number(1.0, 0, 2, "log units", A, "how much more the core need weighs on average")


class Roles(Part):
    """Shares of people who stand to firms in another role than consumer."""

    talent: float = number(0.05, 0, 0.2, "share", A, "employees and candidates")
    partner: float = number(0.03, 0, 0.2, "share", A, "makers of complements")
    media: float = number(0.01, 0, 0.2, "share", A, "heard by their whole region")
    influencer: float = number(0.02, 0, 0.2, "share", A, "read by many")


class Links(Part):
    """Who hears whom: a sparse, homophilous small world, or complete mixing."""

    mixing: Literal["network", "complete"] = word(
        "network", "network: links of one's own; complete: everyone hears the average of all"
    )
    mean: int = number(8, 1, 64, "people", "Watts & Strogatz 1998 [M]", "people one listens to")
    rewired: float = number(
        0.1, 0, 1, "share", "Watts & Strogatz 1998 [M]", "links to anyone instead of a near one"
    )
    same_block: float = number(
        0.7,
        0,
        1,
        "share",
        "McPherson et al. 2001",
        "of the rewired links, the share kept inside one's own block",
    )
    influence: float = number(
        0.15, 0, 1, "share", A, "share of links that point to an influencer when there is one"
    )


class People(Part):
    """The population: identity from heritage, environment, needs and interactions."""

    count: int = number(20_000, 2, 20_000_000, "people", "chosen by the scenario", "population")
    identities: int = number(
        4, 1, 4, "count", A, "identities a person may act from: household, work, fan, citizen"
    )
    salience_spread: float = number(
        1.0, 0, 3, "log odds", A, "how differently strong the identities of a person are"
    )
    reconsider: float = number(
        0.3,
        0,
        1,
        "chance per occasion",
        "Jager & Janssen (consumat) [M]; size assumed",
        "chance to think again even when satisfied and certain",
    )
    heritage: Heritage = Heritage()
    needs: Needs = Needs()
    roles: Roles = Roles()
    links: Links = Links()
