"""What a sweep found: the table of strategies, the answer, and where the rest is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.show import amount, paragraph, safe, table
from sim.cli.trouble import count, storing

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.intervals import Interval
    from sim.analysis.sensitivity import Explained
    from sim.analysis.stored import StoredStudy
    from sim.analysis.treatments import Settings

Listed = list[tuple[str, dict[str, Any]]]  # treatment and row of ``survival_table``
MOST_ROWS = 40  # of the table on screen
SEVERAL = ("strategy", "alive at the end", "users", "discounted profit")  # fits 100 columns
HEADER = (
    "strategy", "firms", "alive at the end", "weeks alive", "users", "customers",
    "discounted profit", "trust",
)  # fmt: skip


def show(folder: Path) -> None:
    """The table of strategies, the answer, the figures, and where they are."""
    from sim.analysis.sensitivity import explained
    from sim.analysis.stored import stored_study
    from sim.cli.plot import draw_study

    study = stored_study(folder)
    print(f"\n{safe(study.tables.title)}\n")
    listed = table_rows(study.tables.rows)
    firms_csv, table_csv = write_tables(folder, study.tables.rows, study.settings, listed)
    found = explained(study) if study.sampled else None
    if found is None:
        _tell_levels(study, table_csv, listed)
    else:
        _tell_points(study.tables.rows, found)
    figures = draw_study(study, folder / "figures", found)
    print(f"\n{folder}   firms, series; README.txt says how to read them")
    print(f"{table_csv}   the whole table; {firms_csv.name} has every firm of every run")
    print(f"{folder / 'figures'}   as PNG and SVG:")
    paragraph(", ".join(dict.fromkeys(path.stem for path in figures)), indent=2)


def _tell_levels(study: StoredStudy, whole: Path, listed: Listed) -> None:
    """Table, maps and answer of a study whose levels somebody chose. whole: the table's file."""
    from sim.analysis.treatments import short_titles
    from sim.cli.plot import summarise

    rows, settings = study.tables.rows, study.settings
    if len(listed) <= MOST_ROWS or not study.maps:
        show_table(rows, short_titles(settings), whole, listed)
        print()
    if study.maps:
        summarise(study.maps)
        print()
    tell_answer(rows, settings)


def _tell_points(rows: pd.DataFrame, found: Explained) -> None:
    """Table over all points that a design drew, the answer, and what matters.

    One point of many is of no interest by itself, so none is listed.
    """
    from sim.analysis.comparison import answer

    points = rows["treatment"].nunique()
    _show_strategies(rows)
    print()
    paragraph(f"Over all {points} points of the design: {safe(answer(rows))}")
    for sentence in found.sentences():
        print()
        paragraph(safe(sentence))


def tell_answer(rows: pd.DataFrame, settings: Sequence[tuple[str, Settings]]) -> None:
    """The answer; of several treatments, that of all together and how they differ."""
    from sim.analysis.comparison import answer, headline
    from sim.analysis.treatments import by_treatment

    treatments = rows["treatment"].nunique()
    if treatments == 1:
        paragraph(safe(answer(rows)))
        return
    paragraph(f"Over all {treatments} treatments: {safe(answer(rows))}")
    if said := by_treatment(rows, settings, headline(rows)):
        paragraph(safe(said))


def table_rows(rows: pd.DataFrame) -> Listed:
    """Treatment and row of ``survival_table``, treatments in the order of the study."""
    from sim.analysis.comparison import survival_table

    return [
        (str(treatment), row)
        for treatment, firms in rows.groupby("treatment", sort=False)
        for row in survival_table(firms)
    ]


def show_table(
    rows: pd.DataFrame, titles: Mapping[str, str], whole: Path, listed: Listed | None = None
) -> None:
    """Survival and success by strategy, 95% intervals over runs; by treatment if several.

    titles: short names of treatments. whole: the file to name where rows or columns are left out.
    listed: ``table_rows``, where they are known.
    """
    if rows["treatment"].nunique() == 1:
        _show_strategies(rows)
        return
    found = table_rows(rows) if listed is None else listed
    lines, before = [], ""
    for treatment, row in found[:MOST_ROWS]:
        cells = dict(zip(HEADER, _cells(row), strict=True))
        title = safe(titles.get(treatment, treatment)) if treatment != before else ""
        lines.append([title, *(cells[name] for name in SEVERAL)])
        before = treatment
    table(("treatment", *SEVERAL), lines, right="ll" + "r" * (len(SEVERAL) - 1), gap=2)
    if len(found) > MOST_ROWS:
        print(f"  and {count(len(found) - MOST_ROWS, 'row')} more in {whole}")


def _show_strategies(rows: pd.DataFrame) -> None:
    """A row a strategy, over all treatments."""
    from sim.analysis.comparison import survival_table

    cells = [_cells(row) for row in survival_table(rows)]
    table(HEADER, cells, right="l" + "r" * (len(HEADER) - 1))


def write_tables(
    folder: Path,
    rows: pd.DataFrame,
    settings: Sequence[tuple[str, Settings]],
    listed: Listed | None = None,
) -> tuple[Path, Path]:
    """Write firms.csv and survival_table.csv into a folder of results; returns their paths.

    listed: ``table_rows``, where they are known.
    """
    import pandas as pd

    levels = dict(settings)
    flat = []
    for treatment, row in table_rows(rows) if listed is None else listed:
        one: dict[str, Any] = {"treatment": treatment, **levels.get(treatment, {})}
        for name, value in row.items():
            if isinstance(value, tuple):
                one |= {name: value[0], f"{name}_low": value[1], f"{name}_high": value[2]}
            else:
                one[name] = value
        flat.append(one)
    firms, whole = folder / "firms.csv", folder / "survival_table.csv"
    with storing(folder):
        _as_stored(rows).to_csv(firms, index=False)
        pd.DataFrame(flat).to_csv(whole, index=False)
    return firms, whole


def _as_stored(rows: pd.DataFrame) -> pd.DataFrame:
    """The firms in the order of the store, their runs under their own names."""
    if "id" not in rows:
        return rows
    return rows.assign(run=rows["id"]).drop(columns="id").sort_index()


def _cells(row: dict[str, Any]) -> list[str]:
    """A strategy's row as shown."""
    return [
        row["strategy"], f"{row['firms']:,}", _shares(row["alive"]),
        _span(row["weeks"], lambda n: f"{n:.0f}"), _shares(row["users"]),
        _shares(row["customers"]), _span(row["discounted_profit"], amount),
        _span(row["trust"], amount),
    ]  # fmt: skip


def _shares(interval: Interval) -> str:
    return _span(interval, lambda value: f"{100 * value:.0f}%")


def _span(interval: Interval, shown: Callable[[float], str]) -> str:
    """``61% (54 to 68)``; the estimate alone where one run leaves no interval."""
    value, low, high = interval
    if low != low or high != high:  # NaN
        return "-" if value != value else shown(value)
    return f"{shown(value)} ({shown(low).rstrip('%')} to {shown(high).rstrip('%')})"
