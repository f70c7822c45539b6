"""Essay 002-16: networks mix behaviours, so strategy should be flexible.

One firm takes each of the 32 fixed mixes in turn, and the flexible strategy, against the same
five specialists and on the same seeds.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiments.reading import resolve, studies_folder
from sim.market.model import simulate
from sim.market.result import firm_rows
from tests.scenarios.paired import F, interval

FLEXIBLE = ("flexible", "flexible on open terms")


def profits(
    people: int, weeks: int, seeds: int, measure: str = "discounted_profit"
) -> dict[str, F]:
    """Discounted profit of the sixth firm by treatment of the study, (seeds,) each."""
    changes = (f"people.count={people}", f"weeks={weeks}")
    study = resolve(studies_folder() / "five-behaviours.yaml", changes)
    found: dict[str, F] = {}
    for treatment in study.treatments:
        rows = [firm_rows(simulate(treatment.scenario, seed=seed)) for seed in range(seeds)]
        own = [
            float(str(row[measure])) for each in rows for row in each if row["group"] == "Flexible"
        ]
        found[treatment.name] = np.array(own)
    return found


def against_fixed(found: dict[str, F], who: str = "flexible") -> dict[str, F]:
    """Flexible less the best, the average and the worst fixed mix, seed by seed.

    Best and worst by their mean over the seeds, so the best is a little flattered by luck.
    """
    fixed = {name: values for name, values in found.items() if name not in FLEXIBLE}
    assert len(fixed) == 32
    order = sorted(fixed, key=lambda name: float(fixed[name].mean()))
    return {
        "best": found[who] - fixed[order[-1]],
        "average": found[who] - np.mean(list(fixed.values()), axis=0),
        "worst": found[who] - fixed[order[0]],
    }


@pytest.mark.slow
def test_flexible_earns_more_than_the_average_and_the_wrong_mix_and_as_much_as_the_best() -> None:
    """Supported; part of it are terms, so also with the terms of those it is compared with."""
    found = profits(300, 208, 6)
    for who in FLEXIBLE:
        against = against_fixed(found, who)
        assert interval(against["worst"]).low > 0, who
        assert interval(against["best"]).high > 0, who
    assert interval(against_fixed(found)["average"]).low > 0
