"""Essay 003-15: a saving kept as staff who take up failures, or taken as profit.

Staff win after five years, and only where promises are broken; the gain is taken from rivals.
"""

from __future__ import annotations

from functools import cache

from sim.analysis.intervals import Interval
from sim.market.result import RunResult
from tests.scenarios.paired import at, interval, of, profit_until, runs

YEAR, END = 52, 260


@cache
def kept_as(what: str, *changes: str) -> list[RunResult]:
    """Runs in which the Server's fifth goes to ``what``."""
    return runs("service-staff", f"firms.Server.strategy.on={what}", *changes, seeds=16, people=600)


def gain(week: int, *changes: str) -> Interval:
    """Discounted profit with staff less that with the money kept, seed by seed."""
    staff, cash = kept_as("care", *changes), kept_as("cash", *changes)
    return interval(profit_until(staff, "Server", week) - profit_until(cash, "Server", week))


def test_staff_cost_in_the_first_year_and_pay_by_the_fifth() -> None:
    assert gain(YEAR).high < -0.03
    assert gain(END).low > 0.1
    trust = at(kept_as("care"), "Server", "trust") - at(kept_as("cash"), "Server", "trust")
    assert interval(trust).low > 0.2


def test_staff_lose_where_there_is_little_to_mend() -> None:
    assert gain(END, "firms.Server.offer.inflation=-0.4").high < -0.4


def test_staff_lose_where_a_case_costs_ten_times_as_much() -> None:
    assert gain(END, "market.care.cost=0.2").high < -0.05


def test_what_one_gains_all_four_do_not() -> None:
    """Against the claim: staff everywhere leave each firm poorer than money kept everywhere."""
    everywhere = kept_as("care", "firms.Harvester.strategy.on=care")
    nowhere = kept_as("cash")
    for group in ("Server", "Harvester"):
        profit = of(everywhere, group, "discounted_profit")
        assert interval(profit - of(nowhere, group, "discounted_profit")).high < 0


def test_money_kept_is_money_wasted_but_for_the_money() -> None:
    """Staff apart, keeping and wasting the fifth give the same market, to the last use."""
    for kept, wasted in zip(kept_as("cash"), kept_as("idle"), strict=True):
        assert (kept.firm_series["n_uses"] == wasted.firm_series["n_uses"]).all()
        assert (kept.firm_series["idle_cents"] == 0).all()
        assert wasted.firm_series["idle_cents"][1:, 0].all()
