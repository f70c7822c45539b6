"""Essay 004-8: cars that improve after the sale turn buyers into fans, until an update is bad."""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.market.result import RunResult
from tests.scenarios.paired import F, at, interval, place, runs

FIRMS = ("Updated", "As sold")


@cache
def cars(*changes: str) -> list[RunResult]:
    return runs("tesla-updates", "weeks=312", *changes)


def gap(results: list[RunResult], measure: str) -> F:
    """The updated maker less the other, per head, at the end."""
    ours, theirs = (at(results, name, measure) / results[0].people for name in FIRMS)
    return np.asarray(ours - theirs)


def test_updates_make_fans_who_tell_and_stay() -> None:
    for measure in ("n_fans", "n_told", "n_payers"):
        assert interval(gap(cars(), measure)).low > 0, measure


def test_bad_releases_undo_the_fans_that_updates_make() -> None:
    """Half of the releases do harm: they reach all owners of the one, and none of the other."""
    bad = cars("market.building.bad=0.5")
    assert interval(gap(bad, "n_fans") - gap(cars(), "n_fans")).high < 0


def test_services_stay_a_small_part_of_revenue_either_way() -> None:
    for name in FIRMS:
        column = place(cars()[0], name)
        parts = [
            {m: r.firm_series[f"{m}_cents"][:, column].sum() for m in ("service", "sale")}
            for r in cars()
        ]
        assert interval([p["service"] / (p["service"] + p["sale"]) for p in parts]).high < 0.3
