"""What can be named for a comparison: folders, treatments, strategies; and what cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.analysis.arms import FOLDER, MOST, STRATEGY, TREATMENT, ArmFault, arms_of
from sim.experiments.errors import StoreError
from sim.experiments.reading import resolve
from sim.experiments.single import store_run
from sim.experiments.sweep import sweep
from sim.experiments.ways import Ways
from tests.experiments.fakes import result, simulate, small

SCENARIO = """\
title: Tiny
weeks: 26
people: {count: 100}
firms:
  - {name: Old, strategy: customer-centric, cash: 0.4}
  - {name: New, strategy: user-first}
"""
STUDY = """\
title: How much patience?
scenario: tiny
factors:
  firms.New.cash: {values: [LEVELS]}
replicates: 3
"""


def swept(place: Path, name: str, levels: str) -> str:
    """A folder of results of a study over these levels of cash."""
    (place / "tiny.yaml").write_text(SCENARIO)
    (place / f"{name}.yaml").write_text(STUDY.replace("LEVELS", levels))
    ways = Ways(jobs=1, executor="threads", simulate=simulate)
    return str(sweep(resolve(place / f"{name}.yaml"), place / "out", ways).folder)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("arms")


@pytest.fixture(scope="module")
def study(place: Path) -> str:
    return swept(place, "patience", "0.5, 1, 2")


@pytest.fixture(scope="module")
def flat(place: Path) -> str:
    return swept(place, "flat", "1")


def told(targets: list[str]) -> list[tuple[str, str, int]]:
    """Name, kind and number of firms of each arm."""
    return [(arm.name, arm.kind, len(arm.rows)) for arm in arms_of(targets)]


def test_one_study_is_compared_by_its_treatments(study: str) -> None:
    assert told([study]) == [(f"cash={level}", TREATMENT, 6) for level in ("0.5", "1", "2")]
    assert arms_of([study])[0].title == "How much patience?"
    first = arms_of([study])[0].rows
    assert first["share_customers"].tolist() == (first["customers"] / 100).tolist()


def test_one_treatment_is_compared_by_its_strategies(study: str, flat: str) -> None:
    pair = [("user-first", STRATEGY, 3), ("customer-centric", STRATEGY, 3)]
    assert told([flat]) == told([f"{study}:cash=2"]) == pair


def test_treatments_go_by_their_short_or_full_name(study: str, flat: str) -> None:
    full = f"{study}:firms.New.cash=2"
    assert told([full, f"{study}:cash=1"]) == [("cash=2", TREATMENT, 6), ("cash=1", TREATMENT, 6)]
    assert told([f"{study}:user-first", flat]) == [
        ("user-first", STRATEGY, 9), ("flat", FOLDER, 6),
    ]  # fmt: skip


def test_a_single_run_is_an_arm_too(place: Path, flat: str) -> None:
    alone = str(store_run(small(), result(small(), 5), place))
    assert told([alone]) == [("user-first", STRATEGY, 1), ("customer-centric", STRATEGY, 1)]
    assert told([alone, flat])[0] == (Path(alone).name, FOLDER, 2)


def test_folders_called_alike_keep_the_names_they_were_asked_by(place: Path) -> None:
    (place / "other").mkdir()
    folders = [swept(place, "same", "1"), swept(place / "other", "same", "2")]
    assert [arm.name for arm in arms_of(folders)] == folders


def test_colons_in_a_folders_own_name_are_its_own(place: Path, study: str) -> None:
    odd = place / "odd:name"
    odd.symlink_to(study)
    assert [name for name, _, _ in told([f"{odd}:cash=1", str(odd)])] == ["cash=1", "patience"]


def test_what_is_not_there_is_said_with_what_is(place: Path, study: str, flat: str) -> None:
    known = "there are cash=0.5, cash=1, cash=2, customer-centric, user-first"
    with pytest.raises(ArmFault, match=f"no treatment or strategy cash=9; {known}"):
        arms_of([f"{study}:cash=9", study])
    with pytest.raises(ArmFault, match=f"no treatment nobody; {known}"):
        arms_of([f"{study}:nobody"])
    with pytest.raises(ArmFault, match="there is no folder nowhere; name a folder of results, or"):
        arms_of(["nowhere", flat])
    with pytest.raises(ArmFault, match="name a folder"):
        arms_of([])
    with pytest.raises(ArmFault, match="is named twice"):
        arms_of([flat, flat])
    with pytest.raises(StoreError, match="holds neither a sweep"):
        arms_of([str(place), flat])


def test_more_than_a_table_holds_is_refused_with_a_way_out(place: Path) -> None:
    many = swept(place, "many", ", ".join(str(0.5 + level / 10) for level in range(MOST + 1)))
    with pytest.raises(ArmFault, match=f"13 treatments are too many .* up to {MOST} of them"):
        arms_of([many])
