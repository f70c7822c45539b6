"""Compiling ahead: once on a machine, and again after a change of the model's code."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sim.cli.trouble import storing

SWEEP_AFTER = 50_000  # new objects, 700 by default: 2 s less of 42, 20 MB more
ROOT = Path(__file__).resolve().parents[2]  # where the package ``sim`` lies


def warm() -> None:
    """Compile the model now, so that the first run need not wait; says where the code is kept."""
    from sim.market.kernels import cache_folder, kernel_is_cold

    if kernel_is_cold():
        started = time.perf_counter()
        warm_up()
        print(f"Compiled in {time.perf_counter() - started:.0f} s, kept in {cache_folder()}")
    else:
        print(f"Compiled already, kept in {cache_folder()}")


def warm_up() -> None:
    """Compile the model once, here, rather than in every worker at the same time.

    Says why nothing seems to happen; raises ``Refused`` where the code cannot be kept.
    """
    from sim.market import kernel_is_cold

    if not kernel_is_cold():
        return
    from sim.cli.patience import interruptible
    from sim.market.kernels import VARIABLE, cache_folder

    print("Compiling the model; once on this machine, up to a minute ...", file=sys.stderr)

    def work(_report: Any) -> None:
        from sim.market.ahead import sample
        from sim.market.model import simulate

        simulate(sample())

    advice = f"make room there, or name another folder in {VARIABLE}"
    with storing(cache_folder(), "keep the compiled model in", advice), _seldom_swept(), _helped():
        interruptible(work, lambda _done, _total: None)


@contextmanager
def _helped() -> Iterator[None]:
    """Let another process compile from the other end, where there is a processor for it."""
    from sim.experiments.executors import cores

    helper = None
    if cores() > 1:
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        with suppress(OSError):  # whatever the reason: it is not needed
            helper = subprocess.Popen(
                [sys.executable, "-m", "sim.market.ahead"], env={**os.environ, "PYTHONPATH": path},
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
    try:
        yield
    finally:
        if helper is not None:
            helper.kill()
            helper.wait()


@contextmanager
def _seldom_swept() -> Iterator[None]:
    """Let Python look for dead cycles less often: a compiler's objects live to its end."""
    usual = gc.get_threshold()
    gc.set_threshold(SWEEP_AFTER, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
