"""Where user-first should pay: the small-share theory of a free user's value.

Users U and payers P grow by ``dU/dt = (w - delta - kappa) U + w_p P + bought`` and
``dP/dt = kappa U - delta_p P``. All rates are per one unit of time, the same for all (years
here); money is money. Arrays broadcast, so that a line over a factor is one call.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

F = NDArray[np.float64]


def _f(value: ArrayLike) -> F:
    return np.asarray(value, dtype=float)


def user_value(
    a: ArrayLike,
    c_u: ArrayLike,
    kappa: ArrayLike,
    V_p: ArrayLike,
    r: ArrayLike,
    delta: ArrayLike,
    w: ArrayLike,
) -> F:
    """Present value of a free user: (a - c_u + kappa V_p) / (r + delta + kappa - w).

    a: ad income, c_u: cost of serving (money per user and year); kappa: conversion to payer, r:
    discount, delta: churn, w: users referred by a user (per year); V_p: value of a payer (money).
    Infinite, with the sign of the flow, where referrals outrun discount and losses.
    """
    flow = _f(a) - _f(c_u) + _f(kappa) * _f(V_p)
    decay = _f(r) + _f(delta) + _f(kappa) - _f(w)
    flow, decay = np.broadcast_arrays(flow, decay)
    endless = np.where(flow == 0, 0.0, np.copysign(np.inf, flow))
    return np.where(decay > 0, flow / np.where(decay > 0, decay, 1.0), endless)


def values(
    a: float,
    c_u: float,
    margin: float,
    kappa: float,
    r: float,
    delta: float,
    w: float,
    w_p: float,
    delta_p: float,
) -> tuple[float, float]:
    """Present values of a user and of a payer when payers refer users as well: (X, Y).

    Solves (r + delta + kappa - w) X = a - c_u + kappa Y and (r + delta_p) Y = margin + w_p X;
    margin: money per payer and year, w_p: users referred by a payer, delta_p: churn of payers.
    X is ``user_value`` at V_p = Y. Raises ValueError unless growth stays below r.
    """
    if not valid(r, delta, kappa, w, w_p, delta_p):
        raise ValueError("growth is not below the discount rate: the values are infinite")
    matrix = np.array([[r + delta + kappa - w, -kappa], [-w_p, r + delta_p]])
    user, payer = np.linalg.solve(matrix, np.array([a - c_u, margin]))
    return float(user), float(payer)


def growth_eigenvalue(
    delta: ArrayLike, kappa: ArrayLike, w: ArrayLike, w_p: ArrayLike, delta_p: ArrayLike
) -> F:
    """Long-run growth rate of users, per year: the greater eigenvalue of the linear system.

    Of [[w - delta - kappa, w_p], [kappa, -delta_p]]; real, since w_p and kappa are not negative.
    """
    users, payers = _f(w) - _f(delta) - _f(kappa), -_f(delta_p)
    half = (users - payers) / 2
    return (users + payers) / 2 + np.sqrt(half**2 + _f(kappa) * _f(w_p))


def valid(
    r: ArrayLike,
    delta: ArrayLike,
    kappa: ArrayLike,
    w: ArrayLike,
    w_p: ArrayLike,
    delta_p: ArrayLike,
) -> NDArray[np.bool_]:
    """Whether the small-share values exist: growth below the discount rate."""
    return np.asarray(growth_eigenvalue(delta, kappa, w, w_p, delta_p) < _f(r))


def user_first_pays(
    PV: ArrayLike, A_u: ArrayLike, V_p: ArrayLike, CAC: ArrayLike
) -> NDArray[np.bool_]:
    """Whether money spent on winning users returns more than on winning payers.

    PV / A_u > V_p / CAC, with A_u and CAC the cost of winning a user and a payer (money, > 0).
    """
    return np.asarray(_f(PV) / _f(A_u) > _f(V_p) / _f(CAC))


def network_referral(w: ArrayLike, rate: float, effect: ArrayLike, share: float) -> F:
    """Referrals per user and year when a network effect is added to them.

    w + rate * effect * share * (1 - share): ``rate`` choices a person and year, each logit with
    utility ``effect`` per share of users, linearised at ``share``. *Assumption*: everyone who
    chooses sees the share of users, and the share stays near the one given.
    """
    return _f(w) + rate * _f(effect) * share * (1 - share)


def growth_per_user(delta: ArrayLike, kappa: ArrayLike, w: ArrayLike) -> F:
    """Growth rate of users who are not bought and whose payers refer nobody: w - delta - kappa."""
    return _f(w) - _f(delta) - _f(kappa)


def break_even_time(
    flow: ArrayLike, growth: ArrayLike, A_u: ArrayLike, burn: ArrayLike, fixed: ArrayLike = 0.0
) -> F:
    """Time until users bought at a steady rate earn what is spent, years; inf if never.

    A firm spends ``burn`` a year on users at ``A_u`` each: U(t) = burn/A_u (exp(g t) - 1)/g. They
    bring ``flow`` = a - c_u + kappa V_p a year each, and it costs ``fixed`` a year besides:
    t = log(1 + G)/g, G = g A_u (burn + fixed)/(flow burn).
    """
    g, income = np.broadcast_arrays(_f(growth), _f(flow))
    need = _f(A_u) * (_f(burn) + _f(fixed)) / _f(burn)
    g, income, need = np.broadcast_arrays(g, income, need)
    first = np.where(income > 0, need / np.where(income > 0, income, 1.0), np.inf)
    reach = np.where(np.isfinite(first), g * np.where(np.isfinite(first), first, 0.0), -1.0)
    steady = np.abs(reach) < 1e-9  # the limit g -> 0
    safe = np.where(steady | (reach <= -1), 1.0, reach)
    grown = np.log1p(safe) / np.where(steady, 1.0, g)
    return np.where(reach <= -1, np.inf, np.where(steady, first, grown))


def cash_trough_needed(
    flow: ArrayLike,
    growth: ArrayLike,
    A_u: ArrayLike,
    burn: ArrayLike,
    fixed: ArrayLike = 0.0,
    *,
    years: float = np.inf,
) -> F:
    """Starting cash that lasts until users bought pay for themselves, money.

    The deepest cumulative loss of the firm of ``break_even_time`` within ``years``:
    (burn + fixed) t - flow burn/(A_u g) ((exp(g t) - 1)/g - t) at t = break-even or ``years``,
    whichever is first; infinite when neither ever comes. Arguments as there.
    """
    b, income, g = _f(burn), _f(flow), _f(growth)
    t = np.minimum(break_even_time(flow, growth, A_u, burn, fixed), years)
    stops = np.isfinite(t)
    t = np.where(stops, t, 0.0)
    lost = (b + _f(fixed)) * t - income * b / _f(A_u) * _second_integral(g, t)
    return np.where(stops, lost, np.inf)


def _second_integral(g: F, t: F) -> F:
    """Integral over [0, t] of (exp(g s) - 1)/g: ((exp(g t) - 1)/g - t)/g, t^2/2 at g = 0."""
    x = g * t
    small = np.abs(x) < 1e-3
    safe = np.where(small, 1.0, x)
    ratio = np.where(small, 0.5 + x / 6 + x * x / 24, (np.expm1(safe) - safe) / safe**2)
    return t * t * ratio


def cash_trough_simulated(
    a: float,
    c_u: float,
    margin: float,
    kappa: float,
    delta: float,
    w: float,
    w_p: float,
    delta_p: float,
    *,
    A_u: float,
    burn: float,
    fixed: float = 0.0,
    years: float = 10.0,
    steps_per_year: int = 520,
) -> float:
    """The same trough when payers pay week by week and refer users too, money.

    Steps the linear system of the module exactly (matrix exponential of one step) and returns
    the deepest cumulative loss within ``years``. margin: money per payer and year.
    """
    from scipy.linalg import expm

    # state: users, payers, 1, cumulative cash
    rates = np.zeros((4, 4))
    rates[0, :3] = w - delta - kappa, w_p, burn / A_u
    rates[1, :2] = kappa, -delta_p
    rates[3, :3] = a - c_u, margin, -burn - fixed
    advance = expm(rates / steps_per_year)
    state, low = np.array([0.0, 0.0, 1.0, 0.0]), 0.0
    for _ in range(round(years * steps_per_year)):
        state = advance @ state
        low = min(low, float(state[3]))
    return -low
