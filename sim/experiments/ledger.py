"""The ledger of a study: SQLite tables in which every row carries a digest of itself.

SQLite in WAL mode with ``synchronous=FULL``: a committed row survives the death of the
process and of the machine.  SQLite itself notices little damage inside a row, so each row
ends with ``check``, a BLAKE2b digest (16 hexadecimal digits) of all its other values.
"""

from __future__ import annotations

import hashlib
import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import NoneType
from typing import Any

from sim.experiments.errors import Incompatible, StoreError

FILE = "runs.sqlite"
Row = tuple[Any, ...]
TABLES: dict[str, tuple[str, ...]] = {
    "meta": ("name", "value"),
    "treatments": ("id", "place", "name", "settings", "scenario"),
    "plan": ("treatment", "replicate", "run", "generation"),
    "runs": (
        "id", "scenario", "seed", "version", "status", "digest", "firms", "seconds", "error",
        "finished_at",
    ),
    "parts": ("number", "firms_file", "firms_sha256", "market_file", "market_sha256", "retired"),
    "series": ("run", "part"),
}  # fmt: skip
KEYS = {
    "meta": "name", "treatments": "id", "plan": "treatment, replicate", "runs": "id",
    "parts": "number", "series": "run", "firm_rows": "run, slot",
}  # fmt: skip
STUDY_VIEW = """
CREATE VIEW IF NOT EXISTS study AS
SELECT t.name AS treatment, p.replicate, r.seed, r.status, r.seconds, f.*
FROM plan p JOIN treatments t ON t.id = p.treatment JOIN runs r ON r.id = p.run
LEFT JOIN firm_rows f ON f.run = r.id
WHERE p.generation = (SELECT max(generation) FROM plan)
"""


def columns(table: str) -> tuple[str, ...]:
    """Columns of a table, without ``check``."""
    if table == "firm_rows":
        from sim.market.result import FIRM_ROW

        return ("run", "slot", *FIRM_ROW)
    return TABLES[table]


def check(values: Sequence[Any]) -> str:
    """Digest of a row's values as Python writes them."""
    return hashlib.blake2b(repr(tuple(values)).encode(), digest_size=8).hexdigest()


def plain(value: Any) -> Any:
    """A value as SQLite gives it back: Python numbers, and None for not-a-number."""
    kind = type(value)
    if kind is float:  # nearly all are Python's own, and asking more took a third of a commit
        return None if math.isnan(value) else value
    if kind in (str, int, NoneType):
        return value
    item = getattr(value, "item", None)
    value = item() if callable(item) else value
    if isinstance(value, bool):
        return int(value)
    return None if isinstance(value, float) and math.isnan(value) else value


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say into one line about this file."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}: {_reason(str(error))}") from error
    except ValueError as error:  # names that are no text, tables of another width
        raise StoreError(f"{path}: {_damaged('its tables are not as they were made')}") from error
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}") from error


def _reason(said: str) -> str:
    said = " ".join(said.split())  # SQLite quotes what it read, line breaks and all
    broken = ("malformed", "not a database", "no such", "syntax error", "unrecognized token")
    return _damaged(said) if any(word in said for word in broken) else said


def _damaged(what: str) -> str:
    return f"the ledger is damaged ({what}); move the file away and sweep again"


