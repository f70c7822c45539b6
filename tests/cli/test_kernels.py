"""The cache of compiled kernels: keyed by their source, in a place that can be written."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import pytest

from sim.market import kernels

NOWHERE = Path("/dev/null/cache")  # a folder inside a file: nobody can make it, not even root


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in (kernels.VARIABLE, "XDG_CACHE_HOME", "HOME"):
        # set first: what the code under test writes is undone after the test
        monkeypatch.setenv(name, "x")
        monkeypatch.delenv(name)
    monkeypatch.setitem(__import__("sys").modules, "numba", None)
    monkeypatch.delitem(__import__("sys").modules, "numba")
    return monkeypatch


def test_digest_follows_every_file_with_a_kernel(tmp_path: Path) -> None:
    caller, callee = tmp_path / "advance.py", tmp_path / "week.py"
    caller.write_text("@njit\ndef advance(): week()\n")
    callee.write_text("@njit\ndef week(): pass\n")
    (tmp_path / "model.py").write_text("def model(): pass\n")
    before = kernels.source_digest(tmp_path)
    (tmp_path / "model.py").write_text("def model(): return 1\n")
    assert kernels.source_digest(tmp_path) == before
    callee.write_text("@njit\ndef week(): return 1\n")
    assert kernels.source_digest(tmp_path) != before


def test_no_compiled_function_is_forgotten() -> None:
    """A kernel whose file is not in the digest would stay in use after a change of its source."""
    from numba.core.dispatcher import Dispatcher

    compiled: set[Path] = set()
    for path in kernels.HERE.glob("*.py"):
        module = importlib.import_module(f"sim.market.{path.stem}")
        found = [each for each in vars(module).values() if isinstance(each, Dispatcher)]
        compiled |= {Path(each.py_func.__code__.co_filename).resolve() for each in found}
    assert len(compiled) > 3
    assert compiled <= set(kernels.kernel_files())


def test_beside_the_source_first(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clean.setattr(kernels, "HERE", tmp_path)
    folder = kernels.keep_kernels()
    assert folder.parent == tmp_path / "__pycache__"
    assert folder.is_dir()
    assert os.environ[kernels.VARIABLE] == str(folder)


def test_the_users_cache_where_the_source_is_read_only(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clean.setattr(kernels, "HERE", NOWHERE)
    clean.setenv("HOME", str(tmp_path))
    assert kernels.keep_kernels().parent == tmp_path / ".cache" / "userfirst"
    clean.delenv(kernels.VARIABLE)
    clean.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert kernels.keep_kernels().parent == tmp_path / "xdg" / "userfirst"


def test_a_temporary_place_where_nothing_else_can_be_written(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clean.setattr(kernels, "HERE", NOWHERE)
    clean.setattr(kernels.tempfile, "tempdir", str(tmp_path))
    folder = kernels.keep_kernels()
    assert folder.parent == tmp_path / f"userfirst-{os.getuid()}"
    assert not folder.parent.stat().st_mode & 0o077


def test_a_temporary_place_that_others_could_have_filled_is_not_trusted(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clean.setattr(kernels, "HERE", NOWHERE)
    clean.setattr(kernels.tempfile, "tempdir", str(tmp_path))
    bait = tmp_path / f"userfirst-{os.getuid()}"
    bait.mkdir()
    bait.chmod(0o777)
    folder = kernels.keep_kernels()
    assert bait not in folder.parents
    assert folder.is_dir()


def test_a_chosen_place_is_respected_and_not_nested(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clean.setenv(kernels.VARIABLE, str(tmp_path))
    folder = kernels.keep_kernels()
    assert folder.parent == tmp_path
    assert kernels.keep_kernels() == folder  # a worker process inherits it


def test_cold_until_the_main_kernel_is_there(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clean.setenv(kernels.VARIABLE, str(tmp_path))
    folder = kernels.keep_kernels()
    assert kernels.kernel_is_cold()
    (folder / "sub").mkdir()
    (folder / "sub" / "advance.advance-96.py311.nbi").touch()
    assert not kernels.kernel_is_cold()
