"""Essay 002-10: let customers design the product. A niche, as expected, and a small gain."""

from __future__ import annotations

import numpy as np

from sim.market.result import RunResult
from tests.scenarios.paired import F, interval, of, place, runs


def bespoke(results: list[RunResult]) -> F:
    """Share of its sales made to taste, (runs,)."""
    found = []
    for r in results:
        f = place(r, "Designer")
        found.append(r.firm_series["n_custom"][:, f].sum() / r.firm_series["n_sales"][:, f].sum())
    return np.array(found)


def gain(*changes: str) -> F:
    """What making to taste adds to the Designer's discounted profit, (seeds,)."""
    made = runs("nike-co-design", *changes)
    none = runs("nike-co-design", *changes, "firms.Designer.offer.custom=0")
    return of(made, "Designer", "discounted_profit") - of(none, "Designer", "discounted_profit")


def test_few_want_it_at_the_premium() -> None:
    """Niche, whatever the capacity: less than a third of the sales; at twice the premium none."""
    assert interval(bespoke(runs("nike-co-design", "firms.Designer.offer.custom=1"))).high < 0.33
    dear = ("firms.Designer.offer.custom=1", "firms.Designer.offer.premium=0.2")
    assert interval(bespoke(runs("nike-co-design", *dear))).high < 0.02


def test_it_pays_where_it_is_cheap_to_make_and_costs_where_it_is_not() -> None:
    assert interval(gain("firms.Designer.offer.custom=0.01")).low > 0
    assert (
        interval(gain("firms.Designer.offer.custom=0.01", "market.customizing.cost=0.5")).high < 0
    )


def test_overload_ends_it() -> None:
    """Choosing everything oneself at five times the burden: nobody pays for it any more."""
    assert interval(bespoke(runs("nike-co-design", "market.use.overload=1"))).high < 0.005
