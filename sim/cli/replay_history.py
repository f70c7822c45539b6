"""A replay on screen: runs on all cores, then who predicts better, and what is known by fitting."""

from __future__ import annotations

import json as json_module
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.progress import progress
from sim.cli.show import as_object, given, heading, number, paragraph, percent, safe, table
from sim.cli.trouble import Refused, Status, check_writable, count, storing

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.reading import ResolvedStudy
    from sim.experiments.replay_reading import ResolvedReplay
    from sim.experiments.ways import Ways
    from sim.history.own import Wish
    from sim.history.play import PlayedReplay
    from sim.scenario.history import Grade

SHORT = {"people": 200, "draws": 60, "replicates": 10}  # of --short


@dataclass(frozen=True)
class How:
    """How a replay is played; None leaves what its file says, or a default."""

    jobs: int | None = None
    people: int | None = None
    draws: int | None = None
    replicates: int | None = None
    least: Grade = "L"
    json: bool = False
    out: Path = Path("results")
    allow_code: bool = False

    @property
    def sizes(self) -> dict[str, int | None]:
        """People and runs."""
        return {"people": self.people, "draws": self.draws, "replicates": self.replicates}


def is_replay(name: str) -> bool:
    """Whether a name is that of a replay, or of a file that can only be one.

    Raises ScenarioFaults where it is nothing at all, but near the name of a replay.
    """
    from sim.experiments.replay_reading import replay_names
    from sim.scenario.faults import Fault, ScenarioFaults, shown, way_out
    from sim.scenario.folders import names_in
    from sim.scenario.history import history_folder

    replays = replay_names()
    if name in replays or name.endswith((".yaml", ".yml")):
        return True
    stem = name.partition(":")[0]
    series = names_in(history_folder(), ".csv")
    near = way_out(name, [*series, *replays])
    if stem not in series and any(f"did you mean {each}?" in near for each in replays):
        raise ScenarioFaults([Fault(shown(name), 1, 1, "", f"no such series or replay{near}")])
    return False


def play_named(name: str, how: How) -> None:
    """Play a replay of the catalogue, or of a file, and show what came of it."""
    from sim.experiments.replay_reading import resolve_replay
    from sim.history.play import resized

    _show(resized(resolve_replay(name), **how.sizes), how)


def play_own(wish: Wish, how: How) -> None:
    """Play a series of one's own with any scenario."""
    from sim.history.own import own_replay

    resolved = own_replay(wish, allow_code=how.allow_code)
    if not how.json:
        _tell_chosen(resolved, wish)
    _show(resolved, how)


def _tell_chosen(resolved: ResolvedReplay, wish: Wish) -> None:
    """What was chosen because nobody said it."""
    from sim.history.words import prior_of

    replay, said = resolved.replay, []
    if wish.starts is None:
        said.append(f"the run starts with {replay.starts} (--starts)")
    if wish.factor is None:
        word = "one factor is fitted between people of the run and the series"
        same = "the series has the unit of what is observed, so no factor is fitted"
        said.append(f"{word if replay.series[0].factor == 'fit' else same} (--factor)")
    if not wish.calibrate:
        names = [f"{path} {prior_of(each)}" for path, each in replay.calibrate.items()]
        said.append(f"fitted are {', '.join(names)} (--calibrate)")
    if said:
        paragraph(safe(f"Chosen here: {'; '.join(said)}."), indent=2)
    for each in resolved.series[0].assumed:
        paragraph(safe(f"Assumed: {each}."), indent=2)


def _show(resolved: ResolvedReplay, how: How) -> None:
    """Play, print, write files; raises ``Refused`` if runs failed."""
    folder = how.out / "history" / resolved.name
    played = played_in(resolved, folder, how)
    paths = written_in(played, folder)
    if how.json:
        print(json_module.dumps(_as_json(played), indent=2, allow_nan=False))
    else:
        _tell(played)
        for path in paths:
            print(path)
    _refuse_failed(played, folder)


