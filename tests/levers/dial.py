"""A strategy whose every decision is an option, and a row for each decision and each option."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import Field

from sim.strategies import Decision, Options, Seen, Strategy
from sim.strategies.objectives import USERS
from tests.levers.markets import Lever

UP, DOWN = "up", "down"


class Settings(Options):
    """Fields of the terms of entry, and of every later decision."""

    settings: dict[str, Any] = Field(default_factory=dict)
    later: dict[str, Any] = Field(default_factory=dict)


class Dial(Strategy):
    """Decides what its options say; the tests register it and take it away again."""

    name = "lever-dial"
    line = "Decides what the test says."
    source = "tests/levers"
    objective = USERS
    Options = Settings
    options: Settings

    def enter(self) -> Decision:
        return replace(Decision(), **self.options.settings)

    def review(self, seen: Seen) -> Decision:
        return replace(seen.current, **self.options.later)


AS_IT_IS: dict[str, Any] = {
    "price": 1.0, "openness": 0.4, "ad_load": 0.4, "inflation": 0.0, "plan": "sale", "term": 4,
    "updates": 0.0, "burn": 0.004, "reinvest": 0.0, "goal": 0.5, "release_every": 4,
    "budget": {"media": 0.2, "build": 0.2, "observe": 0.2, "outreach": 0.2, "idle": 0.2},
    "subsidy": 0.0, "subsidy_partners": 0.0, "commission": 0.0, "service_price": 0.0,
    "owner_ads": 0.0, "premium": None, "custom": 0.0, "votes": 0.0, "matching": 0.0,
    "popularity": 0.0, "models": 1, "audiences": None,
}  # fmt: skip
START = {"aware": 0.5, "customers": 0.4}
LONG = {"term": 30}
CLEAR = {"market.knowing.noise": 0.0}
SIDES = {"market.sides.fare": 0.3, "market.sides.for_people": 1.0, "people.roles.partner": 0.2}
TASTE = {"market.use.fit": 5.0, "firms.Dial.start.position": 0.0, "market.use.overload": 0.0}
TITLES = {
    "firms.Dial.items": {"count": 8, "spread": 0.5}, "market.titles.half": 0.5,
    "market.titles.rating": 1.0,
}  # fmt: skip
QUICK = {"market.building.gain": 0.1, "market.building.success": 1.0}

# field of Decision (of its budget: one lever), the changed value, what answers, and what this
# needs: other decisions, and keys of the scenario
DECISIONS: tuple[tuple[str, Any, str, str, dict[str, Any], dict[str, Any]], ...] = (
    ("price", 3.0, "n_sales", DOWN, {}, {}),
    ("openness", 1.0, "n_free_uses", UP, {}, {"market.culture.years": 0.1}),
    ("ad_load", 1.0, "advertising_cents", UP, {}, {}),
    ("inflation", 0.8, "promise", UP, {}, {}),
    ("plan", "subscription", "subscription_cents", UP, {}, {}),
    ("term", 30, "n_sales", DOWN, {}, {}),
    ("updates", 1.0, "n_kept", UP, LONG, {**QUICK, "firms.Dial.start.customers": 0.9}),
    ("burn", 0.02, "media_cents", UP, {}, {}),
    ("reinvest", 1.0, "media_cents", UP, {}, {}),
    ("budget.media", 5.0, "n_stranger", DOWN, {}, {"market.awareness.elasticity": 1.0}),
    ("budget.build", 5.0, "q_core", UP, {}, QUICK),
    ("budget.observe", 0.0, "belief_error", UP, {}, CLEAR),
    ("budget.outreach", 5.0, "n_told", UP, {}, {}),
    ("budget.care", 5.0, "recovery", UP, {}, {}),
    ("budget.idle", 5.0, "media_cents", DOWN, {}, {}),
    ("budget.idle", 5.0, "idle_cents", UP, {}, {}),
    ("focus", [1, 0, 0, 0, 0, 0], "q_core", UP, {}, QUICK),
    ("focus", [1, 0, 0, 0, 0, 0], "q_access", DOWN, {}, QUICK),
    ("goal", 1.0, "culture", UP, {}, {"market.culture.years": 0.1}),
    ("release_every", 20, "backlog", UP, {}, {}),
    ("improve", False, "q_core", DOWN, {}, QUICK),
    ("headroom", 3.0, "capacity", UP, {}, {}),
    ("subsidy", 0.5, "subsidy_cents", UP, {}, {}),
    ("subsidy_partners", 0.5, "n_partner_uses", UP, {}, SIDES),
    ("commission", 0.5, "commission_cents", UP, {}, SIDES),
    ("service_price", 0.05, "service_cents", UP, {}, {}),
    ("owner_ads", 1.0, "advertising_cents", UP, {}, {}),
    ("premium", 0.05, "n_custom", UP, {"custom": 1.0}, TASTE),
    ("custom", 0.5, "n_custom", UP, {"premium": 0.05}, TASTE),
    ("votes", 1.0, "belief_error", "moves", {}, {"market.collaboration.rate": 0.9}),
    ("matching", 1.0, "match", UP, {}, TITLES),
    ("popularity", 1.0, "top_item", UP, {}, TITLES),
    ("models", 4, "trust", "moves", {}, CLEAR),
    ("audiences", {"media": 1.0}, "contacts", DOWN, {}, {}),
)


def _decided(when: str) -> tuple[Lever, ...]:
    """Every decision as a row; when: "settings" at entry, "later" at the reviews."""
    rows = []
    for name, to, measure, way, others, keys in DECISIONS:
        settings = {**AS_IT_IS, **others}
        # a firm of week 0 has its first review in week 1: it must not undo its terms of entry
        later = settings if when == "later" else {}
        strategy = {"use": Dial.name, "settings": settings, "later": later}
        given = {"firms.Dial": {"strategy": strategy, "start": START, "cash": 5.0}, **keys}
        rows.append(Lever(f"firms[].strategy.{when}.{name}", to, measure, way, "Dial", given))
    return tuple(rows)


def _optioned(
    name: str, option: str, to: Any, measure: str, way: str, given: Any = None, **options: Any
) -> Lever:
    """A row of a strategy's option; options: those of the base."""
    strategy = {"use": name, **options}
    firm = {"strategy": strategy, "start": START, "cash": 5.0}
    given = {"firms.Own": firm, **(given or {})}
    return Lever(f"firms[].strategy.{option}", to, measure, way, "Own", given)


