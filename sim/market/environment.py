"""The environment of a week: economy, fashion, reach, situations (ODD 7.1, 7.4, 7.6)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.market import rng
from sim.market.arrays import Calendar
from sim.market.lean import lean
from sim.market.rng import normal
from sim.market.tallies import has
from sim.scenario.schema import (
    NEEDS,
    SITUATIONS,
    LogisticReach,
    Scenario,
    SeriesReach,
    TableReach,
)

N_NEEDS = len(NEEDS)
PRESSED = SITUATIONS.index("pressed")
# Assumption: everyday situations are twice as common as each other kind
_BASE = tuple(math.log(share) for share in (0.4, 0.2, 0.2, 0.2))


@lean()
def environment_moves(week: Any, economy: Any, fashion: Any, shock: Any, rules: Any, k0: Any,
                      k1: Any) -> None:  # fmt: skip
    """Moves economy (R,) and fashion (B, K): AR(1) steps, and the scenario's shocks (T + 1, R)."""
    for r in range(economy.shape[0]):
        step = rules.economy_volatility * normal(r, week, rng.ECONOMY, k0, k1)
        economy[r] = rules.economy_persistence * economy[r] + step
        economy[r] += shock[week, r]
    for b in range(fashion.shape[0]):
        mean = 0.0
        for k in range(N_NEEDS):
            step = rules.fashion_volatility * normal(b * 8 + k, week, rng.FASHION, k0, k1)
            fashion[b, k] = rules.fashion_persistence * fashion[b, k] + step
            mean += fashion[b, k]
        mean /= N_NEEDS
        for k in range(N_NEEDS):
            fashion[b, k] -= mean


@lean()
def show_norms(reference: Any, norm: Any, conformity: Any) -> None:
    """What someone like me does: norm = lambda * log reference, (2, X, P + 1)."""
    for act in range(reference.shape[0]):
        for cell in range(reference.shape[1]):
            for f in range(reference.shape[2]):
                x = reference[act, cell, f]
                norm[act, cell, f] = conformity * math.log(x) if x > 0.0 else -1e30


@lean()
def odds_of(c: Any, week: Any, economy: Any, window: Any, pressure: Any) -> Any:
    """Log-odds of a situation: its base, open windows, and a bad economy that presses."""
    x = _BASE[c] + window[week, c]
    return x - pressure * economy if c == PRESSED else x


@lean()
def show_situations(week: Any, economy: Any, window: Any, situations: Any, alpha: Any,
                    rules: Any) -> None:  # fmt: skip
    """The mix of situations (R, C), cumulative, and the weight of price (R,) of the week."""
    n_situations = situations.shape[1]
    for r in range(economy.shape[0]):
        alpha[r] = rules.price * math.exp(-rules.budget * economy[r])
        total = 0.0
        for c in range(n_situations):
            total += math.exp(odds_of(c, week, economy[r], window, rules.pressure))
        run = 0.0
        for c in range(n_situations):
            run += math.exp(odds_of(c, week, economy[r], window, rules.pressure))
            situations[r, c] = run / total


@lean(entry=True)
def show_environment(week: Any, place: Any, reach: Any, window: Any, rules: Any) -> None:
    """Writes what people meet of the environment this week."""
    place.reach[0] = np.float32(reach[week])
    show_situations(week, place.economy, window, place.situations, place.alpha, rules)
    for b in range(place.fashion.shape[0]):
        for k in range(N_NEEDS):
            place.wanted[b, k] = rules.fashion_strength * place.fashion[b, k]
    show_norms(place.reference, place.norm, rules.conformity)


@lean()
def reference_moves(reference: Any, chosen: Any, alive: Any, n_firms: Any, update: Any) -> None:
    """Renews the reference tables from this week's choices; pseudo-count 1/2 an option.

    reference, chosen (2, X, P + 1); alive: bits of the firms that lived this week.
    """
    living = 0
    for f in range(n_firms):
        living += has(alive, f)
    outside = reference.shape[2] - 1
    for act in range(reference.shape[0]):
        for cell in range(reference.shape[1]):
            total = chosen[act, cell, outside]
            for f in range(n_firms):
                total += chosen[act, cell, f]
            if total == 0:
                continue
            size = total + 0.5 * (living + 1)
            for f in range(outside + 1):
                if f == outside or (f < n_firms and has(alive, f)):
                    new = (chosen[act, cell, f] + 0.5) / size
                    old = (1.0 - update) * reference[act, cell, f]
                    reference[act, cell, f] = old + update * new


def reach_of(scenario: Scenario) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Share of people online in weeks 0..T."""
    weeks = np.arange(scenario.weeks + 1, dtype=np.float64)
    reach = scenario.environment.reach
    if isinstance(reach, LogisticReach):
        growth = 1.0 / (1.0 + np.exp(-reach.growth * (weeks - reach.midpoint) / 52.0))
        share = reach.floor + (reach.ceiling - reach.floor) * growth
    elif isinstance(reach, TableReach):
        percent = np.asarray(reach.percent, dtype=np.float64)
        share = np.interp(reach.start + weeks / 52.0, np.asarray(reach.years), percent) / 100.0
    elif isinstance(reach, SeriesReach):
        raise ValueError("environment.reach: the series was not read; load the scenario by load()")
    else:
        share = np.full(scenario.weeks + 1, float(reach))
    return np.clip(share, 0.0, 1.0)


def calendar_of(scenario: Scenario) -> Calendar:
    """What is known beforehand of every week: reach, shocks (T+1, R), windows (T+1, C)."""
    regions = scenario.people.heritage.regions
    n_situations = scenario.environment.situations.count
    shock = np.zeros((scenario.weeks + 1, regions))
    window = np.zeros((scenario.weeks + 1, n_situations))
    for event in scenario.events:
        if event.week > scenario.weeks:
            continue
        if event.economy is not None:
            where = slice(None) if event.economy.region is None else event.economy.region
            shock[event.week, where] += event.economy.shock
        if event.window is not None:
            c = SITUATIONS.index(event.window.situation)
            if c < n_situations:
                window[event.week : event.week + event.window.weeks, c] += event.window.strength
    return Calendar(reach_of(scenario), shock, window)
