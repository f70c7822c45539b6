"""Tables from runs in memory, and that reading results costs no heavy import."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from sim.analysis.tables import Run, from_runs
from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, MARKET_COUNTS, MARKET_LEVELS
from sim.market.result import FIRM_ROW, FirmFate, RunResult


def run(seed: int = 1, weeks: int = 10) -> RunResult:
    """Three firms: one lives, one fails in week 6, one never enters."""
    fates = (
        FirmFate("A", "user-first", "A", 0, -1, "alive"),
        FirmFate("B", "customer-centric", "B", 0, 6, "insolvent"),
        FirmFate("C", "late", "C", -1, -1, "alive"),
    )
    firm = {m.name: np.zeros((weeks + 1, 3), dtype=np.int64) for m in FIRM_COUNTS}
    firm |= {m.name: np.zeros((weeks + 1, 3)) for m in FIRM_LEVELS}
    firm["n_users"][:, 0] = np.arange(weeks + 1)
    firm["n_payers"][:, 0] = 2
    market = {m.name: np.zeros(weeks + 1, dtype=np.int64) for m in MARKET_COUNTS}
    market |= {m.name: np.zeros(weeks + 1) for m in MARKET_LEVELS}
    return RunResult("Three", seed, 100, weeks, 13, 0.1, fates, firm, market, 0.0)


def test_rows_and_series_say_the_same_as_the_run() -> None:
    tables = from_runs([Run(run(1), "base", 0), Run(run(2), "base", 1)])
    assert set(FIRM_ROW) < set(tables.rows.columns)
    assert tables.rows["share_customers"].tolist() == [0.02, 0.0, 0.02, 0.0]
    assert tables.rows["run"].nunique() == 2
    assert tables.rows["seed"].tolist() == [1, 1, 2, 2]
    one = tables.series[(tables.series["run"] == "000001") & (tables.series["firm"] == "A")]
    assert one["week"].tolist() == list(range(11))
    assert one["n_users"].tolist() == list(range(11))
    assert "C" not in set(tables.series["firm"])
    assert tables.title == "Three"


def test_measures_and_weeks_can_be_thinned() -> None:
    tables = from_runs([Run(run())], measures=["n_users"], every=5)
    assert sorted(tables.series["week"].unique()) == [0, 5, 10]
    assert "cash_cents" not in tables.series
    with pytest.raises(ValueError, match="no run"):
        from_runs([])


def test_importing_analysis_and_plots_is_light() -> None:
    script = (
        "import sys, pkgutil, importlib\n"
        "for room in ('sim.analysis', 'sim.plots'):\n"
        "    package = importlib.import_module(room)\n"
        "    for module in pkgutil.iter_modules(package.__path__):\n"
        "        importlib.import_module(f'{room}.{module.name}')\n"
        "print(*sorted({'scipy', 'matplotlib', 'pandas', 'mesa', 'numba'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
