"""A stored run found by its id, with all that makes it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.experiments.errors import StoreError
from sim.experiments.replay import NoSuchRun, find_run, run_ids, studies_in
from sim.experiments.runner import run_plan
from sim.experiments.store import open_store
from sim.experiments.ways import Ways
from tests.experiments.fakes import result, simulate, small_plan


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Two studies that share the runs of one treatment."""
    run_plan(tmp_path / "a", small_plan(), Ways(1, simulate=simulate))
    run_plan(tmp_path / "b", small_plan(effects=(2.0, 5.0)), Ways(1, simulate=simulate))
    return tmp_path


def test_every_run_gives_what_is_stored(out: Path) -> None:
    with open_store(out / "a") as store:
        table = store.run_table().set_index("id")
    for key in run_ids(out / "a"):
        found = find_run(key, [out / "a"])
        assert (found.seed, found.digest) == (table.seed[key], table.digest[key])
        assert found.treatment == table.treatment[key]
        assert result(found.scenario, found.scenario.seed).digest == found.digest


def test_the_beginning_of_an_id_is_enough_where_it_is_unique(out: Path) -> None:
    folders = studies_in(out)
    assert [folder.name for folder in folders] == ["a", "b"]
    ids = sorted({*run_ids(out / "a"), *run_ids(out / "b")})
    key = ids[0]
    n = next(n for n in range(1, 21) if sum(each.startswith(key[:n]) for each in ids) == 1)
    assert find_run(key[:n].upper(), folders).run == key
    with pytest.raises(NoSuchRun, match=rf"{len(ids)} runs begin with ''"):
        find_run("", folders)


def test_an_ambiguous_beginning_names_some(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sim.experiments.replay as module

    monkeypatch.setattr(module, "run_ids", lambda _: ["ab1", "ab2", "cd"])
    with pytest.raises(NoSuchRun, match=r"2 runs begin with 'ab' \(ab1, ab2\); give more"):
        find_run("ab", [out / "a"])


def test_a_run_of_an_earlier_plan_is_found_too(out: Path) -> None:
    run_plan(out / "a", small_plan(effects=(7.0,), replicates=1), Ways(1, simulate=simulate))
    assert {find_run(key, [out / "a"]).run for key in run_ids(out / "a")} == set(run_ids(out / "a"))
    assert len(run_ids(out / "a")) == 13


def test_a_run_that_is_not_there(out: Path, tmp_path: Path) -> None:
    with pytest.raises(NoSuchRun, match="no stored run begins with 'zz' in"):
        find_run("zz", studies_in(out))
    (tmp_path / "empty").mkdir()
    with pytest.raises(StoreError, match="holds no study"):
        studies_in(tmp_path / "empty")


def test_a_failed_run_keeps_what_it_said(tmp_path: Path) -> None:
    plan = small_plan(f"fault=raise mark={tmp_path}", effects=(3.0,), replicates=1)
    run_plan(tmp_path / "s", plan, Ways(1, simulate=simulate))
    found = find_run(plan.runs[0].key[:6], [tmp_path / "s"])
    assert found.digest == ""
    assert f"RuntimeError: nothing goes at seed {found.seed}" in found.error
