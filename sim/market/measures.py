"""What a run records, declared once: name, unit and meaning of every measure.

A run stores, for week 0 (the initial state) and every week after it, one number per firm
for each of ``FIRM_COUNTS`` (whole numbers) and ``FIRM_LEVELS`` (real numbers), and one per
week for each of ``MARKET_COUNTS`` and ``MARKET_LEVELS``.
"""

from __future__ import annotations

from typing import NamedTuple


class Measure(NamedTuple):
    """A recorded quantity."""

    name: str
    unit: str
    meaning: str


FIRM_COUNTS = (
    Measure("n_users", "people", "users, by the scenario's definition (users_are)"),
    Measure("n_engaged", "people", "engaged people: users or customers"),
    Measure("n_payers", "people", "customers: people whom something they bought still serves"),
    Measure("n_fans", "people", "engaged people with high trust"),
    Measure("n_touched", "people", "people who ever used or bought"),
    Measure("n_audience", "people", "engaged people who do not pay and see ads"),
    Measure("n_stranger", "people", "stage: do not know the firm"),
    Measure("n_aware", "people", "stage: know the firm, never used it"),
    Measure("n_using", "people", "stage: engaged, neither customer nor fan"),
    Measure("n_customer", "people", "stage: customer, not fan"),
    Measure("n_fan", "people", "stage: fan, paying or not"),
    Measure("n_lapsed", "people", "stage: used or bought once, not engaged now"),
    Measure("n_uses", "uses", "uses of the week, free or paid"),
    Measure("n_free_uses", "uses", "uses of the week by people who do not pay"),
    Measure("n_failed", "occasions", "occasions of the week at which access failed"),
    Measure("n_kept", "uses", "uses of the week that kept the promise"),
    Measure("n_told", "people", "people who told of the firm this week"),
    Measure("n_ideas", "ideas", "ideas contributed this week"),
    Measure("n_sales", "sales", "purchases of the week"),
    Measure("n_custom", "sales", "purchases of the week made to one's own taste"),
    Measure("n_partner_uses", "uses", "uses of the week by partners"),
    Measure("new_aware", "people", "people who first heard of the firm this week"),
    Measure("cash_cents", "cents", "cash (100 cents are 1 money)"),
    Measure("sale_cents", "cents", "revenue of the week: sales"),
    Measure("subscription_cents", "cents", "revenue of the week: subscriptions"),
    Measure("advertising_cents", "cents", "revenue of the week: advertising"),
    Measure("commission_cents", "cents", "revenue of the week: commission on fares"),
    Measure("service_cents", "cents", "revenue of the week: services to owners"),
    Measure("data_cents", "cents", "revenue of the week: people's data on firms it carries"),
    Measure("carriage_cents", "cents", "revenue of the week: fees of firms it carries"),
    Measure("unit_cents", "cents", "cost of the week: goods sold"),
    Measure("serving_cents", "cents", "cost of the week: serving uses"),
    Measure("capacity_cents", "cents", "cost of the week: keeping capacity"),
    Measure("fixed_cents", "cents", "cost of the week: fixed cost and shocks"),
    Measure("screening_cents", "cents", "cost of the week: screening ideas"),
    Measure("subsidy_cents", "cents", "cost of the week: subsidies to people and partners"),
    Measure("carrier_cents", "cents", "cost of the week: fees to the firm that carries it"),
    Measure("media_cents", "cents", "budget of the week: paid media"),
    Measure("build_cents", "cents", "budget of the week: building"),
    Measure("observe_cents", "cents", "budget of the week: observing people"),
    Measure("outreach_cents", "cents", "budget of the week: helping own users to tell others"),
    Measure("care_cents", "cents", "budget of the week: staff who take up failures"),
    Measure("idle_cents", "cents", "budget of the week: spent on nothing"),
    Measure("funding_cents", "cents", "money of the week from investors"),
    Measure("written_off_cents", "cents", "debts of the week that creditors lost"),
    Measure("alive", "0 or 1", "in the market at the end of the week"),
)

