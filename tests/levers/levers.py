"""Every number and choice of a scenario, with the measure that must answer to it.

A direction stands where theory, or plain arithmetic, gives one; it is what the sentence of the
parameter in ``schema.py`` says of the measure.  A row whose base needs something special says
so in ``given``.
"""

from __future__ import annotations

from typing import Any

from tests.levers.markets import Lever

UP, DOWN, MOVES = "up", "down", "moves"


LOGISTIC = {"environment.reach": {"floor": 0.1, "ceiling": 0.9, "midpoint": 10, "growth": 5.0}}
TABLE = {"environment.reach": {"years": [1998.0, 1999.0], "percent": [20.0, 60.0], "start": 1998.0}}
KIND = {"market.engagement.fan_trust": 0.3}
BRISK = {"market.building.gain": 0.05}
FRIENDLY = {"firms.Opener.funding": {"rounds": 2, "amount": 1.0, "growth": -1.0}}
# so much happens in a party that lasts all along
PARTY = {
    "events.party": {"week": 1, "window": {"situation": "social", "weeks": 40, "strength": 10}}
}
PRESS = {"people.roles.media": 0.2, "market.awareness.press": 20.0, "market.awareness.talk": 5.0}
# the more people differ in digital ease, the easier it is for the few who are online
EASY_FEW = {"environment.reach": 0.3, "market.use.delay": 0.5}
NATIVE = {"people.heritage.native_gap": 1.0}
SERVICED = {"firms.Seller.offer.service_price": 0.02}
CARRIED = {"firms.Opener.carrier": "Seller"}
APART = {"market.sides.for_people": 0.001, "people.roles.partner": 0.2}
CARED = {
    "market.care.cost": 0.5,
    "firms.Carer": {
        "cash": 3.0, "start": {"aware": 0.5},
        "strategy": {"use": "lever-dial", "settings": {
            "openness": 0.9, "inflation": 0.5, "budget": {"care": 1.0}, "burn": 0.005,
        }},
    },
}  # fmt: skip
SHELVES = {"firms.Opener.items": {"count": 8, "spread": 0.5}, "firms.Opener.offer.matching": 1.0}
PAGES = {"firms.Opener.items": {"count": 3, "of": "pages"}, "firms.Opener.offer.popularity": 1.0}
HEEDED = {"firms.Opener.offer.audiences": {"fans": 1.0, "media": 0.5}}
TAILORED = {
    "firms.Seller.offer.premium": 0.05, "firms.Seller.offer.custom": 1.0, "market.use.fit": 5.0,
    "market.use.overload": 0.0, "firms.Seller.start.position": 0.0,
}  # fmt: skip
TO_TASTE = {
    "offer.openness": 0.2, "start.customers": 0.3, "start.position": 0.0, "market.use.fit": 5.0,
    "market.use.overload": 0.0,
}  # fmt: skip
LOSSES = {"firms.Seller.cash": 100.0, "firms.Seller.costs.fixed": 0.5}
CLEAR = {"market.knowing.noise": 0.0}
MODEST = {"firms.Opener.offer.inflation": -0.5, "market.capacity.start": 1.0}
# entrants that may take after the Seller, after the Opener, or do what nobody does
COPIED = {
    "entry.limit": 8,
    "entry.imitation.mutation": 0.0,
    "entry.kinds.Paid": {"strategy": "customer-centric", "start": {"aware": 0.3}},
    "entry.kinds.Free": {"strategy": "user-first", "start": {"aware": 0.3}},
}
CENTRAL = {f"firms.{name}.start.position": 0.5 for name in ("Seller", "Opener", "Club", "Turner")}

RUN = (
    Lever("seed", 99, "trust", MOVES),
    Lever("weeks", 45, "weeks_alive", UP),
    Lever("review", 30, "funding_cents", DOWN, "Opener", given=FRIENDLY),
    Lever("users_are", "roles", "n_users", UP),
    Lever("users_are", "audience", "n_users", DOWN),
)

