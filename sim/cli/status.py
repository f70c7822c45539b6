"""How far a sweep is: asked from another terminal while it runs, or later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.show import safe

if TYPE_CHECKING:
    from sim.experiments.status import Status


def status(target: str, out: Path) -> None:
    """Print where a study stands, and the replay line of every failed run."""
    from sim.cli.stored import folder_of
    from sim.cli.sweep import again
    from sim.experiments.status import status as read

    found = read(folder_of(target, out))
    print(f"{safe(found.title)}   {found.folder}")
    print(f"  {found.done:,} of {found.total:,} runs, {len(found.failures):,} failed")
    print(f"  {_going(found)}")
    for each in found.failures:
        replay = again(found.folder, each.run)
        print(f"  failed, seed {each.seed}: {safe(each.reason)}\n    {replay}")


def _going(found: Status) -> str:
    """Whether somebody sweeps now, how fast, and how long it will take."""
    if found.holder is not None:
        process = f" (process {found.holder})" if found.holder else ""
        rate = "" if found.rate is None else f", {found.rate:.3g} a second"
        left = "" if found.seconds_left is None else f", {lasting(found.seconds_left)} left"
        rounds = "; more rounds may follow" if found.more else ""
        return f"sweeping now{process}{rate}{left}{rounds}"
    ago = "" if found.last is None else f", the last run was stored {lasting(found.last)} ago"
    if found.done < found.total:
        return f"not sweeping{ago}; `userfirst sweep` goes on where it stopped"
    return f"complete{ago}"


def lasting(seconds: float) -> str:
    """``40 s``, ``5 min``, ``3.5 h``, ``2.1 days``."""
    for size, unit in ((86400, "days"), (3600, "h")):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
