"""The loss that user-first firms make first, and who dies in it; late answers (D6, D7, D21)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from sim.analysis.facts.ensemble import Ensemble, treated
from sim.analysis.facts.found import Found, TooFewError, found, not_measured, over_runs
from sim.analysis.intervals import Interval
from sim.analysis.shares import share_alive

if TYPE_CHECKING:
    import pandas as pd

SEEN, OPEN = 0.01, 0.5  # share of people at which an entrant is seen; openness that is an answer


class Loss(NamedTuple):
    """A firm's cumulative cash: years from entry to its lowest point and back to the start.

    back: NaN while it has not come back.  end: years that it was observed.
    """

    trough: float
    back: float
    end: float
    died: bool


def loss_of(years: ArrayLike, cumulative: ArrayLike, *, died: bool) -> Loss:
    """The first dip below the start: its lowest point and the end of it.

    years (times,) since entry; cumulative (times,) cash beyond what it started with and was
    given. A firm that never dips has its trough and its return at once.
    """
    t, level = np.asarray(years, dtype=float), np.asarray(cumulative, dtype=float)
    below = level < 0
    if not below.any():
        return Loss(0.0, 0.0, float(t[-1]), died)
    first = int(np.argmax(below))
    back = first + int(np.argmax(~below[first:])) if (~below[first:]).any() else -1
    dip = level[first:] if back < 0 else level[first:back]
    return Loss(
        float(t[first + int(np.argmin(dip))]), float(t[back]) if back > 0 else math.nan,
        float(t[-1]), died,
    )  # fmt: skip


def _losses(series: pd.DataFrame, weeks: int) -> list[list[Loss]]:
    """The losses of user-first firms, run by run."""
    runs = []
    ours = series[series["strategy"] == "user-first"]
    for _, run in ours.groupby("replicate"):
        firms = []
        for _, firm in run.groupby("firm"):
            entered, exited = int(firm["entered"].iloc[0]), int(firm["exited"].iloc[0])
            here = firm[firm["week"].between(entered, exited if exited >= 0 else weeks)]
            here = here.sort_values("week")
            given = here["funding_cents"].cumsum().to_numpy(float)
            cash = here["cash_cents"].to_numpy(float)
            years = (here["week"].to_numpy(float) - entered) / 52
            firms.append(loss_of(years, cash - cash[0] - given, died=exited >= 0))
        runs.append(firms)
    return runs


def median_waiting(waits: Sequence[float], ends: Sequence[float]) -> float:
    """Median of times that may not have come yet (Kaplan-Meier); inf where half never came.

    waits: time, NaN where it had not come by the time of ``ends``. NaN of nothing.
    """
    if not len(waits):
        return math.nan
    from sim.analysis.survival import kaplan_meier

    wait, end = np.asarray(waits, dtype=float), np.asarray(ends, dtype=float)
    came = ~np.isnan(wait)
    if not came.any():
        return math.inf
    curve = kaplan_meier(np.where(came, wait, end), came)
    done = curve.alive <= 0.5
    return float(curve.weeks[int(np.argmax(done))]) if done.any() else math.inf


def _median_back(runs: Sequence[Sequence[Loss]]) -> float:
    every = [loss for run in runs for loss in run if not loss.died]
    return median_waiting([each.back for each in every], [each.end for each in every])


def _median_trough(runs: Sequence[Sequence[Loss]]) -> float:
    every = [loss.trough for run in runs for loss in run if not loss.died]
    return float(np.median(every)) if every else math.nan


def _said(interval: Interval, n: str, horizon: float, note: str) -> Found:
    """A median wait; one that never came is infinite, and the note says how long was waited."""
    beyond = f"half or more had not got there after {horizon:g} years, where the runs end"
    words = [word for word in (beyond if math.isinf(interval.value) else "", note) if word]
    return found(interval, n, "; ".join(words))


def d6(ensemble: Ensemble) -> list[Found]:
    """J-curve of survivors."""
    stored = ensemble["newcomers"]
    runs = _losses(treated(stored.series, "as it is"), stored.weeks)
    lived = sum(not loss.died for run in runs for loss in run)
    if not lived:
        return [not_measured("no user-first firm lives to the end")] * 2
    n = f"{lived} firms in {len(runs)} runs"
    trough = over_runs(runs, _median_trough)
    back = over_runs(runs, _median_back)
    horizon = stored.weeks / 52
    return [_said(trough, n, horizon, ""), _said(back, n, horizon, "")]


def d7(ensemble: Ensemble) -> list[Found]:
    """Exits before break-even."""
    stored = ensemble["newcomers"]
    runs = _losses(treated(stored.series, "as it is"), stored.weeks)
    every = [(place, loss) for place, run in enumerate(runs) for loss in run]
    gone = [float(loss.died and math.isnan(loss.back)) for _, loss in every]
    died = sum(loss.died for _, loss in every)
    note = f"{died} of {len(every)} are gone after {stored.weeks // 52} years, for any reason"
    share = share_alive(gone, [place for place, _ in every])  # a share is a share: here of the dead
    return [found(share, f"{len(every)} firms in {len(runs)} runs", note)]


def _answers(series: pd.DataFrame) -> list[list[tuple[float, float]]]:
    """Years from the newcomers' first 1% to each incumbent's answer, and until it was observed."""
    runs = []
    for _, run in series.groupby("replicate"):
        news = run[(run["strategy"] == "user-first") & (run["n_users"] >= SEEN * run["people"])]
        if news.empty:
            continue
        start, firms = int(news["week"].min()), []
        for _, firm in run[run["strategy"] == "late-adopter"].groupby("firm"):
            exited = int(firm["exited"].iloc[0])
            end = exited if exited >= 0 else int(firm["week"].max())
            opened = firm[(firm["openness"] >= OPEN) & (firm["week"] <= end)]["week"]
            wait = (opened.min() - start) / 52 if len(opened) else math.nan
            firms.append((float(wait), (end - start) / 52))
        runs.append(firms)
    return runs


def _median_answer(runs: Sequence[Sequence[tuple[float, float]]]) -> float:
    every = [each for run in runs for each in run]
    return median_waiting([wait for wait, _ in every], [end for _, end in every])


def d21(ensemble: Ensemble) -> list[Found]:
    """How late incumbents answer that turn at all."""
    stored = ensemble["newcomers"]
    runs = _answers(treated(stored.series, "late incumbents"))
    if not runs:
        raise TooFewError("no newcomer is ever used by 1% of people")
    note = (
        "no evidence: the delay of the decision (4 years) and the lag of practice (3 years times "
        "ln 2 until half open) are both set; plain customer-centric firms never turn"
    )
    n = f"{sum(map(len, runs))} firms in {len(runs)} runs"
    return [_said(over_runs(runs, _median_answer), n, stored.weeks / 52, note)]
