"""The tables of a stored study, written for other programs."""

from __future__ import annotations

from pathlib import Path

from sim.cli.trouble import storing


def export(target: str, to: str, out: Path | None, results: Path) -> None:
    """Write the tables of a study's folder and say where they are."""
    from sim.cli.stored import folder_of
    from sim.experiments.export import export as write
    from sim.experiments.store import open_store

    folder = folder_of(target, results)
    to_folder = out if out is not None else folder / "export"
    with open_store(folder) as store, storing(to_folder):
        for path in write(store, to, to_folder):
            print(path)
