"""Figures of a replay: every series has a panel, every row is drawn, verdicts are in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.calibration.identified import Verdict
from sim.analysis.history.baseline import baseline_of
from sim.plots.judgement import error_dots, headline, in_order, judgement_figure
from sim.plots.posterior import posterior_figure, posterior_panel
from sim.plots.replay import Panel, replay_figure, replay_panel
from sim.plots.style import luminance, new_figure
from tests.plots.histories import fitted, judged, level, model


def panel() -> Panel:
    return Panel(level(), baseline_of(level()), model())


def by_gid(ax: Axes) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for each in (*ax.lines, *ax.collections, *ax.patches, *ax.texts):
        found.setdefault(str(each.get_gid()), []).append(each)
    return found


def drawn(**given: object) -> Axes:
    _, ax = new_figure()
    return replay_panel(panel()._replace(**given), ax)  # type: ignore[arg-type]


# -- a series ---------------------------------------------------------------------------------


def test_a_panel_has_rows_on_top_of_model_and_curve() -> None:
    parts = by_gid(drawn())
    assert sum(len(parts[f"rows-{grade}"][0].get_xdata()) for grade in "HML") == 12
    assert parts["rows-L"][0].get_markerfacecolor() == "white"
    rows = parts["rows-H"][0].get_zorder()
    assert rows > max(parts[name][0].get_zorder() for name in ("model", "baseline", "band-model"))
    curve, own = parts["baseline"][0], parts["model"][0]
    assert curve.get_linewidth() < own.get_linewidth()
    assert curve.get_linestyle() != own.get_linestyle()
    assert abs(luminance(curve.get_color()) - luminance(own.get_color())) > 20  # told in grey
    (area,) = parts["fitted"]
    assert 2007 < area.get_x() + area.get_width() < 2008  # eight of twelve rows
    assert len(parts["break"]) == 3


def test_what_is_not_there_is_not_drawn() -> None:
    parts = by_gid(drawn(baseline=None, model=None))
    assert not {"model", "baseline", "band-model"} & set(parts)


def test_the_band_is_shown_but_does_not_flatten_the_rest() -> None:
    top = level().values.max()
    own = model().assign(high=lambda table: 1.3 * table["median"])
    assert drawn(model=own).get_ylim()[1] > own["high"][own["when"] <= 2011].max()
    assert drawn(model=model().assign(high=1e6)).get_ylim()[1] < 2.5 * top
    assert drawn(model=model().assign(low=-1e6)).get_ylim()[0] == 0  # people are not below 0


def test_titles_and_units_are_said() -> None:
    ax = drawn()
    assert ax.get_title(loc="left").startswith("Users of it; dashed: Bass curve")
    assert ax.get_ylabel() == "(million people)"
    long = replace(level(), title="a very long title " * 20)
    assert len(drawn(observed=long).get_title(loc="left").splitlines()) == 2


@pytest.mark.parametrize("n", [1, 2, 9])
def test_a_panel_a_series(n: int) -> None:
    figure = replay_figure([panel()] * n, title="Played again", said="40 runs.")
    axes = [ax for ax in figure.axes if ax.axison]
    assert len(axes) == n
    letters = [text.get_text() for ax in axes for text in by_gid(ax)["break-letter"]]
    assert letters == list("abcdefghijklmnopqr")[: 2 * n]
    below = " ".join(figure.get_supxlabel().split())
    assert below.startswith("40 runs. Known breaks: a: counted otherwise (2003 to 2005); b: a new")
    _inside(figure)


def test_a_series_of_two_rows_and_a_long_heading() -> None:
    short = replace(
        level(), when=np.array([2014.75, 2015.0]), values=np.array([154.0, 172]),
        times=("2014-10", "2015-01"), grades=("H", "L"), n_fit=2, breaks=(),
    )  # fmt: skip
    figure = replay_figure([Panel(short, baseline_of(short)), panel()], title="heading " * 60)
    assert figure.get_suptitle().count("\n") >= 3
    _inside(figure)


def _inside(figure: Figure) -> None:
    """Nothing is cut off, and no panel is squeezed away."""
    figure.draw_without_rendering()
    page = figure.bbox
    for ax in figure.axes:
        box = ax.get_tightbbox()
        assert box is not None
        assert box.x0 > page.x0 - 1
        assert box.x1 < page.x1 + 1
        assert box.y1 < page.y1 + 1
        if ax.axison:
            assert ax.get_window_extent().height > 0.4 * 3.1 * figure.dpi


def test_nothing_to_draw_is_refused() -> None:
    none = replace(level(), when=np.array([]), values=np.array([]))
    with pytest.raises(ValueError, match="no row of mine"):
        replay_figure([Panel(none)], title="")
    for make in (replay_figure, posterior_figure):
        with pytest.raises(ValueError, match="no "):
            make([], title="")
    with pytest.raises(ValueError, match="no series"):
        judgement_figure(judged()[:0])


# -- parameters -------------------------------------------------------------------------------


@pytest.mark.parametrize("log", [True, False])
def test_prior_and_posterior_have_the_same_area(log: bool) -> None:
    """On the prior's own scale both hold 1; the prior is 1 high."""
    _, ax = new_figure()
    posterior_panel(fitted(log=log), ax)
    assert ax.get_xscale() == ("log" if log else "linear")
    steps = next(patch for patch in ax.patches if patch.get_gid() == "posterior")
    density, edges = steps.get_data().values, steps.get_data().edges
    scaled = np.log10(edges) if log else (edges - 1) / 9
    assert (density * np.diff(scaled)).sum() == pytest.approx(1)
    (prior,) = by_gid(ax)["prior"]
    assert prior.get_datalim(ax.transData).y1 == 1
    (median,) = by_gid(ax)["median"]
    assert list(median.get_xdata()) == [2.0, 2.0]


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict(2.0, 1.75, 2.3, 0.9, ""), "identified: 2 (1.75 to 2.3)"),
        (Verdict(2.0, 1.75, 2.3, 0.2, ""), "not identified: 2 (1.75 to 2.3)"),
        (Verdict(9.9, 9.5, 10, 0.9, "high"), "identified, at the high end: 9.9 (9.5 to 10)"),
        (None, "not fitted: draws of the prior"),
    ],
)
def test_the_verdict_is_in_words(verdict: Verdict | None, words: str) -> None:
    _, ax = new_figure()
    posterior_panel(fitted()._replace(verdict=verdict), ax)
    assert ax.get_title(loc="left").splitlines() == ["market.network.effect", words]