class Ledger:
    """An open ledger: rows in, rows out, each checked.

    lenient: open a ledger that lost its note about its tables, if they are as usual.
    """

    def __init__(self, folder: Path, *, write: bool, lenient: bool = False) -> None:
        self.path = folder / FILE
        self._in_order = False
        with told(self.path):
            self._sql = _connect(self.path, write)
            # a damaged byte must reach the row's check, not end the reading
            self._sql.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            try:
                if write:
                    self._create()
                self._check_schema(write, lenient)
            except BaseException:
                self._sql.close()
                raise

    def _create(self) -> None:
        self._sql.execute("PRAGMA journal_mode=WAL")
        self._sql.execute("PRAGMA synchronous=FULL")
        with self.transaction():
            _make_tables(self._sql)
        if self._names("firm_rows") != columns("firm_rows"):
            raise Incompatible(
                f"{self.path.parent} was written by a version with other measures: "
                "use another folder with --out"
            )

    def _check_schema(self, write: bool, lenient: bool) -> None:
        """Names of tables and columns are damaged as easily as rows, and as silently."""
        found = _schema(self._sql)
        if not found:
            begun = "its sweep has just begun, or its ledger was emptied"
            raise StoreError(f"{self.path.parent} holds no run: {begun}; sweep again")
        notes: dict[str, str] = dict(self._read("meta", []))
        there = notes.get("schema")
        if there is None and not (write or lenient):
            again = "repair the folder and sweep again"
            raise StoreError(f"{self.path}: damaged row in meta; {again}")
        if there is None and found == _fresh_schema():
            if write:
                with self.transaction():
                    self.put("meta", [("schema", check(found))])
        elif there != check(found):
            raise StoreError(f"{self.path}: {_damaged('its tables are not as they were made')}")

    def _names(self, table: str) -> tuple[str, ...]:
        found = self._sql.execute(f"PRAGMA table_info({table})").fetchall()
        return tuple(row[1] for row in found if row[1] != "check")

    def names(self, table: str) -> tuple[str, ...]:
        """Columns that a table has in this file, without ``check``."""
        with told(self.path):
            return self._names(table)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing of it; raises StoreError."""
        with told(self.path):
            self._sql.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._sql.execute("COMMIT")
            except BaseException:
                if self._sql.in_transaction:
                    self._sql.execute("ROLLBACK")
                raise

    def put(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows, in the place of those with the same key; inside a transaction."""
        marks = ", ".join("?" * (len(columns(table)) + 1))
        checked = ((*row, check(row)) for row in (tuple(map(plain, r)) for r in rows))
        self._sql.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", checked)

    def remove(self, table: str, column: str, values: Iterable[Any]) -> None:
        """Delete rows by the value of a column; inside a transaction."""
        self._sql.executemany(
            f"DELETE FROM {table} WHERE {column} = ?", ((value,) for value in values)
        )

    def drop_damaged(self) -> None:
        """Delete rows that do not match their digest: what they stood for is made again."""
        self._refuse_broken_pages()
        with self.transaction():
            for table in KEYS:
                named = ", ".join(f'"{n}"' for n in (*columns(table), "check"))
                found = self._sql.execute(f"SELECT rowid, {named} FROM {table} NOT INDEXED")
                bad = [rowid for rowid, *row, mark in found if check(row) != mark]
                self.remove(table, "rowid", bad)

    def rows(self, table: str, *, damaged: list[Row] | None = None) -> list[Row]:
        """All rows of a table ordered by key, without ``check``.

        A row that does not match its digest goes to ``damaged``; without that list it
        raises StoreError, as do pages that could give a row twice, or keep one back.
        """
        if damaged is None:
            self._refuse_broken_pages()
        return self._read(table, damaged)

    def _read(self, table: str, damaged: list[Row] | None = None) -> list[Row]:
        with told(self.path):
            named = ", ".join(f'"{n}"' for n in (*self._names(table), "check"))
            found = self._sql.execute(f"SELECT {named} FROM {table} NOT INDEXED")
            good: list[Row] = []
            for *values, mark in found:
                if check(values) == mark:
                    good.append(tuple(values))
                elif damaged is None:
                    raise StoreError(f"{self.path}: damaged row in {table}: {values[:2]}")
                else:
                    damaged.append(tuple(values))
        width = KEYS[table].count(",") + 1
        return sorted(good, key=lambda row: row[:width])

    def meta(self) -> dict[str, str]:
        """The ledger's notes by name."""
        return dict(self.rows("meta"))

    def _refuse_broken_pages(self) -> None:
        """Raise StoreError unless SQLite finds its pages in order; looks once."""
        if self._in_order:
            return
        with told(self.path):
            said = str(self._sql.execute("PRAGMA quick_check(1)").fetchone()[0])
        if said != "ok":
            raise StoreError(
                f"{self.path}: the ledger is damaged ({said.splitlines()[-1]}); "
                "repair the folder and sweep again"
            )
        self._in_order = True

    def sound(self) -> list[str]:
        """What SQLite's own check of the file has to say against it."""
        try:
            found = self._sql.execute("PRAGMA integrity_check").fetchall()
        except (sqlite3.DatabaseError, UnicodeError) as error:
            return [str(error)]
        return [str(row[0]) for row in found if row[0] != "ok"]

    def settle(self) -> None:
        """Move all of the journal into the file itself; raises StoreError if that cannot be."""
        with told(self.path):
            busy, *_ = self._sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StoreError(f"{self.path}: somebody is reading it; try again")

    def close(self) -> None:
        """Close the file."""
        self._sql.close()


def _make_tables(sql: sqlite3.Connection) -> None:
    for table in KEYS:
        named = ", ".join(f'"{name}"' for name in (*columns(table), "check"))
        key = KEYS[table]
        sql.execute(f"CREATE TABLE IF NOT EXISTS {table} ({named}, PRIMARY KEY ({key}))")
    sql.execute(STUDY_VIEW)


def _schema(sql: sqlite3.Connection) -> list[Row]:
    """Names and definitions of everything in the file."""
    return sql.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


def _fresh_schema() -> list[Row]:
    with closing(sqlite3.connect(":memory:")) as sql:
        _make_tables(sql)
        return _schema(sql)


def _connect(path: Path, write: bool) -> sqlite3.Connection:
    if write:
        path.parent.mkdir(parents=True, exist_ok=True)
        return sqlite3.connect(path, isolation_level=None, timeout=10)
    if not path.is_file():
        raise StoreError(f"{path.parent} holds no sweep (there is no {FILE} in it)")
    uri = f"{path.resolve().as_uri()}?mode=ro"
    sql = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10)
    try:
        sql.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        sql.close()  # a folder that cannot be written to: SQLite has no place for its index
        wal = path.with_name(FILE + "-wal")
        if wal.exists() and wal.stat().st_size:  # rows in it would be missed
            raise
        return sqlite3.connect(f"{uri}&immutable=1", uri=True, isolation_level=None)
    return sql
