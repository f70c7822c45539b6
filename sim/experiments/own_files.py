"""Files of a person's own strategies beside the results that they made.

A folder of results keeps a copy of each in ``strategies/``, named by its digest; its scenario
and study name the copies, with the whole digest beside, so that they say what was run also
after the file they came from has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.errors import StoreError
from sim.scenario.own import KEY, Source, copy_name, is_own, named, own_in

if TYPE_CHECKING:
    from sim.experiments.study import Study
    from sim.scenario.schema import Kind, Scenario
    from sim.strategies.own import OwnCode

FOLDER = "strategies"


class NotAllowed(StoreError):  # noqa: N818 - it reads as what it says
    """Stored runs made by a person's own code, which was not allowed to run."""

    status = 2


def sources_of(scenarios: Iterable[Scenario]) -> tuple[Source, ...]:
    """The files that these scenarios run, which must have been admitted; once each."""
    found: dict[str, str] = {}
    for scenario in scenarios:
        found.update(own_in(scenario))
    if not found:
        return ()
    from sim.strategies.own import admitted

    return tuple(admitted(sha256) for sha256 in found)


def copies_of(scenarios: Iterable[Scenario]) -> dict[str, str]:
    """Texts of these scenarios' files by their place in a folder of results."""
    return {f"{FOLDER}/{source.copy}": source.text for source in sources_of(scenarios)}


def with_copies(scenario: Scenario, below: str = FOLDER) -> Scenario:
    """The scenario with its files named as the copies in ``below``, for a file to be stored."""
    if not own_in(scenario):
        return scenario

    def kept(group: Kind) -> Any:
        return group.model_copy(update={"strategy": _kept(group.strategy, below)})

    kinds = tuple(map(kept, scenario.entry.kinds))
    entry = scenario.entry.model_copy(update={"kinds": kinds})
    firms = tuple(map(kept, scenario.firms))
    return scenario.model_copy(update={"firms": firms, "entry": entry})


def _kept(choice: Any, below: str) -> Any:
    """A resolved choice of a strategy, its file named as the copy; others as they are."""
    file = named(str(choice.get("use"))) if isinstance(choice, dict) and KEY in choice else None
    if file is None:
        return choice
    name = copy_name(Path(file.file).name, str(choice[KEY]))
    return {**choice, "use": f"{below}/{name}:{file.strategy}"}


def own_words(study: Study, folder: Path, code: OwnCode) -> dict[str, str]:
    """Digests of the files that a study itself names, by the words that name them.

    folder: of the study's file.
    """
    found = {}
    for word in sorted(set(_texts(study.model_dump(exclude_unset=True)))):
        file = named(word) if is_own(word) else None
        if file is not None and (sha256 := code.digest_of(folder / file.file)):
            found[word] = sha256
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def study_with_copies(value: Any, own: Mapping[str, str]) -> Any:
    """A study's values with its files named as the copies; own: of ``own_words``."""
    if isinstance(value, str) and value in own:
        return _kept({"use": value, KEY: own[value]}, FOLDER)
    if isinstance(value, Mapping):
        use = value.get("use")
        if isinstance(use, str) and use in own:
            return _kept({**value, KEY: own[use]}, FOLDER)
        if KEY in value:  # resolved already, as a tournament's firms are
            return _kept(value, FOLDER)
        return {key: study_with_copies(each, own) for key, each in value.items()}
    return [study_with_copies(e, own) for e in value] if isinstance(value, list | tuple) else value


def changed_since(folder: Path, scenarios: Iterable[Scenario]) -> list[str]:
    """Names of these scenarios' files of which a folder has copies, but none like them."""
    there = {path.name for path in (folder / FOLDER).glob("*.py")}
    found = []
    for source in sources_of(scenarios):
        stem = source.name.removesuffix(".py")
        others = [name for name in there if name.rpartition("-")[0] == stem]
        if others and source.copy not in there:
            found.append(source.name)
    return found


def runs_code(folder: Path) -> bool:
    """Whether a folder of results keeps files of a person's own strategies."""
    return any((folder / FOLDER).glob("*.py"))


def admit_copies(folder: Path, scenario: Scenario, *, allowed: bool) -> list[Path]:
    """Let a stored run use the copies of its files, and say which they are.

    Raises NotAllowed, and StoreError for a copy that is not as it was stored.
    """
    paths = {s: folder / FOLDER / copy_name(name, s) for s, name in own_in(scenario).items()}
    if not paths:
        return []
    if not allowed:
        files = ", ".join(map(str, paths.values()))
        raise NotAllowed(f"this run runs code from {files}; allow it with --allow-code")
    from sim.strategies.own import admit

    for sha256, path in paths.items():
        admit(_as_stored(path, sha256))
    return list(paths.values())


def _as_stored(path: Path, sha256: str) -> Source:
    from sim.scenario.faults import ScenarioFaults
    from sim.scenario.file_text import read_text
    from sim.scenario.own import original_name

    try:
        text = read_text(path, str(path)).replace("\r\n", "\n")
    except ScenarioFaults as found:
        raise StoreError(str(found)) from None
    source = Source(original_name(path.name, sha256), text)
    if source.sha256 != sha256:
        raise StoreError(f"{path} is not the file that the run was made with: it has changed")
    return source