PEOPLE = (
    Lever("people.count", 600, "n_online", UP),
    Lever("people.identities", 1, "trust", MOVES),
    Lever("people.salience_spread", 3.0, "trust", MOVES),
    Lever("people.reconsider", 1.0, "n_reconsidered", UP),
    Lever("people.heritage.cohorts", 1, "n_failed", UP, given={**EASY_FEW, **NATIVE}),
    Lever("people.heritage.regions", 4, "economy", MOVES),
    Lever("people.heritage.educations", 4, "trust", MOVES),
    Lever("people.heritage.native_gap", 0.0, "n_failed", DOWN, given=EASY_FEW),
    Lever("people.heritage.taste_spread", 0.0, "n_uses", UP, given=CENTRAL),
    Lever("people.needs.diversity", 0.0, "belief_error", MOVES),
    Lever("people.needs.individual", 0.0, "belief_error", MOVES),
    Lever("people.needs.between_blocks", 2.0, "belief_error", MOVES),
    Lever("people.needs.between_identities", 2.0, "belief_error", MOVES),
    Lever("people.needs.core", 0.0, "belief_error", DOWN),
    Lever("people.roles.talent", 0.0, "backlog", DOWN),
    Lever("people.roles.partner", 0.0, "q_core", DOWN),
    Lever("people.roles.media", 0.0, "new_aware", DOWN, given=PRESS),
    Lever("people.roles.influencer", 0.2, "trust", MOVES),
    Lever("people.links.mixing", "complete", "trust", MOVES),
    Lever("people.links.mean", 2, "trust", MOVES),
    Lever("people.links.rewired", 1.0, "trust", MOVES),
    Lever("people.links.same_block", 0.0, "trust", MOVES),
    Lever("people.links.influence", 0.9, "trust", MOVES),
)

ENVIRONMENT = (
    Lever("environment.reach", 0.95, "n_online", UP),
    Lever("environment.reach.floor", 0.5, "n_online", UP, given=LOGISTIC),
    Lever("environment.reach.ceiling", 0.5, "n_online", DOWN, given=LOGISTIC),
    Lever("environment.reach.midpoint", 40, "n_online", DOWN, given=LOGISTIC),
    Lever("environment.reach.growth", 20.0, "n_online", UP, given=LOGISTIC),
    Lever("environment.reach.start", 1998.3, "n_online", UP, given=TABLE),
    Lever("environment.reach.years", [1998, 2008], "n_online", DOWN, given=TABLE),
    Lever("environment.reach.percent", [20, 90], "n_online", UP, given=TABLE),
    Lever("environment.economy.persistence", 0.5, "economy", UP),  # a slump is over sooner
    Lever("environment.economy.volatility", 0.1, "economy", MOVES),
    Lever("environment.economy.pressure", 5.0, "n_ideas", DOWN),  # pressed people are at work
    Lever("environment.economy.budget", 5.0, "n_purchases", DOWN),  # in a slump
    Lever("environment.fashion.strength", 3.0, "trust", MOVES),
    Lever("environment.fashion.persistence", 0.0, "trust", MOVES),
    Lever("environment.fashion.volatility", 0.2, "trust", MOVES),
    Lever("environment.situations.count", 1, "n_misread", DOWN),
    Lever("environment.situations.cue", 5.0, "n_told", UP, given=PARTY),
    Lever("environment.situations.misread", 0.4, "n_misread", UP),
    Lever("environment.attention", 0.01, "noise", UP),
    Lever("environment.attention", 0.01, "new_aware", DOWN),
    Lever("environment.fatigue", 50.0, "n_occasions", DOWN, given={"environment.attention": 0.01}),
)

