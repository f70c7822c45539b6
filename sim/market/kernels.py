"""Where compiled kernels are kept between runs: writable, and never older than their source.

numba looks only at a kernel's own file to tell whether its compiled code is current, not at
the files of the kernels that it calls.  So the folder of the cache carries a digest of every
file that holds a kernel: whatever changes, all of them are compiled afresh.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
FEATURES = "NUMBA_CPU_FEATURES"
VARIABLE = "NUMBA_CACHE_DIR"  # numba reads it when it is imported; worker processes inherit it
MAIN = "advance.advance-*.nbi"  # index of the kernel that runs the weeks


def kernel_files(folder: Path = HERE) -> list[Path]:
    """Files that hold compiled functions; a test holds that none is forgotten."""
    mark = re.compile(rb"\bnumba\b|\bnjit\b|\blean\b")
    return [
        path
        for path in sorted(folder.glob("*.py"))
        if path.name != Path(__file__).name and mark.search(path.read_bytes())
    ]


def source_digest(folder: Path = HERE) -> str:
    """Twelve hexadecimal digits of SHA-256 of every file of ``folder`` that holds a kernel."""
    h = hashlib.sha256()
    for path in kernel_files(folder):
        h.update(path.name.encode() + b"\0" + path.read_bytes())
    return h.hexdigest()[:12]


def _places() -> Iterator[Path]:
    """Where the cache may lie, the best first."""
    if chosen := os.environ.get(VARIABLE):
        yield Path(chosen)
    yield HERE / "__pycache__"
    if home := os.environ.get("XDG_CACHE_HOME") or os.environ.get("HOME"):
        yield Path(home) / ("" if os.environ.get("XDG_CACHE_HOME") else ".cache") / "userfirst"


def _widest() -> str:
    """This processor's features, vectors of 512 bits included where it has them.

    Its makers' default is 256, for the sake of the clock; here 512 are a tenth faster.
    """
    import llvmlite.binding as llvm

    features = llvm.get_host_cpu_features()
    if features.get("avx512f"):
        features["prefer-256-bit"] = False
    return str(features.flatten())


def _usable(folder: Path) -> bool:
    """Whether a file can be written there; the folder is made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _shared_temporary(name: str) -> Path:
    """A folder for temporary files that nobody else could have filled: compiled code runs."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"userfirst-{user}" / name
    try:
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        found = folder.parent.lstat()
        own = found.st_uid == user and not found.st_mode & 0o022 and not folder.parent.is_symlink()
    except OSError:
        own = False
    return folder if own and _usable(folder) else Path(tempfile.mkdtemp(prefix="userfirst-"))


def keep_kernels() -> Path:
    """Tell numba where to keep compiled kernels; returns the folder.

    Call before a kernel is declared.  ``NUMBA_CACHE_DIR`` is respected: the cache lies in it.
    """
    name = f"userfirst-{source_digest()}"
    for place in _places():
        folder = place if place.name == name else place / name
        if _usable(folder):
            break
    else:
        folder = _shared_temporary(name)
    os.environ[VARIABLE] = str(folder)
    if "NUMBA_CPU_NAME" not in os.environ:
        os.environ.setdefault(FEATURES, _widest())
    if "numba" in sys.modules:  # somebody else's import was first: it has read its settings
        sys.modules["numba"].config.CACHE_DIR = str(folder)
    return folder


def cache_folder() -> Path:
    """Where compiled kernels are kept, as ``keep_kernels`` chose."""
    return Path(os.environ[VARIABLE])


def kernel_is_cold() -> bool:
    """Whether the next run has to compile the model first."""
    return next(cache_folder().rglob(MAIN), None) is None
