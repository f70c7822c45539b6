"""Every figure: labels with units, intervals, direct labels, greyscale, the same bytes twice."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from sim.analysis.tables import Tables
from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS
from sim.plots.figures import overview, save
from sim.plots.phase import phase_map
from sim.plots.series import STAGES, firm_lines, series_bands, shown, stage_areas
from sim.plots.style import (
    COLOURS,
    DPI,
    LINES,
    in_order,
    label_ends,
    looks,
    luminance,
    new_figure,
    settings,
    spread,
)
from sim.plots.survival import survival_curves, survival_figure_height

UF, CC = "user-first", "customer-centric"
KINDS = {UF: (900, 0.35, 0.25), CC: (350, 0.12, 0.6), "placebo": (250, 0.05, 0.4)}
PEOPLE, WEEKS = 20_000, 520


def tables(n_runs: int, kinds: tuple[str, ...] = tuple(KINDS), every: int = 4) -> Tables:
    """A market that never was: logistic users, a J-curve of cash, exits when luck runs out."""
    rng, rows, parts = np.random.default_rng(1), [], []
    week = np.arange(0, WEEKS + 1, every)
    for run, kind, firm in itertools.product(range(n_runs), kinds, range(3)):
        mean_life, size, payers = KINDS[kind]
        life = int(rng.exponential(mean_life))
        alive = week < life
        luck = rng.lognormal(0, 0.35)
        start = 0.02 if kind == CC else 0.0
        use = (
            start + size * luck / (1 + np.exp(-(week - 150 * rng.uniform(0.7, 1.4)) / 45))
        ) * alive
        use = np.minimum(use, 0.9)
        cash = (
            1 - 1.2 * np.sin(np.minimum(week / 300, 1.5)) + size * luck * (week / 170) ** 2
        ) * alive
        pay = payers * use
        people = {"n_fan": 0.3 * use, "n_customer": 0.6 * pay, "n_using": 0.7 * use - 0.6 * pay,
                  "n_lapsed": 0.15 * (1 - np.exp(-week / 200)) * np.ones_like(use)}  # fmt: skip
        people["n_aware"] = np.minimum(0.5 * (1 - np.exp(-week / 90)), 1 - sum(people.values()))
        people["n_stranger"] = 1 - sum(people.values())
        parts.append(pd.DataFrame(
            {"run": f"{run:03d}", "treatment": "base", "replicate": run, "week": week,
             "firm": f"{kind} {firm + 1}", "strategy": kind, "people": PEOPLE, "alive": alive * 1,
             "n_users": PEOPLE * use, "n_payers": PEOPLE * pay, "cash_cents": PEOPLE * 100 * cash,
             "trust": 0.5 + 0.2 * use}
            | {name: PEOPLE * share for name, share in people.items()}
        ))  # fmt: skip
        rows.append({"run": f"{run:03d}", "strategy": kind, "weeks_alive": min(life, WEEKS),
                     "survived": int(life > WEEKS),
                     "cause": "alive" if life > WEEKS else "insolvent"})  # fmt: skip
    return Tables(pd.DataFrame(rows), pd.concat(parts, ignore_index=True), "Users, not customers")


def cells() -> pd.DataFrame:
    """A map with a diagonal boundary."""
    rows = []
    for cash, effect in itertools.product(np.geomspace(0.2, 3, 8), np.linspace(0, 9, 7)):
        gap = np.tanh(2 * (np.log(cash) + effect / 6 - 0.4))
        sign = int(np.sign(gap)) * (abs(gap) > 0.25)
        rows.append({"x": cash, "y": effect, "difference": 0.8 * gap, "sign": sign})
    return pd.DataFrame(rows)


def boundary() -> tuple[np.ndarray, np.ndarray]:
    effect = np.linspace(0, 9, 200)
    return np.exp(0.4 - effect / 6), effect


@pytest.fixture(scope="module")
def sweep() -> Tables:
    return tables(24, every=13)


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def bands(ax: Axes) -> list[str]:
    return [str(area.get_gid()) for area in ax.collections if area.get_gid()]


def axes_of(figure: Figure) -> Axes:
    return figure.axes[0]


def test_overview_of_a_sweep_has_every_figure_labelled(sweep: Tables) -> None:
    figures = overview(sweep)
    stages = {f"stages-{name}" for name in KINDS}
    exits = {"survival", "causes", "hazard"}
    assert set(figures) == {"users", "customers", "cash"} | exits | stages
    assert len(figures["causes"].axes) == len(KINDS)
    figures["causes"].axes[-1].set_title(figures["causes"].get_supxlabel(), loc="left")
    for name, figure in figures.items():
        ax = figure.axes[-1]
        assert ax.get_xlabel() == "time (years)", name
        assert ax.get_ylabel().endswith(")"), name
        assert "(" in ax.get_ylabel(), name
        assert figure.get_suptitle().startswith("Users, not customers: "), name
        assert "80%" in ax.get_title(loc="left") or "95%" in ax.get_title(loc="left"), name
        assert ax.get_legend() is None, name
        assert texts(ax), name


def test_single_run_shows_firms_and_says_there_is_no_interval() -> None:
    one = tables(1)
    figures = overview(one)
    assert "survival" not in figures
    ax = axes_of(figures["cash"])
    firms = [line for line in ax.lines if line.get_gid() == "firm"]
    exits = [line for line in ax.lines if line.get_gid() == "exit"]
    assert len(firms) == 9
    assert len(exits) == (one.rows["survived"] == 0).sum()
    assert set(texts(ax)) == set(one.series["firm"])
    assert "no interval" in ax.get_title(loc="left")
    with pytest.raises(ValueError, match="one run"):
        firm_lines(tables(2).series, "n_users", axes_of(figures["users"]))


def test_a_firm_that_left_ends_where_it_left() -> None:
    one = tables(1)
    ax = axes_of(overview(one)["users"])
    last = {round(float(line.get_xdata()[-1]), 3) for line in ax.lines if line.get_gid() == "firm"}
    alive = one.series[one.series["alive"] == 1].groupby("firm")["week"].max() / 52
    assert last == {round(week, 3) for week in alive}


def test_bands_hold_the_middle_of_the_runs_and_the_median(sweep: Tables) -> None:
    _, ax = new_figure()
    series_bands(sweep.series, "n_users", ax)
    assert bands(ax) == [f"band-{name}" for name in (UF, CC, "placebo")]
    medians = [line for line in ax.lines if line.get_gid() == "median"]
    assert len(medians) == 3
    own = sweep.series[sweep.series["strategy"] == UF]
    runs = (
        (own["n_users"] / own["people"] * 100).groupby([own["week"], own["run"]]).mean().unstack()
    )
    np.testing.assert_allclose(medians[0].get_ydata(), runs.median(axis=1))
    edges = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert edges.max() == pytest.approx(runs.quantile(0.9, axis=1).max())
    assert ax.lines[1].get_ydata()[-1] == pytest.approx(runs.iloc[-1].quantile(0.9))


def test_survival_has_bands_labels_and_numbers_at_risk(sweep: Tables) -> None:
    _, ax = new_figure(survival_figure_height(3))
    survival_curves(sweep.rows, ax)
    assert len(ax.lines) == len(bands(ax)) == 3
    alive = sweep.rows.groupby("strategy")["survived"].mean() * 100
    assert {f"{name} {alive[name]:.0f}%" for name in KINDS} < set(texts(ax))
    assert texts(ax).count("72") == 3  # firms of each kind at risk at the start
    assert "firms at risk" in texts(ax)


def test_stages_fill_everything_and_name_every_stage(sweep: Tables) -> None:
    _, ax = new_figure()
    stage_areas(sweep.series, ax, UF)
    assert len(ax.collections) == len(STAGES)
    assert ax.collections[-1].get_paths()[0].vertices[:, 1].max() == pytest.approx(100)
    labels = " ".join(texts(ax))
    assert all(word in labels for _, word, _ in STAGES)
    assert labels.count(" to ") == len(STAGES)
    with pytest.raises(ValueError, match="no firm with strategy nobody"):
        stage_areas(sweep.series, ax, "nobody")


def test_phase_map_marks_what_is_decided_and_names_the_boundary() -> None:
    table = cells()
    figure, ax = new_figure()
    phase_map(table, ax, x_label="cash (money per head)", y_label="effect (utility)",
              boundary=boundary(), log_x=True)  # fmt: skip
    marks = texts(ax)
    assert marks.count("+") == (table["sign"] == 1).sum()
    assert marks.count("\N{MINUS SIGN}") == (table["sign"] == -1).sum()
    assert marks.count("\N{BULLET}") == (table["sign"] == 0).sum()
    assert "predicted boundary" in marks
    line = next(line for line in ax.lines if line.get_gid() == "predicted")
    np.testing.assert_allclose(line.get_ydata(), boundary()[1])
    mesh = ax.collections[0]
    assert mesh.get_clim()[0] == -mesh.get_clim()[1]  # zero in the middle of the colours
    assert mesh.get_array().size == len(table)
    assert "user-first less customer-centric" in figure.axes[1].get_ylabel()


@pytest.mark.parametrize("measure", [m.name for m in FIRM_COUNTS + FIRM_LEVELS])
def test_every_measure_can_be_drawn_with_its_unit(measure: str) -> None:
    frame = pd.DataFrame({"people": [200, 200], measure: [50, 100]})
    label, values = shown(frame, measure)
    unit = next(m.unit for m in FIRM_COUNTS + FIRM_LEVELS if m.name == measure)
    if unit == "people":
        assert (label.endswith("(% of people)"), list(values)) == (True, [25, 50])
    elif unit == "cents":
        assert (label.endswith("(money per head)"), list(values)) == (True, [0.0025, 0.005])
    else:
        assert (label.endswith(f"({unit})"), list(values)) == (True, [50, 100])


def test_unknown_measure_is_named() -> None:
    with pytest.raises(ValueError, match="no measure n_user "):
        shown(pd.DataFrame({"people": [1]}), "n_user")


def test_a_figure_is_laid_out_once_as_matplotlib_would_and_then_left_as_it_was(
    tmp_path: Path, sweep: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = overview(sweep)["survival"]
    FigureCanvasAgg(usual)
    with settings():
        usual.savefig(tmp_path / "usual.png", dpi=DPI, metadata={"Software": None})
    execute, times = ConstrainedLayoutEngine.execute, []
    monkeypatch.setattr(
        ConstrainedLayoutEngine, "execute", lambda self, fig: times.append(execute(self, fig))
    )
    figure = overview(sweep)["survival"]
    engine, dpi = figure.get_layout_engine(), figure.dpi
    png, _ = save(figure, tmp_path / "survival")
    assert len(times) == 1
    assert png.read_bytes() == (tmp_path / "usual.png").read_bytes()
    assert (figure.get_layout_engine(), figure.dpi) == (engine, dpi)


def test_files_have_the_same_bytes_twice(tmp_path: Path, sweep: Tables) -> None:
    made = [overview(sweep) for _ in range(2)]
    for name in ("survival", f"stages-{UF}"):
        one, two = (
            [path.read_bytes() for path in save(figures[name], tmp_path / str(n) / name)]
            for n, figures in enumerate(made)
        )
        assert one == two, name
        assert b"<dc:date>" not in one[1]
        assert one[0].startswith(b"\x89PNG")


def letters(figure: Figure) -> list[tuple[str, Bbox]]:
    """Each text of the first axes with the box of its letters, leaders left out, in pixels."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    found = axes_of(figure).texts
    return [(text.get_text(), Text.get_window_extent(text, renderer)) for text in found]


