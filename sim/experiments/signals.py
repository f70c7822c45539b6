"""Ctrl-C and SIGTERM as a wish that the sweep fulfils: stop, store what arrived, say so."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from sim.experiments.worker import Stopped

T = TypeVar("T")
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Whether the sweep was asked to stop, by a signal or by its caller.

    Signals are caught only in the main thread.  After the first one its old effect is
    back, so that a second one ends the process at once; the store survives that.
    """

    def __init__(self, caller: Callable[[], bool] | None = None) -> None:
        self._caller = caller
        self._flag = False
        self._raise = False
        self._old: dict[signal.Signals, Any] = {}
        self.signal = 0

    def asked(self) -> bool:
        """True once the sweep is to stop."""
        if not self._flag and self._caller is not None and self._caller():
            self._flag = True
        return self._flag

    def request(self) -> None:
        """Ask to stop."""
        self._flag = True

    @contextmanager
    def at_once(self, inline: bool) -> Iterator[None]:
        """While a run is made in this very thread, a signal raises ``Stopped`` inside it."""
        self._raise = inline
        try:
            if inline and self._flag:
                raise Stopped
            yield
        finally:
            self._raise = False

    def meanwhile(self, work: Callable[[], T], undo: Callable[[T], None]) -> T | None:
        """Do ``work``, which may wait long for the system, and hear the wish to stop meanwhile.

        None when the wish came first: the work goes on in its thread, and is undone at its end.
        """
        made: list[T] = []
        faults: list[BaseException] = []

        def body() -> None:
            try:
                made.append(work())
                if self._flag:
                    undo(made[0])
            except BaseException as fault:  # handed over to the thread that waits
                faults.append(fault)

        thread = threading.Thread(target=body, daemon=True, name="beginning")
        thread.start()
        while thread.is_alive() and not self.asked():
            thread.join(0.05)
        if faults:
            raise faults[0]
        return made[0] if made and not self._flag else None

    def __enter__(self) -> Stopping:
        if threading.current_thread() is threading.main_thread():
            self._old = {number: signal.signal(number, self._caught) for number in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)

    def _caught(self, number: int, frame: FrameType | None) -> None:
        self._flag, self.signal = True, number
        signal.signal(number, signal.SIG_DFL)
        if self._raise:
            raise Stopped
