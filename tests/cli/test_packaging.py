"""What a clone and an installed package must have: pins, the catalogue, a Makefile that tells."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, environment

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINS = (ROOT / ".ci" / "constraints.txt").read_text("utf-8").splitlines()


def plain(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_pinned_exactly_and_without_an_address() -> None:
    pins = [line for line in PINS if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", line) for line in pins)
    pinned = {plain(line.split("==")[0]) for line in pins}
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *(each for extra in extras.values() for each in extra)]
    names = {plain(re.split(r"[\[<>=!~ ]", each)[0]) for each in wanted}
    assert names - {plain(PROJECT["name"])} <= pinned  # an extra may name another one
    assert {"mesa", "numba", "pytest"} <= names


def test_what_builds_the_package_is_pinned_and_installed_before_it() -> None:
    rule = (ROOT / "Makefile").read_text("utf-8")
    (line,) = re.findall(r"^BUILDERS := (.+)$", rule, re.MULTILINE)
    builders = {plain(name) for name in line.split()}
    pinned = {plain(line.split("==")[0]) for line in PINS}
    assert {"pip", *builders} <= pinned
    system = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]
    assert {plain(re.split(r"[<>=!~ ]", each)[0]) for each in system["requires"]} <= builders
    assert rule.index("pip $(BUILDERS)") < rule.index("--editable .\n")


def needed() -> list[str]:
    """What an installed package reads besides its modules, under its name in the wheel."""
    sources = [path for path in (ROOT / "sim").rglob("*") if path.suffix in (".j2", ".css", ".md")]
    studies = (ROOT / "scenarios").rglob("*.yaml")
    found = [path.relative_to(ROOT).as_posix() for path in sources]
    found += [f"sim/_scenarios/{p.relative_to(ROOT / 'scenarios').as_posix()}" for p in studies]
    assert {"sim/report/page.html.j2", "sim/report/page.css"} <= set(found)
    assert {f"sim/_scenarios/studies/{name}.yaml" for name in ("tournament", "sensitivity")} <= set(
        found
    )
    return found


@pytest.mark.slow
def test_an_installed_package_brings_the_catalogue(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in ("sim", "scenarios"):
        skipped = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, source / name, ignore=skipped)
    for name in ("pyproject.toml", "README.md", "LICENSE", "CITATION.cff"):
        shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--quiet"]
    subprocess.run([*build, "-w", tmp_path, source], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    done = subprocess.run(
        [sys.executable, "-m", "sim", "scenarios"], cwd=tmp_path, text=True, check=False,
        env=environment({"PYTHONPATH": str(tmp_path / "site")}), capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    names = [path.stem for path in (ROOT / "scenarios").glob("*.yaml")]
    assert [name for name in names if f"  {name} " not in done.stdout] == []
    brought = [path.relative_to(tmp_path / "site").as_posix() for path in
               (tmp_path / "site").rglob("*")]  # fmt: skip
    assert [path for path in needed() if path not in brought] == []


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with the Makefile and what it looks at."""
    (tmp_path / ".ci").mkdir()
    for name in ("Makefile", "pyproject.toml", ".ci/constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("sim", "tests", "results"):
        (tmp_path / name).mkdir()
    return tmp_path


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment({"MAKEFLAGS": None, "MAKELEVEL": None}),
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("target", ["run", "test"])
def test_an_old_python_is_said_in_one_line(clone: Path, target: str) -> None:
    old = clone / "old-python"
    old.write_text('#!/bin/sh\ncase "$*" in *version_info*) exit 1;; esac\nexit 0\n')
    old.chmod(0o755)
    done = make(clone, target, f"PYTHON={old}")
    assert done.returncode != 0
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1
    assert "Python 3.11 or later" in said[0]
    assert not (clone / ".venv").exists()


def test_a_python_without_venv_is_said_in_one_line(clone: Path) -> None:
    bare = clone / "bare-python"
    bare.write_text('#!/bin/sh\ncase "$*" in *venv*) exit 1;; esac\nexit 0\n')
    bare.chmod(0o755)
    done = make(clone, "run", f"PYTHON={bare}")
    assert done.returncode != 0
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1
    assert "venv" in said[0]


def test_clean_keeps_results(clone: Path) -> None:
    (clone / "results" / "hours-of-work").touch()
    (clone / ".venv").mkdir()
    (clone / "sim" / "__pycache__").mkdir()
    assert make(clone, "clean").returncode == 0
    assert (clone / "results" / "hours-of-work").exists()
    assert not (clone / ".venv").exists()
    assert not (clone / "sim" / "__pycache__").exists()
