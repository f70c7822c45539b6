"""One page about stored results, to hand round."""

from __future__ import annotations

import shutil
from pathlib import Path

from sim.cli.trouble import Refused, check_writable, storing

REPLAYED = "replay.csv"  # what a folder of a replay holds


def report(folder: Path, out: Path | None) -> None:
    """Write the page about a folder of results, and say where it is."""
    from sim.report.build import FILE, write_report

    path = out if out is not None else folder / FILE
    if path.is_dir():
        raise Refused(f"{path} is a folder; name a file with --out, such as {path / FILE}")
    if out is not None:
        check_writable(path.parent)
    with storing(path):
        if (folder / REPLAYED).is_file() and (folder / FILE).is_file():
            # the page of a replay was made with its results, and stands beside them
            print(path if path == folder / FILE else shutil.copyfile(folder / FILE, path))
            return
        print(write_report(folder, path))
