"""A study of many small runs on a Dask cluster, beside the same on worker processes.

    python -m tests.bench cluster                                 2,000 runs, about a minute
    python -m tests.bench cluster --runs 100000 > results/bench/cluster.md
    python -m tests.bench cluster --executor dask://HOST:8786     a cluster that is there

Without ``--executor`` a scheduler and its workers are started here, each a process of its own
that talks TCP.  Worker processes make at most 5,000 of the runs.  Each sweep is one new process,
so that its memory is its own.  Processor time is that of all processes that took part, which
other programs on the machine disturb less than the clock.  Linux only: it reads ``/proc``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.watch import HERE, Measured, Watch

TREATMENTS, MOST_LOCAL = 100, 5_000
SCENARIO = """\
title: bench
weeks: 26
people: {count: 100}
firms:
  - {name: Old, strategy: customer-centric, cash: 900,
     start: {aware: 0.8, customers: 0.2, quality: 0.5}}
  - {name: New, strategy: user-first, cash: 900}
"""
STUDY = """\
title: Many small runs
scenario: market
factors: {market.network.effect: {range: [0, 4], points: %d}}
replicates: %d
"""


# -- the cluster --------------------------------------------------------------------------------


@contextmanager
def dask_cluster(workers: int, folder: Path) -> Iterator[tuple[str, dict[str, int]]]:
    """A scheduler and workers of one thread each: the executor's name, and their processes."""
    dask, where = [sys.executable, "-m", "dask"], folder / "scheduler.json"
    quiet = partial(subprocess.Popen, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    scheduler = quiet([*dask, "scheduler", "--port", "0", "--scheduler-file", str(where), *local])
    started = [scheduler]
    try:
        while not where.exists():
            assert scheduler.poll() is None, "the scheduler did not start"
            time.sleep(0.1)
        many = ["--nworkers", str(workers), "--nthreads", "1", "--local-directory", str(folder)]
        crew = quiet([*dask, "worker", "--scheduler-file", str(where), *many, *local])
        started.append(crew)
        name = "dask://" + address(where).removeprefix("tcp://")
        yield name, {"scheduler": scheduler.pid, "workers": crew.pid}
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(30)


def address(where: Path) -> str:
    """The scheduler's address, as its file says."""
    import json

    return str(json.loads(where.read_text())["address"])


# -- a sweep ------------------------------------------------------------------------------------


def study_file(folder: Path, runs: int) -> Path:
    """The study's file, with its scenario beside it."""
    folder.mkdir()
    (folder / "market.yaml").write_text(SCENARIO)
    path = folder / "many.yaml"
    path.write_text(STUDY % (TREATMENTS, max(1, runs // TREATMENTS)))
    return path


def swept(path: Path, executor: str, jobs: int | None, parts: dict[str, int]) -> Measured:
    """Plan, sweep, look again, read; called in a process of its own."""
    from sim.experiments.runner import run_plan
    from sim.experiments.status import status
    from sim.experiments.store import open_store
    from sim.experiments.sweep import planned, resolve
    from sim.experiments.ways import Ways

    folder, began = path.parent / "results", time.perf_counter()
    plan = planned(resolve(str(path)))
    ended = time.perf_counter()
    watch = Watch({**parts, HERE: os.getpid()})
    own = time.process_time()
    run_plan(folder, plan, Ways(jobs=jobs, executor=executor, progress=watch.look))
    made = Measured(len(plan.runs), ended - began, time.perf_counter() - ended)
    own = time.process_time() - own
    watch.into(made)
    made.cpu["driver"] = own  # with what came after it last told
    files = [file for file in folder.rglob("*") if file.is_file()]
    made.files, made.megabytes = len(files), sum(file.stat().st_size for file in files) / 1e6
    made.again = seconds(lambda: run_plan(folder, plan, Ways(jobs=1)))
    made.status = seconds(lambda: status(folder))
    with open_store(folder) as store:
        assert store.counts() == (made.runs, 0, made.runs)
        made.table = seconds(store.firm_table)
        made.digest = store.digest()
    return made


def seconds(work: Any) -> float:
    """Processor time of a call."""
    began = time.process_time()
    work()
    return time.process_time() - began


def alone(*job: Any) -> Measured:
    """``swept`` in a new process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as one:
        return one.submit(swept, *job).result()


def kernel() -> float:
    """Milliseconds that the compiled weeks of a run take, median of 50."""
    import statistics

    from sim.scenario.read import load
    from tests.bench.sweeps import one_run

    with tempfile.TemporaryDirectory() as folder:
        scenario = load(str(study_file(Path(folder) / "s", 1).with_name("market.yaml")))
    found = [one_run(scenario, seed)["weeks"] for seed in range(60)][10:]
    return 1000 * statistics.median(found)


# -- the table ----------------------------------------------------------------------------------


def rows(made: Measured, weeks: float, jobs: int) -> dict[str, str]:
    """One column: name of the row and value."""

    def ms(part: str) -> str:
        return f"{1000 * made.cpu[part] / made.runs:.2f}" if part in made.cpu else "none"

    def mb(part: str) -> str:
        return f"{made.peak[part]:,.0f}" if part in made.peak else "none"

    total = 1000 * sum(made.cpu.values()) / made.runs
    return {
        "runs": f"{made.runs:,}",
        "plan the study, s": f"{made.plan:.2f}",
        "sweep, start to end, s": f"{made.seconds:,.1f}",
        "runs per second, all of it": f"{made.runs / made.seconds:,.0f}",
        "runs per second, once at work": f"{made.rate:,.0f}",
        "load of the machine meanwhile": f"{made.load:.1f}",
        "processor time a run, ms: workers": ms("workers"),
        "... driver (send, store)": ms("driver"),
        "... scheduler": ms("scheduler"),
        "... together": f"{total:.2f}",
        "... of it the compiled weeks": f"{weeks:.2f}",
        "overhead a run, ms of processor time": f"{total - weeks:.2f}",
        f"clock x {jobs} workers a run, ms": f"{1000 * jobs * made.seconds / made.runs:.2f}",
        "runs per second of processor time": f"{1000 / total:,.0f}",
        "store, MB": f"{made.megabytes:,.1f}",
        "store, kB a run": f"{1000 * made.megabytes / made.runs:.2f}",
        "store, files": f"{made.files}",
        "peak memory of the driver, MB": mb("driver"),
        "peak memory of the scheduler, MB": mb("scheduler"),
        "peak memory of a worker, MB": mb("workers"),
        "sweep again, nothing is missing, s": f"{made.again:.2f}",
        "`status`, s": f"{made.status:.2f}",
        "read the table of firms, s": f"{made.table:.2f}",
    }


def show(columns: dict[str, dict[str, str]]) -> None:
    """Print a Markdown table."""
    names = list(columns)
    print("| | " + " | ".join(names) + " |\n|---|" + "---:|" * len(names))
    for row in columns[names[0]]:
        print(f"| {row} | " + " | ".join(columns[name].get(row, "") for name in names) + " |")


def report(runs: int, jobs: int, executor: str = "") -> None:
    """Measure and print."""
    weeks = kernel()
    packages = ", ".join(f"{name} {version(name)}" for name in ("numba", "distributed", "duckdb"))
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        there = study_file(top / "there", runs)
        if executor:
            dask = alone(there, executor, None, {})
        else:
            with dask_cluster(jobs, top) as (name, parts):
                dask = alone(there, name, jobs, parts)
        local = alone(study_file(top / "here", min(runs, MOST_LOCAL)), "processes", jobs, {})
    if local.runs == dask.runs:
        assert local.digest == dask.digest, "the two ways left different results"
    print("# Many small runs: worker processes and a Dask cluster\n")
    print(f"`python -m tests.bench cluster --runs {runs} --jobs {jobs}`. {machine()}; {packages}.")
    print(
        "100 people, 2 firms, 26 weeks. A load above the number of workers is other work that ran"
    )
    print(f"beside it; before it began the load was {load:.1f}.\n")
    show({"processes": rows(local, weeks, jobs), "Dask": rows(dask, weeks, jobs)})


def machine() -> str:
    """Processor, cores, Python."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    what = names[0] if names else platform.machine()
    return f"{what}, {os.cpu_count()} cores, Python {platform.python_version()}"


def main(arguments: Sequence[str]) -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        "python -m tests.bench cluster", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--runs", type=int, default=2_000, help="runs of the study, 2,000")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="workers")
    parser.add_argument("--executor", default="", help="dask://HOST:PORT of a cluster")
    asked = parser.parse_args(arguments)
    report(asked.runs, asked.jobs, asked.executor)


if __name__ == "__main__":
    main(sys.argv[1:])
