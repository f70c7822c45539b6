"""Speed and size of the full week, of runs and of the command; `make bench` measures all.

    python -m tests.bench                 every table, one after the other
    python -m tests.bench week            the engine beside C, NumPy and one Mesa agent a person
    python -m tests.bench frameworks      the plain market diffusion in ours and other frameworks
    python -m tests.bench limits          what the machine could do, and where the time goes
    python -m tests.bench growth          cost by people, firms, links, threads; memory
    python -m tests.bench mechanisms      what each mechanism costs where it is on
    python -m tests.bench shipped         what each shipped scenario costs
    python -m tests.bench sweeps          runs per second with storage, and overhead of a run
    python -m tests.bench estimates       what a dry run says beside what happens
    python -m tests.bench startup         help, check, a first run cold and warm
    python -m tests.bench cluster ...     many small runs on Dask; has options of its own

`TABLE --help` says what a table measures; results/bench/README.md how long it takes.  Tables go
to results/bench/.  Measure on a machine that does nothing else; `--small` tries the benchmark
itself and keeps nothing.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from collections.abc import Sequence

from tests.bench.tables import Ways

TABLES = (
    "week", "frameworks", "limits", "growth", "mechanisms", "shipped", "sweeps", "estimates",
    "startup",
)  # fmt: skip


def parser(asked: Sequence[str]) -> argparse.ArgumentParser:
    """What the command understands; its help tells of the tables that are asked for."""
    named = [name for name in asked if name in TABLES]
    about = [importlib.import_module(f"tests.bench.{name}").__doc__ or "" for name in named]
    made = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="\n".join(about) or __doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("tables", nargs="*", metavar="TABLE", help=", ".join(TABLES))
    made.add_argument("--small", action="store_true", help="little of everything, nothing kept")
    made.add_argument("--largest", action="store_true", help="ten million people too, in `week`")
    made.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="workers of a sweep")
    return made


def main(arguments: Sequence[str]) -> None:
    """Makes the tables asked for, one after the other."""
    if arguments[:1] == ["cluster"]:
        from tests.bench.cluster import main as cluster

        cluster(arguments[1:])
        return
    reader = parser(arguments)
    asked = reader.parse_args(arguments)
    if unknown := [name for name in asked.tables if name not in TABLES]:
        reader.error(f"no table {unknown[0]!r}; there are {', '.join(TABLES)}")
    for name in asked.tables or TABLES:
        began = time.perf_counter()
        ways = Ways(asked.small, asked.jobs, asked.largest)
        importlib.import_module(f"tests.bench.{name}").report(ways)
        print(f"({name}: {time.perf_counter() - began:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
