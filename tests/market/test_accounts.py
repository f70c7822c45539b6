"""Accounts of a run, checked by hand from its record: money, people, bounds, the dead."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.market.audit import AuditError, check_people
from sim.market.ledger import ACCOUNTS
from sim.market.measures import (
    CAUSES,
    COSTS,
    FIRM_COUNTS,
    FIRM_LEVELS,
    REVENUES,
    STAGE_COUNTS,
    index,
)
from sim.market.model import MarketModel, simulate
from sim.market.result import RunResult
from sim.scenario.schema import Scenario
from tests.market.scenes import eventful

SEEDS = (0, 1, 2)
HOUSEHOLDS = (
    "sale_cents", "subscription_cents", "commission_cents", "service_cents", "data_cents",
)  # fmt: skip
MAY_BE_NEGATIVE = {"fixed_cents"}  # a shock may be a windfall


def carried() -> Scenario:
    """The eventful market, in which two firms run over another's network."""
    scenario = eventful()
    firms = [
        group.model_copy(update={"carrier": "payers 1"}) if group.name == "users" else group
        for group in scenario.firms
    ]
    return scenario.model_copy(update={"firms": tuple(firms)})


def walked(seed: int) -> tuple[RunResult, np.ndarray]:
    """The result, and the outside accounts at the end of every week (weeks + 1, accounts)."""
    model = MarketModel(carried(), seed=seed, audit=True)
    accounts = [model.place.accounts.copy()]
    while model.week < model.scenario.weeks:
        model.step()
        accounts.append(model.place.accounts.copy())
    return model.result(), np.array(accounts)


@pytest.fixture(scope="module")
def runs() -> list[tuple[RunResult, np.ndarray]]:
    return [walked(seed) for seed in SEEDS]


def total(result: RunResult, names: tuple[str, ...]) -> np.ndarray:
    """Sum of several lines, cents (weeks + 1, firms)."""
    return np.sum([result.firm_series[name] for name in names], axis=0)


def entry_money(result: RunResult) -> np.ndarray:
    """Starting cash in the week before a firm is first counted, cents (weeks + 1, firms)."""
    scenario = eventful()
    cash = {group.name: group.cash for group in (*scenario.firms, *scenario.entry.kinds)}
    out = np.zeros_like(result.firm_series["cash_cents"])
    for f, fate in enumerate(result.firms):
        if fate.entered >= 0:
            out[fate.entered, f] = round(100 * cash[fate.group] * result.people)
    return out


def test_the_scene_is_eventful(runs: list[Any]) -> None:
    """Or the accounts below would prove little."""
    for result, _ in runs:
        assert sum(fate.exited >= 0 for fate in result.firms) >= 2
        assert any("entrant" in fate.name for fate in result.firms)
        for name in (*REVENUES, *COSTS[:-1], "funding_cents", "written_off_cents"):
            assert np.any(result.firm_series[name] != 0), name
        for name in ("n_found_closed", "n_switched"):
            assert result.market_series[name].sum() > 0, name


def test_cash_moves_by_what_was_earned_and_spent(runs: list[Any]) -> None:
    """Every firm, every week, to the cent."""
    for result, _ in runs:
        series = result.firm_series
        flow = total(result, REVENUES) - total(result, COSTS) + entry_money(result)
        flow += series["funding_cents"] + series["written_off_cents"]
        assert np.array_equal(series["cash_cents"], np.cumsum(flow, axis=0))


def test_what_firms_gain_the_world_gives(runs: list[Any]) -> None:
    """Each outside account, every week, from the record of the firms, to the cent."""
    for result, accounts in runs:
        series = result.firm_series
        investors = series["funding_cents"] + entry_money(result)
        given = {
            "households": total(result, HOUSEHOLDS) - series["subsidy_cents"],
            "advertisers": series["advertising_cents"],
            "suppliers": series["carriage_cents"] + series["subsidy_cents"] - total(result, COSTS),
            "investors": investors,
            "creditors": series["written_off_cents"],
        }
        for column, name in enumerate(ACCOUNTS):
            # a step ends before the next review and entry, the money of which comes later
            assert np.array_equal(-accounts[:, column], np.cumsum(given[name].sum(axis=1))), name
        cash = series["cash_cents"].sum(axis=1)
        assert np.array_equal(cash + accounts.sum(axis=1), np.zeros(cash.size))


