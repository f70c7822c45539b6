"""The replays that come along: in order, and no series left out."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from sim.cli.check import faults_in
from sim.experiments.observables import ALIASES, PEOPLE
from sim.experiments.replay_reading import (
    NOT_PLAYED,
    not_played,
    replay_catalogue,
    replay_names,
    replays_folder,
    resolve_replay,
)
from sim.scenario.folders import catalogue_folder, catalogue_names
from sim.scenario.history import history_catalogue

ENTRIES = replay_catalogue()
FOUND = {entry.name: resolve_replay(entry.path) for entry in ENTRIES if not entry.faults}
ASKED = {
    "target-users", "telecom-wechat", "didi-kuaidi", "internet-tv", "netflix-ratings",
    "coca-cola-fans",
}  # fmt: skip


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_shipped_replay_is_in_order(entry) -> None:
    assert not entry.faults, [str(fault) for fault in entry.faults]
    found = FOUND[entry.name]
    replay = found.replay
    assert 2 <= len(replay.calibrate) <= 4
    assert all(len(prior.source) > 10 for prior in replay.calibrate.values())
    assert len(replay.question) > 20
    assert "Week 0 is" in replay.story
    assert (
        "Assumed" in replay.story or "weak point" in replay.story or "no mechanism" in replay.story
    )
    assert found.scenario.people.count <= 2000
    # A run makes about 2 million person-weeks a second, and a week costs some time by itself.
    assert replay.draws * found.scenario.weeks * max(300, found.scenario.people.count) < 5e8


def test_every_series_is_played_or_has_a_reason_once() -> None:
    played = Counter(s.name for found in FOUND.values() for s in found.series)
    assert set(played.values()) == {1}
    named = [each.name for entry in history_catalogue() for each in entry.series]
    reasons = not_played()
    assert sorted([*played, *reasons]) == sorted(named)
    for reason in reasons.values():
        assert len(reason) > 30
        assert reason.endswith(".")


def test_those_that_were_asked_for_are_there() -> None:
    assert set(replay_names()) >= ASKED
    assert NOT_PLAYED not in replay_names()
    assert replays_folder().parent == catalogue_folder()  # which is packed as a whole
    for entry in ENTRIES:
        assert entry.scenario in catalogue_names()
        alone = [each.name for each in ENTRIES if each.scenario == entry.scenario]
        assert len(alone) > 1 or entry.name == entry.scenario


def test_check_takes_the_names_and_files_of_all() -> None:
    assert not faults_in("didi-uber")
    assert not faults_in(str(replays_folder() / f"{NOT_PLAYED}.yaml"))


def test_the_example_of_the_guide_is_a_replay(tmp_path: Path) -> None:
    guide = (catalogue_folder() / "history" / "README.md").read_text("utf-8")
    example = re.search(r"```yaml\n(.*?)```", guide, re.DOTALL)
    assert example is not None
    path = tmp_path / "mine.yaml"
    path.write_text(example[1], "utf-8")
    assert resolve_replay(path).replay.title == "Mine"
    said = re.findall(r"`([a-z_]+)`", guide.split("Short words are")[1].split("; any measure")[0])
    assert set(said) == {*ALIASES, PEOPLE}
