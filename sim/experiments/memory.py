"""Whether the runs of a sweep fit in the memory that there is, asked before any worker starts."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sim.experiments.errors import TooLarge

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def available_bytes() -> int | None:
    """Memory that this machine's processes may still take; None where the system does not say."""
    limits = [found for found in (_system_bytes(), _address_space()) if found is not None]
    return min(limits, default=None)


def _system_bytes() -> int | None:
    """``MemAvailable`` of Linux, else the physical memory."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            found = dict(line.split(":", 1) for line in lines)
        return int(found["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None


def _address_space() -> int | None:
    """What is left of the limit that a shell has set with ``ulimit -v``."""
    try:
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        with open("/proc/self/statm", encoding="ascii") as sizes:
            used = int(sizes.read().split()[0]) * resource.getpagesize()
    except (ImportError, OSError, ValueError):  # not on every system
        return None
    return None if limit == resource.RLIM_INFINITY else max(limit - used, 0)


def refuse_too_large(scenarios: Iterable[Scenario], at_once: int = 1) -> None:
    """Raise TooLarge when the largest of these, ``at_once`` at a time, need more than there is."""
    from sim.market import estimate_bytes

    sizes = [(estimate_bytes(scenario), scenario.people.count) for scenario in scenarios]
    one, people = max(sizes, default=(0, 0))
    needed, available = at_once * one, available_bytes()
    if available is not None and needed > available:
        several = f" ({at_once} at a time)" if at_once > 1 else ""
        raise TooLarge(
            f"{people:,} people{several} need about {needed / 2**30:.1f} GiB of memory, "
            f"{available / 2**30:.1f} are free; try fewer --people"
            + (" or fewer --jobs" if at_once > 1 else "")
        )
