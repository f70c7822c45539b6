"""Essay 003-2: to promise more than one delivers gains at first and loses in the end.

The scenario shows the loss and not the gain: with stories told and offers looked up, boasting
pays for some weeks at most.  Where nobody looks anything up and habit is off, it pays in year one.
"""

from __future__ import annotations

import pytest

from sim.analysis.intervals import Interval
from tests.scenarios.paired import PEOPLE, SEEDS, at, interval, profit_until, runs

GULLIBLE = ("market.purchase.research=0", "people.reconsider=1")


def boasting(
    inflation: float,
    years: tuple[int, ...],
    *changes: str,
    seeds: int = SEEDS,
    people: int = PEOPLE,
) -> dict[int, tuple[Interval, Interval]]:
    """What a firm's inflation adds to its discounted profit and to trust in it, by year."""
    length = f"weeks={52 * max(years)}"
    with_it, without = (
        runs(
            "broken-promises", length, f"firms.Boaster.offer.inflation={x}", *changes,
            seeds=seeds, people=people,
        )
        for x in (inflation, 0)
    )  # fmt: skip
    return {
        y: (
            interval(
                profit_until(with_it, "Boaster", 52 * y) - profit_until(without, "Boaster", 52 * y)
            ),
            interval(
                at(with_it, "Boaster", "trust", 52 * y) - at(without, "Boaster", "trust", 52 * y)
            ),
        )
        for y in years
    }


def test_boasting_loses_trust_and_profit_already_in_the_first_year() -> None:
    """Refuted: the short gain. Supported: the long loss, which grows."""
    found = boasting(0.3, (1, 5))
    for profit, trust in found.values():
        assert profit.high < 0, profit
        assert trust.high < 0, trust
    assert found[5][0].high < found[1][0].low
    assert found[5][1].high < found[1][1].low


def test_boasting_pays_at_first_where_nobody_looks_things_up_or_has_habits() -> None:
    profit, trust = boasting(0.3, (1,), *GULLIBLE)[1]
    assert profit.low > 0, profit
    assert trust.high < 0, trust


@pytest.mark.parametrize("inflation", [0.1, 0.5])
def test_more_boasting_breaks_more_promises(inflation: float) -> None:
    """Of the uses of a year, against a firm that promises what it believes it delivers."""
    kept = [
        interval(
            [
                r.firm_series["n_kept"][1:, 3].sum() / r.firm_series["n_uses"][1:, 3].sum()
                for r in runs(
                    "broken-promises", "weeks=52", f"firms.Boaster.offer.inflation={x}", seeds=8
                )
            ]
        )
        for x in (0, inflation)
    ]
    assert kept[1].high < kept[0].low
