"""A randomised trial: people drawn by lot are exposed to one firm online (ODD 7.9)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market import rng
from sim.market.lean import lean
from sim.market.rng import philox, uniform
from sim.market.tallies import (
    X_EXPOSED,
    X_FOLLOWERS,
    X_OFFLINE_EXPOSED,
    X_OFFLINE_FOLLOWERS,
    X_OFFLINE_OTHERS,
    X_OFFLINE_STRANGERS,
    bit,
)


@lean(forceinline=True)
def is_drawn(i: Any, rules: Any, k0: Any, k1: Any) -> Any:
    """Whether the lot fell on person i."""
    word = philox(np.uint32(i), np.uint32(0), np.uint32(rng.TRIAL), np.uint32(0), k0, k1)[0]
    return uniform(word) < rules.trial_share


@lean()
def expose(start: Any, size: Any, aware: Any, engagement: Any, rules: Any, k0: Any,
           k1: Any) -> None:  # fmt: skip
    """Those on whom the lot fell know the firm, and are engaged with it."""
    f = rules.trial_firm
    for i in range(start, start + size):
        if is_drawn(i, rules, k0, k1):
            aware[i] |= bit(f)
            engagement[f, i] = max(engagement[f, i], rules.trial_engagement)


@lean()
def follow(start: Any, size: Any, engagement: Any, rules: Any, market: Any, k0: Any,
           k1: Any) -> None:  # fmt: skip
    """Counts who was exposed and who is engaged, before this week's purchases."""
    for i in range(start, start + size):
        market[X_EXPOSED] += is_drawn(i, rules, k0, k1)
        market[X_FOLLOWERS] += engagement[rules.trial_firm, i] >= rules.user


@lean()
def note_offline(i: Any, engagement: Any, rules: Any, market: Any, k0: Any, k1: Any) -> None:
    """Counts an offline purchase from the firm: by exposed or not, by engaged or not."""
    drawn = is_drawn(i, rules, k0, k1)
    follows = engagement[rules.trial_firm, i] >= rules.user
    market[X_OFFLINE_EXPOSED if drawn else X_OFFLINE_OTHERS] += 1
    market[X_OFFLINE_FOLLOWERS if follows else X_OFFLINE_STRANGERS] += 1
