"""Speed and size of the full week, of runs and of the command; `make bench` measures all.

    python -m tests.bench                 every table, about seven minutes
    python -m tests.bench week            the engine beside C, NumPy and one Mesa agent a person
    python -m tests.bench limits          what the machine could do, and where the time goes
    python -m tests.bench growth          cost by people, firms, links, threads; memory
    python -m tests.bench mechanisms      what each mechanism costs where it is on
    python -m tests.bench sweeps          runs per second with storage, and overhead of a run
    python -m tests.bench startup         help, check, a first run cold and warm
    python -m tests.bench cluster ...     many small runs on Dask; has options of its own

Tables go to ``results/bench/``.  Measure on a machine that does nothing else; ``--small`` tries
the benchmark itself and keeps nothing.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time

from tests.bench.tables import Ways

TABLES = ("week", "limits", "growth", "mechanisms", "sweeps", "startup")


def main() -> None:
    """Makes the tables asked for, one after the other."""
    if sys.argv[1:2] == ["cluster"]:
        from tests.bench.cluster import main as cluster

        cluster(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=", ".join(TABLES))
    parser.add_argument("--small", action="store_true", help="little of everything, nothing kept")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="workers of a sweep")
    asked = parser.parse_args()
    if unknown := [name for name in asked.tables if name not in TABLES]:
        parser.error(f"no table {unknown[0]!r}; there are {', '.join(TABLES)}")
    for name in asked.tables or TABLES:
        began = time.perf_counter()
        importlib.import_module(f"tests.bench.{name}").report(Ways(asked.small, asked.jobs))
        print(f"({name}: {time.perf_counter() - began:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main()
