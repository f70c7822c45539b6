"""What may never go wrong in a run: money, people, bounds (RELIABILITY: accounts)."""

from __future__ import annotations

import numpy as np

from sim.market.arrays import Array, Record
from sim.market.measures import FIRM_COUNTS, MARKET_COUNTS, STAGE_COUNTS, index

_COUNT, _MARKET = index(FIRM_COUNTS), index(MARKET_COUNTS)
_STAGES = [_COUNT[name] for name in STAGE_COUNTS]
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
