"""Who does the talking, and how far a story travels from mouth to mouth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.experiments.people.weeks import NO_FIRM, Row, Week

YEAR, MONTH = 52, 4  # weeks
TOP = 0.1


class Content:
    """Ideas contributed and messages told by person, in years, and who did so in its last month.

    Users of a year are those engaged with some firm at its end. The top tenth is that of ideas
    and that of messages, each by itself.
    """

    def __init__(self) -> None:
        self._year: NDArray[np.int64] | None = None  # (2, N) ideas, messages
        self._month: NDArray[np.bool_] | None = None
        self._rows: list[Row] = []

    def look(self, week: Week) -> None:
        """Take note of who contributes and tells; count at the end of a year."""
        makes = np.stack((week.ideas != NO_FIRM, week.told != NO_FIRM))
        if self._year is None or self._month is None:
            self._year, self._month = np.zeros(makes.shape, np.int64), np.zeros_like(makes)
            return
        self._year += makes
        if (week.week - 1) % YEAR >= YEAR - MONTH:
            self._month |= makes
        if week.week % YEAR == 0:
            self._count(week, self._year, self._month)
            self._year, self._month = np.zeros_like(self._year), np.zeros_like(self._month)

    def _count(self, week: Week, year: NDArray[np.int64], month: NDArray[np.bool_]) -> None:
        users, row = week.engaged.any(axis=0), {"year": week.week // YEAR}
        row |= {"users": int(users.sum()), "online": int(week.online.sum())}
        most = int(np.ceil(TOP * users.sum()))
        for name, made, lately in zip(("ideas", "told"), year, month, strict=True):
            each = np.sort(made[users])[::-1]
            row |= {name: int(each.sum()), f"top_{name}": int(each[:most].sum()),
                    f"lately_{name}": int((lately & week.online).sum())}  # fmt: skip
        self._rows.append(row)

    def rows(self) -> list[Row]:
        """One row a year: users, what they made, the top tenth's part, makers lately online."""
        return self._rows


class Trees:
    """Trees of word of mouth: who heard of a firm from whom, among those who came to use it.

    The parent of a person is the first of those one listens to who told of the firm in the week
    before one heard of it; without such a neighbour one is a root (press, ads, the start). Only
    people who ever use the firm are in a tree; who tells has used, so that a parent always is.
    """

    def __init__(self) -> None:
        self._parent: NDArray[np.int64] | None = None  # (S, N); -1 a root, -2 never heard
        self._aware: NDArray[np.bool_] | None = None
        self._told: NDArray[np.int64] | None = None
        self._last: Week | None = None

    def look(self, week: Week) -> None:
        """Give a parent to everyone who heard of a firm this week."""
        if self._parent is None or self._aware is None or self._told is None:
            self._parent = np.where(week.aware, -1, -2)
        else:
            for f, i in zip(*np.nonzero(week.aware & ~self._aware), strict=True):
                near = week.links[i]
                tellers = near[self._told[near] == f]
                self._parent[f, i] = int(tellers[0]) if len(tellers) else -1
        self._aware, self._told, self._last = week.aware, week.told, week

    def rows(self) -> list[Row]:
        """How many trees have how many generations below the root, and how many people in all."""
        if self._parent is None or self._last is None:
            return []
        found: dict[int, list[int]] = {}
        for parent, used in zip(self._parent, self._last.ever, strict=True):
            for depth, size in zip(*trees(np.where(used, parent, -2)), strict=True):
                entry = found.setdefault(int(depth), [0, 0])
                entry[0] += 1
                entry[1] += int(size)
        return [{"generations": depth, "trees": n, "people": size}
                for depth, (n, size) in sorted(found.items())]  # fmt: skip


def trees(parent: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Generations below each root, and people of its tree, the root included, (roots,) each.

    parent (N,): the person above; -1 of a root, -2 of who is in no tree. A person whose parent
    is in no tree is a root.
    """
    parent = parent.copy()
    child = parent >= 0
    parent[child] = np.where(parent[parent[child]] == -2, -1, parent[child])
    root, depth = np.arange(parent.size), np.zeros(parent.size, np.int64)
    while (climbing := parent[root] >= 0).any():
        root[climbing] = parent[root[climbing]]
        depth[climbing] += 1
        if depth.max() > parent.size:
            raise ValueError("a person is above itself")
    inside = parent != -2
    roots, place = np.unique(root[inside], return_inverse=True)
    deepest = np.zeros(roots.size, np.int64)
    np.maximum.at(deepest, place, depth[inside])
    return deepest, np.bincount(place, minlength=roots.size)
