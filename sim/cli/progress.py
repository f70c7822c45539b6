"""Where a sweep stands, told while it runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.experiments.ways import Progress

EVERY = 10.0  # seconds between two lines of progress where there is no terminal
Tell = Callable[["Progress"], None]


@contextmanager
def progress() -> Iterator[Tell]:
    """Where a sweep stands: a bar on a terminal, else a line every ``EVERY`` seconds."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(), TextColumn("{task.completed:,} of {task.total:,} runs"),
        TextColumn("{task.fields[said]}"), TimeRemainingColumn(),
    )  # fmt: skip
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("runs", total=1, said="")

        def tell(state: Progress) -> None:
            said = f"{state.rate:.1f} a second, {state.failed} failed"
            bar.update(task, completed=state.done, total=state.total, said=said)

        yield tell


def _lines() -> Tell:
    told = time.monotonic()

    def tell(state: Progress) -> None:
        nonlocal told
        over = state.done == state.total
        if not over and time.monotonic() - told < EVERY:
            return
        told = time.monotonic()
        left = "" if over or state.seconds_left is None else f", {state.seconds_left:.0f} s left"
        print(
            f"{state.done:,} of {state.total:,} runs, {state.rate:.1f} a second{left}, "
            f"{state.failed} failed",
            file=sys.stderr,
            flush=True,
        )

    return tell
