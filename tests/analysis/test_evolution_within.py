"""Selection inside runs: shares by hand, intervals over runs, effects between treatments."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest

from sim.analysis.evolution.within import effects, endings, imitated, paths, shares
from sim.analysis.intervals import mean, wilson
from sim.scenario.read import load, to_json


def weekly(run: str, week: int, firms: dict[str, tuple[int, int]], **keys: object) -> pd.DataFrame:
    """Rows of a week; firms: by name (which begins with the strategy), alive and users."""
    return pd.DataFrame([
        {"run": run, "treatment": "t", "replicate": 0, "week": week, "firm": name,
         "strategy": name[0], "alive": alive, "n_users": users, **keys}
        for name, (alive, users) in firms.items()
    ])  # fmt: skip


def two_runs() -> pd.DataFrame:
    """In run 1 a takes over; run 2 never sees b, and dies out."""
    return pd.concat([
        weekly("1", 0, {"a1": (1, 0), "a2": (1, 0), "b1": (1, 0), "b2": (1, 0)}),
        weekly("1", 4, {"a1": (1, 30), "a2": (1, 0), "b1": (1, 10), "b2": (0, 0)}),
        weekly("1", 8, {"a1": (1, 50), "a2": (0, 0), "b1": (0, 0), "b2": (0, 0)}),
        weekly("2", 0, {"a1": (1, 0), "c1": (1, 0)}),
        weekly("2", 4, {"a1": (0, 0), "c1": (1, 5)}),
        weekly("2", 8, {"a1": (0, 0), "c1": (0, 0)}),
    ])  # fmt: skip


def test_shares_are_of_living_firms_and_of_their_users() -> None:
    firms, users = shares(two_runs(), "firms"), shares(two_runs(), "users")
    assert firms.loc[("1", 4)].tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert users.loc[("1", 4)].tolist() == [0.75, 0.25, 0.0]
    assert firms.loc[("2", 0)].tolist() == [0.5, 0.0, 0.5]
    assert firms.sum(axis=1).tolist() == pytest.approx([1.0] * len(firms))
    # no firm lives in run 2 at the end, and nobody uses any at the start
    assert ("2", 8) not in firms.index
    assert [week for _, week in users.index] == [4, 8, 4]


def test_paths_are_means_over_the_runs_that_have_a_market() -> None:
    found = {path.strategy: path for path in paths(two_runs(), "firms")}
    assert found["a"].weeks.tolist() == [0, 4, 8]
    assert found["a"].share == pytest.approx([0.5, 1 / 3, 1.0])
    assert found["c"].share == pytest.approx([0.25, 0.5, 0.0])
    assert found["a"].n_runs == 2
    assert math.isnan(found["a"].low[2])  # one run is left: no interval


def test_endings_tell_start_end_and_who_is_left_alone() -> None:
    a, b, c = endings(two_runs())
    assert [one.strategy for one in (a, b, c)] == ["a", "b", "c"]
    assert (a.at_start.value, a.at_end.value, a.change.value) == (0.5, 0.5, 0.0)
    assert (b.at_end.value, b.change.value, b.users_at_end.value) == (0.0, -0.25, 0.0)
    assert a.alone == c.alone == wilson(1, 2)
    assert b.alone == wilson(0, 2)


def many(treatment: str, ends: np.ndarray) -> pd.DataFrame:
    """Runs of ten firms, half of them of a at first and ``ends`` of ten of a at the end."""
    parts = []
    for replicate, n in enumerate(ends):
        keys = {"treatment": treatment, "replicate": replicate}
        run = f"{treatment}{replicate}"
        for week, of_a in ((0, 5), (52, int(n))):
            firms = {f"a{i}": (1, 1) for i in range(of_a)}
            firms |= {f"b{i}": (1, 1) for i in range(10 - of_a)}
            parts.append(weekly(run, week, firms, **keys))
    return pd.concat(parts)


ENDS = np.array([3, 4, 8, 5, 6, 7, 2, 5, 9, 4])


def test_intervals_are_those_of_means_over_runs() -> None:
    (a, _) = paths(many("t", ENDS), "firms")
    expected = mean(ENDS / 10, bounds=(0.0, 1.0))
    assert (a.share[1], a.low[1], a.high[1]) == pytest.approx(expected, abs=0.01)
    assert (a.share[0], a.low[0], a.high[0]) == (0.5, 0.5, 0.5)  # as the scenario has it
    alone = paths(many("t", np.full(10, 10)), "firms")[0]
    assert (alone.low[1], alone.high[1]) == (wilson(10, 10).low, 1.0)  # may be luck


def test_effects_are_paired_with_the_first_treatment() -> None:
    both = pd.concat([many("off", ENDS), many("on", ENDS + 1)])
    firms, users = effects(both)
    assert (firms.treatment, firms.strategy, firms.of, firms.n_pairs) == ("on", "b", "firms", 10)
    assert firms.difference.value == pytest.approx(-0.1)
    assert users.of == "users"
    # all ten pairs agree: 2 of 2**10 deals of signs are as far out, and there are two tests
    assert firms.p_holm == pytest.approx(2 * 2 / 2**10)
    assert [one.p_holm for one in effects(pd.concat([many("off", ENDS), many("on", ENDS)]))] == [
        1.0, 1.0
    ]  # fmt: skip


def test_pairs_are_of_replicates_and_five_are_too_few() -> None:
    first = many("off", ENDS)
    shuffled = many("on", ENDS + 1).sample(frac=1.0, random_state=1)
    assert effects(pd.concat([first, shuffled]))[0].n_pairs == 10
    assert effects(pd.concat([first, many("on", ENDS[:5])])) == []
    assert effects(first) == []


def test_who_imitates_is_read_from_the_stored_scenario() -> None:
    keen, blind = load("imitation"), load("imitation", ["entry.imitation.strength=0"])
    nobody = load("imitation", ["entry.rate=0"])
    assert imitated([to_json(blind), to_json(keen)])
    assert not imitated([to_json(blind), to_json(nobody)])
    before = json.loads(to_json(keen))
    del before["entry"]["imitation"]
    assert not imitated([json.dumps(before)])
