"""Rule 3: a user programme that burns the same budget without effect must not help.

Its twin ``thrifty`` has the same terms and the same media, and keeps the rest of the money.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from sim.market.model import simulate
from sim.market.result import RunResult, firm_rows
from sim.scenario.schema import Scenario
from sim.strategies import REGISTRY
from sim.strategies.base import Decision, Strategy
from tests.market.scenes import merged


class Thrifty(Strategy):
    """Placebo without the programme: what it would burn stays in the bank."""

    name = "thrifty"

    def enter(self) -> Decision:
        terms = REGISTRY["placebo"]().enter()
        share = terms.budget["media"] / sum(terms.budget.values())
        return replace(
            terms, burn=terms.burn * share, reinvest=terms.reinvest * share, budget={"media": 1.0}
        )


@pytest.fixture(autouse=True)
def thrifty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REGISTRY, Thrifty.name, Thrifty)


def beside_a_rival(
    strategy: str, seed: int, cash: float, fixed: float = 0.003, **changes: Any
) -> RunResult:
    """A year and a half of the strategy beside a customer-centric firm, 300 people."""
    costs = {"fixed": fixed}
    firms = [
        {"name": "it", "strategy": strategy, "cash": cash, "start": {"aware": 0.3}, "costs": costs},
        {"name": "rival", "strategy": "customer-centric", "start": {"aware": 0.3}},
    ]
    base = {"title": "x", "weeks": 78, "people": {"count": 300}, "firms": firms}
    return simulate(Scenario.model_validate(merged(base, changes)), seed=seed)


# Draws of a firm go by its strategy's name: who knows it at the start, its taste, its luck in
# observing and releasing.  Without these the twins differ in nothing that people could meet.
SAME: dict[str, Any] = {"market": {"building": {"gain": 0}, "knowing": {"cost": 1}}}


def it(result: RunResult) -> dict[str, Any]:
    return dict(firm_rows(result)[0])


@pytest.mark.slow
def test_placebo_does_not_live_longer_earn_more_or_win_more_users() -> None:
    """400 pairs in which cash runs out: none of the three is better."""
    rows = []
    for seed in range(400):
        pair = [beside_a_rival(which, seed, 0.3, fixed=0.01) for which in ("placebo", "thrifty")]
        rows.append((it(pair[0]), it(pair[1])))
    longer = sum(p["weeks_alive"] > t["weeks_alive"] for p, t in rows)
    shorter = sum(p["weeks_alive"] < t["weeks_alive"] for p, t in rows)
    assert longer == 0
    assert shorter > 200  # the programme does burn money
    # two ruined firms have lost the same cash, and the one that died first a cent less or more
    better = [t for p, t in rows if p["discounted_profit"] >= t["discounted_profit"]]
    assert all(t["exited"] >= 0 for t in better)
    assert binomtest(len(better), len(rows)).proportion_ci(0.99).high < 0.05
    more = sum(p["peak_users"] > t["peak_users"] for p, t in rows)
    fewer = sum(p["peak_users"] < t["peak_users"] for p, t in rows)
    assert more <= fewer or binomtest(more, more + fewer).pvalue > 0.01


def test_a_programme_without_effect_has_none() -> None:
    """While cash lasts, in every pair: nobody behaves otherwise, and only the bank knows."""
    for seed in range(10):
        runs = []
        for strategy in ("placebo", "thrifty"):
            firms = [
                {
                    "name": "it",
                    "strategy": strategy,
                    "cash": 10,
                    "start": {"position": 0.4},
                    "costs": {"shock": 0},
                },
                {"name": "rival", "strategy": "customer-centric", "start": {"aware": 0.3}},
            ]
            runs.append(beside_a_rival(strategy, seed, 10, firms=firms, **SAME))
        placebo, without = (run.firm_series for run in runs)
        for name in ("n_users", "n_payers", "n_uses", "n_sales", "n_told", "media_cents"):
            np.testing.assert_array_equal(placebo[name], without[name], err_msg=name)
        assert (placebo["idle_cents"][1:, 0] > 0).all()
        assert not without["idle_cents"].any()
        burnt = np.cumsum(placebo["idle_cents"][:, 0])
        assert np.array_equal(without["cash_cents"][:, 0] - placebo["cash_cents"][:, 0], burnt)


def test_placebo_does_not_beat_its_thrifty_twin_face_to_face() -> None:
    """Both in one market, 60 seeds: the placebo is never ahead in profit, nor in life."""
    firms = [
        {"name": "it", "strategy": "placebo", "cash": 0.3, "start": {"aware": 0.3}},
        {"name": "twin", "strategy": "thrifty", "cash": 0.3, "start": {"aware": 0.3}},
    ]
    ahead = longer = users = 0
    for seed in range(60):
        scenario = {"title": "x", "weeks": 78, "people": {"count": 200}, "firms": firms}
        p, t = (dict(r) for r in firm_rows(simulate(Scenario.model_validate(scenario), seed=seed)))
        ahead += bool(p["discounted_profit"] > t["discounted_profit"])
        longer += bool(p["weeks_alive"] > t["weeks_alive"])
        users += bool(p["peak_users"] > t["peak_users"])
    assert longer == 0
    assert binomtest(ahead, 60, alternative="greater").pvalue > 0.01
    assert ahead < 10
    assert binomtest(users, 60, alternative="greater").pvalue > 0.01


def test_a_programme_with_effect_does_help() -> None:
    """The control: user-first, same budget, delivers more than its placebo in nearly every pair."""
    better = 0
    for seed in range(20):
        quality = [
            beside_a_rival(strategy, seed, 3.0).firm_series["q_core"][-1, 0]
            for strategy in ("user-first", "placebo")
        ]
        better += bool(quality[0] > quality[1])
    assert better >= 18
