"""What a firm wants more of, computed from what it measured itself.

Two objectives exist: the margin of payers, and the discounted value of all engaged users.
The second is, per free user, ``PV = (a - c_u + kappa V_p) / (r + delta + kappa - w)``: ad
income ``a``, cost to serve ``c_u``, chance ``kappa`` to become a payer of value ``V_p``,
discount ``r``, churn ``delta``, referrals ``w``.  A firm sees ``delta - w`` only together,
as the net loss of users.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.strategies.base import Seen

DISCOUNT = 0.10 / 52  # per week; 10% a year, the rate at which profit is discounted by default
# Nobody stays for ever: even while their number grows, users leave at 4% a month at least
# (Netflix, Q4 2004: .044).  This also keeps the value finite, whatever the growth.
CHURN = 0.04 * 12 / 52  # per week


def margin_of_payers(seen: Seen, weeks: int = 1) -> float:
    """Income from sales less its part of the costs, money per head and week."""
    return seen.revenue - seen.advertising - _payers_part(seen) * _costs(seen)


def value_of_payer(seen: Seen, weeks: int) -> float:
    """Discounted margin of one payer, in money; 0 without payers.

    weeks: time since the last review.
    """
    if seen.payers <= 0:
        return 0.0
    margin = margin_of_payers(seen) * seen.people / seen.payers
    return margin / (DISCOUNT + _loss(seen.payers_before, seen.payers, weeks))


def value_of_free_user(seen: Seen, weeks: int) -> float:
    """PV of one user who does not pay, in money; 0 without such users.

    ``kappa`` is counted net (payers gained): repeat purchases are in ``V_p`` already.
    weeks: time since the last review.
    """
    free = free_users(seen)
    if free == 0:
        return 0.0
    served = (1 - _payers_part(seen)) * _costs(seen)
    income = (seen.advertising - served) * seen.people / free
    kappa = max(0, seen.payers - seen.payers_before) / (max(weeks, 1) * free)
    loss = _loss(seen.users_before, seen.users, weeks)
    return (income + kappa * value_of_payer(seen, weeks)) / (DISCOUNT + loss + kappa)


def value_of_users(seen: Seen, weeks: int) -> float:
    """Discounted value of everyone engaged, paying or not, money per head."""
    free = free_users(seen) * value_of_free_user(seen, weeks)
    return (free + seen.payers * value_of_payer(seen, weeks)) / max(seen.people, 1)


def free_users(seen: Seen) -> int:
    """Users who do not pay."""
    return max(seen.users - seen.payers, 0)


def _costs(seen: Seen) -> float:
    """Costs of goods, service and capacity, money per head and week."""
    return seen.revenue - seen.gross_profit


def _payers_part(seen: Seen) -> float:
    """The share of costs booked to payers: by income, else by heads.

    The books do not say who caused a cost (Assumption: no activity-based costing).
    """
    if seen.revenue > 0:
        return (seen.revenue - seen.advertising) / seen.revenue
    everyone = max(seen.users, seen.payers)
    return seen.payers / everyone if everyone > 0 else 1.0


def _loss(before: int, now: int, weeks: int) -> float:
    """Net loss per week since the last review, ``CHURN`` at least."""
    if before <= 0:
        return CHURN
    return max(CHURN, (before - now) / (before * max(weeks, 1)))


PAYERS = "margin of payers"
USERS = "discounted value of all engaged users"
OBJECTIVES: dict[str, Callable[[Seen, int], float]] = {
    PAYERS: margin_of_payers,
    USERS: value_of_users,
}
