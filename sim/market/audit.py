"""What may never go wrong in a run: money, people, bounds (RELIABILITY: accounts)."""

from __future__ import annotations

import numpy as np

from sim.market.arrays import Array, Record
from sim.market.measures import FIRM_COUNTS, MARKET_COUNTS, STAGE_COUNTS, index

_COUNT, _MARKET = index(FIRM_COUNTS), index(MARKET_COUNTS)
_STAGES = [_COUNT[name] for name in STAGE_COUNTS]
_ALIVE, _DEALS = _COUNT["alive"], [_COUNT["n_uses"], _COUNT["n_sales"]]
_MARKET_STAGES = slice(_MARKET["m_stranger"], _MARKET["m_lapsed"] + 1)


class AuditError(AssertionError):
    """An invariant of the model is broken: a defect of the program, not of a scenario."""


def check_accounts(cash: Array, accounts: Array, week: int) -> None:
    """All cash and all outside accounts sum to zero; no living firm owes money."""
    total = int(cash.sum()) + int(accounts.sum())
    if total != 0:
        raise AuditError(f"week {week}: {total} cents appeared or vanished")
    if (cash < 0).any():
        raise AuditError(f"week {week}: a firm has less than no cash")


def check_people(record: Record, people: int, week: int) -> None:
    """In every week so far stages partition the people, towards each firm and overall."""
    stages = record.counts[: week + 1, :, _STAGES].sum(axis=2)
    overall = record.market_counts[: week + 1, _MARKET_STAGES].sum(axis=1)
    if (stages != people).any() or (overall != people).any():
        first = int(np.argmax((stages != people).any(axis=1) | (overall != people)))
        raise AuditError(f"week {first}: stages do not add up to {people} people")
    if (record.counts[: week + 1] < 0)[..., : _COUNT["cash_cents"]].any():
        raise AuditError(f"week {week}: a count below zero")
    _check_dead(record.counts[: week + 1])


def _check_dead(counts: Array) -> None:
    """Nobody uses a firm that has left, or buys from it; counts (weeks, firms, counts)."""
    alive = counts[:-1, :, _ALIVE] == 1
    left = np.logical_or.accumulate(alive, axis=0) & ~alive  # a firm that leaves never returns
    deals = left & (counts[1:, :, _DEALS].sum(axis=2) > 0)
    if deals.any():
        raise AuditError(f"week {1 + int(np.argmax(deals.any(axis=1)))}: a firm that left has uses")
