"""Replays: a scenario played in calendar time against real series.

| module | what |
| --- | --- |
| ``schema`` | the types: what a replay file says |
| ``observable`` | the grammar of what a series is compared with: ``100 uses:Didi / uses`` |
| ``calendar`` | weeks of a run as years, and the span of a row |

Files are read and checked in ``sim.experiments.replay_reading``, which knows measures,
strategies and fields; which measures a word means lies in ``sim.experiments.observables``.
"""

from __future__ import annotations

from sim.scenario.replay.calendar import WEEKS_A_YEAR, start_of, weeks_after
from sim.scenario.replay.observable import Observable, ObservableFault, Term, parse
from sim.scenario.replay.schema import Calibrated, Factor, NotPlayed, Played, Replay

__all__ = [
    "WEEKS_A_YEAR",
    "Calibrated",
    "Factor",
    "NotPlayed",
    "Observable",
    "ObservableFault",
    "Played",
    "Replay",
    "Term",
    "parse",
    "start_of",
    "weeks_after",
]
