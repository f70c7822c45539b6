"""The page of a replay: valid, complete, the same bytes every time, told to the report command."""

from __future__ import annotations

import sys
from pathlib import Path

import html5lib

from sim.cli import replay_history, report
from sim.history.page import page_of
from sim.history.play import PlayedReplay
from sim.history.words import answer
from tests.history.ways import TINY

COMMAND = "userfirst history tiny.yaml"


def test_the_page_opens_with_the_answer_and_has_every_section(
    played: PlayedReplay, tmp_path: Path, monkeypatch, capsys
) -> None:
    text = page_of(played, COMMAND, TINY.read_text())
    html5lib.HTMLParser(strict=True).parse(text)
    places = [text.index(f'id="{name}"') for name in
              ("answer", "parameters", "judgement", "mapping", "limits", "repeat")]  # fmt: skip
    assert places == sorted(places)
    assert answer(played).split(";")[0] in text[places[0] : places[1]]
    assert text.count("<svg") == 2
    assert COMMAND in text[places[-1] :]
    assert "100 users:Newcomer / users" in text
    assert "http" not in text.replace("http-equiv", "").replace("http://www.w3.org", "")

    # as a file among the others: the same bytes, and the report command finds it
    monkeypatch.setattr(sys, "argv", COMMAND.split())
    folder = tmp_path / "tiny"
    folder.mkdir()
    paths = replay_history.written_in(played, folder)
    assert (folder / "report.html").read_text("utf-8") == text
    assert {path.relative_to(folder).as_posix() for path in paths} == {
        "replay.csv", "parameters.csv", "judgement.csv", "answer.txt", "report.html",
        "figures/replay.png", "figures/replay.svg",
        "figures/parameters.png", "figures/parameters.svg",
    }  # fmt: skip
    report.report(folder, None)
    report.report(folder, tmp_path / "elsewhere" / "page.html")
    assert str(folder / "report.html") in capsys.readouterr().out
    assert (tmp_path / "elsewhere" / "page.html").read_text("utf-8") == text
