"""What one week of a market looks like to those who count people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.experiments.people.ideas import NO_FIRM as NO_FIRM  # of the arrays of a week
from sim.experiments.people.ideas import ideas_of
from sim.market.arrays import BROKEN, NOBODY

if TYPE_CHECKING:
    from sim.market.model import MarketModel

Row = dict[str, Any]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Week:
    """People at the end of a week; N people, S firms in the order of slots, D links.

    bought, told, ideas: firm that each person bought from, told of, gave an idea this week;
    NO_FIRM for none.  aware, ever: who knows each firm, who ever used or bought of it.
    engaged: who is engaged enough to be its user.  The other arrays never change.
    """

    week: int
    firms: tuple[str, ...]
    alive: Flags  # (S,)
    online: Flags  # (N,)
    bought: NDArray[np.int64]  # (N,)
    told: NDArray[np.int64]  # (N,)
    ideas: NDArray[np.int64]  # (N,)
    aware: Flags  # (S, N)
    ever: Flags  # (S, N)
    engaged: Flags  # (S, N)
    links: NDArray[np.uint32]  # (N, D): people that each listens to
    block: NDArray[np.uint8]  # (N,)
    reach_rank: NDArray[np.float32]  # (N,)
    taste: NDArray[np.float32]  # (N,)


class Watcher(Protocol):
    """Sees every week from 0 on, and says at the end what it counted."""

    def look(self, week: Week) -> None:
        """Take note of a week."""
        ...

    def rows(self) -> list[Row]:
        """The counts of the run: words and whole numbers only."""
        ...


def week_of(model: MarketModel, before: NDArray[np.float32] | None = None) -> Week:
    """The model as it stands; before: engagement (S, N) a week ago, None of the first week."""
    p, n_firms, now = model.people, len(model.slots), model.week
    here = np.arange(n_firms, dtype=np.uint64)[:, None]
    one = np.uint64(1)
    told = p.told[now & 1].astype(np.int64)
    supplier = p.supplier.astype(np.int64)
    bought = np.where((p.bought == now) & (supplier != NOBODY), supplier, NO_FIRM)
    return Week(
        week=now,
        firms=tuple(slot.name for slot in model.slots),
        alive=(model.place.alive[0] >> here[:, 0]) & one == one,
        online=p.reach_rank < model.place.reach[0],
        bought=bought,
        ideas=np.full(told.size, NO_FIRM) if before is None else ideas_of(model, before),
        told=np.where(told == NOBODY, NO_FIRM, told % BROKEN),
        aware=(p.aware >> here) & one == one,
        ever=(p.ever >> here) & one == one,
        engaged=p.engagement[:n_firms] >= model.rules.user,
        links=p.links, block=p.block, reach_rank=p.reach_rank, taste=p.taste,
    )  # fmt: skip
