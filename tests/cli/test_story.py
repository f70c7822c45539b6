"""The sentence of what happened follows from the series."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.cli.story import happened, lasting_from
from sim.market.result import RunResult
from tests.cli.fakes import result_of


@pytest.mark.parametrize(
    ("above", "week"),
    [
        ([0, 0, 1, 1], 2),
        ([0, 1, 0, 1], 3),
        ([1, 1, 1, 1], 0),
        ([1, 1, 1, 0], None),
    ],
)
def test_lasting_from(above: list[int], week: int | None) -> None:
    assert lasting_from(np.array(above, dtype=bool)) == week


def overtaking(before: int) -> RunResult:
    """A newcomer that two incumbents are ahead of for so many weeks."""
    users = [0, 80, *[10] * (before - 1), 50, 60, 70, 80]
    return result_of(
        [("Newcomer 1", "user-first", -1), ("Incumbent 1", "customer-centric", -1),
         ("Incumbent 2", "customer-centric", -1)],
        weeks=len(users) - 1,
        n_users={"Newcomer 1": users},
        n_payers={"Incumbent 1": [20] * len(users), "Incumbent 2": [25] * len(users)},
    )  # fmt: skip


def test_users_overtake_customers_for_good() -> None:
    # 80 users in week 1 did not last; 50 against 20 + 25 customers did
    said = "Newcomer 1 had more users than all Incumbents had customers from week 14 on."
    assert happened(overtaking(13)) == said


def test_a_lead_from_the_first_weeks_is_no_overtaking() -> None:
    assert happened(overtaking(12)).startswith("Every firm is still there; Newcomer 1 has most")


def test_outnumbering_nobody_is_no_feat() -> None:
    result = result_of(
        [("A", "user-first", -1), ("B", "customer-centric", 4)],
        n_users={"A": [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]},
        n_payers={"B": [5, 5, 5, 5, 0, 0, 0, 0, 0, 0, 0]},
    )
    assert happened(result) == (
        "B ran out of cash first, in week 4; 1 firm of 2 was left at the end."
    )


def test_nobody_left() -> None:
    result = result_of([("A", "user-first", 9), ("B", "user-first", 4)])
    assert happened(result) == (
        "B ran out of cash first, in week 4; 0 firms of 2 were left at the end."
    )


def test_a_merger_is_no_ruin() -> None:
    result = result_of([("A", "user-first", -1), ("B", "user-first", 4)])
    merged = replace(result.firms[1], cause="merged")
    assert happened(replace(result, firms=(result.firms[0], merged))) == (
        "B was taken over first, in week 4; 1 firm of 2 was left at the end."
    )


def test_the_lead_when_nobody_left() -> None:
    result = result_of(
        [("A", "user-first", -1), ("B", "user-first", -1)],
        n_users={"A": [10] * 11, "B": [0, 0, 0, 20, 30, 40, 50, 60, 70, 80, 412]},
    )
    assert happened(result) == (
        "Every firm is still there; B has most, 41.2% of people as users, in the lead since week 3."
    )


def test_a_firm_alone() -> None:
    result = result_of([("A", "user-first", -1)], n_users={"A": [0] * 10 + [123]})
    assert happened(result) == "A is still there after 10 weeks, with 12.3% of people as users."
