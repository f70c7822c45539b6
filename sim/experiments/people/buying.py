"""Who stays with a firm over the years, and who buys again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.experiments.people.weeks import NO_FIRM, Row, Week

YEAR, QUARTER = 52, 13  # weeks


class Tenure:
    """Customers of a firm by the years in which they go on buying from it.

    A person is acquired by a firm with the first purchase seen, is followed in years from then
    on, and is kept in year k + 1 who buys from it in that year. Who missed a year is lost. Years
    after which the firm is gone, or the run over, are not counted.
    """

    def __init__(self) -> None:
        self._first: NDArray[np.int64] | None = None  # (S, N) week of the first purchase, -1
        self._year: NDArray[np.int64] | None = None  # (S, N) last year with a purchase
        self._lost: NDArray[np.bool_] | None = None
        self._at_risk: dict[int, int] = {}
        self._kept: dict[int, int] = {}

    def look(self, week: Week) -> None:
        """Take note of purchases, then of those whose year of tenure ends this week."""
        if self._first is None or self._year is None or self._lost is None:
            shape = week.ever.shape
            self._first, self._year = np.full(shape, -1, np.int64), np.zeros(shape, np.int64)
            # who owns a good at the start was acquired before anyone looked
            self._lost = week.ever.copy()
            return
        who = np.flatnonzero(week.bought != NO_FIRM)
        firm = week.bought[who]
        new = self._first[firm, who] < 0
        self._first[firm[new], who[new]] = week.week
        age = week.week - self._first[firm, who]
        self._year[firm, who] = np.maximum(self._year[firm, who], age // YEAR + 1)
        self._close(week)

    def _close(self, week: Week) -> None:
        """Count those for whom year k + 1 is over after this week; k years were bought in."""
        assert self._first is not None
        assert self._year is not None
        assert self._lost is not None
        age = week.week - self._first + 1
        over = (self._first >= 0) & (age % YEAR == 0) & (age >= 2 * YEAR) & ~self._lost
        firm, who = np.nonzero(over & week.alive[:, None])
        year = age[firm, who] // YEAR
        kept = self._year[firm, who] >= year
        for k in np.unique(year):
            here = year == k
            self._at_risk[int(k) - 1] = self._at_risk.get(int(k) - 1, 0) + int(here.sum())
            self._kept[int(k) - 1] = self._kept.get(int(k) - 1, 0) + int(kept[here].sum())
        self._lost[firm[~kept], who[~kept]] = True

    def rows(self) -> list[Row]:
        """One row a year of tenure: customers who bought in all years so far, and kept ones."""
        return [{"year": k, "at_risk": n, "kept": self._kept[k]}
                for k, n in sorted(self._at_risk.items())]  # fmt: skip


class Repeat:
    """Buyers of every quarter, by firm, and those of them who buy from it in the next one too."""

    def __init__(self) -> None:
        self._now: NDArray[np.bool_] | None = None  # (S, N) who bought in this quarter
        self._before: NDArray[np.bool_] | None = None
        self._rows: list[Row] = []

    def look(self, week: Week) -> None:
        """Take note of purchases; at the end of a quarter count those of the one before."""
        if self._now is None:
            self._now = np.zeros(week.ever.shape, bool)
        who = np.flatnonzero(week.bought != NO_FIRM)
        if week.week > 0:
            self._now[week.bought[who], who] = True
        if week.week == 0 or week.week % QUARTER:
            return
        if self._before is not None:
            for f in np.flatnonzero(week.alive):
                before = self._before[f]
                self._rows.append(
                    {"quarter": week.week // QUARTER - 1, "firm": week.firms[f],
                     "people": int(before.size), "buyers": int(before.sum()),
                     "again": int((before & self._now[f]).sum())}
                )  # fmt: skip
        self._before, self._now = self._now, np.zeros_like(self._now)

    def rows(self) -> list[Row]:
        """One row a firm and quarter, while the firm lives through the next one."""
        return self._rows
