"""Where scenarios lie: the catalogue, files beside it, and what a file may point to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import sim
from sim.scenario.faults import Fault, Mark, ScenarioFaults, shown, single, way_out

SUFFIX = ".yaml"


def catalogue_folder() -> Path:
    """The folder of the scenarios that come along: in a checkout, or inside the package."""
    package = Path(sim.__file__).resolve().parent
    packed = package / "_scenarios"
    return packed if packed.is_dir() else package.parent / "scenarios"


def catalogue_names(folder: Path | None = None) -> list[str]:
    """The names of the catalogue's scenarios, sorted; none when there is no such folder."""
    return names_in(folder or catalogue_folder(), SUFFIX)


def names_in(folder: Path, suffix: str) -> list[str]:
    """Names, without suffix, of the visible files of a folder that have it; sorted."""
    try:
        with os.scandir(folder) as entries:
            found = [each.name for each in entries if not each.name.startswith(".")]
    except (OSError, ValueError):
        return []
    return sorted(name.removesuffix(suffix) for name in found if name.endswith(suffix))


def find(name_or_path: str | Path) -> Path:
    """The file that a path or the name of a catalogue scenario stands for.

    A file goes before a name of the catalogue.  Raises ScenarioFaults with near names.
    """
    given = os.fspath(name_or_path)
    path = Path(given)
    if exists(path) and not path.is_dir():
        return path
    named = catalogue_folder() / f"{given}{SUFFIX}"
    if given in catalogue_names():
        return named
    if exists(path):
        raise ScenarioFaults(
            [Fault(given or ".", 1, 1, "", "must be a file, but it is a directory")]
        )
    raise ScenarioFaults([Fault(shown(given), 1, 1, "", f"no such scenario{_near_paths(given)}")])


def exists(path: Path) -> bool:
    """Whether something is there; what cannot be a path is not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def label(path: Path) -> str:
    """How messages name a file: from the working folder where it is inside, else in full."""
    if not path.is_absolute():
        return str(path)
    try:
        return str(path.relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(path)


def beside(
    name: str, folder: Path, suffix: str, mark: Mark, key: str, *, own: Path | None = None
) -> Path:
    """The file that a scenario in ``folder`` points to by a relative ``name``.

    own: the file that points, where it may bear the name of what it means; it is passed over.
    Looks in ``folder``, then in the catalogue; the file must lie inside one of them, links
    followed.  Raises ScenarioFaults at ``mark`` when it does not, or is not there.
    """
    homes = [folder.resolve(), catalogue_folder().resolve()]
    for home in homes:
        for candidate in dict.fromkeys((home / name, home / f"{name}{suffix}")):
            if candidate.suffix != suffix:
                continue
            if not _inside(candidate, homes):
                raise single(mark, key, f"must stay inside its own folder, got {shown(name)}")
            itself = own is not None and candidate.resolve() == own.resolve()
            if exists(candidate) and not candidate.is_dir() and not itself:
                return candidate
    names = _relative_names(name, homes, suffix)
    raise single(mark, key, f"{shown(name)} not found{way_out(name, names)}")


def _inside(path: Path, homes: Sequence[Path]) -> bool:
    try:
        real = path.resolve()
    except (OSError, ValueError, RuntimeError):  # RuntimeError: a loop of links, before 3.13
        return False
    return any(real.is_relative_to(home) for home in homes)


def _relative_names(name: str, homes: Sequence[Path], suffix: str) -> list[str]:
    """What there is in the folder that ``name`` points to, as a scenario would write it."""
    below = name.rpartition("/")[0]
    found: dict[str, None] = {}
    for home in homes:
        if not _inside(home / below, homes):
            continue
        for each in names_in(home / below, suffix):
            found[f"{below}/{each}" if below else each] = None
    return list(found)


def _near_paths(given: str) -> str:
    """The way out for a name nobody has: scenarios of the catalogue and files beside it."""
    folder, stem = os.path.split(given)
    if folder or given.endswith(SUFFIX):
        beside_it = [f"{each}{SUFFIX}" for each in names_in(Path(folder or "."), SUFFIX)]
        return way_out(stem, beside_it)
    return way_out(given, catalogue_names())
