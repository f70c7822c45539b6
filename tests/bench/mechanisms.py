"""What each mechanism costs the week where it is on, and the plain market beside itself.

Every mechanism alternates with the plain market, round by round; the ratio is that of medians.
``plain again`` is the plain market against itself: what the machine's noise alone can do.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sim.market.model import MarketModel
from sim.scenario.schema import Scenario
from tests.bench.markets import market, rate
from tests.bench.tables import Cell, Ways, median_of, publish

PEOPLE, WEEKS, ROUNDS = 20_000, 26, 7
OFFERS: dict[str, dict[str, Any]] = {
    "plain again": {},
    "votes": {"votes": 1.0},
    "goods to taste": {"premium": 0.1, "custom": 1.0},
    "identities told apart": {"models": 4},
    "divided attention": {"audiences": {"fans": 1.0, "media": 1.0}},
    "services, ads to owners": {"service_price": 0.01, "owner_ads": 0.5},
}
GROUPS: dict[str, dict[str, Any]] = {
    "200 titles": {"items": {"count": 200}},
    "253 pages": {"items": {"count": 253, "of": "pages"}},
    "no site, no store": {"channels": ["social", "mobile"]},
}
WHOLE: dict[str, dict[str, Any]] = {
    "two sides": {"market": {"sides": {"for_people": 1, "for_partners": 1, "fare": 0.1}}},
    "bad releases": {"market": {"building": {"bad": 0.3}}},
    "trial": {"trial": {"firm": "Old 1", "week": 1}},
}


def variants(people: int) -> dict[str, Scenario]:
    """The benchmark's market with one mechanism on, by its name."""
    base = market(people, 13 + (ROUNDS + 1) * WEEKS).model_dump(exclude_unset=True)
    firms = base["firms"]
    found = {name: [{**f, "offer": offer} for f in firms] for name, offer in OFFERS.items()}
    found |= {name: [{**f, **more} for f in firms] for name, more in GROUPS.items()}
    trees = {name: {**base, "firms": f} for name, f in found.items()}
    trees |= {name: {**base, **more} for name, more in WHOLE.items()} | {
        "all of these": every(base)
    }
    return {name: Scenario.model_validate(tree) for name, tree in trees.items()}


def every(base: dict[str, Any]) -> dict[str, Any]:
    """The market with all mechanisms at once, but pages: a firm has titles or pages."""
    offer = {option: value for offer in OFFERS.values() for option, value in offer.items()}
    groups = [more for name, more in GROUPS.items() if name != "253 pages"]
    more = {"offer": offer} | {key: value for group in groups for key, value in group.items()}
    market = {
        key: value for each in WHOLE.values() for key, value in each.get("market", {}).items()
    }
    found = {key: value for each in WHOLE.values() for key, value in each.items()}
    return {**base, **found, "market": market, "firms": [{**f, **more} for f in base["firms"]]}


def beside(plain: Scenario, scenario: Scenario) -> tuple[float, float]:
    """Median rates of both, in turns."""
    models = MarketModel(plain), MarketModel(scenario)
    for model in models:
        model.advance(13)
    off, on = median_of(ROUNDS, *(partial(rate, model, WEEKS) for model in models))
    return off, on


def report(ways: Ways) -> None:
    """Measures and publishes the table."""
    people = PEOPLE // 20 if ways.small else PEOPLE
    plain = market(people, 13 + (ROUNDS + 1) * WEEKS)
    rows: list[list[Cell]] = []
    for name, scenario in variants(people).items():
        off, on = beside(plain, scenario)
        rows.append([name, off, on, 100 * (off / on - 1)])
    publish(
        "mechanisms",
        "What a mechanism costs where it is on",
        ["mechanism", "plain", "with it", "cost, %"],
        rows,
        f"Million person-weeks per second and core, {people:,} people, 8 firms. `plain again` is"
        " the plain market beside itself: what the machine's noise alone can do.",
        ways=ways,
    )