def test_every_label_is_inside_the_figure_and_clear_of_the_others(sweep: Tables) -> None:
    figures = overview(sweep) | {f"one {name}": f for name, f in overview(tables(1)).items()}
    for name, figure in figures.items():
        boxes, page = letters(figure), figure.bbox
        for text, box in boxes:
            assert page.x0 <= box.x0 < box.x1 <= page.x1 + 1, (name, text)
            assert page.y0 <= box.y0 < box.y1 <= page.y1 + 1, (name, text)
        for (text, box), (other, beside) in itertools.combinations(boxes, 2):
            assert not box.overlaps(beside.shrunk(0.95, 0.95)), (name, text, other)


def test_looks_differ_in_greyscale_too() -> None:
    found = looks([f"kind {number:02d}" for number in range(24)])
    assert len({(look.colour, str(look.line)) for look in found.values()}) == 24
    for one, other in itertools.pairwise(list(found.values())[: len(COLOURS)]):
        bright = abs(luminance(one.colour) - luminance(other.colour))
        assert bright > 20 or one.line != other.line
        assert one.line != other.line
    assert len(LINES) > 1
    headline = looks([CC, UF])
    assert abs(luminance(headline[UF].colour) - luminance(headline[CC].colour)) > 60
    assert all(luminance(colour) < 200 for colour in COLOURS)  # none too pale on white