USE = (
    Lever("market.use.rate", 0.4, "n_occasions", DOWN),
    Lever("market.use.quality", 10.0, "n_uses", UP),
    Lever("market.use.fit", 5.0, "n_uses", UP),
    Lever("market.use.overload", 2.0, "n_uses", DOWN),
    Lever("market.use.outside", 4.0, "n_uses", DOWN),
    Lever("market.use.nuisance", 3.0, "n_free_uses", DOWN, "Opener"),
    Lever("market.use.temperature", 10.0, "n_switched", UP),
    Lever("market.use.delay", 1.0, "n_failed", UP),
    Lever("market.purchase.wait", 20.0, "n_purchases", DOWN),
    Lever("market.purchase.price", 6.0, "n_purchases", DOWN),
    Lever("market.purchase.outside", 6.0, "n_purchases", DOWN),
    Lever("market.purchase.switching", 0.5, "n_switched", DOWN),
    Lever("market.purchase.research", 0.2, "n_researched", DOWN),
    Lever("market.purchase.online", 0.9, "n_bought_online", UP),
    Lever("market.norms.omega", 0.9, "trust", MOVES),
    Lever("market.norms.uncertain", 5.0, "trust", MOVES),
    Lever("market.norms.trusting", 5.0, "trust", MOVES),
    Lever("market.norms.conformity", 0.0, "trust", MOVES),
    Lever("market.norms.update", 0.9, "trust", MOVES),
    Lever("market.trust.initial", 0.9, "trust", UP),
    Lever("market.trust.gain", 0.0, "trust", MOVES),
    Lever("market.trust.loss_ratio", 1.0, "trust", UP),
    Lever("market.trust.noise", 1.0, "n_kept", DOWN, "Opener", given=MODEST),
    Lever("market.trust.tolerance", 0.0, "n_kept", DOWN),
    Lever("market.trust.weight", 4.0, "n_uses", UP),
    Lever("market.trust.hearsay", 0.0, "trust", MOVES),
    Lever("market.trust.contagion", 1.0, "trust", DOWN),
    Lever("market.trust.discovery", 0.01, "n_found_closed", DOWN),
    Lever("market.engagement.weight", 5.0, "n_uses", UP),
    Lever("market.engagement.gain", 0.8, "n_fans", UP, given=KIND),
    Lever("market.engagement.fade", 0.5, "n_engaged", DOWN),
    Lever("market.engagement.user", 0.6, "n_engaged", DOWN),
    Lever("market.engagement.fan", 0.1, "n_fans", UP, given=KIND),
    Lever("market.engagement.fan_trust", 0.2, "n_fans", UP),
    Lever("market.engagement.learning", 0.9, "trust", MOVES),
)

BUSINESS = (
    Lever("market.awareness.external", 5.0, "new_aware", UP),
    Lever("market.awareness.imitation", 30.0, "new_aware", UP),
    Lever("market.awareness.reference", 0.1, "contacts", DOWN),
    # all spend more than the reference on media
    Lever("market.awareness.elasticity", 0.9, "contacts", UP),
    Lever("market.awareness.talk", 5.0, "n_told", UP),
    Lever("market.awareness.press", 0.0, "new_aware", DOWN, given=PRESS),
    Lever("market.collaboration.rate", 0.9, "n_ideas", UP),
    Lever("market.collaboration.value", 1.0, "backlog", UP),
    Lever("market.collaboration.screening", 0.5, "screening_cents", UP),
    Lever("market.building.gain", 0.1, "q_core", UP),
    Lever("market.building.reference", 0.1, "backlog", DOWN),
    Lever("market.building.depreciation", 0.1, "q_core", DOWN),
    Lever("market.building.success", 0.01, "q_core", DOWN, given=BRISK),
    Lever("market.building.talent", 5.0, "backlog", UP),
    Lever("market.building.partners", 5.0, "q_core", UP),
    Lever("market.knowing.noise", 0.0, "belief_error", DOWN),
    Lever("market.knowing.update", 0.001, "belief_error", UP, "Opener", given=CLEAR),
    Lever("market.knowing.cost", 1.0, "belief_error", UP, "Opener", given=CLEAR),
    Lever("market.culture.years", 0.2, "culture", UP, "Turner"),
    Lever("market.culture.cost", 1.0, "backlog", DOWN, "Turner"),
    Lever("market.capacity.start", 0.5, "service", UP),
    Lever("market.capacity.weeks", 1.0, "service", UP),
    Lever("market.capacity.cost", 0.1, "capacity_cents", UP),
    Lever("market.network.effect", 10.0, "n_uses", UP),
    Lever("market.advertising.income", 0.2, "advertising_cents", UP),
    Lever("market.advertising.saturation", 0.1, "advertising_cents", DOWN),
    Lever("market.building.bad", 0.8, "q_core", DOWN, given=BRISK),
    Lever("market.building.harm", 0.9, "q_core", DOWN, given={"market.building.bad": 0.8}),
    Lever("market.sides.for_people", 5.0, "n_uses", UP),
    Lever("market.sides.for_partners", 5.0, "n_partner_uses", UP, given=APART),
    Lever("market.sides.fare", 1.0, "n_partner_uses", UP),
    Lever("market.sides.waiting", 1.0, "n_failed", UP),
    Lever("market.services.attach", 0.1, "service_cents", DOWN, given=SERVICED),
    Lever("market.services.sensitivity", 100.0, "service_cents", DOWN, given=SERVICED),
    Lever("market.care.cost", 0.0005, "recovery", UP, "Carer", given=CARED),
    Lever("market.care.gain", 5.0, "trust", UP, "Carer", given=CARED),
    Lever("market.care.patience", 0.0, "recovery", UP, "Carer", given=CARED),
    Lever("market.carriage.income", 0.1, "data_cents", UP, given=CARRIED),
    Lever("market.carriage.fee", 0.1, "carrier_cents", UP, given=CARRIED),
    Lever("market.titles.noise", 10.0, "match", DOWN, given=SHELVES),
    Lever("market.titles.half", 0.1, "match", UP, given=SHELVES),
    Lever("market.titles.rating", 0.0, "match", DOWN, given=SHELVES),
    Lever("market.titles.liking", 10.0, "n_told", UP, given={**PAGES, **KIND}),
    Lever("market.channels.mobile", 0.9, "n_failed", UP, given={"firms.Opener.channels": ["site"]}),
    Lever("market.audiences.power", 2.0, "n_told", MOVES, given=HEEDED),
    Lever("market.tailoring.strength", 5.0, "trust", MOVES, given={"firms.Opener.offer.models": 4}),
    Lever("market.customizing.cost", 5.0, "unit_cents", UP, given=TAILORED),
    Lever("market.runway", 520.0, "media_cents", DOWN),
    Lever("market.discount", 1.0, "discounted_profit", UP, "Seller", given=LOSSES),
)

