"""Strategies from a person's own file: loaded only when they were let in, one module a text.

``admit`` is the door: a text that was not admitted in this process is never run, whatever
a scenario says.  The command line admits what ``--allow-code`` allows; a worker process
admits what its sweep sends along.
"""

from __future__ import annotations

import linecache
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from sim.scenario.faults import shown, way_out
from sim.scenario.file_text import read_text
from sim.scenario.folders import exists, label
from sim.scenario.own import KEY, CodeFault, Source, named, original_name
from sim.strategies.base import Options, Strategy
from sim.strategies.objectives import OBJECTIVES
from sim.strategies.rules import check_decision

LONGEST_SAID = 300  # characters of what an exception says
_SOURCES: dict[str, Source] = {}  # by digest
_MODULES: dict[str, ModuleType | CodeFault] = {}  # by digest; a file that fails is run once too
_LOCK = RLock()  # runs in threads make their firms at the same time


def admit(source: Source) -> None:
    """Let this text be run by whatever names its digest, from now on in this process."""
    _SOURCES[source.sha256] = source


def admitted(sha256: str) -> Source:
    """The text that was admitted under this digest; raises CodeFault where none was."""
    if sha256 not in _SOURCES:
        raise CodeFault("runs code of a person's own, which was not allowed (--allow-code)")
    return _SOURCES[sha256]


class OwnCode:
    """Files that scenarios name, read once each, admitted and loaded: the permission to do so.

    folders: where paths count from in what is no file, by its name in faults.
    """

    def __init__(self, folders: Mapping[str, Path] | None = None) -> None:
        self._folders = dict(folders or {})
        self._read: dict[Path, Source] = {}
        self._names: dict[str, Source] = {}

    def folder(self, file: str) -> Path | None:
        """Where paths count from in what is no file of the scenario, such as ``--set``."""
        return self._folders.get(file)

    def is_missing(self, path: Path) -> bool:
        """Whether there is no such file to read."""
        return not exists(path)

    def source(self, path: Path, sha256: str | None) -> Source:
        """The file's text; raises ScenarioFaults where it is none, CodeFault if not as said."""
        real = path.resolve()
        if real not in self._read:
            text = read_text(path, label(path)).replace("\r\n", "\n")
            name = original_name(path.name, Source("", text).sha256)
            self._read[real] = Source(name, text)
        source = self._read[real]
        if sha256 not in (None, source.sha256):
            raise CodeFault(
                f"{label(path)} is not the file that is meant here: its sha256 is "
                f"{source.sha256[:12]}..., not {shown(str(sha256)[:12])}..."
            )
        if (other := self._names.setdefault(source.name, source)).text != source.text:
            raise CodeFault(f"two different files are named {other.name}; rename one of them")
        return source

    def digest_of(self, path: Path) -> str | None:
        """Digest of a file that was read, None of others."""
        source = self._read.get(path.resolve())
        return source.sha256 if source else None

    def options(self, source: Source, strategy: str) -> type[BaseModel]:
        """Load the file and give the options of this class; raises CodeFault."""
        admit(source)
        return loaded(source.sha256, strategy).Options

    def tried(self, choice: Mapping[str, Any]) -> None:
        """Make the strategy once and ask its terms of entry; raises CodeFault."""
        name, options = str(choice["use"]), dict(choice)
        del options["use"]
        strategy = make(name, options)
        try:
            faults = check_decision(strategy.enter())
        except (Exception, SystemExit) as error:
            raise CodeFault(f"enter raised {said(error)}", line_of(error)) from error
        if faults:
            raise CodeFault(f"{name} cannot enter: {one_line('; '.join(faults))}")


class Remembered(OwnCode):
    """The same for files that were read and admitted before: named by their digest alone."""

    def is_missing(self, path: Path) -> bool:
        """No file is read."""
        return False

    def source(self, path: Path, sha256: str | None) -> Source:
        """The admitted text; raises CodeFault where there is none."""
        return admitted(sha256 or "")


def loaded(sha256: str, strategy: str) -> type[Strategy]:
    """The class of an admitted file, what it leaves out filled in; raises CodeFault."""
    source = admitted(sha256)
    with _LOCK:
        module = _module(source)
        found = vars(module).get(strategy)
        if found is None:
            there = [name for name, each in vars(module).items() if _is_strategy(each, module)]
            raise CodeFault(f"{source.name} has no class {strategy}{way_out(strategy, there)}")
        if not _is_strategy(found):
            raise CodeFault(
                f"{strategy} in {source.name} must be a class derived from sim.strategies.Strategy"
            )
        return _completed(found, source, strategy)


