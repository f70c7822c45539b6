"""Essay 002-9: one of 253 fan pages takes off. Which one is luck, and it sells nothing by itself.

The scenario shows both.  A linear preference for large pages is not enough for one to take off.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.market.model import MarketModel
from sim.scenario.read import load
from sim.strategies import OPTIONS
from tests.scenarios.paired import at, interval, of, place, runs

PAGES = 253


def pages(seed: int, popularity: float, people: int = 1000) -> np.ndarray:
    """Fans of each page in the end, (253,)."""
    changes = [f"people.count={people}", f"firms.Cola.offer.popularity={popularity}"]
    model = MarketModel(load("coca-cola-fans", changes, OPTIONS), seed=seed)
    model.run()
    cola = [slot.name for slot in model.slots].index("Cola")
    return np.array(model.place.joined[cola, :PAGES])


@pytest.mark.parametrize(("popularity", "low", "high"), [(1, 0.01, 0.1), (2, 0.4, 1)])
def test_one_page_takes_off_only_if_size_draws_more_than_in_proportion(
    popularity: float, low: float, high: float
) -> None:
    """The largest page's share; in proportion, the urn of 253 colours gives about 2 to 4%."""
    shares = [p.max() / p.sum() for p in (pages(seed, popularity) for seed in range(20))]
    found = interval(shares)
    assert low < found.low, found
    assert found.high < high, found


def test_luck_picks_the_page() -> None:
    """Alike pages: in 20 worlds at least 15 different ones win (19.2 expected, sd .8)."""
    assert len({int(pages(seed, 2).argmax()) for seed in range(20)}) >= 15


def test_pages_sell_nothing_unless_liking_makes_people_talk() -> None:
    """Default expectation (John et al. 2017): fans by the hundred, sales to the last one alike."""
    with_pages, without = runs("coca-cola-fans"), runs("coca-cola-fans", "firms.Cola.items.count=0")
    assert interval(at(with_pages, "Cola", "n_fans")).low > 300  # of 1,000 people
    for a, b in zip(with_pages, without, strict=True):
        cola = place(a, "Cola")
        assert (a.firm_series["n_sales"][:, cola] == b.firm_series["n_sales"][:, cola]).all()


def test_even_liking_that_works_sells_little_of_what_everyone_knows() -> None:
    """Liking 1: who tells of the firm tells twice as often when all have joined a page."""
    sold = [
        np.array([r.firm_series["n_sales"][:, place(r, "Cola")].sum() for r in results], float)
        for results in (runs("coca-cola-fans", "market.titles.liking=1"), runs("coca-cola-fans"))
    ]
    found = interval(sold[0] / sold[1] - 1)
    assert found.low > 0, found
    assert found.high < 0.02, found


def test_an_unknown_brand_that_leaves_its_fame_to_fans_has_none() -> None:
    """Against user-first, which spends a fifth on media: known to 30%, fan-led loses."""
    young = ("firms.Cola.start.aware=0.3", "firms.Cola.start.customers=0.05")
    led = of(runs("coca-cola-fans", *young), "Cola", "users")
    run_by_firm = of(
        runs("coca-cola-fans", *young, "firms.Cola.strategy=user-first"), "Cola", "users"
    )
    assert interval(led - run_by_firm).high < 0
