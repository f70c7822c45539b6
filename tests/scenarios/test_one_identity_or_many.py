"""Essay 003-8: to take people for one identity limits what a firm can be to them.

The scenario shows a gain that grows with the identities that people have.
"""

from __future__ import annotations

from tests.scenarios.paired import F, interval, of, runs


def gain(identities: int, models: int, *changes: str) -> F:
    """What telling identities apart adds to discounted profit, (seeds,)."""
    same = ("weeks=156", f"people.identities={identities}", *changes)
    return of(
        runs("one-identity-or-many", *same, f"firms.Subtle.offer.models={models}"),
        "Subtle", "discounted_profit",
    ) - of(
        runs("one-identity-or-many", *same, "firms.Subtle.offer.models=1"),
        "Subtle", "discounted_profit",
    )  # fmt: skip


def test_the_gain_grows_with_the_identities_people_have() -> None:
    two, four = gain(2, 2), gain(4, 4)
    assert interval(two).low > 0
    assert interval(four - two).low > 0


def test_half_of_the_identities_are_worth_less_than_all() -> None:
    assert interval(gain(4, 4) - gain(4, 2)).low > 0


def test_where_there_is_one_identity_telling_apart_changes_nothing() -> None:
    assert (gain(1, 4) == 0).all()
