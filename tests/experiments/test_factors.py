"""What paths point to: types and values, in all the ways that ``--set`` may say them."""

from __future__ import annotations

import pytest

from sim.experiments.factors import is_whole, place_of
from sim.scenario.schema import Scenario

SCENARIO = Scenario.model_validate(
    {
        "title": "T",
        "people": {"count": 100},
        "firms": [
            {"name": "Old", "strategy": "customer-centric", "cash": 0.4},
            {"name": "New & Co. Ltd.", "strategy": {"use": "shipper", "weeks": 9}},
            {"name": "Late", "strategy": "perfectionist", "offer": {"price": 3}},
        ],
    }
)
PLACES = {
    "people.count": (100, True),
    "weeks": (520, True),
    "market.network.effect": (0.0, False),
    "firms.Old.cash": (0.4, False),
    "firms.0.cash": (0.4, False),
    "firms.Late.offer.price": (3.0, False),
    "firms.Late.price": (3.0, False),  # the last word is enough below a firm
    "firms.Late.rounds": (0, True),
    "firms.Late.offer.term": (None, True),
    "firms.New & Co. Ltd..strategy.weeks": (9, True),
    "firms.Late.strategy.weeks": (104, True),  # the strategy's default
    "firms.Old.strategy": ("customer-centric", False),
    "environment.reach": (1.0, False),
}  # fmt: skip


@pytest.mark.parametrize("path", PLACES)
def test_a_path_has_a_value_and_a_type(path: str) -> None:
    value, whole = PLACES[path]
    found = place_of(SCENARIO, path)
    assert found is not None
    assert found.value == value
    assert is_whole(SCENARIO, path) is whole


@pytest.mark.parametrize(
    "path", ["weaks", "firms.Nobody.cash", "firms.Old.nothing", "weeks.more", "firms.7.cash",
             "firms.Old.strategy.nothing", "people.links.mean.x"],
)  # fmt: skip
def test_a_path_into_nothing_has_neither(path: str) -> None:
    assert place_of(SCENARIO, path) is None
    assert not is_whole(SCENARIO, path)
