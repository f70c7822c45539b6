"""Hazard and causes of exit drawn: bands, stacks that add up, words, greyscale."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text

from sim.analysis.causes import EXITS, cumulative_incidence
from sim.analysis.survival import kaplan_meier
from sim.plots.causes import _FILLS, cause_areas, causes_figure
from sim.plots.figures import save
from sim.plots.style import luminance, new_figure
from sim.plots.survival import FEW, hazard_curves

UF, CC, NO = "user-first", "customer-centric", "placebo"
MEAN = {UF: 300, CC: 1200, NO: 90}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Firms of three strategies in 60 runs: lives rise to a hump, three causes of exit."""
    rng, parts = np.random.default_rng(1), []
    for kind, mean in MEAN.items():
        lives = np.ceil(mean * rng.weibull(2, 180)).clip(1)
        why = rng.choice(EXITS, 180, p=[0.45, 0.3, 0.15, 0.1])
        parts.append(pd.DataFrame(
            {"strategy": kind, "run": np.repeat(np.arange(60), 3),
             "weeks_alive": np.minimum(lives, 520), "survived": (lives > 520).astype(int),
             "cause": np.where(lives > 520, "alive", why)}
        ))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def words(ax: Axes) -> str:
    return " ".join(text.get_text() for text in ax.findobj(Text))


def areas(ax: Axes) -> dict[str, float]:
    """Height of each cause's area at the right end of the axes, in percent."""
    found = {}
    for area in ax.collections:
        if str(area.get_gid()).startswith("cause-"):
            points = area.get_paths()[0].vertices
            last = points[np.isclose(points[:, 0], points[:, 0].max()), 1]
            found[str(area.get_gid()).removeprefix("cause-")] = float(np.ptp(last))
    return found


def test_stack_of_causes_adds_up_to_all_that_left(rows: pd.DataFrame) -> None:
    _, ax = new_figure()
    assert cause_areas(rows, ax, UF) is ax
    own = rows[rows["strategy"] == UF]
    incidence = cumulative_incidence(own["weeks_alive"], own["cause"], own["run"])
    heights = areas(ax)
    assert set(heights) == set(EXITS)
    for cause, height in heights.items():
        assert height == pytest.approx(100 * incidence.at(cause, 520).value)
    curve = kaplan_meier(own["weeks_alive"], 1 - own["survived"], own["run"])
    assert sum(heights.values()) == pytest.approx(100 * (1 - curve.alive[-1]))
    tops = [area.get_paths()[0].vertices[:, 1].max() for area in ax.collections]
    assert max(tops) == pytest.approx(sum(heights.values()))
    low, high = sorted(line.get_ydata()[-1] for line in ax.lines if line.get_gid() == "band")
    assert low < sum(heights.values()) < high


def test_labels_carry_share_interval_and_meaning(rows: pd.DataFrame) -> None:
    _, ax = new_figure()
    cause_areas(rows, ax, UF)
    own = rows[rows["strategy"] == UF]
    found = cumulative_incidence(own["weeks_alive"], own["cause"], own["run"]).at("starved", 520)
    value, low, high = (f"{100 * part:.0f}" for part in found)
    assert f"starved {value}% ({low} to {high})\nran out of users" in words(ax)


def test_a_strategy_that_lost_nobody_says_so(rows: pd.DataFrame) -> None:
    _, ax = new_figure()
    none = rows.assign(cause="alive", survived=1, weeks_alive=520)
    cause_areas(none, ax, CC)
    assert "no firm left" in words(ax)
    assert not areas(ax)


def test_every_cause_has_a_look_that_greyscale_keeps() -> None:
    assert set(_FILLS) == set(EXITS)
    bright = sorted(luminance(fill.colour) for fill in _FILLS.values())
    assert min(np.diff(bright)) > 40
    assert len({fill.hatch for fill in _FILLS.values()}) == len(_FILLS)


def test_causes_of_all_strategies_share_their_axes(rows: pd.DataFrame) -> None:
    figure = causes_figure(rows, "A market")
    assert [ax.get_title(loc="left").split(":")[0] for ax in figure.axes] == [UF, CC, NO]
    assert len({ax.get_xlim() for ax in figure.axes}) == 1
    assert figure.get_suptitle() == "A market: causes of exit"
    assert "95%" in figure.get_supxlabel()


def test_hazard_has_a_band_and_a_name_for_every_strategy(rows: pd.DataFrame) -> None:
    _, ax = new_figure()
    assert hazard_curves(rows, ax) is ax
    assert {str(area.get_gid()) for area in ax.collections} >= {f"band-{kind}" for kind in MEAN}
    assert all(kind in words(ax) for kind in MEAN)
    assert ax.get_ylabel() == "hazard of exit (% of firms a year)"
    assert "95%" in ax.get_title(loc="left")


def test_hazard_stops_where_few_are_left(rows: pd.DataFrame) -> None:
    _, ax = new_figure()
    hazard_curves(rows, ax)
    line = next(line for line in ax.lines if line.get_gid() == NO)
    end = round(52 * line.get_xdata()[-1])
    lives = rows[rows["strategy"] == NO]["weeks_alive"]
    assert (lives >= end).sum() >= FEW > (lives >= end + 1).sum()


def test_hazard_of_one_run_is_drawn_without_a_band(rows: pd.DataFrame) -> None:
    _, ax = new_figure()
    hazard_curves(rows[rows["strategy"] == UF].assign(run=0), ax)
    assert np.isfinite(ax.get_ylim()).all()
    assert ax.get_ylim()[1] > 1


def test_figures_are_the_same_bytes_twice(rows: pd.DataFrame, tmp_path: Path) -> None:
    one, other = (save(causes_figure(rows), tmp_path / name / "f") for name in ("a", "b"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
