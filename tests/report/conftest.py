"""Pages of every kind of result, and the browser to look at them with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.report import write_report
from tests.report.browser import Browser, find_browser
from tests.report.markets import run_folder, study_folder, tournament_folder

KINDS = ("run", "one", "grid", "list")


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder of results of each kind, each with its page."""
    made = {}
    for kind in KINDS:
        home = tmp_path_factory.mktemp(f"results-{kind}")
        made[kind] = run_folder(home) if kind == "run" else study_folder(home, kind)
        write_report(made[kind])
    return made


@pytest.fixture(scope="session")
def rare(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Kinds of results that fewer tests ask for, each with its page."""
    home = tmp_path_factory.mktemp("rare")
    made = {
        "morris": study_folder(home, "morris", 6), "tournament": tournament_folder(home),
        "imitation": study_folder(home, "imitation", 6),
        "switches": study_folder(home, "switches", 6),
    }  # fmt: skip
    for folder in made.values():
        write_report(folder)
    return made


@pytest.fixture(params=KINDS)
def folder(request: pytest.FixtureRequest, folders: dict[str, Path]) -> Path:
    """Each kind of result in turn."""
    return folders[request.param]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """A headless browser; a machine without one skips its tests, CI may not."""
    program = find_browser()
    if program is None:
        said = "no Chromium on this machine; apt install chromium brings one"
        if os.environ.get("USERFIRST_CI"):
            pytest.fail(said)
        pytest.skip(said)
    return Browser(program, tmp_path_factory.mktemp("browser"))
