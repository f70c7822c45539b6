"""What a worker does: make the runs of a chunk, and send home rows, thinned series or a reason."""

from __future__ import annotations

import os
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.result import RunResult
    from sim.scenario.own import Source
    from sim.scenario.schema import Scenario

Row = dict[str, Any]
Stop = Callable[[], bool]
FIRM_SERIES = (
    "n_users", "n_payers", "n_fans", "n_touched", "n_uses", "n_sales", "cash_cents",
    "n_stranger", "n_aware", "n_using", "n_customer", "n_fan", "n_lapsed",
    "sale_cents", "subscription_cents", "advertising_cents", "alive",
    "price", "openness", "trust", "promise", "q_core", "culture",
)  # fmt: skip


class Simulate(Protocol):
    """Anything that turns a scenario and a seed into a result."""

    def __call__(
        self, scenario: Scenario, *, seed: int, progress: Callable[[int, int], None] | None
    ) -> RunResult:
        """Run the scenario with this seed; ``progress`` may raise to end the run early."""
        ...


class Stopped(BaseException):
    """The run was asked to end early; never caught by what records a run's own faults."""


@dataclass(frozen=True)
class Keep:
    """Which series of a run are stored: every how many weeks, and which firm measures."""

    every: int = 4
    measures: tuple[str, ...] = FIRM_SERIES


@dataclass(frozen=True)
class Chunk:
    """Runs that travel together: (key, seed, index of the scenario) and the scenarios.

    sources: files of a person's own strategies that these scenarios may run.
    """

    runs: tuple[tuple[str, int, int], ...]
    scenarios: tuple[Scenario, ...]
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a run; ``error`` holds the reason of a run that FAILED.

    weeks: (points,); firm_series: (points, firms) by measure; market_series: (points,).
    """

    key: str
    seconds: float
    error: str = ""
    digest: str = ""
    rows: list[Row] = field(default_factory=list)
    firms: tuple[str, ...] = ()
    weeks: NDArray[Any] | None = None
    firm_series: dict[str, NDArray[Any]] = field(default_factory=dict)
    market_series: dict[str, NDArray[Any]] = field(default_factory=dict)


def engine(
    scenario: Scenario, *, seed: int, progress: Callable[[int, int], None] | None
) -> RunResult:
    """The model itself, one thread, loaded when the first run needs it."""
    from sim.market.model import simulate

    return simulate(scenario, seed=seed, threads=1, progress=progress)


def work(
    simulate: Simulate, chunk: Chunk, keep: Keep, stop: Stop | None = None, limit: float = 0.0
) -> list[Outcome]:
    """Make the runs of a chunk in order; a run that raises gives an Outcome with its traceback.

    stop: asked between the weeks of a run; when it says True the chunk ends with ``Stopped``.
    limit: seconds a run may take before this whole process ends itself (0: no limit).
    """
    watch = None if stop is None else _Watch(stop)
    _admit(chunk.sources)
    outcomes: list[Outcome] = []
    for key, seed, index in chunk.runs:
        with _Deadline(limit):
            outcomes.append(_one(simulate, chunk.scenarios[index], key, seed, keep, watch))
    return outcomes


def _admit(sources: tuple[Source, ...]) -> None:
    """The person allowed these files where the sweep was begun; this process may be another."""
    if sources:
        from sim.strategies.own import admit

        for source in sources:
            admit(source)


class _Watch:
    """A progress callback that ends the run when asked to."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop

    def __call__(self, week: int, weeks: int) -> None:
        if self._stop():
            raise Stopped


class _Deadline:
    """Ends the process when a run's time is over, from a thread of C that no run can hold up.

    The system has one such timer for a process, so runs of several threads share it: it is
    set to the nearest of their ends.
    """

    _ends: ClassVar[dict[int, float]] = {}  # by thread
    _lock = threading.Lock()
    _sink: ClassVar[int] = -1  # faulthandler insists on a file to write to

    def __init__(self, limit: float) -> None:
        self._limit = limit

    def __enter__(self) -> None:
        if self._limit:
            with self._lock:
                self._ends[threading.get_ident()] = time.monotonic() + self._limit
                self._set_timer()

    def __exit__(self, *_: object) -> None:
        if self._limit:
            with self._lock:
                self._ends.pop(threading.get_ident(), None)
                self._set_timer()

    @classmethod
    def _set_timer(cls) -> None:
        import faulthandler

        if not cls._ends:
            faulthandler.cancel_dump_traceback_later()
            return
        if cls._sink < 0:
            cls._sink = os.open(os.devnull, os.O_WRONLY)
        left = max(1e-3, min(cls._ends.values()) - time.monotonic())
        faulthandler.dump_traceback_later(left, exit=True, file=cls._sink)


def _one(
    simulate: Simulate,
    scenario: Scenario,
    key: str,
    seed: int,
    keep: Keep,
    watch: _Watch | None,
) -> Outcome:
    began = time.perf_counter()
    try:
        result = simulate(scenario, seed=seed, progress=watch)
        return outcome(key, result, keep, time.perf_counter() - began)
    except (Exception, SystemExit):  # whatever a run raises is its own fault, and is recorded
        return Outcome(key, time.perf_counter() - began, error=traceback.format_exc().strip())


def outcome(key: str, result: RunResult, keep: Keep, seconds: float) -> Outcome:
    """What a sweep stores of a result: firm rows, digest, series every ``keep.every`` weeks."""
    import numpy as np

    from sim.market.result import firm_rows

    weeks = np.arange(0, result.weeks + 1, keep.every, dtype=np.int32)
    if weeks[-1] != result.weeks:  # the last week is always kept
        weeks = np.append(weeks, np.int32(result.weeks))
    return Outcome(
        key=key,
        seconds=seconds,
        digest=result.digest,
        rows=firm_rows(result),
        firms=tuple(firm.name for firm in result.firms),
        weeks=weeks,
        firm_series={n: _thin(n, result.firm_series[n], weeks) for n in keep.measures},
        market_series={n: _thin(n, s, weeks) for n, s in result.market_series.items()},
    )


def _thin(name: str, series: NDArray[Any], weeks: NDArray[Any]) -> NDArray[Any]:
    """The chosen weeks, in the narrowest type that holds the measure."""
    import numpy as np

    some: NDArray[Any] = series[weeks]
    if some.dtype.kind == "f":
        kind: type = np.float32
    else:
        kind = np.int64 if name.endswith("_cents") else np.int32
    return np.asarray(some, kind)
