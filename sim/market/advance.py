"""From one review to the next in one compiled call, on one thread or several.

Every thread runs the same loop over weeks: the first does the firms' and the environment's
arithmetic, all of them live their part of the people, and a barrier stands between the two.
No Python runs in between.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from sim.market.environment import environment_moves, reference_moves, show_environment
from sim.market.firms import firms_reach, firms_work
from sim.market.lean import lean
from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, index
from sim.market.platforms import PARTNER
from sim.market.settling import attention_sold, carry, exits, settles
from sim.market.tallies import (
    CONNECT,
    N_NEEDS,
    T_AUDIENCE,
    T_AWARE,
    T_CUSTOM,
    T_CUSTOMER,
    T_ENGAGED,
    T_FAN,
    T_FANS,
    T_FREE,
    T_IDEAS,
    T_KEPT,
    T_LAPSED,
    T_NEW_AWARE,
    T_PARTNERS,
    T_SALES,
    T_STRANGER,
    T_TOLD,
    T_TOLD_BROKEN,
    T_TOUCHED,
    T_TRUST,
    T_USES,
    T_USING,
    T_WANTED,
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


@lean()
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


@lean()
def _take(table: Any, parts: Any) -> None:
    """Adds the tallies of all parts (a flat table, part by part) to the first, emptying them."""
    size = table.shape[0] // parts
    for p in range(1, parts):
        for x in range(size):
            table[x] += table[p * size + x]
            table[p * size + x] = 0


@lean()
def _clear(table: Any, parts: Any) -> None:
    """Empties the tallies of the first part."""
    for x in range(table.shape[0] // parts):
        table[x] = 0


@lean()
def remember(firm: Any, f: Any, counts: Any, needs: Any, needs_of: Any, needs_voted: Any,
             role_users: Any) -> None:  # fmt: skip
    """Keeps what this week's people did with a firm for what the firm reads next week.

    counts (n, P), needs (2, P, K), needs_of (P, M, K), needs_voted (P, K), role_users (P, ROLES):
    tallies of all parts.
    """
    counts[T_PARTNERS, f] = role_users[f, PARTNER]
    firm.kept, firm.wanted, firm.fans = counts[T_KEPT, f], counts[T_WANTED, f], counts[T_FANS, f]
    broken = counts[T_TOLD_BROKEN, f]
    firm.told_kept, firm.told_broken = counts[T_TOLD, f] - broken, broken
    firm.uses_paid = counts[T_USES, f] - counts[T_FREE, f]
    firm.uses = counts[T_USES, f]
    firm.ideas = counts[T_IDEAS, f]
    firm.engaged = counts[T_ENGAGED, f]
    for role in range(role_users.shape[1]):
        firm.role_users[role] = role_users[f, role]
    for k in range(N_NEEDS):
        firm.needs_paid[k] = needs[0, f, k]
        firm.needs[k] = needs[1, f, k]
        firm.needs_voted[k] = needs_voted[f, k]
        for m in range(needs_of.shape[1]):
            firm.needs_of[m, k] = needs_of[f, m, k]


@lean(entry=True)
def record_firm(f: Any, lived: Any, firm: Any, shown: Any, mean_need: Any, counts: Any,
                users_are: Any, people: Any, row: Any, level: Any) -> None:  # fmt: skip
    """Writes the counts (row) and levels of firm f in a week; people: how many there are."""
    for stage in range(T_STRANGER, T_LAPSED + 1):
        row[1 + stage] = counts[stage, f]
    row[1 + T_TOUCHED] = counts[T_TOUCHED, f]
    if not lived:
        return
    for t in range(T_NEW_AWARE + 1):
        row[1 + t] = counts[t, f]
    counted = T_ENGAGED
    if users_are == 1:
        counted = T_TOUCHED
    elif users_are == 2:
        counted = T_AUDIENCE
    row[0] = counts[counted, f]
    row[C_CASH] = firm.cash
    row[C_ALIVE] = firm.alive
    level[0], level[1] = firm.price, firm.open
    level[2], level[3] = firm.ad_load, firm.promise
    error, backlog = 0.0, 0.0
    for k in range(N_NEEDS):
        level[L_QUALITY + k] = shown.quality[k]
        backlog += firm.pending[k]
        error += abs(firm.belief[k] - mean_need[k])
    known = 0
    for stage in (T_AWARE, T_USING, T_CUSTOMER, T_FAN, T_LAPSED):
        known += counts[stage, f]
    level[L_BACKLOG] = backlog
    level[L_BACKLOG + 1] = firm.culture
    level[L_BACKLOG + 2] = firm.capacity
    level[L_BACKLOG + 3] = firm.service
    level[L_BACKLOG + 4] = counts[T_TRUST, f] / _FIXED / known if known > 0 else 0.0
    level[L_BACKLOG + 5] = 0.5 * error
    level[L_BACKLOG + 6], level[L_BACKLOG + 7] = firm.recovery, firm.match
    level[L_BACKLOG + 8] = firm.top_item
    level[L_BACKLOG + 9] = firm.needs[CONNECT] / 255.0 / people


@lean()
def record_market(reach: Any, economy: Any, contacts: Any, noise: Any, market: Any, row: Any,
                  level: Any) -> None:  # fmt: skip
    """Writes the counts (row) and levels of the market in a week."""
    for x in range(row.shape[0]):
        row[x] = market[x]
    mean = 0.0
    for r in range(economy.shape[0]):
        mean += economy[r]
    level[0], level[1] = reach, mean / economy.shape[0]
    level[2], level[3] = contacts, noise
    asked = market[X_ASKED]
    level[4] = market[X_SURPLUS] / _FIXED / asked if asked > 0 else 0.0


@lean()
def close_week(week: Any, firms: Any, shelf: Any, place: Any, rules: Any, users_are: Any,
               counts: Any, needs: Any, needs_of: Any, needs_voted: Any, role_users: Any,
               media_told: Any, chosen: Any, lines: Any, rows: Any, levels: Any, k0: Any,
               k1: Any) -> None:  # fmt: skip
    """After the people: norms, money, exits, records of the firms.

    counts .. chosen: tallies of all parts; lines (N_LINES,): scratch; rows (S, n), levels
    (S, n): the week's record.
    """
    reference_moves(place.reference, chosen, place.alive[0], firms.shape[0], rules.norm_update)
    for r in range(media_told.shape[0]):
        for f in range(media_told.shape[1]):
            place.media_told[r, f] = media_told[r, f]
    sold = 0.0
    if rules.saturation > 0.0:
        sold = attention_sold(firms, counts[T_USES], counts[T_FREE], rules.people)
    ad_price = rules.ad_income / (1.0 + sold / rules.saturation) if sold > 0.0 else rules.ad_income
    for f in range(firms.shape[0]):
        remember(firms[f], f, counts, needs, needs_of, needs_voted, role_users)
    carry(firms, rules)
    for f in range(firms.shape[0]):
        firm = firms[f]
        lived = firm.alive == 1
        if lived:
            settles(firm, week, counts[T_SALES, f], counts[T_CUSTOM, f], counts[T_FREE, f],
                    ad_price, place.accounts, rules, k0, k1, lines)  # fmt: skip
            for line in range(N_LINES):
                rows[f, C_SALE + line] = lines[line]
            rows[f, C_WRITTEN_OFF] = exits(firm, week, place.accounts)
        record_firm(f, lived, firm, shelf[0, f], place.mean_need, counts, users_are, rules.people,
                    rows[f], levels[f])  # fmt: skip


@lean(entry=True, nogil=True)
def advance(first: Any, n_weeks: Any, part: Any, bounds: Any, gate: Any, people: Any, firms: Any,
            place: Any, shelf: Any, rules: Any, firm_rules: Any, calendar: Any, tally: Any,
            record: Any, desk: Any, lines: Any, k0: Any, k1: Any) -> None:  # fmt: skip
    """Runs weeks first .. first + n_weeks - 1; called once by every thread with its ``part``.

    bounds (parts + 1,): the first tile of every part.  gate (2,) int64, zero at the start.
    """
    parts = bounds.shape[0] - 1
    contacts, noise = 0.0, 0.0
    for week in range(first, first + n_weeks):
        if part == 0:
            environment_moves(week, place.economy, place.fashion, calendar.shock, firm_rules, k0,
                              k1)  # fmt: skip
            show_environment(week, place, calendar.reach, calendar.window, firm_rules)
            firms_work(week, firms, place, shelf, firm_rules, k0, k1)
            contacts, noise = firms_reach(firms, place.alive, place.hazard, place.media_told,
                                          place.media_people, firm_rules)  # fmt: skip
            tired = math.exp(-firm_rules.fatigue * noise)
            place.occasion[0] = np.float32(float(rules.rate) * tired)
        _wait(gate, parts)
        people_pass(bounds[part], bounds[part + 1], week, k0, k1, people, place, shelf, rules,
                    tally, part, desk)  # fmt: skip
        _wait(gate, parts)
        if part == 0:
            for table in (tally.firm.reshape(-1), tally.reference.reshape(-1),
                          tally.needs.reshape(-1), tally.needs_of.reshape(-1),
                          tally.needs_voted.reshape(-1), tally.role_users.reshape(-1),
                          tally.media_told.reshape(-1), tally.market.reshape(-1)):  # fmt: skip
                _take(table, parts)
            close_week(week, firms, shelf, place, firm_rules, rules.users_are, tally.firm[0],
                       tally.needs[0], tally.needs_of[0], tally.needs_voted[0],
                       tally.role_users[0], tally.media_told[0], tally.reference[0], lines,
                       record.counts[week], record.levels[week], k0, k1)  # fmt: skip
            record_market(calendar.reach[week], place.economy, contacts, noise, tally.market[0],
                          record.market_counts[week], record.market_levels[week])  # fmt: skip
            for table in (tally.firm.reshape(-1), tally.reference.reshape(-1),
                          tally.needs.reshape(-1), tally.needs_of.reshape(-1),
                          tally.needs_voted.reshape(-1), tally.role_users.reshape(-1),
                          tally.media_told.reshape(-1), tally.market.reshape(-1)):  # fmt: skip
                _clear(table, parts)
