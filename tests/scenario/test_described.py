"""The catalogue, what ``explain`` lists, and the JSON Schema for editors."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sim.scenario import json_schema
from sim.scenario.explain import Parameter, parameters
from sim.scenario.folders import catalogue_folder
from sim.scenario.read import ScenarioFaults, catalogue, load
from tests.scenario.fakes import VALID, Write

RICH = VALID + "environment: {reach: {midpoint: 3}}\nevents: [{week: 3, economy: {shock: 1}}]\n"


# the catalogue ----------------------------------------------------------------------------


def test_the_catalogue_lists_scenarios_only_and_broken_ones_with_their_faults(home: Path) -> None:
    (home / "good.yaml").write_text(VALID + "question: Why?\nwatch: [cash]\n")
    (home / "bad.yaml").write_text("title: Bad\nwatch: [users, 3]\nweeks: 0\n")
    (home / "worse.yaml").write_bytes(b"\xff")
    (home / ".hidden.yaml").write_text(VALID)
    (home / "scenario.schema.json").write_text("{}")
    for folder in ("studies", "history"):
        (home / folder).mkdir()
        (home / folder / "y.yaml").write_text("title: y\n")
    bad, good, worse = catalogue()
    assert (good.name, good.title, good.question) == ("good", "Two firms", "Why?")
    assert (good.watch, good.path, good.faults) == (("cash",), home / "good.yaml", ())
    assert (bad.name, bad.title, bad.question) == ("bad", "Bad", "")
    assert {fault.key for fault in bad.faults} == {"watch.1", "weeks", "firms"}
    assert (worse.name, worse.title, len(worse.faults)) == ("worse", "", 1)


def test_no_catalogue_is_an_empty_one(home: Path) -> None:
    home.rmdir()
    assert catalogue() == []


def test_the_folder_is_that_of_the_checkout_or_of_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert catalogue_folder() == Path(__file__).parents[2] / "scenarios"
    (tmp_path / "sim" / "_scenarios").mkdir(parents=True)
    monkeypatch.setattr("sim.__file__", str(tmp_path / "sim" / "__init__.py"))
    assert catalogue_folder() == tmp_path / "sim" / "_scenarios"


# explain ----------------------------------------------------------------------------------


def by_path(found: list[Parameter]) -> dict[str, Parameter]:
    assert len({each.path for each in found}) == len(found)
    return {each.path: each for each in found}


def test_every_number_has_meaning_unit_bounds_and_source() -> None:
    found = by_path(parameters())
    numbers = [each for each in found.values() if each.low is not None or each.high is not None]
    assert len(numbers) > 100
    for each in numbers:
        assert each.meaning, each.path
        assert each.source not in ("", "-"), each.path
        assert each.low is not None, each.path
        assert each.high is not None, each.path
        if isinstance(each.default, int | float):
            assert each.low <= each.default <= each.high, each.path


def test_lists_blocks_and_choices_are_walked() -> None:
    found = by_path(parameters())
    cash = found["firms[].cash"]
    assert (cash.unit, cash.low, cash.high, cash.default) == ("money per head", 0, 1000, 0.6)
    assert found["entry.kinds[].offer.price"].high == 100
    assert found["environment.reach"].high == 1
    assert found["environment.reach.growth"].unit == "per year"
    assert found["environment.reach.years"].required
    assert found["users_are"].choices == ("engaged", "roles", "audience")
    assert found["events[].window.strength"].low == -10
    assert found["title"].required
    assert "people" not in found


def test_a_scenario_gives_the_values_under_keys_that_set_takes(write: Write) -> None:
    path = write(RICH)
    scenario = load(path)
    found = by_path(parameters(scenario))
    assert found["firms.Old.cash"].value == 0.4
    assert found["firms.New.offer.price"].value == 1.5
    assert found["environment.reach.midpoint"].value == 3
    assert "environment.reach.years" not in found
    assert found["events.0.economy.shock"].value == 1
    for each in found.values():
        if isinstance(each.value, int | float):
            assert load(path, [f"{each.path}={each.value}"]) == scenario, each.path


# JSON Schema ------------------------------------------------------------------------------


def complaints(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> list[str]:
    """What a JSON Schema has against a value, for the keywords that ours uses."""
    if "$ref" in schema:
        return complaints(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    found: list[str] = []
    if "anyOf" in schema:
        tried = [complaints(value, each, root) for each in schema["anyOf"]]
        found += [] if any(not each for each in tried) else [f"{value!r} fits no branch"]
    if "if" in schema:
        branch = "else" if complaints(value, schema["if"], root) else "then"
        found += complaints(value, schema[branch], root)
    kinds = {
        "object": dict, "array": list, "string": str, "integer": int,
        "number": (int, float), "null": type(None),
    }  # fmt: skip
    if "type" in schema and not isinstance(value, kinds[schema["type"]]):
        return [f"{value!r} is no {schema['type']}"]
    if isinstance(value, dict):
        found += _of_object(value, schema, root)
    if isinstance(value, list):
        found += [
            each for item in value for each in complaints(item, schema.get("items", {}), root)
        ]
        found += ["too short"] if len(value) < schema.get("minItems", 0) else []
    if isinstance(value, int | float):
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        found += [] if low <= value <= high else [f"{value} is out of bounds"]
    found += [f"{value!r} is no choice"] if value not in schema.get("enum", [value]) else []
    return found


def _of_object(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any]) -> list[str]:
    known = schema.get("properties", {})
    found = [f"{key} is missing" for key in schema.get("required", []) if key not in value]
    for key, each in value.items():
        more = schema.get("additionalProperties", {})
        if key in known:
            found += complaints(each, known[key], root)
        elif more is False:
            found.append(f"{key} is unknown")
        elif isinstance(more, dict):
            found += complaints(each, more, root)
        names = schema.get("propertyNames", {}).get("enum", [key])
        found += [] if key in names else [f"{key} is no name"]
    return found


def judged(text: str) -> list[str]:
    schema = json.loads(json_schema.schema_text())
    return complaints(YAML(typ="safe", pure=True).load(text), schema, schema)


def test_the_committed_schema_is_current() -> None:
    committed = (catalogue_folder() / json_schema.NAME).read_text(encoding="utf-8")
    assert committed == json_schema.schema_text(), "run: python -m sim.scenario.json_schema"


def test_the_schema_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    assert json_schema.write(tmp_path).read_text(encoding="utf-8") == json_schema.schema_text()


def test_the_schema_knows_unit_and_source_of_a_number() -> None:
    cash = json.loads(json_schema.schema_text())["$defs"]["FirmGroup"]["properties"]["cash"]
    assert (cash["unit"], cash["minimum"], cash["maximum"]) == ("money per head", 0, 1000)
    assert cash["source"]


VALID_FILES = {
    "whole": RICH,
    "series": VALID + "environment: {reach: {series: a, column: b}}\n",
    "quality": VALID + "    start: {quality: {core: 1}}\n",
    "extends only": "extends: x\n",
    "extends, firms by name": "extends: x\nfirms: {New: {cash: 3, offer: {price: 2}}}\n",
    "extends, firms replaced": "extends: x\nfirms: [{name: A, strategy: s}]\n",
    "extends, part of a series": "extends: x\nenvironment: {reach: {start: 2000}}\n",
    "extends, event by index": "extends: x\nevents: {0: {week: 3}}\n".replace("0:", '"0":'),
}
INVALID_FILES = {
    "no firms": "title: x\n",
    "unknown key": VALID + "firmz: 1\n",
    "out of bounds": VALID.replace("0.4", "-1"),
    "firms by name without extends": "title: x\nfirms: {New: {cash: 3}}\n",
    "a new firm without strategy": "extends: x\nfirms: [{name: A}]\n",
    "unknown key of a firm": "extends: x\nfirms: {New: {cosh: 3}}\n",
    "no need": VALID + "    start: {quality: {cor: 1}}\n",
    "extends a number": "extends: 3\n",
    "no choice": VALID + "users_are: all\n",
}


@pytest.mark.parametrize("name", VALID_FILES)
def test_the_schema_allows(name: str) -> None:
    assert judged(VALID_FILES[name]) == []


@pytest.mark.parametrize("name", INVALID_FILES)
def test_the_schema_refuses_what_reading_refuses(name: str, write: Write) -> None:
    assert judged(INVALID_FILES[name])
    write()
    with pytest.raises(ScenarioFaults):
        load(write(INVALID_FILES[name], "child.yaml"))


def test_the_schema_names_only_types_it_has() -> None:
    schema = json.loads(json_schema.schema_text())
    named = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))
    assert named <= set(schema["$defs"])
