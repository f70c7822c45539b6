"""Phase maps: signs, indecision, agreement with a predicted boundary."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.analysis.phase import phase_cells, predicted_signs, sign_agreement

UF, CC = "user-first", "customer-centric"


def sweep(n_runs: int = 12) -> pd.DataFrame:
    """User-first firms live where cash + effect/10 > 1.05; on that line both kinds do alike."""
    rng, rows = np.random.default_rng(1), []
    for cash in (0.4, 0.8, 1.2):
        for effect in (0.0, 2.5, 6.0):
            edge = round(cash + effect / 10 - 1.05, 6)
            for run in range(n_runs):
                alternate, often = run % 2, int(run % 20 > 0)
                fate = {1: often, 0: alternate, -1: 1 - often}[int(np.sign(edge))]
                for kind, alive in ((UF, fate), (CC, run // 2 % 2)):
                    rows.append(
                        {"run": f"{cash}-{effect}-{run}", "strategy": kind, "cash": cash,
                         "effect": effect, "survived": alive, "weeks_alive": 520 * alive,
                         "users": 10, "share_users": 0.1, "customers": 1,
                         "discounted_profit": edge + rng.normal(0, 0.02)}
                    )  # fmt: skip
    return pd.DataFrame(rows)


def pays(cash: float, effect: float) -> bool:
    return cash + effect / 10 > 1.05


def test_cells_carry_difference_interval_and_sign() -> None:
    rows = sweep(40)
    cells = phase_cells(rows, "cash", "effect")
    assert len(cells) == 9
    assert set(cells["pairs"]) == {40}
    one = cells[(cells["x"] == 1.2) & (cells["y"] == 6.0)].iloc[0]
    here = rows[(rows["cash"] == 1.2) & (rows["effect"] == 6.0)]
    mean = here.groupby("strategy")["survived"].mean()
    assert one["difference"] == pytest.approx(mean[UF] - mean[CC])
    assert one["low"] < one["difference"] < one["high"]
    assert one["sign"] == 1
    on_the_line = cells[(cells["x"] == 0.8) & (cells["y"] == 2.5)].iloc[0]
    assert on_the_line["low"] < 0 < on_the_line["high"]
    assert on_the_line["sign"] == 0


def test_sign_agrees_with_the_truth_and_not_with_its_opposite() -> None:
    cells = phase_cells(sweep(40), "cash", "effect")
    assert sign_agreement(cells, pays).value == 1.0
    assert sign_agreement(cells, lambda x, y: not pays(x, y)).value == 0.0
    assert sign_agreement(cells, pays).low < 0.9  # eight cells do not prove 100%
    assert predicted_signs(cells, pays).tolist().count(1) == 4


def test_profit_maps_and_swapped_strategies_turn_the_sign() -> None:
    rows = sweep()
    rows.loc[rows["strategy"] == CC, "discounted_profit"] = 0.0
    cells = phase_cells(rows, "cash", "effect", measure="discounted_profit")
    turned = phase_cells(rows, "cash", "effect", first=CC, second=UF, measure="discounted_profit")
    assert cells["sign"].abs().sum() >= 8
    np.testing.assert_array_equal(cells["sign"], -turned["sign"])


def test_few_pairs_decide_nothing() -> None:
    cells = phase_cells(sweep(5), "cash", "effect", measure="discounted_profit")
    assert set(cells["sign"]) == {0}
    with pytest.raises(ValueError, match="no cell of the map is decided"):
        sign_agreement(cells, pays)


def test_unknown_factor_is_named() -> None:
    with pytest.raises(ValueError, match="no factor capital"):
        phase_cells(sweep(1), "capital", "effect")
