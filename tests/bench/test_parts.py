"""The week that looks at the clock is the engine's, and no call of it is forgotten."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from sim.market import week
from sim.market.model import MarketModel, simulate
from tests.bench import parts
from tests.bench.limits import FIRST
from tests.bench.markets import market


def test_every_call_of_the_week_counts_to_a_part() -> None:
    """All that the week imports from its parts' files, but for what sizes and names things."""
    _, found = parts.watched_source()
    called = {name.split(".")[1] for name in found}
    tree = ast.parse(Path(week.__file__).read_text("utf-8"))
    imported = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        and node.module in {f"sim.market.{room}" for room in (
            "buying", "experience", "hearing", "identity", "living", "stages", "trial"
        )}
        for alias in node.names
    }  # fmt: skip
    assert imported <= called
    assert set(found.values()) == set(FIRST) == set(parts.PARTS) - {parts.SETTLE}


@pytest.mark.slow
def test_watched_weeks_are_the_weeks_and_their_parts_are_all_of_them() -> None:
    """Half a minute, because the week is compiled once more."""
    scenario = market(700, 30)
    with parts.looking():
        watched = simulate(scenario)
    assert watched.digest == simulate(scenario).digest
    found = parts.shares(MarketModel(scenario), 10, 2)
    assert tuple(found) == parts.PARTS
    assert sum(found.values()) == pytest.approx(1.0)
    assert all(0.0 < share < 0.9 for share in found.values())