@pytest.mark.parametrize("n", [1, 2, 4])
def test_a_panel_a_parameter(n: int) -> None:
    figure = posterior_figure([fitted()] * n, title="What the data say", said="400 runs.")
    assert len(figure.axes) == n
    assert "400 runs." in figure.get_supxlabel()
    _inside(figure)


# -- judgement --------------------------------------------------------------------------------


def test_series_stand_in_order_of_the_ratio_and_none_is_missing() -> None:
    names = ["no error", "better", "alike", "worse", "no model", "too short"]
    assert in_order(judged())["series"].tolist() == names
    figure = judgement_figure(judged())
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == names
    assert figure.get_suptitle() == (
        "Of 4 series the model predicts 2 better than the simple curve, 1 worse, 1 alike"
    )
    assert "1 without a model's forecast; 1 too short" in figure.get_supxlabel()
    _inside(figure)


def test_the_model_is_filled_and_the_curve_hollow() -> None:
    _, ax = new_figure()
    parts = by_gid(error_dots(in_order(judged()), ax))
    (own,), (curve,) = parts["model"], parts["baseline"]
    np.testing.assert_array_equal(own.get_xdata()[1:4], [1.0, 1.01, 2.0])
    np.testing.assert_array_equal(curve.get_xdata()[:5], [1.0, 4.0, 1.0, 0.5, 3.0])
    assert own.get_xdata()[0] == ax.get_xlim()[0]  # no error: at the edge of the logarithms
    assert curve.get_markerfacecolor() == "white"
    assert own.get_marker() != curve.get_marker()
    assert [line.get_linestyle() for line in parts["pair"]] == ["-", "-", "--", "--"]


def test_a_table_without_a_model_says_so() -> None:
    alone = judged().assign(ratio=np.nan, **{"model MASE": np.nan, "model coverage": np.nan})
    assert headline(alone) == "No model is judged beside the simple curves"
    judgement_figure(alone)
