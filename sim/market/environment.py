"""The environment of a week: economy, fashion, reach, situations (ODD 7.1, 7.4, 7.6)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from sim.market import rng
from sim.market.arrays import Calendar
from sim.market.rng import normal
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
_BASE = np.log(np.array([0.4, 0.2, 0.2, 0.2]))  # Assumption: everyday twice as common


@njit(cache=True)
def environment_moves(week: Any, place: Any, rules: Any, calendar: Any, k0: Any, k1: Any) -> None:
    """Moves economy and fashion: AR(1) steps and the scenario's shocks."""
    for r in range(place.economy.shape[0]):
        step = rules.economy_volatility * normal(r, week, rng.ECONOMY, k0, k1)
        place.economy[r] = rules.economy_persistence * place.economy[r] + step
        place.economy[r] += calendar.shock[week, r]
    for b in range(place.fashion.shape[0]):
        mean = 0.0
        for k in range(N_NEEDS):
            step = rules.fashion_volatility * normal(b * 8 + k, week, rng.FASHION, k0, k1)
            place.fashion[b, k] = rules.fashion_persistence * place.fashion[b, k] + step
            mean += place.fashion[b, k]
        mean /= N_NEEDS
        for k in range(N_NEEDS):
            place.fashion[b, k] -= mean


@njit(cache=True)
def show_norms(place: Any, shelf: Any, rules: Any) -> None:
    """What someone like me does: lambda * log reference, of uses and of purchases."""
    reference = place.reference.reshape(-1)
    norm = shelf.norm.reshape(-1)
    for cell in range(reference.shape[0]):
        x = reference[cell]
        norm[cell] = rules.conformity * math.log(x) if x > 0.0 else -1e30


@njit(cache=True)
def show_environment(week: Any, place: Any, shelf: Any, rules: Any, calendar: Any) -> None:
    """Writes what people meet of the environment to the shelf."""
    shelf.reach[0] = np.float32(calendar.reach[week])
    n_situations = rules.n_situations
    odds = np.empty(n_situations)
    for r in range(place.economy.shape[0]):
        shelf.alpha[r] = rules.price * math.exp(-rules.budget * place.economy[r])
        total = 0.0
        for c in range(n_situations):
            x = _BASE[c] + calendar.window[week, c]
            if c == PRESSED:
                x -= rules.pressure * place.economy[r]
            odds[c] = math.exp(x)
            total += odds[c]
        run = 0.0
        for c in range(n_situations):
            run += odds[c]
            shelf.situations[r, c] = run / total
    for b in range(place.fashion.shape[0]):
        for k in range(N_NEEDS):
            shelf.fashion[b, k] = rules.fashion_strength * place.fashion[b, k]
    show_norms(place, shelf, rules)


@njit(cache=True)
def reference_moves(place: Any, firms: Any, counted: Any, rules: Any) -> None:
    """Renews the reference table from this week's choices; pseudo-count 1/2 an option."""
    n_firms = firms.alive.shape[0]
    living = 0
    for f in range(n_firms):
        living += firms.alive[f]
    padded = place.reference.shape[2] - 1
    reference = place.reference.reshape(-1, padded + 1)
    chosen = counted.reshape(-1, padded + 1)
    for cell in range(reference.shape[0]):
        total = chosen[cell, padded]
        for f in range(n_firms):
            total += chosen[cell, f]
        if total == 0:
            continue
        size = total + 0.5 * (living + 1)
        for f in range(padded + 1):
            if f == padded or (f < n_firms and firms.alive[f] == 1):
                new = (chosen[cell, f] + 0.5) / size
                old = (1.0 - rules.norm_update) * reference[cell, f]
                reference[cell, f] = old + rules.norm_update * new


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
