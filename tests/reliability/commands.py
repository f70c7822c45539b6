"""The command itself as a process, on a study small enough to be swept many times."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conftest import environment

STUDY = """\
title: Tiny
scenario: users-not-customers
replicates: {replicates}
factors:
  market.network.effect: {{values: [0.0, 2.0]}}
"""
SMALL = ("--set", "people.count=200", "--set", "weeks=26")


def write_study(folder: Path, replicates: int) -> Path:
    """A study of two treatments with so many replicates."""
    path = folder / "tiny.yaml"
    path.write_text(STUDY.format(replicates=replicates))
    return path


def sweep_command(study: Path, out: Path, jobs: int = 2, *more: str) -> list[str]:
    """``userfirst sweep`` of the study, small."""
    return ["sweep", str(study), *SMALL, "--out", str(out), "--jobs", str(jobs), *more]


def begin(arguments: Sequence[str], **options: Any) -> subprocess.Popen[str]:
    """``userfirst`` with these arguments as a process group of its own, output piped."""
    env = environment(options.pop("env", None))
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *arguments],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )


def end(process: subprocess.Popen[str]) -> None:
    """End every process of the group, if any is left."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
