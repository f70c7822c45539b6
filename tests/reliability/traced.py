"""Sweeps in which the system does something to the k-th call of a kind, by strace."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT, environment

ONE_THREAD = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
REPLICATES = 4  # of three treatments


@dataclass(frozen=True)
class Ended:
    """How a traced sweep ended: exit status (or minus the signal), runs acknowledged, stderr."""

    status: int
    acknowledged: int
    complaint: str


class Tracer:
    """Starts sweeps under strace, one after another."""

    def __init__(self) -> None:
        if shutil.which("strace") is None:
            pytest.skip("needs strace")
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.zygote"],
            env=environment(dict.fromkeys(ONE_THREAD, "1")),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def sweep(self, folder: Path, call: str, effect: str) -> Ended:
        """Sweep into ``folder``; ``effect`` is strace's, such as ``signal=SIGKILL:when=3``."""
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        options = ["-e", f"trace={call}", "-e", f"inject={call}:{effect}"]
        arguments = [str(folder), "", str(REPLICATES), "1", "processes"]
        print(json.dumps([arguments, options]), file=self._zygote.stdin, flush=True)
        answer = self._zygote.stdout.readline()
        assert answer, f"the process that forks sweeps is gone: {self._zygote.poll()}"
        status, said, complaint = json.loads(answer)
        if status is None:
            pytest.skip(f"strace may not attach here: {complaint.strip()}")
        done = [int(line.split()[1]) for line in said.splitlines() if line.startswith("done")]
        return Ended(status, max(done, default=0), complaint)

    def close(self) -> None:
        """End the process that forks."""
        self._zygote.communicate()


def without(folder: Path) -> None:
    """Remove a folder that a sweep may have made."""
    if os.path.lexists(folder):
        shutil.rmtree(folder)
