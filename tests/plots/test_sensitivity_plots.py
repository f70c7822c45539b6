"""Figures of sensitivity and rules: intervals, labels in free places, greyscale, equal bytes."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from sim.analysis.boxes import Limit
from sim.analysis.intervals import Interval
from sim.analysis.rules import Rules, find_rules
from sim.analysis.screening import FactorEffect, Screening
from sim.analysis.sensitivity import Sensitivity
from sim.analysis.sobol import SobolIndices
from sim.plots.figures import save
from sim.plots.rules import rule_figures, rule_points
from sim.plots.sensitivity import (
    morris_scatter,
    sensitivity_figures,
    sobol_bars,
    sobol_height,
)
from sim.plots.style import luminance, new_figure, settings

NAN = Interval(math.nan, math.nan, math.nan)


def around(value: float, half: float) -> Interval:
    return Interval(value, value - half, value + half)


def indices(replicates: int = 4) -> SobolIndices:
    return SobolIndices(
        "survival, user-first less customer-centric",
        ("firms.Newcomer.quality.start", "market.network.effect", "firms.Incumbent.quality.start"),
        (around(0.1, 0.08), around(0.5, 0.1), around(-0.05, 0.1)),
        (around(0.2, 0.1), around(0.7, 0.15), around(0.02, 0.05)),
        (0.1, 0.5, 0), (0.2, 0.7, 0), around(0.12, 0.03) if replicates > 1 else NAN, 256,
        replicates,
    )  # fmt: skip


def effect(name: str, star: float, sigma: float, floor: float = 0.3) -> FactorEffect:
    return FactorEffect(
        name,
        around(star, 0.2),
        around(star, 0.2),
        around(sigma, 0.1),
        floor,
        0.01 if star > 1 else 0.4,
    )


def screening() -> Screening:
    """Twelve factors, seven of them in one heap near nothing."""
    places = [(3.0, 2.5), (2.9, 2.4), (2.0, 0.5), (1.2, 1.8), (1.1, 0.4)]
    heap = [(0.3 + 0.03 * i, 0.3 + 0.02 * (i % 3)) for i in range(7)]
    names = [f"part{i}.factor_{i}" for i in range(12)]
    return Screening(
        "discounted profit of user-first firms", "money per head",
        tuple(effect(n, *at) for n, at in zip(names, places + heap, strict=True)), 20, 4,
    )  # fmt: skip


def ruled(n: int = 120) -> Rules:
    rng = np.random.default_rng(1)
    points = {
        "firms.Newcomer.cash": list(np.exp(rng.uniform(np.log(0.2), np.log(5), n))),
        "market.theta": list(rng.uniform(0, 8, n)),
        "market.kind": list(rng.choice(["none", "some", "lots"], n)),
    }
    dies = (np.array(points["firms.Newcomer.cash"]) < 1) & (np.array(points["market.theta"]) < 5)
    labels = {"firms.Newcomer.cash": "firms.Newcomer.cash (money per head)"}
    found = find_rules(points, dies, case="user-first firms fail", shuffles=19)
    return found._replace(labels=labels)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return ruled()


def drawn(height: float = 6.0) -> tuple[Figure, Axes]:
    with settings():
        return new_figure(height)


def test_bars_show_both_orders_with_intervals_the_greatest_on_top() -> None:
    _, ax = drawn(sobol_height(3))
    with settings():
        assert sobol_bars(indices(), ax) is ax
    bars = {gid: [p for p in ax.patches if p.get_gid() == gid] for gid in ("first", "total")}
    assert [round(p.get_width()) for p in bars["first"]] == [50, 10, -5]
    assert [round(p.get_width()) for p in bars["total"]] == [70, 20, 2]
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert names == ["effect", "Newcomer.quality.start", "Incumbent.quality.start"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first on top
    lines = [line for group in ax.collections for line in group.get_segments()]
    spans = {(round(float(one[0][0])), round(float(one[1][0]))) for one in lines}
    assert {(40, 60), (55, 85), (2, 18), (10, 30), (-15, 5), (-3, 7)} <= spans
    assert ax.get_xlabel().startswith("share of the variance (%)")
    assert "95% intervals over 256 base points and 4 replicates" in noted(ax)
    assert "chance, 12% of the variance, is taken out" in noted(ax)


def noted(ax: Axes) -> str:
    return ax.get_title(loc="left").replace("\n", " ")


def test_bars_differ_without_colour() -> None:
    _, ax = drawn()
    with settings():
        sobol_bars(indices(), ax)
    looks = {str(p.get_gid()): (to_hex(p.get_facecolor()), p.get_hatch()) for p in ax.patches}
    assert abs(luminance(looks["first"][0]) - luminance(looks["total"][0])) > 50
    assert looks["first"][1] != looks["total"][1]


def test_bars_say_when_chance_is_left_in_or_all_there_is() -> None:
    _, ax = drawn()
    with settings():
        sobol_bars(indices(1), ax)
    assert "one replicate, so chance is part of every bar" in noted(ax)
    _, ax = drawn()
    with settings():
        sobol_bars(indices()._replace(first=(NAN,) * 3, total=(NAN,) * 3), ax)
    assert not ax.patches
    assert "more replicates are needed" in ax.texts[0].get_text()


def test_scatter_has_every_factor_its_intervals_and_the_chance_band() -> None:
    _, ax = drawn()
    found = screening()
    with settings():
        assert morris_scatter(found, ax) is ax
    marks = {gid: [one for one in ax.lines if one.get_gid() == gid] for gid in ("told", "not told")}
    assert (len(marks["told"]), len(marks["not told"])) == (5, 7)
    assert {one.get_markerfacecolor() for one in marks["not told"]} == {"white"}
    assert {text.get_text() for text in ax.texts} == {f"factor_{i}" for i in range(12)}
    (band,) = (one for one in ax.patches if one.get_gid() == "chance")
    assert band.get_width() == pytest.approx(0.3)
    assert ax.get_xlabel().startswith("mu*: mean size of the effect over the whole range (money")
    assert ax.get_ylabel() == "sigma: spread of the effect (money per head)"
    segments = [line for group in ax.collections for line in group.get_segments()]
    assert any(np.allclose(one[:, 0], [2.8, 3.2]) for one in segments)
    assert any(np.allclose(one[:, 1], [2.4, 2.6]) for one in segments)


def test_names_of_factors_meet_neither_each_other_nor_the_points() -> None:
    figure, ax = drawn()
    with settings():
        morris_scatter(screening(), ax)
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw_without_rendering()
        boxes = {t.get_text(): Text.get_window_extent(t, renderer) for t in ax.texts}
    for (one, box), (other, beside) in itertools.combinations(boxes.items(), 2):
        assert not box.overlaps(beside.shrunk(0.95, 0.9)), (one, other)
    points = ax.transData.transform([(e.mu_star.value, e.sigma.value) for e in screening().effects])
    for name, box in boxes.items():
        assert not any(box.contains(x, y) for x, y in points), name
        assert figure.bbox.contains(box.x0, box.y0), name
        assert figure.bbox.contains(box.x1, box.y1), name


def test_a_scatter_of_one_trajectory_is_drawn_without_intervals() -> None:
    _, ax = drawn()
    one = FactorEffect("a", *(Interval(1.0, math.nan, math.nan),) * 3, math.nan, math.nan)
    with settings():
        morris_scatter(Screening("x", "share", (one,), 1, 1), ax)
    assert [text.get_text() for text in ax.texts] == ["a"]
    assert all(np.isfinite(ax.get_xlim()))


def boxes(ax: Axes) -> list[Rectangle]:
    return [p for p in ax.patches if isinstance(p, Rectangle) and p.get_gid() == "box"]


def test_rule_is_drawn_around_its_cases(rules: Rules) -> None:
    _, ax = drawn()
    with settings():
        assert rule_points(rules, ax) is ax
    assert rules.best is not None
    cases = next(one for one in ax.lines if one.get_gid() == "cases")
    others = next(one for one in ax.lines if one.get_gid() == "others")
    assert len(cases.get_xdata()) == rules.cases.sum()
    assert len(others.get_xdata()) == rules.n - rules.cases.sum()
    assert cases.get_marker() != others.get_marker()
    assert others.get_markerfacecolor() == "white"
    (box,) = boxes(ax)
    inside = [box.get_bbox().contains(x, y) for x, y in cases.get_xydata()]
    assert np.mean(inside) == pytest.approx(rules.best.coverage)
    labels = {ax.get_xlabel(), ax.get_ylabel()}
    assert labels == {"firms.Newcomer.cash (money per head)", "market.theta"}
    assert {ax.get_xscale(), ax.get_yscale()} == {"log", "linear"}
    assert "filled circles: user-first firms fail; open squares: not" in noted(ax)
    assert rules.best.words in noted(ax)
    assert f"coverage {100 * rules.best.coverage:.0f}%" in noted(ax)


def test_a_box_with_a_third_factor_is_dashed_and_says_so(rules: Rules) -> None:
    assert rules.best is not None
    (limits,) = rules.best.boxes
    third = Limit("market.kind", among=("some",), others=("lots", "none"))
    _, ax = drawn()
    with settings():
        rule_points(rules, ax, rule=rules.best._replace(boxes=((*limits, third),)))
    (box,) = boxes(ax)
    assert box.get_linestyle() not in ("-", "solid")
    assert "dashed: limited by kind too" in noted(ax)


def test_categories_are_an_axis_with_a_box_around_each(rules: Rules) -> None:
    assert rules.best is not None
    limits = (
        Limit("market.kind", among=("lots", "some"), others=("none",)),
        Limit("market.theta", high=5.0),
    )
    _, ax = drawn()
    with settings():
        rule_points(rules, ax, rule=rules.best._replace(boxes=(limits,)))
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["lots", "none", "some"]
    places = sorted(box.get_x() + box.get_width() / 2 for box in boxes(ax))
    assert places == pytest.approx([0, 2])
    assert "points on few levels are spread a little" in noted(ax)


def test_without_a_rule_there_are_points_and_no_box(rules: Rules) -> None:
    _, ax = drawn()
    with settings():
        rule_points(rules._replace(rules=()), ax)
    assert not boxes(ax)
    assert "no rule is beyond what shuffled outcomes give" in noted(ax)


def test_figures_are_named_headed_and_the_same_twice(tmp_path: Path, rules: Rules) -> None:
    found = Sensitivity("sobol", (indices(),), (screening(),), ())
    made = [
        sensitivity_figures(found, "A study") | rule_figures([rules], "A study") for _ in range(2)
    ]
    assert set(made[0]) == {
        "sobol-survival-user-first-less-customer-centric",
        "morris-discounted-profit-of-user-first-firms",
        "rules-1",
    }
    for name, figure in made[0].items():
        assert figure.get_suptitle().startswith("A study: "), name
        one, two = (
            [path.read_bytes() for path in save(figures[name], tmp_path / str(n) / name)]
            for n, figures in enumerate(made)
        )
        assert one == two, name
