"""A small sweep of the engine in whatever place this process finds itself.

``python -m tests.reliability.hostile_alone OUT [clock]`` prints the digest of the table and
``no damage``.  The process's locale is set from its environment, as some libraries do; with
``clock`` each look at the clock finds it an hour earlier than the one before.
"""

from __future__ import annotations

import contextlib
import locale
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

from sim.experiments.reading import resolve
from sim.experiments.store import open_store
from sim.experiments.sweep import sweep
from sim.experiments.verify import verify
from sim.experiments.ways import Ways

SMALL = ("people.count=120", "weeks=30")


def set_back() -> None:
    """Let every clock that knows the date run backwards."""
    now, hours = time.time(), count()

    def backwards() -> float:
        return now - 3600 * next(hours)

    own_gmtime, own_strftime = time.gmtime, time.strftime
    changed: dict[str, Any] = {
        "time": backwards,
        "time_ns": lambda: int(backwards() * 1e9),
        "gmtime": lambda seconds=None: own_gmtime(backwards() if seconds is None else seconds),
        "strftime": lambda form, at=None: own_strftime(form, at or own_gmtime(backwards())),
    }
    for name, function in changed.items():
        setattr(time, name, function)


def main(out: str, *how: str) -> None:
    """Sweep in two goes, so that the second finds what the first stored."""
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "")
    if "clock" in how:
        set_back()
    for replicates in (2, 3):
        study = resolve("users-not-customers", SMALL, replicates=replicates)
        folder = sweep(study, Path(out), Ways(jobs=1)).folder
    with open_store(folder) as store:
        print(store.digest(), locale.localeconv()["decimal_point"])
    print("no damage" if verify(folder) == [] else "damaged")


if __name__ == "__main__":
    main(*sys.argv[1:])
