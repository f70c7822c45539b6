"""Work that another process does meanwhile, where there is a processor for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.experiments.executors import cores

ROOT = Path(__file__).resolve().parents[2]  # where the package ``sim`` lies


@contextmanager
def beside(module: str, *arguments: str) -> Iterator[subprocess.Popen[str] | None]:
    """``python -m module arguments`` running meanwhile; what it prints waits in its ``stdout``.

    None where there is one processor, or no process to be had: whoever asks can do without.  It
    ends with the block.
    """
    child = None
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    if cores() > 1:
        try:
            child = subprocess.Popen(
                [sys.executable, "-m", module, *arguments], env={**os.environ, "PYTHONPATH": path},
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True,
            )  # fmt: skip
        except OSError:
            child = None
    try:
        yield child
    finally:
        if child is not None:
            child.kill()
            child.communicate()
