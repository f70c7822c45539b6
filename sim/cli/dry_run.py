"""What a sweep would take, told before it is made."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from sim.cli.show import safe
from sim.cli.status import lasting
from sim.cli.trouble import count

if TYPE_CHECKING:
    from sim.cli.sweep import Asked


def dry_run(asked: Asked) -> None:
    """Print treatments, runs, time and disk of a sweep; makes a few short runs, stores nothing."""
    from sim.cli.warm import warm_up
    from sim.experiments.estimate import estimate
    from sim.experiments.executors import check_kind, cores
    from sim.experiments.sweep import folder_of

    check_kind(asked.executor, asked.limit)
    began = time.perf_counter()
    study = asked.resolved()
    before = time.perf_counter() - began  # the sweep has to do that too, for each treatment
    folder, jobs = folder_of(study, asked.out), asked.jobs or cores()
    warm_up()
    found = estimate(study, folder, jobs)
    rule = "" if study.study.stop is None else ", by its stopping rule"
    print(f"{safe(study.study.title)}: {count(found.treatments, 'treatment')}")
    print(
        f"  {_span(found.runs, lambda n: f'{n:,.0f}')} runs{rule}, {found.stored:,} stored already"
    )
    spent = (seconds + before * (seconds > 0) for seconds in found.seconds)
    print(
        f"  about {_span(spent, lasting)}, {jobs} at a time; a run takes "
        f"{found.seconds_a_run:.2g} s ({found.basis})"
    )
    print(f"  about {_span(found.bytes, size)} in {folder}; a run takes {size(found.bytes_a_run)}")
    after, pictures = found.after
    print(f"  then about {lasting(after)} and {size(pictures)} for tables and figures")


def _span(pair: Iterable[float], shown: Callable[[float], str]) -> str:
    """``5 min``, or ``5 min to 2.0 h``."""
    return " to ".join(dict.fromkeys(map(shown, pair)))


def size(n_bytes: float) -> str:
    """``640 B``, ``12 kB``, ``3.4 MB``, ``2.0 GB``."""
    for unit, of in (("GB", 1e9), ("MB", 1e6)):
        if n_bytes >= of:
            return f"{n_bytes / of:.1f} {unit}"
    return f"{n_bytes / 1e3:.0f} kB" if n_bytes >= 1e3 else f"{n_bytes:.0f} B"
