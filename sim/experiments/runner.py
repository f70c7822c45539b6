"""Making the runs of a plan: chunks out to lanes, outcomes back, one writer, any end survived."""

from __future__ import annotations

import math
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sim.experiments.design import Run
from sim.experiments.errors import (
    ExecutorError,
    Incompatible,
    Interrupted,
    StoreBusy,
    StoreError,
    SweepError,
    TooLarge,
)  # fmt: skip
from sim.experiments.executors import STARTS, Lane, check_kind, here, is_here, open_lanes, stop_all
from sim.experiments.lock import locked
from sim.experiments.memory import refuse_too_large
from sim.experiments.own_files import sources_of
from sim.experiments.server import end_server, want_server
from sim.experiments.signals import Stopping
from sim.experiments.ways import Progress, Ways
from sim.experiments.worker import Chunk, Outcome, Stopped, engine
from sim.experiments.writer import Plan, Writer

CHUNK_SECONDS = 1.0  # work sent out at once
CHUNK_RUNS = 256  # at most, whatever a run takes
BATCH_RUNS = 100  # are committed at once
BATCH_SECONDS, BATCH_LATEST = 0.5, 2.0  # between commits: at least, and at most
BATCH_SHARE = 0.02  # of the time that commits may take
DEATHS = 2  # of its worker, until a run is given up


@dataclass
class _Flight:
    """A chunk on its way: its lane and its runs; alone: sent by itself after a death."""

    lane: Lane
    runs: list[Run]
    alone: bool = False


def run_plan(folder: Path, plan: Plan, ways: Ways) -> Progress:
    """Make the runs of a plan that the folder lacks, and store each as it comes.

    Raises Interrupted (what arrived is stored), StoreError, StoreBusy, SweepError, and
    ExecutorError, before the folder is touched, for an executor that there is not.
    """
    check_kind(ways.executor, ways.limit)
    try:
        with locked(folder), Stopping(ways.stop) as stopping, closing(Writer(folder)) as writer:
            writer.begin(plan)
            sweep = _Sweep(plan, writer, ways, stopping)
            sweep.run()
            writer.tidy()
            return sweep.progress()
    except (Incompatible, StoreBusy, ExecutorError, TooLarge):  # no use in the same command
        raise
    except (StoreError, SweepError) as error:
        again = f"; continue with: {ways.resume}" if ways.resume else ""
        raise type(error)(f"{error}{again}") from error


