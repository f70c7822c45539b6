"""Finding damage in a study's folder: every row and file against the digest it was stored with."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from sim.experiments import parts
from sim.experiments.errors import StoreError
from sim.experiments.ledger import FILE, KEYS, Ledger
from sim.experiments.store import Damage

RUN_COLUMN = {"plan": 2, "runs": 0, "series": 0, "firm_rows": 0}
Tables = dict[str, list[tuple[Any, ...]]]


def verify(path: str | Path) -> list[Damage]:
    """Every damaged place of a study's folder; empty when all is as it was written.

    Raises StoreError for a folder that holds no sweep.
    """
    folder = Path(path)
    try:
        ledger = Ledger(folder, write=False, lenient=True)
    except StoreError as error:
        if not (folder / FILE).is_file():
            raise
        return [Damage(FILE, str(error))]
    try:
        return damages(folder, ledger)
    finally:
        ledger.close()


def damages(folder: Path, ledger: Ledger) -> list[Damage]:
    """Every damaged place of the folder whose ledger is open."""
    found = [Damage(FILE, text) for text in ledger.sound()]
    tables: Tables = {}
    for table in KEYS:
        bad: list[tuple[Any, ...]] = []
        try:
            tables[table] = ledger.rows(table, damaged=bad)
        except StoreError as error:  # so damaged that the table cannot be read at all
            tables[table] = []
            found.append(Damage(FILE, str(error)))
        found.extend(
            Damage(f"{FILE} {table}", "a row does not match its digest", _run_of(table, row))
            for row in bad
        )
    return found + incomplete(tables) + _files(folder, tables)


def incomplete(tables: Tables) -> list[Damage]:
    """Runs that lack firm rows, series or their own row, and a plan that lacks runs."""
    firms = Counter(row[0] for row in tables["firm_rows"])
    numbers = {row[0] for row in tables["parts"]}
    with_series = {run for run, part in tables["series"] if part in numbers}
    found: list[Damage] = []
    for key, _, _, _, status, _, n_firms, *_ in tables["runs"]:
        if firms[key] != n_firms:
            found.append(Damage(f"{FILE} firm_rows", f"{firms[key]} of {n_firms} rows", key))
        if status == "DONE" and key not in with_series:
            found.append(Damage(f"{FILE} series", "its series are missing", key))
    stored = {row[0] for row in tables["runs"]}
    for key in sorted((set(firms) | with_series) - stored):
        found.append(Damage(f"{FILE} runs", "its row is missing", key))
    notes: dict[str, str] = dict(tables["meta"])
    if "schema" not in notes:
        found.append(Damage(f"{FILE} meta", "the note about its tables is missing"))
    planned = notes.get("planned")
    newest = max((row[3] for row in tables["plan"]), default=0)
    there = sum(row[3] == newest for row in tables["plan"])
    if planned != str(there):
        found.append(Damage(f"{FILE} plan", f"{there} of {planned} runs"))
    return found


def _files(folder: Path, tables: Tables) -> list[Damage]:
    """Series files that are missing or not as they were written, with each run in them."""
    runs: dict[int, list[str]] = {}
    for run, part in tables["series"]:
        runs.setdefault(part, []).append(run)
    found: list[Damage] = []
    for number, firms, firms_sha, market, market_sha, retired in tables["parts"]:
        for file, digest in () if retired else ((firms, firms_sha), (market, market_sha)):
            what = parts.wrong(folder / file, digest)
            if what:
                found.extend(Damage(file, what, run) for run in runs.get(number, [""]))
    return found


def _run_of(table: str, row: tuple[Any, ...]) -> str:
    return str(row[RUN_COLUMN[table]]) if table in RUN_COLUMN else ""
