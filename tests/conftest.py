"""What every test may rely on: no trace of the person's own settings, results kept apart."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
Userfirst = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def userfirst(tmp_path: Path) -> Userfirst:
    """Run the command in a process of its own, in an empty folder.

    ``userfirst("run", "x", env={...}, timeout=60)`` gives the completed process with
    ``returncode``, ``stdout`` and ``stderr`` as text.
    """

    def run(
        *arguments: str,
        env: dict[str, str | None] | None = None,
        cwd: Path | None = None,
        timeout: float = 300,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sim", *arguments],
            cwd=cwd or tmp_path,
            env=environment(env),
            capture_output=True,
            text=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    return run


def environment(changes: dict[str, str | None] | None = None) -> dict[str, str]:
    """This process's environment with the source importable; None removes a variable."""
    env: dict[str, str | None] = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120"}
    env.update(changes or {})
    return {name: value for name, value in env.items() if value is not None}
