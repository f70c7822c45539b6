"""Essays 003-10 and 003-11: act inside the window, and do not polish doorknobs instead.

The scenario shows neither: what counts is to act early, window or not, and extra work on what
is needed least brings as much as work on what is needed most.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.scenarios.paired import PEOPLE, SEEDS, F, interval, place, runs

STARTS = {"before": 79, "inside": 105, "after": 131}


@cache
def sold(
    campaign: str, window: bool, weeks: int = 208, seeds: int = SEEDS, people: int = PEOPLE
) -> F:
    """Purchases from the Actor over the run, per head, (seeds,)."""
    strategy = {
        "none": "extra: 0", "polish": "start: 105, on: polish",
        **{name: f"start: {start}, on: build" for name, start in STARTS.items()},
    }[campaign]  # fmt: skip
    changes = () if window else ("events=[]",)
    results = runs(
        "windows-of-opportunity", f"weeks={weeks}",
        f"firms.Actor.strategy={{use: campaigner, {strategy}}}", *changes,
        seeds=seeds, people=people,
    )  # fmt: skip
    return np.array(
        [r.firm_series["n_sales"][:, place(r, "Actor")].sum() / r.people for r in results]
    )


def won(campaign: str, window: bool, **size: int) -> F:
    """Purchases that the campaign adds, (seeds,)."""
    return sold(campaign, window, **size) - sold("none", window, **size)


def advantage(window: bool, **size: int) -> F:
    """What acting inside adds more than the mean of acting half a year before and after."""
    outside = (won("before", window, **size) + won("after", window, **size)) / 2
    return won("inside", window, **size) - outside


def test_a_campaign_of_building_sells_and_the_earlier_the_more() -> None:
    gain = {name: won(name, True, people=600) for name in STARTS}
    assert interval(gain["after"]).low > 0
    assert interval(gain["before"] - gain["inside"]).low > 0
    assert interval(gain["inside"] - gain["after"]).low > 0


def test_the_window_itself_adds_nothing_to_acting_inside_it() -> None:
    """Inside against outside, with the window less without it: nil, and not half as much again."""
    added = interval(advantage(True, people=600) - advantage(False, people=600))
    assert added.low < 0 < added.high, added
    outside = (won("before", True, people=600) + won("after", True, people=600)) / 2
    excess = interval(won("inside", True, people=600) - 1.5 * outside)
    assert excess.high < 0, excess  # the claim: a ratio above 1.5


def test_polish_sells_as_much_as_work_on_what_is_needed() -> None:
    same = interval(won("polish", True, people=600) - won("inside", True, people=600))
    assert same.low < 0 < same.high, same
