"""Stages of people towards firms, counted (ODD section 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.lean import lean
from sim.market.tallies import (
    BIT,
    FIXED,
    HALF,
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
    TILE,
    X_AWARE,
    X_CUSTOMER,
    X_FAN,
    X_LAPSED,
    X_ONLINE,
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
def count_stages(start: Any, size: Any, week: Any, people: Any, shelf: Any, rules: Any, tally: Any,
                 part: Any, desk: Any) -> None:  # fmt: skip
    """Adds the stages of a tile towards every firm, and the highest of each person.

    In sums without branches, because stages are hard to predict.
    """
    top = desk.top
    top[:] = STRANGER
    for f in range(rules.n_firms):
        living = _YES if has(shelf.alive[0], f) else _NO
        stranger, aware, using, customer, fan, lapsed = _NO, _NO, _NO, _NO, _NO, _NO
        payers, engaged, touched, audience, trusted = _NO, _NO, _NO, _NO, _NO
        place = np.uint64(f)
        for j in range(size):
            i = np.uintp(start + j)
            e, trust = people.engagement[f, i], people.trust[f, i]
            knows = np.int32((people.aware[i] >> place) & BIT)
            been = np.int32((people.ever[i] >> place) & BIT)
            owns = people.supplier[i] == f and week < people.until[i]
            pays = living if owns else _NO
            uses = knows if e >= rules.user else _NO
            is_fan = knows if e >= rules.fan and trust >= rules.fan_trust else _NO
            is_customer = np.int32(pays & ~is_fan)
            is_user = np.int32(uses & ~pays & ~is_fan)
            rest = np.int32(knows & ~uses & ~pays & ~is_fan)
            is_lapsed = np.int32(rest & been)
            stranger = np.int32(stranger + (_YES - knows))
            aware = np.int32(aware + (rest - is_lapsed))
            using = np.int32(using + is_user)
            customer = np.int32(customer + is_customer)
            fan = np.int32(fan + is_fan)
            lapsed = np.int32(lapsed + is_lapsed)
            payers = np.int32(payers + pays)
            engaged = np.int32(engaged + (pays | uses))
            touched = np.int32(touched + been)
            audience = np.int32(audience + (uses & ~pays))
            trusted = np.int32(trusted + knows * np.int32(trust * FIXED + HALF))
            stage = np.int32(
                FAN * is_fan + CUSTOMER * is_customer + USER * is_user + LAPSED * is_lapsed
                + (rest - is_lapsed)
            )  # fmt: skip
            top[j] = max(top[j], stage)
        row = tally.firm[part]
        row[T_STRANGER, f] += stranger
        row[T_AWARE, f] += aware
        row[T_USING, f] += using
        row[T_CUSTOMER, f] += customer
        row[T_FAN, f] += fan
        row[T_LAPSED, f] += lapsed
        row[T_PAYERS, f] += payers
        row[T_ENGAGED, f] += engaged * living
        row[T_FANS, f] += fan * living
        row[T_TOUCHED, f] += touched
        row[T_AUDIENCE, f] += audience * living if shelf.ad_load[f] > ZERO else 0
        row[T_TRUST, f] += trusted
    for j in range(size):
        tally.market[part, _TALLY_OF_RANK[top[j]]] += 1


@lean()
def count_all(people: Any, shelf: Any, rules: Any, tally: Any, desk: Any) -> None:
    """Counts stages and people online in the initial state."""
    n = people.aware.shape[0]
    for i in range(n):
        tally.market[0, X_ONLINE] += people.reach_rank[i] < shelf.reach[0]
    for start in range(0, n, TILE):
        count_stages(start, min(TILE, n - start), 0, people, shelf, rules, tally, 0, desk)
