"""Essay 002-7: customers rate ideas. Here their votes forecast worse than a manager who looks.

Who gives ideas needs other things than who buys, so that more of them do not help.
"""

from __future__ import annotations

from tests.scenarios.paired import F, at, interval, runs

MANAGER = ("firms.Asker.strategy=user-first",)


def error(*changes: str, people: int = 2000, seeds: int = 20) -> F:
    """Half the absolute error of what the Asker believes people need, after two years."""
    return at(
        runs("crowdsourcing", "weeks=104", *changes, seeds=seeds, people=people),
        "Asker", "belief_error",
    )  # fmt: skip


def test_votes_forecast_worse_than_a_manager_who_looks() -> None:
    found = interval(error() - error(*MANAGER))
    assert found.low > 0.05, found


def test_more_voters_do_not_help_as_they_are_not_the_buyers() -> None:
    """Ten times the people: chance averages out, and what is left is who they are."""
    assert interval(error(people=10_000, seeds=8)).low > 0.1


def test_votes_beside_observation_add_next_to_nothing() -> None:
    found = interval(error(*MANAGER, "firms.Asker.offer.votes=1") - error(*MANAGER))
    assert found.low > -0.01, found
    assert found.high < 0.01, found
