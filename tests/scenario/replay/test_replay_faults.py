"""Every fault of a replay's file at its place, all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli.check import faults_in
from sim.experiments.replay_reading import find_replay, read_replay, resolve_replay
from sim.scenario.faults import ScenarioFaults

GOOD = """\
title: Played
scenario: didi-kuaidi
starts: 2014Q1
set: {weeks: 104}
calibrate:
  market.sides.for_people: {range: [2, 10], source: table}
series:
  - {series: "didi_kuaidi_taxi:didi_pct", observe: "100 uses:Didi / uses"}
  - {series: "didi_kuaidi_taxi:users_m", observe: "touched / people", factor: fit}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, "utf-8")
    return path


def told(folder: Path, text: str) -> list[tuple[int, int, str, str]]:
    with pytest.raises(ScenarioFaults) as caught:
        read_replay(written(folder, text))
    return [(f.line, f.column, f.key, f.message) for f in caught.value.faults]


def test_a_replay_gives_what_playing_needs(tmp_path: Path) -> None:
    found = resolve_replay(written(tmp_path, GOOD))
    assert (found.name, found.start, found.scenario.weeks) == ("mine", 2014.0, 104)
    assert found.scenario.people.count == found.replay.people == 2000
    assert [each.name for each in found.series] == ["didi_kuaidi_taxi:didi_pct",
                                                    "didi_kuaidi_taxi:users_m"]  # fmt: skip
    assert [str(each) for each in found.observables] == ["100 uses:Didi / uses", "touched / people"]
    assert found.replay.settings == {"people.count": 2000, "weeks": 104}
    assert (found.replay.draws, found.replay.replicates, found.replay.seed) == (400, 40, None)


@pytest.mark.parametrize(
    ("before", "after", "line", "column", "key", "words"),
    [
        ("title: Played", "titel: Played", 1, 1, "titel", "did you mean title?"),
        ("didi-kuaidi", "didi-kuadi", 2, 11, "scenario", "did you mean didi-kuaidi?"),
        ("2014Q1", "2014Q5", 3, 9, "starts", "2014Q5"),
        ("weeks: 104", "week: 104", 4, 7, "set.week", "unknown key"),
        ("weeks: 104", "weeks: 0", 4, 14, "set.weeks", "at least 1"),
        ("for_people", "for_peple", 6, 3, "calibrate.market.sides.for_peple", "for_people?"),
        ("[2, 10]", "[2, 97]", 6, 40, "calibrate.market.sides.for_people.range.1", "at most 96"),
        ("[2, 10]", "[-1, 10]", 6, 37, "calibrate.market.sides.for_people.range.0", "at least 0"),
        ("[2, 10]", "[10, 2]", 6, 28, "calibrate.market.sides.for_people", "the lower one first"),
        ("[2, 10]", "[0, 2], scale: log", 6, 28, "calibrate.market.sides.for_people", "above 0"),
        ("[2, 10]", "[2]", 6, 28, "calibrate.market.sides.for_people", "two numbers"),
        ("market.sides.for_people", "users_are", 6, 14, "calibrate.users_are", "one number"),
        ("market.sides.for_people", "firms", 6, 10, "calibrate.firms", "one number"),
        ("market.sides.for_people: {range: [2, 10]", "review: {range: [2, 10.5]", 6, 23,
         "calibrate.review.range.1", "whole number"),
        ("market.sides.for_people", "weeks", 6, 10, "calibrate.weeks", "fitted and set at once"),
        ("didi_pct", "didi_pc", 8, 14, "series.0.series", "did you mean didi_kuaidi_taxi:didi_pct"),
        ("taxi:didi_pct", "taxi:users_m", 9, 14, "series.1.series", "there twice, first in line 8"),
        ("uses:Didi", "usage:Didi", 8, 57, "series.0.observe", "did you mean uses?"),
        ("uses:Didi", "uses:Uber", 8, 62, "series.0.observe", "there is Didi, Kuaidi, subsidiser"),
        ("factor: fit", "factor: fitted", 9, 79, "series.1.factor", "did you mean fit?"),
        ("weeks: 104", "weeks: 40", 8, 14, "series.0.series", "set weeks to 52"),
        ("2014Q1", "2014Q2", 8, 14, "series.0.series", "row 2014Q1 (line 2) lies before"),
        ("set: {weeks: 104}", "people: 3", 4, 9, "people", "at least 10"),
        ('uses"}', 'uses", calibrate: false}', 6, 3, "", ""),
    ],
)  # fmt: skip
def test_one_fault_has_its_place(
    tmp_path: Path, before: str, after: str, line: int, column: int, key: str, words: str
) -> None:
    assert before in GOOD
    changed = GOOD.replace(before, after, 1)
    if not key:  # no series is left to fit to
        changed = changed.replace("factor: fit", "factor: fit, calibrate: false")
        (fault,) = told(tmp_path, changed)
        assert fault[2] == "calibrate"
        return
    fault, *others = told(tmp_path, changed)
    assert fault[:3] == (line, column, key)
    assert words in fault[3]
    assert not others or words == "set weeks to 52"  # which both series say


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("Q1", "Q9").replace("104", "none").replace("sides", "side")
    text = text.replace("didi_pct", "didi").replace("touched", "toched")
    assert {each[2] for each in told(tmp_path, text)} == {
        "starts", "set.weeks", "calibrate.market.side.for_people",
        "series.0.series", "series.1.observe",
    }  # fmt: skip