DECIDED = (*_decided("settings"), *_decided("later"))

# every option of every strategy of the library
OPTIONED = {
    "late-adopter.delay": _optioned("late-adopter", "delay", 4.0, "culture", DOWN, delay=0.1),
    "perfectionist.weeks": _optioned("perfectionist", "weeks", 30, "backlog", UP, weeks=10),
    "perfectionist.improve": _optioned(
        "perfectionist", "improve", True, "q_core", UP, QUICK, weeks=10
    ),
    "shipper.weeks": _optioned("shipper", "weeks", 30, "backlog", UP, weeks=4),
    "specialist.behaviour": _optioned("specialist", "behaviour", "core", "q_core", UP, QUICK),
    "specialist.behaviours": _optioned(
        "specialist", "behaviours", ["core"], "q_core", UP, QUICK, behaviours=["access"]
    ),
    "campaigner.start": _optioned("campaigner", "start", 60, "media_cents", DOWN, start=9, weeks=8),
    "campaigner.weeks": _optioned("campaigner", "weeks", 24, "media_cents", UP, start=9, weeks=8),
    "campaigner.extra": _optioned(
        "campaigner", "extra", 0.05, "media_cents", UP, start=9, weeks=8, extra=0.01
    ),
    "campaigner.on": _optioned("campaigner", "on", "build", "build_cents", UP, start=9, weeks=8),
    "searcher.observe": _optioned("searcher", "observe", 0.6, "build_cents", DOWN, observe=0.05),
    "searcher.weeks": _optioned("searcher", "weeks", 30, "backlog", UP, weeks=4),
    "price-setter.trial": _optioned(
        "price-setter", "trial", 0.3, "price", "moves", {"review": 1}, trial=0.05
    ),
    "price-setter.memory": _optioned(
        "price-setter", "memory", 5, "price", "moves", {"review": 1}, trial=0.2, memory=1000
    ),
    "price-setter.pace": _optioned(
        "price-setter", "pace", 1.0, "price", "moves", {"review": 1}, trial=0.2, pace=0.01
    ),
    "subsidiser.weeks": _optioned(
        "subsidiser",
        "weeks",
        52,
        "subsidy_cents",
        UP,
        {"firms.Own.offer": {"subsidy": 0.1}},
        weeks=13,
    ),
    "subsidiser.kept": _optioned(
        "subsidiser",
        "kept",
        0.5,
        "subsidy_cents",
        UP,
        {"firms.Own.offer": {"subsidy": 0.1}},
        weeks=9,
        kept=0.0,
    ),
    "subsidiser.commission": _optioned(
        "subsidiser", "commission", 0.4, "commission_cents", UP, SIDES, weeks=9, commission=0.2
    ),
    "co-creator.share": _optioned("co-creator", "share", 1.0, "q_core", DOWN, QUICK, share=0.0),
    "flexible.step": _optioned("flexible", "step", 0.5, "cash_cents", "moves", {"review": 2}),
    "placebo.like": _optioned("placebo", "like", "customer-centric", "culture", DOWN),
    "attentive.like": _optioned("attentive", "like", "customer-centric", "culture", DOWN),
    "attentive.share": _optioned("attentive", "share", 0.5, "care_cents", UP, share=0.05),
    "attentive.on": _optioned("attentive", "on", "idle", "care_cents", DOWN),
}
