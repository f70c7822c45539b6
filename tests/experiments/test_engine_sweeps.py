"""Sweeps of the engine itself: the same table by any way, and common random numbers that pay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.experiments.design import Run, plan, run_key, seed_of
from sim.experiments.engine_version import model_version
from sim.experiments.runner import run_plan
from sim.experiments.single import store_run
from sim.experiments.store import open_store
from sim.experiments.ways import Ways
from sim.experiments.worker import Keep
from sim.experiments.writer import Plan
from sim.market.model import simulate
from sim.market.result import firm_rows
from sim.scenario.read import digest, load
from tests.experiments.fakes import small, treatments


def engine_plan(replicates: int = 3) -> Plan:
    varied = treatments(small(weeks=26), (0.0, 2.0))
    runs = tuple(plan(varied, replicates, 1))
    return Plan("Engine", 1, (), Keep(), varied, runs, {})


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("engine") / "s"
    run_plan(folder, engine_plan(), Ways(jobs=1))
    return folder


@pytest.mark.parametrize(
    ("jobs", "executor"),
    [
        (2, "threads"),
        (2, "processes"),
        pytest.param(4, "threads", marks=pytest.mark.slow),
        pytest.param(4, "processes", marks=pytest.mark.slow),
    ],
)
def test_any_way_gives_the_same_table(
    tmp_path: Path, swept: Path, jobs: int, executor: str
) -> None:
    run_plan(tmp_path / "s", engine_plan(), Ways(jobs=jobs, executor=executor))
    with open_store(tmp_path / "s") as store, open_store(swept) as other:
        assert store.counts() == (6, 0, 6), store.run_table().error.tolist()
        assert store.digest() == other.digest()


def test_a_stored_run_is_the_run_of_its_scenario_and_seed(swept: Path) -> None:
    run: Run = engine_plan().runs[3]
    alone = simulate(run.scenario, seed=run.seed)
    with open_store(swept) as store:
        table = store.run_table()
        assert table[table.id == run.key].digest.item() == alone.digest
        firms = store.firm_table()
    rows = firms[firms.run == run.key].to_dict("records")
    for row, expected in zip(rows, firm_rows(alone), strict=True):
        for name, value in expected.items():
            same = row[name] == value
            assert same or (np.isnan(row[name]) and np.isnan(value)), name  # type: ignore[arg-type]


def test_a_run_stored_alone_runs_again_from_its_own_scenario(tmp_path: Path) -> None:
    made = simulate(small(weeks=26), seed=11)
    folder = store_run(small(weeks=26), made, tmp_path, name="small")
    again = load(folder / "scenario.yaml")
    assert simulate(again).digest == made.digest
    assert folder.name == f"small-11-{run_key(digest(again), 11, model_version())[:6]}"


@pytest.mark.slow
def test_treatments_that_share_seeds_are_compared_more_exactly(tmp_path: Path) -> None:
    base = small(weeks=52)
    dearer = base.model_copy(
        update={
            "firms": tuple(
                g.model_copy(update={"offer": g.offer.model_copy(update={"price": price})})
                for g, price in zip(base.firms, (1.01, 1.0), strict=True)
            )
        }
    )
    as_is = base.model_copy(
        update={
            "firms": tuple(
                g.model_copy(update={"offer": g.offer.model_copy(update={"price": 1.0})})
                for g in base.firms
            )
        }
    )
    people = base.people.model_copy(update={"count": 2000})
    as_is, dearer = (s.model_copy(update={"people": people}) for s in (as_is, dearer))

    def revenue(scenario: object, replicate: int) -> float:
        row = firm_rows(simulate(scenario, seed=seed_of(1, replicate)))[0]  # type: ignore[arg-type]
        return float(row["revenue"])  # type: ignore[arg-type]

    first = np.array([revenue(as_is, r) for r in range(40)])
    second = np.array([revenue(dearer, r) for r in range(40)])
    paired = np.var(second - first, ddof=1)
    independent = np.var(first, ddof=1) + np.var(second, ddof=1)
    assert 0 < paired < independent / 10  # 790 times smaller when written
