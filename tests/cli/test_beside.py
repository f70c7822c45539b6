"""Work that another process does meanwhile."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import beside as command
from sim.cli.beside import beside


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "cores", lambda: 2)


def test_it_runs_meanwhile_and_what_it_prints_can_be_read():
    with beside("platform") as child:
        assert child is not None
        assert child.wait() == 0
        assert child.stdout is not None
        assert len(child.stdout.read()) > 5


def test_it_finds_this_package_from_anywhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with beside("sim", "--version") as child:
        assert child is not None
        assert child.wait() == 0


def test_it_ends_with_the_block_also_by_an_error():
    seen: list[subprocess.Popen[str]] = []

    def fails() -> None:
        with beside("http.server", "0") as child:
            assert child is not None
            assert child.poll() is None
            seen.append(child)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fails()
    assert seen[0].poll() is not None


def test_there_is_none_on_one_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "cores", lambda: 1)
    with beside("platform") as child:
        assert child is None


def test_there_is_none_where_no_process_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with beside("platform") as child:
        assert child is None
