"""Times of a series are in order, none is there twice, and none is missing unsaid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from sim.scenario.faults import FaultList, Mark
from sim.scenario.history.about import Form
from sim.scenario.history.times import Time, countable, name_of

MOST_NAMED = 4  # missing times that a message lists


class Dated(NamedTuple):
    """A row's place and time."""

    mark: Mark
    time: Time


def check_order(rows: Sequence[Dated], key: str, faults: FaultList) -> bool:
    """Note rows that are not later than the row before; whether all are."""
    first: dict[tuple[float, float], int] = {}
    before, well = None, True
    for row in rows:
        span = (row.time.start, row.time.end)
        if span in first:
            message = f"{row.time.text} is there twice, first in line {first[span]}"
            faults.add(row.mark, key, message)
            well = False
        elif before is not None and row.time.at("middle") <= before.time.at("middle"):
            message = f"times must increase, got {row.time.text} after {before.time.text}"
            faults.add(row.mark, key, message)
            well = False
        first.setdefault(span, row.mark.line)
        before = row
    return well


def check_gaps(
    rows: Sequence[Dated], form: Form, missing: Collection[str], key: str, faults: FaultList
) -> None:
    """Note where a step between rows in order is not the usual one, unless said to be missing.

    The usual step is the commonest, of equally common ones the shortest.
    """
    indices, counted = countable([row.time for row in rows], form)
    steps = [after - before for before, after in pairwise(indices)]
    if not steps:
        return
    common = Counter(steps)
    usual = max(common, key=lambda step: (common[step], -step))
    for at, step in enumerate(steps):
        absent = [
            name for each in range(indices[at] + usual, indices[at + 1], usual)
            if (name := name_of(each, counted)) not in missing
        ]  # fmt: skip
        row = rows[at + 1]
        if step % usual or step < usual:
            message = f"is {_steps(step, counted)} after the row before, others are {usual}"
            faults.add(row.mark, key, f"{row.time.text} {message}; {_way_out()}")
        elif absent:
            many = "is" if len(absent) == 1 else "are"
            message = f"{_listed(absent)} {many} missing before {row.time.text}"
            faults.add(row.mark, key, f"{message}; {_way_out()}")


def _way_out() -> str:
    return "if that is so, say irregular: true in a YAML beside the file"


def _steps(step: int, counted: Form) -> str:
    word = {"date": "day", "age": "year"}.get(counted, counted)
    return f"{step} {word}{'s' if step != 1 else ''}"


def _listed(names: Sequence[str]) -> str:
    if len(names) <= MOST_NAMED:
        return ", ".join(names)
    return f"{names[0]} to {names[-1]} ({len(names)} rows)"
