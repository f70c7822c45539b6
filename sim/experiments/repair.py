"""Mending a study's folder: what is damaged is forgotten, and the next sweep makes it again.

The ledger is written anew from its sound rows, since a damaged index or page would spoil
whatever is put into it later.  The new file takes the old one's name when it is whole, so a
repair that is killed has changed nothing.
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

from sim.experiments import parts
from sim.experiments.errors import StoreError
from sim.experiments.ledger import FILE, KEYS, Ledger, Row
from sim.experiments.lock import locked
from sim.experiments.verify import verify

WORKSHOP = ".repair"  # a folder inside the study's


def repair(path: str | Path) -> list[str]:
    """Forget the damaged runs of a folder, so that its next sweep makes exactly them again.

    Returns their keys.  Raises StoreError when the ledger itself cannot be read.
    """
    folder = Path(path)
    with locked(folder):
        lost = {damage.run for damage in verify(folder)} - {""}
        _write_anew(folder, _kept(folder, lost))
    return sorted(lost)


def _kept(folder: Path, lost: set[str]) -> dict[str, list[Row]]:
    """The sound rows of every table, without lost runs and without parts that no run uses."""
    with closing(Ledger(folder, write=True)) as ledger:
        kept = {table: _sound(ledger, table) for table in KEYS}
        ledger.settle()
    for table in ("runs", "firm_rows", "series"):
        kept[table] = [row for row in kept[table] if row[0] not in lost]
    used = {row[1] for row in kept["series"]}
    kept["parts"] = [row for row in kept["parts"] if row[0] in used]
    kept["meta"] = [row for row in kept["meta"] if row[0] != "schema"]  # the new file has its own
    return kept


def _sound(ledger: Ledger, table: str) -> list[Row]:
    """The rows that match their digests; none of a table that cannot be read at all."""
    try:
        return ledger.rows(table, damaged=[])
    except StoreError:
        return []


def _write_anew(folder: Path, kept: dict[str, list[Row]]) -> None:
    """Put a ledger of these rows in the place of the folder's."""
    workshop = folder / WORKSHOP
    with parts.told(workshop):
        shutil.rmtree(workshop, ignore_errors=True)  # of a repair that was killed
        with closing(Ledger(workshop, write=True)) as ledger:
            with ledger.transaction():
                for table, rows in kept.items():
                    ledger.put(table, rows)
            ledger.settle()
        parts.sync(workshop / FILE)
        os.replace(workshop / FILE, folder / FILE)
        parts.sync(folder)
        shutil.rmtree(workshop)