TRIED = {"trial": {"firm": "Opener", "week": 10}}
TRIAL = (
    Lever("trial.week", 30, "n_followers", DOWN, given=TRIED),
    Lever("trial.share", 0.9, "n_exposed", UP, given=TRIED),
    Lever("trial.engagement", 0.9, "n_engaged", UP, given=TRIED),
    Lever("trial.firm", "Seller", "n_offline_exposed", MOVES, given=TRIED),
)
MERGED = {"events.deal": {"week": 20, "merger": {"firm": "Club", "into": "Seller"}}}

FOR_SALE = {"offer.openness": 0.2, "start.customers": 0.3}
# What firms and entrants have in common: the same rows, of a firm there from the start and
# of one that arrives.  For Opener and Late alike.
GROUP: tuple[tuple[str, Any, str, str, dict[str, Any]], ...] = (
    ("strategy", "one-off-seller", "culture", DOWN, {}),
    ("cash", 5.0, "cash_cents", UP, {}),
    ("offer.price", 3.0, "n_sales", DOWN, FOR_SALE),
    ("offer.openness", 0.1, "n_free_uses", DOWN, {}),
    ("offer.ad_load", 0.0, "advertising_cents", DOWN, {}),
    ("offer.inflation", 0.5, "promise", UP, {}),
    ("offer.plan", "subscription", "subscription_cents", UP, FOR_SALE),
    ("offer.plan", "sale", "subscription_cents", DOWN, {**FOR_SALE, "offer.plan": "subscription"}),
    ("offer.term", 20, "n_sales", DOWN, FOR_SALE),
    ("offer.updates", 1.0, "n_kept", UP,
     {**FOR_SALE, "offer.term": 40, "market.building.gain": 0.2, "start.customers": 0.8}),
    ("offer.subsidy", 0.5, "subsidy_cents", UP, {}),
    ("offer.subsidy_partners", 0.5, "subsidy_cents", UP, {"market.sides.fare": 0.1}),
    ("offer.commission", 0.5, "commission_cents", UP, {"market.sides.fare": 0.1}),
    ("offer.service_price", 0.05, "service_cents", UP, FOR_SALE),
    ("offer.owner_ads", 1.0, "advertising_cents", UP, FOR_SALE),
    ("offer.premium", 0.05, "n_custom", UP, {**TO_TASTE, "offer.custom": 1.0}),
    ("offer.custom", 0.5, "n_custom", UP, {**TO_TASTE, "offer.premium": 0.05}),
    ("offer.votes", 1.0, "belief_error", MOVES, {"market.collaboration.rate": 0.9}),
    ("offer.matching", 1.0, "match", UP, {"items": {"count": 8}, "market.titles.half": 0.1}),
    ("offer.popularity", 1.0, "top_item", UP, {"items": {"count": 8}}),
    ("offer.models", 4, "trust", MOVES, {"market.knowing.noise": 0.0}),
    ("offer.audiences", {"fans": 1.0}, "n_told", UP, {}),
    ("items.count", 8, "top_item", UP, {}),
    ("items.of", "pages", "match", MOVES, {"items": {"count": 8}}),
    ("items.spread", 2.0, "top_item", UP, {"items": {"count": 8, "spread": 0.0}}),
    ("items.entry", 0.9, "top_item", DOWN,
     {"items": {"count": 2, "of": "pages"}, "market.engagement.fan_trust": 0.3}),
    ("channels", ["store"], "n_free_uses", DOWN, {}),
    ("start.aware", 0.9, "n_stranger", DOWN, {}),
    ("start.customers", 0.8, "n_payers", UP, {}),
    ("start.engagement", 0.0, "n_engaged", DOWN, {"start.customers": 0.5}),
    ("start.quality", 0.9, "q_core", UP, {}),
    ("start.quality", {"core": 0.9}, "q_core", UP, {}),
    ("start.position", 0.5, "n_uses", UP, {"start.position": 0.0, "market.use.fit": 5.0}),
    ("costs.unit", 1.0, "unit_cents", UP, FOR_SALE),
    ("costs.serving", 0.1, "serving_cents", UP, {}),
    ("costs.fixed", -0.05, "fixed_cents", DOWN, {}),
    ("costs.shock", 0.05, "fixed_cents", MOVES, {}),
    ("funding.rounds", 2, "funding_cents", UP, {"funding.amount": 1.0, "funding.growth": -1.0}),
    ("funding.amount", 2.0, "funding_cents", UP, {"funding.rounds": 1, "funding.growth": -1.0}),
    ("funding.growth", 10.0, "funding_cents", DOWN,
     {"funding.rounds": 1, "funding.amount": 1.0, "funding.growth": -1.0}),
)  # fmt: skip


