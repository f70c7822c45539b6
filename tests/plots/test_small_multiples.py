"""Small multiples: a panel a treatment, one scale for all, and nothing left out in silence."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.analysis.survival import kaplan_meier
from sim.analysis.tables import Tables
from sim.plots.multiples import MOST_PANELS, chosen, shared_limits, treatment_figures

UF, CC = "user-first", "customer-centric"
PEOPLE, WEEKS = 1_000, 260


def study(n_treatments: int, n_runs: int = 6) -> Tables:
    """Treatments in which user-first firms live ever longer and grow ever larger."""
    rng, rows, parts = np.random.default_rng(3), [], []
    week = np.arange(0, WEEKS + 1, 52)
    for level, run, kind in itertools.product(range(n_treatments), range(n_runs), (UF, CC)):
        mean = 100 + 60 * level if kind == UF else 400
        life = int(rng.exponential(mean))
        key = f"{level:02d}-{run}"
        rows.append({"run": key, "treatment": f"level={level}", "strategy": kind,
                     "weeks_alive": min(life, WEEKS), "survived": int(life > WEEKS)})  # fmt: skip
        users = (week < life) * week * (level + 1) / n_treatments * rng.uniform(0.8, 1.2)
        parts.append(pd.DataFrame({"run": key, "treatment": f"level={level}", "week": week,
                                   "firm": kind, "strategy": kind, "people": PEOPLE,
                                   "n_users": users}))  # fmt: skip
    return Tables(pd.DataFrame(rows), pd.concat(parts, ignore_index=True), "Levels")


def panels(figure: Figure) -> list:
    return [ax for ax in figure.axes if ax.get_title(loc="left")]


@pytest.mark.parametrize(("n", "rows", "columns"), [(2, 1, 2), (4, 2, 2), (7, 3, 3), (12, 3, 4)])
def test_a_panel_a_treatment_in_the_order_of_the_study(n: int, rows: int, columns: int) -> None:
    for name, figure in treatment_figures(study(n)).items():
        titles = [ax.get_title(loc="left") for ax in panels(figure)]
        assert titles == [f"level={level}" for level in range(n)], name
        grid = panels(figure)[0].get_subplotspec().get_gridspec()
        assert (grid.nrows - 1, grid.ncols) == (rows, columns)
        assert "left out" not in figure.get_supxlabel()


def test_axes_are_shared_and_labelled_once_left_and_below() -> None:
    figures = treatment_figures(study(7))
    units = {
        "survival-by-treatment": "firms alive (%)",
        "users-by-treatment": "users (% of people)",
    }
    assert set(figures) == set(units)
    for name, figure in figures.items():
        every = panels(figure)
        assert len({(ax.get_xlim(), ax.get_ylim()) for ax in every}) == 1
        assert [ax.get_ylabel() for ax in every] == [
            units[name] if place % 3 == 0 else "" for place in range(7)
        ]
        below = [ax.get_xlabel() == "time (years)" for ax in every]
        assert below == [place >= 4 for place in range(7)]  # nothing stands under these
        assert "%" in figure.get_supxlabel()


def test_panels_show_the_numbers_of_their_own_treatment() -> None:
    tables = study(3)
    figures = treatment_figures(tables)
    limits = shared_limits(tables.series, "n_users")
    for level, (alive, users) in enumerate(zip(*map(panels, figures.values()), strict=True)):
        rows = tables.rows[tables.rows["treatment"] == f"level={level}"]
        own = rows[rows["strategy"] == UF]
        curve = kaplan_meier(own["weeks_alive"], 1 - own["survived"], own["run"])
        np.testing.assert_allclose(alive.lines[0].get_ydata()[-1], 100 * curve.alive[-1])
        assert {text.get_text() for text in alive.texts} >= {f"{100 * curve.alive[-1]:.0f}%"}
        assert [area.get_gid() for area in alive.collections] == [f"band-{UF}", f"band-{CC}"]
        series = tables.series[tables.series["treatment"] == f"level={level}"]
        mine = series[series["strategy"] == UF]
        median = (mine["n_users"] / 10).groupby(mine["week"]).median()
        middle = next(line for line in users.lines if line.get_gid() == "median")
        np.testing.assert_allclose(middle.get_ydata(), median)
        assert users.get_ylim() == limits
        assert max(line.get_ydata().max() for line in users.lines) <= limits[1]


def test_what_has_no_panel_is_named() -> None:
    tables = study(30, n_runs=2)
    titles = {f"level={level}": f"L{level}" for level in range(30)}
    figure = treatment_figures(tables, titles)["survival-by-treatment"]
    shown = [ax.get_title(loc="left") for ax in panels(figure)]
    assert len(shown) == MOST_PANELS
    assert (shown[0], shown[-1]) == ("L0", "L29")
    said = " ".join(figure.get_supxlabel().split())
    assert "12 of 30 treatments are shown; left out: " in said
    listed = said.split("left out: ")[1].split("; ")
    assert sorted(listed + shown) == sorted(titles.values())


def test_very_many_are_counted() -> None:
    names = [f"n{place}" for place in range(1000)]
    kept = chosen(names)
    assert len(kept) == len(set(kept)) == MOST_PANELS
    gaps = np.diff([names.index(name) for name in kept])
    assert gaps.max() - gaps.min() <= 1
    figure = treatment_figures(study(40, n_runs=1))["users-by-treatment"]
    assert figure.get_supxlabel().endswith("and 4 more")


def test_the_key_names_each_line_once_and_clear_of_the_heading() -> None:
    for figure in treatment_figures(study(12)).values():
        (strip,) = [ax for ax in figure.axes if ax.get_legend()]
        legend = strip.get_legend()
        assert [text.get_text() for text in legend.get_texts()] == [UF, CC]
        styles = [line.get_linestyle() for line in legend.get_lines()]
        assert styles[0] != styles[1]
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw_without_rendering()
        boxes = [figure._suptitle.get_window_extent(renderer), legend.get_window_extent(renderer),
                 figure._supxlabel.get_window_extent(renderer)]  # fmt: skip
        boxes += [ax.get_window_extent(renderer) for ax in panels(figure)]
        boxes += [Text.get_window_extent(t, renderer) for ax in panels(figure) for t in ax.texts]
        for one, other in itertools.combinations(boxes, 2):
            assert not one.overlaps(other)


def test_one_treatment_has_none() -> None:
    assert treatment_figures(study(1)) == {}
