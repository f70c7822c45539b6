"""Where the time of a run of a sweep goes: the compiled weeks, and everything around them.

8 firms, 260 weeks, series stored every 4 weeks.  The parts are processor time of one process
that makes and stores runs one by one (medians over runs; storing: the mean), so that other
programs on the machine disturb them little; runs are stored as often as a sweep would do it.
The last lines are a sweep on worker processes by the clock, from its first stored runs to its
last.
"""

from __future__ import annotations

import pickle
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sim.market.advance as compiled
from sim.experiments import worker
from sim.experiments.design import Treatment, plan
from sim.experiments.runner import run_plan
from sim.experiments.ways import Progress, Ways
from sim.experiments.worker import Keep
from sim.experiments.writer import Plan, Writer
from sim.market import model
from sim.market.model import MarketModel
from sim.market.result import RunResult, firm_rows
from sim.scenario.read import digest
from sim.scenario.schema import Scenario
from tests.bench.markets import market
from tests.bench.tables import Ways as HowMuch
from tests.bench.tables import publish

SIZES = (500, 2_000, 20_000)
WEEKS = 260
PARTS = {
    "people": "draw people and network",
    "setup": "build the rest of the model",
    "weeks": "the compiled weeks",
    "reviews": "strategies decide",
    "between": "the rest of running",
    "result": "columns of the record",
    "digest": "SHA-256 of all series",
    "rows": "table of firms",
    "thin": "choose the stored weeks",
    "travel": "pickle and back",
    "store": "SQLite and Parquet",
}
Spent = dict[str, float]


@contextmanager
def timed(owner: Any, name: str, into: Spent, part: str) -> Iterator[None]:
    """Add the processor time of calls to ``owner.name`` to a part."""
    real: Callable[..., Any] = getattr(owner, name)

    def watched(*args: Any, **kwargs: Any) -> Any:
        began = time.thread_time()
        try:
            return real(*args, **kwargs)
        finally:
            into[part] = into.get(part, 0.0) + time.thread_time() - began

    setattr(owner, name, watched)
    try:
        yield
    finally:
        setattr(owner, name, real)


def seconds(work: Callable[[], Any]) -> float:
    """Processor time of a call."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def one_run(scenario: Scenario, seed: int) -> Spent:
    """Seconds of each part of a run, but for its storing."""
    spent: Spent = {}
    with ExitStack() as watch:
        for owner, name, part in (
            (model, "born", "people"), (MarketModel, "__init__", "built"),
            (compiled, "advance", "weeks"), (model, "reviews", "reviews"),
            (MarketModel, "run", "run"), (MarketModel, "result", "result"),
        ):  # fmt: skip
            watch.enter_context(timed(owner, name, spent, part))
        made = model.simulate(scenario, seed=seed)
    spent["setup"] = spent.pop("built") - spent["people"]
    spent["between"] = spent.pop("run") - spent["weeks"] - spent["reviews"]
    spent["digest"] = seconds(lambda: made.digest)
    spent["rows"] = seconds(lambda: firm_rows(made))
    kept = worker.outcome("run", made, Keep(), 0.0)
    whole = seconds(lambda: worker.outcome("run", made, Keep(), 0.0))
    spent["thin"] = max(0.0, whole - spent["digest"] - spent["rows"])
    spent["travel"] = seconds(lambda: pickle.loads(pickle.dumps([kept])))
    return spent


def study(scenario: Scenario, replicates: int) -> Plan:
    """A sweep of one treatment."""
    one = Treatment(0, "bench", {}, scenario, digest(scenario))
    runs = tuple(plan((one,), replicates, 1))
    return Plan("bench", 1, (), Keep(), (one,), runs, {})


def storing(scenario: Scenario, apart: float, runs: int) -> float:
    """Seconds of storing a run: the result of one run, again and again, ``apart`` seconds apart.

    How many runs are stored together, and so what each costs, rests on how fast they come.
    """
    made = model.simulate(scenario, seed=1)
    spent: Spent = {}

    def again(*_: Any, **__: Any) -> Any:
        time.sleep(apart)
        return made

    with tempfile.TemporaryDirectory() as folder:
        run_plan(Path(folder) / "warm", study(scenario, 2), Ways(jobs=1, simulate=again))
        with timed(Writer, "commit", spent, "store"), timed(Writer, "tidy", spent, "store"):
            run_plan(Path(folder) / "s", study(scenario, runs), Ways(jobs=1, simulate=again))
    return spent["store"] / runs


def parts_of(scenario: Scenario, rounds: int, apart: float) -> Spent:
    """Median milliseconds of every part of a run; apart: seconds from run to run of a sweep."""
    found = [one_run(scenario, seed) for seed in range(rounds + 2)][2:]  # two to warm up
    stored = storing(scenario, apart, max(10, 2 * rounds))
    return {part: 1000 * (stored if part == "store" else median(found, part)) for part in PARTS}


def median(found: list[Spent], part: str) -> float:
    """Median of a part over runs."""
    return statistics.median(spent[part] for spent in found)


def noting(
    scenario: Scenario, *, seed: int, progress: Callable[[int, int], None] | None
) -> RunResult:
    """The engine, which notes when a run ended, and seconds of its weeks, in the story's file."""
    made = worker.engine(scenario, seed=seed, progress=progress)
    with Path(scenario.story).open("a") as file:
        file.write(f"{time.monotonic()} {made.seconds}\n")
    return made


