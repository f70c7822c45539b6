"""Essays 000-5 and 000-6: seven audiences, all of which matter; attention is limited.

The scenario shows that two of them carry nearly all of it, and that the best two alone do better.
"""

from __future__ import annotations

import pytest

from sim.market.result import RunResult
from sim.strategies.base import AUDIENCES
from tests.scenarios.paired import interval, of, runs

CARRY = ("prospects", "partners")


def attending(*to: str) -> list[RunResult]:
    """Runs in which the Courtier attends to these audiences."""
    return runs(
        "seven-audiences",
        *(f"firms.Courtier.offer.audiences.{a}={int(a in to)}" for a in AUDIENCES),
        people=1000,
    )


def lost(audience: str) -> tuple[float, float]:
    """Users lost where this audience alone is left out: bounds of the 95% interval, people."""
    rest = [a for a in AUDIENCES if a != audience]
    found = interval(
        of(attending(*AUDIENCES), "Courtier", "users") - of(attending(*rest), "Courtier", "users")
    )
    return found.low, found.high


@pytest.mark.parametrize("audience", CARRY)
def test_two_audiences_are_missed(audience: str) -> None:
    assert lost(audience)[0] > 0


@pytest.mark.parametrize("audience", [a for a in AUDIENCES if a not in CARRY])
def test_five_are_hardly_missed_as_the_others_get_their_attention(audience: str) -> None:
    """Less than one in twenty of the 1,000 people."""
    assert lost(audience)[1] < 50


def test_the_best_two_do_better_than_all_seven() -> None:
    """Partial refutation of 000-6, as predicted: attention is scarce."""
    two, all_seven = attending(*CARRY), attending(*AUDIENCES)
    for measure in ("users", "discounted_profit"):
        assert interval(of(two, "Courtier", measure) - of(all_seven, "Courtier", measure)).low > 0
