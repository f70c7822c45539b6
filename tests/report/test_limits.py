"""What the page says one should not read into it, and the results it refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.experiments.errors import StoreError
from sim.report import write_report
from tests.report.markets import SCRIPT, study_folder
from tests.report.parsing import section, tables


def test_limits_of_one_run(folders: dict[str, Path]) -> None:
    assert "an anecdote" in section(folders["run"], "limits")
    assert "an anecdote" not in section(folders["one"], "limits")


def test_limits_of_too_few_runs(tmp_path: Path) -> None:
    folder = study_folder(tmp_path, "one", replicates=3)
    write_report(folder)
    assert "3 runs of a treatment are too few" in section(folder, "limits")
    differences = tables(folder)["user-first less customer-centric, 3 paired seeds"]
    assert {row[-1] for row in differences[1:]} == {"too few seeds"}


def test_runs_that_failed_are_told_without_their_traceback(folders: dict[str, Path]) -> None:
    said = section(folders["list"], "limits")
    assert "8 of 24 runs failed" in said
    assert f"RuntimeError: no file market.yaml: {SCRIPT}" in said
    assert "Traceback" not in said
    assert "failed" not in section(folders["grid"], "limits")


def test_a_study_without_a_finished_run_is_refused(tmp_path: Path) -> None:
    folder = study_folder(tmp_path, "ruined", replicates=1)
    with pytest.raises(StoreError, match="no run is stored yet"):
        write_report(folder)
    assert not (folder / "report.html").exists()


def test_a_study_that_was_changed_afterwards_is_refused(tmp_path: Path) -> None:
    folder = study_folder(tmp_path, "one", replicates=2)
    text = (folder / "scenario.yaml").read_text("utf-8")
    (folder / "scenario.yaml").write_text(text.replace("count: 400", "count: 500"), "utf-8")
    with pytest.raises(StoreError, match=r"scenario\.yaml is not as it was written"):
        write_report(folder)


def test_a_run_whose_scenario_was_changed_is_refused(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(folders["run"], folder)
    text = (folder / "scenario.yaml").read_text("utf-8")
    (folder / "scenario.yaml").write_text(text.replace("weeks: 104", "weeks: 105"), "utf-8")
    with pytest.raises(StoreError, match=r"scenario\.yaml is not as it was written"):
        write_report(folder)
