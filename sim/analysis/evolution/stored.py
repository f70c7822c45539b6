"""The payoff table of a tournament that lies in a folder."""

from __future__ import annotations

from pathlib import Path

from sim.analysis.evolution.payoffs import PayoffTable, payoff_table
from sim.analysis.stored import tables_in
from sim.experiments.store import open_store


def tournament_in(folder: Path, payoff: str) -> tuple[str, PayoffTable]:
    """Title and payoffs of a stored tournament.

    Raises ValueError where the folder holds another kind of study, or too few of its runs.
    """
    with open_store(folder) as store:
        markets = [(one.name, one.settings) for one in store.treatments()]
    tables = tables_in(folder)
    return tables.title, payoff_table(tables.rows, markets, payoff)
