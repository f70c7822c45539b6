"""Compiling ahead: once on a machine, and again after a change of the model's code."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sim.cli.trouble import storing

SWEEP_AFTER = 50_000  # new objects, 700 by default: 2 s less of 42, 20 MB more


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
    from sim.cli.beside import beside
    from sim.cli.patience import interruptible
    from sim.market.kernels import VARIABLE, cache_folder

    print("Compiling the model; once on this machine, up to a minute ...", file=sys.stderr)

    def work(_report: Any) -> None:
        from sim.market.ahead import sample
        from sim.market.model import simulate

        simulate(sample())

    advice = f"make room there, or name another folder in {VARIABLE}"
    kept = storing(cache_folder(), "keep the compiled model in", advice)
    with kept, _seldom_swept(), beside("sim.market.ahead"):  # that compiles from the other end
        interruptible(work, lambda _done, _total: None)


@contextmanager
def _seldom_swept() -> Iterator[None]:
    """Let Python look for dead cycles less often: a compiler's objects live to its end."""
    usual = gc.get_threshold()
    gc.set_threshold(SWEEP_AFTER, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
