"""The commands about what is stored: damage found and mended, tables written for others."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_study_commands import SMALL, Call, call, runs, swept, three, undrawn

__all__ = ["call", "swept", "three", "undrawn"]  # fixtures


def test_damage_is_named_and_exactly_that_is_made_again(
    call: Call, swept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sim.market.model

    assert call("verify", "results/small").out == "no damage in results/small\n"
    assert call("repair", "results/small").out == "no damage in results/small\n"
    before = runs()
    hurt = next(iter(before))
    with sqlite3.connect("results/small/runs.sqlite") as ledger:
        ledger.execute("UPDATE firm_rows SET users = users + 1 WHERE run = ? AND slot = 0", [hurt])
    ended = call("verify", "results/small")
    assert ended.status == 2
    assert hurt in ended.out
    assert ended.err.strip().endswith("1 run; mend with: userfirst repair results/small")
    made, real = [], sim.market.model.simulate

    def counted(scenario: Any, *, seed: int | None = None, **more: Any) -> Any:
        made.append(seed)
        return real(scenario, seed=seed, **more)

    monkeypatch.setattr(sim.market.model, "simulate", counted)
    mended = call("repair", "results/small", "--jobs", "1")
    assert mended.status == 0, mended.err
    assert mended.out == "1 damaged run forgotten, to be made again\nrepaired: results/small\n"
    assert len(made) == 1
    assert runs() == before
    assert call("verify", "results/small").status == 0


def test_a_damaged_single_run_is_named(call: Call) -> None:
    call("run", str(SMALL), "--out", "here")
    (folder,) = Path("here").iterdir()
    assert call("verify", str(folder)).out == f"no damage in {folder}\n"
    (folder / "market.parquet").write_bytes(b"")
    ended = call("verify", str(folder))
    assert (ended.status, ended.out) == (2, "market.parquet: the file is not as it was written\n")


@pytest.mark.parametrize("command", ["verify", "repair"])
def test_damage_of_what_holds_no_sweep(call: Call, command: str) -> None:
    ended = call(command, ".")
    assert ended.status == 4
    assert "holds no sweep" in ended.err


def test_tables_are_exported_and_told(call: Call, swept: None) -> None:
    ended = call("export", "small")
    assert ended.out.split() == [
        f"results/small/export/{name}"
        for name in ("treatments.csv", "runs.csv", "firms.csv", "series.csv", "market.csv",
                     "README.txt")
    ]  # fmt: skip
    assert all(Path(path).stat().st_size > 20 for path in ended.out.split())
    one = call("export", "results/small", "--to", "duckdb", "--out", "mine")
    assert one.out.split() == ["mine/study.duckdb", "mine/README.txt"]
    Path("mine/study.duckdb").write_text("changed")
    refused = call("export", "small", "--to", "duckdb", "--out", "mine")
    assert (refused.status, len(refused.err.splitlines())) == (4, 1)
    assert "was changed since it was exported" in refused.err
    assert call("export", "small", "--to", "xls").status == 2
