"""How much memory a run may take, asked before anything is allocated."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sim.cli.trouble import Refused

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def available_bytes() -> int | None:
    """Memory that a process may still take; None where the system does not say."""
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


def refuse_too_large(scenario: Scenario, jobs: int = 1) -> None:
    """Raise ``Refused`` when ``jobs`` runs at a time need more memory than there is."""
    from sim.market import estimate_bytes

    needed, available = jobs * estimate_bytes(scenario), available_bytes()
    if available is not None and needed > available:
        at_once = f" ({jobs} at a time)" if jobs > 1 else ""
        raise Refused(
            f"{scenario.people.count:,} people{at_once} need about {needed / 2**30:.1f} GiB of "
            f"memory, {available / 2**30:.1f} are free; try fewer --people"
            + (" or fewer --jobs" if jobs > 1 else "")
        )
