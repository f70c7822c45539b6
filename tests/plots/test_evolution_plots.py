"""Figures of a tournament: every number on them is the table's, and nothing is cut off."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from PIL import Image

from sim.analysis.evolution.payoffs import PayoffTable
from sim.analysis.evolution.selection import evolve
from sim.analysis.pairs import outcome
from sim.plots.evolution import evolution_figures, shown_pairs
from sim.plots.figures import save
from sim.plots.flows import flow_lines, simplex
from sim.plots.style import new_figure

NAMES = ("user-first", "customer-centric", "hybrid", "freemium", "user-first-unmonetised",
         "doorknob-polisher", "placebo")  # fmt: skip
N = 6


def found(size=4, replicates=12, measured=True):
    """A tournament of strategies that pay more when they are rare."""
    rng = np.random.default_rng(5)
    k = np.arange(N + 1)
    base = rng.normal(0, 0.4, (size, size, 1)) - 0.1 * k
    for i in range(size):
        base[i, i] = base[i, i, N]
    samples = base[..., None] + rng.normal(0, 0.1, (size, size, N + 1, replicates))
    samples[:, :, 0] = np.nan
    for i, j in itertools.product(range(size), repeat=2):
        samples[i, j, N] = samples[i, i, N]
    run = np.ones((size, size, N + 1), dtype=bool)
    run[:, :, 0] = False
    if not measured:
        run[:, :, 3] = False
    table = PayoffTable(NAMES[:size], N, outcome("discounted_profit"), samples, run)
    return evolve(table, draws=200)


@pytest.fixture(scope="module")
def four():
    result = found()
    return result, evolution_figures(result, "A test")


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text)]


def by_gid(figure, gid):
    return figure.findobj(lambda artist: artist.get_gid() == gid)


def cut_off(figure):
    """Labels that are drawn outside the figure."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    unseen = {
        text
        for ax in figure.axes
        if not (ax.get_visible() and ax.axison)
        for axis in (ax.xaxis, ax.yaxis)
        for text in axis.findobj(Text)
    }
    out = []
    for text in figure.findobj(Text):
        ax = text.axes
        if text in unseen or not text.get_text().strip() or (ax and not ax.get_visible()):
            continue
        at = text.get_window_extent(canvas.get_renderer())
        if at.x0 < -1 or at.y0 < -1 or at.x1 > figure.bbox.x1 + 1 or at.y1 > figure.bbox.y1 + 1:
            out.append(text.get_text())
    return out


def test_all_figures_are_there(four):
    assert list(four[1]) == ["payoffs", "mixtures", "replicator", "simplex", "takeovers",
                             "selection"]  # fmt: skip
    assert "simplex" not in evolution_figures(found(2))


def test_the_matrix_prints_every_payoff_and_frames_best_replies(four):
    result, figures = four
    said = " ".join(texts(figures["payoffs"]))
    for row in result.matrix:
        for value, low, high in row:
            assert f"{value:.2f}" in said
            assert f"{low:.2f} to {high:.2f}" in said
    assert len(by_gid(figures["payoffs"], "best-reply")) == 2 * result.best.sum()


def test_cells_are_readable_in_greyscale(four, tmp_path):
    """Dark text on light cells, light on dark: WCAG's contrast of 4.5 for the numbers."""
    from matplotlib import colormaps

    result, figures = four
    values = result.payoffs
    shades = colormaps["cividis"]((values - values.min()) / np.ptp(values))[..., :3]
    linear = np.where(shades <= 0.04045, shades / 12.92, ((shades + 0.055) / 1.055) ** 2.4)
    light = linear @ [0.2126, 0.7152, 0.0722]
    ax = figures["payoffs"].axes[0]
    numbers = [t for t in ax.texts if t.get_fontweight() == "bold"]
    for text, level in zip(numbers, light.ravel(), strict=True):
        contrast = (level + 0.05) / 0.05 if text.get_color() == "black" else 1.05 / (level + 0.05)
        assert contrast > 4.5, (text.get_text(), level)
    order = np.argsort(values.ravel())
    assert (np.diff(light.ravel()[order]) >= -1e-9).all()  # more is lighter, in grey too


def test_mixtures_show_both_strategies_with_intervals(four):
    result, figures = four
    shown = [ax for ax in figures["mixtures"].axes if ax.get_visible()]
    assert len(shown) == 6
    first = shown[0]
    drawn = [line for line in first.lines if line.get_linestyle() != "None"]
    heights = {round(float(y), 6) for line in drawn for y in np.atleast_1d(line.get_ydata())}
    for k in range(1, N + 1):
        assert round(result.table.interval(0, 1, k).value, 6) in heights
    assert first.collections, "intervals are missing"
    hollow = evolution_figures(found(3, measured=False))["mixtures"]
    assert any("not run" in text for text in texts(hollow))
    white = [x for line in hollow.axes[0].lines if line.get_markerfacecolor() == "white"
             for x in line.get_xdata()]  # fmt: skip
    assert sorted(white) == pytest.approx([2.94, 3.06])  # three firms of either were not run
    assert not any("not run" in text for text in texts(figures["mixtures"]))


