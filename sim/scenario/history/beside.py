"""The YAML beside a CSV, checked against its types and against the CSV's columns and times."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.scenario.faults import FaultList, shown, way_out
from sim.scenario.file_text import read_text
from sim.scenario.folders import label
from sim.scenario.history.about import About, Break, Place, Written
from sim.scenario.history.cells import CONFIDENCE, Sheet
from sim.scenario.history.times import EXAMPLES, Time, time_of
from sim.scenario.shape import Checker, at
from sim.scenario.yaml_nodes import Pairs, parse


@dataclass(frozen=True)
class Told:
    """What a YAML says of a CSV, and the tree it stands in."""

    about: About
    tree: Pairs

    def breaks(self, column: str) -> tuple[Break, ...]:
        """The known breaks of a column, where its rows of those times stand."""
        return tuple(
            self._break(each.time, each.until, each.what, self.about.columns[column].at)
            for each in self.about.known_breaks
            if each.column in (None, column)
        )

    def _break(self, first: Written, last: Written | None, what: str, place: Place) -> Break:
        begin, end = self.time(first), self.time(last if last is not None else first)
        assert begin is not None
        assert end is not None
        words = begin.text if last is None else f"{begin.text} to {end.text}"
        return Break(when=begin.at(place), until=end.at(place), time=words, what=what)

    def time(self, written: Written) -> Time | None:
        """The time that is written, None where it is not of the file's form."""
        return time_of(str(written), self.about.time)


def told_of(path: Path, faults: FaultList) -> Told | None:
    """What the YAML beside a CSV says; None without one.

    A YAML that has no key ``columns`` is something else, such as a scenario of the same name.
    Raises ScenarioFaults with what is wrong in it.
    """
    beside = path.with_suffix(".yaml")
    if beside == path or not beside.is_file():
        return None
    name = label(beside)
    tree = parse(read_text(beside, name), name, faults)
    if not isinstance(tree, Pairs) or "columns" not in tree.pairs:
        return None
    checker = Checker(faults)
    plain = checker.block(tree, About)
    faults.raise_any()
    about: About | None = checker.constructed(About, plain, tree, "")
    faults.raise_any()
    assert about is not None
    return Told(about, tree)


def check_told(told: Told, sheet: Sheet, faults: FaultList) -> None:
    """Note what the YAML says of columns and times that the CSV cannot have."""
    about, tree = told.about, told.tree
    values = [name for name in sheet.header[1:] if name and not is_grade(name, sheet)]
    if not about.columns:
        faults.add(at(tree, ["columns"]), "columns", f"must name a column{way_out('', values)}")
    for name in about.columns:
        if name not in values:
            node = tree.pairs["columns"].node
            place = node.pairs[name].mark if isinstance(node, Pairs) else node.mark
            message = f"no such column in {sheet.file}{way_out(name, values)}"
            faults.add(place, f"columns.{shown(name)}", message)
    for name in values:
        if name not in about.columns:
            faults.add(
                sheet.mark, "", f"column {shown(name)} is not among columns of the YAML beside it"
            )
    _check_times(told, faults)


def _check_times(told: Told, faults: FaultList) -> None:
    about, tree = told.about, told.tree
    said: list[tuple[list[str], Written | None]] = []
    for place, each in enumerate(about.known_breaks):
        said += [(["known_breaks", str(place), "time"], each.time)]
        said += [(["known_breaks", str(place), "until"], each.until)]
        if each.column is not None and each.column not in about.columns:
            keys = ["known_breaks", str(place), "column"]
            message = f"no such column, got {shown(each.column)}"
            faults.add(
                at(tree, keys), ".".join(keys), message + way_out(each.column, [*about.columns])
            )
    said += [(["notes", str(place), "time"], each.time) for place, each in enumerate(about.notes)]
    for name, column in about.columns.items():
        said += [(["columns", name, "missing", str(n)], t) for n, t in enumerate(column.missing)]
    for keys, written in said:
        if written is not None and told.time(written) is None:
            message = f"must be {EXAMPLES[about.time]}, got {shown(str(written))}"
            faults.add(at(tree, keys), ".".join(map(shown, keys)), message)


def is_grade(name: str, sheet: Sheet) -> bool:
    """Whether a column of a CSV holds grades of confidence: of rows, or of another column."""
    if name.lower() in CONFIDENCE:
        return True
    return name.endswith("_confidence") and name.removesuffix("_confidence") in sheet.header
