"""Runs of a study made with watchers in them; their counts lie in a file a run."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiments.design import plan, run_key
from sim.experiments.engine_version import model_version
from sim.experiments.errors import StoreError
from sim.experiments.parts import write_text
from sim.experiments.people.buying import Repeat, Tenure
from sim.experiments.people.meeting import Both, Contagion
from sim.experiments.people.talking import Content, Trees
from sim.experiments.people.weeks import Row, Watcher, week_of
from sim.scenario.read import digest

if TYPE_CHECKING:
    from sim.experiments.reading import ResolvedStudy
    from sim.experiments.ways import Progress, Ways
    from sim.market.result import RunResult
    from sim.scenario.schema import Scenario

WATCHERS: dict[str, Callable[[], Watcher]] = {
    "tenure": Tenure, "repeat": Repeat, "content": Content, "trees": Trees,
    "contagion": Contagion, "both": Both,
}  # fmt: skip
FOLDER = "people"
VERSION = 2  # raised when a watcher counts something else


@dataclass(frozen=True)
class Looking:
    """The model with watchers: what ``Ways.simulate`` asks for; writes a file a run."""

    folder: Path
    watchers: tuple[str, ...]

    def __call__(
        self, scenario: Scenario, *, seed: int, progress: Callable[[int, int], None] | None
    ) -> RunResult:
        """Run the scenario, look every week, write the counts."""
        from sim.market.model import MarketModel

        model = MarketModel(scenario, seed=seed)
        looking = {name: WATCHERS[name]() for name in self.watchers}
        before = None
        while True:
            week = week_of(model, before)
            for watcher in looking.values():
                watcher.look(week)
            if progress is not None and model.week % scenario.review == 0:
                progress(model.week, scenario.weeks)
            if model.week >= scenario.weeks:
                break
            before = model.people.engagement[: len(model.slots)].copy()
            model.advance(1)
        key = run_key(digest(scenario), seed, model_version())
        self._write(key, {name: watcher.rows() for name, watcher in looking.items()})
        return model.result()

    def path(self, key: str) -> Path:
        """The file of a run."""
        return self.folder / FOLDER / f"{key}-{VERSION}.json"

    def _write(self, key: str, tables: dict[str, list[Row]]) -> None:
        text = json.dumps(tables, separators=(",", ":"))
        write_text(self.path(key), text, shared=True)


def look_into(folder: Path, study: ResolvedStudy, watchers: Sequence[str], ways: Ways) -> Progress:
    """Make the runs of a study that a folder lacks, with these watchers.

    A run that is stored without its counts is made again for them. Raises what ``sweep`` does.
    """
    from sim.experiments.sweep import sweep_into

    looking = Looking(folder, tuple(watchers))
    done = sweep_into(folder, study, replace(ways, simulate=looking)).progress
    if not done.failed:
        for run in plan(study.treatments, study.study.replicates, study.root):
            if not looking.path(run.key).is_file():
                looking(run.scenario, seed=run.seed, progress=None)
    return done


def counted(folder: Path, study: ResolvedStudy) -> dict[str, list[Row]]:
    """The counts of every run of a study, by watcher, each row with run, treatment, replicate.

    Raises StoreError for a run without counts, or whose file is no longer what was written.
    """
    looking, found = Looking(folder, ()), dict[str, list[Row]]()
    names = {treatment.index: treatment.name for treatment in study.treatments}
    for run in plan(study.treatments, study.study.replicates, study.root):
        path = looking.path(run.key)
        try:
            tables = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StoreError(f"{path}: no counts of people ({error}); delete it and run again") \
                from error  # fmt: skip
        keys = {"run": run.key, "treatment": names[run.treatment], "replicate": run.replicate}
        for name, rows in tables.items():
            found.setdefault(name, []).extend({**keys, **row} for row in rows)
    return found
