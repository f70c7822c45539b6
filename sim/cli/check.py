"""Every fault of every file, one line each."""

from __future__ import annotations

from collections.abc import Sequence

from sim.cli.show import safe
from sim.cli.trouble import Refused, fault_lines, faults_of


def faults_in(name: str) -> Sequence[object]:
    """All faults of a scenario or study, none when it is clean."""
    from sim.experiments.reading import resolve

    try:
        resolve(name)
    except Exception as error:
        if not (found := faults_of(error)):
            raise
        return found
    return ()


def check(names: Sequence[str]) -> None:
    """Print the faults of all files; raises ``Refused`` with their number if there are any."""
    found = dict.fromkeys(fault for name in names for fault in faults_in(name))
    if not found:
        print(f"no faults in {len(names)} file{'s' if len(names) != 1 else ''}")
        return
    *lines, total = fault_lines(tuple(found))
    for line in lines:
        print(safe(line))
    raise Refused(total)
