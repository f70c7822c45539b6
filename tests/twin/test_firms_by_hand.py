"""The twin's formulas of environment and firms against numbers worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.market.measures import COSTS, REVENUES, STAGE_COUNTS
from sim.scenario.schema import Costs
from sim.strategies.base import Decision
from tests.reference.environment import interpolate, reach_at
from tests.reference.philox import philox
from tests.reference.record import belief_error
from tests.reference.start import firm
from tests.twin.by_hand import close, close_list, market

ALL = 2**32 - 1


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [  # Random123, kat_vectors, philox4x32 10 rounds
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ALL,) * 4, (ALL,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_known_answers(counter: Any, key: Any, words: Any) -> None:
    assert philox(counter, key) == words


def test_a_shock_decays_and_moves_prices_and_situations() -> None:
    twin = market(
        environment={"economy": {"persistence": 0.9, "volatility": 0, "pressure": 1, "budget": 1}},
        events=({"week": 1, "economy": {"shock": -0.5, "region": 1}},),
    )  # fmt: skip
    twin.environment.move(1)
    assert twin.environment.economy == [0.0, -0.5]
    # pressed weighs .2*exp(.5) = .329744, of .4 + .329744 + .2 + .2 = 1.129744
    assert twin.environment.situation_cdf[1] == close_list([0.354062, 0.645937, 0.822968, 1.0])
    twin.environment.move(2)
    assert twin.environment.economy[1] == pytest.approx(-0.45)  # .9 * -.5
    assert twin.environment.alpha[1] == close(4.548105)  # 2.9 * exp(.45) = 2.9 * 1.568312
    assert twin.environment.alpha[0] == close(2.9)


def test_reach_follows_its_curve_or_its_table() -> None:
    curve = {"floor": 0.1, "ceiling": 0.9, "midpoint": 52, "growth": 2}
    scenario = market(environment={"reach": curve}).scenario
    assert reach_at(scenario, 104) == close(0.804638)  # .1 + .8/(1 + exp(-2)) = .1 + .8*.880797
    table = {"years": (2000, 2010), "percent": (20, 70), "start": 2000}
    scenario = market(environment={"reach": table}).scenario
    assert reach_at(scenario, 260) == close(0.45)  # five years on, half of the way
    assert interpolate(1990, (2000, 2010), (20, 70)) == 20
    assert interpolate(2011, (2000, 2010), (20, 70)) == 70


def test_fashion_sums_to_zero_in_every_block() -> None:
    twin = market(environment={"fashion": {"volatility": 0.5}})
    for week in (1, 2, 3):
        twin.environment.move(week)
    rows = np.array(twin.environment.fashion)
    assert np.abs(rows.sum(axis=1)).max() < 1e-12
    assert rows.std() > 0.2


def test_building_at_the_reference_effort() -> None:
    terms = Decision(burn=0.006, reinvest=0.0, budget={"build": 2.0}, goal=0.4)
    twin = market(firms=[firm("builder", 0, 100, decision=terms)])
    builder = twin.firms[0]
    twin.week = 1
    builder.spend()
    assert builder.spent["build"] == 60  # 100 people * .006 money
    builder.build()
    # .01 of effort .001 a need over the reference .001, times what is missing: 1 - .4
    assert builder.pending == close_list([0.006] * 6)
    builder.culture = 0.0  # .4 from its goal: 1 - .5*.4 = .8
    builder.last.n_ideas, builder.last.talent = 9, 10
    twin.n_role[1] = 20
    # .8 * (1 + 1*10/20) * (1 + .1*1.4850), the expected best of nine = .8 * 1.5 * 1.148501
    assert builder.efficiency() == pytest.approx(1.378202, abs=2e-4)


def test_work_helps_by_chance_and_then_more(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = Decision(burn=0.006, reinvest=0.0, budget={"build": 2.0})
    twin = market(
        firms=[firm("builder", 0, 100, decision=terms)], market={"building": {"success": 0.5}}
    )
    twin.week, builder = 1, twin.firms[0]
    uid, asked = 8 * builder.uid, []

    def draw(purpose: int, who: int, week: int) -> tuple[float, ...]:
        asked.append((purpose, who, week))
        return (0.49 if who == uid + 2 else 0.5, 0.0, 0.0, 0.0)

    monkeypatch.setattr(twin.draws, "uniforms", draw)
    builder.spend()
    builder.build()
    assert builder.pending == close_list([0, 0, 0.012, 0, 0, 0])  # .006 / .5
    assert asked == [(18, uid + k, 1) for k in range(6)]


def test_cash_is_made_to_last() -> None:
    terms = Decision(burn=0.1, reinvest=0.5, budget={"build": 3.0, "idle": 1.0})
    only = market(firms=[firm("saver", 0, 100, decision=terms)], market={"runway": 20}).firms[0]
    only.gross = 2.0
    only.spend()
    # 60 money over 20 weeks is 3, below 100*.1; half of the gross 2 is added: 4, a quarter idle
    assert (only.spent["build"], only.spent["idle"], only.cash) == (300, 100, 5600)
    only.cash, only.gross = 40000, -1.0
    only.spend()
    assert only.cash == 39000  # 400/20 is above 10, and there is no profit to add
    only.cash, only.gross = 100, 4.0
    only.spend()
    assert only.cash == 0  # no more than there is: .05 + 2 of 1


def test_practice_follows_decisions() -> None:
    twin = market(1, market={"culture": {"years": 1}})
    only = twin.firms[0]
    twin.week, only.culture, only.open = 1, 0.0, 0.5
    only.decision = Decision(goal=1.0, openness=0.1)
    only.work()
    assert only.culture == close(0.0190469)  # 1 - exp(-1/52)
    assert only.open == close(0.4923812)  # .5 - .4*.0190469


@pytest.mark.parametrize("entered", [0, 1, 7])
def test_capacity_follows_demand_and_service_lags(entered: int) -> None:
    twin = market(firms=[firm("young", 0, 100, entered=entered)])
    young, first = twin.firms[0], max(1, entered)
    young.last.n_uses, twin.week = 20, first
    young.serve()
    assert young.capacity == 5.0  # not before the second week
    twin.week = first + 1
    young.serve()
    assert young.capacity == close(7.232558)  # 5 + (1.2*20 - 5)*(1 - exp(-1/8)) = 5 + 19*.117503
    assert young.service == close(0.3616279)  # 7.232558 / 20


def test_a_release_delivers_and_empties_the_backlog() -> None:
    terms = Decision(release_every=2, improve=False)
    shipper = market(firms=[firm("shipper", 0, 100, decision=terms)]).firms[0]
    twin = shipper.model
    shipper.pending, twin.week = [0.1] * 6, 1
    shipper.release()
    assert shipper.q == [0.4] * 6
    twin.week = 2
    shipper.release()
    assert shipper.q == close_list([0.5] * 6)  # .4 + .1
    assert shipper.pending == [0.0] * 6
    shipper.pending, before, twin.week = [0.1] * 6, list(shipper.q), 4
    shipper.release()
    assert shipper.q == before  # one release only


def test_observing_payers_moves_beliefs_towards_their_needs() -> None:
    twin = market(1, market={"knowing": {"noise": 0.0, "update": 0.1, "cost": 0.0}})
    only = twin.firms[0]
    only.spent = dict.fromkeys(("media", "build", "observe", "outreach", "idle"), 0)
    only.culture, only.last.n_uses, only.last.n_free_uses = 0.0, 5, 3
    only.last.needs_payers = [510, 0, 0, 0, 0, 0]
    only.observe()
    # core: 1/6 + .1*(1 - 1/6) = .25; others 1/6 * .9 = .15; they still sum to 1
    assert only.belief == close_list([0.25, 0.15, 0.15, 0.15, 0.15, 0.15])
    only.last.n_free_uses = 5  # nobody pays: nothing is learned
    only.observe()
    assert only.belief == close_list([0.25, 0.15, 0.15, 0.15, 0.15, 0.15])


def test_media_reach_people_and_clutter_is_noise() -> None:
    terms = Decision(burn=0.016, reinvest=0.0, budget={"media": 1.0})
    firms = [firm(f"loud {slot}", slot, 100, decision=terms) for slot in range(2)]
    rule = {"external": 5.2, "elasticity": 0.5, "press": 5.2}
    twin = market(firms=firms, market={"awareness": rule}, environment={"attention": 0.2})
    twin.n_media = [4, 0]
    for loud in twin.firms:
        loud.last.media[0] = 1
        loud.work()
    twin.firms_reach_people()
    # each .1 a week times sqrt(.016/.001) = 4: .4, together .8; a quarter of it is heard
    assert twin.contacts == close(0.8)
    assert twin.noise == close(0.6)
    # .4*.25 and the press: .1 * 1 of 4 media people in region 0, none in region 1
    assert twin.hazard[0] == close_list([0.125, 0.125])
    assert twin.hazard[1] == close_list([0.1, 0.1])


def test_a_firm_reviews_from_its_second_week(monkeypatch: pytest.MonkeyPatch) -> None:
    firms = [
        firm(f"firm {entered}", i, 100, entered=entered) for i, entered in enumerate((0, 1, 3))
    ]
    twin = market(firms=firms, review=1)
    decided: list[tuple[int, int, int]] = []
    for each in twin.firms:
        looks = each.look
        monkeypatch.setattr(each, "look", lambda looks=looks: see(looks()))

    def see(seen: Any) -> Any:
        decided.append((twin.week, seen.age, len(seen.rivals)))
        return seen

    for _ in range(5):
        twin.step()
    # the first (0) from week 2, the second (1) from week 3, the third (3) from week 5
    assert decided == [
        (2, 2, 1), (3, 3, 2), (3, 2, 2), (4, 4, 2), (4, 3, 2), (5, 5, 2), (5, 4, 2), (5, 2, 2),
    ]  # fmt: skip


def test_flows_are_means_since_the_last_review() -> None:
    twin = market(firms=[firm("young", 0, 100, entered=4)])
    only = twin.firms[0]
    only.since["n_sales"], only.since["revenue"] = 50, 20000
    twin.week = 9
    assert (only.look().sales, only.look().revenue) == (0.1, 0.4)  # 50 and 200 a head over 5 weeks
    only.decide(only.look())
    only.since["n_sales"], twin.week = 40, 13
    assert only.look().sales == close(0.1)  # 40 a head over 4


def test_investors_answer_growth_when_cash_is_short() -> None:
    twin = market(1)
    only = twin.firms[0]
    only.funding = only.funding.model_copy(update={"amount": 0.5, "growth": 0.1})
    only.rounds, only.cash, only.users_before = 1, 4999, 10
    for users, cash in ((10, 4999), (11, 9999), (12, 9999)):  # .5 a head is 5000 cents, once
        only.last.stages["n_engaged"] = users
        only.ask_investors()
        assert only.cash == cash
    only.rounds = 1  # now cash is not short
    only.ask_investors()
    assert (only.cash, only.rounds, twin.world["investors"]) == (9999, 1, -6000 - 5000)


def test_money_settles_to_the_cent() -> None:
    terms = Decision(price=1.005, ad_load=0.5, budget={})
    costs = Costs(unit=0.4, serving=0.005, fixed=-0.01, shock=0)
    shop = market(firms=[firm("shop", 0, 100, decision=terms, costs=costs)]).firms[0]
    shop.now.n_sales, shop.now.n_uses, shop.now.n_free_uses, shop.now.n_ideas = 3, 33, 30, 4
    shop.settle()
    # 30*.5*.02 = .30; 1.20; .165 -> 17 (.005 a use, 33); .001*5 = .005 -> 1; 100*-.01; .008 -> 1
    names = ("advertising", "unit", "serving", "capacity", "fixed", "screening")
    assert [shop.cents[f"{n}_cents"] for n in names] == [30, 120, 17, 1, -100, 1]
    assert shop.cents["sale_cents"] == 3 * math.floor(100 * 1.005 + 0.5)
    revenue = shop.cents["sale_cents"] + 30
    assert shop.cash == 6000 + revenue - 120 - 17 - 1 + 100 - 1
    assert shop.gross == close(0.25 * (revenue - 138) / 100)


def test_belief_error_is_half_the_absolute_difference() -> None:
    # needs .5 .5 of two; believed .8 .2: half of .3 + .3
    assert belief_error([0.8, 0.2], [10, 10]) == close(0.3)


@pytest.mark.parametrize("mixing", ["network", "complete"])
def test_nothing_is_lost(mixing: str) -> None:
    terms = [
        Decision(openness=1, ad_load=0.5, burn=0.03, budget={"media": 1, "build": 1, "observe": 1}),
        Decision(plan="subscription", burn=0.001, budget={"media": 1, "outreach": 1, "idle": 1}),
    ]  # fmt: skip
    firms = [firm(f"firm {i}", i, 60, decision=d, entered=3 * i) for i, d in enumerate(terms)]
    firms[0]["costs"] = Costs(fixed=0.2, shock=0)
    people = {"links": {"mixing": mixing, "mean": 4}}
    twin = market(firms=firms, count=60, people=people, market={"purchase": {"wait": 1}})
    twin.run()
    series, wide = twin.record.firm_series(), twin.record.market_series()
    assert sum(firm.cash for firm in twin.firms) + sum(twin.world.values()) == 0
    moves = sum(series[n] for n in REVENUES) - sum(series[n] for n in COSTS)
    moves = moves + series["funding_cents"] + series["written_off_cents"]
    moves[3, 1] += 60 * 60  # what the second firm enters with
    assert (np.diff(series["cash_cents"], axis=0) == moves[1:]).all()
    assert (sum(series[n] for n in STAGE_COUNTS) == 60).all()
    stages = ("stranger", "aware", "user", "customer", "fan", "lapsed")
    assert (sum(wide[f"m_{n}"] for n in stages) == 60).all()
    assert series["alive"][-1].tolist() == [0, 1]  # the spender went broke
    assert series["written_off_cents"].sum() > 0
    dead = series["alive"][:-1, 0] == 0
    assert (series["n_uses"][1:, 0][dead] == 0).all()
    assert series["n_uses"].sum() > 50
    levels = np.array([[p.trust, p.engagement] for p in twin.people])
    assert levels.min() >= 0
    assert levels.max() <= 1
