"""A sweep of the stand-in engine as a process of its own, for tests that kill it.

``python sweep_alone.py FOLDER STORY REPLICATES JOBS EXECUTOR`` prints ``done N`` whenever N
runs are stored, and leaves as the command line would: status and one line.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sim.experiments.errors import Interrupted, StoreError
from sim.experiments.runner import run_plan
from sim.experiments.ways import Progress, Ways
from tests.experiments.fakes import simulate, small_plan


def tell(progress: Progress) -> None:
    print("done", progress.done, flush=True)


def main() -> int:
    folder, story, replicates, jobs, executor = sys.argv[1:]
    plan = small_plan(story, replicates=int(replicates))
    ways = Ways(int(jobs), executor, simulate, tell, resume="userfirst sweep small")
    try:
        run_plan(Path(folder), plan, ways)
    except (Interrupted, StoreError) as error:
        print(error, file=sys.stderr)
        return error.status
    return 0


if __name__ == "__main__":
    sys.exit(main())
