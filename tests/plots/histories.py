"""A made-up history and a made-up model of it, for the tests of its figure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.analysis.calibration.identified import Verdict
from sim.analysis.history.bass import bass_share
from sim.analysis.history.judge import COLUMNS
from sim.analysis.history.observed import Observed, n_to_fit
from sim.plots.posterior import Fitted
from sim.scenario.history import Break


def level(n: int = 12) -> Observed:
    """Users by year with every grade of confidence, a lasting break and a single one."""
    years = np.arange(2000.0, 2000 + n)
    breaks = (
        Break(when=2003, until=2005, time="2003 to 2005", what="counted otherwise"),
        Break(when=2009, until=2009, time="2009", what="a new product"),
    )
    return Observed(
        "mine", "users of it", "million people", years, 90 * bass_share(years - 1999, 0.03, 0.5),
        tuple(f"{year:.0f}" for year in years), tuple("HHML"[place % 4] for place in range(n)),
        n_to_fit(n), False, None, breaks, "year", "start",
    )  # fmt: skip


def model() -> pd.DataFrame:
    """A forecast that is too high, from before the history to after it."""
    when = np.linspace(1998, 2015, 40)
    median = 100 / (1 + np.exp(-(when - 2004) / 1.5))
    return pd.DataFrame({"when": when, "low": 0.9 * median, "median": median, "high": 1.1 * median})


def fitted(*, log: bool = True) -> Fitted:
    """A parameter from 1 to 10 that the data put near 2."""
    draws = np.exp(np.random.default_rng(1).normal(np.log(2), 0.1, 500))
    verdict = Verdict(2.0, 1.75, 2.3, 0.9, "")
    return Fitted("market.network.effect", "utility per share", 1.0, 10.0, log, draws, verdict)


def judged() -> pd.DataFrame:
    """A table of judgement: better, alike, worse, without error, without a model, too short."""
    nan = float("nan")
    rows = [
        # series, baseline's and model's error, their coverage
        ("worse", 0.5, 2.0, 1.0, 0.2),
        ("too short", nan, nan, nan, nan),
        ("better", 4.0, 1.0, 0.0, 0.8),
        ("no model", 3.0, nan, 0.5, nan),
        ("no error", 1.0, 0.0, 0.5, 1.0),
        ("alike", 1.0, 1.01, 0.8, 0.8),
    ]
    names = ("series", "baseline MASE", "model MASE", "baseline coverage", "model coverage")
    table = pd.DataFrame(rows, columns=pd.Index(names)).reindex(columns=pd.Index(COLUMNS))
    return table.assign(ratio=table["model MASE"] / table["baseline MASE"])
