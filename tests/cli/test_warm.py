"""Compiling ahead: said once, done once."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import warm as command
from sim.market import kernels


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache; running the model fills it as numba would, without the minute it takes."""
    monkeypatch.setenv(kernels.VARIABLE, str(tmp_path))

    def runs(scenario: object) -> None:
        assert scenario is not None
        (tmp_path / "market").mkdir()
        (tmp_path / "market" / kernels.MAIN.replace("*", "1")).touch()

    monkeypatch.setattr("sim.market.model.simulate", runs)
    monkeypatch.setattr("sim.cli.beside.cores", lambda: 1)
    return tmp_path


def test_a_cold_model_is_compiled_once_and_says_where(cold, capsys):
    command.warm()
    first = capsys.readouterr()
    assert "Compiling the model" in first.err
    assert first.out.startswith("Compiled in ")
    assert str(cold) in first.out
    command.warm()
    again = capsys.readouterr()
    assert again.out == f"Compiled already, kept in {cold}\n"
    assert not again.err


def test_nothing_is_said_of_compiling_where_it_is_done(cold, capsys):
    command.warm()
    capsys.readouterr()
    command.warm_up()  # would fail if it ran anything
    assert capsys.readouterr() == ("", "")
    assert os.environ[kernels.VARIABLE] == str(cold)


def test_memory_is_swept_seldom_while_compiling_and_as_ever_after(cold, monkeypatch):
    usual, seen = gc.get_threshold(), []

    def fails(_scenario: object) -> None:
        seen.append(gc.get_threshold())
        raise ValueError("no")

    monkeypatch.setattr("sim.market.model.simulate", fails)
    with pytest.raises(ValueError, match="no"):
        command.warm()
    assert seen[0][0] > 10 * usual[0]
    assert gc.get_threshold() == usual


@pytest.mark.slow
def test_the_helper_keeps_what_the_other_asks_for(tmp_path):
    """Each function is compiled for one use, and the helper makes what is missing of the end."""
    ways = {**os.environ, kernels.VARIABLE: str(tmp_path)}
    warm = [sys.executable, "-m", "sim", "warm"]
    done = subprocess.run(warm, capture_output=True, text=True, timeout=600, env=ways, check=True)
    assert done.stdout.startswith("Compiled in ")
    wanted = ("advance.advance", "advance.close_week", "buying.bid", "experience.live")
    before = [len(list(tmp_path.rglob(f"{kernel}-*.nbc"))) for kernel in wanted]
    assert before == [1, 1, 1, 1]
    for lost in tmp_path.rglob("buying.bid-*"):
        lost.unlink()
    subprocess.run([sys.executable, "-m", "sim.market.ahead"], timeout=600, env=ways, check=True)
    assert len(list(tmp_path.rglob("buying.bid-*.nbc"))) == 1
