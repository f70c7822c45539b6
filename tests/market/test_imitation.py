"""Entrants that imitate: what they look at, which kind they take, and what stays as it was."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import stats

from sim.market.imitation import chances, picked, standardised
from sim.market.model import MarketModel, simulate
from sim.market.result import RunResult, firm_rows
from sim.scenario.schema import Scenario
from tests.market.scenes import eventful

KINDS: list[dict[str, Any]] = [
    {"name": "U", "strategy": "user-first", "cash": 0.5, "start": {"aware": 0.2}},
    {"name": "C", "strategy": "customer-centric", "cash": 0.4, "start": {"customers": 0.1},
     "costs": {"fixed": 0.002}, "funding": {"rounds": 1}},
    {"name": "N", "strategy": "hybrid", "start": {"quality": 0.7, "position": 0.1}},
]  # fmt: skip
STRATEGIES = [kind["strategy"] for kind in KINDS]
EVEN = 1 / len(KINDS)


def scene(strength: float, mutation: float = 0.0, **changes: Any) -> Scenario:
    """A lively market with about ten entrants a year, of three kinds."""
    imitation = {"strength": strength, "mutation": mutation}
    entry = {"rate": 10, "limit": 40, "kinds": KINDS, "imitation": imitation}
    return eventful(entry=entry, weeks=130, people={"count": 60}, **changes)


class Taken(NamedTuple):
    """An entrant, and the chances that the accounts of its market gave to each kind."""

    kind: int
    expected: list[float]
    payoffs: dict[str, list[float]]  # of living firms by strategy


def takings(result: RunResult, strength: float, mutation: float) -> Iterator[Taken]:
    """Every entrant of a run, its chances worked out anew from what the run recorded."""
    profit, alive = result.profit(), result.firm_series["alive"]
    for own in result.firms:
        if "entrant" not in own.name:
            continue
        payoffs: dict[str, list[float]] = {}
        for f, fate in enumerate(result.firms):
            first = max(fate.entered, 1, own.entered - 52)
            if fate.entered >= 0 and first < own.entered and alive[own.entered - 1, f]:
                weeks = profit[first : own.entered, f]
                payoffs.setdefault(fate.strategy, []).append(float(weeks.mean()))
        every = [one for ours in payoffs.values() for one in ours]
        spread = float(np.std(every)) if len(set(every)) > 1 else math.inf
        scores = [
            (np.mean(payoffs[name]) - np.mean(every)) / spread if name in payoffs else 0.0
            for name in STRATEGIES
        ]
        odds = np.exp(strength * (np.array(scores) - max(scores)))
        expected = mutation * EVEN + (1 - mutation) * odds / odds.sum()
        kind = [each["name"] for each in KINDS].index(own.group)
        yield Taken(kind, expected.tolist(), payoffs)


@cache
def taken(strength: float, mutation: float, n_seeds: int = 8) -> list[Taken]:
    """The entrants of several runs."""
    return [
        one
        for seed in range(n_seeds)
        for one in takings(simulate(scene(strength, mutation), seed=seed), strength, mutation)
    ]


# -- the rule --------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [-2.0, 0.0, 0.7])
def test_two_kinds_follow_the_fermi_function(gap: float) -> None:
    fermi = 1 / (1 + math.exp(-3.0 * gap))
    assert chances([gap, 0.0], 3.0, 0.0) == pytest.approx([fermi, 1 - fermi])
    assert chances([gap, 0.0], 3.0, 0.4)[0] == pytest.approx(0.2 + 0.6 * fermi)


def test_the_strongest_imitation_overflows_nothing() -> None:
    assert chances([5.0, -5.0, 5.0], 1000.0, 0.0) == [0.5, 0.0, 0.5]
    assert chances([5.0, -5.0], 1000.0, 1.0) == [0.5, 0.5]


def test_payoffs_are_seen_from_the_mean_firm() -> None:
    """Firms 1, 3 of a and 8 of b: mean 4, standard deviation sqrt(26/3); nobody practises c."""
    seen = [("a", 1.0), ("b", 8.0), ("a", 3.0)]
    spread = math.sqrt(26 / 3)
    assert standardised(["a", "b", "c"], seen) == pytest.approx([-2 / spread, 4 / spread, 0.0])


@pytest.mark.parametrize("seen", [[], [("a", 0.1)], [("a", 0.1), ("b", 0.1), ("b", 0.1)]])
def test_firms_that_do_not_differ_tell_nothing(seen: list[tuple[str, float]]) -> None:
    assert standardised(["a", "b"], seen) == [0.0, 0.0]


def test_a_draw_picks_by_running_sums() -> None:
    found = [picked(u, [0.25, 0.5, 0.25]) for u in (0.0, 0.2, 0.25, 0.7, 0.75, 0.999)]
    assert found == [0, 0, 1, 1, 2, 2]
    assert picked(0.9999999, [0.3, 0.3, 0.3]) == 2  # rounding leaves none


# -- in a market ------------------------------------------------------------------------------


@pytest.mark.parametrize("mutation", [0.0, 0.3, 1.0])
def test_without_strength_everything_is_as_it_was(mutation: float) -> None:
    plain = eventful(
        entry={"rate": 10, "limit": 40, "kinds": KINDS}, weeks=130, people={"count": 60}
    )
    assert simulate(scene(0.0, mutation), seed=4).digest == simulate(plain, seed=4).digest


def test_the_strongest_imitation_takes_what_pays_best() -> None:
    told = [one for one in taken(1000.0, 0.0) if max(one.expected) > 1 - 1e-12]
    assert len(told) > 100
    assert all(one.expected[one.kind] > 0.5 for one in told)
    practised = [one for one in told if set(STRATEGIES) <= set(one.payoffs)]
    assert len(practised) > 20
    for one in practised:
        means = [np.mean(one.payoffs[name]) for name in STRATEGIES]
        assert means[one.kind] == max(means)
    assert len({one.kind for one in told}) > 1  # what pays best changes


def test_mutation_alone_is_uniform() -> None:
    n = Counter(one.kind for one in taken(1000.0, 1.0))
    assert sum(n.values()) > 150
    assert stats.chisquare([n[kind] for kind in range(len(KINDS))]).pvalue > 0.001


@pytest.mark.parametrize(("strength", "mutation"), [(1.0, 0.0), (2.0, 0.3)])
def test_kinds_come_as_often_as_softmax_says(strength: float, mutation: float) -> None:
    """Counts less summed chances are sums of martingale differences: within four deviations."""
    found = taken(strength, mutation)
    p = np.array([one.expected for one in found])
    got = np.eye(len(KINDS))[[one.kind for one in found]]
    gap, deviation = (got - p).sum(axis=0), np.sqrt((p * (1 - p)).sum(axis=0))
    assert (np.abs(gap) <= 4 * deviation).all(), (gap / deviation).round(1)
    # those whose chance was above even came more often than evenly: the rule matters here
    for kind in range(len(KINDS)):
        likely = p[:, kind] > EVEN
        said, seen = p[likely, kind].mean(), got[likely, kind].mean()
        assert said > EVEN + 0.02
        assert abs(seen - said) <= 4 * math.sqrt(said * (1 - said) / likely.sum())


def test_weak_imitation_draws_what_no_imitation_draws() -> None:
    """One draw decides in both cases, so that treatments of a study stay comparable."""
    without, weak = (simulate(scene(strength), seed=2) for strength in (0.0, 1e-9))
    for one, other in zip(without.firms, weak.firms, strict=True):
        assert (one.name, one.strategy, one.entered) == (other.name, other.strategy, other.entered)


def test_nothing_moves_before_the_first_entrant() -> None:
    runs = [simulate(scene(strength, 0.0), seed=5) for strength in (0.0, 3.0)]
    entered = [{f.entered for f in run.firms if "entrant" in f.name} for run in runs]
    assert entered[0] == entered[1]
    first = min(entered[0])
    assert first > 3
    for name in runs[0].firm_series:
        a, b = (run.firm_series[name][:first] for run in runs)
        assert np.array_equal(a, b), name


def test_an_entrant_has_all_of_its_kind() -> None:
    model = MarketModel(scene(1.0, 0.5), seed=1, audit=True)
    model.run()
    seen = set()
    for firm in model.firms:
        if "entrant" not in firm.name:
            continue
        kind = firm.slot.group
        record = model.firm_records[firm.index]
        seen.add(kind.name)
        assert firm.name.startswith(f"{kind.name} (entrant ")
        assert firm.strategy.name == kind.strategy
        assert record["cost_fixed"] == kind.costs.fixed
        if kind.start.position is not None:
            assert record["position"] == kind.start.position
        week, f = firm.slot.enters, firm.index
        assert model.place.history[week, f, 0] == pytest.approx(kind.start.quality, abs=0.02)
    assert seen == {kind["name"] for kind in KINDS}


def test_an_entrant_has_no_kind_before_it_enters() -> None:
    model = MarketModel(scene(1.0), seed=5)
    slot = model.slots[-1]
    assert (slot.known, slot.strategy) == (None, "")
    with pytest.raises(ValueError, match=r"entrant \d+ takes its kind when it enters, in week"):
        _ = slot.group
    row = model.result().firms[-1]
    assert (row.strategy, row.group, row.entered) == ("", "", -1)
    assert len(firm_rows(model.result())) == sum(firm.slot.enters == 0 for firm in model.firms)


def test_steps_and_threads_change_nothing() -> None:
    scenario = scene(2.0, 0.1)
    model = MarketModel(scenario, seed=3)
    while model.week < scenario.weeks:
        model.step()
    digest = simulate(scenario, seed=3).digest
    assert model.result().digest == digest
    assert simulate(scenario, seed=3, threads=2).digest == digest


def test_names_of_kinds_and_firms_do_not_matter() -> None:
    scenario = scene(2.0, 0.1)
    renamed = scenario.model_copy(update={
        "entry": scenario.entry.model_copy(update={"kinds": tuple(
            kind.model_copy(update={"name": f"ü {kind.name}"}) for kind in scenario.entry.kinds
        )}),
        "firms": tuple(g.model_copy(update={"name": f"{g.name} & Co"}) for g in scenario.firms),
    })  # fmt: skip
    a, b = simulate(scenario, seed=6), simulate(renamed, seed=6)
    assert [fate.strategy for fate in a.firms] == [fate.strategy for fate in b.firms]
    for name in a.firm_series:
        assert np.array_equal(a.firm_series[name], b.firm_series[name]), name
