"""What every plot keeps: returns the axes it was given, says units, gives the same bytes twice.

A plot is any public function of ``sim.plots`` that takes ``ax`` and returns Axes; a new one
fails here until ``EXAMPLES`` has a call of it.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from functools import cache
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedFormatter, FuncFormatter, NullFormatter

import sim.plots
from sim.analysis.compare import Contrast
from sim.analysis.effects import Effect
from sim.analysis.evolution.payoffs import PayoffTable
from sim.analysis.evolution.selection import Evolution, evolve
from sim.analysis.history.baseline import baseline_of
from sim.analysis.intervals import Interval
from sim.analysis.pairs import outcome
from sim.analysis.rules import find_rules
from sim.analysis.screening import FactorEffect, Screening
from sim.analysis.shapley import Shapley
from sim.analysis.sobol import SobolIndices
from sim.market.measures import STAGE_COUNTS
from sim.plots.causes import cause_areas
from sim.plots.compare import forest
from sim.plots.evolution import payoff_matrix, takeover_bars, time_bars
from sim.plots.flows import flow_lines, simplex
from sim.plots.history import history
from sim.plots.judgement import coverage_dots, error_dots
from sim.plots.multiples import series_panel, shared_limits, survival_panel
from sim.plots.network import network
from sim.plots.phase import phase_map
from sim.plots.posterior import posterior_panel
from sim.plots.replay import Panel, replay_panel
from sim.plots.rules import rule_points
from sim.plots.sensitivity import morris_scatter, sobol_bars
from sim.plots.series import firm_lines, series_bands, stage_areas
from sim.plots.shapley import shapley_bars
from sim.plots.style import looks, new_figure, settings
from sim.plots.survival import hazard_curves, survival_curves
from sim.plots.within import share_lines
from tests.plots.crowds import crowd
from tests.plots.histories import fitted, judged, level, model

UF, CC = "user-first", "customer-centric"
NAMES = (UF, CC, "hybrid")
# numbers that have no unit of their own say what they are a share of
DIMENSIONLESS = re.compile(r"^(share of|chance that|firms of)\b")


def _rows() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    n = 120
    life = rng.exponential(180, n).astype(int) + 1
    return pd.DataFrame(
        {"run": np.repeat(np.arange(20), 6), "strategy": [UF, UF, UF, CC, CC, CC] * 20,
         "weeks_alive": np.minimum(life, 260), "survived": (life > 260).astype(int),
         "cause": np.where(life > 260, "alive", "insolvent")}
    )  # fmt: skip


def _series(n_runs: int) -> pd.DataFrame:
    week = np.arange(0, 261, 13)
    parts = [
        pd.DataFrame({"run": run, "treatment": "base", "week": week, "firm": name,
                      "strategy": name, "people": 100, "alive": 1, "n_users": week / 4 + run,
                      **dict.fromkeys(STAGE_COUNTS, 100 / 6)})
        for run in range(n_runs) for name in (UF, CC)
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _cells() -> pd.DataFrame:
    x, y = (part.ravel() for part in np.meshgrid(np.arange(1.0, 6), np.arange(4.0)))
    return pd.DataFrame({"x": x, "y": y, "difference": x - y - 1, "sign": np.sign(x - y - 1)})


@cache
def _played() -> Evolution:
    samples = (
        np.random.default_rng(4).normal(size=(3, 3, 5, 12)) + np.arange(3)[:, None, None, None]
    )
    samples[:, :, 0] = np.nan
    table = PayoffTable(
        NAMES, 4, outcome("discounted_profit"), samples, np.ones((3, 3, 5), bool)
    )  # fmt: skip
    return evolve(table, draws=40)


def _about(value: float) -> Interval:
    return Interval(value, value - 0.1, value + 0.1)


def _contrast() -> Contrast:
    effect = Effect(_about(0.3), _about(0.5), _about(0.6), 0.01, (20,))
    return Contrast(UF, outcome("survival"), "A", "B", _about(0.6), _about(0.3), effect, 0.01)


def _sobol() -> SobolIndices:
    first, total = (_about(0.5), _about(0.2)), (_about(0.7), _about(0.3))
    return SobolIndices("share alive", ("a.cash", "b.effect"), first, total, (0.5, 0.2),
                        (0.7, 0.3), _about(0.1), 8, 4)  # fmt: skip


def _screened() -> Screening:
    effects = tuple(
        FactorEffect(name, _about(at), _about(at), _about(0.3), 0.05, at - 0.4)
        for name, at in (("a.cash", 0.8), ("b.effect", 0.3))
    )
    return Screening("share alive", "share of firms", effects, 8, 4)


def _shared() -> Shapley:
    shares = (_about(0.3), _about(-0.1))
    return Shapley("users", "share of people", ("a.fans", "a.media"), shares, shares, shares,
                   _about(0.2), 8)  # fmt: skip


@cache
def _ruled():  # type: ignore[no-untyped-def]
    x, y = (part.ravel() for part in np.meshgrid(np.arange(8.0), np.arange(8.0)))
    return find_rules({"a.cash": x, "b.effect": y}, (x < 3) & (y > 3), shuffles=20)


EXAMPLES: dict[Callable[..., Axes], Callable[[Axes], Axes]] = {
    series_bands: lambda ax: series_bands(_series(8), "n_users", ax),
    firm_lines: lambda ax: firm_lines(_series(1), "n_users", ax),
    stage_areas: lambda ax: stage_areas(_series(3), ax, UF),
    survival_curves: lambda ax: survival_curves(_rows(), ax),
    hazard_curves: lambda ax: hazard_curves(_rows(), ax),
    cause_areas: lambda ax: cause_areas(_rows(), ax, UF),
    survival_panel: lambda ax: survival_panel(_rows(), ax, style=looks([UF, CC]), weeks=260),
    series_panel: lambda ax: series_panel(
        _series(8), "n_users", ax, style=looks([UF, CC]),
        limits=shared_limits(_series(8), "n_users"),
    ),
    phase_map: lambda ax: phase_map(
        _cells(), ax, x_label="cash (money per head)", y_label="effect (utility)",
        boundary=([1.0, 4.0], [0.0, 3.0]), cash_line=([2.0, 5.0], [0.5, 2.5]),
    ),
    share_lines: lambda ax: share_lines(_series(8), "users", ax),
    network: lambda ax: network(crowd(), ax),
    history: lambda ax: history(level(), ax, baseline=baseline_of(level()), model=model()),
    replay_panel: lambda ax: replay_panel(Panel(level(), baseline_of(level()), model()), ax),
    posterior_panel: lambda ax: posterior_panel(fitted(), ax),
    error_dots: lambda ax: error_dots(judged(), ax),
    coverage_dots: lambda ax: coverage_dots(judged(), ax),
    forest: lambda ax: forest([_contrast()], ax),
    payoff_matrix: lambda ax: payoff_matrix(_played(), ax),
    takeover_bars: lambda ax: takeover_bars(_played(), ax),
    time_bars: lambda ax: time_bars(_played(), ax),
    flow_lines: lambda ax: flow_lines(_played().table, [(0, 1), (0, 2)], ax),
    simplex: lambda ax: simplex(NAMES, np.array([[0.0, 2, 1], [1, 0, 2], [2, 1, 0]]), ax),
    rule_points: lambda ax: rule_points(_ruled(), ax),
    sobol_bars: lambda ax: sobol_bars(_sobol(), ax),
    morris_scatter: lambda ax: morris_scatter(_screened(), ax),
    shapley_bars: lambda ax: shapley_bars(_shared(), ax),
}  # fmt: skip


def plots() -> set[Callable[..., Axes]]:
    """Every public function of the room that takes ``ax`` and returns Axes."""
    found = set()
    for module in pkgutil.iter_modules(sim.plots.__path__, "sim.plots."):
        for name, function in inspect.getmembers(
            importlib.import_module(module.name), inspect.isfunction
        ):
            signature = inspect.signature(function)
            ours = function.__module__ == module.name and not name.startswith("_")
            if ours and "ax" in signature.parameters and signature.return_annotation == "Axes":
                found.add(function)
    return found


def test_every_plot_has_an_example() -> None:
    assert {f"{f.__module__}.{f.__name__}" for f in plots()} == {
        f"{f.__module__}.{f.__name__}" for f in EXAMPLES
    }


ALL = pytest.mark.parametrize("function", EXAMPLES, ids=lambda function: function.__name__)


@ALL
def test_a_plot_returns_the_axes_it_was_given(function: Callable[..., Axes]) -> None:
    figure, ax = new_figure()
    assert EXAMPLES[function](ax) is ax
    assert figure.axes[0] is ax
    assert ax.has_data()


def numbered(axis: Axis) -> bool:
    """Whether ticks are numbers, not names; an axis without ticks shows none."""
    words = (FixedFormatter, FuncFormatter, NullFormatter)
    named = isinstance(axis.get_major_formatter(), words)
    if named and isinstance(axis.get_major_formatter(), FixedFormatter):
        said = [text for text in axis.get_major_formatter().seq if text]
        named = not all(re.fullmatch(r"[-\N{MINUS SIGN}\d.,e+%]+", text) for text in said)
    return len(axis.get_ticklocs()) > 0 and not named


@ALL
def test_an_axis_of_numbers_says_its_unit(function: Callable[..., Axes]) -> None:
    _, ax = new_figure()
    EXAMPLES[function](ax)
    if not ax.axison:
        return
    for axis in (ax.xaxis, ax.yaxis):
        label = axis.get_label_text()
        if numbered(axis):
            assert re.search(r"\([^()]+\)", label) or DIMENSIONLESS.match(label), label


@ALL
def test_the_same_plot_has_the_same_bytes(function: Callable[..., Axes]) -> None:
    written = []
    for _ in range(2):
        figure, ax = new_figure()
        file = BytesIO()
        with settings():
            EXAMPLES[function](ax)
            figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        written.append(file.getvalue())
    assert written[0] == written[1]
    assert len(written[0]) > 5_000
