"""One tiny replay, played once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.experiments.replay_reading import resolve_replay
from sim.history.play import PlayedReplay, play
from tests.history.ways import TINY, ways_of


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where its results are."""
    return tmp_path_factory.mktemp("replay") / "tiny"


@pytest.fixture(scope="session")
def played(folder: Path) -> PlayedReplay:
    """What became of it."""
    return play(resolve_replay(TINY), folder, ways_of())