class _Sweep:
    """A sweep in progress: what is to be made, what is on its way, what is to be committed."""

    def __init__(self, plan: Plan, writer: Writer, ways: Ways, stopping: Stopping) -> None:
        self.plan, self.writer, self.ways, self.stopping = plan, writer, ways, stopping
        self.pending = deque(writer.missing(plan.runs, failed=ways.failed))
        self.total = len({run.key for run in plan.runs})
        self.done = self.total - len(self.pending)
        self.failed = writer.failures(plan.runs, self.pending)
        self.digests = {t.index: t.digest for t in plan.treatments}
        self.flights: dict[Future[list[Outcome]], _Flight] = {}
        self.suspects: deque[Run] = deque()  # their worker died; they go out alone
        self.deaths: dict[str, int] = {}
        self.vain = 0  # workers in a row that died before their first word
        self.batch: list[tuple[Run, Outcome]] = []
        self.seconds = 0.0  # of one run, smoothed; 0 before the first
        self.made = 0
        self.began = time.monotonic()
        self.due = self.began + BATCH_SECONDS  # when the next batch is committed
        self.lanes: list[Lane] = []

    def run(self) -> None:
        """Make all pending runs, or raise Interrupted, StoreError, SweepError."""
        self.tell()
        if not self.pending:
            return
        try:
            self.lanes = self.open_lanes()
            while (self.pending or self.suspects or self.flights) and not self.stopping.asked():
                self.turn()
            if self.stopping.asked():
                self.halt()
            self.commit()
        except BaseException:
            stop_all(self.lanes)
            raise
        if self.done < self.total:
            ways, number = self.ways, self.stopping.signal
            raise Interrupted(self.done, self.total, resume=ways.resume, signal=number)
        for lane in self.lanes:
            lane.close()

    def open_lanes(self) -> list[Lane]:
        """Where the runs are made; refused before anything starts if memory will not do."""
        ways, most = self.ways, len(self.pending)
        if is_here(ways.executor):
            scenarios = {run.treatment: run.scenario for run in self.pending}
            refuse_too_large(scenarios.values(), here(ways.jobs, most))
        module = "sim.market.model" if ways.simulate is engine else ways.simulate.__module__
        opening = partial(
            open_lanes, ways.executor, ways.jobs, (module, __name__), most=most, limit=ways.limit
        )
        if ways.executor != "processes":
            return opening()
        want_server()  # it loads the model first, which takes seconds
        lanes = self.stopping.meanwhile(opening, stop_all)
        if lanes is None:
            end_server()
        return lanes or []

    def turn(self) -> None:
        """Send what there is room for, take in what is there, commit what is due."""
        try:
            self.send()
            wait(self.flights, timeout=0.1, return_when=FIRST_COMPLETED)
        except Stopped:  # a run in this thread was interrupted
            self.stopping.request()
        self.receive()
        for lane in self.lanes:
            lane.look(self.ways.limit)
        if time.monotonic() >= self.due or len(self.batch) >= BATCH_RUNS:
            self.commit()

    def halt(self) -> None:
        """End the lanes at once and take in what they had finished."""
        finished = [future for future in self.flights if future.done()]
        for lane in self.lanes:
            lane.stop()
        for future in finished:
            if not future.cancelled() and future.exception() is None:
                self.arrived(self.flights[future], future.result())

    def send(self) -> None:
        """Keep each lane's workers busy, with as much again waiting; suspects go out alone."""
        for lane in self.lanes:
            mine = [flight for flight in self.flights.values() if flight.lane is lane]
            if self.suspects and not mine:
                self.submit(_Flight(lane, [self.suspects.popleft()], alone=True))
            elif self.suspects and lane.capacity > 1:
                continue  # it empties, so that whose death it was will be beyond doubt
            elif not any(flight.alone for flight in mine):
                for _ in range(lane.room - len(mine)):
                    runs = [self.pending.popleft() for _ in range(self.size())]
                    if runs:
                        self.submit(_Flight(lane, runs))

    def size(self) -> int:
        """Runs of the next chunk: about a second's worth, fewer towards the end of the sweep."""
        if not self.seconds or not self.pending:
            return min(1, len(self.pending))
        share = len(self.pending) // (2 * sum(lane.capacity for lane in self.lanes))
        most = min(int(CHUNK_SECONDS / self.seconds), share, CHUNK_RUNS)
        least = math.ceil(max(lane.least for lane in self.lanes) / self.seconds)
        return min(max(1, most, min(least, CHUNK_RUNS)), len(self.pending))

    def submit(self, flight: _Flight) -> None:
        """Send a chunk to its lane."""
        ways, lane = self.ways, flight.lane
        stop = self.stopping.asked if lane.local else None
        chunk, keep = _chunk(flight.runs), self.plan.keep
        try:
            with self.stopping.at_once(lane.inline):
                future = lane.submit(ways.simulate, chunk, keep, stop, ways.limit)
        except BrokenExecutor as error:  # its worker died since the last look
            future = Future()
            future.set_exception(error)
        self.flights[future] = flight

    def receive(self) -> None:
        """Take in the chunks that are over, oldest first."""
        for future in [future for future in self.flights if future.done()]:
            flight = self.flights.pop(future, None)
            if flight is None:  # went down with its lane, just before
                continue
            error = None if future.cancelled() else future.exception()
            if future.cancelled() or isinstance(error, Stopped):
                self.pending.extendleft(reversed(flight.runs))
            elif isinstance(error, BrokenExecutor):
                self.bury(flight, error)
            elif isinstance(error, SweepError):
                raise error
            elif error is not None:
                self.blame(flight.runs, error)
            else:
                self.vain = 0
                self.arrived(flight, future.result())

    def arrived(self, flight: _Flight, outcomes: list[Outcome]) -> None:
        """Put what became of a chunk's runs into the batch."""
        for run, outcome in zip(flight.runs, outcomes, strict=True):
            self.batch.append((run, outcome))
            before = self.seconds or outcome.seconds
            self.seconds = max(1e-6, (before + outcome.seconds) / 2)

    def bury(self, flight: _Flight, error: BrokenExecutor) -> None:
        """A lane's worker died at its oldest chunk; what waited behind it goes back."""
        lane = flight.lane
        for future in [f for f, other in self.flights.items() if other.lane is lane]:
            self.pending.extendleft(reversed(self.flights.pop(future).runs))
        if lane.born():
            self.blame(flight.runs, error)
        else:
            self.pending.extendleft(reversed(flight.runs))
            self.vain += 1
            if self.vain >= STARTS:
                raise SweepError(f"worker processes do not start ({error}); try --jobs 1")
        lane.restart()

    def blame(self, runs: list[Run], error: BaseException) -> None:
        """Count a death against each of these runs; the second one fails the run."""
        for run in runs:
            self.deaths[run.key] = self.deaths.get(run.key, 0) + 1
            if self.deaths[run.key] < DEATHS:
                self.suspects.append(run)
                continue
            limit = f", or it took more than {self.ways.limit:g} s" if self.ways.limit else ""
            text = f"its worker died {DEATHS} times{limit}: {type(error).__name__}: {error}"
            self.batch.append((run, Outcome(run.key, 0.0, error=text)))

    def commit(self) -> None:
        """Store the batch and tell how far the sweep is."""
        if not self.batch:
            return
        began = time.monotonic()
        self.writer.commit(self.batch, self.digests)
        cost = time.monotonic() - began  # hardly more for a hundred runs than for one
        self.due = began + min(BATCH_LATEST, max(BATCH_SECONDS, cost / BATCH_SHARE))
        self.made += len(self.batch)
        self.done += len(self.batch)
        self.failed += sum(bool(outcome.error) for _, outcome in self.batch)
        self.batch = []
        self.tell()

    def progress(self) -> Progress:
        """Where the sweep stands."""
        rate = self.made / max(1e-9, time.monotonic() - self.began)
        left = (self.total - self.done) / rate if rate else None
        return Progress(self.done, self.total, self.failed, rate, left)

    def tell(self) -> None:
        """Call back the one who wants to know."""
        if self.ways.progress is not None:
            self.ways.progress(self.progress())


def _chunk(runs: list[Run]) -> Chunk:
    index, scenario = dict[int, int](), {run.treatment: run.scenario for run in runs}
    short = tuple((run.key, run.seed, index.setdefault(run.treatment, len(index))) for run in runs)
    return Chunk(short, each := tuple(scenario[t] for t in index), sources_of(each))
