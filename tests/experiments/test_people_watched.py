"""Watchers of people: counted by hand on made-up weeks, and against what a run itself records."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.experiments.errors import StoreError
from sim.experiments.people.buying import Repeat, Tenure
from sim.experiments.people.ideas import ideas_of
from sim.experiments.people.looking import WATCHERS, Looking, counted, look_into
from sim.experiments.people.meeting import Both, Contagion, compared, quantile_group
from sim.experiments.people.talking import Content, Trees, trees
from sim.experiments.people.weeks import NO_FIRM, Watcher, Week
from sim.experiments.reading import resolve
from sim.experiments.ways import Ways
from sim.market.model import simulate
from sim.scenario.read import load

N = 4


def week(number: int, *, n_firms: int = 1, n: int = N, **changes: Any) -> Week:
    """A week in which nothing happens among people without links, but for the changes."""
    nobody = np.zeros((n_firms, n), bool)
    quiet = Week(
        week=number, firms=tuple("ABC"[:n_firms]), alive=np.ones(n_firms, bool),
        online=np.ones(n, bool), bought=np.full(n, NO_FIRM), told=np.full(n, NO_FIRM),
        ideas=np.full(n, NO_FIRM),
        aware=nobody, ever=nobody, engaged=nobody, links=np.zeros((n, 1), np.uint32),
        block=np.zeros(n, np.uint8), reach_rank=np.arange(n, dtype=np.float32) / n,
        taste=np.zeros(n, np.float32),
    )  # fmt: skip
    return replace(quiet, **changes)


def only(person: int, value: int = 0) -> np.ndarray:
    """A firm at one person, nobody's elsewhere."""
    found = np.full(N, NO_FIRM)
    found[person] = value
    return found


def test_tenure_follows_customers_from_their_first_purchase_in_years() -> None:
    watcher: Watcher = Tenure()
    purchases = {1: 0, 10: 1, 60: 0, 110: 0}  # person 0 in years 1, 2, 3; person 1 in year 1 only
    owner = np.array([[False, False, True, False]])  # person 2 came with a good: not followed
    for number in range(209):
        bought = only(purchases[number]) if number in purchases else np.full(N, NO_FIRM)
        if number == 5:
            bought = only(2)
        watcher.look(week(number, bought=bought, ever=owner))
    # weeks 1 and 10 acquire two; one is kept after year 1, the same one after year 2, none after 3
    assert watcher.rows() == [
        {"year": 1, "at_risk": 2, "kept": 1},
        {"year": 2, "at_risk": 1, "kept": 1},
        {"year": 3, "at_risk": 1, "kept": 0},
    ]


def test_tenure_stops_where_the_firm_does() -> None:
    watcher = Tenure()
    for number in range(200):
        bought = only(0) if number == 1 else np.full(N, NO_FIRM)
        watcher.look(week(number, bought=bought, alive=np.array([number < 90])))
    assert watcher.rows() == []


def test_repeat_buyers_of_the_next_quarter() -> None:
    watcher = Repeat()
    purchases = {3: 0, 5: 1, 6: 0, 14: 0, 27: 2}
    for number in range(40):
        bought = only(purchases[number]) if number in purchases else np.full(N, NO_FIRM)
        watcher.look(week(number, bought=bought))
    assert [(row["quarter"], row["buyers"], row["again"]) for row in watcher.rows()] == [
        (1, 2, 1), (2, 1, 0),
    ]  # fmt: skip
    assert watcher.rows()[0] | {"people": N, "firm": "A"} == watcher.rows()[0]


