"""The commands about studies as a person meets them: sweep, status, replay, verify, export."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import Call, calling

SMALL = Path(__file__).with_name("small.yaml")


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Call:
    """The command in this process, in an empty folder: exit status, output, errors."""
    monkeypatch.chdir(tmp_path)
    return calling(monkeypatch, capsys)


@pytest.fixture(autouse=True)
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables and figures are what other tests look at; drawing them would take most of the time."""
    import sim.cli.sweep

    monkeypatch.setattr(sim.cli.sweep, "show", lambda folder: print(f"shown {folder}"))


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three runs of the small market in it."""
    from sim.experiments.reading import resolve
    from sim.experiments.sweep import Ways, sweep

    out = tmp_path_factory.mktemp("three") / "results"
    sweep(resolve(SMALL, replicates=3), out, Ways(1))
    return out


@pytest.fixture
def swept(call: Call, three: Path) -> None:
    """Those runs under results/small, in a folder of one's own."""
    shutil.copytree(three, "results")


def runs(study: str = "small") -> dict[str, str]:
    """Digest by id of the runs that are stored."""
    with sqlite3.connect(f"results/{study}/runs.sqlite") as ledger:
        return dict(ledger.execute("SELECT id, digest FROM runs").fetchall())


@pytest.fixture
def unlucky(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """The engine fails at odd seeds while ``on`` holds."""
    import sim.market.model

    real, switch = sim.market.model.simulate, {"on": True}

    def sometimes(scenario: Any, *, seed: int | None = None, **more: Any) -> Any:
        if switch["on"] and (scenario.seed if seed is None else seed) % 2:
            raise RuntimeError("no luck")
        return real(scenario, seed=seed, **more)

    monkeypatch.setattr(sim.market.model, "simulate", sometimes)
    return switch


# -- sweep ------------------------------------------------------------------------------------


def test_a_dry_run_says_what_it_would_take_and_stores_nothing(call: Call) -> None:
    ended = call("sweep", str(SMALL), "--replicates", "40", "--jobs", "1", "--dry-run")
    assert ended.status == 0, ended.err
    assert ended.out.startswith("A small market: 1 treatment\n  40 runs, 0 stored already\n")
    assert re.search(r"about \d+ s, 1 at a time; a run takes \S+ s \(short runs", ended.out)
    assert re.search(r"about [\d.]+ (kB|MB) in results/small; a run takes \d+ kB", ended.out)
    assert not Path("results").exists()


def test_a_sweep_with_a_report_ends_with_its_path(call: Call, swept: None) -> None:
    ended = call("sweep", str(SMALL), "--replicates", "3", "--jobs", "1", "--report")
    assert ended.status == 0
    page = Path(ended.out.splitlines()[-1])
    assert page == Path("results/small/report.html")
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("cores", [1, 2])
def test_a_page_that_cannot_be_written_is_refused_after_the_answer(
    call: Call, swept: None, monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    monkeypatch.setattr("sim.cli.beside.cores", lambda: cores)
    Path("results/small/report.html").mkdir()
    ended = call("sweep", str(SMALL), "--replicates", "3", "--jobs", "1", "--report")
    assert ended.status == 2
    assert ended.out == "shown results/small\n"
    assert "results/small/report.html is a folder" in ended.err


def test_a_dry_run_counts_what_is_stored(call: Call, swept: None) -> None:
    ended = call("sweep", str(SMALL), "--replicates", "10", "--dry-run")
    assert "10 runs, 3 stored already" in ended.out
    assert len(runs()) == 3


def test_a_stopping_rule_is_told_round_by_round(call: Call) -> None:
    Path("small.yaml").write_text(SMALL.read_text())
    rule = "{measure: survived, strategy: user-first-unmonetised, width: 0.5, at_least: 2}"
    Path("rule.yaml").write_text(f"title: Rule\nscenario: small\nstop: {rule}\n")
    dry = call("sweep", "rule.yaml", "--dry-run")
    assert "2 to 400 runs, by its stopping rule" in dry.out
    ended = call("sweep", "rule.yaml", "--jobs", "1")
    assert ended.status == 0, ended.err
    told = [line for line in ended.err.splitlines() if "the widest interval" in line]
    # Wilson: 0 of n has 1 / (1 + n / 3.84146), 0.658 for 2, 0.561 for 3, 0.434 for 5
    assert [line.partition(" (")[0] for line in told] == [
        "2 replicates: the widest interval of survived is 0.658",
        "3 replicates: the widest interval of survived is 0.561",
        "5 replicates: the widest interval of survived is 0.434",
    ]
    assert len(runs("rule")) == 5
    few = call("sweep", "rule.yaml", "--jobs", "1", "--replicates", "2", "--out", "two")
    assert "the widest interval" not in few.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--executor", "clouds"), "must be processes | threads | dask://HOST:PORT | mpi"),
        (("--executor", "thread"), "did you mean threads?"),
        (("--limit", "-1"), "--limit"),
        (("--limit", "3", "--executor", "threads"), "worker processes"),
    ],
)
def test_a_wrong_way_of_running_is_status_2(
    call: Call, arguments: tuple[str, ...], said: str
) -> None:
    ended = call("sweep", str(SMALL), *arguments)
    assert ended.status == 2
    assert said in " ".join(ended.err.replace("│", " ").split())
    assert not Path("results").exists()


