"""A study's folder, opened for writing by the one sweep that may: plan, commit, tidy.

Order of writing: the series of a batch of runs go to Parquet files that are synced and
named; then one transaction adds the runs, their firm rows and the name of their part.  A run
that the ledger names therefore has all it needs, whenever the machine stops.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shlex
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.experiments import parts
from sim.experiments.design import Run, Treatment
from sim.experiments.errors import Incompatible
from sim.experiments.ledger import KEYS, Ledger
from sim.experiments.verify import incomplete
from sim.experiments.worker import Keep, Outcome

FAILED = "failed"  # scenarios of failed runs
MERGE_FROM = 16  # small parts that are worth one larger
MERGE_AT_ONCE = 256
LARGE = 500  # runs of a part that is left alone


@dataclass(frozen=True)
class Plan:
    """A study as it is to be stored: what describes it, its treatments and its runs."""

    title: str
    root_seed: int
    measures: tuple[str, ...]
    keep: Keep
    treatments: tuple[Treatment, ...]
    runs: tuple[Run, ...]
    texts: Mapping[str, str]  # files that explain the folder, by name


class Writer:
    """The one writer of a folder; use only inside ``lock.locked(folder)``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ledger = Ledger(folder, write=True)
        self._ledger.drop_damaged()
        self._con: Any = None
        self._tag = self._ledger.meta().get("tag", "")
        numbers = [int(row[0]) for row in self._ledger.rows("parts")]
        self._part = max(numbers, default=0) + 1  # the next one

    def close(self) -> None:
        """Close the ledger and what wrote series."""
        self._ledger.close()
        if self._con is not None:
            self._con.close()

    def begin(self, plan: Plan) -> None:
        """Store what is planned; runs of earlier plans stay.  Raises StoreError."""
        from sim.experiments.engine_version import model_version

        version, meta = model_version(), self._ledger.meta()
        series = json.dumps({"every": plan.keep.every, "measures": list(plan.keep.measures)})
        if meta.get("series", series) != series:
            raise Incompatible(
                f"{self.folder} keeps other series ({meta['series']}) than the study asks for "
                f"({series}): use another folder with --out"
            )
        self._tag = self._tag or secrets.token_hex(4)
        notes = {
            "tag": self._tag, "title": plan.title, "series": series, "version": version,
            "root_seed": str(plan.root_seed), "measures": json.dumps(list(plan.measures)),
            "planned": str(len(plan.runs)), "created": meta.get("created", _now()),
        }  # fmt: skip
        ids = {t.index: _treatment_id(t, plan.root_seed, version) for t in plan.treatments}
        with self._ledger.transaction():
            self._ledger.put("meta", notes.items())
            self._put_plan(plan, ids)
        self._retired_away()
        self._strays_away()
        for name, text in plan.texts.items():
            self._explain(name, text)

    def _put_plan(self, plan: Plan, ids: Mapping[int, str]) -> None:
        self._ledger.put("treatments", (_treatment_row(ids[t.index], t) for t in plan.treatments))
        rows = [(ids[run.treatment], run.replicate, run.key) for run in plan.runs]
        old = self._ledger.rows("plan")
        newest = max((row[3] for row in old), default=0)
        if sorted(rows) != [row[:3] for row in old if row[3] == newest]:
            self._ledger.put("plan", ((*row, newest + 1) for row in rows))

    def missing(self, runs: Sequence[Run], *, failed: bool) -> list[Run]:
        """Runs that are not stored whole, each key once; ``failed`` adds those that FAILED."""
        tables = {table: self._ledger.rows(table) for table in KEYS}
        stored = {row[0]: row[4] for row in tables["runs"]}
        lost = {damage.run for damage in incomplete(tables)} | self._without_file(tables)
        there = {
            key
            for key, status in stored.items()
            if key not in lost and not (failed and status == "FAILED")
        }
        unique = {run.key: run for run in runs if run.key not in there}
        return list(unique.values())

    def failures(self, runs: Sequence[Run], pending: Iterable[Run]) -> int:
        """How many of these runs are stored as FAILED and not to be made again."""
        keys = {run.key for run in runs} - {run.key for run in pending}
        rows = self._ledger.rows("runs")
        return sum(row[0] in keys and row[4] == "FAILED" for row in rows)

    def _without_file(self, tables: Mapping[str, list[tuple[Any, ...]]]) -> set[str]:
        """Runs whose series file is gone."""
        gone = {
            row[0]
            for row in tables["parts"]
            if not all((self.folder / row[side]).is_file() for side in (1, 3))
        }
        return {run for run, part in tables["series"] if part in gone}

    def commit(self, batch: Sequence[tuple[Run, Outcome]], digests: Mapping[int, str]) -> None:
        """Store these runs for good, or raise StoreError and store none of them.

        digests: digest of the resolved scenario by treatment.
        """
        done = [outcome for _, outcome in batch if not outcome.error]
        batch = [(run, self._replayable(run, outcome)) for run, outcome in batch]
        number = self._part
        part = None
        if done:
            part = parts.write_part(self._duckdb(), self.folder, self._tag, number, done)
        keys = [outcome.key for _, outcome in batch]
        with self._ledger.transaction():
            for table, column in (("firm_rows", "run"), ("series", "run")):
                self._ledger.remove(table, column, keys)
            self._ledger.put("runs", (_run_row(run, digests, o) for run, o in batch))
            self._ledger.put("firm_rows", _firm_rows(o for _, o in batch))
            if part is not None:
                self._ledger.put("parts", [part])
                self._ledger.put("series", ((outcome.key, number) for outcome in done))
        self._part = number + 1

    def _replayable(self, run: Run, outcome: Outcome) -> Outcome:
        """A failed run's outcome with seed and replay line, its scenario stored for the replay."""
        if not outcome.error:
            return outcome
        from sim.experiments import own_files
        from sim.scenario.own import own_in
        from sim.scenario.read import dump

        path = self.folder / FAILED / f"{run.key}.yaml"
        made = own_files.with_copies(run.scenario, f"../{own_files.FOLDER}")
        self._write(path, dump(made.model_copy(update={"seed": run.seed})))
        allowed = " --allow-code" if own_in(made) else ""
        line = f"userfirst run {shlex.quote(str(path))}{allowed}"
        return replace(outcome, error=f"{outcome.error}\nseed {run.seed}, replay: {line}")

    def tidy(self) -> None:
        """Merge small parts into larger ones; remove those, and parts whose runs were made again.

        A damaged part is left as it is: a new part made from it would have a digest that fits.
        """
        used: dict[int, list[str]] = {}
        for run, part in self._ledger.rows("series"):
            used.setdefault(part, []).append(run)
        there = [part for part in self._ledger.rows("parts") if not part[5]]
        if unused := [part for part in there if part[0] not in used]:
            with self._ledger.transaction():
                self._ledger.put("parts", ((*part[:5], 1) for part in unused))
        small = [part for part in there if 0 < len(used.get(part[0], ())) < LARGE]
        small = [part for part in small if self._sound(part)] if len(small) >= MERGE_FROM else []
        if len(small) >= MERGE_FROM:
            self._merge(small, used)
        self._retired_away()

    def _sound(self, part: tuple[Any, ...]) -> bool:
        """Whether both files of a part are as they were written."""
        return not any(parts.wrong(self.folder / part[side], part[side + 1]) for side in (1, 3))

    def _merge(self, small: Sequence[tuple[Any, ...]], used: Mapping[int, list[str]]) -> None:
        """One part for each ``MERGE_AT_ONCE`` of these; used: their runs by number."""
        for i in range(0, len(small), MERGE_AT_ONCE):
            group = small[i : i + MERGE_AT_ONCE]
            pairs = [(run, p[0]) for p in group for run in used.get(p[0], ())]
            number = self._part
            row = parts.merge(self._duckdb(), self.folder, self._tag, number, group, pairs)
            with self._ledger.transaction():
                self._ledger.put("parts", [row, *((*p[:5], 1) for p in group)])
                self._ledger.put("series", ((run, number) for run, _ in pairs))
            self._part = number + 1

    def _retired_away(self) -> None:
        """Remove the files of parts whose runs are all in a larger part, then their rows."""
        retired = [row for row in self._ledger.rows("parts") if row[5]]
        for row in retired:
            with parts.told(self.folder):
                (self.folder / row[1]).unlink(missing_ok=True)
                (self.folder / row[3]).unlink(missing_ok=True)
        if retired:
            with self._ledger.transaction():
                self._ledger.remove("parts", "number", [row[0] for row in retired])

    def _strays_away(self) -> None:
        """Remove series that a killed sweep wrote and the ledger does not name.

        A person who reads ``series/*.parquet`` without the ledger must not find runs twice.
        """
        named = {row[side] for row in self._ledger.rows("parts") for side in (1, 3)}
        with parts.told(self.folder):
            for path in (self.folder / parts.FOLDER).glob(f"*-{self._tag}-*.parquet*"):
                if f"{parts.FOLDER}/{path.name}" not in named:
                    path.unlink()

    def _duckdb(self) -> Any:
        if self._con is None:
            self._con = parts.connect()
        return self._con

    def _explain(self, name: str, text: str) -> None:
        """Write a file that explains the folder, unless somebody else's is there."""
        path, note = self.folder / name, f"file {name}"
        digest = hashlib.sha256(text.encode()).hexdigest()
        with parts.told(path):
            there = parts.sha256(path) if path.is_file() else None
            if there not in (None, digest, self._ledger.meta().get(note)):
                return
            if there != digest:
                self._write(path, text)
        with self._ledger.transaction():
            self._ledger.put("meta", [(note, digest)])

    @staticmethod
    def _write(path: Path, text: str) -> None:
        """Write a text under this name, whole or not at all."""
        with parts.told(path):
            parts.write_text(path, text)


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _treatment_id(treatment: Treatment, root_seed: int, version: str) -> str:
    text = f"{treatment.name}\n{treatment.digest} {root_seed} {version}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _treatment_row(id_: str, treatment: Treatment) -> tuple[Any, ...]:
    from sim.scenario.read import to_json

    settings = json.dumps(treatment.settings, default=str)
    return (id_, treatment.index, treatment.name, settings, to_json(treatment.scenario))


def _run_row(run: Run, digests: Mapping[int, str], outcome: Outcome) -> tuple[Any, ...]:
    from sim.experiments.engine_version import model_version

    status = "FAILED" if outcome.error else "DONE"
    return (
        run.key, digests[run.treatment], run.seed, model_version(), status, outcome.digest,
        len(outcome.rows), round(outcome.seconds, 6), outcome.error, _now(),
    )  # fmt: skip


def _firm_rows(outcomes: Iterable[Outcome]) -> Iterator[tuple[Any, ...]]:
    for outcome in outcomes:
        for slot, row in enumerate(outcome.rows):
            yield (outcome.key, slot, *row.values())
