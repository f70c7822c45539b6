"""Studies as people write them: what they resolve to, and where their faults are."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.experiments import reading
from sim.experiments.design import DESIGNS
from sim.experiments.reading import resolve
from sim.experiments.readme import FIRM_COLUMNS
from sim.experiments.store import open_store
from sim.experiments.study import Study
from sim.experiments.sweep import planned, sweep
from sim.experiments.ways import Ways
from sim.market.result import FIRM_ROW
from sim.scenario.faults import ScenarioFaults
from tests.experiments.fakes import simulate

SCENARIO = """\
title: Tiny
seed: 5
weeks: 13
people: {count: 100}
firms:
  - {name: Old, strategy: customer-centric, cash: 0.4}
  - {name: New, strategy: user-first}
"""
STUDY = """\
title: How much patience?
question: How much cash does it take?
scenario: tiny
factors:
  firms.New.cash: {range: [0.5, 1.5], points: 3}
  market.network.effect: {values: [0, 4]}
replicates: 2
measures: [users, discounted_profit]
series: [n_users]
series_every: 6
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tiny.yaml").write_text(SCENARIO)
    monkeypatch.chdir(tmp_path)
    return tmp_path


WEEKS = "factors: {weeks: {range: [4, 9]}}"


def faults_of(text: str) -> list[str]:
    Path("study.yaml").write_text(text)
    with pytest.raises(ScenarioFaults) as found:
        resolve("study.yaml")
    return [str(fault) for fault in found.value.faults]


def test_a_study_becomes_scenarios(place: Path) -> None:
    Path("patience.yaml").write_text(STUDY)
    study = resolve("patience.yaml")
    assert (study.name, study.root, len(study.treatments)) == ("patience", 5, 6)
    last = study.treatments[-1]
    assert last.name == "firms.New.cash=1.5, market.network.effect=4"
    assert (last.scenario.firms[1].cash, last.scenario.market.network.effect) == (1.5, 4.0)
    assert last.scenario.firms[0].cash == 0.4, "the other firm keeps its cash"
    assert len({treatment.digest for treatment in study.treatments}) == 6


def test_overrides_replicates_and_seed_come_from_outside_too(place: Path) -> None:
    Path("patience.yaml").write_text(STUDY)
    study = resolve("patience.yaml", ["weeks=26"], replicates=9, seed=3)
    assert {treatment.scenario.weeks for treatment in study.treatments} == {26}
    assert (study.study.replicates, study.root) == (9, 3)
    assert study.base.weeks == 26


def test_a_scenario_is_a_study_of_itself(place: Path) -> None:
    study = resolve("tiny.yaml")
    assert [treatment.name for treatment in study.treatments] == ["baseline"]
    assert (study.name, study.study.replicates, study.study.title) == ("tiny", 20, "Tiny")
    assert study.treatments[0].scenario == study.base


def test_a_strategy_and_its_options_can_be_varied(place: Path) -> None:
    text = "title: T\nscenario: tiny\ndesign: list\ntreatments:\n"
    text += "  - {name: as it is}\n  - {name: other, set: {firms.New.strategy: customer-centric}}\n"
    Path("s.yaml").write_text(text)
    study = resolve("s.yaml")
    assert [t.scenario.firms[1].strategy for t in study.treatments] == [
        "user-first",
        "customer-centric",
    ]


def test_studies_of_the_catalogue_go_by_name(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "studies").mkdir()
    (place / "studies" / "patience.yaml").write_text(STUDY)
    for module in (reading, __import__("sim.scenario.folders", fromlist=["x"])):
        monkeypatch.setattr(module, "catalogue_folder", lambda: place)
    assert reading.study_names() == ["patience"]
    assert resolve("patience").base.title == "Tiny"
    assert resolve("tiny").base.title == "Tiny"
    with pytest.raises(ScenarioFaults, match=r"no such study or scenario; did you mean patience\?"):
        resolve("pateince")