def test_failed_runs_are_named_with_the_command_that_repeats_them(
    call: Call, unlucky: dict[str, bool]
) -> None:
    ended = call("sweep", str(SMALL), "--replicates", "20", "--jobs", "1")
    assert ended.status == 3
    assert ended.out == "shown results/small\n", "what was made is shown"
    *failed, last = ended.err.splitlines()[-6:]
    for line in failed:
        assert re.fullmatch(
            r"RuntimeError: no luck; userfirst replay [0-9a-f]{20} --study results/small", line
        )
    n = len([digest for digest in runs().values() if not digest])
    assert n > 5
    assert last == (
        f"{n} runs of 20 failed, 5 of them above; `userfirst status results/small` has them all"
    )
    unlucky["on"] = False
    again = call("sweep", str(SMALL), "--replicates", "20", "--jobs", "1")
    assert again.status == 3, "failed runs are not made again unasked"
    mended = call("sweep", str(SMALL), "--replicates", "20", "--jobs", "1", "--retry-failed")
    assert mended.status == 0
    assert all(runs().values())


# -- status -----------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["small", "results/small", str(SMALL)])
def test_status_finds_a_study_by_name_file_or_folder(call: Call, swept: None, target: str) -> None:
    ended = call("status", target)
    assert ended.out.splitlines()[:2] == [
        "A small market   results/small", "  3 of 3 runs, 0 failed"
    ]  # fmt: skip
    assert "complete, the last run was stored" in ended.out


def test_status_has_every_failed_run(call: Call, unlucky: dict[str, bool]) -> None:
    call("sweep", str(SMALL), "--replicates", "20", "--jobs", "1")
    ended = call("status", "small")
    failed = [key for key, digest in runs().items() if not digest]
    assert f"20 of 20 runs, {len(failed)} failed" in ended.out
    assert all(f"userfirst replay {key} --study results/small" in ended.out for key in failed)


def test_status_of_nothing(call: Call, swept: None) -> None:
    ended = call("status", "smal")
    assert ended.status == 2
    assert ended.err.strip() == "no results of smal in smal or results/smal; there is small"


# -- replay -----------------------------------------------------------------------------------


def test_a_replayed_run_is_the_same(call: Call, swept: None) -> None:
    key, digest = next(iter(runs().items()))
    for options in ((), ("--study", "results/small"), ("--out", "results")):
        ended = call("replay", key[:12], *options)
        assert ended.status == 0
        assert f"run {key} of results/small" in ended.out
        assert f"stored  {digest}\nnow     {digest}\nsame\n" in ended.out


def test_a_replayed_run_that_differs_says_so(
    call: Call, swept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sim.market.model
    import sim.market.result

    real = sim.market.model.simulate
    changed = lambda scenario, **more: real(scenario.model_copy(update={"weeks": 19}), **more)  # noqa: E731
    monkeypatch.setattr(sim.market.model, "simulate", changed)
    key, digest = next(iter(runs().items()))
    ended = call("replay", key)
    assert ended.status == 1
    assert f"stored  {digest}\nnow     " in ended.out
    assert ended.err.startswith("different: ")
    monkeypatch.setattr(sim.market.result, "MODEL_VERSION", "999")
    said = call("replay", key).out
    assert re.search(r"this is version 999-[0-9a-f]{10}, which may give another trajectory", said)


def test_a_failed_run_is_shown_and_made_again(call: Call, unlucky: dict[str, bool]) -> None:
    call("sweep", str(SMALL), "--replicates", "4", "--jobs", "1")
    key = next(key for key, digest in runs().items() if not digest)
    ended = call("replay", key)
    assert ended.status == 3
    assert 'raise RuntimeError("no luck")' in ended.out, "the traceback as it was recorded"
    assert ended.err.strip() == "fails again, in the same way: RuntimeError: no luck"
    unlucky["on"] = False
    ended = call("replay", key)
    assert ended.status == 1
    assert "different: it is complete this time" in ended.err


def test_a_run_that_is_not_stored(call: Call, swept: None) -> None:
    ended = call("replay", "zz")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.strip() == "no stored run begins with 'zz' in results/small"
    assert call("replay", "zz", "--out", "nowhere").status == 4
