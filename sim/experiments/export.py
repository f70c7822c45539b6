"""The tables of a study as files for other programs, with their units beside.

README.txt of the export lists each file with its SHA-256 as it was written.  A file that is
there and not so listed is somebody's: it is never written over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments import parts
from sim.experiments.errors import StoreError

if TYPE_CHECKING:
    from sim.experiments.store import Frame, Store, StoredTreatment

NOTE = "README.txt"
HEAD = "Tables of the study"  # how a note of ours begins
FILES = "Files as they were written (SHA-256):"
DATABASE = "study.duckdb"
FORMATS = ("csv", "parquet", "duckdb")
TABLES = {
    "treatments": "one row a treatment, its settings as columns",
    "runs": "one row a run, failed ones included",
    "firms": "one row a firm and run",
    "series": "one row a firm, run and stored week",
    "market": "one row a run and stored week",
}


class Foreign(StoreError):  # noqa: N818 - it reads as what it says
    """A file in the way that no export wrote, or that was changed since."""


def export(store: Store, to: str, folder: Path) -> list[Path]:
    """Write the tables of a study as csv, parquet or one duckdb file; returns what was written.

    Raises Foreign, before anything is written, where that would overwrite a file that no
    export wrote; StoreError where nothing can be written or no run is stored.
    """
    names = [DATABASE] if to == "duckdb" else [f"{table}.{to}" for table in TABLES]
    written = _written(folder)
    for name in names:
        _refuse_foreign(folder / name, written)
    frames = _frames(store)
    con = parts.connect()
    try:
        with parts.told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            for table, frame in frames.items():
                con.register(f"_{table}", frame)
            if to == "duckdb":
                _database(con, folder / DATABASE)
            else:
                for table in TABLES:
                    _copy(con, table, to, folder / f"{table}.{to}")
    finally:
        con.close()
    written |= {name: parts.sha256(folder / name) for name in names}
    _put(folder / NOTE, _note(store, frames, written))
    return [folder / name for name in (*names, NOTE)]


def _frames(store: Store) -> dict[str, Frame]:
    runs = store.run_table()
    if not len(runs):
        raise StoreError(f"{store.folder}: no run is stored yet")
    return {
        "treatments": treatment_table(store),
        "runs": runs.rename(columns={"id": "run"}),
        "firms": store.firm_table(),
        "series": store.series(),
        "market": store.market(),
    }


def treatment_table(store: Store) -> Frame:
    """One row a treatment: index, name, and a column for each path that any of them sets.

    A path that a treatment leaves alone has the scenario's own value.  What is neither number
    nor text is JSON.
    """
    import pandas

    treatments = store.treatments()
    paths = dict.fromkeys(path for each in treatments for path in each.settings)
    rows = [
        {"treatment_index": t.place, "treatment": t.name, **_values(t, paths)} for t in treatments
    ]
    return pandas.DataFrame(rows, columns=["treatment_index", "treatment", *paths])


def _values(treatment: StoredTreatment, paths: Mapping[str, None]) -> dict[str, Any]:
    from sim.experiments.factors import place_of
    from sim.scenario.read import from_json

    found = dict(treatment.settings)
    if missing := [path for path in paths if path not in found]:
        scenario = from_json(treatment.scenario)
        places = {path: place_of(scenario, path) for path in missing}
        found |= {path: place.value for path, place in places.items() if place is not None}
    return {path: _plain(value) for path, value in found.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    return json.dumps(value, default=lambda block: block.model_dump(mode="json"))


def _copy(con: Any, table: str, to: str, path: Path) -> None:
    how = "(FORMAT csv, HEADER)" if to == "csv" else "(FORMAT parquet, COMPRESSION zstd)"
    partial = path.with_name(path.name + ".partial")
    con.execute(f"COPY (SELECT * FROM _{table}) TO {parts.quoted(partial)} {how}")
    os.replace(partial, path)


def _database(con: Any, path: Path) -> None:
    """One DuckDB file with every table, written under another name first."""
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    con.execute(f"ATTACH {parts.quoted(partial)} AS made")
    for table in TABLES:
        con.execute(f"CREATE TABLE made.{table} AS SELECT * FROM _{table}")
    con.execute("DETACH made")
    os.replace(partial, path)


def _put(path: Path, text: str) -> None:
    with parts.told(path):
        parts.write_text(path, text)


def _written(folder: Path) -> dict[str, str]:
    """SHA-256 by name of the files that earlier exports left in this folder."""
    path = folder / NOTE
    if not path.exists():
        return {}
    with parts.told(path):
        text = path.read_text(encoding="utf-8", errors="replace")
    if not text.startswith(HEAD):
        raise Foreign(f"{path} was not written by an export; name another folder with --out")
    lines = text.partition(FILES)[2].split("\n")
    pairs = [line.split("  ", 1) for line in lines if "  " in line]
    return {name: digest for digest, name in pairs}


def _refuse_foreign(path: Path, written: Mapping[str, str]) -> None:
    with parts.told(path):
        if not path.exists() or _ours(path, written):
            return
    said = "was changed since it was exported" if path.name in written else "was not exported"
    raise Foreign(f"{path} is there and {said}; move it away or name another folder with --out")


def _ours(path: Path, written: Mapping[str, str]) -> bool:
    return path.is_file() and written.get(path.name) == parts.sha256(path)


def _note(store: Store, frames: Mapping[str, Frame], written: Mapping[str, str]) -> str:
    """What the columns are, in which unit, and which files are ours."""
    lines = [f"{HEAD} {store.title!r}, exported by userfirst from {store.folder}.", ""]
    known = _units()
    for table, meaning in TABLES.items():
        lines += [f"{table}: {meaning}"]
        for name in frames[table].columns:
            unit, said = known.get(name, ("of the field", "value in the scenario"))
            lines.append(f"    {name:<22}{unit:<22}{said}")
        lines.append("")
    return "\n".join([*lines, FILES, *(f"{d}  {n}" for n, d in sorted(written.items())), ""])


def _units() -> dict[str, tuple[str, str]]:
    """Unit and meaning of every column that does not come from the study."""
    from sim.experiments.readme import FIRM_COLUMNS
    from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, MARKET_COUNTS, MARKET_LEVELS

    measures = (*MARKET_COUNTS, *MARKET_LEVELS, *FIRM_COUNTS, *FIRM_LEVELS)
    return {**{m.name: (m.unit, m.meaning) for m in measures}, **KEY_COLUMNS, **FIRM_COLUMNS}


# The columns by which tables are joined, and those of the table of runs.
KEY_COLUMNS = {
    "treatment": ("-", "name of the treatment"),
    "treatment_index": ("-", "its place in the design, from 0"),
    "replicate": ("-", "runs of one replicate share their seed, so compare them with each other"),
    "seed": ("-", "seed of every draw of the run"),
    "run": ("-", "id of the run: digest of scenario, seed and model version"),
    "week": ("week", "week of the run, 0 is the start"),
    "scenario": ("-", "digest of the resolved scenario"),
    "version": ("-", "version of the model"),
    "status": ("-", "DONE or FAILED"),
    "digest": ("-", "SHA-256 of the whole trajectory"),
    "firms": ("firms", "firms that entered"),
    "seconds": ("s", "wall time of the run"),
    "error": ("-", "why it failed"),
    "finished_at": ("UTC", "when it was stored"),
}