def test_a_series_beside_the_replay_is_read_and_its_faults_are_its_own(tmp_path: Path) -> None:
    text = GOOD.replace("didi_kuaidi_taxi:didi_pct", "own.csv")
    (tmp_path / "own.csv").write_text("quarter,share\n2014Q1,50\n2014Q2,60\n", "utf-8")
    assert resolve_replay(written(tmp_path, text)).series[0].name == "own"
    (tmp_path / "own.csv").write_text("quarter,share\n2014Q1,many\n2014Q2,60\n", "utf-8")
    with pytest.raises(ScenarioFaults, match=r"own\.csv:2:8 share: must be a number"):
        read_replay(written(tmp_path, text))
    (fault,) = told(tmp_path, GOOD.replace("didi_kuaidi_taxi:didi_pct", "../own.csv"))
    assert fault[2] == "series.0.series"


def test_series_of_ages_need_an_age_to_start_from(tmp_path: Path) -> None:
    text = GOOD.replace("didi_kuaidi_taxi:didi_pct", "firm_survival_bls_1998cohort_pct")
    (fault,) = told(tmp_path, text)
    assert fault[2] == "starts"
    assert "must be an age" in fault[3]


def test_a_replay_that_bears_its_scenarios_name_means_the_scenario(tmp_path: Path) -> None:
    path = tmp_path / "didi-kuaidi.yaml"
    path.write_text(GOOD, "utf-8")
    assert resolve_replay(path).scenario_path.parent.name == "scenarios"
    with pytest.raises(ScenarioFaults, match="did you mean internet-tv"):
        find_replay("internet-tvs")


def test_check_knows_replays_and_both_files_of_a_series(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    assert not faults_in(str(path))
    written(tmp_path, GOOD.replace("104", "20"))
    assert "lies after the end of the run" in str(faults_in(str(path))[0])
    written(tmp_path, GOOD.replace("starts: 2014Q1\n", ""))
    assert "starts: missing" in str(faults_in(str(path))[0])
    series, about = tmp_path / "own.csv", tmp_path / "own.yaml"
    series.write_text("year,share\n2014,50\n2015,60\n", "utf-8")
    about.write_text(
        "title: T\nsource: S\nconfidence: {H: high}\ntime: yer\n"
        "columns: {share: {title: share, unit: percent}}\n",
        "utf-8",
    )
    (one,), (other,) = faults_in(str(series)), faults_in(str(about))
    assert str(one) == str(other)
    assert "own.yaml:4:7 time: must be one of" in str(one)
    about.unlink()
    assert not faults_in(str(series))


def test_names_of_what_is_not_played_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "not_played.yaml"
    path.write_text('not_played:\n  "nike_id": two rows\n  nike: two rows\n', "utf-8")
    (fault,) = faults_in(str(path))
    assert "not_played.yaml:3:3 not_played.nike: no such series; did you mean nike_id?" in str(
        fault
    )
