"""What one run leaves behind: series of every measure, the firms' fates, and a digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.market.measures import CAUSES, COSTS, REVENUES

MODEL_VERSION = "2"  # raised whenever a scenario and seed give another trajectory or fate


@dataclass(frozen=True)
class FirmFate:
    """Who a firm was and what became of it; weeks are -1 when it did not happen."""

    name: str
    strategy: str  # empty for an entrant that imitates, before it enters
    group: str  # name of the group or kind of the scenario
    entered: int
    exited: int
    cause: str  # one of measures.CAUSES


@dataclass(frozen=True)
class RunResult:
    """Series of a run: arrays (weeks + 1, firms) and (weeks + 1,), firms in file order."""

    title: str
    seed: int
    people: int
    weeks: int
    review: int
    discount: float  # per year
    firms: tuple[FirmFate, ...]
    firm_series: dict[str, NDArray[np.int64] | NDArray[np.float64]]
    market_series: dict[str, NDArray[np.int64] | NDArray[np.float64]]
    seconds: float  # wall time of the weeks

    @property
    def digest(self) -> str:
        """SHA-256 of every series and fate, in hexadecimal; wall time is left out."""
        h = hashlib.sha256(repr((MODEL_VERSION, self.seed, self.firms)).encode())
        for series in (self.firm_series, self.market_series):
            for name in sorted(series):
                h.update(name.encode())
                h.update(np.ascontiguousarray(series[name]).data)
        return h.hexdigest()

    def profit(self) -> NDArray[np.float64]:
        """Weekly profit by firm, money (weeks + 1, firms): revenues less all costs."""
        earned = sum(self.firm_series[name] for name in REVENUES)
        spent = sum(self.firm_series[name] for name in COSTS)
        cents: NDArray[np.float64] = np.asarray(earned) - np.asarray(spent)
        return cents / 100.0


FIRM_ROW = (
    "firm", "strategy", "group", "entered", "exited", "cause", "weeks_alive", "survived",
    "users", "customers", "fans", "peak_users", "share_users", "cash", "cash_trough", "trough_week",
    "trust", "revenue", "profit", "discounted_profit", "surplus",
)  # fmt: skip


def firm_rows(result: RunResult) -> list[dict[str, object]]:
    """One row a firm with the keys ``FIRM_ROW``.

    Money is per head of the population.  ``cash_trough`` is the least cash since entry,
    ``discounted_profit`` profit from entry to exit discounted to week 0, ``surplus`` the
    market's mean consumer surplus (the same for all firms of the run).  A firm that never
    entered is left out.
    """
    profit = result.profit() / result.people
    discount = (1.0 + result.discount) ** (-np.arange(result.weeks + 1) / 52.0)
    surplus = float(np.mean(result.market_series["surplus"]))
    rows = [
        {
            **_who(fate, result.weeks), **_followers(result, f), **_purse(result, f),
            "profit": float(profit[:, f].sum()),
            "discounted_profit": float((profit[:, f] * discount).sum()),
            "surplus": surplus,
        }
        for f, fate in enumerate(result.firms)
        if fate.entered >= 0
    ]  # fmt: skip
    assert all(set(row) == set(FIRM_ROW) and row["cause"] in CAUSES for row in rows)
    return [{name: row[name] for name in FIRM_ROW} for row in rows]


def _last_week(fate: FirmFate, n_weeks: int) -> int:
    return fate.exited if fate.exited >= 0 else n_weeks


def _who(fate: FirmFate, n_weeks: int) -> dict[str, object]:
    """Name, kind and fate."""
    return {
        "firm": fate.name, "strategy": fate.strategy, "group": fate.group,
        "entered": fate.entered, "exited": fate.exited, "cause": fate.cause,
        "weeks_alive": _last_week(fate, n_weeks) - fate.entered,
        "survived": int(fate.exited < 0),
    }  # fmt: skip


def _followers(result: RunResult, f: int) -> dict[str, object]:
    """People in touch with firm ``f`` at the end of the run, and what they thought of it last."""
    series, n_weeks = result.firm_series, result.weeks
    users = series["n_users"][:, f]
    return {
        "users": int(users[n_weeks]), "customers": int(series["n_payers"][n_weeks, f]),
        "fans": int(series["n_fans"][n_weeks, f]), "peak_users": int(users.max()),
        "share_users": float(users[n_weeks]) / result.people,
        "trust": float(series["trust"][_last_week(result.firms[f], n_weeks), f]),
    }  # fmt: skip


def _purse(result: RunResult, f: int) -> dict[str, object]:
    """Cash at the end of its life, the least of it, and all it took, money per head."""
    series, fate, n_people = result.firm_series, result.firms[f], result.people
    last = _last_week(fate, result.weeks)
    cash = series["cash_cents"][fate.entered : last + 1, f] / 100.0 / n_people
    # a firm that failed ends at zero cash; its trough is the debt it left
    debt = float(series["written_off_cents"][last, f]) / 100.0 / n_people
    low = int(np.argmin(cash))
    return {
        "cash": float(cash[-1]), "cash_trough": -debt if debt > 0 else float(cash[low]),
        "trough_week": last if debt > 0 else fate.entered + low,
        "revenue": float(sum(series[name][:, f].sum() for name in REVENUES)) / 100.0 / n_people,
    }  # fmt: skip
