"""A study's folder, opened for reading: tables of firms, runs, treatments and series.

``firm_table`` has one row a firm and run, ``series`` one a firm, run and stored week.
Rows are checked against their digests as they are read; damage raises ``StoreError``, and
``verify`` names all of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.experiments.errors import StoreError
from sim.experiments.ledger import Ledger
from sim.experiments.single import StoredRun, open_result, store_run

__all__ = [
    "Damage", "Store", "StoredRun", "StoredTreatment", "open_result", "open_store", "store_run",
]  # fmt: skip

Frame = Any  # a pandas.DataFrame, which is loaded only when one is asked for
UNTIMED = {"seconds", "error", "finished_at"}  # what differs between two equal sweeps


@dataclass(frozen=True)
class StoredTreatment:
    """A treatment as it was run: its settings, and its resolved scenario as JSON."""

    id: str
    place: int
    name: str
    settings: dict[str, Any]
    scenario: str


@dataclass(frozen=True)
class Damage:
    """A damaged place of a store: what it is, where, and the run that it belongs to ('' none)."""

    place: str
    what: str
    run: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" + (f" (run {self.run})" if self.run else "")


def open_store(path: str | Path) -> Store:
    """Open a study's folder for reading; raises StoreError."""
    return Store(Path(path))


class Store:
    """What a study's folder holds.  Use as a context manager, or ``close`` it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ledger = Ledger(folder, write=False)
        self.meta = self._ledger.meta()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the ledger."""
        self._ledger.close()

    @property
    def title(self) -> str:
        """The study's title."""
        return self.meta.get("title", self.folder.name)

    @property
    def measures(self) -> tuple[str, ...]:
        """Measures of the firm table that the study asks about."""
        return tuple(json.loads(self.meta["measures"]))

    def counts(self) -> tuple[int, int, int]:
        """Runs of the study as last planned, each once: stored, failed among them, planned."""
        runs = {run[0]: run for run in self._dicts_of("runs")}
        planned = {key for _, _, key in self._planned()}  # equal treatments share their runs
        stored = [key for key in planned if key in runs]
        failed = sum(runs[key][1]["status"] == "FAILED" for key in stored)
        return len(stored), failed, len(planned)

    def treatments(self, *, former: bool = False) -> list[StoredTreatment]:
        """Treatments of the study in order; ``former`` adds those of earlier versions of it."""
        current = {treatment for treatment, _, _ in self._planned()}
        found = [
            StoredTreatment(id_, place, name, json.loads(settings), scenario)
            for id_, place, name, settings, scenario in self._ledger.rows("treatments")
            if former or id_ in current
        ]
        return sorted(found, key=lambda t: (t.id not in current, t.place, t.id))

    def firm_table(self, *, former: bool = False) -> Frame:
        """One row a firm and run: treatment, replicate, seed, run and ``result.FIRM_ROW``.

        Runs that FAILED have no rows here; ``run_table`` has them.
        """
        import pandas

        names = ("treatment", "treatment_index", "replicate", "seed", "run")
        by_run: dict[str, list[tuple[Any, ...]]] = {}
        for run, slot, *row in self._ledger.rows("firm_rows"):
            by_run.setdefault(run, []).append((slot, *row))
        rows = [
            (t.name, t.place, replicate, run["seed"], key, *row[1:])
            for t, replicate, key, run in self._done(former)
            for row in by_run.get(key, ())
        ]
        columns = [*names, *self._ledger.names("firm_rows")[2:]]
        return pandas.DataFrame(rows, columns=columns)

    def run_table(self, *, former: bool = False) -> Frame:
        """One row a run: treatment, replicate, seed, status, seconds, error and what made it."""
        import pandas

        rows = [
            {"treatment": t.name, "treatment_index": t.place, "replicate": replicate, **run}
            for t, replicate, _, run in self._joined(former)
        ]
        names = ["treatment", "treatment_index", "replicate", *self._ledger.names("runs")]
        return pandas.DataFrame(rows, columns=names)

    def series(self, measures: Sequence[str] | None = None, *, former: bool = False) -> Frame:
        """One row a firm, run and stored week: the firm measures asked for (all stored)."""
        return self._series(1, ("firm", "week"), measures, former)

    def market(self, measures: Sequence[str] | None = None, *, former: bool = False) -> Frame:
        """One row a run and stored week: the market's measures asked for (all stored)."""
        return self._series(3, ("week",), measures, former)

    def digest(self) -> str:
        """SHA-256 over all rows ordered by key, without wall times, texts of errors and places."""
        h = hashlib.sha256()
        for table in ("plan", "runs", "firm_rows"):
            names = self._ledger.names(table)
            keep = [i for i, name in enumerate(names) if name not in UNTIMED | {"generation"}]
            for row in self._ledger.rows(table):
                h.update(repr((table, *(row[i] for i in keep))).encode())
        return h.hexdigest()

    def verify(self) -> list[Damage]:
        """Every damaged place: rows against their digests, files against theirs, none missing."""
        from sim.experiments.verify import verify

        return verify(self.folder)

    def _series(
        self, side: int, keys: Sequence[str], measures: Sequence[str] | None, former: bool
    ) -> Frame:
        from sim.experiments import parts

        part_of: dict[str, int] = dict(self._ledger.rows("series"))
        plan = [(t, replicate, key) for t, replicate, key, _ in self._done(former)]
        wanted = sorted({key for _, _, key in plan})
        files = {row[0]: row[side : side + 2] for row in self._ledger.rows("parts")}
        if not wanted:
            raise StoreError(f"{self.folder}: no run is stored yet")
        con = parts.connect()
        try:
            pairs = [(key, part_of[key]) for key in wanted]
            with parts.chosen(con, self.folder, files, pairs) as table:
                _known(con, table, keys, measures)
                picked = "*" if measures is None else ", ".join(("run", *keys, *measures))
                frame = con.execute(f"SELECT {picked} FROM {table}").df()
        except KeyError as error:
            raise StoreError(f"{self.folder}: run {error} has no series; run verify") from error
        finally:
            con.close()
        return _labelled(frame, plan, keys)

    def _planned(self, former: bool = False) -> list[tuple[str, int, str]]:
        """(treatment id, replicate, run key) of the newest plan, or of all plans."""
        rows = self._ledger.rows("plan")
        newest = max((row[3] for row in rows), default=0)
        return [(t, r, key) for t, r, key, generation in rows if former or generation == newest]

    def _dicts_of(self, table: str) -> list[tuple[Any, dict[str, Any]]]:
        names = self._ledger.names(table)
        return [(row[0], dict(zip(names, row, strict=True))) for row in self._ledger.rows(table)]

    def _joined(self, former: bool) -> list[tuple[StoredTreatment, int, str, dict[str, Any]]]:
        """Treatment, replicate, key and run of every stored run, in the order of the study."""
        treatments = {t.id: (i, t) for i, t in enumerate(self.treatments(former=former))}
        runs = dict(self._dicts_of("runs"))
        planned = [
            (treatments[t], replicate, key)
            for t, replicate, key in self._planned(former)
            if key in runs
        ]
        planned.sort(key=lambda row: (row[0][0], row[1]))
        return [(t, replicate, key, runs[key]) for (_, t), replicate, key in planned]

    def _done(self, former: bool) -> list[tuple[StoredTreatment, int, str, dict[str, Any]]]:
        return [row for row in self._joined(former) if row[3]["status"] == "DONE"]


def _known(con: Any, table: str, keys: Iterable[str], measures: Sequence[str] | None) -> None:
    """Raise StoreError for a measure that is not stored, with those that are."""
    stored = [row[0] for row in con.execute(f"DESCRIBE {table}").fetchall()]
    there = [name for name in stored if name not in {"run", *keys}]
    missing = [name for name in measures or () if name not in there]
    if missing:
        raise StoreError(f"no stored series of {', '.join(missing)}; there are {', '.join(there)}")


def _labelled(
    frame: Frame, plan: Sequence[tuple[StoredTreatment, int, str]], keys: Sequence[str]
) -> Frame:
    """The series with treatment and replicate in front, in the order of the study."""
    import pandas

    labels = pandas.DataFrame(
        [(key, t.name, t.place, replicate) for t, replicate, key in plan],
        columns=["run", "treatment", "treatment_index", "replicate"],
    )
    order = ["treatment_index", "replicate", *keys[::-1]]
    joined = labels.merge(frame, on="run").sort_values(order, ignore_index=True)
    front = ["treatment", "treatment_index", "replicate", "run", *keys]
    return joined[front + [name for name in frame.columns if name not in {"run", *keys}]]
