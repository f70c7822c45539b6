"""What reaches people: neighbours' stories, ads and the press (ODD 7.5, *Hear*)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.lean import lean
from sim.market.maths import exp32
from sim.market.tallies import EMPTY, ONE, T_NEW_AWARE, ZERO, bit, has


@lean()
def listen(start: Any, size: Any, week: Any, people: Any, shelf: Any, rules: Any, desk: Any) -> None:
    """kept, broken (P, TILE): shares of those one listens to who told of a firm last week."""
    heard, n = desk.heard, rules.n_firms
    padded = shelf.open.shape[0]
    if rules.mixing == 1:
        for f in range(n):
            for j in range(size):
                heard[f, j] = shelf.heard_kept[f]
                heard[padded + f, j] = shelf.heard_broken[f]
        return
    heard[:] = ZERO
    n_links = people.links.shape[1]
    each = ONE / np.float32(n_links)
    before = np.uintp((week - 1) & 1)
    for j in range(size):
        i = np.uintp(start + j)
        for d in range(n_links):
            # every message, "nothing" too, has a row of its own: no branch to mispredict
            row = desk.row_of[people.told[before, people.links[i, d]]]
            heard[row, j] += each


@lean()
def believe(start: Any, size: Any, people: Any, shelf: Any, rules: Any, desk: Any) -> None:
    """Stories move trust in firms one knows, and add to the hazard of hearing of others."""
    heard, hazard = desk.heard, desk.hazard
    padded = shelf.open.shape[0]
    hazard[:] = ZERO
    for f in range(rules.n_firms):
        if not has(shelf.alive[0], f):
            continue
        place = np.uint64(f)
        for j in range(size):
            i = np.uintp(start + j)
            known = (people.aware[i] >> place) & np.uint64(1) != EMPTY
            kept, broken = heard[f, j], heard[padded + f, j]
            trust = people.trust[f, i]
            gain = rules.hearsay_gain * (ONE - trust) * kept
            moved = trust + (gain - rules.hearsay_loss * trust * broken)
            people.trust[f, i] = moved if known else trust
            told = rules.imitation * (kept + broken)
            hazard[j] += ZERO if known else shelf.hazard[people.region[i], f] + told


@lean()
def become_aware(start: Any, size: Any, people: Any, shelf: Any, rules: Any, tally: Any, part: Any,
                 desk: Any) -> None:  # fmt: skip
    """At most one firm a week becomes known, with chance 1 - exp(-sum of hazards)."""
    hazard, heard, u = desk.hazard, desk.heard, desk.draws[2, 0]
    padded = shelf.open.shape[0]
    for j in range(size):
        total = hazard[j]
        if total <= ZERO:
            continue
        chance = ONE - exp32(-total)
        if u[j] >= chance:
            continue
        i = np.uintp(start + j)
        unknown = shelf.alive[0] & ~people.aware[i]
        target, run, found = u[j] / chance * total, ZERO, -1
        for f in range(rules.n_firms):
            if has(unknown, f):
                told = rules.imitation * (heard[f, j] + heard[padded + f, j])
                here = shelf.hazard[people.region[i], f] + told
                if here > ZERO:
                    run += here
                    found = f
                    if run > target:
                        break
        if found >= 0:
            people.aware[i] |= bit(found)
            tally.firm[part, T_NEW_AWARE, found] += 1