FAULTS = {
    "firms.New.cash: {values: [1, -1]}": (
        "5:32",
        "firms.1.cash: must be at least 0 (money per head), got -1",
    ),
    "market.netwrok.effect: {values: [1]}": ("5:3", "did you mean network?"),
    "firms.Newt.cash: {values: [1]}": ("5:3", "did you mean New?"),
    "people.count: {range: [100, 101], points: 3}": (
        "5:25",
        "factors.people.count.range: must hold 3 different levels that are whole numbers, "
        "got 100, 100, 101",
    ),
    "people.count: {range: [100, 150.5]}": (
        "5:31",
        "factors.people.count.range.1: must be a whole number, got 150.5",
    ),
    "firms.New.strategy: {values: [{use: freemum}]}": ("5:33", "did you mean freemium?"),
    "weeks: {points: 4}": ("5:10", "must have either values or a range"),
    "weeks: {range: [4]}": ("5:10", "range must be two numbers, the lower one first, got 4"),
    "firms.New.strategy: {values: [usr-first]}": ("5:33", "did you mean user-first?"),
    "weeks: {valeus: [4]}": ("5:11", "unknown key; did you mean values?"),
    "weeks: {range: [4, 2]}": (
        "5:10",
        "factors.weeks: range must be two numbers, the lower one first, got 4, 2",
    ),
    "weeks: {values: []}": ("5:10", "must have either values or a range"),
}


@pytest.mark.parametrize("factor", FAULTS)
def test_a_fault_of_a_factor_is_located_in_the_study(place: Path, factor: str) -> None:
    where, what = FAULTS[factor]
    found = faults_of(f"title: T\nscenario: tiny\nreplicates: 2\nfactors:\n  {factor}\n")
    assert len(found) == 1, found
    assert found[0].startswith(f"study.yaml:{where} "), found
    assert what in found[0]


def test_a_fault_of_a_listed_treatment_is_located(place: Path) -> None:
    text = "title: T\nscenario: tiny\ndesign: list\ntreatments:\n  - name: a\n    set: {weeks: 0}\n"
    assert faults_of(text) == ["study.yaml:6:18 weeks: must be at least 1 (weeks), got 0"]


def test_all_faults_come_at_once(place: Path) -> None:
    text = "title: T\nscenario: tiny\nfactors:\n  weeks: {values: [0, 4, 9999]}\n"
    text += "  market.trust.gain: {values: [7]}\n"
    places = [fault.split()[0] for fault in faults_of(text)]
    assert places == ["study.yaml:4:20", "study.yaml:4:26", "study.yaml:5:32"]


def test_a_rule_between_keys_names_the_values_that_break_it(place: Path) -> None:
    late = SCENARIO.replace("strategy: user-first", "strategy: user-first, enters: 10")
    Path("tiny.yaml").write_text(late)
    found = faults_of("title: T\nscenario: tiny\nfactors: {weeks: {values: [8]}}\n")
    assert found[0].startswith("tiny.yaml:7:")
    assert found[0].endswith("(with weeks=8)")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("desgin: grid", "unknown key; did you mean design?"),
        ("design: girds", "one of grid, list, one-at-a-time, paired, got girds; did you mean grid"),
        ("design: sobol", "design: must have its number, got sobol; did you mean {sobol: 64}?"),
        ("design: {sobl: 64}", "design.sobl: unknown key; did you mean sobol?"),
        ("design: {sobol: 0}", "design.sobol: must be at least 1, got 0"),
        ("design: {sobol: 1.5}", "design.sobol: must be a whole number"),
        ("design: {sobol: 8, morris: 8}", "must be one design, such as {sobol: 64}, got 2"),
        ("design: {}", "must be one design, such as {sobol: 64}, got 0"),
        ("design: [sobol, 8]", "design: must be text or a mapping, got a list"),
        ("design: {sobol: 64}", "design: sobol needs factors, such as weeks: {range: [100, 500]}"),
        (
            f"design: {{sobol: 48}}\n{WEEKS}",
            "design.sobol: must be a power of two, got 48; did you mean 64?",
        ),
        (
            "design: {morris: 4}\nfactors: {weeks: {range: [4, 9], points: 3}}",
            "factors.weeks.points: belongs to grid and one-at-a-time; morris chooses",
        ),
        (
            "design: {morris: 4}\nfactors: {weeks: {values: [4, 4]}}",
            "factors.weeks.values: must be two or more different values for morris, got 1",
        ),
        ("design: paired", "treatments: missing; the design paired needs them"),
        (f"design: paired\ntreatments: [{{name: a}}]\n{WEEKS}", "factors: belong to other designs"),
        ("design: paired\ntreatments: [{name: baseline}]", "treatments.0.name: must be of one"),
        ("baseline: {weeks: 4}", "baseline: belongs to the design paired, got design grid"),
        ("stop: {measure: survived, width: 0.1}", "stop: must have either strategy or between"),
        ("stop: {measure: survivd, strategy: user-first, width: 1}", "did you mean survived?"),
        ("stop: {measure: cause, strategy: user-first, width: 1}", "no such measure, got cause"),
        ("stop: {measure: survived, strategy: user-first}", "stop.width: missing"),
        ("stop: {measure: survived, strategy: user-first, width: -1}", "stop.width: must be at"),
        (
            "stop: {measure: survived, strategy: usr-first, width: 1}",
            "stop.strategy: must be the strategy of some firm, got usr-first; did you mean user-f",
        ),
        (
            "stop: {measure: survived, between: [user-first, placebo], width: 1}",
            "stop.between.1: must be the strategy of some firm, got placebo",
        ),
        ("stop: {measure: survived, between: [user-first], width: 1}", "two different strategies"),
        (
            "stop: {measure: survived, strategy: user-first, width: 1, at_least: 9, at_most: 8}",
            "stop.at_least: must be at most at_most (8), got 9",
        ),
        (
            "replicates: 4\nstop: {measure: survived, strategy: user-first, width: 1}",
            "replicates: belongs to studies without stop",
        ),
        ("design: list", "treatments: missing; the design list needs them"),
        ("treatments: [{name: a}]", "belong to the designs list and paired, got design grid"),
        ("measures: [user]", "measures.0: no such measure, got user; did you mean users?"),
        ("series: [n_user]", "series.0: no such measure, got n_user; did you mean n_users?"),
        ("replicates: 0", "must be at least 1 (runs), got 0"),
        ("replicates: 100000\nfactors: {weeks: {range: [1, 20], points: 20}}", "at most 1,000,000"),
    ],
)
def test_a_fault_of_a_study_is_one_line(place: Path, line: str, said: str) -> None:
    found = faults_of(f"title: T\nscenario: tiny\n{line}\n")
    assert len(found) == 1, found
    assert said in found[0]
    assert found[0].startswith("study.yaml:")


