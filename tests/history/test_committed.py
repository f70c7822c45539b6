"""The table of judgement in the repository: of today's series and replays, as the pages say."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from sim.analysis.history.judge import COLUMNS
from sim.experiments.replay_reading import replay_names
from sim.history.everything import summary
from sim.scenario.history import history_catalogue

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "results" / "history"


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "judgement.csv", keep_default_na=True).fillna({"replay": ""})


def test_every_series_has_a_row_and_every_replay_a_folder(table):
    assert list(table.columns) == ["replay", *COLUMNS]
    assert table["series"].tolist() == [
        series.name for entry in history_catalogue() for series in entry.series
    ]
    assert set(table["replay"]) - {""} == set(replay_names())
    for name in replay_names():
        played = pd.read_csv(FOLDER / name / "replay.csv")
        assert set(played["series"]) == set(table.loc[table["replay"] == name, "series"])
        assert (FOLDER / name / "figures" / "replay.png").exists()


def test_rows_of_the_table_are_those_of_the_replays(table):
    for name in replay_names():
        own = pd.read_csv(FOLDER / name / "judgement.csv").set_index("series")
        shown = table[table["replay"] == name].set_index("series")
        for column in ("model MASE", "baseline MASE", "ratio", "model coverage"):
            pd.testing.assert_series_equal(
                own[column], shown.loc[own.index, column], check_dtype=False
            )


def test_pages_say_what_the_table_says(table):
    said = summary(table)
    assert said in (FOLDER / "judgement.md").read_text("utf-8")
    judged, better, alike, worse = map(int, re.findall(r"\b(\d+)\b", said)[1:5])
    model, curves = re.findall(r"(\d+)%", said)[1:3]
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert (
        f"Of {judged} series the model predicts {better} better than a simple curve, {worse} worse "
        f"and {alike} alike"
    ) in readme
    assert f"its 80% bands hold {model}% of the rows, those of the curves {curves}%" in readme
    odd = " ".join((ROOT / "sim" / "ODD.md").read_text("utf-8").split())
    assert f"better on {better}, worse on {worse}, alike on {alike}" in odd
