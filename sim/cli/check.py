"""Every fault of every file, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.cli.show import safe
from sim.cli.trouble import Refused, fault_lines, faults_of


def faults_in(name: str, *, allow_code: bool = False) -> Sequence[object]:
    """All faults of a scenario, study, replay or series, none when it is clean."""
    try:
        _read(name, allow_code)
    except Exception as error:
        if not (found := faults_of(error)):
            raise
        return found
    return ()


def _read(name: str, allow_code: bool) -> None:
    """Read what ``name`` is, by its ending and its keys; raises with every fault."""
    from sim.experiments.reading import resolve
    from sim.experiments.replay_reading import is_replay, keys_of, read_replays, replay_names
    from sim.scenario.folders import catalogue_names
    from sim.scenario.history import read_file

    path = Path(name)
    if not path.is_file():
        if name in replay_names() and name not in catalogue_names():
            read_replays(name)
            return
    elif path.suffix == ".csv":
        read_file(path)
        return
    elif "columns" in (keys := keys_of(path)) and "firms" not in keys:
        read_file(path.with_suffix(".csv"))  # the YAML beside a series
        return
    elif is_replay(keys):
        read_replays(path)
        return
    resolve(name, allow_code=allow_code)


def check(names: Sequence[str], *, allow_code: bool = False) -> None:
    """Print the faults of all files; raises ``Refused`` with their number if there are any."""
    each = (faults_in(name, allow_code=allow_code) for name in names)
    found = dict.fromkeys(fault for faults in each for fault in faults)
    if not found:
        print(f"no faults in {len(names)} file{'s' if len(names) != 1 else ''}")
        return
    *lines, total = fault_lines(tuple(found))
    for line in lines:
        print(safe(line))
    raise Refused(total)
