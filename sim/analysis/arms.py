"""What is compared: strategies of a study, its treatments, or whole folders of results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

MOST = 12  # arms at a time: more fit neither a table nor a figure
STRATEGY, TREATMENT, FOLDER = "strategy", "treatment", "folder"


class ArmFault(ValueError):  # noqa: N818 - it reads as what it says
    """What was asked to be compared is not there, or is not two things."""


class Arm(NamedTuple):
    """One thing that is compared.

    kind: strategy, treatment or folder. rows: its firms, FIRM_ROW columns, ``seed``,
    ``treatment`` and ``share_customers``.
    """

    name: str
    kind: str
    rows: pd.DataFrame
    title: str = ""


class _Stored(NamedTuple):
    """The firms of a folder of results and the short titles of its treatments, in order."""

    folder: Path
    rows: pd.DataFrame
    titles: dict[str, str]
    title: str


def arms_of(targets: Sequence[str]) -> list[Arm]:
    """The arms that targets name: FOLDER, or FOLDER:NAME of a treatment or strategy in it.

    One folder alone is compared with itself: its treatments, or the strategies of its only
    treatment; one FOLDER:TREATMENT alone by its strategies. Raises ArmFault, and StoreError for
    a folder without results.
    """
    if not targets:
        raise ArmFault("name a folder of results, or two or more to compare")
    read: dict[Path, _Stored] = {}
    asked = []
    for target in targets:
        folder, name = _split(target)
        stored = read.get(folder) or _read(folder)
        read[folder] = stored
        asked.append((target, stored, name))
    arms = _within(*asked[0][1:]) if len(asked) == 1 else [_one(*each) for each in asked]
    return _checked(_distinct(arms, targets))


def _split(target: str) -> tuple[Path, str | None]:
    """Folder and name; a folder's own name may hold colons."""
    if Path(target).is_dir():
        return Path(target), None
    for at in (place for place, letter in enumerate(target) if letter == ":"):
        if at and Path(target[:at]).is_dir():
            return Path(target[:at]), target[at + 1 :]
    raise ArmFault(f"there is no folder {target}; name a folder of results, or FOLDER:TREATMENT")


def _read(folder: Path) -> _Stored:
    """The firms of a folder of results."""
    from sim.analysis.stored import tables_in
    from sim.analysis.treatments import short_titles
    from sim.experiments.single import StoredRun, open_result

    tables = tables_in(folder)
    result = open_result(folder)
    if isinstance(result, StoredRun):
        return _Stored(folder, tables.rows, {"": ""}, tables.title)
    with result:
        known = [(one.name, one.settings) for one in result.treatments()]
    present = set(tables.rows["treatment"])
    titles = {name: title for name, title in short_titles(known).items() if name in present}
    return _Stored(folder, tables.rows, titles, tables.title)


def _within(stored: _Stored, name: str | None) -> list[Arm]:
    """Treatments of a folder, or strategies where there is one treatment only."""
    if name is not None:
        treatment = _treatment(stored, name)
        if treatment is None:
            raise ArmFault(f"{stored.folder}: no treatment {name}{_known(stored)}")
        return _strategies(stored, stored.rows[stored.rows["treatment"] == treatment])
    if len(stored.titles) == 1:
        return _strategies(stored, stored.rows)
    return [
        Arm(title, TREATMENT, stored.rows[stored.rows["treatment"] == treatment], stored.title)
        for treatment, title in stored.titles.items()
    ]


def _strategies(stored: _Stored, rows: pd.DataFrame) -> list[Arm]:
    """An arm a strategy: the project's pair first, then by name."""
    from sim.analysis.pairs import HEADLINE

    present = set(rows["strategy"])
    names = [n for n in HEADLINE if n in present] + sorted(present - set(HEADLINE))
    return [Arm(n, STRATEGY, rows[rows["strategy"] == n], stored.title) for n in names]


def _one(target: str, stored: _Stored, name: str | None) -> Arm:
    """The arm of one of several targets."""
    rows = stored.rows
    if name is None:
        return Arm(stored.folder.resolve().name, FOLDER, rows, stored.title)
    treatment = _treatment(stored, name)
    if treatment is not None:
        shown = stored.titles[treatment] or stored.folder.name
        return Arm(shown, TREATMENT, rows[rows["treatment"] == treatment], stored.title)
    if name in set(rows["strategy"]):
        return Arm(name, STRATEGY, rows[rows["strategy"] == name], stored.title)
    raise ArmFault(f"{target}: no treatment or strategy {name}{_known(stored)}")


def _treatment(stored: _Stored, name: str) -> str | None:
    """The treatment of that full or short name."""
    for treatment, title in stored.titles.items():
        if treatment and name in (treatment, title):
            return treatment
    return None


def _known(stored: _Stored) -> str:
    """What there is instead, a screenful of it."""
    names = [title for title in stored.titles.values() if title]
    names += sorted(set(stored.rows["strategy"]))
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return f"; there are {', '.join(names[:MOST])}{more}"


def _distinct(arms: list[Arm], targets: Sequence[str]) -> list[Arm]:
    """Arms whose names tell them apart: where two are called alike, as they were asked for."""
    names = [arm.name for arm in arms]
    if len(set(names)) == len(names) or len(targets) != len(arms):
        return arms
    return [arm._replace(name=target) for arm, target in zip(arms, targets, strict=True)]


def _checked(arms: list[Arm]) -> list[Arm]:
    """The arms, if there are at least two different ones, and not too many."""
    if len(arms) < 2:
        only = f"{arms[0].name} firms" if arms[0].kind == STRATEGY else arms[0].name
        raise ArmFault(f"only {only} there: nothing to compare with; name another folder too")
    if len({arm.name for arm in arms}) < len(arms):
        raise ArmFault(f"{arms[0].name} is named twice: name two different results")
    if len(arms) > MOST:
        raise ArmFault(
            f"{len(arms)} treatments are too many for one table; name up to {MOST} of them, "
            f"such as FOLDER:{arms[0].name} FOLDER:{arms[-1].name}"
        )
    return arms