def test_content_of_the_top_tenth_and_creators_of_the_last_month() -> None:
    watcher, n = Content(), 20
    engaged = np.ones((1, n), bool)
    for number in range(53):
        told = np.full(n, NO_FIRM)
        told[0] = 0 if 1 <= number <= 30 else NO_FIRM  # 30 messages
        told[1] = 0 if 1 <= number <= 10 else NO_FIRM
        told[2] = 0 if number in (50, 51) else NO_FIRM  # of the last four weeks
        told[3] = 0 if number == 48 else NO_FIRM  # just before them
        ideas = np.full(n, NO_FIRM)
        ideas[4:8] = 0 if number == 52 else NO_FIRM  # one each, in the last week
        watcher.look(week(number, n=n, told=told, ideas=ideas, engaged=engaged))
    (row,) = watcher.rows()
    assert row == {
        "year": 1, "users": 20, "online": 20, "told": 43, "top_told": 40, "lately_told": 1,
        "ideas": 4, "top_ideas": 2, "lately_ideas": 4,
    }  # fmt: skip


def test_trees_have_generations_and_people() -> None:
    #        0 -> 1 -> 2 ; 3 alone ; 4 -> 5 ; 6 in no tree, so 7 below it is a root
    parent = np.array([-1, 0, 1, -1, -1, 4, -2, 6])
    depth, size = trees(parent)
    assert sorted(zip(depth.tolist(), size.tolist(), strict=True)) == [
        (0, 1), (0, 1), (1, 2), (2, 3),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="above itself"):
        trees(np.array([1, 0]))


def test_a_story_comes_from_a_neighbour_who_told_the_week_before() -> None:
    links = np.array([[3], [0], [1], [0]], np.uint32)  # 1 hears 0, 2 hears 1, 3 hears 0
    known = np.array([[True, False, False, False]])
    watcher = Trees()
    watcher.look(week(0, aware=known, links=links))
    watcher.look(week(1, aware=known, links=links, told=only(0), ever=known))
    known = np.array([[True, True, False, False]])  # 1 heard from 0
    watcher.look(week(2, aware=known, links=links, ever=known))
    everyone = np.ones((1, N), bool)  # 2 and 3 heard when nobody had told: roots
    watcher.look(week(3, aware=everyone, links=links, ever=np.array([[True, True, True, False]])))
    assert watcher.rows() == [
        {"generations": 0, "trees": 1, "people": 1},  # 3 never used it
        {"generations": 1, "trees": 1, "people": 2},
    ]


def test_contagion_is_compared_with_all_and_with_like_people() -> None:
    # group 0: 4 treated (3 adopt), 2 others (1 adopts); group 1: 1 treated (none), 3 others (none);
    # group 2: a treated person who adopts and has no like person
    treated = np.array([1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 1], bool)
    new = np.array([1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 1], bool)
    alike = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2])
    base = 1 / 5
    assert compared(treated, new, alike) == pytest.approx(
        [6, 4 - 6 * base, 5, 3 - 4 * 0.5, 3 - 5 * base]
    )
    assert not compared(np.ones(3, bool), np.ones(3, bool), np.zeros(3, int)).any()
    groups = quantile_group(np.array([5.0, 1, 4, 2, 3], np.float32))
    assert groups.tolist() == [4, 0, 3, 1, 2]


def test_contagion_looks_a_quarter_ahead() -> None:
    watcher = Contagion()
    links = np.array([[3], [3], [1], [3]], np.uint32)  # 0 and 1 listen to 3, a user; 2 does not
    user = np.array([[False, False, False, True]])
    later = np.array([[True, False, False, True]])  # 0 came to use it within the quarter
    one_block = {"links": links, "reach_rank": np.zeros(N, np.float32)}
    watcher.look(week(0, ever=user, engaged=user, **one_block))
    for number in range(1, 13):
        watcher.look(week(number, ever=later, engaged=user, **one_block))
    assert watcher.rows()[0]["treated"] == 0
    watcher.look(week(13, ever=later, engaged=user, **one_block))
    row = watcher.rows()[0]
    assert (row["treated"], row["naive"]) == (2, 1)


