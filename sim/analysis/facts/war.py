"""A war of subsidies: who uses both, who stays, who is left (D19, D20)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from sim.analysis.facts.ensemble import Ensemble
from sim.analysis.facts.found import Found, TooFewError, found
from sim.analysis.intervals import mean

WAR = 58  # weeks until the real platforms merged
LATER = 104  # weeks after the week of most shared users
AFTER, BEFORE = (5, 8), 4  # weeks after the cut, and before it


def most_shared(users: ArrayLike, both: ArrayLike, until: int = WAR) -> tuple[float, int]:
    """Share of users who use both platforms in the week in which most people do, and that week.

    users, both: people, weekly from week 0. The share is 0 where nobody ever does.
    """
    n, shared = (np.asarray(each, dtype=float)[: until + 1] for each in (users, both))
    at = int(np.argmax(shared))
    return float(shared[at] / max(n[at], 1.0)), at


def kept_after_cut(uses: ArrayLike, subsidy: ArrayLike) -> float:
    """Uses 5 to 8 weeks after the last subsidised week, of the last four up to it.

    uses, subsidy: weekly values from week 0, of both platforms. NaN without a cut in between.
    """
    used, paid = np.asarray(uses, dtype=float), np.asarray(subsidy, dtype=float)
    if not (paid > 0).any():
        return math.nan
    last = int(np.flatnonzero(paid > 0)[-1])
    before = used[max(0, last - BEFORE + 1) : last + 1].mean()
    after = used[last + AFTER[0] : last + AFTER[1] + 1]
    return float(after.mean() / before) if len(after) and before > 0 else math.nan


def d19(ensemble: Ensemble) -> list[Found]:
    """Multi-homing, and consolidation two years on."""
    peaks, changes = [], []
    for _, run in ensemble["war"].counts["both"].groupby("replicate"):
        week = run.sort_values("week")
        share, at = most_shared(week["users"], week["both"])
        platforms = week["platforms"].to_numpy(float)
        peaks.append(share)
        if at + LATER < len(platforms):
            changes.append(platforms[at + LATER] - platforms[: WAR + 1].max())
    n = f"{len(peaks)} runs"
    if not changes:
        raise TooFewError("runs are shorter than two years after the war")
    # two platforms: one less, or none less
    fall = mean(changes, bounds=(-1.0, 1.0)) if np.ptp(changes) == 0 else mean(changes)
    return [found(mean(peaks, bounds=(0.0, 1.0)), n), found(fall, n)]


def d20(ensemble: Ensemble) -> list[Found]:
    """Uses kept after the subsidy ends."""
    series = ensemble["war"].series
    kept = []
    for _, run in series.groupby("replicate"):
        week = run.groupby("week")[["n_uses", "subsidy_cents"]].sum().sort_index()
        kept.append(kept_after_cut(week["n_uses"], week["subsidy_cents"]))
    kept = [each for each in kept if not math.isnan(each)]
    if not kept:
        raise TooFewError("no subsidy ends")
    return [found(mean(kept), f"{len(kept)} runs")]
