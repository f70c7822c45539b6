"""Seeds, keys and treatments are functions of the study and of nothing else."""

from __future__ import annotations

import hashlib
from itertools import groupby

import pytest
from pydantic import ValidationError

from sim.experiments.design import DESIGNS, combinations, plan, run_key, seed_of
from sim.experiments.study import LISTING, Factor, Study, count_treatments
from tests.experiments.fakes import small, treatments


def study(**changes: object) -> Study:
    factors = {"a": {"values": [1, 2]}, "b": {"range": [0, 1], "points": 3}}
    return Study.model_validate({"title": "T", "scenario": "s", "factors": factors, **changes})


def test_a_seed_is_the_documented_hash() -> None:
    first = hashlib.sha256(b"userfirst seed 1 7 3").hexdigest()[:16]
    assert seed_of(7, 3) == int(first, 16) >> 1
    assert seed_of(7, 3) == 5209762688339202500, "a changed rule would mix old runs with new ones"


def test_seeds_differ_and_fit() -> None:
    seeds = [seed_of(root, replicate) for root in (0, 1, 2**62) for replicate in range(1000)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_treatments_of_a_replicate_share_their_seed_and_replicates_come_in_turn() -> None:
    runs = plan(treatments(small(), (0.0, 1.0, 2.0)), 4, root=9)
    by_replicate = {r: list(g) for r, g in groupby(runs, key=lambda run: run.replicate)}
    assert list(by_replicate) == [0, 1, 2, 3]
    for replicate, block in by_replicate.items():
        assert [run.treatment for run in block] == [0, 1, 2]
        assert {run.seed for run in block} == {seed_of(9, replicate)}


def test_a_seed_does_not_depend_on_what_else_is_planned() -> None:
    few = plan(treatments(small(), (1.0,)), 2, root=9)
    many = plan(treatments(small(), (0.0, 2.0, 1.0)), 5, root=9)
    keys = {run.key for run in many}
    assert all(run.key in keys for run in few)


def test_a_key_names_scenario_seed_and_version() -> None:
    keys = {run_key("d", 1, "1"), run_key("e", 1, "1"), run_key("d", 2, "1"), run_key("d", 1, "2")}
    assert len(keys) == 4
    assert all(len(key) == 20 and int(key, 16) >= 0 for key in keys)


def test_a_grid_has_every_combination() -> None:
    made = combinations(study())
    assert [tuple(settings.values()) for _, settings in made] == [
        (1, 0), (1, 0.5), (1, 1), (2, 0), (2, 0.5), (2, 1),
    ]  # fmt: skip
    assert made[1] == ("a=1, b=0.5", {"a": 1, "b": 0.5})


def test_one_at_a_time_starts_from_the_scenario_as_it_is() -> None:
    made = combinations(study(design="one-at-a-time"))
    assert made[0] == ("baseline", {})
    assert [settings for _, settings in made[1:]] == [
        {"a": 1}, {"a": 2}, {"b": 0}, {"b": 0.5}, {"b": 1},
    ]  # fmt: skip


def test_a_list_has_what_is_listed() -> None:
    listed = [{"name": "as it is"}, {"name": "big", "set": {"people.count": 9}}]
    made = combinations(study(design="list", factors={}, treatments=listed))
    assert made == [("as it is", {}), ("big", {"people.count": 9})]


def test_paired_treatments_change_their_baseline() -> None:
    listed = [{"name": "dear", "set": {"price": 2}}, {"name": "big", "set": {"people.count": 9}}]
    made = combinations(
        study(design="paired", factors={}, treatments=listed, baseline={"price": 1, "weeks": 4})
    )
    assert made == [
        ("baseline", {"price": 1, "weeks": 4}),
        ("dear", {"price": 2, "weeks": 4}),
        ("big", {"price": 1, "weeks": 4, "people.count": 9}),
    ]


def test_names_of_treatments_are_unique() -> None:
    made = combinations(study(factors={"a": {"values": [0.1, 0.1000000001]}}))
    assert [name for name, _ in made] == ["a=0.1", "a=0.1 (2)"]


@pytest.mark.parametrize("design", DESIGNS)
def test_treatments_are_counted_without_making_them(design: str) -> None:
    listed = [{"name": "x"}, {"name": "y"}] if design in LISTING else []
    sizes = {"latin-hypercube": 5, "sobol": 4, "morris": 3}
    chosen = {design: sizes[design]} if design in sizes else design
    made = study(design=chosen, treatments=listed, seed=1)
    assert count_treatments(made) == len(combinations(made))


def test_levels_of_a_range_are_what_a_person_would_write() -> None:
    assert Factor(range=(0.1, 0.5), points=5).levels() == (0.1, 0.2, 0.3, 0.4, 0.5)
    assert Factor(range=(1, 100), points=3, scale="log").levels() == (1, 10, 100)
    assert [type(level) for level in Factor(range=(0, 4), points=3).levels()] == [int, int, int]


def test_levels_of_whole_fields_go_to_the_nearest_whole_number() -> None:
    span = Factor(range=(1, 1000), points=4, scale="log")
    assert span.levels() == (1, 10, 100, 1000)
    assert Factor(range=(100, 1000), points=4, scale="log").levels(whole=True) == (
        100, 215, 464, 1000,
    )  # fmt: skip


def test_a_point_of_the_unit_interval_is_a_level() -> None:
    assert Factor(range=(2, 4)).at(0.25) == 2.5
    assert Factor(range=(1, 100), scale="log").at(0.5) == 10
    assert [Factor(values=("a", "b")).at(u) for u in (0, 0.49, 0.5, 1)] == ["a", "a", "b", "b"]
    thirds = Factor(values=("a", "b", "c"))
    assert [thirds.at(i / 3) for i in range(4)] == ["a", "b", "c", "c"], "2/3 begins the last third"


def test_whole_numbers_take_equal_shares_and_both_bounds_are_met() -> None:
    span = Factor(range=(3, 6))
    found = [span.at((i + 0.5) / 400, whole=True) for i in range(400)]
    assert {level: found.count(level) for level in found} == {3: 100, 4: 100, 5: 100, 6: 100}
    assert {type(level) for level in found} == {int}
    assert (span.at(0, whole=True), span.at(1, whole=True)) == (3, 6)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ({"range": [2, 1]}, "the lower one first, got 2, 1"),
        ({"range": [0, 1], "scale": "log"}, "needs a range above 0"),
        ({"range": [0, 1], "points": 1}, "greater than or equal to 2"),
        ({"range": [0]}, "must be two numbers"),
        ({"range": [0, 1], "values": [1]}, "either values or a range"),
        ({}, "either values or a range"),
        ({"values": [1], "points": 3}, "points and scale belong to a range"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(span: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Factor.model_validate(span)
