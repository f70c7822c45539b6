"""Double entry in whole cents: what one account gains, another gives.

A firm's cash is one side of every posting; the other side is an account of the world
outside the firms.  The sum of all cash and all accounts never changes (it is zero, because
the starting cash is owed to investors).
"""

from __future__ import annotations

import math
from typing import Any

from sim.market.lean import lean

ACCOUNTS = ("households", "advertisers", "suppliers", "investors", "creditors")
HOUSEHOLDS, ADVERTISERS, SUPPLIERS, INVESTORS, CREDITORS = range(len(ACCOUNTS))


@lean(entry=True)
def cents(money: Any) -> Any:
    """Whole cents nearest to an amount of money."""
    return math.floor(100.0 * money + 0.5)


@lean(entry=True)
def pay(firm: Any, accounts: Any, account: Any, amount: Any) -> None:
    """The firm receives ``amount`` cents from an account (gives it, when negative)."""
    firm.cash += amount
    accounts[account] -= amount
