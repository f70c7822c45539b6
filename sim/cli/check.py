"""Every fault of every file, one line each."""

from __future__ import annotations

from collections.abc import Sequence

from sim.cli.show import safe
from sim.cli.trouble import Refused, fault_lines, faults_of


def faults_in(name: str, *, allow_code: bool = False) -> Sequence[object]:
    """All faults of a scenario or study, none when it is clean."""
    from sim.experiments.reading import resolve

    try:
        resolve(name, allow_code=allow_code)
    except Exception as error:
        if not (found := faults_of(error)):
            raise
        return found
    return ()


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
