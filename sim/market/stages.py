"""Stages of people towards firms, counted (ODD section 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.arrays import NOBODY
from sim.market.lean import lean
from sim.market.tallies import (
    BIT_32,
    FIXED,
    HALF,
    HALF_WORD,
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


@lean()
def count_stages(start: Any, size: Any, week: Any, alive: Any, aware: Any, ever: Any, trust: Any,
                 engagement: Any, supplier: Any, until: Any, shelf: Any, rules: Any, counts: Any,
                 market: Any, top: Any, payer: Any, bits: Any) -> None:  # fmt: skip
    """Adds the stages of a tile towards every firm, and the highest of each person.

    In sums without branches, because stages are hard to predict, and all in 32 bits, which
    vectorises.  payer (TILE,), bits (4, TILE): scratch.
    """
    for j in range(size):
        i = np.uintp(start + j)
        payer[j] = np.int32(supplier[i] if week < until[i] else NOBODY)
        bits[0, j], bits[1, j] = np.uint32(aware[i]), np.uint32(aware[i] >> HALF_WORD)
        bits[2, j], bits[3, j] = np.uint32(ever[i]), np.uint32(ever[i] >> HALF_WORD)
    as_user, as_fan, faith = rules.user, rules.fan, rules.fan_trust
    top[:] = STRANGER
    for f in range(rules.n_firms):
        living = _YES if has(alive, f) else _NO
        stranger, known, using, customer, fan, lapsed = _NO, _NO, _NO, _NO, _NO, _NO
        payers, engaged, touched, audience, trusted = _NO, _NO, _NO, _NO, _NO
        half, place, firm = f >> 5, np.uint32(f & 31), np.int32(f)
        for j in range(size):
            i = np.uintp(start + j)
            e, faithful = engagement[f, i], trust[f, i]
            knows = np.int32((bits[half, j] >> place) & BIT_32)
            been = np.int32((bits[half + 2, j] >> place) & BIT_32)
            pays = living if payer[j] == firm else _NO
            uses = knows if e >= as_user else _NO
            is_fan = knows if (e >= as_fan) & (faithful >= faith) else _NO
            is_customer = np.int32(pays & ~is_fan)
            is_user = np.int32(uses & ~pays & ~is_fan)
            rest = np.int32(knows & ~uses & ~pays & ~is_fan)
            is_lapsed = np.int32(rest & been)
            stranger = np.int32(stranger + (_YES - knows))
            known = np.int32(known + (rest - is_lapsed))
            using = np.int32(using + is_user)
            customer = np.int32(customer + is_customer)
            fan = np.int32(fan + is_fan)
            lapsed = np.int32(lapsed + is_lapsed)
            payers = np.int32(payers + pays)
            engaged = np.int32(engaged + (pays | uses))
            touched = np.int32(touched + been)
            audience = np.int32(audience + (uses & ~pays))
            trusted = np.int32(trusted + knows * np.int32(faithful * FIXED + HALF))
            stage = np.int32(
                FAN * is_fan + CUSTOMER * is_customer + USER * is_user + LAPSED * is_lapsed
                + (rest - is_lapsed)
            )  # fmt: skip
            top[j] = max(top[j], stage)
        counts[T_STRANGER, f] += stranger
        counts[T_AWARE, f] += known
        counts[T_USING, f] += using
        counts[T_CUSTOMER, f] += customer
        counts[T_FAN, f] += fan
        counts[T_LAPSED, f] += lapsed
        counts[T_PAYERS, f] += payers
        counts[T_ENGAGED, f] += engaged * living
        counts[T_FANS, f] += fan * living
        counts[T_TOUCHED, f] += touched
        counts[T_AUDIENCE, f] += audience * living if shelf[f].ad_load > ZERO else 0
        counts[T_TRUST, f] += trusted
    for j in range(size):
        market[_TALLY_OF_RANK[top[j]]] += 1
