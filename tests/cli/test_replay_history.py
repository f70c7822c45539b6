"""The command that plays history again: what it shows, writes, chooses and refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from sim.scenario.history import history_catalogue
from tests.cli.calling import Call, calling
from tests.history.ways import HERE

MINE = "year,people\n2001,10\n2002,18\n2003,33\n2004,60\n2005,98\n"
MARKET = str(HERE / "tiny_market.yaml")
TINY = """
title: A tiny replay
scenario: markets/tiny_market.yaml
starts: 2015
set: {weeks: 520}
calibrate:
  market.use.outside: {range: [1, 4], source: test}
series:
  - {series: "roku:active_accounts_m", observe: users, factor: fit}
  - {series: "roku:arpu_usd", observe: "revenue / users", factor: fit}
"""
FEW = ("--people", "60", "--draws", "40", "--replicates", "5", "--jobs", "1")


@pytest.fixture
def call(monkeypatch, capsys, tmp_path) -> Call:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text(MINE)
    return calling(monkeypatch, capsys)


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_a_series_of_ones_own_is_played_with_any_scenario(call: Call, tmp_path: Path) -> None:
    own = ("history", "--data", "mine.csv", "--scenario", MARKET, "--observe", "users:Newcomer")
    status, out, err = call(*own, *FEW)
    said = one_line(out)
    assert (status, "calibration: 40 runs, 1 at a time" in err) == (0, True)
    assert "the run starts with 2001 (--starts); one factor is fitted" in said
    assert "market.awareness.imitation 0.2 to 40 (log)" in said
    assert "market.use.outside 0.5 to 4.5" in said
    assert "40 runs that calibrate and 5 that forecast" in said
    folder = tmp_path / "results/history/mine-tiny-market-users-newcomer"
    rows = pd.read_csv(folder / "replay.csv")
    assert rows["value"].tolist() == [10, 18, 33, 60, 98]
    assert (rows["low"] <= rows["median"]).all()
    assert len(pd.read_csv(folder / "parameters.csv")) == 3
    assert pd.read_csv(folder / "judgement.csv")["n"].tolist() == [5]
    assert (folder / "answer.txt").read_text().startswith("people by A tiny market: ")
    # again, as JSON: nothing is run, and the numbers are those of the files
    status, out, err = call(*own, *FEW, "--json")
    found = json.loads(out)
    assert status == 0
    assert "40 of 40 runs, 0.0 a second" in err
    assert [row["median"] for row in found["rows"]] == pytest.approx(rows["median"].tolist())
    assert found["runs"] == {"calibration": 40, "forecast": 5, "failed": 0}


def test_a_scenario_can_be_played_as_it_is(call: Call, tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text("time,users\n2001Q1,40\n2001Q2,30\n")
    status, out, _ = call(
        "history", "--data", "two.csv", "--scenario", MARKET,
        "--observe", "100 users:Newcomer / users",
        "--starts", "2000", "--factor", "none", "--calibrate", "none", *FEW,
    )  # fmt: skip
    said = one_line(out)
    assert status == 0
    assert "Chosen here" not in said
    assert "0 runs that calibrate and 5 that forecast" in said
    assert "no series has rows to judge a forecast by. No parameter was fitted." in said
    assert "Too short to be judged: 2 rows, at least 3 are needed." in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--scenario", MARKET, "--observe", "users"), "--scenario needs a series: name one"),
        (("mine", "--all"), "--all plays every replay, so none can be named, got mine"),
        (("--all", "--data", "mine.csv"), "--data does not go with --all"),
        (("--all", "--json"), "--json does not go with --all"),
        (("--short",), "--short belongs to --all"),
        (("--jobs", "2"), "--jobs belongs to a replay: name one, or give --all"),
        (("netflix", "--draws", "50"), "--draws belongs to a scenario that is played"),
        (("netflix", "--observe", "users"), "--observe belongs to a scenario that is played"),
        (("netflix", "--column", "x"), "--column belongs to --data"),
        (("didi-kuaidi", "--observe", "users"), "--observe belongs to a series"),
        (("didi-kuaidi", "--baseline", "bass"), "--baseline belongs to a series"),
        (("no-such.yaml",), "no-such.yaml:1:1 no such replay"),
        (("didi-kuaidy",), "no such series or replay; did you mean didi-kuaidi?"),
        (("mine.csv",), "a CSV is given with --data mine.csv"),
        (("netflix", "--scenario", MARKET), "--scenario needs --observe, such as users:Incumbent"),
        (("netflix", "--scenario", "nowhere", "--observe", "users"), "no such scenario"),
        (("--data", "mine.csv", "--draws", "9"), "Invalid value for '--draws'"),
    ],
)
def test_options_that_make_no_sense_together_are_refused(call: Call, arguments, says) -> None:
    status, out, err = call("history", *arguments)
    assert (status, out) == (2, "")
    assert says in one_line(err)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--observe", "user:Newcomer"), "no such measure, got user; did you mean users?"),
        (("--observe", "users:Newcommer"), "did you mean Newcomer?"),
        (("--observe", "users +"), "--observe, character 8: must be a measure"),
        (("--starts", "2003"), "--starts 2003 lies after the first row, 2001 (line 2)"),
        (("--starts", "soon"), "--starts must be a time such as 2004"),
        (("--starts", "1890"), "a run may last 5,200 weeks, but from its start to the row 2005"),
        (("--calibrate", "market.use.outside"), "--calibrate must be FIELD=LOW..HIGH"),
        (("--calibrate", "market.use.outside=3..1"), "the lower bound comes first"),
        (("--calibrate", "market.use.outside=log -1..1"), "a log scale needs a range above 0"),
        (("--calibrate", "market.use.outsid=1..3"), "did you mean outside?"),
        (("--calibrate", "market.trust.initial=0..3"), "market.trust.initial: must be"),
        (("--calibrate", "title=1..3"), "--calibrate title: must be"),
        (("--calibrate", "weeks=10..30"), "--calibrate cannot fit weeks"),
        (("--calibrate", "people.links.mean=2.5..9"), "must be"),
    ],
)
def test_what_cannot_be_played_is_told_in_a_line(call: Call, arguments, says) -> None:
    said = {"--scenario": MARKET, "--observe": "users", arguments[0]: arguments[1]}
    flat = [word for pair in said.items() for word in pair]
    status, out, err = call("history", "--data", "mine.csv", *flat, *FEW)
    assert (status, out) == (2, "")
    assert says in one_line(err)
    assert len(err.strip().splitlines()) == 1


def test_faults_of_the_series_keep_their_places(call: Call, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("year,users\n2001,4\n2002,34%\n2001,5\n")
    status, out, err = call(
        "history", "--data", "bad.csv", "--scenario", MARKET, "--observe", "users", *FEW
    )
    assert (status, out) == (2, "")
    assert "bad.csv:3:6 users: must be a plain number" in err
    assert "bad.csv:4:1 year: 2001 is there twice" in err


def test_all_replays_make_one_table_over_all_series(
    call: Call, tmp_path: Path, monkeypatch
) -> None:
    """A catalogue of one replay: its series have a model, all others their curve and a reason."""
    home = tmp_path / "replays"
    home.mkdir()
    (home / "markets").mkdir()
    shutil.copy(MARKET, home / "markets")
    (home / "tiny.yaml").write_text(TINY)
    (home / "not_played.yaml").write_text("not_played:\n  nike_id: It has no market here.\n")
    few = [
        each for each in history_catalogue() if each.name in ("didi_kuaidi_taxi", "nike_id", "roku")
    ]
    monkeypatch.setattr("sim.experiments.replay_reading.replays_folder", lambda: home)
    monkeypatch.setattr("sim.scenario.history.history_catalogue", lambda: few)
    status, out, err = call("history", "--all", "--short", *FEW)
    assert status == 0, err
    table = pd.read_csv(tmp_path / "results/history/judgement.csv")
    names = [series.name for entry in few for series in entry.series]
    assert table["series"].tolist() == names
    played = table[table["replay"] == "tiny"]
    assert sorted(played["series"]) == ["roku:active_accounts_m", "roku:arpu_usd"]
    assert played["model MASE"].notna().all()
    (nike,) = table[table["series"] == "nike_id"]["sentence"]
    assert nike.startswith("Not played: It has no market here.")
    assert "No replay plays it." in table["sentence"].iloc[0]
    page = (tmp_path / "results/history/judgement.md").read_text()
    assert page.count("\n| ") == len(names) + 2  # a header of two lines
    assert f"{len(names)} series, 2 of them judged with a model" in page
    again = "userfirst history --all --short --people 60 --draws 40 --replicates 5"
    assert f"made again by `{again}`" in page
    assert f"{len(names)} series, 2 of them" in one_line(out)
    assert (tmp_path / "results/history/judgement.png").stat().st_size > 10_000


def test_the_list_has_the_replays_under_the_series(call: Call) -> None:
    _, out, _ = call("history")
    series, replays = out.split("\n\n")[0], out.split("\n\n")[2]
    assert "us_ecommerce_share_pct" in series
    assert replays.split()[:4] == ["replay", "what", "scenario", "series"]
    listed = json.loads(call("history", "--json").out)
    by_name = {each["name"]: each["replays"] for each in listed}
    assert "didi-kuaidi" in by_name["didi_kuaidi_taxi:didi_pct"]