FIRM_LEVELS = (
    Measure("price", "money", "price"),
    Measure("openness", "share", "share of the offer that is free, in practice"),
    Measure("ad_load", "share", "ads shown to those who do not pay"),
    Measure("promise", "quality", "advertised quality"),
    Measure("q_core", "quality", "delivered capability: core"),
    Measure("q_access", "quality", "delivered capability: access"),
    Measure("q_engage", "quality", "delivered capability: engage"),
    Measure("q_customize", "quality", "delivered capability: customize"),
    Measure("q_connect", "quality", "delivered capability: connect"),
    Measure("q_collaborate", "quality", "delivered capability: collaborate"),
    Measure("backlog", "quality", "work built and not released, summed over needs"),
    Measure("culture", "share", "how far practice has moved to users first"),
    Measure("capacity", "uses per week", "uses it can serve in full"),
    Measure("service", "share", "share of demand that capacity serves"),
    Measure("trust", "share", "mean trust of those who know the firm"),
    Measure("belief_error", "share", "half the absolute error of believed needs"),
    Measure("recovery", "share", "share of failures that staff take up"),
    Measure("match", "share", "how near to people's taste the titles are that they choose"),
    Measure("top_item", "share", "share of the largest of its titles or pages"),
    Measure("messages", "needs per head", "uses of the week that serve the need to connect"),
)

MARKET_COUNTS = (
    Measure("n_online", "people", "people online"),
    Measure("m_stranger", "people", "people who know no firm"),
    Measure("m_aware", "people", "people who know a firm, and never used any"),
    Measure("m_user", "people", "people engaged with a firm, neither customer nor fan"),
    Measure("m_customer", "people", "people who are somebody's customer, nobody's fan"),
    Measure("m_fan", "people", "people who are somebody's fan"),
    Measure("m_lapsed", "people", "people who used once and are not engaged now"),
    Measure("n_occasions", "occasions", "occasions to use, with something to choose from"),
    Measure("n_reconsidered", "occasions", "occasions at which the person thought again"),
    Measure("n_misread", "people", "people who took the situation for another one"),
    Measure("n_purchases", "sales", "purchases of the week"),
    Measure("n_researched", "sales", "purchases researched online"),
    Measure("n_bought_online", "sales", "purchases made online"),
    Measure("n_influenced", "sales", "purchases researched or made online"),
    Measure("n_switched", "sales", "purchases from another firm than last time"),
    Measure("n_found_closed", "people", "people who found their firm closed this week"),
    Measure("n_exposed", "people", "people drawn to be exposed in the trial, once it has begun"),
    Measure(
        "n_followers", "people", "people engaged with the firm of the trial, once it has begun"
    ),
    Measure("n_offline_exposed", "sales", "offline purchases from it by people exposed"),
    Measure("n_offline_others", "sales", "offline purchases from it by people not exposed"),
    Measure("n_offline_followers", "sales", "offline purchases from it by people engaged with it"),
    Measure("n_offline_strangers", "sales", "offline purchases from it by people not engaged"),
)

MARKET_LEVELS = (
    Measure("reach", "share", "share of people online, from the scenario"),
    Measure("economy", "log units", "mean of the regional economies"),
    Measure("contacts", "contacts per head", "contacts made by paid media"),
    Measure("noise", "contacts per head", "contacts beyond attention"),
    Measure("surplus", "money per head", "mean consumer surplus on needs of an occasion to use"),
)

STAGE_COUNTS = ("n_stranger", "n_aware", "n_using", "n_customer", "n_fan", "n_lapsed")
REVENUES = (
    "sale_cents", "subscription_cents", "advertising_cents", "commission_cents", "service_cents",
    "data_cents", "carriage_cents",
)  # fmt: skip
COSTS = (
    "unit_cents", "serving_cents", "capacity_cents", "fixed_cents", "screening_cents",
    "subsidy_cents", "carrier_cents", "media_cents", "build_cents", "observe_cents",
    "outreach_cents", "care_cents", "idle_cents",
)  # fmt: skip
DIRECT = ("unit_cents", "serving_cents", "capacity_cents", "subsidy_cents", "carrier_cents")
CAUSES = ("alive", "insolvent", "starved", "capacity", "merged")  # see sim.market.causes


def index(measures: tuple[Measure, ...]) -> dict[str, int]:
    """Column of each measure by name."""
    return {measure.name: column for column, measure in enumerate(measures)}
