"""A run made by hand: every series zero but those that a test sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, MARKET_COUNTS, MARKET_LEVELS
from sim.market.result import FirmFate, RunResult


def result_of(
    firms: Sequence[tuple[str, str, int]],
    weeks: int = 10,
    people: int = 1000,
    **series: Mapping[str, Sequence[float]],
) -> RunResult:
    """Firms as (name, strategy, week of exit or -1); series by measure and firm's name."""
    shape = (weeks + 1, len(firms))
    counts = {m.name: np.zeros(shape, np.int64) for m in FIRM_COUNTS}
    levels = {m.name: np.zeros(shape, np.float64) for m in FIRM_LEVELS}
    columns = [name for name, _, _ in firms]
    for measure, by_firm in series.items():
        for name, values in by_firm.items():
            ({**counts, **levels})[measure][:, columns.index(name)] = values
    fates = tuple(
        FirmFate(name, strategy, name.rsplit(" ", 1)[0], 0, exited,
                 "alive" if exited < 0 else "insolvent")
        for name, strategy, exited in firms
    )  # fmt: skip
    return RunResult(
        title="Users, not customers", seed=7, people=people, weeks=weeks, review=5, discount=0.1,
        firms=fates, firm_series={**counts, **levels},
        market_series={
            **{m.name: np.zeros(weeks + 1, np.int64) for m in MARKET_COUNTS},
            **{m.name: np.zeros(weeks + 1, np.float64) for m in MARKET_LEVELS},
        },
        seconds=1.94,
    )  # fmt: skip
