"""The forest of differences: a panel a measure, intervals, told from untold, the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.axes import Axes

from sim.analysis.compare import MEASURES, Comparison, compare_arms
from sim.analysis.compared import NAMES
from sim.plots.compare import comparison_figure, forest
from sim.plots.figures import save
from sim.plots.style import new_figure
from tests.analysis.test_compare import firms, strategies, treatments
from tests.analysis.test_comparison import CC, LONG, SHORT, UF


@pytest.fixture(scope="module")
def two() -> Comparison:
    return compare_arms(
        treatments(firms({UF: LONG, CC: SHORT}), firms({UF: SHORT, CC: SHORT}, seed=2))
    )


def drawn(ax: Axes, gid: str) -> list[object]:
    return [line for line in ax.lines if line.get_gid() == gid]


def test_a_panel_a_measure_each_with_its_unit(two: Comparison) -> None:
    figure = comparison_figure(two, "A market")
    labels = [ax.get_xlabel() for ax in figure.axes]
    assert [label.split(" (")[0] for label in labels] == [NAMES[n] for n in (*MEASURES, "surplus")]
    assert all(label.endswith(")") for label in labels)
    assert figure.get_suptitle() == "A market: rich less poor"
    assert "95%" in figure.axes[0].get_title(loc="left")


def test_every_difference_has_its_interval_and_zero_is_marked(two: Comparison) -> None:
    for ax in comparison_figure(two).axes:
        marks = drawn(ax, "told") + drawn(ax, "untold")
        assert len(drawn(ax, "interval")) == len(marks) == len(ax.get_yticks())
        assert len(drawn(ax, "zero")) == 1


def test_marks_are_filled_where_the_difference_is_beyond_chance(two: Comparison) -> None:
    users = [one for one in two.contrasts if one.measure.name == "users"]
    assert [one.sign for one in users] == [1, 0]
    _, ax = new_figure()
    forest(users, ax)
    filled = [line.get_markerfacecolor() for line in drawn(ax, "told")]
    assert len(filled) == 1
    assert filled != ["white"]
    assert [line.get_markerfacecolor() for line in drawn(ax, "untold")] == ["white"]
    value, low, high = (100 * x for x in users[0].effect.difference)
    assert drawn(ax, "told")[0].get_xdata() == pytest.approx([value])
    assert drawn(ax, "interval")[0].get_xdata() == pytest.approx([low, high])


def test_lines_say_what_is_compared(two: Comparison) -> None:
    _, ax = new_figure()
    forest([one for one in two.contrasts if one.measure.name == "users"], ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == [UF, CC]
    several = compare_arms(
        treatments(*(firms({UF: LONG, CC: SHORT}, seed=seed) for seed in (1, 2, 3)))
    )
    _, ax = new_figure()
    forest([one for one in several.contrasts if one.measure.name == "users"], ax)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == [f"{kind}\nless {name}" for name in ("poor", "middling") for kind in (UF, CC)]


def test_a_line_of_two_strategies_names_both() -> None:
    two = compare_arms(strategies(firms({UF: LONG, CC: SHORT}, 1)))
    _, ax = new_figure()
    forest([one for one in two.contrasts if one.measure.name == "users"], ax)
    (label,) = (each.get_text() for each in ax.get_yticklabels())
    assert {UF, CC} == set(label.split("\nless "))


def test_one_run_has_a_cross_and_no_interval() -> None:
    one = compare_arms(strategies(firms({UF: LONG, CC: SHORT}, 1)))
    ax = comparison_figure(one).axes[2]
    assert not drawn(ax, "interval")
    assert [line.get_marker() for line in drawn(ax, "untold")] == ["x"]


def test_figures_are_the_same_bytes_twice(two: Comparison, tmp_path: Path) -> None:
    one, other = (save(comparison_figure(two), tmp_path / name / "f") for name in ("a", "b"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
