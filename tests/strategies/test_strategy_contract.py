"""The contract that every strategy of the registry keeps, whatever it sees."""

from __future__ import annotations

import contextlib
import copy
import io
import os
import pickle
import subprocess
import sys
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.strategies import (
    LEVERS,
    OPTIONS,
    REGISTRY,
    Decision,
    Options,
    Rival,
    Seen,
    Strategy,
    check_decision,
    describe,
    make,
)
from sim.strategies.objectives import OBJECTIVES

share = st.floats(0, 1)
money = st.floats(-10, 10)
people = st.integers(0, 1000)
six_shares = st.tuples(*[share] * 6)


def simplex(weights: tuple[float, ...]) -> tuple[float, ...]:
    """Beliefs as the engine holds them: at least about .001 each, sum 1."""
    raised = [max(weight, 0.001) for weight in weights]
    return tuple(weight / sum(raised) for weight in raised)


budgets = st.dictionaries(st.sampled_from(LEVERS), st.floats(0, 5), max_size=5)
plans = st.sampled_from(["sale", "subscription"])
terms_in_weeks = st.integers(1, 520)
decisions = st.builds(
    Decision,
    price=st.floats(0, 100), openness=share, ad_load=share, inflation=st.floats(-0.5, 1),
    plan=plans, term=terms_in_weeks, updates=share, burn=st.floats(0, 1), reinvest=share,
    budget=budgets, focus=st.none() | st.tuples(*[st.floats(0.1, 1)] * 6), goal=share,
    release_every=st.integers(1, 520), improve=st.booleans(), headroom=st.floats(0, 3),
)  # fmt: skip
rivals = st.builds(
    Rival, price=st.floats(0, 100), openness=share, ad_load=share, plan=plans,
    term=terms_in_weeks, share_users=share, age=st.integers(0, 600),
)  # fmt: skip
seens = st.builds(
    Seen,
    week=st.integers(1, 600), age=st.integers(0, 600), people=st.integers(2, 1000),
    cash=money, users=people, payers=people, fans=people, users_before=people,
    payers_before=people, sales=st.floats(0, 10), revenue=st.floats(0, 10),
    advertising=st.floats(0, 10), gross_profit=money, profit=money, load=st.floats(0, 9),
    trust=share, culture=share, beliefs=six_shares.map(simplex), quality=six_shares,
    current=decisions, rivals=st.lists(rivals, max_size=4).map(tuple),
    draw=st.tuples(*[st.floats(0, 1, exclude_max=True)] * 4),
)  # fmt: skip

PLAIN = (bool, int, float, str)


def life(strategy: Strategy, seen: list[Seen]) -> list[Decision]:
    """What a strategy decides when it sees one thing after the other, the world obeying it."""
    decided = [strategy.enter()]
    for each in seen:
        decided.append(strategy.review(each._replace(current=decided[-1])))
    return decided


@pytest.mark.parametrize("name", REGISTRY)
class TestContract:
    """Axelrod's idea: one contract, run over the registry; a new strategy is in by existing."""

    def test_says_who_it_is(self, name: str) -> None:
        strategy = REGISTRY[name]
        assert strategy.name == name
        assert strategy.__doc__
        assert "\n" not in strategy.line
        assert 20 < len(strategy.line) <= 100
        assert len(strategy.source) > 10
        assert strategy.objective in OBJECTIVES
        assert (name, strategy.line, strategy.source) in describe()

    def test_options_have_defaults_meaning_unit_and_source(self, name: str) -> None:
        assert issubclass(OPTIONS[name], Options)
        assert OPTIONS[name] is REGISTRY[name].Options
        for field in OPTIONS[name].model_fields.values():
            assert not field.is_required()
            assert field.description
            assert set(field.json_schema_extra or {}) == {"unit", "source"}

    def test_terms_of_entry_keep_every_rule_and_are_its_own(self, name: str) -> None:
        first, second = make(name).enter(), make(name).enter()
        assert check_decision(first) == []
        assert first == second
        assert first.budget is not second.budget, "two firms would share one budget"

    def test_same_money_for_the_same_kind(self, name: str) -> None:
        """Fairness: nobody plans to spend more than user-first, reinvests more, or prints money."""
        terms = make(name).enter()
        assert 0.003 <= terms.burn <= 0.006
        assert terms.burn == pytest.approx(0.003 + 0.003 * terms.goal)
        assert terms.reinvest == 0.6
        assert sum(terms.budget.values()) == pytest.approx(1)

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(seen=seens)
    def test_any_review_is_valid_plain_and_leaves_seen_alone(self, name: str, seen: Seen) -> None:
        kept = copy.deepcopy(seen)
        decision = make(name).review(seen)
        assert check_decision(decision) == []
        assert seen == kept
        for field in ("reinvest", "updates", "release_every", "improve", "headroom"):
            # no review is about these: they stay as the scenario set them
            assert getattr(decision, field) == getattr(seen.current, field)
        values: list[Any] = [getattr(decision, f.name) for f in fields(decision)]
        values += [*decision.budget, *decision.budget.values(), *(decision.focus or ())]
        assert all(v is None or type(v) in (*PLAIN, dict, tuple) for v in values)

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(seen=st.lists(seens, min_size=1, max_size=5))
    def test_a_life_is_deterministic_valid_and_survives_pickling(
        self, name: str, seen: list[Seen]
    ) -> None:
        decided = life(make(name), seen)
        assert [check_decision(each) for each in decided] == [[]] * len(decided)
        assert life(make(name), seen) == decided
        half = make(name)
        half.enter()
        for each, current in zip(seen[:-1], decided, strict=False):
            half.review(each._replace(current=current))
        again = pickle.loads(pickle.dumps(half))
        assert again.review(seen[-1]._replace(current=decided[-2])) == decided[-1]


TRANSCRIPT = """
import random
from dataclasses import replace
from sim.strategies import REGISTRY, Rival, Seen, make

def seen(r, i, current):
    beliefs = [r.random() + .1 for _ in range(6)]
    numbers = [r.randrange(500) for _ in range(5)]
    flows = [r.random() for _ in range(8)]
    rivals = [Rival(r.random(), r.random(), r.random(), "sale", 4, r.random(), i) for _ in range(3)]
    return Seen(1 + 13 * i, 13 * i, 500, r.random(), *numbers, *flows,
        tuple(b / sum(beliefs) for b in beliefs), tuple(r.random() for _ in range(6)),
        current, tuple(rivals), tuple(r.random() for _ in range(4)))

for name in REGISTRY:
    r, strategy = random.Random(7), make(name)
    decision = strategy.enter()
    for i in range(1, 30):
        decision = strategy.review(seen(r, i, decision))
        print(name, i, decision)
"""


def test_another_process_with_another_hash_seed_decides_the_same() -> None:
    here = io.StringIO()
    with contextlib.redirect_stdout(here):
        exec(TRANSCRIPT, {"__name__": "transcript"})
    assert here.getvalue().count("\n") == 29 * len(REGISTRY)
    for hash_seed in ("1", "2"):
        there = subprocess.run(
            [sys.executable, "-c", TRANSCRIPT], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )  # fmt: skip
        assert there.stdout == here.getvalue()


def test_importing_the_library_is_light() -> None:
    code = "import sys, sim.strategies; print([m for m in {!r} if m in sys.modules])"
    heavy = ["numpy", "mesa", "numba", "scipy", "pandas", "matplotlib", "duckdb"]
    ran = subprocess.run(
        [sys.executable, "-c", code.format(heavy)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
