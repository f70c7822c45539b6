"""What a benchmark prints, and leaves in ``results/bench/``: a table, its machine, its notes."""

from __future__ import annotations

import csv
import datetime
import os
import platform
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tests.bench.c_week import version as gcc_version

FOLDER = Path(__file__).resolve().parents[2] / "results" / "bench"
Cell = str | float | None


@dataclass(frozen=True)
class Ways:
    """How to measure: ``small`` is a trial of the benchmark itself and keeps no table.

    largest: also ten million people; jobs: worker processes of a sweep.
    """

    small: bool = False
    jobs: int = 1
    largest: bool = False


def processor() -> str:
    """What the processor calls itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def machine() -> str:
    """Processor, cores, memory, versions and the day, on one line."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "mesa"))
    return (
        f"{processor()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory; "
        f"Python {platform.python_version()}, {packages}, {gcc_version()}; "
        f"{datetime.datetime.now(datetime.UTC).date()}"
    )


def shown(cell: Cell) -> str:
    """A cell for people: three digits that count, a dash where nothing was measured."""
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    if cell == round(cell) and abs(cell) < 1e12:
        return f"{int(cell):,}"
    digits = 0 if abs(cell) >= 100 else 1 if abs(cell) >= 10 else 2 if abs(cell) >= 1 else 3
    return f"{cell:,.{digits}f}"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of a Markdown table whose columns stand under each other, numbers to the right."""
    widths = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(
            cell.ljust(width) if c == 0 else cell.rjust(width)
            for c, (cell, width) in enumerate(zip(row, widths, strict=True))
        ) + " |"
        for row in rows
    ]  # fmt: skip
    rule = "|" + "|".join("-" * (w + 1) + ("-" if c == 0 else ":") for c, w in enumerate(widths))
    return [lines[0], rule + "|", *lines[1:]]


def publish(
    name: str, title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], *notes: str,
    ways: Ways, folder: Path = FOLDER,
) -> None:  # fmt: skip
    """Prints a table; keeps it as NAME.md and NAME.csv unless it is only a trial."""
    table = aligned([columns, *([shown(cell) for cell in row] for row in rows)])
    text = "\n\n".join([f"# {title}", machine() + ".", "\n".join(table), *notes]) + "\n"
    print(text, flush=True)
    if ways.small:
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(text, "utf-8")
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)


def median_of(rounds: int, *measured: Callable[[], float]) -> list[float]:
    """Medians of several measurements that take turns, so that what disturbs one disturbs all."""
    found = [[each() for each in measured] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*found, strict=True)]
