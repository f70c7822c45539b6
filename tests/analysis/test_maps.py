"""Phase maps from a stored sweep: cells, prediction, scale, figures, tables and the last words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.analysis.maps import phase_maps
from sim.analysis.prediction import NEEDED, Prediction
from sim.analysis.stored import StoredStudy, stored_study
from sim.cli import sweep_tables as command
from sim.cli.plot import plot
from sim.experiments.reading import resolve
from sim.experiments.store import open_store
from sim.experiments.sweep import sweep
from sim.experiments.ways import Ways
from sim.plots.figures import phase_figures
from tests.experiments.fakes import simulate

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
  firms.New.cash: {range: [0.5, 2], points: 3, scale: log}
  market.network.effect: {values: [0, 4]}
replicates: 6
series_every: 13
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("maps")
    (place / "tiny.yaml").write_text(SCENARIO)
    (place / "study.yaml").write_text(STUDY)
    ways = Ways(jobs=1, executor="threads", simulate=simulate)
    return sweep(resolve(place / "study.yaml"), place / "out", ways).folder


@pytest.fixture(scope="module")
def study(folder: Path) -> StoredStudy:
    return stored_study(folder)


def test_a_grid_of_two_numbers_has_a_map_a_measure(study: StoredStudy) -> None:
    survival, profit = study.maps
    assert (survival.measure, profit.measure) == ("survival", "discounted_profit")
    assert sorted(set(survival.cells["x"])) == [0.5, 1.0, 2.0]
    assert len(survival.cells) == 6
    assert set(survival.cells["pairs"]) == {6}
    assert (survival.x.logarithmic, survival.y.logarithmic) == (True, False)
    assert survival.x.label == "firms.New.cash (money per head)"
    assert survival.y.label == "market.network.effect (utility per share)"


def test_the_summary_counts_cells_and_agreement(study: StoredStudy) -> None:
    one = study.maps[0]
    cells = one.cells.assign(sign=[1, 1, -1, -1, 1, 0])
    keys = list(zip(cells["x"], cells["y"], strict=True))
    signs = [1.0, 1.0, -1.0, 1.0, -1.0, 1.0]
    predicted = {k: Prediction(v, 0.5, True) for k, v in zip(keys, signs, strict=True)}
    said = one._replace(cells=cells, predicted=predicted).summary()
    assert "of 6 cells, user-first does better in 3, customer-centric in 2, 1 cannot" in said
    assert "the sign of 60% (23 to 88) of the decided cells" in said
    nothing = one._replace(cells=cells.assign(sign=0), predicted=predicted).summary()
    assert "more replicates are needed" in nothing


def test_the_figure_says_where_the_lines_are_and_what_is_assumed(study: StoredStudy) -> None:
    one = study.maps[0]
    keys = zip(one.cells["x"], one.cells["y"], strict=True)
    predicted = {(x, y): Prediction(x - 1.5, y - 2.0, True) for x, y in keys}
    figures = phase_figures([one._replace(predicted=predicted, note="assumed: much")], "Tiny")
    ax = figures["phase-map"].axes[0]
    lines = {line.get_gid(): line for line in ax.lines}
    assert ax.get_xscale() == "log"
    middle = 2**0.5  # x - 1.5 is 0 half-way between 1 and 2, on a log axis
    assert list(lines["predicted"].get_xdata()) == pytest.approx([middle, middle])
    assert set(lines["predicted-cash"].get_ydata()) == {2.0}
    assert sum(line.get_gid() == "pays" for line in ax.lines) == 1  # cash 2, effect 4
    assert "assumed: much" in ax.get_title(loc="left")
    sure = {key: Prediction(1.0, 1.0, True) for key in predicted}
    title = phase_figures([one._replace(predicted=sure)])["phase-map"].axes[0].get_title("left")
    assert "cash suffices everywhere on this map" in title.replace("\n", " ")


def test_plot_draws_both_maps_and_says_how_far_they_agree(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plot(folder, tmp_path)
    assert {"phase-map.png", "phase-map.svg", "phase-map-discounted_profit.svg"} <= {
        path.name for path in tmp_path.iterdir()
    }
    assert capsys.readouterr().out.count("Phase map, ") == 2


def test_a_prediction_needs_its_series(study: StoredStudy, folder: Path) -> None:
    assert set(NEEDED) <= set(study.tables.series)
    less = study.tables._replace(series=study.tables.series.drop(columns="n_lapsed"))
    place = Path("nowhere")  # without study.yaml scales are linear
    with open_store(folder) as store:
        maps = phase_maps(less, store.treatments(), place)
    assert maps[0].predicted == {}
    assert "no stored series of n_lapsed" in maps[0].summary()
    assert not maps[0].x.logarithmic


def test_the_end_of_a_sweep_fits_100_columns_and_leaves_tables(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    command.show(folder)
    out = capsys.readouterr().out
    shown = out.split("Over all 6 treatments: ")[0]
    assert max(map(len, shown.splitlines())) <= 100
    assert "cash=0.5, effect=4" in shown
    assert "firms.New.cash" not in shown
    assert "By treatment, the share alive of user-first" in out
    whole = pd.read_csv(folder / "survival_table.csv")
    assert len(whole) == 12
    assert {"firms.New.cash", "alive", "alive_low", "trust_high"} <= set(whole)
    assert len(pd.read_csv(folder / "firms.csv")) == 6 * 6 * 2


def test_a_long_table_gives_way_to_the_map(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "MOST_ROWS", 11)
    command.show(folder)
    out = capsys.readouterr().out
    assert "cash=0.5, effect=4  " not in out
    assert "Phase map, survival: of 6 cells" in out
    assert str(folder / "survival_table.csv") in out


def test_a_long_table_without_a_map_says_where_the_rest_is(
    study: StoredStudy, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "MOST_ROWS", 3)
    command.show_table(study.tables.rows, {}, Path("there/survival_table.csv"))
    out = capsys.readouterr().out
    assert "and 9 rows more in there/survival_table.csv" in out
