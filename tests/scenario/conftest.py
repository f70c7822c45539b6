"""What the tests of scenarios share: files in a fresh folder, a catalogue of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenario.fakes import VALID, Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file below a fresh folder and returns its path."""

    def written(content: str | bytes = VALID, name: str = "x.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty catalogue in place of the shipped one."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    for module in ("folders", "catalogue"):
        monkeypatch.setattr(f"sim.scenario.{module}.catalogue_folder", lambda: folder)
    return folder
