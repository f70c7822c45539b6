"""Double entry in whole cents: what one account gains, another gives.

A firm's cash is one side of every posting; the other side is an account of the world
outside the firms.  The sum of all cash and all accounts never changes (it is zero, because
the starting cash is owed to investors).
"""

from __future__ import annotations

import math
from typing import Any

from numba import njit

ACCOUNTS = ("households", "advertisers", "suppliers", "investors", "creditors")
HOUSEHOLDS, ADVERTISERS, SUPPLIERS, INVESTORS, CREDITORS = range(len(ACCOUNTS))


@njit(cache=True)
def cents(money: Any) -> Any:
    """Whole cents nearest to an amount of money."""
    return int(math.floor(100.0 * money + 0.5))


@njit(cache=True)
def pay(firms: Any, f: Any, account: Any, amount: Any) -> None:
    """Firm f receives ``amount`` cents from an account (gives it, when negative)."""
    firms.cash[f] += amount
    firms.accounts[account] -= amount
