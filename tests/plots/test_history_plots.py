"""The figure of a real series: hollow dots, the fit shaded, breaks lettered, bands named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes

from sim.analysis.history.baseline import baseline_of
from sim.analysis.history.observed import observe
from sim.plots.history import history, history_figure
from sim.plots.style import new_figure
from sim.scenario.history import find_series
from tests.plots.histories import level, model


def drawn(**given: object) -> Axes:
    _, ax = new_figure()
    return history(level(), ax, **given)  # type: ignore[arg-type]


def by_gid(ax: Axes) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for each in (*ax.lines, *ax.collections, *ax.patches, *ax.texts):
        found.setdefault(str(each.get_gid()), []).append(each)
    return found


def test_low_confidence_is_hollow_and_every_row_is_drawn() -> None:
    parts = by_gid(drawn())
    faces = {grade: parts[f"rows-{grade}"][0].get_markerfacecolor() for grade in "HML"}
    assert faces["L"] == "white"
    assert len(set(faces.values())) == 3
    assert sum(len(parts[f"rows-{grade}"][0].get_xdata()) for grade in "HML") == 12
    ax = drawn()
    assert "hollow: low" in ax.get_title(loc="left")
    assert "dots: the series at the start of years" in ax.get_title(loc="left")


def test_the_fit_is_shaded_up_to_the_first_row_judged() -> None:
    ax = drawn()
    (area,) = by_gid(ax)["fitted"]
    right = area.get_x() + area.get_width()
    assert 2007 < right < 2008  # eight of twelve rows are fitted


def test_breaks_are_lettered_and_told() -> None:
    ax = drawn()
    parts = by_gid(ax)
    assert sorted(line.get_xdata()[0] for line in parts["break"]) == [2003, 2005, 2009]
    assert [text.get_text() for text in parts["break-letter"]] == ["a", "b"]
    said = " ".join(ax.get_title(loc="left").split())
    assert "a: counted otherwise (2003 to 2005); b: a new product (2009)" in said


def test_curve_and_model_have_a_band_and_a_name() -> None:
    ax = drawn(baseline=baseline_of(level()), model=model())
    parts = by_gid(ax)
    assert {"baseline", "model", "band-baseline", "band-model"} <= set(parts)
    assert {"Bass curve", "model"} <= {text.get_text() for text in ax.texts}
    assert parts["baseline"][0].get_linestyle() != parts["model"][0].get_linestyle()
    years = parts["model"][0].get_xdata()
    assert min(years) >= 2000
    assert max(years) <= 2011
    alone = by_gid(drawn())
    assert not {"baseline", "model"} & set(alone)


def test_a_band_that_runs_away_does_not_flatten_the_rest() -> None:
    wild = model().assign(high=1e6)
    ax = drawn(model=wild)
    assert ax.get_ylim()[1] < 200


@pytest.mark.parametrize(
    ("name", "label", "tick"),
    [
        ("internet_users_pct:China", "time (calendar years)", "2001"),
        ("didi_kuaidi_taxi", "time (calendar years)", "2014-06"),
        ("firm_survival_bls_1998cohort_pct", "time (years since the beginning)", "4"),
    ],
)
def test_time_is_a_calendar(name: str, label: str, tick: str) -> None:
    found = observe(find_series(name))
    figure = history_figure(found, baseline_of(found))
    ax = figure.axes[0]
    figure.draw_without_rendering()
    assert ax.get_xlabel() == label
    assert tick in [each.get_text() for each in ax.get_xticklabels()]
    assert figure.get_suptitle()[0].isupper()


def test_a_series_without_rows_is_refused() -> None:
    none = replace(level(), when=np.array([]), values=np.array([]))
    _, ax = new_figure()
    with pytest.raises(ValueError, match="no row of mine to draw"):
        history(none, ax)
