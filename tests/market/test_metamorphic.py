"""What may not change when the question is only put differently (RELIABILITY: metamorphic)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from sim.market.model import MarketModel, simulate
from sim.market.result import RunResult
from sim.scenario.schema import FirmGroup, Scenario
from tests.market.scenes import Tree, bare, eventful, firm, merged, rivalry

BIRTH = ("block", "region", "role", "nativeness", "taste", "reach_rank", "need", "links")


def with_firms(scenario: Scenario, groups: Sequence[FirmGroup]) -> Scenario:
    return scenario.model_copy(update={"firms": tuple(groups)})


def require_same_firm(a: RunResult, name: str, b: RunResult, other: str) -> None:
    """Two firms of two runs had the same life, bit by bit."""
    f = [fate.name for fate in a.firms].index(name)
    g = [fate.name for fate in b.firms].index(other)
    fates = [(fate.strategy, fate.entered, fate.exited) for fate in (a.firms[f], b.firms[g])]
    assert fates[0] == fates[1], (name, other)
    for measure in a.firm_series:
        same = np.array_equal(a.firm_series[measure][:, f], b.firm_series[measure][:, g])
        assert same, f"{measure} of {name} and {other}"


def require_same_market(a: RunResult, b: RunResult) -> None:
    for measure, series in a.market_series.items():
        assert np.array_equal(series, b.market_series[measure]), measure


def test_renamed_firms_give_renamed_results() -> None:
    scenario = eventful()
    names = ["ü", "zz", "<b>", "poor's", "A", "late payers"]
    groups = [g.model_copy(update={"name": n}) for g, n in zip(scenario.firms, names, strict=True)]
    a, b = simulate(scenario, seed=3), simulate(with_firms(scenario, groups), seed=3)
    require_same_market(a, b)
    for measure in a.firm_series:
        assert np.array_equal(a.firm_series[measure], b.firm_series[measure]), measure
    assert [fate.exited for fate in a.firms] == [fate.exited for fate in b.firms]
    assert [fate.name for fate in b.firms][:3] == ["ü 1", "ü 2", "zz 1"]


@pytest.mark.parametrize("order", [(5, 4, 3, 2, 1, 0), (2, 0, 5, 1, 4, 3)])
def test_reordered_firms_give_reordered_results(order: tuple[int, ...]) -> None:
    scenario = eventful()
    a = simulate(scenario, seed=3)
    b = simulate(with_firms(scenario, [scenario.firms[k] for k in order]), seed=3)
    assert [fate.name for fate in a.firms] != [fate.name for fate in b.firms]
    require_same_market(a, b)
    for fate in a.firms:
        require_same_firm(a, fate.name, b, fate.name)


def test_two_equal_firms_change_places_with_their_names() -> None:
    def run(*names: str) -> RunResult:
        group = {"strategy": "user-first", "start": {"aware": 0.3}}
        firms = [{"name": name, **group} for name in names]
        return simulate(rivalry(firms=firms, weeks=52, people={"count": 300}), seed=2)

    a, b = run("left", "right"), run("right", "left")
    require_same_firm(a, "left", b, "right")
    require_same_firm(a, "right", b, "left")
    assert not np.array_equal(a.firm_series["n_uses"][:, 0], a.firm_series["n_uses"][:, 1])


EXTRA: Tree = {"name": "extra", "strategy": "placebo", "start": {"aware": 0.2}}


def known_firms() -> list[Tree]:
    return [{**group, "start": {"aware": 0.4}} for group in rivalry().model_dump()["firms"]]


def who_knows(model: MarketModel) -> dict[str, list[int]]:
    """People who know each firm, by its name."""
    return {
        f.name: np.flatnonzero(model.people.aware >> np.uint64(f.index) & np.uint64(1)).tolist()
        for f in model.firms
    }


@pytest.mark.parametrize("count", [1, 9])
def test_more_firms_leave_the_people_as_they_were(count: int) -> None:
    """Heritage, needs, links, and who knows whom are of the seed; nine more cross a padding."""
    firms = [*known_firms(), {**EXTRA, "count": count}]
    few = MarketModel(rivalry(firms=known_firms()), seed=6)
    many = MarketModel(rivalry(firms=firms), seed=6)
    other = MarketModel(rivalry(firms=known_firms()), seed=7)
    for name in BIRTH:
        mine, same, differ = (getattr(model.people, name) for model in (few, many, other))
        assert np.array_equal(mine, same), name
        assert not np.array_equal(mine, differ), name
    knew, know = who_knows(few), who_knows(many)
    assert all(len(ids) > 300 for ids in knew.values())
    assert {name: know[name] for name in knew} == knew


@pytest.mark.parametrize("strategy", ["placebo", "hybrid", "ad-funded"])
def test_a_firm_nobody_hears_of_disturbs_no_other_draw(strategy: str) -> None:
    """No media, no press, no norm: the market goes on bit by bit, though a slot comes between."""
    market = {"norms": {"omega": 0}, "awareness": {"external": 0, "press": 0}}
    known = known_firms()
    hidden = [*known, {**EXTRA, "strategy": strategy, "start": {"aware": 0}}]
    a = simulate(rivalry(firms=known, market=market, weeks=78), seed=8)
    b = simulate(rivalry(firms=hidden, market=market, weeks=78), seed=8)
    require_same_market(a, b)
    for fate in a.firms:
        require_same_firm(a, fate.name, b, fate.name)
    assert b.firm_series["build_cents"][:, -1].sum() > 0 or strategy == "placebo"  # it did live
    assert b.firm_series["cash_cents"][30, -1] < b.firm_series["cash_cents"][0, -1]


def unseen(price: float, *more: Tree) -> np.ndarray:
    """Weekly cash of B, whom nobody knows: its draws of shocks, and nothing else."""
    shocks = {"fixed": 0, "shock": 0.1}
    a = firm("A", offer={"price": price}, start={"aware": 0}, costs=shocks)
    b = firm("B", offer={"price": 1.1}, start={"aware": 0}, costs=shocks)
    result = simulate(bare(a, b, *more, weeks=13, people={"count": 10}), seed=1)
    return np.asarray(result.firm_series["cash_cents"][:, 1])


def test_a_price_leaves_the_draws_of_another_firm_of_the_strategy() -> None:
    paths = {price: unseen(price).tolist() for price in (1.0, 1.02, 1.03, 1.05, 1.07, 1.09)}
    assert len({tuple(path) for path in paths.values()}) == 1


def test_a_further_firm_leaves_the_draws_of_another_firm_of_the_strategy() -> None:
    alone = unseen(1.0).tolist()
    for price in (0.7, 0.8, 0.9, 1.2, 1.3):
        assert unseen(1.0, firm("C", offer={"price": price})).tolist() == alone


def test_doubled_population_has_the_same_shares() -> None:
    """Twelve seeds each of 1,500 and 3,000 people: means within 4 standard errors."""
    names = ("n_engaged", "n_payers", "n_touched", "n_told")

    def shares(count: int) -> np.ndarray:
        found = []
        for seed in range(12):
            r = simulate(rivalry(1, 1, people={"count": count}, weeks=39), seed=100 * count + seed)
            found.append([r.firm_series[name][-1] / count for name in names])
            found[-1].append(r.firm_series["n_sales"].sum(axis=0) / count)
            found[-1].append(r.firm_series["cash_cents"][-1] / count / 100)
        return np.array(found).reshape(12, -1)

    one, two = shares(1500), shares(3000)
    error = np.sqrt((one.var(axis=0, ddof=1) + two.var(axis=0, ddof=1)) / 12)
    gap = np.abs(one.mean(axis=0) - two.mean(axis=0))
    assert (gap <= 4 * error).all(), (gap / error).round(1)
    # sharp enough: the standard error of a share of users is under .02
    assert error[:4].max() < 0.02


def test_a_smaller_population_is_no_smaller_market() -> None:
    """Money per head: what a head earns and spends does not depend on how many heads there are."""
    a, b = (rivalry(1, 1, people={"count": n}).firms for n in (500, 5000))
    assert a == b
    spent = [
        simulate(rivalry(1, 1, people={"count": n}, weeks=4), seed=1).firm_series["media_cents"][1]
        / n
        for n in (500, 5000)
    ]
    assert spent[0] == pytest.approx(spent[1], abs=0.5 / 500 + 0.5 / 5000)


def test_merged_keeps_what_is_not_named() -> None:
    below: dict[str, Any] = {"a": {"b": 1, "c": 2}, "d": 3}
    assert merged(below, {"a": {"b": 9}}) == {"a": {"b": 9, "c": 2}, "d": 3}
    assert below["a"]["b"] == 1
