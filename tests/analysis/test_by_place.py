"""Intervals are a function of the results: neither the names of runs nor the order of rows count.

A run's name holds a digest of the model's source, so every new version names the same runs anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.analysis.arms import Arm, arms_of
from sim.analysis.causes import causes_table
from sim.analysis.compare import compare_arms, records
from sim.analysis.comparison import answer, between_strategies, survival_table
from sim.analysis.evolution.within import effects, endings, paths
from sim.analysis.stored import tables_in
from sim.analysis.tables import Tables, by_place
from sim.analysis.treatments import by_treatment
from sim.experiments import engine_version
from sim.experiments.runner import run_plan
from sim.experiments.store import open_store
from sim.experiments.ways import Ways
from tests.experiments.fakes import simulate, small_plan

UF, CC = "user-first", "customer-centric"
EFFECTS = (0.0, 1.0, 1.0, 2.0)  # two treatments are equal, so they share their runs
NAMES = ("none", "some", "the same", "much")
ASKED: dict[str, Callable[[Tables], Any]] = {
    "survival": lambda t: survival_table(t.rows),
    "profit": lambda t: between_strategies(t.rows, UF, CC, "discounted_profit"),
    "users": lambda t: between_strategies(t.rows, UF, CC, "users"),
    "causes": lambda t: causes_table(t.rows),
    "words": lambda t: answer(t.rows),
    "paths": lambda t: paths(t.series[t.series["treatment"] == "none"], "users"),
    "endings": lambda t: endings(t.series),
    "effects": lambda t: effects(t.series),
    "strategies": lambda t: records(compare_arms([
        Arm(name, "strategy", t.rows[t.rows["strategy"] == name]) for name in (UF, CC)
    ])),
    "levels": lambda t: by_treatment(
        t.rows, [(n, {"effect": e}) for n, e in zip(NAMES, EFFECTS, strict=True)], (UF, CC)
    ),
}  # fmt: skip


def swept(folder: Path) -> Path:
    plan = small_plan(effects=EFFECTS, replicates=12)
    named = (replace(t, name=name) for t, name in zip(plan.treatments, NAMES, strict=True))
    run_plan(folder, replace(plan, treatments=tuple(named)), Ways(1, simulate=simulate))
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same results as two versions of the model stored them."""
    one = swept(tmp_path_factory.mktemp("one") / "s")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_version, "_own_digest", lambda: "0123456789")
        other = swept(tmp_path_factory.mktemp("other") / "s")
    return one, other


def written(found: Any) -> str:
    """Every digit of it."""
    with np.printoptions(threshold=10**9, floatmode="unique"):
        return repr(found)


def in_folder(folder: Path) -> list[str]:
    """Names of the runs in the order of the study."""
    with open_store(folder) as store:
        return list(dict.fromkeys(store.firm_table()["run"]))


def test_the_names_of_runs_do_sort_otherwise(folders: tuple[Path, Path]) -> None:
    one, other = (np.argsort(in_folder(folder)).tolist() for folder in folders)
    assert one != other


@pytest.mark.parametrize("asked", ASKED)
def test_names_of_runs_do_not_count(folders: tuple[Path, Path], asked: str) -> None:
    one, other = (written(ASKED[asked](tables_in(folder))) for folder in folders)
    assert one == other


def test_folders_are_compared_alike(folders: tuple[Path, Path]) -> None:
    one, other = (arms_of([f"{f}:none", f"{f}:much"]) for f in folders)
    assert written(records(compare_arms(one))) == written(records(compare_arms(other)))


def shuffled(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Other names for the runs, and the rows in another order."""
    renamed = table["run"].map(lambda run: hashlib.sha256(f"{run} {seed}".encode()).hexdigest())
    return table.assign(run=renamed).sample(frac=1.0, random_state=seed)


@pytest.mark.parametrize("asked", ASKED)
def test_the_order_of_rows_does_not_count(folders: tuple[Path, Path], asked: str) -> None:
    with open_store(folders[0]) as store:
        tables = store.firm_table(), store.series()
    kinds = tables[0][["run", "treatment", "firm", "strategy"]]

    def found(rows: pd.DataFrame, series: pd.DataFrame) -> str:
        rows, series = by_place(rows, series)
        rows = rows.assign(people=100, share_customers=rows["customers"] / 100)
        return written(ASKED[asked](Tables(rows, series)))

    known = tables[1].merge(kinds, on=["run", "treatment", "firm"])
    first = found(tables[0], known)
    assert all(found(shuffled(tables[0], n), shuffled(known, n)) == first for n in range(3))


def test_runs_are_called_by_their_first_place(folders: tuple[Path, Path]) -> None:
    rows = tables_in(folders[0]).rows
    by_treatment = rows.groupby("treatment", sort=False)["run"].unique()
    assert by_treatment.map(list).tolist() == [
        [f"{12 * at + replicate:06d}" for replicate in range(12)] for at in (0, 1, 1, 2)
    ]