def by_the_clock(scenario: Scenario, runs: int, jobs: int) -> tuple[float, float]:
    """Runs per second of a sweep on worker processes at work, and the share of their weeks.

    From the first stored runs to the last; a worker waits, or does something else, in the rest.
    """
    seen: list[tuple[int, float]] = []

    def tell(progress: Progress) -> None:
        seen.append((progress.done, time.monotonic()))

    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes"
        told = scenario.model_copy(update={"story": str(notes)})
        ways = Ways(jobs=jobs, progress=tell, simulate=noting)
        run_plan(Path(folder) / "s", study(told, runs), ways)
        ends = [tuple(map(float, line.split())) for line in notes.read_text().splitlines()]
    (first, began), (last, ended) = seen[1], seen[-1]
    weeks = sum(seconds for at, seconds in ends if at > began)
    return (last - first) / (ended - began), weeks / jobs / (ended - began)


def measured(people: int, jobs: int, budget: float) -> dict[str, float]:
    """Every row of the table for one size; budget: seconds of work for each half of it."""
    scenario = market(people, WEEKS)
    model.simulate(scenario, seed=0)
    one = seconds(lambda: model.simulate(scenario, seed=0))
    parts = parts_of(scenario, min(40, max(3, int(budget / one))), one / jobs)
    clock, busy = by_the_clock(scenario, max(8 * jobs, int(2 * jobs * budget / one)), jobs)
    total, weeks = sum(parts.values()), parts["weeks"]
    return {f"{part}: {meaning}": parts[part] for part, meaning in PARTS.items()} | {
        "all": total,
        "overhead of a run": total - weeks,
        "compiled weeks, % of all": 100 * weeks / total,
        "runs a second and core": 1000 / total,
        f"runs a second and worker by the clock, {jobs} workers": clock / jobs,
        "compiled weeks, % of the clock": 100 * busy,
    }


def report(ways: HowMuch) -> None:
    """Measures and publishes the table."""
    sizes, budget = ((500,), 1.0) if ways.small else (SIZES, 5.0)
    table = {people: measured(people, ways.jobs, budget) for people in sizes}
    publish(
        "sweeps",
        "Where the time of a run of a sweep goes, and runs per second with storage",
        ["milliseconds a run", *(f"{people:,} people" for people in sizes)],
        [[title, *(table[people][title] for people in sizes)] for title in table[sizes[0]]],
        f"8 firms, {WEEKS} weeks, series stored every 4 weeks. Parts are processor time of one"
        " process that makes and stores runs one by one (medians over runs; storing: the mean);"
        " `by the clock` is a sweep on worker processes, from its first stored runs to its last.",
        ways=ways,
    )
