"""The numbers beside a figure are those that the figure draws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.analysis.bands import BAND, bands
from sim.analysis.stored import tables_in
from sim.analysis.survival import kaplan_meier
from sim.plots.series import series_bands, shown
from sim.plots.style import new_figure
from sim.report.figures import MOMENTS, moments, over_time, stages, stored_moments, survival
from sim.report.words import number, p_value, percent, signed


@pytest.mark.parametrize("end", [1, 3, 20, 104, 260, 520, 1040, 5200])
def test_moments_are_few_and_hold_both_ends(end: int) -> None:
    found = moments(end)
    assert (found[0], found[-1]) == (0, end)
    assert len(found) <= MOMENTS + 2
    assert np.all(np.diff(found) > 0)


def test_moments_of_a_series_are_among_its_weeks() -> None:
    weeks = [0, 13, 26, 39, 52, 60]
    assert set(stored_moments(weeks)) <= set(weeks)
    assert {0, 60} <= set(stored_moments(weeks))


def test_bands_are_the_lines_of_the_figure(folders: dict[str, Path]) -> None:
    series = tables_in(folders["one"]).series
    _, ax = new_figure()
    series_bands(series, "n_users", ax)
    drawn = [line for line in ax.lines if line.get_gid() == "median"]
    own = series[series["strategy"] == "user-first"]
    found = bands(own, shown(series, "n_users").values[own.index])
    np.testing.assert_array_equal(drawn[0].get_ydata(), found["middle"])
    runs = own.assign(v=shown(series, "n_users").values[own.index])
    last = runs[runs["week"] == runs["week"].max()].groupby("run")["v"].mean()
    assert found.iloc[-1]["low"] == pytest.approx(last.quantile(BAND[0]))


def test_survival_numbers_are_the_curve(folders: dict[str, Path]) -> None:
    rows = tables_in(folders["one"]).rows
    table = survival(rows).table
    firms = rows[rows["strategy"] == "user-first"]
    curve = kaplan_meier(firms["weeks_alive"], 1 - firms["survived"], firms["run"])
    assert table.header[1].startswith("user-first")
    for row in table.rows:
        assert row[1].split(" ")[0] == percent(float(curve.at(int(row[0]))))
    assert table.rows[0][2] == str(len(firms))


def test_a_firm_that_left_has_no_number_any_more(folders: dict[str, Path]) -> None:
    tables = tables_in(folders["run"])
    table = over_time(tables.series, "n_users", "users").table
    gone = {f"{one.firm}, users (% of people)": one.exited for one in tables.rows.itertuples()}
    assert any(exited >= 0 for exited in gone.values())
    for row in table.rows:
        for title, cell in zip(table.header[1:], row[1:], strict=True):
            assert (cell == "\N{EN DASH}") == (0 <= gone[title] <= int(row[0]))


def test_stages_add_up_to_everybody(folders: dict[str, Path]) -> None:
    table = stages(tables_in(folders["one"]).series, "user-first", "s").table
    for row in table.rows:
        assert sum(map(float, row[1:])) == pytest.approx(100, abs=0.31)


def test_numbers_as_a_reader_sees_them() -> None:
    assert number(-1234.5) == "\N{MINUS SIGN}1,234.50"
    assert number(-0.001) == "0.00"
    assert number(float("nan")) == "\N{EN DASH}"
    assert signed(0.004) == "0.00"
    assert signed(0.5, 1) == "+0.5"
    assert [percent(each) for each in (0.0, 0.0294, 0.61, 1.0)] == ["0", "2.9", "61", "100"]
    assert [p_value(p) for p in (1e-9, 0.0254, 0.46, 1.0)] == ["< .001", ".025", ".46", "1.00"]
