"""Essay 002-8: let customers rate, and match what they like; to show what is popular is not that.

The scenario shows the tail and not the churn: matching keeps hardly anyone longer, and popularity
shown serves members better than matching does, where some titles are better than others.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.analysis.intervals import Interval
from sim.market.model import MarketModel
from sim.scenario.read import load
from sim.strategies import OPTIONS
from tests.scenarios.paired import PEOPLE, SEEDS, F, interval, place

USED = {"nothing": (0, 0), "matched": (1, 0), "displayed": (0, 1)}
TAIL = 0.8  # of the titles, the least chosen ones


def life(used: str, seed: int, people: int, changes: tuple[str, ...]) -> tuple[float, ...]:
    """Churn a month, share of uses in the tail, largest share, match, discounted profit."""
    matching, popularity = USED[used]
    scenario = load(
        "netflix-ratings",
        [f"people.count={people}", f"firms.Club.offer.matching={matching}",
         f"firms.Club.offer.popularity={popularity}", *changes],
        OPTIONS,
    )  # fmt: skip
    model = MarketModel(scenario, seed=seed)
    club = [slot.name for slot in model.slots].index("Club")
    members, lost, kept = np.zeros(people, bool), 0, 0
    for week in range(4, scenario.weeks + 1, 4):
        model.advance(4)
        now = (model.people.supplier == club) & (model.people.until > week)
        lost, kept = lost + int((members & ~now).sum()), kept + int((members & now).sum())
        members = now
    result = model.result()
    chosen = np.sort(model.place.joined[club, : scenario.firms[0].items.count])
    column = place(result, "Club")
    last = {name: float(result.firm_series[name][-1, column]) for name in ("top_item", "match")}
    discount = (1 + result.discount) ** (-np.arange(model.week + 1) / 52)
    return (
        lost / (lost + kept), float(chosen[: int(TAIL * chosen.size)].sum() / chosen.sum()),
        last["top_item"], last["match"], float(result.profit()[:, column] @ discount / people),
    )  # fmt: skip


WHAT = ("churn", "tail", "top", "match", "profit")


@cache
def lives(used: str, *changes: str, seeds: int = SEEDS, people: int = PEOPLE) -> F:
    """One row a seed, columns as WHAT."""
    return np.array([life(used, seed, people, changes) for seed in range(seeds)])


def against(
    used: str, *changes: str, seeds: int = SEEDS, people: int = PEOPLE
) -> dict[str, Interval]:
    """What a use of the ratings changes, against no use of them, seed by seed."""
    found = lives(used, *changes, seeds=seeds, people=people)
    nothing = lives("nothing", *changes, seeds=seeds, people=people)
    return {name: interval(found[:, j] - nothing[:, j]) for j, name in enumerate(WHAT)}


SMALL = ("weeks=156",)


def test_ratings_that_match_find_what_suits_and_hardly_keep_anyone() -> None:
    found = against("matched", *SMALL, people=500, seeds=10)
    assert found["match"].low > 0, found
    assert found["churn"].high < 0.002, found
    assert found["churn"].low > -0.01, "a point of churn a month would be news"


def test_popularity_shown_makes_uses_unequal() -> None:
    found = against("displayed", *SMALL, people=500, seeds=10)
    assert found["tail"].high < -0.1, found
    assert found["top"].low > 0.01, found


def test_what_is_popular_guides_only_where_some_titles_are_better() -> None:
    """Refuted: popularity shown harms nobody where it tells of quality; it is luck where not."""
    better, alike = (
        against("displayed", *SMALL, f"firms.Club.items.spread={spread}", people=500, seeds=10)
        for spread in (0.2, 0)
    )
    assert better["match"].low > alike["match"].high
    assert better["match"].low > 0
    assert alike["tail"].high < 0


def test_few_ratings_match_nothing() -> None:
    """Cold start: a hundred times as many ratings needed, and matching finds nothing better."""
    found = against("matched", *SMALL, "market.titles.half=2000", people=500, seeds=10)
    usual = against("matched", *SMALL, people=500, seeds=10)
    assert found["match"].high < usual["match"].low / 10
