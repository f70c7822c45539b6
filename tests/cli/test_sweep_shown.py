"""What a sweep shows at its end: levels side by side, sampled points by what matters."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd
import pytest

from sim.analysis.stored import stored_study
from sim.cli.plot import draw_study
from sim.cli.sweep_tables import show, write_tables
from sim.experiments.store import open_store
from sim.report import write_report
from tests.report.markets import FORMULA, study_folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {
        name: study_folder(tmp_path_factory.mktemp(name), name, replicates=2)
        for name in ("grid", "morris")
    }


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Figures are made, but not written, which would take most of the time; their names."""
    import sim.plots.figures

    named: list[Path] = []

    def kept(_: object, stem: Path) -> list[Path]:
        named.append(stem)
        return [stem]

    monkeypatch.setattr(sim.plots.figures, "save", kept)
    return named


def test_points_that_a_design_drew_are_not_listed(
    folders: dict[str, Path], undrawn: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    show(folders["morris"])
    said = " ".join(capsys.readouterr().out.split())
    assert "By treatment" not in said
    assert "effect=" not in said
    assert "Over all 12 points of the design: " in said
    assert "change over a factor's whole range (share of firms)" in said
    drawn = {path.name for path in undrawn}
    assert any(name.startswith("morris-survival") for name in drawn)
    assert not any(name.endswith("by-treatment") or name.startswith("phase") for name in drawn)
    assert {"causes", "hazard", "survival"} <= drawn


def test_levels_that_somebody_chose_are_side_by_side(
    folders: dict[str, Path], undrawn: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    show(folders["grid"])
    said = " ".join(capsys.readouterr().out.split())
    assert "By treatment, the share alive" in said
    assert "cannot be told from 2 replicates" in said
    assert "whole range" not in said
    drawn = {path.name for path in undrawn}
    assert {"survival-by-treatment", "users-by-treatment", "causes", "hazard"} <= drawn


@pytest.mark.parametrize(
    ("kept", "drawn"),
    [
        ("n_users, n_ideas", {"users", "ideas", "users-by-treatment"}),
        ("n_ideas, belief_error", {"ideas", "belief-error", "ideas-by-treatment"}),
        ("alive", set()),
    ],
)
def test_a_study_that_keeps_other_series_is_drawn_with_those(
    kept: str, drawn: set[str], tmp_path: Path, undrawn: list[Path]
) -> None:
    folder = study_folder(tmp_path, "grid", replicates=1, more=f"series: [{kept}]")
    show(folder)
    always = {"survival", "survival-by-treatment"}
    names = {path.name for path in undrawn}
    assert always <= names
    assert (
        names - always - {"causes", "hazard", "phase-map", "phase-map-discounted_profit"} == drawn
    )
    assert "<svg" in write_report(folder).read_text("utf-8")


def test_small_multiples_are_called_by_short_factors(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import sim.plots.figures

    titles: list[str] = []

    def kept(figure: object, _: Path) -> list[Path]:
        titles.extend(ax.get_title(loc="left") for ax in figure.axes)  # type: ignore[attr-defined]
        return []

    monkeypatch.setattr(sim.plots.figures, "save", kept)
    draw_study(stored_study(folders["grid"]), tmp_path)
    assert titles.count("effect=0, cash=1") == 2


def test_a_firm_called_like_a_formula_breaks_no_figure(
    folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sim.plots.figures

    monkeypatch.setattr(sim.plots.figures, "DPI", 30)  # the time goes with the dots
    assert "$" in FORMULA
    study = stored_study(folders["grid"])
    firms = study.tables.rows["firm"].unique()
    odd = {name: rf"$\frac{{{place}" for place, name in enumerate(firms)}
    rows, series = (
        table.replace({"firm": odd}) for table in (study.tables.rows, study.tables.series)
    )
    kinds = {"user-first": r"$\frac{", "customer-centric": r"$x_"}
    rows, series = (table.replace({"strategy": kinds}) for table in (rows, series))
    named = [(rf"$\frac{{{place}", settings) for place, (_, settings) in enumerate(study.settings)]
    tables = study.tables._replace(rows=rows, series=series, title=r"$\sum_{")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = draw_study(study._replace(tables=tables, settings=named, maps=[]), tmp_path)
    assert all(path.stat().st_size > 1_000 for path in drawn)


def test_firms_csv_names_runs_as_the_store_does(folders: dict[str, Path], tmp_path: Path) -> None:
    """So that a run of the table can be replayed; and in the order of the store."""
    study = stored_study(folders["grid"])
    firms, _ = write_tables(tmp_path, study.tables.rows, study.settings)
    with open_store(folders["grid"]) as store:
        stored = store.firm_table()
    written = pd.read_csv(firms, dtype={"run": str})
    assert written[["run", "firm"]].values.tolist() == stored[["run", "firm"]].values.tolist()
    assert "id" not in written