def make(name: str, options: Mapping[str, Any]) -> Strategy:
    """A new strategy of a resolved choice; raises CodeFault, and ValidationError for options."""
    said_of = dict(options)
    found, sha256 = named(name), str(said_of.pop(KEY, ""))
    if found is None:
        raise CodeFault(f"no strategy {name!r}")
    strategy = loaded(sha256, found.strategy)
    given = strategy.Options.model_validate(said_of)
    try:
        return strategy(given)
    except (Exception, SystemExit) as error:
        raise CodeFault(f"making {name} raised {said(error)}", line_of(error)) from error


def said(error: BaseException) -> str:
    """``ZeroDivisionError: division by zero (mine.py, line 12)``, one line."""
    try:
        text = one_line(f"{type(error).__name__}: {error}".removesuffix(": "))
    except Exception:  # an exception of a person's own may fail even at saying what it is
        text = type(error).__name__
    places = [f"{frame.filename}, line {frame.lineno}" for frame in _own_frames(error)]
    return f"{text} ({places[-1]})" if places else text


def line_of(error: BaseException) -> int:
    """The last line of an admitted file that an exception came through, 0 for none."""
    lines = [frame.lineno or 0 for frame in _own_frames(error)]
    return lines[-1] if lines else 0


def one_line(text: str) -> str:
    """Text without line breaks, at most LONGEST_SAID characters of it."""
    short = " ".join(text[: 2 * LONGEST_SAID].split())
    return short if len(short) <= LONGEST_SAID else short[:LONGEST_SAID] + "..."


def _own_frames(error: BaseException) -> Iterator[traceback.FrameSummary]:
    files = {source.name for source in _SOURCES.values()}
    frames = traceback.extract_tb(error.__traceback__)
    return (frame for frame in frames if frame.filename in files)


def _module(source: Source) -> ModuleType:
    """The file's module, run once in this process; raises CodeFault."""
    if source.sha256 not in _MODULES:
        try:
            _MODULES[source.sha256] = _run(source)
        except CodeFault as fault:
            _MODULES[source.sha256] = fault
    found = _MODULES[source.sha256]
    if isinstance(found, CodeFault):
        raise found
    return found


def _run(source: Source) -> ModuleType:
    # tracebacks shall show its lines, also where only the text travelled
    lines = source.text.splitlines(keepends=True)
    linecache.cache[source.name] = (len(source.text), None, lines, source.name)
    try:
        code = compile(source.text, source.name, "exec", dont_inherit=True)
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        raise CodeFault(f"must be Python: {one_line(error.msg)}", line, column) from error
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise CodeFault(f"must be Python: {said(error)}", 1, 1) from error
    module = ModuleType(f"userfirst_own_{source.sha256[:16]}")
    module.__file__ = source.name
    sys.modules[module.__name__] = module  # where dataclasses and pydantic look up its names
    try:
        exec(code, vars(module))
    except (Exception, SystemExit) as error:
        del sys.modules[module.__name__]
        line = line_of(error) or 1
        raise CodeFault(f"raised {said(error)} when it was loaded", line) from error
    return module


def _is_strategy(found: object, module: ModuleType | None = None) -> bool:
    """Whether something is a class of strategies; module: and was made there."""
    if not (isinstance(found, type) and issubclass(found, Strategy)) or found is Strategy:
        return False
    return module is None or found.__module__ == module.__name__


def _completed(found: type[Strategy], source: Source, strategy: str) -> type[Strategy]:
    """The class with what the contract asks of it, where the person left it out."""
    where = f"{strategy} in {source.name}"
    for name in ("line", "source", "objective"):
        if not isinstance(said_there := getattr(found, name), str):
            raise CodeFault(f"{where}: {name} must be text, got {shown(repr(said_there))}")
    if found.objective and found.objective not in OBJECTIVES:
        known = way_out(found.objective, list(OBJECTIVES))
        raise CodeFault(f"{where}: no objective {shown(found.objective)}{known}")
    if not (isinstance(found.Options, type) and issubclass(found.Options, Options)):
        raise CodeFault(f"{where}: Options must be derived from sim.strategies.Options")
    if found.enter is Strategy.enter:
        raise CodeFault(f"{where} has no terms of entry: it must have enter(self), a Decision")
    found.name = f"{source.name}:{strategy}"  # as results call it
    found.line = found.line or one_line((found.__doc__ or "A strategy of one's own.").strip())
    found.source = found.source or source.name
    found.objective = found.objective or next(iter(OBJECTIVES))
    return found
