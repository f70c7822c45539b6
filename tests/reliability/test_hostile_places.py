"""Row 17: the same table in any place: hash seeds, locales, clocks, one processor, no home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, environment

Env = dict[str, str | None]
HOMELESS: Env = {"HOME": None, "XDG_CACHE_HOME": None, "USER": None, "TMPDIR": None}


def swept(out: Path, env: Env, *how: str, before: tuple[str, ...] = (), **options: Any) -> str:
    """What a sweep of its own process prints: digest and decimal point, then no damage."""
    done = subprocess.run(
        [*before, sys.executable, "-m", "tests.reliability.hostile_alone", str(out), *how],
        env=environment(env), cwd=options.pop("cwd", ROOT), capture_output=True, text=True,
        timeout=900, check=False, **options,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    table, damage = done.stdout.splitlines()
    assert damage == "no damage"
    return table


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The table in the place where the tests run."""
    table = swept(tmp_path_factory.mktemp("usual"), {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"})
    assert table.endswith(" .")
    return table


PLACES: dict[str, Env] = {
    "another hash seed": {"PYTHONHASHSEED": "4242"},
    "a third hash seed, no home": {"PYTHONHASHSEED": "977", **HOMELESS},
    "plain ASCII": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_variables_do_not_count(tmp_path: Path, usual: str, place: str) -> None:
    assert swept(tmp_path, PLACES[place]) == usual


def alone() -> None:
    """Keep this process to one processor."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])


@pytest.mark.slow
def test_one_processor_and_a_clock_that_runs_backwards(tmp_path: Path, usual: str) -> None:
    assert swept(tmp_path, {}, "clock", preexec_fn=alone) == usual


@pytest.fixture(scope="module")
def turkish(tmp_path_factory: pytest.TempPathFactory) -> Env:
    """A Turkish locale, made here where the system has none: dotless i, comma for a point."""
    folder = tmp_path_factory.mktemp("locales")
    made = shutil.which("localedef") is not None and subprocess.run(
        ["localedef", "-i", "tr_TR", "-f", "UTF-8", str(folder / "tr_TR.UTF-8")],
        capture_output=True, check=False,
    ).returncode in (0, 1)  # fmt: skip
    if not made or not (folder / "tr_TR.UTF-8").is_dir():
        pytest.skip("no Turkish locale here, and none can be made (Debian's package locales)")
    return {"LOCPATH": str(folder), "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}


@pytest.mark.slow
def test_a_turkish_locale_does_not_count(tmp_path: Path, usual: str, turkish: Env) -> None:
    table = swept(tmp_path, turkish)
    assert table.endswith(" ,"), "the locale was not in force"
    assert table.split()[0] == usual.split()[0]


def test_all_of_it_at_once(tmp_path: Path, usual: str, turkish: Env) -> None:
    """The short form of the tests above."""
    env = {**turkish, **PLACES["a third hash seed, no home"]}
    table = swept(tmp_path, env, "clock", preexec_fn=alone)
    assert table.split() == [usual.split()[0], ","]


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """The package in a folder that nobody may write to, and what makes root a nobody."""
    place = tmp_path / "closed"
    copy_tests = shutil.ignore_patterns("__pycache__", "results", ".*")
    for name in ("sim", "tests", "scenarios"):
        shutil.copytree(ROOT / name, place / name, ignore=copy_tests)
    folders = [Path(each) for each, *_ in os.walk(place)]
    for folder in folders:
        folder.chmod(0o555)
    before: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root writes anywhere, and there is no setpriv to prevent it")
        before = ("setpriv", "--bounding-set=-dac_override")
    yield place, before
    for folder in folders:
        folder.chmod(0o755)


@pytest.mark.slow
def test_where_nothing_can_be_written_but_the_results(
    tmp_path: Path, usual: str, closed: tuple[Path, tuple[str, ...]]
) -> None:
    """The package, the working folder and the home are read-only, and nothing is compiled yet.

    Since the model has to be compiled for this, it is for a plain processor: row 5 as well.
    """
    place, before = closed
    shielded = [*before, sys.executable, "-c", f"open({str(place / 'probe')!r}, 'w')"]
    refused = subprocess.run(shielded, capture_output=True, text=True, check=False)
    assert "Permission denied" in refused.stderr, "the folder can be written to after all"
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    env: Env = {
        **HOMELESS, "PYTHONPATH": str(place), "TMPDIR": str(temporary), "NUMBA_CACHE_DIR": None,
        "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "",
    }  # fmt: skip
    assert swept(tmp_path / "out", env, before=before, cwd=place) == usual
    assert list(temporary.glob("userfirst-*")), "compiled kernels are kept where they can be"
