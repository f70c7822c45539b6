"""A small crowd that never was, for pictures of people: two blocks, three firms, all stages."""

from __future__ import annotations

import numpy as np

from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, MARKET_COUNTS, MARKET_LEVELS
from sim.market.result import FirmFate, RunResult
from sim.market.snapshots import AWARE, NO_FIRM, STAGES, STRANGER, Snapshot

FIRMS = ("Alpha", "Beta", "Gamma")
WEEKS = 104


def crowd(n: int = 60, week: int = 52, firms: tuple[str, ...] = FIRMS) -> Snapshot:
    """People of two blocks, every stage towards every firm there; the last firm is gone."""
    person, places = np.arange(n), np.arange(len(firms))
    used = (person + week // 13) % (len(firms) + 1) + NO_FIRM
    stages = ((person[None, :] // 4 + places[:, None]) % len(STAGES)).astype(np.uint8)
    links = np.stack([(person + 1) % n, (person + n // 2) % n], axis=1).astype(np.uint32)
    without = used == NO_FIRM
    stages[:, without] = np.where(person[without] % 2, AWARE, STRANGER)
    return Snapshot(
        week=week, firms=firms, strategies=("user-first",) * len(firms),
        alive=places < len(firms) - 1, users=n // 2 - places, cash=100 * n - places,
        block=(person >= n // 3).astype(np.uint8), links=links, used=used, stages=stages,
    )  # fmt: skip


def run(n: int = 60) -> RunResult:
    """Two years of those firms: users rise, cash falls below zero, the last leaves in week 60."""
    week = np.arange(WEEKS + 1)[:, None] * np.ones(len(FIRMS))
    series = {m.name: np.zeros_like(week) for m in FIRM_COUNTS + FIRM_LEVELS}
    series["n_users"] = np.minimum(week / 4 + np.arange(3), n).astype(np.int64)
    series["cash_cents"] = (100 * n - 2 * week * n).astype(np.int64)
    fates = tuple(
        FirmFate(name, "user-first", name, 0, 60 if name == FIRMS[-1] else -1, "alive")
        for name in FIRMS
    )
    market = {m.name: np.zeros(WEEKS + 1) for m in MARKET_COUNTS + MARKET_LEVELS}
    return RunResult("A crowd", 1, n, WEEKS, 13, 0.1, fates, series, market, 0.0)
