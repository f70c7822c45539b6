"""The command as a person meets it: what it prints, what it leaves, how it ends."""

from __future__ import annotations

import json
import os
import pty
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.calling import Call, Ended, calling
from tests.conftest import Userfirst, environment

SMALL = Path(__file__).with_name("small.yaml")
HEAVY = ("mesa", "numba", "scipy", "numpy", "matplotlib", "pandas", "duckdb")


@pytest.fixture
def call(monkeypatch, capsys, tmp_path) -> Call:
    """The command in this process, in an empty folder: exit status, output, errors."""
    monkeypatch.chdir(tmp_path)
    return calling(monkeypatch, capsys)


def one_line(ended: Ended, *said: str) -> None:
    """The end was told in one line that has all these words, without a traceback."""
    assert "Traceback" not in ended.err
    assert len(ended.err.strip().splitlines()) == 1, ended.err
    for words in said:
        assert words in ended.err


# -- light commands ---------------------------------------------------------------------------


def test_help_and_version(call: Call) -> None:
    shown = call("--help")
    assert shown.status == 0
    for name in ("run", "check", "explain", "scenarios", "strategies", "sweep", "plot"):
        assert f"\n  {name} " in shown.out
        assert call(name, "--help").out.startswith(f"Usage: userfirst {name}")
    from sim import __version__

    assert call("--version").out == f"userfirst {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("run", "--help"), ("check", str(SMALL)), ("scenarios",), ("strategies",)],
)
def test_light_commands_import_nothing_heavy(arguments: tuple[str, ...], tmp_path: Path) -> None:
    code = f"""
import sys
from sim.cli import main
sys.argv = ["userfirst", *{arguments!r}]
try:
    main()
except SystemExit as left:
    assert not left.code, left.code
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), cwd=tmp_path, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == "[]\n"


def test_help_is_quick(userfirst: Userfirst) -> None:
    """Processor time, which other work on the machine does not stretch as it does the clock."""

    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    times = []
    for _ in range(4):
        before = spent()
        assert userfirst("--help").returncode == 0
        times.append(spent() - before)
    assert min(times) < 0.3


def test_scenarios_and_strategies_are_listed(call: Call) -> None:
    from sim.scenario.read import catalogue
    from sim.strategies import REGISTRY

    shown = call("scenarios")
    assert shown.status == 0
    assert [e.name for e in catalogue() if f"\n  {e.name} " not in f"\n{shown.out}"] == []
    listed = call("strategies").out
    assert [name for name in REGISTRY if f"\n  {name} " not in f"\n{listed}"] == []


def test_check_says_every_fault_of_every_file_at_once(call: Call, tmp_path: Path) -> None:
    bad, worse = tmp_path / "bad.yaml", tmp_path / "worse.yaml"
    bad.write_text(SMALL.read_text() + "firmz: 1\n")
    worse.write_text(SMALL.read_text().replace("weeks: 20", "weeks: many\nseed: -1"))
    assert call("check", str(SMALL)).status == 0
    found = call("check", str(SMALL), str(bad), str(worse))
    assert found.status == 2
    lines = found.out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["bad.yaml", "worse.yaml", "worse.yaml"]
    assert "did you mean firms?" in lines[0]
    assert "weeks" in lines[1]
    assert "seed" in lines[2]
    one_line(found, "3 faults in 2 files")


def test_check_reads_studies_too(call: Call, tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL.read_text())
    study = tmp_path / "study.yaml"
    study.write_text(
        "title: Cash\nscenario: small\nfactors:\n  firms.Newcomer.cash: {values: [0.1, 1]}\n"
    )
    assert call("check", str(study)).status == 0
    study.write_text(study.read_text().replace("cash:", "cahs:"))
    found = call("check", str(study))
    assert found.status == 2
    assert "study.yaml:4:" in found.out


def test_explain_shows_the_week_and_every_parameter(call: Call) -> None:
    from sim.market.schedule import WEEK
    from sim.scenario.explain import parameters

    shown = call("explain").out
    places = [shown.index(f" {process.name} ") for process in WEEK]
    assert places == sorted(places)
    assert [p.path for p in parameters() if f"\n  {p.path} = " not in shown] == []
    small = call("explain", str(SMALL)).out
    assert "\n  people.count = 300 people\n" in small
    assert "Default: 20000." in " ".join(small.split())  # it may wrap


def test_the_model_page_is_current(call: Call) -> None:
    from sim.cli.odd import PAGE, rewritten, tables

    page = PAGE.read_text("utf-8")
    assert rewritten(page) == page, "run `make schema`"
    assert rewritten(page.replace("| 1 | enter |", "| 1 | exit |")) == page
    with pytest.raises(ValueError, match="generated: schedule"):
        rewritten(page.replace("<!-- generated: schedule -->", ""))
    printed = call("explain", "--markdown").out
    assert all(table in printed for table in tables().values())


# -- mistakes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "no-such-scenario"), "no such scenario"),
        (("run", "missing/file.yaml"), "missing/file.yaml"),
        (("run", "."), "directory"),
        (("run", str(SMALL), "--set", "firms.0.prise=3"), "did you mean offer.price?"),
        (("run", str(SMALL), "--set", "weeks"), "must be key=value"),
        (("run", str(SMALL), "--weeks", "0"), "weeks"),
        (("run", str(SMALL), "--people", "1"), "people.count"),
        (("run", str(SMALL), "--seed", "-1"), "seed"),
        (("sweep", "no-such-study"), "no such study"),
        (("sweep", str(SMALL), "--set", "firmz=1"), "firmz"),
        (("explain", "no-such-scenario"), "no such scenario"),
        (("check", "no-such-scenario"), "1 fault in 1 file"),
    ],
)
def test_a_mistake_is_said_in_the_words_of_the_person(
    call: Call, arguments: tuple[str, ...], said: str
) -> None:
    ended = call(*arguments)
    assert ended.status == 2
    assert "Traceback" not in ended.err
    assert said in ended.err
    assert not Path("results").exists()


@pytest.mark.parametrize(
    "arguments",
    [("run",), ("rnu", "x"), ("run", str(SMALL), "--weeks", "many"), ("run", "x", "--jobs", "2"),
     ("sweep", "x", "--jobs", "0"), ("sweep", "x", "--executor", "clouds")],
)  # fmt: skip
def test_wrong_usage_is_status_2(call: Call, arguments: tuple[str, ...]) -> None:
    ended = call(*arguments)
    assert ended.status == 2
    assert "Error: " in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("place", ["file/results", "/proc/userfirst"])
@pytest.mark.parametrize("command", ["run", "sweep"])
def test_a_folder_that_cannot_be_written(call: Call, command: str, place: str) -> None:
    Path("file").touch()
    ended = call(command, str(SMALL), "--out", place)
    assert ended.status == 4
    one_line(ended, f"cannot write {place}", "--out")


def test_plot_of_what_is_no_result(call: Call) -> None:
    for place in ("nowhere", "."):
        ended = call("plot", place)
        assert ended.status in (2, 4)
        one_line(ended, place)


def test_too_many_people_are_refused_before_anything_is_allocated(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sim.market
    from sim.experiments import memory

    monkeypatch.setattr(sim.market, "estimate_bytes", lambda _: 2**40, raising=False)
    monkeypatch.setattr(memory, "available_bytes", lambda: 2**30)
    for command, jobs in (("run", 1), ("sweep", 3)):
        ended = call(command, str(SMALL), *(["--jobs", "3"] if command == "sweep" else []))
        assert ended.status == 2
        one_line(ended, "300 people", f"{jobs * 1024}.0 GiB", "--people")


def test_an_unexpected_error_is_one_line(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    import sim.scenario.read

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(sim.scenario.read, "load", broken)
    ended = call("run", str(SMALL))
    assert ended.status == 1
    one_line(ended, "unexpected RuntimeError: two lines", "USERFIRST_TRACEBACK=1")


# -- runs -------------------------------------------------------------------------------------


def test_a_run_shows_its_firms_and_stores_everything(call: Call) -> None:
    ended = call("run", str(SMALL), "--seed", "7", "--out", "here")
    assert ended.status == 0
    assert "A small market   seed 7   300 people   20 weeks" in ended.out
    assert "Spendthrift" in ended.out
    (folder,) = Path("here").iterdir()
    assert folder.name.startswith("small-7-")
    assert f"\nhere/{folder.name} " in ended.out
    assert (folder / "series.parquet").is_file()
    again = call("plot", str(folder), "--out", "figures")
    assert again.status == 0
    drawn = again.out.split()
    assert {Path(path).suffix for path in drawn} == {".png", ".svg"}
    assert all(Path(path).stat().st_size > 1000 for path in drawn)


def test_json_is_one_object_and_the_digest_follows_the_seed(call: Call) -> None:
    found = [
        json.loads(call("run", str(SMALL), "--json", "--seed", seed, *more).out)
        for seed, more in (("0", ()), ("0", ("--threads", "2")), ("1", ()))
    ]
    assert found[0]["digest"] == found[1]["digest"] != found[2]["digest"]
    assert found[0]["seed"] == 0
    assert [row["firm"] for row in found[0]["firms"]] == [
        "Incumbent 1", "Incumbent 2", "Newcomer", "Spendthrift",
    ]  # fmt: skip
    assert Path(found[0]["stored"]).is_dir()
    few = call("run", str(SMALL), "--json", "--weeks", "3", "--people", "50")
    assert (json.loads(few.out)["weeks"], json.loads(few.out)["people"]) == (3, 50)
    dear = call("run", str(SMALL), "--json", "--set", "firms.0.offer.price=3")
    assert json.loads(dear.out)["digest"] != found[2]["digest"]


def test_a_disk_that_fills_up_while_storing(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    import sim.experiments.single

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "here/x")

    monkeypatch.setattr(sim.experiments.single, "store_run", full)
    ended = call("run", str(SMALL), "--out", "here")
    assert ended.status == 4
    one_line(ended, "No space left on device")
    assert "firm" not in ended.out  # nothing is shown as stored


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From its call on sweeps draw nothing, which takes most of their time."""
    import sim.cli.plot

    def drawn(study: object, folder: Path, found: object) -> list[Path]:
        return [folder / "survival.svg"]

    return lambda: monkeypatch.setattr(sim.cli.plot, "draw_study", drawn)


