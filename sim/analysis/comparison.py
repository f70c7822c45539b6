"""Which strategies survive, and at what price: the table over strategies.

The two sentences that open an answer are in ``sim.analysis.verdict``, paired differences in
``sim.analysis.pairs``; both are offered here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.intervals import ratio
from sim.analysis.pairs import (
    between_strategies,
    between_treatments,
    mean_by_run,
    outcome,
    with_shares,
)
from sim.analysis.survival import longest_life, restricted_mean, share_alive
from sim.analysis.verdict import answer, headline

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["answer", "between_strategies", "between_treatments", "headline", "survival_table"]


def survival_table(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """One row a strategy: firms, runs, and intervals over runs of what became of its firms.

    rows: FIRM_ROW columns and ``run``. Keys: strategy, firms, runs, and as ``Interval`` alive
    (share at the end), weeks (restricted mean), users, customers (share of people, mean firm,
    dead ones included), discounted_profit, cash_trough (money per head), trust.
    Ordered by share alive, best first.
    """
    table, weeks = with_shares(rows), longest_life(rows)
    found: list[dict[str, Any]] = []
    for strategy, firms in table.groupby("strategy"):
        row: dict[str, Any] = {
            "strategy": str(strategy), "firms": len(firms), "runs": int(firms["run"].nunique()),
            "alive": share_alive(firms["survived"], firms["run"]),
            "weeks": restricted_mean(
                firms["weeks_alive"], 1 - firms["survived"], firms["run"], horizon=weeks
            ),
        }  # fmt: skip
        for name in ("users", "customers", "discounted_profit", "cash_trough", "trust"):
            row[name] = ratio(*mean_by_run(firms, outcome(name).column))
        found.append(row)
    return sorted(found, key=lambda row: (-row["alive"].value, row["strategy"]))