def test_stages_partition_the_people(runs: list[Any]) -> None:
    for result, _ in runs:
        towards = total(result, STAGE_COUNTS)
        assert (towards == result.people).all()
        overall = [result.market_series[f"m_{s}"] for s in
                   ("stranger", "aware", "user", "customer", "fan", "lapsed")]  # fmt: skip
        assert (np.sum(overall, axis=0) == result.people).all()
        series = result.firm_series
        assert (series["n_payers"] >= series["n_customer"]).all()
        assert (series["n_engaged"] >= series["n_payers"]).all()
        assert (series["n_uses"] >= series["n_free_uses"]).all()
        assert (series["n_uses"] >= series["n_kept"]).all()
        assert series["n_payers"].max() > 0


def test_no_stock_is_negative_and_shares_are_shares(runs: list[Any]) -> None:
    for result, _ in runs:
        for measure in FIRM_COUNTS:
            if measure.name not in MAY_BE_NEGATIVE:
                assert (result.firm_series[measure.name] >= 0).all(), measure.name
        for name, counts in result.market_series.items():
            if counts.dtype == np.int64:
                assert (counts >= 0).all(), name
        for measure in FIRM_LEVELS:
            level = result.firm_series[measure.name]
            assert np.isfinite(level).all(), measure.name
            assert (level >= 0).all(), measure.name
            if measure.unit in ("share", "quality") and measure.name != "backlog":
                assert (level <= 1).all(), measure.name


def test_dead_firms_do_nothing(runs: list[Any]) -> None:
    """After a firm has left, only what people remember of it is counted."""
    remembered = {*STAGE_COUNTS, "n_touched"}
    for result, _ in runs:
        for f, fate in enumerate(result.firms):
            if fate.exited < 0:
                continue
            assert fate.cause in CAUSES[1:]
            series = {name: s[:, f] for name, s in result.firm_series.items()}
            assert series["alive"][fate.entered + 1 : fate.exited].all()
            assert not series["alive"][fate.exited :].any()
            assert series["cash_cents"][fate.exited] == 0
            assert series["written_off_cents"][fate.exited] > 0
            for name in set(series) - remembered:
                assert not series[name][fate.exited + 1 :].any(), name
            assert not series["n_customer"][fate.exited + 1 :].any()


def test_before_entry_there_is_nothing(runs: list[Any]) -> None:
    for result, _ in runs:
        late = [f for f, fate in enumerate(result.firms) if fate.entered > 0]
        assert late
        for f in late:
            before = slice(0, result.firms[f].entered)
            for name, series in result.firm_series.items():
                if name == "n_stranger":
                    assert (series[before, f] == result.people).all()
                else:
                    assert not series[before, f].any(), name


@pytest.mark.parametrize("seed", SEEDS)
def test_trust_and_engagement_stay_in_bounds(seed: int) -> None:
    """At the hardest: largest gains and losses, all stories heard, every week looked at."""
    market = {
        "trust": {
            "gain": 0.1,
            "loss_ratio": 5,
            "hearsay": 1,
            "contagion": 1,
            "noise": 0.05,
            "tolerance": 0,
        },
        "engagement": {"gain": 1, "fade": 0.9},
        "awareness": {"talk": 50},
    }
    model = MarketModel(eventful(market=market, weeks=40), seed=seed)
    lowest, highest = 1.0, 0.0
    while model.week < 40:
        model.step()
        for levels in (model.people.trust, model.people.engagement):
            assert np.isfinite(levels).all()
            assert levels.min() >= 0
            assert levels.max() <= 1
        lowest, highest = (
            min(lowest, model.people.trust.min()),
            max(highest, model.people.trust.max()),
        )
    assert lowest < 0.05
    assert highest > 0.6


def test_the_audit_sees_a_cent_that_appears() -> None:
    model = MarketModel(eventful(weeks=30), seed=1, audit=True)
    model.advance(13)
    model.firm_records["cash"][0] += 1
    with pytest.raises(AuditError, match="1 cents appeared"):
        model.advance(13)


def test_the_audit_sees_a_dead_firm_sell() -> None:
    model = MarketModel(carried(), seed=1, audit=True)
    model.run()
    column, counts = index(FIRM_COUNTS), model.record.counts
    last, people = model.scenario.weeks, model.scenario.people.count
    left = (counts[1, :, column["alive"]] == 1) & (counts[last, :, column["alive"]] == 0)
    counts[last, np.argmax(left), column["n_sales"]] += 1
    with pytest.raises(AuditError, match=f"week {last}: a firm that left"):
        check_people(model.record, people, last)


def test_the_audit_changes_nothing() -> None:
    assert simulate(eventful(), seed=4, audit=True).digest == simulate(eventful(), seed=4).digest
