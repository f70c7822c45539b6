"""Who follows whom into a firm, and who uses several firms at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.experiments.people.weeks import Row, Week

QUARTER = 13  # weeks
PARTS = 5  # of reach and of taste, in which people count as alike


def quantile_group(values: NDArray[np.float32], parts: int = PARTS) -> NDArray[np.int64]:
    """Which of ``parts`` equally large groups, by rank, each value is in, (N,)."""
    rank = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return np.asarray(rank * parts // values.size, np.int64)


class Contagion:
    """Adoption in a quarter of those who listen to a user of the firm, and of those who do not.

    Only who is alike (block, fifth of digital ease, fifth of taste) is compared in the *matched*
    sums; in the *naive* ones all who do not use the firm yet, in the same quarter.
    """

    def __init__(self) -> None:
        self._ever: NDArray[np.bool_] | None = None
        self._treated: NDArray[np.bool_] | None = None  # (S, N) who listens to a user
        self._alive: NDArray[np.bool_] | None = None
        self._alike: NDArray[np.int64] | None = None
        self._sums = np.zeros(5)

    def look(self, week: Week) -> None:
        """At the end of a quarter, count who came to use which firm in it."""
        if week.week % QUARTER:
            return
        if self._alike is None:
            groups = np.stack(
                (week.block.astype(np.int64), quantile_group(week.reach_rank),
                 quantile_group(week.taste))
            )  # fmt: skip
            self._alike = np.unique(groups, axis=1, return_inverse=True)[1].ravel()
        if self._ever is not None and self._treated is not None and self._alive is not None:
            for f in np.flatnonzero(self._alive & week.alive):
                free = ~self._ever[f]
                treated, new = self._treated[f, free], week.ever[f, free]
                self._sums += compared(treated, new, self._alike[free])
        self._ever, self._alive = week.ever, week.alive
        self._treated = np.asarray(week.engaged[:, week.links].any(axis=2))

    def rows(self) -> list[Row]:
        """One row: treated and the excess of adopters among them, naive and matched."""
        names = ("treated", "naive", "matched_treated", "matched", "naive_of_matched")
        return [dict(zip(names, map(float, self._sums), strict=True))]


def compared(
    treated: NDArray[np.bool_], new: NDArray[np.bool_], alike: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Adopters among the treated beyond what the others' rate gives, five sums.

    treated, new, alike: (n,) who listens to a user, who adopts, group of like people.
    Sums: treated people; their excess against all others; treated who have a like person among
    the others; their excess against those; their excess against all others.
    """
    n = int(alike.max(initial=0)) + 1
    n_t = np.bincount(alike[treated], minlength=n).astype(float)
    n_c = np.bincount(alike[~treated], minlength=n).astype(float)
    new_t = np.bincount(alike[treated & new], minlength=n).astype(float)
    new_c = np.bincount(alike[~treated & new], minlength=n).astype(float)
    if n_c.sum() == 0 or n_t.sum() == 0:
        return np.zeros(5)
    base, both = new_c.sum() / n_c.sum(), n_c > 0
    rate = new_c[both] / n_c[both]
    return np.array(
        [
            n_t.sum(), new_t.sum() - base * n_t.sum(), n_t[both].sum(),
            (new_t[both] - rate * n_t[both]).sum(), (new_t[both] - base * n_t[both]).sum(),
        ]
    )  # fmt: skip


class Both:
    """Every week: people who use any firm, those who use two or more, and firms that are used.

    A firm counts as used whom at least one user in twenty uses.
    """

    LEAST = 0.05

    def __init__(self) -> None:
        self._rows: list[Row] = []

    def look(self, week: Week) -> None:
        """Count the week."""
        used = (week.engaged & week.alive[:, None]).sum(axis=0)
        users, each = int((used > 0).sum()), (week.engaged & week.alive[:, None]).sum(axis=1)
        self._rows.append(
            {"week": week.week, "users": users, "both": int((used > 1).sum()),
             "platforms": int((each >= max(1.0, self.LEAST * users)).sum())}
        )  # fmt: skip

    def rows(self) -> list[Row]:
        """One row a week."""
        return self._rows
