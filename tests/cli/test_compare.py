"""`userfirst compare`: the answer first, a table, files beside it, JSON; faults in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from sim.cli.compare import compare
from sim.cli.trouble import Refused, Status
from tests.analysis.test_arms import swept


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> str:
    return swept(tmp_path_factory.mktemp("compared"), "patience", "0.5, 1, 2")


def test_answer_table_notes_and_files(
    study: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compare([f"{study}:cash=0.5", f"{study}:cash=2"], tmp_path / "out", json=False)
    said = capsys.readouterr().out
    lines = said.splitlines()
    assert lines[1] == "How much patience?"
    assert lines[3].startswith("3 runs are too few to tell anything here from chance: ")
    header = next(line for line in lines if "difference" in line and " ahead " in line)
    assert header.split() == ["cash=0.5", "cash=2", "difference", "d", "ahead", "p"]
    for words in ("user-first firms", "alive at the end", "cash trough", "consumer surplus",
                  "Paired by seed: both ran with the same 3 seeds.", "dead firms included",
                  "correction for the 15 differences shown"):  # fmt: skip
        assert words in " ".join(said.split())  # wherever a line breaks
    assert "nan" not in said
    found = sorted(path.suffix for path in (tmp_path / "out").iterdir())
    assert found == [".csv", ".png", ".svg"]
    csv = next((tmp_path / "out").glob("*.csv"))
    assert str(csv) in said
    rows = pd.read_csv(csv)
    assert len(rows) == 15
    assert set(rows["measure"]) >= {"survival", "users", "customers", "discounted_profit", "trust"}


def test_json_is_one_object_without_what_json_cannot_say(
    study: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compare([study], tmp_path, json=True)
    found = json.loads(capsys.readouterr().out, parse_constant=lambda word: pytest.fail(word))
    assert set(found) == {"answer", "notes", "paired", "arms", "differences", "files"}
    assert [arm["name"] for arm in found["arms"]] == ["cash=0.5", "cash=1", "cash=2"]
    assert found["paired"] is True
    assert len(found["differences"]) == 30
    assert all(Path(path).is_file() for path in found["files"])


def test_files_lie_in_the_first_folder_and_comparisons_do_not_overwrite_each_other(
    study: str, capsys: pytest.CaptureFixture[str]
) -> None:
    compare([f"{study}:cash=1", f"{study}:cash=2"], None, json=True)
    one = json.loads(capsys.readouterr().out)["files"]
    compare([f"{study}:cash=1", f"{study}:cash=0.5"], None, json=True)
    other = json.loads(capsys.readouterr().out)["files"]
    assert {Path(path).parent for path in (*one, *other)} == {Path(study) / "comparison"}
    assert not set(one) & set(other)


def test_what_cannot_be_compared_is_one_line_with_status_two(study: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no treatment or strategy gold; there are") as found:
        compare([f"{study}:gold", study], tmp_path, json=False)
    assert found.value.status == Status.FAULTS
    assert "\n" not in str(found.value)


def test_where_nothing_can_be_stored_nothing_is_computed(study: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="cannot write") as found:
        compare([study], tmp_path / "file" / "out", json=False)
    assert found.value.status == Status.CANNOT_STORE
