"""What the command line reads: scenarios with their strategies checked, and studies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def allowing(folder: Path) -> list[str]:
    """The option that a command about this folder needs: --allow-code where it runs code."""
    from sim.experiments.own_files import runs_code

    return ["--allow-code"] if runs_code(folder) else []


def load_scenario(name: str, changes: Sequence[str] = (), *, allow_code: bool = False) -> Scenario:
    """A scenario by file or name, changed, its strategies and their options checked.

    allow_code: run the files that it names as strategies.
    """
    from sim.scenario.overrides import ORIGIN
    from sim.scenario.read import load
    from sim.strategies import OPTIONS
    from sim.strategies.own import OwnCode

    # what --set names lies in the working folder, whatever folder the scenario is in
    code = OwnCode({ORIGIN: Path()}) if allow_code else None
    return load(name, changes, OPTIONS, code)
