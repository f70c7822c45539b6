"""One scenario changes another: by ``extends`` in its file, by ``--set`` on the command line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.scenario.read import Fault, ScenarioFaults, find, load
from sim.scenario.schema import FirmGroup, LogisticReach, TableReach
from tests.scenario.fakes import VALID, Write

CHILD = "extends: x\n"
ONE = "title: One\nfirms:\n  - {name: A, strategy: s}\n"


def faults_of(path: Path, *overrides: str) -> tuple[Fault, ...]:
    with pytest.raises(ScenarioFaults) as caught:
        load(path, overrides)
    return caught.value.faults


def fault_of(path: Path, *overrides: str) -> Fault:
    (fault,) = faults_of(path, *overrides)
    return fault


def child_of(write: Write, changes: str, parent: str = VALID) -> Path:
    write(parent)
    return write(CHILD + changes, "child.yaml")


# extends ----------------------------------------------------------------------------------


def test_a_child_without_changes_is_its_parent(write: Write) -> None:
    assert load(child_of(write, "")) == load(write())


def test_mappings_merge_and_lists_replace(write: Write) -> None:
    base = VALID + "watch: [a, b]\n"
    scenario = load(child_of(write, "people: {identities: 2}\nwatch: [c]\n", base))
    assert (scenario.people.count, scenario.people.identities) == (1000, 2)
    assert scenario.watch == ("c",)


def test_firms_as_a_list_replace_and_as_a_mapping_change(write: Write) -> None:
    replaced = load(child_of(write, "firms:\n  - {name: C, strategy: s}\n"))
    assert [group.name for group in replaced.firms] == ["C"]
    changed = load(child_of(write, "firms:\n  New: {cash: 3, offer: {price: 2}}\n"))
    old, new = load(write()).firms
    assert changed.firms[0] == old
    offer = new.offer.model_copy(update={"price": 2.0})
    assert changed.firms[1] == new.model_copy(update={"cash": 3.0, "offer": offer})


def test_a_firm_nobody_has_is_a_fault_in_the_child(write: Write) -> None:
    path = child_of(write, "firms:\n  Newer: {cash: 3}\n")
    fault = fault_of(path)
    assert (fault.file, fault.line, fault.column) == (str(path), 3, 3)
    assert fault.key == "firms.Newer"
    assert "did you mean New?" in fault.message


def test_faults_point_to_the_file_where_the_value_stands(write: Write) -> None:
    path = child_of(write, "weeks: 0\n", VALID.replace("0.4", "-1"))
    found = {(fault.file, fault.line, fault.column, fault.key) for fault in faults_of(path)}
    assert found == {
        (str(path), 2, 8, "weeks"),
        (str(path.with_name("x.yaml")), 8, 11, "firms.0.cash"),
    }


def test_a_child_mends_its_parent(write: Write) -> None:
    assert load(child_of(write, "weeks: 9\n", "weeks: 0\n" + ONE)).weeks == 9


def test_a_strategy_keeps_its_options_until_another_is_used(write: Write) -> None:
    def strategy(change: str) -> object:
        return load(child_of(write, f"firms: {{New: {{strategy: {change}}}}}\n")).firms[1].strategy

    assert strategy("{patience: 3}") == {"use": "user-first", "patience": 3}
    assert strategy("{use: other}") == {"use": "other"}
    assert strategy("other") == "other"


@pytest.mark.parametrize(
    ("parent", "change", "expected"),
    [
        ("{midpoint: 5, growth: 2}", "{growth: 3}", LogisticReach(midpoint=5, growth=3)),
        (
            "{midpoint: 5}",
            "{years: [1, 2], percent: [3, 4]}",
            TableReach(years=(1, 2), percent=(3, 4)),
        ),
        (
            "{years: [1, 2], percent: [3, 4]}",
            "{start: 2001}",
            TableReach(years=(1, 2), percent=(3, 4), start=2001),
        ),
        ("{midpoint: 5}", "0.5", 0.5),
        ("0.5", "{midpoint: 5}", LogisticReach(midpoint=5)),
    ],
)
def test_reach_merges_within_its_kind_only(
    write: Write, parent: str, change: str, expected: object
) -> None:
    base = VALID + f"environment: {{reach: {parent}}}\n"
    scenario = load(child_of(write, f"environment: {{reach: {change}}}\n", base))
    assert scenario.environment.reach == expected


def test_one_quality_for_all_needs_stays_that_of_the_others(write: Write) -> None:
    base = VALID + "    start: {quality: 0.7}\n"
    scenario = load(child_of(write, "firms: {New: {start: {quality: {core: 1}}}}\n", base))
    quality = scenario.firms[1].start.quality
    assert isinstance(quality, dict)
    assert quality == dict.fromkeys(quality, 0.7) | {"core": 1.0}
    assert len(quality) == 6


def test_a_chain_and_the_catalogue(write: Write, home: Path) -> None:
    (home / "base.yaml").write_text(VALID)
    write("extends: base\nweeks: 9\n", "a.yaml")
    scenario = load(write("extends: a\npeople: {count: 5}\n", "b.yaml"))
    assert (scenario.weeks, scenario.people.count, scenario.title) == (9, 5, "Two firms")


def test_a_file_beside_goes_before_the_catalogue(write: Write, home: Path) -> None:
    (home / "x.yaml").write_text(ONE)
    assert load(child_of(write, "")).title == "Two firms"


def test_a_path_below_the_folder_may_be_extended(write: Write) -> None:
    write(name="more/y.yaml")
    assert load(write("extends: more/y.yaml\n", "child.yaml")).title == "Two firms"


def test_a_cycle_is_told_at_the_key_that_closes_it(write: Write) -> None:
    write("extends: c\n", "b.yaml")
    write("extends: a\n", "c.yaml")
    fault = fault_of(write("extends: b\n", "a.yaml"))
    assert (Path(fault.file).name, fault.line, fault.column) == ("c.yaml", 1, 10)
    assert "a.yaml -> b.yaml -> c.yaml -> a.yaml" in fault.message


def test_a_long_chain_ends(write: Write) -> None:
    for n in range(20):
        write(f"extends: f{n + 1}\n", f"f{n}.yaml")
    assert "at most 8 files" in fault_of(write("extends: f0\n", "f.yaml")).message


def test_a_missing_parent_names_a_near_one(write: Write, home: Path) -> None:
    (home / "users-not-customers.yaml").write_text(VALID)
    fault = fault_of(write("extends: users-not-customer\n"))
    assert "did you mean users-not-customers?" in fault.message


def test_a_link_cannot_lead_out_of_the_folder(write: Write, tmp_path: Path) -> None:
    outside = write(name="outside/secret.yaml")
    os.makedirs(tmp_path / "inside")
    (tmp_path / "inside/link.yaml").symlink_to(outside)
    fault = fault_of(write("extends: link\n", "inside/child.yaml"))
    assert "must stay inside its own folder" in fault.message


def test_a_parent_that_is_no_yaml_is_told_there(write: Write) -> None:
    fault = fault_of(child_of(write, "", "title: a: b\n"))
    assert (Path(fault.file).name, fault.line) == ("x.yaml", 1)


# --set ------------------------------------------------------------------------------------


def first(write: Write, *overrides: str) -> FirmGroup:
    return load(write(), overrides).firms[0]


def test_numbers_the_file_has_and_has_not(write: Write) -> None:
    scenario = load(write(), ["people.count=5_000", "market.network.effect=3", "seed=0"])
    assert scenario.people.count == 5000
    assert scenario.market.network.effect == 3
    assert scenario.seed == 0
    assert scenario.people.links.mean == 8


@pytest.mark.parametrize(
    "override",
    ["firms.0.offer.price=2", "firms.0.price=2", "firms.Old.offer.price=2", "firms.Old.price=2"],
)
def test_a_firm_goes_by_index_or_name_and_a_leaf_by_its_name(write: Write, override: str) -> None:
    old, new = load(write(), [override]).firms
    assert (old.offer.price, new.offer.price) == (2, 1.5)


def test_a_name_may_hold_dots_and_spaces_and_look_like_an_index(write: Write) -> None:
    text = VALID.replace("name: Old", "name: Acme Inc. Ltd.").replace("name: New", 'name: "0"')
    scenario = load(write(text), ["firms.Acme Inc. Ltd..cash=2", "firms.0.cash=3"])
    assert [group.cash for group in scenario.firms] == [2, 3]


def test_the_last_of_two_wins_and_flow_values_are_read(write: Write) -> None:
    scenario = load(
        write(), ["weeks=3", "weeks=4", "firms=[{name: Z, strategy: s}]", "firms.Z.cash=9"]
    )
    assert scenario.weeks == 4
    assert [(group.name, group.cash) for group in scenario.firms] == [("Z", 9)]


def test_options_of_a_strategy_given_by_name(write: Write) -> None:
    assert first(write, "firms.Old.strategy.patience=3").strategy == {
        "use": "customer-centric",
        "patience": 3,
    }
    assert first(write, "firms.Old.strategy=other").strategy == "other"


def test_a_choice_may_change_its_kind(write: Write) -> None:
    scenario = load(write(), ["environment.reach.midpoint=9", "firms.0.quality=0.9"])
    assert scenario.environment.reach == LogisticReach(midpoint=9)
    assert scenario.firms[0].start.quality == 0.9
    again = load(write(), ["environment.reach=0.5", "firms.0.start.quality.core=0.9"])
    assert again.environment.reach == 0.5
    assert again.firms[0].start.quality == {"core": 0.9}


def test_text_that_looks_like_a_number_stays_text_in_quotes(write: Write) -> None:
    assert load(write(), ['title="1984"']).title == "1984"
    assert load(write(), ["title=a=b"]).title == "a=b"


@pytest.mark.parametrize(
    ("override", "column", "key", "says"),
    [
        ("people.cuont=3", 8, "people.cuont", "unknown key; did you mean count?"),
        ("poeple.count=3", 1, "poeple", "unknown key; did you mean people?"),
        ("people.count=-1", 14, "people.count", "must be at least 2 (people), got -1"),
        ("people.count=", 14, "people.count", "must have a value"),
        ("people.count.x=3", 14, "people.count", "must be a whole number (people), got a mapping"),
        ("people=3", 8, "people", "must be a mapping"),
        ("firms.Nwe.cash=3", 7, "firms.Nwe", "no such element to change; did you mean New?"),
        ("firms.7.cash=3", 7, "firms.7", "no such element to change; there is Old, New, 0, 1"),
        ("firms.0.prise=3", 9, "firms.0.prise", "did you mean offer.price?"),
        ("firms.0.price=-3", 15, "firms.0.offer.price", "must be at least 0"),
        ("events.0.week=3", 8, "events", "must be a list; a mapping only changes elements"),
        ("extends=y", 1, "extends", "unknown key"),
        ("weeks", 1, "", "must be key=value, such as people.count=5000"),
        ("=3", 1, "", "must be key=value"),
        ("weeks=[", 8, "", "a value is missing, or a bracket is not closed"),
        ("weeks=!x 3", 7, "", "tags are not read here"),
        ("weeks=3\0", 8, "", "found U+0000"),
        ("weeks=\udc80", 7, "", "found U+DC80"),
        (".".join("a" * 40) + "=1", 1, "", "at most 32 words between dots"),
    ],
)
def test_a_fault_of_an_override_is_located_in_it(
    write: Write, override: str, column: int, key: str, says: str
) -> None:
    fault = fault_of(write(), "seed=1", override)
    assert (fault.file, fault.line, fault.column, fault.key) == ("--set", 2, column, key)
    assert says in fault.message
    assert str(fault).startswith(f"--set:2:{column} ")


# names ------------------------------------------------------------------------------------


def test_a_name_of_the_catalogue_is_found_from_anywhere(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "users-not-customers.yaml").write_text(VALID)
    monkeypatch.chdir(tmp_path)
    os.mkdir("users-not-customers")  # such as a folder of results
    assert find("users-not-customers") == home / "users-not-customers.yaml"
    assert load("users-not-customers").title == "Two firms"


def test_a_name_nobody_has_gives_one_fault_with_a_near_name(home: Path) -> None:
    (home / "users-not-customers.yaml").write_text(VALID)
    with pytest.raises(ScenarioFaults) as caught:
        load("user-not-customers")
    (fault,) = caught.value.faults
    expected = "user-not-customers:1:1 no such scenario; did you mean users-not-customers?"
    assert str(fault) == expected


def test_a_name_cannot_lead_out_of_the_catalogue(home: Path) -> None:
    (home.parent / "secret.yaml").write_text(VALID)
    with pytest.raises(ScenarioFaults):
        find("../catalogue/../secret")
