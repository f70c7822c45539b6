"""Stages of people towards firms, counted (ODD section 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.arrays import NOBODY
from sim.market.lean import lean
from sim.market.tallies import (
    FIXED,
    FLAGS,
    HALF,
    HALF_WORD,
    NONE_32,
    T_AUDIENCE,
    T_AWARE,
    T_CUSTOMER,
    T_ENGAGED,
    T_FAN,
    T_FANS,
    T_LAPSED,
    T_PAYERS,
    T_STRANGER,
    T_TOUCHED,
    T_TRUST,
    T_USING,
    X_AWARE,
    X_CUSTOMER,
    X_FAN,
    X_LAPSED,
    X_STRANGER,
    X_USER,
    ZERO,
    has,
)

# rank of a stage when a person has several, one a firm: the highest is the person's stage
STRANGER, AWARE, LAPSED, USER, CUSTOMER, FAN = (np.int32(rank) for rank in range(6))
_TALLY_OF_RANK = (X_STRANGER, X_AWARE, X_LAPSED, X_USER, X_CUSTOMER, X_FAN)
_NO, _YES = np.int32(0), np.int32(1)


@lean(forceinline=True)
def gather(start: Any, size: Any, week: Any, aware: Any, ever: Any, supplier: Any, until: Any,
           top: Any, payer: Any, bits: Any) -> None:  # fmt: skip
    """Whose customer everybody of a tile is, and the halves of their masks, in 32 bits."""
    for j in range(size):
        i = np.uintp(start + j)
        payer[j] = np.int32(supplier[i] if week < until[i] else NOBODY)
        bits[0, j], bits[1, j] = np.uint32(aware[i]), np.uint32(aware[i] >> HALF_WORD)
        bits[2, j], bits[3, j] = np.uint32(ever[i]), np.uint32(ever[i] >> HALF_WORD)
    for j in range(size):
        top[j] = STRANGER


@lean(forceinline=True)
def add_stages(f: Any, size: Any, known: Any, rests: Any, using: Any, customer: Any, fan: Any,
               lapsed: Any, counts: Any) -> None:  # fmt: skip
    """Adds the six stages, which together are everybody; rests: aware or lapsed."""
    counts[T_STRANGER, f] += size - known
    counts[T_AWARE, f] += rests - lapsed
    counts[T_USING, f] += using
    counts[T_CUSTOMER, f] += customer
    counts[T_FAN, f] += fan
    counts[T_LAPSED, f] += lapsed


@lean(forceinline=True)
def add_ties(f: Any, living: Any, ad_load: Any, payers: Any, engaged: Any, fan: Any, touched: Any,
             trusted: Any, counts: Any) -> None:  # fmt: skip
    """Adds who is tied to a firm and how; nobody is engaged with a firm that is gone."""
    counts[T_PAYERS, f] += payers
    counts[T_TOUCHED, f] += touched
    counts[T_TRUST, f] += trusted
    if living:
        counts[T_ENGAGED, f] += engaged
        counts[T_FANS, f] += fan
        counts[T_AUDIENCE, f] += engaged - payers if ad_load > ZERO else 0


@lean(forceinline=True)
def stage_of(rest: Any, is_lapsed: Any, is_user: Any, is_customer: Any, is_fan: Any) -> Any:
    """Rank of a person's stage towards a firm."""
    stage = AWARE if rest else STRANGER
    stage = LAPSED if is_lapsed else stage
    stage = USER if is_user else stage
    stage = CUSTOMER if is_customer else stage
    return FAN if is_fan else stage


@lean(forceinline=True)
def count_highest(size: Any, top: Any, market: Any) -> None:
    """Adds how many people have each rank: those who reach it, less those who reach the next."""
    for rank in range(FAN, 0, -1):
        reached = _NO
        for j in range(size):
            reached = np.int32(reached + (_YES if top[j] >= np.int32(rank) else _NO))
        market[_TALLY_OF_RANK[rank]] += reached
        market[_TALLY_OF_RANK[rank - 1]] -= reached
    market[_TALLY_OF_RANK[STRANGER]] += size


@lean(entry=True)
def count_stages(start: Any, size: Any, week: Any, alive: Any, aware: Any, ever: Any, trust: Any,
                 engagement: Any, supplier: Any, until: Any, shelf: Any, rules: Any, counts: Any,
                 market: Any, top: Any, payer: Any, bits: Any) -> None:  # fmt: skip
    """Adds the stages of a tile towards every firm, and the highest of each person.

    In sums without branches, because stages are hard to predict, and in conditions and 32 bits,
    which vectorise.  payer, top (TILE,), bits (4, TILE): scratch.
    """
    gather(start, size, week, aware, ever, supplier, until, top, payer, bits)
    as_user, as_fan, faith = rules.user, rules.fan, rules.fan_trust
    for f in range(rules.n_firms):
        living, half, flag, firm = has(alive, f), f >> 5, FLAGS[f & 31], np.int32(f)
        known, rests, using, customer, fan, lapsed = _NO, _NO, _NO, _NO, _NO, _NO
        payers, engaged, touched, trusted = _NO, _NO, _NO, _NO
        for j in range(size):
            i = np.uintp(start + j)
            e, faithful = engagement[f, i], trust[f, i]
            knows = (bits[half, j] & flag) != NONE_32
            been = (bits[half + 2, j] & flag) != NONE_32
            pays = living & (payer[j] == firm)
            uses = knows & (e >= as_user)
            is_fan = knows & (e >= as_fan) & (faithful >= faith)
            is_customer = pays & (not is_fan)
            is_user = uses & (not (pays | is_fan))
            rest = knows & (not (uses | pays | is_fan))
            is_lapsed = rest & been
            known = np.int32(known + (_YES if knows else _NO))
            rests = np.int32(rests + (_YES if rest else _NO))
            using = np.int32(using + (_YES if is_user else _NO))
            customer = np.int32(customer + (_YES if is_customer else _NO))
            fan = np.int32(fan + (_YES if is_fan else _NO))
            lapsed = np.int32(lapsed + (_YES if is_lapsed else _NO))
            payers = np.int32(payers + (_YES if pays else _NO))
            engaged = np.int32(engaged + (_YES if pays | uses else _NO))
            touched = np.int32(touched + (_YES if been else _NO))
            trusted = np.int32(trusted + (np.int32(faithful * FIXED + HALF) if knows else _NO))
            top[j] = max(top[j], stage_of(rest, is_lapsed, is_user, is_customer, is_fan))
        add_stages(f, size, known, rests, using, customer, fan, lapsed, counts)
        add_ties(f, living, shelf[f].ad_load, payers, engaged, fan, touched, trusted, counts)
    count_highest(size, top, market)
