"""The command about real series: what it lists, what it says of one, how it refuses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from sim.cli import history as command
from sim.cli.history import Asked, mix
from sim.cli.trouble import Refused
from sim.scenario.faults import ScenarioFaults
from sim.scenario.history import history_catalogue
from tests.cli.calling import calling
from tests.conftest import environment
from tests.scenario.test_history_files import PLAIN, mutated

MINE = "year,users\n" + "".join(
    f"{2001 + n},{users}\n" for n, users in enumerate((10, 18, 33, 60, 98, 150, 200, 240, 270, 280))
)


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """The command in this process, in an empty folder: exit status, output, errors."""
    monkeypatch.chdir(tmp_path)
    called = calling(monkeypatch, capsys)
    return lambda *arguments: called("history", *arguments)


def names() -> list[str]:
    return [series.name for entry in history_catalogue() for series in entry.series]


def test_the_list_has_every_series_with_its_grades_and_breaks(call) -> None:
    status, out, _ = call()
    assert status == 0
    assert out.split()[:8] == ["series", "what", "unit", "years", "rows", "confidence", "breaks",
                               "blockbuster:stores_worldwide"]  # fmt: skip
    rows = out.split("\n\n")[0].splitlines()
    (line,) = [line for line in rows if "sms_wechat_china:wechat_mau_m" in line]
    assert line.split()[-12:] == ["2011", "to", "2018", "8", "2", "H,", "5", "M,", "1", "L",
                                  "2011;", "2012"]  # fmt: skip
    listed = json.loads(call("--json")[1])
    assert [each["name"] for each in listed] == names()
    assert sum(len(each["breaks"]) for each in listed) > 5
    assert mix(["M", "H", "H"]) == "2 H, 1 M"


def test_a_file_with_faults_is_told_after_the_list(monkeypatch, tmp_path, capsys) -> None:
    (tmp_path / "good.csv").write_text(PLAIN)
    (tmp_path / "bad.csv").write_text("year,x\n2001,a\n2002,3\n")
    monkeypatch.setattr("sim.scenario.history.catalogue.history_folder", lambda: tmp_path)
    with pytest.raises(ScenarioFaults, match="must be a number, got a"):
        command.listing(json=False)
    assert "good" in capsys.readouterr().out


def test_a_series_of_ones_own_is_fitted_judged_and_drawn(call, tmp_path) -> None:
    (tmp_path / "mine.csv").write_text(MINE)
    status, out, _ = call("--data", "mine.csv")
    said = " ".join(out.split())
    assert status == 0
    assert "10 rows, 2001 to 2010; confidence 10 H" in said
    assert "No YAML beside it, so: times are those of the first column, each a year" in said
    assert "Fitted to the first 6 rows until 2006: Bass curve, p (1/year)" in said
    assert re.search(r"Bass curve 1\.000 4 \d\.\d\d \d+%", said)
    assert re.search(r"The Bass curve misses by \d\.\d\d of the usual step", said)
    folder = Path("results/history/mine")
    assert said.endswith(
        f"{folder / 'series.png'} {folder / 'series.svg'} {folder / 'judgement.csv'}"
    )
    with Image.open(folder / "series.png") as image:
        assert image.width == 1800
    judged = pd.read_csv(folder / "judgement.csv")
    assert judged["series"].tolist() == ["mine"]


def test_json_has_the_points_the_fit_and_the_judgement(call, tmp_path) -> None:
    (tmp_path / "mine.csv").write_text(MINE)
    found = json.loads(call("--data", "mine.csv", "--json")[1])
    assert found["points"][0] == {"time": "2001", "when": 2001, "value": 10, "confidence": "H"}
    assert set(found["parameters"]) == {"p (1/year)", "q (1/year)", "m (market)"}
    assert found["judgement"]["baseline"] == "Bass curve"
    assert found["judgement"]["model MASE"] is None
    assert not (tmp_path / "results").exists()


def test_a_column_a_curve_and_a_confidence_can_be_chosen(call, tmp_path) -> None:
    (tmp_path / "mine.csv").write_text("year,a,b\n2001,1,5\n2002,2,4\n2003,3,3\n2004,4,9\n")
    found = json.loads(call("--data", "mine.csv", "--column", "b", "--json")[1])
    assert [point["value"] for point in found["points"]] == [5, 4, 3, 9]
    found = json.loads(call("us_ecommerce_share_pct", "--baseline", "bass", "--json")[1])
    assert found["judgement"]["baseline"] == "Bass curve"
    said = " ".join(call("roku:arpu_usd", "--confidence", "H")[1].split())
    assert "5 rows, 2017 to 2021; confidence 5 H, 4 of lower confidence left out" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("netflixx",), "netflixx:1:1 no such series; did you mean netflix?"),
        (("--data", "no.csv"), "no.csv:1:1 cannot be read: no such file"),
        (("--data", "bad.csv"), "bad.csv:3:6 users: must be a plain number"),
        (("--data", "low.csv", "--confidence", "H"), "low has no row of confidence H or higher"),
        (("netflix", "--data", "bad.csv"), "name a series or give --data, not both"),
        (("netflix", "--column", "x"), "--column belongs to --data"),
        (("--confidence", "H"), "belong to a series"),
        (("netflix", "--confidence", "Q"), "'Q' is not one of"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_line(call, tmp_path, arguments, says) -> None:
    (tmp_path / "bad.csv").write_text("year,users\n2001,4\n2002,34%\n")
    (tmp_path / "low.csv").write_text("year,users,conf\n2001,4,L\n2002,5,L\n")
    status, out, err = call(*arguments)
    assert (status, out) == (2, "")
    assert says in " ".join(err.split())


def test_the_list_imports_nothing_heavy(tmp_path) -> None:
    code = """
import sys
from sim.cli import main
sys.argv = ["userfirst", "history"]
try:
    main()
except SystemExit as left:
    assert not left.code
heavy = ("mesa", "numba", "scipy", "numpy", "matplotlib", "pandas", "duckdb")
print([name for name in heavy if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), cwd=tmp_path, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "[]\n")


@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(mutated(PLAIN) | mutated(MINE))
def test_changed_files_are_shown_or_told(tmp_path, capsys, content: bytes) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    try:
        command.show(Asked(None, path), json=True, out=tmp_path)
    except (ScenarioFaults, Refused):  # anything else is a failure
        return
    assert json.loads(capsys.readouterr().out)["judgement"]["sentence"]
