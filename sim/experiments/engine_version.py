"""Which model made a run: the version that people raise, and a digest of the model's own source.

``MODEL_VERSION`` is raised by hand, and can be forgotten.  A result stored under one source
must never be taken for a result of another, so the name of the model carries a digest of
every source file that can change a trajectory; a changed comment costs runs made again, a
forgotten version would cost wrong ones.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import sim

ROOMS = ("market", "strategies")  # what can change a trajectory once the scenario is resolved
DIGITS = 10


def model_version() -> str:
    """``MODEL_VERSION`` and a digest of the sources of ``ROOMS``, such as ``1-0f3a9c52d1``."""
    from sim.market.result import MODEL_VERSION

    return f"{MODEL_VERSION}-{_own_digest()}"


def source_digest(folders: Sequence[Path]) -> str:
    """Ten hexadecimal digits of SHA-256 of names and contents of all Python files below.

    Line ends do not count: a checkout on another system is the same model.
    """
    h = hashlib.sha256()
    for folder in folders:
        for name in _python_files(str(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                source = file.read().replace(b"\r\n", b"\n")
            h.update(f"{folder.name}/{name} {len(source)}\n".encode() + source)
    return h.hexdigest()[:DIGITS]


def _python_files(folder: str) -> list[str]:
    """Names of the Python files below a folder, relative to it, sorted."""
    found = []
    for below, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        inside = os.path.relpath(below, folder).replace(os.sep, "/")
        prefix = "" if inside == "." else f"{inside}/"
        found += [prefix + name for name in names if name.endswith(".py")]
    return sorted(found)


@cache
def _own_digest() -> str:
    """Digest of this installation, read once: what runs is what was there at the start."""
    package = Path(sim.__file__).resolve().parent
    return source_digest([package / room for room in ROOMS])
