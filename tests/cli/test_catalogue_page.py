"""The catalogue on scenarios/README.md is current, and every scenario has its picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli import catalogue_page
from sim.cli.catalogue_page import MARK, draw, page, picture, rewritten
from sim.scenario.folders import catalogue_names


def test_the_page_is_current() -> None:
    text = page().read_text("utf-8")
    assert rewritten(text) == text, "run: python -m sim.cli.catalogue_page"
    head, _, rest = text.partition(MARK)
    assert rewritten(head + MARK + rest.replace("userfirst run", "run it", 1)) == text


def test_a_page_without_its_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="generated: catalogue"):
        rewritten(page().read_text("utf-8").replace(MARK, ""))


def test_every_scenario_has_a_picture_and_every_picture_a_scenario() -> None:
    drawn = {path.stem for path in picture("x").parent.glob("*.png")}
    assert drawn == set(catalogue_names())


def test_a_picture_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_page, "picture", lambda name: tmp_path / f"{name}.png")
    monkeypatch.setattr(catalogue_page, "PEOPLE", 300)
    assert draw("target-users").read_bytes()[:4] == b"\x89PNG"
