"""The predicted boundary from what runs measured: rates by hand, signs at the extremes."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest

from sim.analysis.boundary import cash_trough_needed, user_value
from sim.analysis.prediction import FLOWS, STOCKS, Rates, measured, predict
from sim.scenario.schema import Scenario

UF, CC = "user-first", "customer-centric"


def series() -> pd.DataFrame:
    """One firm of 1,000 people: a year in two halves, then it is dead."""
    plain = dict.fromkeys((*STOCKS, *FLOWS), 0)
    halves = [
        {"n_users": 0, "n_touched": 0, "n_stranger": 1000, "alive": 1},
        {"n_users": 100, "n_touched": 120, "n_lapsed": 20, "n_stranger": 700, "n_uses": 80,
         "advertising_cents": 160, "alive": 1},
        {"n_users": 100, "n_touched": 160, "n_lapsed": 60, "n_stranger": 600, "n_uses": 80,
         "advertising_cents": 160, "n_payers": 10, "n_sales": 5, "sale_cents": 500, "alive": 1},
        {"n_touched": 160, "n_lapsed": 160, "n_stranger": 600, "alive": 0},
    ]  # fmt: skip
    return pd.DataFrame([
        {**plain, "treatment": "t", "run": "0", "firm": "New", "strategy": UF, "people": 1000,
         "week": 26 * at, **each}
        for at, each in enumerate(halves)
    ])  # fmt: skip


def test_rates_by_hand_without_the_weeks_after_death() -> None:
    found = measured(series().sample(frac=1, random_state=1))["t", UF]
    assert found.users == pytest.approx(0.075)  # half a year of 50 on average, half of 100
    assert found.lapses == pytest.approx(0.060)
    assert found.reached == pytest.approx(0.160)
    assert found.heard == pytest.approx(0.400)
    assert found.uses == pytest.approx(52 * 0.08)
    assert found.advertising == pytest.approx(52 * 0.0016)
    assert found.sold == pytest.approx(26 * 0.005)
    assert found.income == pytest.approx(26 * 0.005)
    assert found.more_payers == pytest.approx(0.010)


def test_a_missing_series_is_named() -> None:
    with pytest.raises(ValueError, match="no stored series of n_lapsed"):
        measured(series().drop(columns="n_lapsed"))


@dataclass
class Market:
    """A market with numbers at hand: who uses, who pays, what it brings."""

    ads: float = 0.2
    uses: float = 8.0
    cash: float = 1.0

    def prediction(self):
        scenario = Scenario.model_validate({
            "title": "t", "weeks": 520, "firms": [
                {"name": "New", "strategy": UF, "cash": self.cash},
                {"name": "Old", "strategy": CC, "cash": 1.0}],
        })  # fmt: skip
        ours = Rates(0.3, 0.0, 0.5, 0.06, 0.05, 0.1, 0.0, 0.0, self.uses, 0.0, self.ads)
        theirs = Rates(0.3, 0.1, 0.1, 0.06, 0.05, 0.05, 0.0, 0.5, 5.0, 0.5, 0.0)
        return predict(scenario, (scenario.firms[0], scenario.firms[1]), (ours, theirs))


def test_margins_are_those_of_the_theory() -> None:
    found = Market().prediction()
    a, c_u, delta = 0.2 / 0.3, (0.005 + 0.001) * 8 / 0.3, 0.2
    # media brings .2 * .006 a week: hazard .6 * 1.2**.12, more than all who heard of it
    PV = float(user_value(a, c_u, 0, 0, 0.1, delta, 0))
    A_u = 0.006 * 52 / 0.05
    V_p = (0.5 - 0.4 * 0.5) / 0.1 / (0.1 + delta)
    CAC = 0.003 * 52 / (delta * 0.1)
    told = 0.6 * (0.0018 / 0.001) ** 0.12 * 0.1 / 0.05
    assert told > 1
    have, need = PV / A_u, V_p / CAC
    assert found.value == pytest.approx((have - need) / (have + need))
    trough = float(cash_trough_needed(a - c_u, -delta, A_u, 0.312, 0.156, years=10))
    assert found.cash == pytest.approx((1 - trough) / (1 + trough))
    assert found.finite


def test_users_who_cost_and_bring_nothing_never_pay() -> None:
    found = Market(ads=0.0).prediction()
    assert found.value == -1.0
    assert not found.pays


def test_more_ads_and_more_cash_turn_the_sign() -> None:
    assert Market(ads=0.05, cash=3).prediction().value < 0 < Market(ads=1.5).prediction().value
    assert Market(cash=0.3).prediction().cash < 0 < Market(cash=20).prediction().cash
    assert Market(ads=1.5, cash=20).prediction().pays