def test_looks_do_not_depend_on_who_else_is_there() -> None:
    assert looks([CC, UF, "placebo"])[UF] == looks([UF])[UF]
    assert looks(["a", CC, UF])[CC] == looks([CC, UF])[CC]


def test_stage_colours_fall_in_brightness_or_differ_in_hatch() -> None:
    for (_, _, far), (_, _, near) in itertools.pairwise(STAGES):
        gap = luminance(far.colour) - luminance(near.colour)
        assert gap > 20 or far.hatch != near.hatch
        assert gap > 0


def test_labels_are_spread_and_stay_near() -> None:
    placed = spread([0.5, 0.5, 0.52, 0.9], 0.1, 0.0, 1.0)
    assert sorted(placed) == placed
    assert np.diff(placed).min() >= 0.1 - 1e-12
    assert placed[3] == 0.9
    assert np.mean(placed[:3]) == pytest.approx(np.mean([0.5, 0.5, 0.52]))
    edge = spread([0.99, 1.0, 0.0], 0.1, 0.0, 1.0)
    assert edge == pytest.approx([0.9, 1.0, 0.0])


def test_figures_leave_no_global_state(sweep: Tables) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    overview(sweep)
    assert dict(mpl.rcParams) == before
    if "matplotlib.pyplot" in sys.modules:
        assert not sys.modules["matplotlib.pyplot"].get_fignums()


def test_label_ends_keeps_colour_and_text() -> None:
    _, ax = new_figure()
    ax.set_ylim(0, 10)
    label_ends(ax, [(5.0, "a", COLOURS[0]), (5.0, "b", COLOURS[1])])
    heights = [text.get_position()[1] for text in ax.texts]
    assert texts(ax) == ["a", "b"]
    assert abs(heights[0] - heights[1]) >= 0.06


def test_names_have_one_order_as_a_list_and_as_a_column() -> None:
    names = ["placebo", UF, "a", CC, UF, "a"]
    for column in (names, pd.Series(names), pd.Series(names, dtype="string"), np.array(names)):
        assert in_order(column) == [UF, CC, "a", "placebo"]