def test_who_uses_two_firms() -> None:
    engaged = np.array([[True, True, False, False], [True, False, False, False],
                        [False, False, False, True]])  # fmt: skip
    watcher = Both()
    watcher.look(week(0, n_firms=3, engaged=engaged, alive=np.array([True, True, False])))
    assert watcher.rows() == [{"week": 0, "users": 2, "both": 1, "platforms": 2}]


SMALL = ("people.count=300", "weeks=120")


@pytest.fixture(scope="module")
def looked(tmp_path_factory):
    """A run with all watchers in it, its counts, and the same run without them."""
    folder, scenario = tmp_path_factory.mktemp("looked"), load("from-scratch", SMALL)
    seen = []
    looking = Looking(folder, tuple(WATCHERS))
    result = looking(scenario, seed=5, progress=lambda week, weeks: seen.append((week, weeks)))
    (path,) = (folder / "people").iterdir()
    assert seen[-1] == (117, 120)
    return result, json.loads(path.read_text()), simulate(scenario, seed=5)


def test_looking_changes_no_result(looked):
    result, _, plain = looked
    assert result.digest == plain.digest


def test_ideas_found_from_the_draws_are_those_that_the_model_counted():
    from sim.market.model import MarketModel

    model = MarketModel(load("from-scratch", SMALL), seed=7)
    n_firms = len(model.slots)
    places = np.argsort([slot.place for slot in model.slots], kind="stable")
    found = np.zeros((121, n_firms), int)
    while model.week < 120:
        before = model.people.engagement[:n_firms].copy()
        model.advance(1)
        who = ideas_of(model, before)
        found[model.week] = np.bincount(who[who != NO_FIRM], minlength=n_firms)[places]
    assert found.sum() > 200
    assert (found == model.result().firm_series["n_ideas"]).all()


def test_counts_of_people_add_up_to_the_firms_own(looked):
    result, counts, _ = looked
    series = result.firm_series
    told = sum(row["told"] for row in counts["content"])
    # users engaged at the end of a year told nearly all; nothing is told by who never used
    assert 0.95 * series["n_told"][:105].sum() <= told <= series["n_told"][:105].sum()
    ideas = sum(row["ideas"] for row in counts["content"])
    assert 0.95 * series["n_ideas"][:105].sum() <= ideas <= series["n_ideas"][:105].sum()
    people = sum(row["people"] for row in counts["trees"])
    assert people == series["n_touched"][-1].sum()
    assert len(counts["both"]) == 121
    buyers = {(row["firm"], row["quarter"]): row["buyers"] for row in counts["repeat"]}
    names = [firm.name for firm in result.firms]
    sales = series["n_sales"][14:27].sum(axis=0)
    for f, name in enumerate(names):
        # a good serves four weeks, so nobody buys more than three times in a quarter
        assert sales[f] / 4 <= buyers[name, 2] <= sales[f]


def test_counts_are_stored_by_run_made_again_when_lost_and_named_when_damaged(tmp_path):
    study = resolve("facts-war", ("people.count=60",), replicates=2)
    treatments = tuple(
        replace(one, scenario=load("didi-kuaidi", ("people.count=60", "weeks=20", "events=[]")))
        for one in study.treatments
    )
    from sim.scenario.read import digest

    treatments = tuple(replace(one, digest=digest(one.scenario)) for one in treatments)
    study = replace(study, treatments=treatments)
    ways = Ways(jobs=1, executor="threads")
    assert look_into(tmp_path, study, ("both",), ways).done == 2
    before = counted(tmp_path, study)
    assert {row["replicate"] for row in before["both"]} == {0, 1}
    assert len(before["both"]) == 2 * 21
    first, second = sorted((tmp_path / "people").iterdir())
    kept = second.stat().st_mtime_ns
    first.unlink()
    look_into(tmp_path, study, ("both",), ways)  # its run is stored, its counts are not
    assert counted(tmp_path, study) == before
    assert second.stat().st_mtime_ns == kept
    first.write_text("{")
    with pytest.raises(StoreError, match=first.name):
        counted(tmp_path, study)
