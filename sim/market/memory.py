"""How much memory a run will take, told before anything is allocated."""

from __future__ import annotations

from sim.scenario.schema import NEEDS, Scenario

_PEOPLE_FIXED = 50  # bytes a person: the small fields of People, rounded up
_PEOPLE_START = 50  # bytes a person while the population is drawn: where people come from
_IDENTITY = 12  # bytes a person and identity: a word of needs, its salience
_RECORD = 8 * 53  # bytes a week and firm: the columns of measures.py
_PROGRAM = 250_000_000  # the interpreter, its libraries and the compiled model


def estimate_bytes(scenario: Scenario) -> int:
    """Peak memory of a run in bytes, within about a fifth."""
    people, n_needs = scenario.people, len(NEEDS)
    n_firms = sum(group.count for group in scenario.firms)
    n_firms += scenario.entry.limit if scenario.entry.rate > 0 else 0
    padded = -(-n_firms // 8) * 8
    links = people.links.mean if people.links.mixing == "network" else 0
    person = _PEOPLE_FIXED + _PEOPLE_START + people.identities * _IDENTITY + 4 * links
    person += 8 * padded
    if scenario.market.sides.apart:  # they are put into another order
        person *= 2
    week = n_firms * _RECORD * 2 + padded * n_needs * 4  # the result copies the record
    return _PROGRAM + people.count * person + (scenario.weeks + 1) * week
