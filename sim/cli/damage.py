"""Damage in stored results: named, and mended by making the damaged runs again."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.inputs import allowing
from sim.cli.show import safe
from sim.cli.trouble import Refused, count

if TYPE_CHECKING:
    from sim.experiments.single import StoredRun


def verify(folder: Path) -> None:
    """Print every damaged place of a folder of results; raises ``Refused`` if there is one."""
    from sim.experiments.single import CARD, StoredRun
    from sim.experiments.verify import verify as places_in

    if (folder / CARD).is_file():
        _verify_run(StoredRun(folder))
        return
    damages = places_in(folder)
    for damage in damages:
        print(safe(damage))
    if damages:
        n = len({damage.run for damage in damages} - {""})
        mend = shlex.join(["userfirst", "repair", str(folder), *allowing(folder)])
        raise Refused(
            f"{count(len(damages), 'damaged place')}, {count(n, 'run')}; mend with: {mend}"
        )
    print(f"no damage in {folder}")


def _verify_run(run: StoredRun) -> None:
    """The files of a single run."""
    bad = run.verify()
    for name in bad:
        print(f"{safe(name)}: the file is not as it was written")
    if bad:
        mend = shlex.join(
            ["userfirst", "run", str(run.folder / "scenario.yaml"), *allowing(run.folder)]
        )
        raise Refused(f"{count(len(bad), 'damaged file')}; make the run again with: {mend}")
    print(f"no damage in {run.folder}")


def repair(folder: Path, jobs: int | None, *, allow_code: bool = False) -> None:
    """Make the damaged runs of a study's folder again; raises ``Refused`` if damage is left."""
    from sim.cli.sweep import Asked, made
    from sim.experiments.repair import repair as forget
    from sim.experiments.verify import verify as places_in

    if not places_in(folder):
        print(f"no damage in {folder}")
        return
    asked = Asked(str(folder / "study.yaml"), jobs=jobs, allow_code=allow_code)
    study = asked.resolved()  # before anything is forgotten
    lost = forget(folder)
    print(f"{count(len(lost), 'damaged run')} forgotten, to be made again")
    made(folder, study, asked)
    left = places_in(folder)
    for damage in left:
        print(safe(damage))
    if left:
        raise Refused(f"{count(len(left), 'damaged place')} left in {folder}")
    _tell_former(folder, lost)


def _tell_former(folder: Path, lost: list[str]) -> None:
    """Say which runs the study as it is now has no place for."""
    from sim.experiments.replay import run_ids

    there = set(run_ids(folder))
    gone = [run for run in lost if run not in there]
    if gone:
        print(
            f"{count(len(gone), 'run')} belonged to an earlier version of the study and "
            f"{'is' if len(gone) == 1 else 'are'} not made again: {', '.join(gone[:3])}"
        )
    print(f"repaired: {folder}")
