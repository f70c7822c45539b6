"""From one review to the next in one compiled call, on one thread or several.

Every thread runs the same loop over weeks: the first does the firms' and the environment's
arithmetic, all of them live their part of the people, and a barrier stands between the two.
No Python runs in between.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from sim.market.environment import environment_moves, reference_moves, show_environment
from sim.market.firms import exits, firms_reach, firms_work, settles
from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, index
from sim.market.tallies import (
    N_MARKET_TALLIES,
    N_NEEDS,
    T_AUDIENCE,
    T_AWARE,
    T_CUSTOMER,
    T_ENGAGED,
    T_FAN,
    T_FREE,
    T_IDEAS,
    T_LAPSED,
    T_NEW_AWARE,
    T_SALES,
    T_STRANGER,
    T_TOLD,
    T_TOLD_BROKEN,
    T_TOUCHED,
    T_TRUST,
    T_USES,
    T_USING,
    X_ASKED,
    X_SURPLUS,
)
from sim.market.week import people_pass

_COUNT, _LEVEL = index(FIRM_COUNTS), index(FIRM_LEVELS)
C_CASH, C_SALE, C_WRITTEN_OFF, C_ALIVE = (
    _COUNT[name] for name in ("cash_cents", "sale_cents", "written_off_cents", "alive")
)
L_QUALITY, L_BACKLOG = _LEVEL["q_core"], _LEVEL["backlog"]
N_LINES = _COUNT["idle_cents"] - _COUNT["sale_cents"] + 1
_FIXED = 65536.0


@intrinsic
def _add_and_get(_typing: Any, array: Any, at: Any, amount: Any) -> Any:
    """Adds to array[at] (int64) atomically; returns the new value."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = signature.args[0]
        view = context.make_array(kind)(context, builder, args[0])
        place = cgutils.get_item_pointer(context, builder, kind, view, [args[1]], wraparound=False)
        old = builder.atomic_rmw("add", place, args[2], "seq_cst")
        return builder.add(old, args[2])

    return types.int64(array, types.int64, types.int64), codegen


@intrinsic
def _let_others_run(_typing: Any) -> Any:
    """Gives the processor away for a moment (POSIX sched_yield)."""

    def codegen(_context: Any, builder: Any, _signature: Any, _args: Any) -> Any:
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.IntType(32), []), "sched_yield"
        )
        return builder.call(function, [])

    return types.int32(), codegen


@njit(cache=True)
def _wait(gate: Any, parts: Any) -> None:
    """Barrier of ``parts`` threads: gate[0] counts arrivals, gate[1] the times it opened."""
    if parts == 1:
        return
    opened = _add_and_get(gate, 1, 0)
    if _add_and_get(gate, 0, 1) == parts:
        _add_and_get(gate, 0, -parts)
        _add_and_get(gate, 1, 1)
        return
    spins = 0
    while _add_and_get(gate, 1, 0) == opened:
        spins += 1
        if spins > 200:
            _let_others_run()


@njit(cache=True)
def _merge(tally: Any) -> None:
    """Sums the tallies of all parts into the first."""
    for p in range(1, tally.market.shape[0]):
        tally.firm[0] += tally.firm[p]
        tally.reference[0] += tally.reference[p]
        tally.needs[0] += tally.needs[p]
        tally.role_users[0] += tally.role_users[p]
        tally.media_told[0] += tally.media_told[p]
        tally.market[0] += tally.market[p]


@njit(cache=True)
def _clear(tally: Any) -> None:
    tally.firm[:] = 0
    tally.reference[:] = 0
    tally.needs[:] = 0
    tally.role_users[:] = 0
    tally.media_told[:] = 0
    tally.market[:] = 0


@njit(cache=True)
def remember(tally: Any, place: Any) -> None:
    """Keeps this week's counts for what firms read next week."""
    n_firms = place.engaged.shape[0]
    for f in range(n_firms):
        told = tally.firm[0, T_TOLD, f]
        broken = tally.firm[0, T_TOLD_BROKEN, f]
        place.told_for[f, 0] = told - broken
        place.told_for[f, 1] = broken
        place.uses[0, f] = tally.firm[0, T_USES, f] - tally.firm[0, T_FREE, f]
        place.uses[1, f] = tally.firm[0, T_USES, f]
        place.ideas[f] = tally.firm[0, T_IDEAS, f]
        place.engaged[f] = tally.firm[0, T_ENGAGED, f]
        for role in range(place.role_users.shape[1]):
            place.role_users[f, role] = tally.role_users[0, f, role]
        for r in range(place.media_told.shape[0]):
            place.media_told[r, f] = tally.media_told[0, r, f]
        for k in range(N_NEEDS):
            place.needs[0, f, k] = tally.needs[0, 0, f, k]
            place.needs[1, f, k] = tally.needs[0, 1, f, k]


