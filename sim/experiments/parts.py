"""Series on disk: Parquet files, written beside their name, synced, and only then named.

A part is a pair of files, firms and market, of the runs that were committed together.  The
ledger decides which parts exist: a file it does not name is not read.  A part's number is
the next free one of the ledger, so what a killed sweep left behind is written over.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.errors import StoreError

if TYPE_CHECKING:
    from sim.experiments.worker import Outcome

FOLDER = "series"
# what DuckDB says when a signal's handler raised while it was at work
INTERRUPTED = ("Query interrupted", "KeyboardInterrupt", "Terminated")
PartRow = tuple[int, str, str, str, str, int]  # columns of ledger.TABLES["parts"]


def connect() -> Any:
    """A DuckDB connection in memory, one thread, that never looks for anything on the network."""
    import duckdb

    return duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what DuckDB and the system say into one line about this file."""
    import duckdb

    try:
        yield
    except (duckdb.Error, RuntimeError) as error:
        said = str(error)
        if any(word in said for word in INTERRUPTED):
            raise KeyboardInterrupt from error
        if not isinstance(error, duckdb.Error):
            raise
        raise StoreError(f"{path}: {said.splitlines()[0]}") from error
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}") from error


def quoted(path: Path | str) -> str:
    """A path as an SQL text."""
    return "'" + str(path).replace("'", "''") + "'"


def sync(path: Path) -> None:
    """Wait until the file, or the names in the folder, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str, *, shared: bool = False) -> Path:
    """Write a text under this name, whole or not at all; returns the path.  Raises OSError.

    shared: no lock keeps other processes from writing the same file at the same time, and nothing
    rests on its being on disk; else it is, when this returns.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    own = f".{os.getpid()}" if shared else ""
    partial = path.with_name(f"{path.name}{own}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        if not shared:
            sync(partial)
        os.replace(partial, path)
    finally:
        if shared:  # under another name each time, so that none would ever be written over
            partial.unlink(missing_ok=True)
    return path


def write_frame(con: Any, columns: Mapping[str, Any], path: Path) -> str:
    """Write columns as Parquet under this name, whole or not at all; return its SHA-256."""
    import pandas

    return write_query(con, "SELECT * FROM frame", path, pandas.DataFrame(columns, copy=False))


def write_query(con: Any, query: str, path: Path, frame: Any = None) -> str:
    """Write a query's rows as Parquet under this name, whole or not at all; return its SHA-256.

    frame: a table that the query calls ``frame``.
    """
    assert frame is None or " frame" in query, "DuckDB finds it as a variable of this function"
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        # DuckDB can leave a short file when the disk is full; only a synced one gets the name.
        # To register the frame would take as long as a third of all the rest of a small part.
        con.execute(f"COPY ({query}) TO {quoted(partial)} (FORMAT parquet, COMPRESSION zstd)")
        sync(partial)
        digest = sha256(partial)
        os.replace(partial, path)
        sync(path.parent)
        return digest


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def wrong(path: Path, digest: str) -> str:
    """What is wrong with a file that was stored with this SHA-256; empty for nothing."""
    try:
        return "" if sha256(path) == digest else "the file is not as it was written"
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _names(tag: str, number: int) -> tuple[str, str]:
    return (
        f"{FOLDER}/firms-{tag}-{number:06d}.parquet",
        f"{FOLDER}/market-{tag}-{number:06d}.parquet",
    )


def write_part(
    con: Any, folder: Path, tag: str, number: int, outcomes: Sequence[Outcome]
) -> PartRow:
    """Write the series of these runs as part ``number``; return its row for the ledger."""
    firms, market = _names(tag, number)
    firms_sha = write_frame(con, _firm_columns(outcomes), folder / firms)
    market_sha = write_frame(con, _market_columns(outcomes), folder / market)
    return (number, firms, firms_sha, market, market_sha, 0)


def merge(
    con: Any,
    folder: Path,
    tag: str,
    number: int,
    parts: Sequence[PartRow],
    runs: Sequence[tuple[str, int]],
) -> PartRow:
    """Write these runs (key, part) as the one part ``number``; return its row."""
    firms, market = _names(tag, number)
    digests = []
    for side, name in ((1, firms), (3, market)):
        files = {part[0]: (str(part[side]), str(part[side + 1])) for part in parts}
        with chosen(con, folder, files, runs) as table:
            digests.append(write_query(con, f"SELECT * FROM {table}", folder / name))
    return (number, firms, digests[0], market, digests[1], 0)


@contextmanager
def chosen(
    con: Any, folder: Path, files: Mapping[int, tuple[str, str]], runs: Sequence[tuple[str, int]]
) -> Iterator[str]:
    """Name of a table with the rows of these runs, each read from the part the ledger names.

    files: path and SHA-256 by number of part.  A run's row counts only in its own part: a run
    made again after damage may still have rows in the part it was stored in first.
    Raises StoreError for a file that is not as it was written: Parquet itself sees little of it.
    """
    import pandas

    used = sorted({part for _, part in runs})
    paths = {part: str(folder / files[part][0]) for part in used}
    for part in used:
        if what := wrong(folder / files[part][0], files[part][1]):
            raise StoreError(f"{paths[part]}: {what}; repair the folder and sweep again")
    kept = {"run": [key for key, _ in runs], "file": [paths[part] for _, part in runs]}
    listed = ", ".join(quoted(path) for path in paths.values())
    with told(folder / FOLDER):
        con.register("kept", pandas.DataFrame(kept))
        con.execute(
            "CREATE OR REPLACE TEMP VIEW chosen AS SELECT s.* EXCLUDE (filename) "
            f"FROM read_parquet([{listed}], filename = true) s "
            "SEMI JOIN kept k ON k.run = s.run AND k.file = s.filename"
        )
        try:
            yield "chosen"
        finally:
            con.execute("DROP VIEW IF EXISTS chosen")
            con.unregister("kept")


def _firm_columns(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Columns run, firm, week and the measures; one row a run, stored week and firm."""
    import numpy as np

    points = [len(_weeks(o)) for o in outcomes]
    sizes = [n * len(o.firms) for n, o in zip(points, outcomes, strict=True)]
    names = sorted({firm for o in outcomes for firm in o.firms})
    code = {name: i for i, name in enumerate(names)}
    firm = [np.tile([code[f] for f in o.firms], n) for n, o in zip(points, outcomes, strict=True)]
    week = [np.repeat(_weeks(o), len(o.firms)) for o in outcomes]
    return {
        "run": _words(np.repeat(np.arange(len(outcomes)), sizes), [o.key for o in outcomes]),
        "firm": _words(np.concatenate(firm), names),
        "week": np.concatenate(week),
        **_joined([o.firm_series for o in outcomes]),
    }


def _market_columns(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Columns run, week and the measures; one row a run and stored week."""
    import numpy as np

    points = [len(_weeks(o)) for o in outcomes]
    return {
        "run": _words(np.repeat(np.arange(len(outcomes)), points), [o.key for o in outcomes]),
        "week": np.concatenate([_weeks(o) for o in outcomes]),
        **_joined([o.market_series for o in outcomes]),
    }


def _weeks(outcome: Outcome) -> Any:
    assert outcome.weeks is not None, "a run that is DONE has weeks"
    return outcome.weeks


def _joined(series: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    import numpy as np

    return {name: np.concatenate([s[name].ravel() for s in series]) for name in series[0]}


def _words(codes: Any, names: Sequence[str]) -> Any:
    """A column of words stored once each; 20 times quicker to write than a column of texts."""
    import pandas

    return pandas.Categorical.from_codes(codes, categories=list(names))