def _of_groups(block: str, name: str) -> tuple[Lever, ...]:
    """The rows of ``GROUP`` for one firm or kind of entrants."""

    def key(short: str) -> str:
        return short if short.startswith("market.") else f"{block}.{name}.{short}"

    return tuple(
        Lever(f"{block}[].{field}", to, measure, way, name, {key(k): v for k, v in given.items()})
        for field, to, measure, way, given in GROUP
    )


FIRMS = (
    *_of_groups("firms", "Opener"),
    *_of_groups("entry.kinds", "Late"),
    Lever("firms[].count", 3, "alive", UP, "Opener"),
    Lever("firms[].enters", 20, "n_users", DOWN, "Opener"),
    Lever(
        "firms[].carrier",
        "Seller",
        "carrier_cents",
        UP,
        "Opener",
        given={"market.carriage.fee": 0.1},
    ),
    Lever("entry.rate", 0.0, "alive", DOWN),
    Lever("entry.limit", 3, "alive", UP),
    Lever("entry.imitation.strength", 1000.0, "trust", MOVES, given=COPIED),
    Lever(
        "entry.imitation.mutation",
        1.0,
        "trust",
        MOVES,
        given={**COPIED, "entry.imitation.strength": 1000.0},
    ),
)

EVENTS = (
    Lever("events[].week", 30, "economy", UP, "slump"),  # less of the run is bad
    Lever("events[].economy.region", 0, "economy", UP, "slump"),  # one of two regions is spared
    Lever("events[].economy.shock", -2.0, "economy", DOWN, "slump"),
    Lever("events[].economy.shock", -3.0, "n_purchases", DOWN, "slump"),
    # what a situation calls for is an identity, and fans connect most, citizens collaborate
    Lever("events[].window.situation", "everyday", "n_told", DOWN, "party"),
    Lever("events[].window.situation", "pressed", "n_told", DOWN, "party"),
    Lever("events[].window.situation", "exploring", "n_ideas", UP, "party"),
    Lever("events[].window.weeks", 25, "n_told", UP, "party"),
    Lever("events[].merger.firm", "Turner", "n_payers", MOVES, "deal", given=MERGED),
    Lever("events[].merger.into", "Opener", "n_payers", MOVES, "deal", given=MERGED),
    Lever("events[].window.strength", -10.0, "n_told", DOWN, "party"),
)

LEVERS = (*RUN, *PEOPLE, *ENVIRONMENT, *USE, *BUSINESS, *FIRMS, *EVENTS, *TRIAL)

# Words tell the reader something and the run nothing; a group's name is in the fates only.
WORDS: dict[str, Any] = {
    "title": "Another title",
    "question": "What for?",
    "story": "Once upon a time.",
    "watch": ["who laughs last"],
    "refuted_by": "anything else",
    "sources": ["hearsay"],
}
NAMES = ("firms[].name", "entry.kinds[].name")
# Words that choose a file's numbers, which take their place before a run.
FROM_FILES = ("environment.reach.series", "environment.reach.column")
