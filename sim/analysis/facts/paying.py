"""Who pays, and what the net does to purchases (D15, D22)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.analysis.facts.ensemble import Ensemble
from sim.analysis.facts.found import Found, TooFewError, found
from sim.analysis.intervals import ratio

FROM, TO = 2009.0, 2018.0


def influence(influenced: ArrayLike, online: ArrayLike) -> tuple[float, float]:
    """Purchases influenced by the net and purchases made on it, over all weeks."""
    return float(np.sum(np.asarray(influenced))), float(np.sum(np.asarray(online)))


def d15(ensemble: Ensemble) -> list[Found]:
    """Payers among the users of the firm whose offer is half free."""
    series = ensemble["reach"].series
    ours = series[series["strategy"] == "freemium"]
    late = ours[(ours["week"] > 52) & (ours["alive"] == 1)]
    sums = late.groupby("replicate")[["n_payers", "n_users"]].sum()
    sums = sums[sums["n_users"] > 0]
    if sums.empty:
        raise TooFewError("no half-free firm lives longer than a year")
    lived = late.groupby("replicate")["week"].max() / 52
    note = f"it lives {lived.median():.1f} years of {ours['week'].max() // 52} (median)"
    return [found(ratio(sums["n_payers"], sums["n_users"]), f"{len(sums)} runs", note)]


def d22(ensemble: Ensemble) -> list[Found]:
    """Influenced against bought online."""
    stored = ensemble["reach"]
    market = stored.market
    year = stored.years_since() + market["week"] / 52
    here = market[(year >= FROM) & (year <= TO)]
    sums = [influence(run["n_influenced"], run["n_bought_online"]) for _, run in
            here.groupby("replicate")]  # fmt: skip
    first, second = np.array(sums, dtype=float).reshape(-1, 2).T
    if not second.sum() > 0:
        raise TooFewError("nobody buys online")
    return [found(ratio(first, second), f"{len(sums)} runs")]
