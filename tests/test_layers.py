"""The rooms of the house: each may import itself and rooms above it, never one below."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SIM = Path(__file__).resolve().parents[1] / "sim"
# From the top of the house down; a room may import only rooms that stand before it.
ROOMS = (
    "scenario",
    "strategies",
    "market",
    "experiments",
    "analysis",
    "plots",
    "report",
    "history",
    "lab",
    "cli",
)
# What a room must not know although it stands above: strategies know no scenario files, the
# analysis knows no engine, plots know nothing but results. Names of measures are for all.
UNKNOWN = {
    "strategies": ("sim.scenario.read",),
    "analysis": ("sim.market.model", "sim.market.week", "mesa", "numba"),
    "plots": ("sim.market.model", "sim.market.week", "sim.scenario", "mesa", "numba"),
    "scenario": ("mesa", "numba", "numpy", "scipy", "pandas"),
}
SOURCES = sorted(SIM.rglob("*.py"))


def module_name(path: Path) -> str:
    """``sim.market.week`` for ``sim/market/week.py``."""
    parts = ("sim", *path.relative_to(SIM).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(source: str, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """Line and absolute name of everything that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = module.split(".")
            up = node.level - is_package
            base = parts[: len(parts) - up] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{start}.{alias.name}"


def room_of(module: str) -> str | None:
    """The room of a module, None for ``sim`` itself and for other packages."""
    parts = module.split(".")
    if parts[0] != "sim" or len(parts) < 2:
        return None
    return "cli" if parts[1] == "__main__" else parts[1]


def breaches(source: str, module: str, is_package: bool = False) -> list[str]:
    """Imports of a module that look down the house, or at what its room must not know."""
    own = room_of(module)
    found = []
    for line, name in imported(source, module, is_package):
        room = room_of(name)
        if room in ROOMS and (own is None or ROOMS.index(room) > ROOMS.index(own)):
            found.append(f"{module}:{line} imports {name}, a room below {own or 'sim'}")
        for hidden in UNKNOWN.get(own or "", ()):
            if name == hidden or name.startswith(f"{hidden}."):
                found.append(f"{module}:{line} imports {name}, which {own} must not know")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=[module_name(path) for path in SOURCES])
def test_imports_only_upward(path: Path) -> None:
    faults = breaches(path.read_text("utf-8"), module_name(path), path.name == "__init__.py")
    assert not faults, "\n".join(faults)


def test_every_folder_is_a_room() -> None:
    folders = {path.parent.relative_to(SIM).parts[0] for path in SIM.glob("*/**/*.py")}
    assert folders <= set(ROOMS)


@pytest.mark.parametrize(
    ("source", "module", "is_package", "n"),
    [
        ("from sim.cli.show import table", "sim.market.model", False, 1),
        ("def f():\n    import sim.plots.lines", "sim.analysis.survival", False, 1),
        ("from ..cli import show", "sim.market.model", False, 1),
        ("from ..cli import show", "sim.market", True, 1),
        ("from sim import cli", "sim.plots.lines", False, 1),
        ("from .lines import draw", "sim.plots", True, 0),
        ("from sim import __version__", "sim.scenario.read", False, 0),
        ("from sim.cli import main", "sim.__main__", False, 0),
        ("import sim.scenario.schema", "sim", True, 1),
        ("import numba", "sim.plots.lines", False, 1),
        ("import numbers", "sim.plots.lines", False, 0),
        ("from sim.market.measures import index", "sim.plots.lines", False, 0),
    ],
)
def test_a_breach_is_seen(source: str, module: str, is_package: bool, n: int) -> None:
    assert len(breaches(source, module, is_package)) == n
