"""A person's own strategy on the command line: refused, allowed, stored, replayed, changed."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from sim.scenario.folders import catalogue_folder
from sim.strategies import own
from tests.cli.calling import Call, Ended, calling

CAREFUL = Path(__file__).with_name("careful.py")
MARKET = """\
title: Careful or not
weeks: 30
people: {count: 200}
firms:
  - name: Me
    strategy: {use: ./careful.py:Careful, reserve: 0.1}
    start: {aware: 0.3}
  - {name: Other, strategy: customer-centric, start: {aware: 0.3}}
"""
STUDY = """\
title: Which of them?
scenario: market
factors:
  firms.Other.strategy:
    values: [./careful.py:Careful, user-first, {use: ./careful.py:Careful, reserve: 9}]
replicates: 2
"""
LATE = """
    def review(self, seen):
        return seen.current if seen.week < 27 else {}[seen.week]
"""
REFUSED = "runs code from careful.py; allow it with --allow-code"


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Call:
    """The command in this process, each time as if new, in a folder with a market and a study."""
    import sim.cli.sweep

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sim.cli.sweep, "show", lambda folder: print(f"shown {folder}"))
    shutil.copy(CAREFUL, "careful.py")
    Path("market.yaml").write_text(MARKET)
    Path("study.yaml").write_text(STUDY)

    plain = calling(monkeypatch, capsys)

    def called(*arguments: str) -> Ended:
        own._SOURCES.clear()
        own._MODULES.clear()
        return plain(*arguments)

    return called


def runs(folder: str = "results/study") -> dict[str, str]:
    """Digest by id of the runs that are stored."""
    with sqlite3.connect(f"{folder}/runs.sqlite") as ledger:
        return dict(ledger.execute("SELECT id, digest FROM runs").fetchall())


def the_copy(folder: Path) -> Path:
    (copy,) = (folder / "strategies").glob("*.py")
    return copy


# -- permission -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ("run", "market.yaml"),
        ("check", "market.yaml"),
        ("explain", "market.yaml"),
        ("sweep", "market.yaml", "--jobs", "1"),
        ("sweep", "study.yaml", "--dry-run"),
        ("tournament", "market.yaml"),
        ("plot", "market.yaml", "--network"),
        ("animate", "market.yaml"),
    ],
)
def test_no_command_runs_code_that_was_not_allowed(call: Call, command: tuple[str, ...]) -> None:
    Path("careful.py").write_text("open('ran', 'w')\n" + CAREFUL.read_text())
    ended = call(*command)
    assert ended.status == 2
    said = (ended.out + ended.err).strip().splitlines()
    assert said == [f"market.yaml:6:21 firms.0.strategy: {REFUSED}", "1 fault in 1 file"]
    assert not Path("ran").exists()
    assert not Path("results").exists()


def test_values_of_a_study_are_refused_where_it_says_them(call: Call) -> None:
    plain = MARKET.replace("{use: ./careful.py:Careful, reserve: 0.1}", "user-first")
    Path("market.yaml").write_text(plain)
    ended = call("check", "study.yaml")
    assert ended.out.splitlines() == [
        f"study.yaml:5:14 firms.1.strategy: {REFUSED}",
        f"study.yaml:5:48 firms.1.strategy: {REFUSED}",
    ]
    assert call("check", "study.yaml", "--allow-code").status == 0


def test_the_catalogue_is_no_exception(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("folders", "catalogue"):
        monkeypatch.setattr(f"sim.scenario.{module}.catalogue_folder", Path.cwd)
    ended = call("check", "market")
    assert ended.status == 2
    assert REFUSED in ended.out


def test_plots_of_stored_results_take_no_option_that_does_nothing(call: Call) -> None:
    assert "belong to --network" in call("plot", "results", "--allow-code").err


# -- one run ----------------------------------------------------------------------------------


def test_a_run_keeps_what_made_it(call: Call) -> None:
    assert call("check", "market.yaml", "study.yaml", "--allow-code").status == 0
    ended = call("run", "market.yaml", "--allow-code")
    assert ended.status == 0, ended.err
    assert "careful.py:Careful" in ended.out
    assert "`userfirst sweep market.yaml --allow-code` runs it many times" in ended.out
    (folder,) = Path("results").iterdir()
    assert the_copy(folder).read_text() == CAREFUL.read_text()
    assert call("run", str(folder / "scenario.yaml")).status == 2
    shutil.move("careful.py", "gone.py")
    again = call("run", str(folder / "scenario.yaml"), "--allow-code", "--out", "again")
    assert again.status == 0, again.err
    (same,) = Path("again").iterdir()
    assert same.name.rpartition("-")[2] == folder.name.rpartition("-")[2], "the id of the run"
    report = call("report", str(folder))
    assert report.status == 0, report.err
    page = (folder / "report.html").read_text()
    assert "userfirst run scenario.yaml --allow-code" in page
    assert "class Careful(Strategy)" in page
    the_copy(folder).write_text("nothing of it\n")
    assert "strategies/careful-" in call("verify", str(folder)).out


def test_a_strategy_that_fails_ends_the_run_with_one_line(call: Call) -> None:
    Path("careful.py").write_text(CAREFUL.read_text() + LATE)
    ended = call("run", "market.yaml", "--allow-code")
    assert (ended.status, ended.out) == (3, "")
    assert ended.err.strip() == (
        "firm 'Me' (strategy careful.py:Careful), week 27: review raised KeyError: 27 "
        f"(careful.py, line {len(CAREFUL.read_text().splitlines()) + 3})"
    )


# -- many runs --------------------------------------------------------------------------------


def test_a_sweep_is_the_same_wherever_it_is_made_and_explains_itself(call: Call) -> None:
    ended = call("sweep", "study.yaml", "--allow-code", "--jobs", "1")
    assert ended.status == 0, ended.err
    made = runs()
    assert len(made) == 6
    assert all(made.values())
    ended = call("sweep", "study.yaml", "--allow-code", "--out", "two", "--executor", "threads")
    assert ended.status == 0, ended.err
    assert runs("two/study") == made
    shutil.move("careful.py", "gone.py")
    refused = call("sweep", "results/study/study.yaml", "--out", "again")
    assert refused.status == 2
    assert re.search(r"runs code from careful-[0-9a-f]{10}.py; allow", refused.err)
    ended = call("sweep", "results/study/study.yaml", "--allow-code", "--jobs", "1",
                 "--out", "again")  # fmt: skip
    assert ended.status == 0, ended.err
    assert runs("again/study") == made
    names = []
    for folder in ("results/study", "again/study"):
        with sqlite3.connect(f"{folder}/runs.sqlite") as ledger:
            names.append(
                ledger.execute("SELECT id, name FROM treatments ORDER BY place").fetchall()
            )
    assert names[0] == names[1]
    assert [name for _, name in names[0]] == [
        "firms.Other.strategy=careful.py:Careful",
        "firms.Other.strategy=user-first",
        "firms.Other.strategy={use: careful.py:Careful, reserve: 9}",
    ]


@pytest.mark.slow
def test_worker_processes_are_sent_what_was_allowed(call: Call) -> None:
    for jobs, out in (("1", "one"), ("2", "two")):
        ended = call("sweep", "market.yaml", "--allow-code", "--replicates", "2", "--jobs", jobs,
                     "--out", out)  # fmt: skip
        assert ended.status == 0, ended.err
    assert runs("one/market") == runs("two/market")


def test_a_changed_file_is_told_and_its_runs_are_made_anew(call: Call) -> None:
    call("sweep", "market.yaml", "--allow-code", "--jobs", "1", "--replicates", "2")
    first = runs("results/market")
    text = CAREFUL.read_text().replace("ad_load=0.3", "ad_load=0.6")
    Path("careful.py").write_text(text)
    ended = call("sweep", "market.yaml", "--allow-code", "--jobs", "1", "--replicates", "2")
    assert ended.status == 0, ended.err
    assert "careful.py has changed since runs were stored in results/market" in ended.err
    both = runs("results/market")
    assert len(both) == 4
    assert len(set(both.values())) == 4, "other code, other trajectories"
    assert len(list(Path("results/market/strategies").glob("*.py"))) == 2
    key = next(iter(first))
    replayed = call("replay", key, "--study", "results/market", "--allow-code")
    assert replayed.status == 0, replayed.err
    assert f"stored  {first[key]}\nnow     {first[key]}\nsame\n" in replayed.out
    again = call("sweep", "market.yaml", "--allow-code", "--jobs", "1", "--replicates", "2")
    assert "has changed" not in again.err


def test_a_replay_needs_permission_and_the_copy_as_it_was(call: Call) -> None:
    call("sweep", "market.yaml", "--allow-code", "--jobs", "1", "--replicates", "1")
    (key,) = runs("results/market")
    copy = the_copy(Path("results/market"))
    refused = call("replay", key)
    assert refused.status == 2
    assert refused.err.strip() == f"this run runs code from {copy}; allow it with --allow-code"
    assert f"run as it was stored: {copy}" in call("replay", key, "--allow-code").out
    copy.write_text(copy.read_text() + "\n")
    changed = call("replay", key, "--allow-code")
    assert changed.status == 4
    assert changed.err.strip() == (
        f"{copy} is not the file that the run was made with: it has changed"
    )
    copy.unlink()
    assert f"{copy}:1:1 cannot be read" in call("replay", key, "--allow-code").err


def test_a_failing_strategy_is_a_failed_run_with_its_text(call: Call) -> None:
    Path("careful.py").write_text(CAREFUL.read_text() + LATE)
    ended = call("sweep", "market.yaml", "--allow-code", "--jobs", "1", "--replicates", "1")
    assert ended.status == 3
    said = "StrategyFault: firm 'Me' (strategy careful.py:Careful), week 27: review raised KeyError"
    assert ended.err.splitlines()[-2].startswith(said)
    (key,) = runs("results/market")
    line = f"userfirst replay {key} --study results/market --allow-code"
    assert line in ended.err
    assert line in call("status", "market").out
    replayed = call(*line.split()[1:])
    assert replayed.status == 3
    assert replayed.err.startswith(f"fails again, in the same way: {said}")
    failed = call("run", f"results/market/failed/{key}.yaml", "--allow-code")
    assert failed.status == 3
    assert failed.err.startswith(said.removeprefix("StrategyFault: "))


@pytest.mark.slow
def test_a_strategy_without_end_is_caught_by_the_limit(call: Call) -> None:
    endless = "\n    def review(self, seen):\n        while True:\n            pass\n"
    Path("careful.py").write_text(CAREFUL.read_text() + endless)
    ended = call("sweep", "market.yaml", "--allow-code", "--jobs", "1", "--replicates", "1",
                 "--limit", "2")  # fmt: skip
    assert ended.status == 3
    assert "it took more than 2 s" in ended.err


def test_a_tournament_takes_it(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    import sim.cli.tournament

    monkeypatch.setattr(sim.cli.tournament, "show", lambda folder, wanted: None)
    rest = ("--firms", "2", "--replicates", "1", "--jobs", "1", "--allow-code")
    ended = call(
        "tournament", "market.yaml", "--strategies", "careful.py:Careful,user-first", *rest
    )
    assert ended.status == 0, ended.err
    with sqlite3.connect("results/market-round-robin/runs.sqlite") as ledger:
        names = [name for (name,) in ledger.execute("SELECT name FROM treatments ORDER BY place")]
    assert names == ["2 careful.py:Careful", "2 user-first", "1 careful.py:Careful, 1 user-first"]
    Path("study.yaml").write_text(STUDY.replace("market", "market.yaml"))
    ended = call("tournament", "study.yaml", *rest)
    assert ended.status == 0, ended.err


# -- the page ---------------------------------------------------------------------------------


def test_the_example_on_the_page_is_the_one_that_runs_here() -> None:
    page = (catalogue_folder() / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    if not found:
        pytest.skip("scenarios/README.md has no example of a strategy yet")
    assert found == [CAREFUL.read_text(encoding="utf-8")]
