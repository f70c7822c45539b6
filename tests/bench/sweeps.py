"""Where the time of a run of a sweep goes: the compiled weeks, and everything around them.

    python -m tests.bench sweeps            500, 2,000 and 20,000 people, a minute or two
    python -m tests.bench sweeps --jobs 4   with so many workers in the last lines

8 firms, 260 weeks, all mechanisms switched on, series stored every 4 weeks.  The parts are
processor time of one process that makes and stores runs one by one (medians over runs;
storing: the mean), so that other programs on the machine disturb them little.  The last lines
are a sweep on worker processes by the clock, from its first stored runs to its last.
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
from sim.experiments.runner import Progress, Ways, run_plan
from sim.experiments.worker import Keep
from sim.experiments.writer import Plan, Writer
from sim.market import model
from sim.market.model import MarketModel
from sim.market.result import firm_rows
from sim.scenario.read import digest
from sim.scenario.schema import Scenario

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


def storing(scenario: Scenario, replicates: int = 100) -> float:
    """Seconds of storing a run: the result of one run, stored again and again."""
    made = model.simulate(scenario, seed=1)
    spent: Spent = {}

    def again(*_: Any, **__: Any) -> Any:
        return made

    with tempfile.TemporaryDirectory() as folder:
        run_plan(Path(folder) / "warm", study(scenario, 2), Ways(jobs=1, simulate=again))
        with timed(Writer, "commit", spent, "store"), timed(Writer, "tidy", spent, "store"):
            run_plan(Path(folder) / "s", study(scenario, replicates), Ways(jobs=1, simulate=again))
    return spent["store"] / replicates


def parts_of(scenario: Scenario, rounds: int) -> Spent:
    """Median milliseconds of every part of a run."""
    found = [one_run(scenario, seed) for seed in range(rounds + 2)][2:]  # two to warm up
    return {
        part: 1000 * (storing(scenario) if part == "store" else median(found, part))
        for part in PARTS
    }


def median(found: list[Spent], part: str) -> float:
    """Median of a part over runs."""
    return statistics.median(spent[part] for spent in found)


def by_the_clock(scenario: Scenario, runs: int, jobs: int) -> float:
    """Runs per second of a sweep on worker processes, once they are all at work."""
    seen: list[tuple[int, float]] = []

    def tell(progress: Progress) -> None:
        seen.append((progress.done, time.perf_counter()))

    with tempfile.TemporaryDirectory() as folder:
        run_plan(Path(folder) / "s", study(scenario, runs), Ways(jobs=jobs, progress=tell))
    (first, began), (last, ended) = seen[1], seen[-1]
    return (last - first) / (ended - began)


def market(people: int) -> Scenario:
    """The market of the other benchmark."""
    from tests.bench.__main__ import market

    return market(people, WEEKS)


def report(jobs: int, sizes: tuple[int, ...] = SIZES, budget: float = 6.0) -> None:
    """Print the table; ``budget``: seconds of work for each size and each half of it."""
    table: dict[int, Spent] = {}
    clock: dict[int, float] = {}
    for people in sizes:
        scenario = market(people)
        model.simulate(scenario, seed=0)
        one = seconds(lambda s=scenario: model.simulate(s, seed=0))  # type: ignore[misc]
        table[people] = parts_of(scenario, min(40, max(3, int(budget / one))))
        clock[people] = by_the_clock(scenario, max(8 * jobs, int(jobs * budget / one)), jobs)
    print(f"milliseconds of processor time a run, 8 firms, {WEEKS} weeks")
    print(f"{'people':<34}" + "".join(f"{people:>10,}" for people in sizes))
    for part, meaning in PARTS.items():
        row = "".join(f"{table[people][part]:>10.2f}" for people in sizes)
        print(f"{part:<9}{meaning:<25}{row}")
    total = {people: sum(table[people].values()) for people in sizes}
    lines: dict[str, Callable[[int], float]] = {
        "all": lambda n: total[n],
        "overhead of a run": lambda n: total[n] - table[n]["weeks"],
        "compiled weeks, % of all": lambda n: 100 * table[n]["weeks"] / total[n],
        "runs a second and core": lambda n: 1000 / total[n],
        f"by the clock, {jobs} workers": lambda n: clock[n] / jobs,
        "compiled weeks, % of the clock": lambda n: table[n]["weeks"] * clock[n] / jobs / 10,
    }
    for title, value in lines.items():
        print(f"{title:<34}" + "".join(f"{value(people):>10.2f}" for people in sizes))
