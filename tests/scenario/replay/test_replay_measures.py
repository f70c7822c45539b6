"""What words of an observable measure, and how weeks of a run lie in the calendar."""

from __future__ import annotations

import pytest

from sim.experiments import observables
from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, MARKET_COUNTS, MARKET_LEVELS
from sim.scenario.read import load
from sim.scenario.replay import parse, start_of, weeks_after
from sim.scenario.replay.calendar import span_of
from sim.strategies import OPTIONS

ALL = {each.name: each for each in (*FIRM_COUNTS, *FIRM_LEVELS, *MARKET_COUNTS, *MARKET_LEVELS)}
STOCKS = {
    "n_users", "n_engaged", "n_payers", "n_fans", "n_touched", "n_audience", "n_stranger",
    "n_aware", "n_using", "n_customer", "n_fan", "n_lapsed", "cash_cents", "alive", "price",
    "openness", "ad_load", "promise", "q_core", "q_access", "q_engage", "q_customize",
    "q_connect", "q_collaborate", "backlog", "culture", "capacity", "service", "trust",
    "belief_error", "recovery", "match", "top_item", "n_online", "m_stranger", "m_aware",
    "m_user", "m_customer", "m_fan", "m_lapsed", "n_exposed", "n_followers", "reach", "economy",
}  # fmt: skip


@pytest.mark.parametrize("measure", ALL)
def test_stocks_and_flows_are_told_apart(measure: str) -> None:
    assert observables.is_flow(measure) == (measure not in STOCKS)
    of_a_week = "of the week" in ALL[measure].meaning or "this week" in ALL[measure].meaning
    assert observables.is_flow(measure) or not of_a_week or measure == "alive"


def test_every_short_word_means_measures_that_there_are() -> None:
    for word, parts in observables.ALIASES.items():
        means = observables.meaning_of(word)
        assert means is not None
        assert {name for _, name in parts} <= set(ALL)
        kinds = {observables.is_flow(name) for _, name in parts}
        assert kinds == {means.flow}, word  # a sum of stocks and flows has no time
    profit = {name: sign for sign, name in observables.ALIASES["profit"]}
    assert (profit["sale_cents"], profit["media_cents"]) == (1, -1)
    assert set(profit) >= {name for name in ALL if "budget of the week" in ALL[name].meaning}


def test_a_study_stores_what_observables_need_and_no_more() -> None:
    asked = [parse("100 users:A / people"), parse("bought_online / purchases"), parse("price:A")]
    assert observables.firm_series(asked) == ("n_users", "alive", "price")
    assert observables.firm_series([parse("100 online / people")]) == ()
    assert set(observables.firm_series([parse("revenue")])) == {
        name for _, name in observables.ALIASES["revenue"]
    }


def test_who_may_be_a_firm_a_group_or_a_strategy() -> None:
    names = observables.names_in(load("target-users", (), OPTIONS))
    assert names == [
        "Shop", "Shop 1", "Shop 2", "Half-free", "Site", "Site 1", "Site 2",
        "customer-centric", "freemium", "user-first",
    ]  # fmt: skip


def test_faults_of_an_observable_have_a_place_and_a_way_out() -> None:
    scenario = load("didi-kuaidi", (), OPTIONS)
    found = observables.faults_in("100 usrs:Didi / uses:Kuadi + people:Didi", scenario)
    assert [offset for offset, _ in found] == [4, 21, 36]
    assert "did you mean users?" in found[0][1]
    assert "did you mean Kuaidi?" in found[1][1]
    assert "whole market" in found[2][1]
    assert not observables.faults_in("100 uses:Didi / uses", scenario)


@pytest.mark.parametrize(
    ("written", "years"),
    [(2004, 2004.0), ("2004Q2", 2004.25), ("2004-07", 2004.5), ("2004-01-01", 2004.0)],
)
def test_a_start_is_the_beginning_of_what_is_written(written: int | str, years: float) -> None:
    assert start_of(written) == pytest.approx(years)
    assert start_of("Q2 2004") is None
    assert start_of(3, "age") == 3.0


def test_a_year_has_52_weeks() -> None:
    assert weeks_after(2014.0, 2015.5) == pytest.approx(78)
    assert span_of("2014Q3", "quarter") == pytest.approx((2014.5, 2014.75))
    assert span_of("2013", "any") == (2013.0, 2014.0)
    with pytest.raises(ValueError, match="no time"):
        span_of("soon", "year")
