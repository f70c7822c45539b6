"""One stored run made again: the same digest, or another one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.show import safe
from sim.cli.trouble import Refused, Status

if TYPE_CHECKING:
    from sim.experiments.replay import Found


def replay(run: str, study: Path | None, out: Path, *, allow_code: bool = False) -> None:
    """Make a stored run again and compare; raises ``Refused`` when it gives something else."""
    from sim.experiments.own_files import admit_copies
    from sim.experiments.replay import find_run, studies_in

    found = find_run(run, [study] if study is not None else studies_in(out))
    print(f"run {found.run} of {found.folder}: {safe(found.treatment)}, seed {found.seed}")
    for path in admit_copies(found.folder, found.scenario, allowed=allow_code):
        print(f"Its strategy is run as it was stored: {path}")
    _tell_version(found)
    if found.error:
        print("It failed when it was stored:\n" + "\n".join(map(safe, found.error.splitlines())))
        _repeat_failed(found)
    else:
        _repeat(found)


def _tell_version(found: Found) -> None:
    from sim.experiments.engine_version import model_version

    if found.version != model_version():
        print(
            f"It was made by model version {found.version}; this is version {model_version()}, "
            "which may give another trajectory."
        )


def _repeat(found: Found) -> None:
    from sim.cli.run import compute

    digest = compute(found.scenario, threads=1).digest
    print(f"stored  {found.digest}\nnow     {digest}")
    if digest != found.digest:
        raise Refused("different: this run does not give what is stored", Status.UNEXPECTED)
    print("same")


def _repeat_failed(found: Found) -> None:
    """Run it again: it fails again (status 3), or it is complete this time (status 1)."""
    from sim.cli.run import compute
    from sim.experiments.status import reason

    try:
        result = compute(found.scenario, threads=1)
    except Exception as error:  # the run's own fault is what we want to see
        now = f"{type(error).__name__}: {error}"
        same = "in the same way" if reason(found.error) == reason(now) else "in another way"
        raise Refused(f"fails again, {same}: {safe(now)}", Status.RUNS_FAILED) from error
    raise Refused(
        f"different: it is complete this time, digest {result.digest}; "
        "`userfirst sweep --retry-failed` makes it again for the study",
        Status.UNEXPECTED,
    )