def played_in(resolved: ResolvedReplay, folder: Path, how: How) -> PlayedReplay:
    """Play a replay into a folder; raises ``Refused`` for what cannot be played."""
    from sim.history.own import CannotPlay
    from sim.history.play import lines_of, play

    if not lines_of(resolved, how.least):
        name = safe(resolved.replay.title)
        raise Refused(f"{name}: no series has a row of confidence {how.least} or higher")
    check_writable(folder)

    @contextmanager
    def ways_of(stage: str, study: ResolvedStudy) -> Iterator[Ways]:
        with _ways(stage, study, how.jobs) as ways:
            yield ways

    try:
        return play(resolved, folder, ways_of, how.least, allow_code=how.allow_code)
    except CannotPlay as error:
        raise Refused(str(error)) from error


@contextmanager
def _ways(stage: str, study: ResolvedStudy, jobs: int | None) -> Iterator[Ways]:
    """How the runs of a stage are made, its progress told as a sweep's is."""
    from sim.cli.warm import warm_up
    from sim.experiments.executors import cores
    from sim.experiments.memory import refuse_too_large
    from sim.experiments.ways import Ways

    at_once = jobs or cores()
    refuse_too_large((treatment.scenario for treatment in study.treatments), at_once)
    warm_up()
    runs = count(len(study.treatments), "run")
    print(f"{safe(study.study.title)}: {runs}, {at_once} at a time", file=sys.stderr)
    with progress() as tell:
        yield Ways(jobs=jobs, progress=tell, resume=given())


def written_in(played: PlayedReplay, folder: Path) -> list[Path]:
    """Write tables, figures and page of a replay; returns their paths."""
    from sim.experiments.parts import write_text
    from sim.history.files import write
    from sim.history.page import FILE, page_of

    path = played.resolved.path
    text = "" if path == played.resolved.scenario_path else path.read_text(encoding="utf-8")
    with storing(folder):
        paths = write(played, folder)
        return [*paths, write_text(folder / FILE, page_of(played, given(), text), shared=True)]


def _refuse_failed(played: PlayedReplay, folder: Path) -> None:
    if not played.failed:
        return
    runs = count(played.tried + played.drawn + played.failed, "run")
    raise Refused(
        f"{played.failed} of {runs} failed and are in no number here; `userfirst status "
        f"{folder}/calibration` and `.../forecast` have them all",
        Status.RUNS_FAILED,
    )


def _tell(played: PlayedReplay) -> None:
    from sim.history.words import answer

    replay = played.resolved.replay
    heading(safe(replay.title), f"   {safe(replay.question)}")
    runs = f"{count(played.tried, 'run')} that calibrate and {played.drawn} that forecast"
    paragraph(
        safe(f"{replay.scenario} from {replay.starts}, {replay.people:,} people, {runs}"), indent=2
    )
    print()
    paragraph(safe(answer(played)), indent=2)
    print()
    _tell_parameters(played)
    _tell_series(played)


def _tell_parameters(played: PlayedReplay) -> None:
    from sim.history.words import parameter_cells

    rows = [parameter_cells(each) for each in played.fit.parameters]
    if rows:
        table(("parameter", "prior", "posterior", "80% interval", "verdict"), rows, right="llrl")
        print()


def _tell_series(played: PlayedReplay) -> None:
    header = (
        "series", "rows judged", "baseline", "its MASE", "model's", "ratio", "its 80% band holds",
        "model's",
    )  # fmt: skip
    rows = []
    for each in played.series:
        row, n = each.judgement, len(each.line.observed.judged[0])
        numbers = [number(row[name]) for name in ("baseline MASE", "model MASE", "ratio")]
        shares = [percent(row[name]) for name in ("baseline coverage", "model coverage")]
        rows.append([str(row["series"]), str(n), str(row["baseline"]), *numbers, *shares])
    table(header, rows, right="lrlrrrrr", gap=2)
    print()
    for each in played.series:
        paragraph(safe(f"{each.judgement['series']}: {each.judgement['sentence']}"), indent=2)


def _as_json(played: PlayedReplay) -> dict[str, Any]:
    from sim.history.files import parameter_table, replay_table
    from sim.history.words import answer

    replay = played.resolved.replay
    return {
        "name": played.resolved.name,
        "title": replay.title,
        "scenario": replay.scenario,
        "starts": str(replay.starts),
        "people": replay.people,
        "answer": answer(played),
        "runs": {"calibration": played.tried, "forecast": played.drawn, "failed": played.failed},
        "parameters": _objects(parameter_table(played)),
        "judgement": _objects(played.table),
        "rows": _objects(replay_table(played)),
    }


def _objects(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [as_object(row) for row in frame.to_dict("records")]