def test_rest_points_of_pairs_are_marked_where_they_are(four):
    from sim.analysis.evolution.dynamics import pair_rest_points
    from sim.analysis.evolution.frames import pair_functions

    result, figures = four
    means = result.table.means()
    stable = [
        share
        for i, j in shown_pairs(result)
        for share, name in pair_rest_points(*pair_functions(means, i, j))
        if name == "stable"
    ]
    marks = by_gid(figures["replicator"], "rest-stable")
    drawn = sorted(float(np.ravel(mark.get_xdata())[0]) for mark in marks)
    assert drawn == pytest.approx(sorted(stable))


def test_arrows_point_to_what_grows():
    """Both strategies are best when rare, so all arrows of all pairs lead inwards."""
    k = np.arange(N + 1.0)
    samples = np.tile(-k, (2, 2, 1))[..., None] + np.zeros(3)
    measured = np.ones((2, 2, N + 1), dtype=bool)
    table = PayoffTable(NAMES[:2], N, outcome("discounted_profit"), samples, measured)
    _, ax = new_figure()
    flow_lines(table, [(0, 1)], ax)
    arrows = [each for each in ax.texts if getattr(each, "arrow_patch", None) is not None]
    heads = sorted((each.xyann[0], each.xy[0]) for each in arrows)
    assert len(heads) == 2
    (left_from, left_to), (right_from, right_to) = heads
    assert left_from < left_to < 0.5 < right_to < right_from


def test_takeovers_stand_beside_chance(four):
    result, figures = four
    ax = figures["takeovers"].axes[0]
    (line,) = by_gid(figures["takeovers"], "neutral")
    assert line.get_xdata()[0] == pytest.approx(1 / N)
    widths = sorted(bar.get_width() for bar in ax.patches)
    assert widths == pytest.approx(sorted(each.chance.value for each in result.takeovers))
    assert by_gid(figures["takeovers"], "interval")
    assert len(ax.get_yticklabels()) == 12


def test_time_is_shown_at_both_strengths(four):
    result, figures = four
    ax = figures["selection"].axes[0]
    widths = [bar.get_width() for bar in ax.patches]
    assert sum(widths) == pytest.approx(1)
    strong = [
        float(np.ravel(mark.get_xdata())[0]) for mark in by_gid(figures["selection"], "strong")
    ]
    assert sorted(strong) == pytest.approx(sorted(result.strong))


def test_a_simplex_ends_at_its_stable_point():
    game = np.array([[0.0, -1, 2], [2, 0, -1], [-1, 2, 0]])
    _, ax = new_figure()
    simplex(["a", "b", "c"], game, ax)
    (middle,) = ax.findobj(lambda artist: artist.get_gid() == "rest-stable")
    x, y = float(middle.get_xdata()[0]), float(middle.get_ydata()[0])
    assert (x, y) == pytest.approx((0.5, np.sqrt(3) / 6))
    paths = [line for line in ax.lines if len(line.get_xdata()) > 10]
    assert len(paths) == 9  # the tenth of the lattice starts at rest
    for path in paths:
        start, end = (
            np.hypot(path.get_xdata()[at] - x, path.get_ydata()[at] - y) for at in (0, -1)
        )
        assert end < 0.03 or end < start / 3 or start < 1e-6


@pytest.mark.parametrize("size", [2, 4, 7])
def test_no_label_is_cut_off(size):
    for name, figure in evolution_figures(found(size), "Tournament").items():
        assert cut_off(figure) == [], name


def test_many_pairs_are_thinned_and_said_to_be():
    result = found(7)
    assert len(shown_pairs(result)) == 10
    assert (0, 1) in shown_pairs(result)  # the pair the project asks about
    figures = evolution_figures(result)
    assert any("10 of 21 pairs" in text for text in texts(figures["mixtures"]))
    assert any("10 of 21 pairs" in text for text in texts(figures["takeovers"]))


def test_one_replicate_is_drawn_without_intervals():
    figures = evolution_figures(found(3, replicates=1))
    assert not by_gid(figures["takeovers"], "interval")
    assert not any("nan" in text for figure in figures.values() for text in texts(figure))


def test_the_same_bytes_twice(tmp_path):
    for part in ("a", "b"):
        figures = evolution_figures(found(3), "T")
        for name in ("payoffs", "mixtures", "simplex"):
            save(figures[name], tmp_path / part / name)
    for one in sorted((tmp_path / "a").iterdir()):
        assert one.read_bytes() == (tmp_path / "b" / one.name).read_bytes(), one.name
    with Image.open(tmp_path / "a" / "payoffs.png") as image:
        assert len(set(image.convert("L").tobytes())) > 20
