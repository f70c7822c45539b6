"""Every lever moves something: each field of a scenario, each decision, each option (STYLE 9)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.market.model import simulate
from sim.scenario.explain import Parameter, parameters
from sim.scenario.read import load
from sim.scenario.schema import Scenario
from sim.strategies import LEVERS as BUDGET
from sim.strategies import OPTIONS, REGISTRY, Decision, register
from tests.levers.dial import DECIDED, OPTIONED, Dial
from tests.levers.levers import FROM_FILES, LEVERS, NAMES, TABLE, WORDS
from tests.levers.markets import (
    BASE,
    MEASURES,
    Lever,
    base_run,
    changed,
    changes_of,
    plain_of,
    run,
    verdict,
)

PARAMETERS = {parameter.path: parameter for parameter in parameters()}
EVERY = (*LEVERS, *DECIDED, *OPTIONED.values())


@pytest.fixture(autouse=True, scope="module")
def dial() -> Iterator[None]:
    """The test's own strategy is in the library while these tests run."""
    register(Dial)
    yield
    del REGISTRY[Dial.name], OPTIONS[Dial.name]


def named(levers: Iterable[Lever]) -> list[Any]:
    """The rows as parameters of a test that tell themselves apart."""
    return [pytest.param(each, id=f"{each.key}={each.to}-{each.measure}") for each in levers]


@pytest.mark.parametrize("row", named(EVERY))
def test_the_lever_moves_its_measure(row: Lever) -> None:
    fault = verdict(row.way, changes_of(row))
    assert not fault, f"{row.key} = {row.to!r}, {row.measure}: {fault}"


def test_the_table_covers_the_schema_exactly() -> None:
    covered = [{row.path for row in LEVERS}, set(WORDS), set(NAMES), set(FROM_FILES)]
    assert set().union(*covered) == set(PARAMETERS)
    assert sum(map(len, covered)) == len(PARAMETERS), "a key stands in two of the tables"


def test_what_is_left_to_words_is_words() -> None:
    """No number and no choice escapes into the tables that need not move anything."""
    for path in (*WORDS, *NAMES, *FROM_FILES):
        parameter = PARAMETERS[path]
        assert (parameter.low, parameter.high, parameter.choices) == (None, None, ()), path
        assert not isinstance(parameter.default, (int, float)), path


def test_every_choice_is_tried() -> None:
    """A choice's words are all in a row, but for the one that the base has."""
    for path, parameter in PARAMETERS.items():
        tried = {row.to for row in LEVERS if row.path == path and isinstance(row.to, str)}
        left = set(parameter.choices) - tried
        assert left <= {_in_base(parameter)}, f"{path}: no row for {left}"


def _in_base(parameter: Parameter) -> Any:
    if parameter.path == "events[].window.situation":
        return BASE["events"]["party"]["window"]["situation"]
    return parameter.default


def test_rows_name_measures_and_ways() -> None:
    for row in EVERY:
        assert row.measure in MEASURES, row
        assert row.way in ("up", "down", "moves"), row


def test_every_decision_has_a_row_at_entry_and_later() -> None:
    for when in ("settings", "later"):
        prefix = f"firms[].strategy.{when}."
        names = {row.path.removeprefix(prefix) for row in DECIDED if row.path.startswith(prefix)}
        decided = {field.name for field in fields(Decision)} - {"budget"}
        assert names == decided | {f"budget.{each}" for each in BUDGET}


def test_every_option_has_a_row() -> None:
    library = {name: block for name, block in OPTIONS.items() if name != Dial.name}
    assert set(OPTIONED) == {
        f"{name}.{key}" for name, b in library.items() for key in b.model_fields
    }


def test_a_lever_set_to_what_it_was_is_red() -> None:
    """The test of the test: the same number gives the same run, and that is a fault."""
    same = Lever("market.trust.gain", 0.05, "trust", "moves")
    assert PARAMETERS[same.path].default == same.to
    assert verdict("moves", changes_of(same)) == "nothing moved"
    assert verdict("up", changes_of(same)) == "nothing moved"


@pytest.mark.parametrize(
    ("way", "changes"),
    [("up", [-1.0, -1.0]), ("down", [1.0, 1.0]), ("up", [1.0, -1.0]), ("moves", [1.0, 0.0])],
)
def test_an_answer_the_wrong_way_is_red(way: str, changes: list[float]) -> None:
    assert verdict(way, changes)


@pytest.mark.parametrize("path", WORDS)
def test_words_do_not_change_the_run(path: str) -> None:
    said = run(changed(BASE, {path: WORDS[path]}), 1)
    assert said.digest == base_run({}, 1).digest


def test_where_a_table_came_from_does_not_change_the_run() -> None:
    said = run(changed(changed(BASE, TABLE), {"environment.reach.series": "an almanac"}), 1)
    assert said.digest == base_run(TABLE, 1).digest


def test_names_change_only_what_firms_are_called() -> None:
    document = changed(BASE, {})
    document["firms"] = {f"{name} & Co": group for name, group in document["firms"].items()}
    kinds = document["entry"]["kinds"]
    document["entry"]["kinds"] = {f"{name} & Co": group for name, group in kinds.items()}
    called, before = run(document, 1), base_run({}, 1)
    assert {fate.group for fate in called.firms} == {f"{f.group} & Co" for f in before.firms}
    assert replace(called, firms=before.firms).digest == before.digest


@pytest.mark.parametrize(("series", "column"), [("b", "here"), ("a", "there")])
def test_the_words_for_a_series_choose_its_numbers(
    series: str, column: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("year,here,there\n1998,20,60\n1999,40,90\n")
    (tmp_path / "b.csv").write_text("year,here,there\n1998,60,20\n1999,90,40\n")
    online = [
        _from_file(tmp_path, {"environment.reach": {"series": s, "column": c}})
        for s, c in (("a", "here"), (series, column))
    ]
    assert np.all(online[0] < online[1])


def _from_file(folder: Path, changes: dict[str, Any]) -> Any:
    path = folder / "levers.yaml"
    path.write_text(json.dumps(plain_of(changed(BASE, changes))))  # JSON is YAML
    return simulate(load(path)).market_series["n_online"]


def test_the_base_keeps_the_rules_of_files(tmp_path: Path) -> None:
    """The base is a scenario that a person could write, not only one that the types allow."""
    (tmp_path / "base.yaml").write_text(json.dumps(plain_of(BASE)))
    assert load(tmp_path / "base.yaml", (), OPTIONS) == Scenario.model_validate(plain_of(BASE))
