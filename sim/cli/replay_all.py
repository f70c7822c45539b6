"""All replays, one after the other, and one table over all series."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.cli.replay_history import SHORT, How, played_in, written_in
from sim.cli.show import number, paragraph, percent, safe, table
from sim.cli.trouble import Refused, Status, check_writable, count, storing

if TYPE_CHECKING:
    from sim.experiments.replay_reading import ReplayEntry
    from sim.history.play import PlayedReplay


def play_all(how: How, *, short: bool) -> None:
    """Play every replay and write the table over all series; faulty replays are told last."""
    from sim.experiments.replay_reading import not_played, replay_catalogue
    from sim.history.everything import judged_table, summary, write_table
    from sim.scenario.faults import ScenarioFaults
    from sim.scenario.history import history_catalogue

    command = _command(how, short)
    if short:
        sizes = {name: value for name, value in SHORT.items() if how.sizes[name] is None}
        how = replace(how, **sizes)  # type: ignore[arg-type]
    folder = how.out / "history"
    check_writable(folder)
    entries, histories = replay_catalogue(), history_catalogue()
    if not entries:
        raise Refused("no replay comes along")
    played = [_one(entry, how) for entry in entries if not entry.faults]
    reasons = dict(not_played())
    for entry in entries:
        if entry.faults:
            why = f"the replay {entry.name} has faults."
            reasons |= dict.fromkeys(entry.series, why)
    series = [each for one in histories for each in one.series]
    found = judged_table(played, series, reasons, how.least)
    runs = sum(each.tried + each.drawn for each in played)
    with storing(folder):
        paths = write_table(found, folder, command, runs)
    _tell(found, summary(found))
    for path in paths:
        print(path)
    told = (*(each.faults for each in histories), *(each.faults for each in entries))
    if faults := [fault for each in told for fault in each]:
        raise ScenarioFaults(faults)
    if failed := sum(each.failed for each in played):
        raise Refused(
            f"{count(failed, 'run')} failed and are in no number here", Status.RUNS_FAILED
        )


def _one(entry: ReplayEntry, how: How) -> PlayedReplay:
    from sim.experiments.replay_reading import resolve_replay
    from sim.history.play import resized

    resolved = resized(resolve_replay(entry.name), **how.sizes)
    folder = how.out / "history" / resolved.name
    played = played_in(resolved, folder, how)
    written_in(played, folder)
    print(f"{safe(entry.title)}: {folder}", file=sys.stderr)
    return played


def _command(how: How, short: bool) -> str:
    """The command that makes the table again."""
    said = ["userfirst history --all", *(["--short"] if short else [])]
    if how.least != "L":
        said.append(f"--confidence {how.least}")
    said += [f"--{name} {value}" for name, value in how.sizes.items() if value]
    return " ".join(said)


def _tell(found: object, said: str) -> None:
    import pandas

    assert isinstance(found, pandas.DataFrame)
    header = ("series", "replay", "rows", "baseline", "its MASE", "model's", "ratio", "coverage")
    rows = [
        [
            str(row["series"]), str(row["replay"]) or "-", str(row["n"]), str(row["baseline"]),
            *(number(row[name]) for name in ("baseline MASE", "model MASE", "ratio")),
            percent(row["model coverage"]),
        ]
        for row in found.to_dict("records")
    ]  # fmt: skip
    table(header, rows, right="llrlrrrr", gap=2)
    print()
    paragraph(said, indent=2)