@njit(cache=True)
def records_firm(f: Any, week: Any, lived: Any, firms: Any, place: Any, shelf: Any, tally: Any,
                 users_are: Any, record: Any) -> None:  # fmt: skip
    """Writes the counts and levels of firm f in a week."""
    row = record.counts[week, f]
    for stage in range(T_STRANGER, T_LAPSED + 1):
        row[1 + stage] = tally.firm[0, stage, f]
    row[1 + T_TOUCHED] = tally.firm[0, T_TOUCHED, f]
    if not lived:
        return
    for t in range(T_NEW_AWARE + 1):
        row[1 + t] = tally.firm[0, t, f]
    counted = T_ENGAGED
    if users_are == 1:
        counted = T_TOUCHED
    elif users_are == 2:
        counted = T_AUDIENCE
    row[0] = tally.firm[0, counted, f]
    row[C_CASH] = firms.cash[f]
    row[C_ALIVE] = firms.alive[f]
    level = record.levels[week, f]
    level[0], level[1] = firms.price[f], firms.open[f]
    level[2], level[3] = firms.ad_load[f], firms.promise[f]
    error, backlog = 0.0, 0.0
    for k in range(N_NEEDS):
        level[L_QUALITY + k] = shelf.quality[k, f]
        backlog += firms.pending[f, k]
        error += abs(firms.belief[f, k] - place.mean_need[k])
    known = 0
    for stage in (T_AWARE, T_USING, T_CUSTOMER, T_FAN, T_LAPSED):
        known += tally.firm[0, stage, f]
    level[L_BACKLOG] = backlog
    level[L_BACKLOG + 1] = firms.culture[f]
    level[L_BACKLOG + 2] = firms.capacity[f]
    level[L_BACKLOG + 3] = firms.service[f]
    level[L_BACKLOG + 4] = tally.firm[0, T_TRUST, f] / _FIXED / known if known > 0 else 0.0
    level[L_BACKLOG + 5] = 0.5 * error


@njit(cache=True)
def records_market(week: Any, contacts: Any, noise: Any, place: Any, tally: Any, calendar: Any,
                   record: Any) -> None:  # fmt: skip
    """Writes the counts and levels of the market in a week."""
    for x in range(record.market_counts.shape[1]):
        record.market_counts[week, x] = tally.market[0, x]
    level = record.market_levels[week]
    level[0] = calendar.reach[week]
    level[1] = np.mean(place.economy)
    level[2], level[3] = contacts, noise
    asked = tally.market[0, X_ASKED]
    level[4] = tally.market[0, X_SURPLUS] / _FIXED / asked if asked > 0 else 0.0


@njit(cache=True)
def closes_week(week: Any, contacts: Any, noise: Any, firms: Any, place: Any, shelf: Any,
                firm_rules: Any, users_are: Any, calendar: Any, tally: Any, record: Any, k0: Any,
                k1: Any) -> None:  # fmt: skip
    """After the people: norms, money, exits, records; tallies start anew."""
    _merge(tally)
    reference_moves(place, firms, tally.reference[0], firm_rules)
    remember(tally, place)
    lines = np.empty(N_LINES, np.int64)
    for f in range(firms.alive.shape[0]):
        lived = firms.alive[f] == 1
        if lived:
            sold, free = tally.firm[0, T_SALES, f], tally.firm[0, T_FREE, f]
            settles(f, week, sold, free, tally.firm[0, T_USES, f], tally.firm[0, T_IDEAS, f], firms,
                    firm_rules, k0, k1, lines)  # fmt: skip
            for line in range(N_LINES):
                record.counts[week, f, C_SALE + line] = lines[line]
            record.counts[week, f, C_WRITTEN_OFF] = exits(f, week, firms)
        records_firm(f, week, lived, firms, place, shelf, tally, users_are, record)
    records_market(week, contacts, noise, place, tally, calendar, record)
    _clear(tally)


@njit(cache=True, nogil=True)
def advance(first: Any, n_weeks: Any, part: Any, bounds: Any, gate: Any, people: Any, firms: Any,
            place: Any, shelf: Any, rules: Any, firm_rules: Any, calendar: Any, tally: Any,
            record: Any, desk: Any, k0: Any, k1: Any) -> None:  # fmt: skip
    """Runs weeks first .. first + n_weeks - 1; called once by every thread with its ``part``.

    bounds (parts + 1,): the first person of every part.  gate (2,) int64, zero at the start.
    """
    parts = bounds.shape[0] - 1
    contacts, noise = 0.0, 0.0
    for week in range(first, first + n_weeks):
        if part == 0:
            environment_moves(week, place, firm_rules, calendar, k0, k1)
            show_environment(week, place, shelf, firm_rules, calendar)
            firms_work(week, firms, place, shelf, firm_rules, k0, k1)
            contacts, noise = firms_reach(firms, place, shelf, firm_rules)
        _wait(gate, parts)
        people_pass(bounds[part], bounds[part + 1], week, k0, k1, people, shelf, rules, tally, part, desk)
        _wait(gate, parts)
        if part == 0:
            closes_week(week, contacts, noise, firms, place, shelf, firm_rules, rules.ads_count,
                        calendar, tally, record, k0, k1)  # fmt: skip


assert N_MARKET_TALLIES == X_SURPLUS + 1
