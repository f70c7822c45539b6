"""How much a population takes, while it is drawn and after, and how it lies there."""

from __future__ import annotations

import tracemalloc

import pytest

from sim.market.model import MarketModel
from sim.scenario.schema import Scenario

PEOPLE, FIRMS = 100_000, 8


def scenario(people: int, *, apart: bool = False) -> Scenario:
    """A market of eight firms, which a person may have to do with."""
    sides = {"sides": {"for_people": 1}} if apart else {}
    return Scenario.model_validate({
        "title": "t", "weeks": 2, "people": {"count": people}, "market": sides,
        "firms": [{"name": "A", "strategy": "user-first", "count": FIRMS}],
    })  # fmt: skip


@pytest.mark.parametrize(("apart", "most"), [(False, 250), (True, 450)])
def test_a_person_takes_at_most_so_many_bytes(apart: bool, most: int) -> None:
    """Beside 8 a firm; where the sides are put apart people are copied once."""
    MarketModel(scenario(500, apart=apart)).advance(2)  # loads what stays loaded
    tracemalloc.start()
    try:
        MarketModel(scenario(PEOPLE, apart=apart)).advance(2)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 100 < peak / PEOPLE - 8 * FIRMS < most


def test_people_put_apart_lie_as_others_do() -> None:
    """Or the whole model would be compiled a second time for them."""
    apart, usual = (MarketModel(scenario(500, apart=a)).people for a in (True, False))
    for name, array in usual._asdict().items():
        other = getattr(apart, name)
        assert (other.dtype, other.flags.c_contiguous) == (array.dtype, True), name
