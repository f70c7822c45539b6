"""How people use, buy, trust, engage, hear and contribute."""

from __future__ import annotations

from sim.scenario.blocks.base import A, Part, number


class Use(Part):
    """The interaction: looking at and using what firms offer."""

    rate: float = number(0.8, 0, 1, "chance per week", A, "chance of an occasion to use something")
    quality: float = number(6.0, 0, 20, "utility", A, "weight of delivered quality (beta)")
    fit: float = number(1.0, 0, 10, "utility", A, "weight of the fit to one's taste")
    overload: float = number(
        0.2, 0, 2, "fit per squared share", A, "what choosing everything oneself costs (k z^2)"
    )
    outside: float = number(2.5, -30, 30, "utility", "prototype", "doing without, when using")
    nuisance: float = number(0.3, 0, 5, "utility", "prototype", "what full ad load costs a user")
    temperature: float = number(1.0, 0.05, 20, "utility", A, "noise of choice")
    delay: float = number(
        0.15,
        0,
        3,
        "-log(success)",
        A,
        "how often access fails for a native at access quality 0; twice that for the least native",
    )


class Purchase(Part):
    """The purchase: who pays, and through which channel."""

    wait: float = number(
        4.0,
        0.5,
        520,
        "weeks",
        "prototype: one purchase in 8 weeks, half of it served",
        "mean wait for an occasion once nothing bought serves any more",
    )
    price: float = number(
        2.9,
        0,
        20,
        "utility per price",
        "Bijmolt et al. 2005 [M]: own elasticity -2.6",
        "weight of price (alpha); elasticity is about -alpha * price * (1 - share)",
    )
    outside: float = number(3.0, -30, 30, "utility", "prototype", "doing without, when buying")
    switching: float = number(
        0.15,
        0,
        0.5,
        "share of price",
        "Dube, Hitsch & Rossi 2009 [M]",
        "what changing the supplier costs",
    )
    research: float = number(
        0.89,
        0,
        0.95,
        "chance",
        "Fleishman-Hillard 2012, of those who search",
        "chance that someone online who thinks again researches online first",
    )
    online: float = number(
        0.1,
        0,
        1,
        "chance",
        "us_ecommerce_share_pct; size assumed",
        "chance that a fully native person online also buys online",
    )


class Norms(Part):
    """What would someone like me do? (March & Olsen 2004; Weber et al. 2004)."""

    omega: float = number(
        0.3,
        0,
        0.95,
        "share",
        "Assumption (MODEL: mean omega)",
        "weight of norms for a person of middling certainty and trust",
    )
    uncertain: float = number(1.0, 0, 5, "log odds", A, "unsure people lean more on others (o_u)")
    trusting: float = number(1.0, 0, 5, "log odds", A, "trusting people lean less on others (o_t)")
    conformity: float = number(1.0, 0, 2, "lambda", A, "weight of log reference in the norm")
    update: float = number(0.1, 0.001, 1, "per week", A, "renewal of the reference table (rho)")


class Trust(Part):
    """Promises kept and broken (Slovic 1993)."""

    initial: float = number(0.5, 0, 1, "share", A, "trust in a firm one has just heard of")
    gain: float = number(0.05, 0.0, 0.1, "share per kept promise", "Slovic 1993 [M]", "a+")
    loss_ratio: float = number(3.0, 1, 5, "ratio", "Slovic 1993 [M]", "a- / a+")
    noise: float = number(
        0.25, 0.001, 1, "quality", A, "half-width of the spread of delivered quality"
    )
    tolerance: float = number(
        0.2,
        0,
        1,
        "quality",
        "zone of tolerance, Zeithaml, Berry & Parasuraman 1993 [M]; size assumed",
        "shortfall that still counts as a promise kept",
    )
    weight: float = number(1.0, 0, 10, "utility", "prototype", "what full trust adds (tau)")
    hearsay: float = number(
        0.5,
        0,
        1,
        "share of own experience",
        A,
        "effect on trust of the stories of all neighbours together, against an own experience",
    )
    contagion: float = number(
        0.2, 0, 1, "share", A, "trust lost in firms as open as the one found closed"
    )
    discovery: float = number(
        0.25, 0.01, 1, "chance per week", A, "chance to find out that one's firm has closed"
    )


class Engagement(Part):
    """Engagement rises with use and fades without it."""

    weight: float = number(
        1.5, 0, 10, "utility", "prototype", "what full engagement adds to a firm (sigma)"
    )
    gain: float = number(0.2, 0, 1, "share per use", A, "rise with a use")
    fade: float = number(0.05, 0, 1, "share per week", A, "loss in a week without use")
    user: float = number(0.15, 0, 1, "share", A, "engagement from which one counts as a user")
    fan: float = number(0.7, 0, 1, "share", A, "engagement from which a trusting user is a fan")
    fan_trust: float = number(0.7, 0, 1, "share", A, "trust a fan has at least")
    learning: float = number(
        0.2, 0.01, 1, "share per experience", A, "renewal of satisfaction and uncertainty"
    )


class Awareness(Part):
    """How people come to know firms (Bass 1969; Sultan, Farley & Lehmann 1990 [M])."""

    external: float = number(
        0.6,
        0,
        20,
        "per year",
        "Bass p .0007-.07 for whole categories; a brand's is assumed larger",
        "hazard of hearing of a firm that spends the reference on media",
    )
    imitation: float = number(
        4.0,
        0,
        40,
        "per year",
        "Bass q .1-1.9 per adopter; here per neighbour who tells in a week, so larger",
        "hazard of hearing of a firm when everyone one listens to tells of it",
    )
    reference: float = number(
        0.001, 1e-6, 1, "money per head and week", A, "media spending that buys the external hazard"
    )
    elasticity: float = number(
        0.12,
        0,
        1,
        "elasticity",
        "Sethuraman, Tellis & Briesch 2011 [M]",
        "elasticity of the external hazard to media spending",
    )
    talk: float = number(
        0.5, 0, 100, "per use", A, "inclination to tell of a use, times need and power to connect"
    )
    press: float = number(
        1.0,
        0,
        40,
        "per year",
        A,
        "hazard of hearing when all media people of the region tell of a firm",
    )


class Collaboration(Part):
    """Users contribute ideas; the best of n is worth s * E[max of n normals]."""

    rate: float = number(
        0.1, 0, 1, "chance per use", A, "chance to contribute, times need and power to collaborate"
    )
    value: float = number(
        0.1, 0, 1, "share of building", A, "gain in building per standard deviation (s)"
    )
    screening: float = number(0.002, 0, 1, "money per idea", A, "cost of screening an idea")
