"""What a scenario may say: frozen types, each number with unit, range and source.

Rates are given in the unit a reader knows (per year, weeks); the engine turns every
rate ``h`` into a weekly chance ``1 - exp(-h * dt)``.  Money is counted in *prices of the
category*: 1.00 is what one purchase usually costs; budgets are money per head of the
population, so that a scenario keeps its meaning when the number of people changes.
"""

from __future__ import annotations

from types import EllipsisType
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field

Need: TypeAlias = Literal["core", "access", "engage", "customize", "connect", "collaborate"]
NEEDS: tuple[Need, ...] = get_args(Need)
IDENTITIES = ("household", "work", "fan", "citizen")
SITUATIONS = ("everyday", "pressed", "social", "exploring")
ROLES = ("consumer", "talent", "partner", "media", "influencer")
STAGES = ("stranger", "aware", "user", "customer", "fan", "lapsed")
MAX_FIRMS = 64


def number(
    default: float | int | EllipsisType | None,
    low: float,
    high: float,
    unit: str,
    source: str,
    meaning: str,
) -> Any:
    """A numeric field with its meaning, unit, inclusive range and source."""
    return Field(
        default,
        ge=low,
        le=high,
        allow_inf_nan=False,
        description=meaning,
        json_schema_extra={"unit": unit, "source": source},
    )


def word(default: Any, meaning: str, source: str = "chosen by the scenario") -> Any:
    """A field that is not a number, with its meaning and source."""
    return Field(default, description=meaning, json_schema_extra={"unit": "-", "source": source})


class Part(BaseModel):
    """Base of every block of a scenario: immutable, strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


A = "Assumption"
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


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
    """Users contribute ideas; the best of n is worth about s * sqrt(2 ln n)."""

    rate: float = number(
        0.1, 0, 1, "chance per use", A, "chance to contribute, times need and power to collaborate"
    )
    value: float = number(
        0.1, 0, 1, "share of building", A, "gain in building per standard deviation (s)"
    )
    screening: float = number(0.002, 0, 1, "money per idea", A, "cost of screening an idea")


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


class FirmGroup(Part):
    """One firm, or several of the same kind."""

    name: str = Field(
        ...,
        min_length=1,
        max_length=60,
        description="name; numbered when count > 1",
        json_schema_extra={"unit": "-", "source": "chosen by the scenario"},
    )
    strategy: str | dict[str, Any] = word(..., "a strategy's name, or {use: name, option: value}")
    count: int = number(1, 1, MAX_FIRMS, "firms", "chosen by the scenario", "how many of them")
    cash: float = number(0.6, 0, 1000, "money per head", "chosen by the scenario", "starting cash")
    enters: int = number(0, 0, 5200, "week", "chosen by the scenario", "week of entry")
    offer: Offer = Offer()
    start: Start = Start()
    costs: Costs = Costs()
    funding: Funding = Funding()


class Entry(Part):
    """Newcomers that arrive by chance (Poisson)."""

    rate: float = number(0.0, 0, 20, "firms per year", "chosen by the scenario", "mean arrivals")
    limit: int = number(4, 1, MAX_FIRMS, "firms", "chosen by the scenario", "arrivals at most")
    kinds: tuple[FirmGroup, ...] = word((), "what arrives, each kind equally likely")


class EconomyShock(Part):
    """A blow to, or a boost of, a region's economy."""

    region: int | None = number(
        None, 0, 7, "index", "chosen by the scenario", "region; left out: all"
    )
    shock: float = number(..., -3, 3, "log units", "chosen by the scenario", "added to the economy")


class Window(Part):
    """A spell in which one kind of situation becomes common."""

    situation: Literal["everyday", "pressed", "social", "exploring"] = word(..., "which situation")
    weeks: int = number(4, 1, 520, "weeks", "chosen by the scenario", "how long")
    strength: float = number(
        2.0, -10, 10, "log odds", "chosen by the scenario", "how much more common"
    )


class Event(Part):
    """Something that happens to the environment in a given week."""

    week: int = number(..., 1, 5200, "week", "chosen by the scenario", "when")
    economy: EconomyShock | None = word(None, "a shock to the economy")
    window: Window | None = word(None, "a window of opportunity")


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
