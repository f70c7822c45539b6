"""From what a person names, a study or a folder, to the folder of its results."""

from __future__ import annotations

from pathlib import Path

from sim.cli.trouble import Refused


def folder_of(target: str, out: Path) -> Path:
    """The folder of a study's results: itself, or under ``out`` by the study's name.

    Raises ``Refused`` with the studies that there are.
    """
    from sim.experiments.ledger import FILE
    from sim.experiments.single import slug

    itself, named = Path(target), out / slug(Path(target).stem)
    for folder in (itself, named):
        if (folder / FILE).is_file():
            return folder
    there = sorted(path.parent.name for path in out.glob(f"*/{FILE}"))
    known = f"; there is {', '.join(there[:12])}" if there else ""
    raise Refused(f"no results of {target} in {itself} or {named}{known}")
