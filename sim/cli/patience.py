"""Work that keeps the keyboard: progress on standard error, Ctrl-C heard within a second."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sim.cli.trouble import ABANDONED

T = TypeVar("T")
Report = Callable[[int, int], None]  # done, total


def interruptible(work: Callable[[Report], T], report: Report) -> T:
    """Do ``work`` in a thread of its own, so that this one hears Ctrl-C and SIGTERM meanwhile.

    ``work`` is handed a ``Report`` to call with (done, total).  After an interruption the next
    call of it ends the work; compiled code that never calls it ends with the process.
    Raises whatever ``work`` raises.
    """
    stopped, finished = threading.Event(), threading.Event()
    results: list[T] = []
    errors: list[BaseException] = []

    def heard(done: int, total: int) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        report(done, total)

    def body() -> None:
        try:
            results.append(work(heard))
        except BaseException as error:  # handed over to the thread that waits
            errors.append(error)
        finally:
            finished.set()

    thread = threading.Thread(target=body, daemon=True, name="work")
    try:
        thread.start()
        finished.wait()
    except BaseException:
        stopped.set()
        thread.name = ABANDONED
        raise
    if errors:
        raise errors[0]
    return results[0]


@contextmanager
def progress_bar(what: str, unit: str) -> Iterator[Report]:
    """A bar on standard error that goes away when done; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(),
        MofNCompleteColumn(), TextColumn(unit), Remaining(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
