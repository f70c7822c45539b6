"""One page about stored results, to hand round."""

from __future__ import annotations

from pathlib import Path

from sim.cli.trouble import Refused, check_writable, storing


def report(folder: Path, out: Path | None) -> None:
    """Write the page about a folder of results, and say where it is."""
    from sim.report.build import FILE, write_report

    path = out if out is not None else folder / FILE
    if path.is_dir():
        raise Refused(f"{path} is a folder; name a file with --out, such as {path / FILE}")
    if out is not None:
        check_writable(path.parent)
    with storing(path):
        print(write_report(folder, path))
