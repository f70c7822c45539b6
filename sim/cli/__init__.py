"""The command line: parse, call, print.

Nothing here computes: every number shown comes from another room.
"""

from __future__ import annotations


def main() -> None:
    """Run the command that the arguments name and leave with its exit status."""
    from sim.cli.app import run_program

    run_program()
