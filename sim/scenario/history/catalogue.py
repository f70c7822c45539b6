"""The series that come along, by name; a file with faults is listed with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.scenario.faults import Fault, Mark, ScenarioFaults, shown, single, way_out
from sim.scenario.folders import catalogue_folder, names_in
from sim.scenario.history.about import HistorySeries
from sim.scenario.history.reading import read_file

SUFFIX = ".csv"


@dataclass(frozen=True)
class HistoryEntry:
    """A file of history: its series, or its faults."""

    name: str
    path: Path
    series: tuple[HistorySeries, ...]
    faults: tuple[Fault, ...] = ()


def history_folder() -> Path:
    """The folder of the series that come along."""
    return catalogue_folder() / "history"


def history_catalogue(folder: Path | None = None) -> list[HistoryEntry]:
    """Every file of the folder by name; a broken one gives an entry with its faults."""
    home = folder or history_folder()
    return [_entry(name, home / f"{name}{SUFFIX}") for name in names_in(home, SUFFIX)]


def _entry(name: str, path: Path) -> HistoryEntry:
    try:
        return HistoryEntry(name, path, read_file(path))
    except ScenarioFaults as found:
        return HistoryEntry(name, path, (), found.faults)


def find_series(name: str, folder: Path | None = None) -> HistorySeries:
    """The series of this name, ``file`` or ``file:column``; a file alone means its main one.

    Raises ScenarioFaults with near names where there is none.
    """
    home = folder or history_folder()
    stem, _, column = name.partition(":")
    if stem in names_in(home, SUFFIX):
        series = read_file(home / f"{stem}{SUFFIX}")
        if not column:
            return series[0]
        for each in series:
            if each.column == column:
                return each
        there = [f"{stem}:{each.column}" for each in series]
        raise single(Mark(shown(name), 1, 1), "", f"no such series{way_out(name, there)}")
    names = names_in(home, SUFFIX)
    raise single(Mark(shown(name), 1, 1), "", f"no such series{way_out(stem, names)}")
