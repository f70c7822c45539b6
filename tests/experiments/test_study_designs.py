"""Studies of the designs that list or sample their treatments, and studies that stop."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.experiments.reading import resolve
from sim.experiments.store import open_store
from sim.experiments.sweep import planned, sweep
from sim.experiments.ways import Ways
from tests.experiments.fakes import simulate
from tests.experiments.test_reading import faults_of, place

__all__ = ["place"]  # the fixture: a folder with a tiny scenario

DESIGNED = {
    "paired": "treatments: [{name: rich, set: {firms.New.cash: 2}}]\nbaseline: {weeks: 8}\n",
    "{latin-hypercube: 5}": "factors: {firms.New.cash: {range: [1, 2]}, weeks: {range: [8, 13]}}\n",
    "{sobol: 4}": "factors:\n  firms.New.cash: {range: [0.5, 2], scale: log}\n"
    "  firms.New.strategy: {values: [user-first, {use: freemium}]}\n",
    "{morris: 2}": "factors: {firms.New.rounds: {range: [0, 4]}, weeks: {values: [8, 13]}}\n",
}  # fmt: skip


@pytest.mark.parametrize("design", DESIGNED)
def test_a_design_survives_its_folder(place: Path, design: str) -> None:
    head = "title: T\nscenario: tiny\nreplicates: 1\nseries: [n_users]\n"
    Path("s.yaml").write_text(f"{head}design: {design}\n{DESIGNED[design]}")
    study = resolve("s.yaml")
    swept = sweep(study, place / "out", Ways(1, simulate=simulate))
    with open_store(swept.folder) as store:
        assert [t.settings for t in store.treatments()] == [t.settings for t in study.treatments]
    again = resolve(swept.folder / "study.yaml")
    assert [run.key for run in planned(again).runs] == [run.key for run in planned(study).runs]
    ends = {"p": "Treatment 0 is the baseline", "{": "points"}[design[0]]
    assert ends in (swept.folder / "README.txt").read_text()


def test_a_paired_study_starts_from_its_baseline(place: Path) -> None:
    Path("s.yaml").write_text(f"title: T\nscenario: tiny\ndesign: paired\n{DESIGNED['paired']}")
    base, rich = resolve("s.yaml").treatments
    assert (base.name, base.scenario.weeks, base.scenario.firms[1].cash) == ("baseline", 8, 0.6)
    assert (rich.name, rich.scenario.weeks, rich.scenario.firms[1].cash) == ("rich", 8, 2.0)


def test_a_fault_of_a_baseline_is_located(place: Path) -> None:
    text = "title: T\nscenario: tiny\ndesign: paired\nbaseline: {weeks: 0}\n"
    text += "treatments:\n  - {name: a, set: {firms.New.cash: -1}}\n"
    assert faults_of(text) == [
        "study.yaml:4:19 weeks: must be at least 1 (weeks), got 0",
        "study.yaml:6:37 firms.1.cash: must be at least 0 (money per head), got -1",
    ]


def test_a_fault_of_a_sampled_level_is_located_at_its_range(place: Path) -> None:
    text = "title: T\nscenario: tiny\ndesign: {sobol: 4}\nfactors:\n"
    found = faults_of(text + "  firms.New.cash: {range: [-3, -2]}\n")
    assert all(
        fault.startswith("study.yaml:5:27 firms.1.cash: must be at least 0") for fault in found
    )


def test_ranges_of_whole_fields_give_whole_levels(place: Path) -> None:
    factors = "people.count: {range: [100, 1000], points: 4, scale: log}"
    Path("s.yaml").write_text(f"title: T\nscenario: tiny\nfactors: {{{factors}}}\n")
    counts = [t.scenario.people.count for t in resolve("s.yaml").treatments]
    assert counts == [100, 215, 464, 1000]


def test_replicates_from_outside_set_a_stopping_rule_aside(place: Path) -> None:
    rule = "stop: {measure: survived, strategy: user-first, width: 0.1, at_least: 3}\n"
    Path("s.yaml").write_text(f"title: T\nscenario: tiny\n{rule}")
    assert len(planned(resolve("s.yaml")).runs) == 3
    study = resolve("s.yaml", replicates=2)
    assert study.study.stop is None
    assert len(planned(study).runs) == 2
    assert "stop" not in planned(study).texts["study.yaml"]
