"""One stored run, found by its id and made again: does it still give what is stored?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.errors import StoreError
from sim.experiments.ledger import FILE, Ledger

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


class NoSuchRun(StoreError):  # noqa: N818 - it reads as what it says
    """No stored run has this id, or several begin with it."""

    status = 2


@dataclass(frozen=True)
class Found:
    """A stored run, with all that it takes to make it again.

    digest: of its whole trajectory, '' for a run that failed; error: what it said then.
    """

    run: str
    folder: Path
    treatment: str
    scenario: Scenario
    seed: int
    version: str
    digest: str
    error: str


def find_run(prefix: str, folders: list[Path]) -> Found:
    """The run whose id begins with ``prefix`` in one of these studies' folders.

    Raises NoSuchRun, StoreError.
    """
    wanted = prefix.lower()
    hits = [
        (folder, run) for folder in folders for run in run_ids(folder) if run.startswith(wanted)
    ]
    ids = sorted({run for _, run in hits})
    if not wanted or len(ids) > 1:
        some = ", ".join(ids[:3]) + (", ..." if len(ids) > 3 else "")
        raise NoSuchRun(f"{len(ids)} runs begin with {prefix!r} ({some}); give more of the id")
    if not hits:
        where = ", ".join(map(str, folders[:3])) + (", ..." if len(folders) > 3 else "")
        raise NoSuchRun(f"no stored run begins with {prefix!r} in {where or 'any study'}")
    return _found(*hits[0])


def studies_in(out: Path) -> list[Path]:
    """Folders of studies directly below ``out``, sorted; raises StoreError where there is none."""
    found = sorted(path.parent for path in out.glob(f"*/{FILE}"))
    if not found:
        raise StoreError(f"{out} holds no study; name its folder with --study or --out")
    return found


def run_ids(folder: Path) -> list[str]:
    """Ids of all runs that a study's folder holds, failed ones included."""
    ledger = Ledger(folder, write=False)
    try:
        return [row["id"] for row in _rows(ledger, "runs")]
    finally:
        ledger.close()


def _rows(ledger: Ledger, table: str) -> Iterator[dict[str, Any]]:
    names = ledger.names(table)
    return (dict(zip(names, row, strict=True)) for row in ledger.rows(table))


def _found(folder: Path, run: str) -> Found:
    from sim.scenario.read import from_json

    ledger = Ledger(folder, write=False)
    try:
        (stored,) = (row for row in _rows(ledger, "runs") if row["id"] == run)
        planned = {row["treatment"] for row in _rows(ledger, "plan") if row["run"] == run}
        treatments = [row for row in _rows(ledger, "treatments") if row["id"] in planned]
    finally:
        ledger.close()
    if not treatments:
        raise StoreError(f"{folder}: run {run} belongs to no treatment; run verify")
    scenario = from_json(treatments[0]["scenario"]).model_copy(update={"seed": stored["seed"]})
    return Found(
        run, folder, treatments[0]["name"], scenario, stored["seed"], stored["version"],
        stored["digest"], stored["error"],
    )  # fmt: skip
