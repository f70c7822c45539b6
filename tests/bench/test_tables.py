"""What a benchmark prints and keeps."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.bench.tables import Ways, publish, shown


def test_numbers_have_three_digits_that_count() -> None:
    cells = [1234567.0, 1234.56, 45.67, 1.234, 0.01234, None, "text"]
    assert [shown(cell) for cell in cells] == [
        "1,234,567", "1,235", "45.7", "1.23", "0.012", "-", "text",
    ]  # fmt: skip


def test_a_table_is_kept_as_markdown_and_csv(tmp_path: Path) -> None:
    publish("t", "Title", ["a", "b"], [["x", 1.25], ["y", None]], "Note.", ways=Ways(),
            folder=tmp_path)  # fmt: skip
    lines = (tmp_path / "t.md").read_text("utf-8").splitlines()
    assert lines[0] == "# Title"
    assert "Python" in lines[2]
    assert lines[4:8] == ["| a |    b |", "|---|-----:|", "| x | 1.25 |", "| y |    - |"]
    assert lines[-1] == "Note."
    with (tmp_path / "t.csv").open(encoding="utf-8") as file:
        assert list(csv.reader(file)) == [["a", "b"], ["x", "1.25"], ["y", ""]]


def test_a_trial_keeps_nothing(tmp_path: Path) -> None:
    publish("t", "Title", ["a"], [["x"]], ways=Ways(small=True), folder=tmp_path)
    assert not list(tmp_path.iterdir())
