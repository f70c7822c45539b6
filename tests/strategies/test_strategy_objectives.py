"""Objectives against the formula PV = (a - c_u + kappa V_p) / (r + delta + kappa - w)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.strategies import Decision, Seen
from sim.strategies.objectives import (
    CHURN,
    DISCOUNT,
    OBJECTIVES,
    margin_of_payers,
    value_of_free_user,
    value_of_payer,
    value_of_users,
)


def seen(**changes: Any) -> Seen:
    """1,000 people, 300 users of whom 100 pay; income .03 (a third ads), costs .015 a head."""
    base = Seen(
        week=14, age=13, people=1000, cash=0.5, users=300, payers=100, fans=0, users_before=300,
        payers_before=100, sales=0.02, revenue=0.03, advertising=0.01, gross_profit=0.015,
        profit=0.0, load=1.0, trust=0.5, culture=0.0, beliefs=(1 / 6,) * 6, quality=(0.4,) * 6,
        current=Decision(), rivals=(), draw=(0.0,) * 4,
    )  # fmt: skip
    return base._replace(**changes)


def test_margin_of_payers_bears_costs_by_income() -> None:
    """Sales .02 are two thirds of income, so they bear .010 of the costs of .015."""
    assert margin_of_payers(seen()) == pytest.approx(0.02 - 0.010)


def test_costs_without_income_are_shared_by_heads() -> None:
    """Costs .006, 100 of 300 pay (nothing, so far): .002 are theirs."""
    poor = seen(revenue=0.0, advertising=0.0, gross_profit=-0.006)
    assert margin_of_payers(poor) == pytest.approx(-0.002)
    nobody = poor._replace(users=0, payers=0)
    assert margin_of_payers(nobody) == pytest.approx(-0.006)


def test_value_of_a_payer() -> None:
    """.010 a head is .1 money a payer and week, discounted at r and the least churn."""
    assert value_of_payer(seen(), 13) == pytest.approx(0.1 / (DISCOUNT + CHURN))
    # 50 of 150 payers lost in 13 weeks is a churn of 1/39 a week
    assert value_of_payer(seen(payers_before=150), 13) == pytest.approx(0.1 / (DISCOUNT + 1 / 39))
    assert value_of_payer(seen(payers=0), 13) == 0.0


def test_value_of_a_free_user() -> None:
    """200 free users: a = .05, c_u = .025; 13 payers won in 13 weeks: kappa = 1/200."""
    assert value_of_free_user(seen(), 13) == pytest.approx(0.025 / (DISCOUNT + CHURN))
    won = seen(payers_before=87)
    kappa = 1 / 200
    value = (0.025 + kappa * value_of_payer(won, 13)) / (DISCOUNT + CHURN + kappa)
    assert value_of_free_user(won, 13) == pytest.approx(value)
    assert value_of_free_user(seen(users=100), 13) == 0.0


def test_value_of_users_adds_up() -> None:
    """Without growth or loss: the whole gross profit, discounted."""
    assert value_of_users(seen(), 13) == pytest.approx(0.015 / (DISCOUNT + CHURN))


def test_the_objectives_disagree_where_they_should() -> None:
    """More ads and more free users raise one and leave the other."""
    more = seen(users=500, users_before=500, revenue=0.04, advertising=0.02, gross_profit=0.02)
    assert value_of_users(more, 13) > value_of_users(seen(), 13)
    assert margin_of_payers(more) == pytest.approx(margin_of_payers(seen()))


def test_rates_are_those_of_their_sources() -> None:
    assert pytest.approx(0.10 / 52) == DISCOUNT
    assert pytest.approx(1 - 0.04, abs=0.002) == (1 - CHURN) ** (52 / 12)


flow = st.floats(-10, 10)
count = st.integers(0, 1000)


@given(
    count, count, count, count, st.floats(0, 10), st.floats(0, 10), flow, st.integers(0, 99)
)  # fmt: skip
def test_any_books_have_a_finite_value(
    users: int, payers: int, users_before: int, payers_before: int, revenue: float,
    advertising: float, gross: float, weeks: int,
) -> None:  # fmt: skip
    books = seen(
        users=users, payers=payers, users_before=users_before, payers_before=payers_before,
        revenue=revenue, advertising=min(advertising, revenue), gross_profit=gross,
    )  # fmt: skip
    for objective in OBJECTIVES.values():
        assert abs(objective(books, weeks)) < 1e7