def test_a_sweep_ends_with_the_table_the_answer_and_the_figures(
    call: Call, undrawn: Callable[[], None]
) -> None:
    ended = call("sweep", str(SMALL), "--replicates", "6", "--jobs", "1", "--out", "here")
    assert ended.status == 0, ended.err
    lines = ended.out.splitlines()
    (top,) = (i for i, line in enumerate(lines) if line.startswith("  strategy   "))
    assert re.search("firms +alive at the end +weeks alive +users +customers", lines[top])
    names = {line.split()[0] for line in lines[top + 1 : top + 4]}
    assert names == {"customer-centric", "user-first", "user-first-unmonetised"}
    assert "0% (0 to" in ended.out  # the spendthrift never survives
    assert "6 paired runs" in " ".join(ended.out.split())
    assert (Path("here/small/figures") / "survival.svg").is_file()
    assert "6 of 6 runs" in ended.err
    undrawn()
    again = call("sweep", str(SMALL), "--replicates", "6", "--jobs", "1", "--out", "here")
    told = ended.out.partition("as PNG and SVG:")[0]
    assert again.out.startswith(told)
    assert "here/small/figures" in told


def test_failed_runs_are_status_3(
    call: Call, undrawn: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sim.market.model

    real = sim.market.model.simulate

    def sometimes(scenario, *, seed=None, **more):
        if seed is not None and seed % 2:
            raise RuntimeError("no luck")
        return real(scenario, seed=seed, **more)

    monkeypatch.setattr(sim.market.model, "simulate", sometimes)
    undrawn()
    ended = call("sweep", str(SMALL), "--replicates", "8", "--jobs", "1", "--out", "here")
    assert ended.status == 3
    assert "of 8 failed" in ended.err.splitlines()[-1]
    assert "customer-centric" in ended.out  # what was made is shown


# -- stopped from outside ---------------------------------------------------------------------


def started(*arguments: str, cwd: Path, stderr: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *arguments], cwd=cwd, env=environment(),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, text=True,
        start_new_session=True,
    )  # fmt: skip


