"""Competing causes of exit: incidences by hand, their sum, bands, and a law to agree with."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.analysis.causes import EXITS, MEANINGS, causes_table, cumulative_incidence
from sim.analysis.survival import kaplan_meier
from sim.market.measures import CAUSES

# Ten firms. At risk and leaving, by hand:
#   week 2: 10, one insolvent            S(2-) = 1     insolvent .1
#   week 3:  9, one starved              S(3-) = .9    starved   .9/9      = .1
#   week 4:  one lost from sight; 7 left after it
#   week 5:  7, one insolvent one starved S(5-) = .8   each      .8/7      = .114286
#   week 6:  two lost from sight; 3 left
#   week 8:  3, one capacity             S(8-) = .8 * 5/7 = .571429; capacity /3 = .190476
WEEKS = [2, 3, 4, 5, 5, 6, 6, 8, 9, 9]
WHY = ["insolvent", "starved", "alive", "insolvent", "starved", "alive", "alive", "capacity",
       "alive", "alive"]  # fmt: skip


def test_incidences_worked_by_hand() -> None:
    found = cumulative_incidence(WEEKS, WHY, np.arange(10))
    assert found.weeks.tolist() == [2, 3, 5, 8]
    assert found.causes == ("insolvent", "starved", "capacity")
    expected = [
        [0.1, 0.1, 0.214286, 0.214286],
        [0.0, 0.1, 0.214286, 0.214286],
        [0.0, 0.0, 0.0, 0.190476],
    ]
    np.testing.assert_allclose(found.share, expected, atol=1e-6)
    np.testing.assert_allclose(found.alive, [0.9, 0.8, 0.571429, 0.380952], atol=1e-6)
    assert found.at("insolvent", 1) == (0, 0, 0)
    assert found.at("insolvent", 4.9).value == pytest.approx(0.1)
    assert found.at("capacity", 99).value == pytest.approx(0.190476, abs=1e-6)


def test_what_is_left_and_what_has_gone_is_everything() -> None:
    rng, n = np.random.default_rng(1), 900
    weeks = rng.integers(1, 521, n)
    why = rng.choice(CAUSES, n, p=[0.4, 0.25, 0.15, 0.1, 0.1])
    runs = np.repeat(np.arange(n // 3), 3)
    found = cumulative_incidence(weeks, why, runs, draws=50)
    np.testing.assert_allclose(found.share.sum(axis=0) + found.alive, 1.0, atol=1e-12)
    curve = kaplan_meier(weeks, why != "alive", runs)
    np.testing.assert_array_equal(found.weeks, curve.weeks)
    np.testing.assert_allclose(found.alive, curve.alive, atol=1e-12)


def competing(rng: np.random.Generator, n_runs: int, firms: int = 2) -> tuple[np.ndarray, ...]:
    """Constant hazards .002 (insolvent) and .001 (starved) a week, seen for at most 520."""
    n = n_runs * firms
    lives, seen = np.ceil(rng.exponential(1 / 0.003, n)), rng.integers(200, 521, n)
    why = np.where(rng.random(n) < 2 / 3, "insolvent", "starved")
    why = np.where(lives <= seen, why, "alive")
    return np.minimum(lives, seen), why, np.repeat(np.arange(n_runs), firms)


def test_constant_competing_hazards_have_the_incidence_of_the_formula() -> None:
    # 8,000 firms: 4 standard errors are .022
    found = cumulative_incidence(*competing(np.random.default_rng(2), 4000), draws=20)
    for cause, share in (("insolvent", 2 / 3), ("starved", 1 / 3)):
        for week in (50, 200, 400):
            truth = share * (1 - np.exp(-0.003 * week))  # h_k/h (1 - exp(-h t))
            assert found.at(cause, week).value == pytest.approx(truth, abs=0.022)
    # one less Kaplan-Meier with the other cause censored would tell of another world
    weeks, why, _ = competing(np.random.default_rng(2), 4000)
    naive = 1 - kaplan_meier(weeks, why == "starved").at(400)
    assert naive > found.at("starved", 400).value + 0.05


def test_band_holds_the_truth_as_often_as_it_says() -> None:
    rng, held, repetitions = np.random.default_rng(3), 0, 150
    truth = 2 / 3 * (1 - np.exp(-0.003 * 150))
    for _ in range(repetitions):
        low, high = cumulative_incidence(*competing(rng, 40), draws=200).at("insolvent", 150)[1:]
        held += low <= truth <= high
    assert held / repetitions > 0.945 - 3.5 * (0.05 * 0.95 / repetitions) ** 0.5


def test_runs_are_drawn_not_firms() -> None:
    weeks, why, _ = competing(np.random.default_rng(4), 60, 1)
    alone = cumulative_incidence(weeks, why, np.arange(60))
    tripled = cumulative_incidence(*(np.repeat(x, 3) for x in (weeks, why, np.arange(60))))
    np.testing.assert_allclose(tripled.share, alone.share)
    assert (tripled.high - tripled.low)[0, -1] == pytest.approx(
        (alone.high - alone.low)[0, -1], rel=0.1
    )


def test_twenty_runs_without_a_failure_prove_little() -> None:
    found = cumulative_incidence([5] + [9] * 19, ["starved"] + ["alive"] * 19, np.arange(20))
    value, low, high = found.at("starved", 9)
    assert value == pytest.approx(0.05)
    assert low <= 0.0089  # one of 20, Wilson: .0089 to .2361
    assert high >= 0.2361


def test_one_run_has_no_band_and_nobody_gone_no_curve() -> None:
    one = cumulative_incidence(WEEKS, WHY, np.zeros(10))
    assert np.isnan(one.low).all()
    assert one.share[0, -1] == pytest.approx(0.214286, abs=1e-6)
    none = cumulative_incidence([5, 5], ["alive", "alive"], [0, 1])
    assert (none.causes, len(none.weeks)) == ((), 0)


def test_table_has_a_row_a_strategy_and_cause() -> None:
    rows = pd.DataFrame(
        {
            "strategy": ["a"] * 10 + ["b"] * 2,
            "run": [*range(10), 0, 1],
            "weeks_alive": [*WEEKS, 9, 9],
            "cause": [*WHY, "alive", "alive"],
        }
    )
    found = causes_table(rows)
    assert [(row["strategy"], row["cause"]) for row in found] == [
        ("a", cause) for cause in EXITS[:3]
    ]
    assert found[2]["share"].value == pytest.approx(0.190476, abs=1e-6)
    assert found[2]["share"].low < 0.1905 < found[2]["share"].high
    assert set(MEANINGS) == set(EXITS)


def test_faults_are_told() -> None:
    with pytest.raises(ValueError, match="one time and one cause"):
        cumulative_incidence([1, 2], ["alive"], [0])
    with pytest.raises(ValueError, match="no cause bankrupt; there are alive, insolvent"):
        cumulative_incidence([1], ["bankrupt"], [0])
