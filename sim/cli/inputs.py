"""What the command line reads: scenarios with their strategies checked, and studies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def load_scenario(name: str, changes: Sequence[str] = ()) -> Scenario:
    """A scenario by file or name, changed, its strategies and their options checked."""
    from sim.scenario.read import load
    from sim.strategies import OPTIONS

    return load(name, changes, OPTIONS)
