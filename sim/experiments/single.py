"""One run on disk: a folder that explains itself, readable without this program.

``scenario.yaml`` (resolved, runs again as it is), ``run.json`` (what made it, digest),
``firms.csv`` (one row a firm), ``series.parquet`` (one row a firm and week) and
``market.parquet`` (one row a week).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.errors import StoreError

if TYPE_CHECKING:
    from sim.experiments.store import Frame, Store
    from sim.market.result import RunResult
    from sim.scenario.schema import Scenario

CARD = "run.json"


def slug(name: str) -> str:
    """A name as part of a folder's name: lower case, words joined by dashes, 60 at most."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return words[:60].rstrip("-") or "run"


def store_run(
    scenario: Scenario, result: RunResult, out: str | Path, *, name: str | None = None
) -> Path:
    """Store a run under ``out`` as ``<name>-<seed>-<id>``, and return that folder.

    name: defaults to the scenario's title.  The same run finds its folder again and
    writes the same files.  Raises StoreError.
    """
    from sim.experiments import parts
    from sim.experiments.design import run_key
    from sim.experiments.engine_version import model_version
    from sim.experiments.own_files import copies_of, with_copies
    from sim.scenario.read import digest, dump

    made = scenario.model_copy(update={"seed": result.seed})
    key = run_key(digest(made), result.seed, model_version())
    folder = Path(out) / f"{slug(name or scenario.title)}-{result.seed}-{key[:6]}"
    with parts.told(folder):
        folder.mkdir(parents=True, exist_ok=True)
    con = parts.connect()
    try:
        files = {
            "series.parquet": parts.write_frame(
                con, _firm_columns(result), folder / "series.parquet"
            ),
            "market.parquet": parts.write_frame(
                con, _market_columns(result), folder / "market.parquet"
            ),
        }
    finally:
        con.close()
    texts = {"scenario.yaml": dump(with_copies(made)), "firms.csv": _firms_csv(result)}
    for name, text in {**texts, **copies_of([made])}.items():
        _write(folder / name, text)
        files[name] = hashlib.sha256(text.encode()).hexdigest()
    card = _card(key, result, files)
    card["check"] = _check(card)
    _write(folder / CARD, json.dumps(card, indent=2) + "\n")
    return folder


class StoredRun:
    """A single run's folder, opened for reading."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
        except OSError as error:
            raise StoreError(f"{folder / CARD}: {error.strerror}") from error
        except ValueError as error:
            raise StoreError(f"{folder / CARD} is damaged: {error}") from error
        if not isinstance(self.card, dict) or self.card.get("check") != _check(self.card):
            raise StoreError(f"{folder / CARD} is damaged: it is not as it was written")

    @property
    def title(self) -> str:
        """The scenario's title."""
        return str(self.card["title"])

    def firm_table(self) -> Frame:
        """One row a firm: ``result.FIRM_ROW``."""
        import pandas

        self._refuse_damaged("firms.csv")
        try:
            return pandas.read_csv(self.folder / "firms.csv")
        except (OSError, ValueError) as error:
            raise StoreError(f"{self.folder / 'firms.csv'} cannot be read: {error}") from error

    def series(self) -> Frame:
        """One row a firm and week: firm, strategy, group, week and all firm measures."""
        return self._frame("series.parquet")

    def market(self) -> Frame:
        """One row a week: all measures of the market."""
        return self._frame("market.parquet")

    def verify(self) -> list[str]:
        """Names of files that are not as they were written."""
        from sim.experiments import parts

        files = self.card["files"].items()
        return [name for name, digest in files if parts.wrong(self.folder / name, digest)]

    def _refuse_damaged(self, name: str) -> None:
        from sim.experiments import parts

        path = self.folder / name
        if what := parts.wrong(path, self.card["files"].get(name, "")):
            raise StoreError(f"{path}: {what}; make the run again")

    def _frame(self, name: str) -> Frame:
        from sim.experiments import parts

        self._refuse_damaged(name)
        path = self.folder / name
        con = parts.connect()
        try:
            with parts.told(path):
                return con.execute(f"SELECT * FROM read_parquet({parts.quoted(path)})").df()
        finally:
            con.close()


def open_result(path: str | Path) -> Store | StoredRun:
    """Open a folder that a sweep or a single run left; raises StoreError for any other."""
    from sim.experiments.ledger import FILE
    from sim.experiments.store import open_store

    folder = Path(path)
    if (folder / FILE).is_file():
        return open_store(folder)
    if (folder / CARD).is_file():
        return StoredRun(folder)
    if not folder.is_dir():
        raise StoreError(f"there is no folder {folder}")
    raise StoreError(f"{folder} holds neither a sweep ({FILE}) nor a run ({CARD})")


def _card(key: str, result: RunResult, files: dict[str, str]) -> dict[str, Any]:
    from sim import __version__
    from sim.experiments.engine_version import model_version
    from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, MARKET_COUNTS, MARKET_LEVELS

    measures = (*FIRM_COUNTS, *FIRM_LEVELS, *MARKET_COUNTS, *MARKET_LEVELS)
    return {
        "title": result.title, "id": key, "seed": result.seed, "digest": result.digest,
        "model_version": model_version(), "userfirst": __version__, "people": result.people,
        "weeks": result.weeks, "review": result.review, "discount": result.discount,
        "seconds": round(result.seconds, 6), "files": files,
        "firms": [asdict(firm) for firm in result.firms],
        "measures": {m.name: {"unit": m.unit, "meaning": m.meaning} for m in measures},
    }  # fmt: skip


def _check(card: dict[str, Any]) -> str:
    """SHA-256 of everything else that the card says."""
    said = {name: value for name, value in card.items() if name != "check"}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _firms_csv(result: RunResult) -> str:
    from sim.market.result import FIRM_ROW, firm_rows

    text = io.StringIO()
    table = csv.DictWriter(text, FIRM_ROW, lineterminator="\n")
    table.writeheader()
    table.writerows(firm_rows(result))
    return text.getvalue()


def _firm_columns(result: RunResult) -> dict[str, Any]:
    import numpy as np
    import pandas

    n_weeks, firms = result.weeks + 1, result.firms
    slots = np.tile(np.arange(len(firms)), n_weeks)

    def words(values: list[str]) -> Any:
        names = sorted(set(values))
        codes = np.array([names.index(value) for value in values])
        return pandas.Categorical.from_codes(codes[slots], categories=names)

    return {
        "firm": words([firm.name for firm in firms]),
        "strategy": words([firm.strategy for firm in firms]),
        "group": words([firm.group for firm in firms]),
        "week": np.repeat(np.arange(n_weeks, dtype=np.int32), len(firms)),
        **{name: series.ravel() for name, series in result.firm_series.items()},
    }


def _market_columns(result: RunResult) -> dict[str, Any]:
    import numpy as np

    return {"week": np.arange(result.weeks + 1, dtype=np.int32), **result.market_series}


def _write(path: Path, text: str) -> None:
    from sim.experiments import parts

    with parts.told(path):
        parts.write_text(path, text)
