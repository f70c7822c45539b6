"""Results side by side: the answer, differences by seed with intervals, a table and a figure."""

from __future__ import annotations

import json as json_format
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.show import as_object, paragraph, safe, table
from sim.cli.trouble import Refused, check_writable, storing

if TYPE_CHECKING:
    from sim.analysis.compare import Comparison, Contrast
    from sim.analysis.intervals import Interval

MOST_ROWS = 40  # of the table on screen


def compare(targets: list[str], out: Path | None, json: bool) -> None:
    """Compare folders of results, treatments or strategies; the first with each of the others.

    targets: FOLDER or FOLDER:NAME. out: folder for the table and the figure, by default
    ``comparison`` in the first folder. json: print one JSON object instead. Raises Refused for
    what is not there or cannot be compared.
    """
    from sim.analysis.arms import ArmFault, arms_of
    from sim.analysis.compare import compare_arms
    from sim.analysis.compared import compared

    try:
        arms = arms_of(targets)
    except ArmFault as fault:
        raise Refused(safe(fault)) from None
    folder = out if out is not None else _folder(targets[0]) / "comparison"
    check_writable(folder)
    comparison = compare_arms(arms)
    answer = compared(comparison)
    files = write(comparison, folder)
    if json:
        print(json_format.dumps(as_json(comparison, answer, files), allow_nan=False))
        return
    show(comparison, answer, files)


def _folder(target: str) -> Path:
    """The folder of a target, whatever stands behind its colon."""
    path = Path(target)
    while not path.is_dir():
        target = target.rpartition(":")[0]
        path = Path(target)
    return path


def write(comparison: Comparison, folder: Path) -> list[Path]:
    """Write the table as CSV and the forest plot as PNG and SVG; returns the three paths."""
    import pandas as pd

    from sim.analysis.compare import records
    from sim.plots.compare import comparison_figure
    from sim.plots.figures import save

    stem = _stem([arm.name for arm in comparison.arms])
    csv = folder / f"{stem}.csv"
    with storing(folder):
        pd.DataFrame(records(comparison)).to_csv(csv, index=False)
        figure = comparison_figure(comparison, comparison.arms[0].title)
        return [csv, *save(figure, folder / stem)]


def _stem(names: Sequence[str]) -> str:
    """A file's name for a comparison: another comparison gets another one."""
    import hashlib

    from sim.experiments.single import slug

    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:6]
    return f"{slug('-against-'.join(names))}-{digest}"


def as_json(comparison: Comparison, answer: str, files: Sequence[Path]) -> dict[str, Any]:
    """The comparison as one object; what is no number becomes null."""
    from sim.analysis.compare import records

    rows = [as_object(row) for row in records(comparison)]
    arms = [{"name": arm.name, "kind": arm.kind, "title": arm.title} for arm in comparison.arms]
    return {
        "answer": answer, "notes": list(comparison.notes), "paired": comparison.paired,
        "arms": arms, "differences": rows, "files": [str(path) for path in files],
    }  # fmt: skip


def show(comparison: Comparison, answer: str, files: Sequence[Path]) -> None:
    """The answer, a table for each of the others, what to know, and where the rest is."""
    title = comparison.arms[0].title
    print(f"\n{safe(title)}\n" if title else "")
    paragraph(safe(answer))
    left = MOST_ROWS
    for arm in comparison.arms[1:]:
        found = comparison.of(arm.name)[: max(left, 0)]
        if found:
            _show_pair(found)
        left -= len(found)
    total = len(comparison.contrasts)
    print()
    if total > MOST_ROWS:
        print(f"and {total - MOST_ROWS} more differences in {files[0]}")
    for said in (*comparison.notes, _LEGEND.format(total=total)):
        paragraph(safe(f"{said[:1].upper()}{said[1:]}."))
    print(f"\n{files[0]}   the whole table, with the intervals of both effect sizes")
    print(f"{files[1]}   the differences drawn, also as SVG")


_LEGEND = (
    "95% intervals over runs, dead firms included; money per head of population; d: the "
    "difference in units of its own spread; ahead: how often the first is ahead of the second; "
    "p: randomisation test, Holm's correction for the {total} differences shown"
)


def _show_pair(found: Sequence[Contrast]) -> None:
    """One table: the first against one of the others."""
    from sim.analysis.compared import NAMES

    rows, before = [], None
    for one in found:
        if one.firms not in ("", before):
            rows.append((_heading(one.firms), *[""] * 6))
        before = one.firms
        rows.append(
            (
                f"{'  ' if one.firms else ''}{NAMES[one.measure.name]}",
                _mean(one, one.first_mean), _mean(one, one.second_mean), _difference(one),
                _plain(one.effect.d.value, 1), _ahead(one.effect.superiority), _p(one.p_holm),
            )
        )  # fmt: skip
    first, second = (_short(safe(name)) for name in (found[0].first, found[0].second))
    header = ("", first, second, "difference", "d", "ahead", "p")
    print()
    table(header, rows, right="lrrrrrr", gap=2)


def _heading(firms: str) -> str:
    return {"market": "all people", "all": "all firms"}.get(firms, f"{firms} firms")


def _short(text: str, most: int = 30) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _mean(one: Contrast, found: Interval) -> str:
    """A mean with its interval, in the unit of its measure."""
    if one.measure.unit.startswith("share of"):
        shown = [_plain(100 * value, 0) for value in found]
        return _with_interval(f"{shown[0]}%", shown[1:])
    digits = 0 if one.measure.unit == "weeks" else 2
    shown = [_plain(value, digits) for value in found]
    return _with_interval(shown[0], shown[1:])


def _with_interval(value: str, bounds: Sequence[str]) -> str:
    return value if "-" in bounds else f"{value} ({' to '.join(bounds)})"


def _difference(one: Contrast) -> str:
    """First less second with its interval, signed."""
    from sim.analysis.wording import signed

    value, low, high = one.effect.difference
    unit = one.measure.unit
    scale, digits = (100, 1) if unit.startswith("share of") else (1, 0 if unit == "weeks" else 2)
    shown = signed(scale * value, digits)
    if math.isnan(low):
        return shown
    return f"{shown} ({signed(scale * low, digits)} to {signed(scale * high, digits)})"


def _plain(value: float, digits: int) -> str:
    """A number, without a minus before a zero; a dash for what does not exist."""
    from sim.analysis.wording import plain

    return plain(value, digits) if math.isfinite(value) else "-"


def _ahead(found: Interval) -> str:
    shown = [_plain(100 * value, 0) for value in found]
    return _with_interval(f"{shown[0]}%", shown[1:])


def _p(p: float) -> str:
    from sim.analysis.wording import p_value

    return p_value(p).removeprefix("p ").removeprefix("= ")
