"""Real series: what happened, with its sources, read for comparison with a simulation.

| module | what |
| --- | --- |
| ``about`` | the types: what the YAML beside a CSV says, and what reading gives |
| ``times`` | how a time is written: 2004, 2004-05, 2004Q2, 2004-05-31 |
| ``cells`` | a CSV as located cells; numbers and grades of confidence |
| ``spacing`` | times in order, none twice, none missing |
| ``reading`` | a file to its series, or all its faults |
| ``catalogue`` | the series that come along |
"""

from __future__ import annotations

from sim.scenario.history.about import Break, Curve, Form, Grade, HistorySeries, Point
from sim.scenario.history.catalogue import (
    HistoryEntry,
    find_series,
    history_catalogue,
    history_folder,
)
from sim.scenario.history.reading import read_file, read_series

__all__ = [
    "Break",
    "Curve",
    "Form",
    "Grade",
    "HistoryEntry",
    "HistorySeries",
    "Point",
    "find_series",
    "history_catalogue",
    "history_folder",
    "read_file",
    "read_series",
]