def test_a_scenario_that_is_not_there_is_named_with_near_ones(place: Path) -> None:
    (found,) = faults_of("title: T\nscenario: tinny\n")
    assert found.startswith("study.yaml:2:11 scenario: tinny not found; did you mean tiny?")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, len(STUDY) - 1), piece=st.text(st.characters(codec="utf-8"), max_size=3))
def test_a_garbled_study_is_read_or_faulted_and_nothing_else(
    place: Path, at: int, piece: str
) -> None:
    Path("garbled.yaml").write_text(STUDY[:at] + piece + STUDY[at + 2 :])
    said = ""
    try:
        n_treatments = len(resolve("garbled.yaml").treatments)
    except ScenarioFaults as found:
        n_treatments, said = 0, str(found)
    assert n_treatments or "garbled.yaml:" in said


def test_every_design_can_be_written() -> None:
    words, mapping = get_args(Study.model_fields["design"].annotation)
    sampled = get_args(get_args(mapping)[0])
    assert {*get_args(words), *sampled} == set(DESIGNS)


def test_every_column_of_the_firm_table_is_explained() -> None:
    assert tuple(FIRM_COLUMNS) == FIRM_ROW


def test_a_folder_of_results_sweeps_again_by_itself(place: Path, tmp_path: Path) -> None:
    Path("patience.yaml").write_text(STUDY)
    study = resolve("patience.yaml", ["weeks=8"])
    swept = sweep(study, place / "out", Ways(1, simulate=simulate))
    assert swept.folder == place / "out" / "patience"
    with open_store(swept.folder) as store:
        assert store.title == "How much patience?"
        assert store.measures == ("users", "discounted_profit")
        assert store.counts() == (12, 0, 12)
        assert sorted(store.series().week.unique()) == [0, 6, 8]
    again = resolve(swept.folder / "study.yaml")
    assert [run.key for run in planned(again).runs] == [run.key for run in planned(study).runs]
    said = (swept.folder / "README.txt").read_text()
    assert "6 treatments, 2 replicates each, root seed 5" in said
    assert "discounted_profit" in said
    assert "money per head" in said


def test_a_study_named_like_its_scenario_does_not_find_itself(place: Path) -> None:
    (place / "own").mkdir()
    study = place / "own" / "identity.yaml"
    study.write_text("title: t\nscenario: identity\nreplicates: 1\n")
    assert resolve(study).base.title != "t"  # the catalogue's scenario
    (place / "own" / "alone.yaml").write_text("title: t\nscenario: alone\nreplicates: 1\n")
    with pytest.raises(ScenarioFaults, match="alone not found"):
        resolve(place / "own" / "alone.yaml")
