"""What is chosen for a series of a person's own: start, weeks, factor, priors, folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.history.own import CannotPlay, Wish, own_replay
from sim.scenario.history import HistorySeries, read_series
from sim.scenario.read import catalogue
from tests.history.ways import HERE

MARKET = str(HERE / "tiny_market.yaml")


def series(tmp_path: Path, text: str, name: str = "mine", about: str = "") -> HistorySeries:
    path = tmp_path / f"{name}.csv"
    path.write_text(text)
    if about:
        path.with_suffix(".yaml").write_text(about)
    return read_series(path)


PERCENT = """
title: Share
source: made up
confidence: {H: made up}
time: year
columns: {share: {title: share, unit: percent}}
"""
YEARS = "year,share\n2001,10\n2002,20\n2003,35\n"


def test_the_run_covers_the_rows_from_the_first_to_the_end_of_the_last(tmp_path: Path) -> None:
    found = own_replay(Wish(series(tmp_path, YEARS), MARKET, "users"))
    assert found.start == 2001
    assert found.scenario.weeks == found.replay.set["weeks"] == 3 * 52
    early = own_replay(Wish(series(tmp_path, YEARS), MARKET, "users", starts="1999Q3"))
    assert early.start == 1999.5
    assert early.scenario.weeks == 234
    months = series(tmp_path, "month,n\n2001-05,1\n2001-06,2\n", "months")
    assert own_replay(Wish(months, MARKET, "users")).scenario.weeks == 9  # two months of 4 1/3


def test_a_run_is_no_longer_than_its_rows_unless_the_scenario_needs_it(tmp_path: Path) -> None:
    short = series(tmp_path, "month,n\n2001-05,1\n2001-06,2\n", "short")
    assert own_replay(Wish(short, "didi-kuaidi", "users:Didi")).scenario.weeks == 9
    late = own_replay(Wish(short, "telecom-wechat", "users"))
    assert late.scenario.weeks == 260  # its second firm enters in week 52


@pytest.mark.parametrize(
    ("about", "observe", "factor"),
    [
        (PERCENT, "100 users:Newcomer / users", "none"),
        (PERCENT, "users:Newcomer / users", "fit"),
        (PERCENT, "users", "fit"),
        ("", "100 users:Newcomer / users", "fit"),
    ],
)
def test_a_factor_is_fitted_unless_both_are_percent(
    tmp_path: Path, about: str, observe: str, factor: str
) -> None:
    found = own_replay(Wish(series(tmp_path, YEARS, about=about), MARKET, observe))
    assert found.replay.series[0].factor == factor


@pytest.mark.parametrize("name", [entry.name for entry in catalogue()])
def test_every_scenario_has_the_default_parameters_inside_their_bounds(
    tmp_path: Path, name: str
) -> None:
    found = own_replay(Wish(series(tmp_path, YEARS), name, "users", people=50))
    assert "market.use.outside" in found.replay.calibrate
    for path, prior in found.replay.calibrate.items():
        own_replay(Wish(series(tmp_path, YEARS), name, "users", people=50, calibrate=(
            f"{path}={prior.range[0]}..{prior.range[1]}",)))  # fmt: skip
    assert found.replay.people == 50


def test_priors_of_the_command_line(tmp_path: Path) -> None:
    mine = series(tmp_path, YEARS)
    said = ("market.use.outside=-1..2.5", "market.awareness.imitation = log 0.5..20")
    found = own_replay(Wish(mine, MARKET, "users", calibrate=said)).replay.calibrate
    assert found["market.use.outside"].range == (-1, 2.5)
    assert found["market.awareness.imitation"].scale == "log"
    assert own_replay(Wish(mine, MARKET, "users", calibrate=("none",))).replay.calibrate == {}
    twice = ("market.use.outside=1..2", "market.use.outside=1..3")
    with pytest.raises(CannotPlay, match=r"says market\.use\.outside twice"):
        own_replay(Wish(mine, MARKET, "users", calibrate=twice))


def test_each_question_has_a_folder_of_its_own(tmp_path: Path) -> None:
    mine = series(tmp_path, YEARS)
    asked = ("users", "users:Newcomer", "100 users:Newcomer / users:Newcomer + users:Incumbent",
             "100 users:Newcomer / users:Newcomer + users:Newcomer")  # fmt: skip
    names = [own_replay(Wish(mine, MARKET, observe)).name for observe in asked]
    assert names[0] == "mine-tiny-market-users"
    assert len(set(names)) == len(asked)
    assert max(map(len, names)) <= 60
