"""Rows of the tallies that people's weeks are counted in, and small bit tricks."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.arrays import NOBODY
from sim.market.lean import lean
from sim.scenario.schema import NEEDS, ROLES

TILE = 256  # people lived together: their scratch fits in the first-level cache
N_NEEDS = len(NEEDS)
ACCESS, CUSTOMIZE, CONNECT, COLLABORATE = (
    NEEDS.index(name) for name in ("access", "customize", "connect", "collaborate")
)
MEDIA, INFLUENCER = ROLES.index("media"), ROLES.index("influencer")
USING, BUYING = 0, 1  # acts that have a norm each

# rows of Tally.firm
(
    T_ENGAGED, T_PAYERS, T_FANS, T_TOUCHED, T_AUDIENCE, T_STRANGER, T_AWARE, T_USING, T_CUSTOMER,
    T_FAN, T_LAPSED, T_USES, T_FREE, T_FAILED, T_KEPT, T_TOLD, T_IDEAS, T_SALES, T_CUSTOM,
    T_PARTNERS, T_NEW_AWARE, T_TRUST, T_TOLD_BROKEN, T_WANTED,
) = range(24)  # fmt: skip
N_FIRM_TALLIES = 24
# entries of Tally.market
(
    X_ONLINE, X_STRANGER, X_AWARE, X_USER, X_CUSTOMER, X_FAN, X_LAPSED, X_OCCASIONS,
    X_RECONSIDERED, X_MISREAD, X_PURCHASES, X_RESEARCHED, X_BOUGHT_ONLINE, X_INFLUENCED,
    X_SWITCHED, X_FOUND_CLOSED, X_EXPOSED, X_FOLLOWERS, X_OFFLINE_EXPOSED, X_OFFLINE_OTHERS,
    X_OFFLINE_FOLLOWERS, X_OFFLINE_STRANGERS, X_ASKED, X_SURPLUS,
) = range(24)  # fmt: skip
N_MARKET_TALLIES = 24

ZERO, HALF, ONE, TWO, SIX = (np.float32(x) for x in (0.0, 0.5, 1.0, 2.0, 6.0))
SHARE = np.float32(1.0 / 255.0)  # needs are stored in 255ths
FIXED = np.float32(65536.0)  # fixed point of sums of real numbers
VOID = np.float32(-1e30)  # utility of what cannot be chosen
# masks of firms are halved where people are many: 32 bits vectorise twice as wide as 64
HALF_WORD, NONE_32 = np.uint64(32), np.uint32(0)
FLAGS = np.uint32(1) << np.arange(32, dtype=np.uint32)  # a table: shifting would widen to 64 bits
BIT, EMPTY, BYTE = np.uint64(1), np.uint64(0), np.uint64(255)
_NOBODY, _LAST_SLOT = np.uint32(NOBODY), np.uint32(63)


@lean(forceinline=True)
def has(mask: Any, f: Any) -> Any:
    """Whether firm f's bit is set."""
    return (mask >> np.uint64(f)) & BIT != EMPTY


@lean(forceinline=True)
def among(firm: Any, mask: Any) -> Any:
    """Whether somebody's firm, which may be nobody, is in a set; without a branch."""
    firm = np.uint32(firm)
    return (firm != _NOBODY) & has(mask, firm & _LAST_SLOT)


@lean(forceinline=True)
def bit(f: Any) -> Any:
    """Firm f's bit."""
    return BIT << np.uint64(f)
