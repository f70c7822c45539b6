"""Treatments by their factors: short names, grids, ranges and directions."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from sim.analysis.treatments import (
    by_treatment,
    directions,
    short_names,
    short_titles,
    two_factors,
)
from sim.experiments.design import label

UF, CC = "user-first", "customer-centric"
CASH, EFFECT = "firms.New.cash", "market.network.effect"
GRID = [
    (label(settings), settings)
    for settings in ({CASH: c, EFFECT: e} for c, e in itertools.product((0.3, 1, 3), (0, 4)))
]


def rows(n: int = 8) -> pd.DataFrame:
    """User-first lives where it has more than .3; network effects change nothing."""
    return pd.DataFrame([
        {"treatment": name, "replicate": r, "strategy": kind, "run": f"{name}{r}",
         "survived": int(kind == CC or settings[CASH] > 0.3)}
        for name, settings in GRID for r in range(n) for kind in (UF, CC)
    ])  # fmt: skip


def test_factors_are_called_by_the_words_that_tell_them_apart() -> None:
    assert short_names([CASH, EFFECT]) == {CASH: "cash", EFFECT: "effect"}
    twice = short_names(["firms.Old.cash", "firms.New.cash"])
    assert list(twice.values()) == ["Old.cash", "New.cash"]
    assert short_names(["weeks", "a.weeks"]) == {"weeks": "weeks", "a.weeks": "a.weeks"}


def test_titles_are_short_and_a_studys_own_names_stay() -> None:
    assert short_titles(GRID)[GRID[1][0]] == "cash=0.3, effect=4"
    assert short_titles([("rich firms", {CASH: 3})]) == {"rich firms": "rich firms"}


def test_only_a_full_grid_of_two_numbers_is_a_map() -> None:
    assert two_factors(GRID) == (CASH, EFFECT)
    assert two_factors(GRID[:-1]) is None
    assert two_factors([(n, {**s, "weeks": i}) for i, (n, s) in enumerate(GRID)]) is None
    assert two_factors([(n, {**s, EFFECT: "a"}) for n, s in GRID]) is None
    assert two_factors([("baseline", {})]) is None


def test_each_factor_has_its_direction_and_few_replicates_have_none() -> None:
    cash, effect = directions(rows(), GRID, (UF, CC))
    assert (cash.sign, cash.lowest, cash.highest) == (1, -1.0, 0.0)
    assert effect.sign == 0
    assert effect.change.value == pytest.approx(0.0)
    assert directions(rows(), GRID, (CC, UF))[0].sign == -1
    assert directions(rows(3), GRID, (UF, CC))[0].sign == 0


def test_the_range_over_treatments_is_said() -> None:
    said = by_treatment(rows(), GRID, (UF, CC))
    assert "runs from -100 (cash=0.3, effect=0) to 0 points (cash=1, effect=0)" in said
    assert "rises with cash (-100 at the lowest level, 0 at the highest)" in said
    assert "does not clearly change with effect" in said


def test_where_no_firm_fails_profit_tells_treatments_apart() -> None:
    earned = rows().assign(survived=1)
    rich = earned["treatment"].map(dict(GRID)).map(lambda settings: settings[CASH] > 0.3)
    earned["discounted_profit"] = 0.5 * (rich & (earned["strategy"] == UF))
    said = by_treatment(earned, GRID, (UF, CC))
    assert said.startswith(
        "No firm fails here; by treatment the discounted profit of user-first less"
    )
    assert "runs from 0.00 (cash=0.3, effect=0) to +0.50 money per head (cash=1" in said
    assert "rises with cash (0.00 at the lowest level, +0.50 at the highest)" in said


def test_one_kind_of_firm_has_its_own_range() -> None:
    alone = rows().query("strategy == @UF")
    said = by_treatment(alone, GRID, None)
    assert said.startswith(
        "By treatment, the share alive runs from 0 (cash=0.3, effect=0) to 100% ("
    )
    assert "It rises with cash (0 at the lowest level, 100 at the highest)." in said
    earned = by_treatment(alone.assign(survived=1, discounted_profit=-0.25), GRID, None)
    assert "the discounted profit runs from -0.25 (cash=0.3, effect=0) to -0.25 money" in earned