def read_until(descriptor: int, words: bytes, seconds: float) -> bytes:
    """What a terminal shows until the words appear."""
    seen, until = b"", time.monotonic() + seconds
    while words not in seen and time.monotonic() < until:
        try:
            seen += os.read(descriptor, 4096)
        except OSError:  # the other side has closed
            break
    return seen


def test_ctrl_c_in_a_run(tmp_path: Path, userfirst: Userfirst) -> None:
    assert userfirst("run", str(SMALL), timeout=900).returncode == 0  # compiles, if need be
    ours, theirs = pty.openpty()
    arguments = ("run", str(SMALL), "--people", "300000", "--weeks", "5200", "--out", "here")
    with started(*arguments, cwd=tmp_path, stderr=theirs) as process:
        os.close(theirs)
        assert b"weeks" in read_until(ours, b"/5200", 60)  # the progress bar
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        shown = read_until(ours, b"kept", 20).decode()
        process.wait(20)
    os.close(ours)
    assert process.returncode == 130
    assert time.monotonic() - sent < 5
    assert "Traceback" not in shown
    assert "stopped; what was stored is kept" in shown
    assert list((tmp_path / "here").iterdir()) == []


def stored_runs(folder: Path) -> int:
    """How many runs a sweep has stored so far."""
    try:
        with sqlite3.connect(f"file:{folder / 'runs.sqlite'}?mode=ro", uri=True) as ledger:
            return int(ledger.execute("SELECT count(*) FROM runs").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_sweep_keeps_its_runs_and_goes_on(
    tmp_path: Path, userfirst: Userfirst, number: int
) -> None:
    arguments = ("sweep", str(SMALL), "--replicates", "4000", "--jobs", "2", "--out", "here")
    with started(*arguments, cwd=tmp_path, stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 240
        while stored_runs(tmp_path / "here/small") < 3 and time.monotonic() < until:
            time.sleep(0.1)
        sent = time.monotonic()
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert time.monotonic() - sent < 5
    last = err.strip().splitlines()[-1]
    assert "Traceback" not in err
    assert "of 4,000 runs are stored" in last
    kept = stored_runs(tmp_path / "here/small")
    assert kept >= 3
    assert last.endswith(f"continue with: userfirst {' '.join(arguments)}")
    arguments = tuple("40" if word == "4000" else word for word in arguments)
    done = userfirst(*arguments)
    assert done.returncode == 0, done.stderr
    assert stored_runs(tmp_path / "here/small") >= 40


# -- hostile surroundings ---------------------------------------------------------------------


@pytest.mark.slow
def test_same_digest_in_hostile_surroundings(userfirst: Userfirst, tmp_path: Path) -> None:
    """No home, odd locale, random hashes, plain ASCII output: the same bits or one clear line."""
    settings: list[dict[str, str | None]] = [
        {},
        {"HOME": None, "XDG_CACHE_HOME": None, "USER": None, "PYTHONHASHSEED": "123"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "PYTHONIOENCODING": "ascii"},
        {"TZ": "Pacific/Kiritimati", "TMPDIR": str(tmp_path)},
    ]
    digests = set()
    for setting in settings:
        done = userfirst("run", str(SMALL), "--json", env=setting)
        assert done.returncode == 0, done.stderr
        digests.add(json.loads(done.stdout)["digest"])
    assert len(digests) == 1
    assert userfirst("run", str(SMALL), env={"PYTHONIOENCODING": "ascii"}).returncode == 0
