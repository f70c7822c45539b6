"""Refusals: decisions that break a rule, and choices that name no strategy."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from sim.strategies import (
    OPTIONS,
    REGISTRY,
    Decision,
    Options,
    Strategy,
    UnknownStrategy,
    check_decision,
    make,
    register,
)

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", -0.01), ("price", NAN), ("price", INF), ("price", "1"), ("price", None),
        ("price", True), ("price", 101.0), ("price", 10**400),
        ("openness", 1.01), ("openness", -0.01), ("openness", NAN), ("openness", 1j),
        ("ad_load", 1.5), ("inflation", -0.51), ("inflation", 1.01), ("plan", "rent"),
        ("plan", None), ("term", 0), ("term", 521), ("term", 4.0), ("term", True),
        ("updates", 2), ("updates", -1), ("burn", -0.001), ("burn", INF), ("reinvest", -0.1),
        ("reinvest", 1.1), ("goal", -0.1), ("goal", 1.1), ("release_every", 0),
        ("release_every", 2.5), ("release_every", 5201), ("improve", 1), ("improve", None),
        ("headroom", -1.0), ("headroom", NAN),
        ("budget", None), ("budget", [1, 2]), ("budget", {"medai": 1.0}), ("budget", {1: 1.0}),
        ("budget", {"media": -0.1}), ("budget", {"media": NAN}), ("budget", {"media": INF}),
        ("budget", {"media": 1e308, "build": 1e308}), ("budget", {"media": "much"}),
        ("focus", (1.0,) * 5), ("focus", (0.0,) * 6), ("focus", (1.0,) * 5 + (-1.0,)),
        ("focus", (1.0,) * 5 + (NAN,)), ("focus", "abcdef"), ("focus", (1e308,) * 6),
    ],
)  # fmt: skip
def test_a_broken_rule_is_named_once_with_the_value(field: str, value: Any) -> None:
    faults = check_decision(replace(Decision(), **{field: value}))
    assert len(faults) == 1
    assert faults[0].startswith(field)
    assert " must " in faults[0] or "no lever" in faults[0]
    assert "\n" not in faults[0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", 0), ("price", 100), ("openness", 0), ("openness", 1), ("ad_load", 1),
        ("inflation", -0.5), ("inflation", 1), ("term", 1), ("term", 520), ("updates", 1),
        ("burn", 0), ("reinvest", 0), ("reinvest", 1), ("goal", 1), ("release_every", 1),
        ("improve", False), ("headroom", 0), ("budget", {}), ("budget", {"idle": 3}),
        ("budget", {"media": 0.0}), ("focus", None), ("focus", (0, 0, 0, 0, 0, 1)),
        ("plan", "subscription"),
    ],
)  # fmt: skip
def test_the_ends_of_a_range_are_allowed(field: str, value: Any) -> None:
    assert check_decision(replace(Decision(), **{field: value})) == []


def test_all_faults_at_once() -> None:
    bad = Decision(price=-1, openness=2, term=0, plan="x", budget={"a": 1, "media": -1})
    assert [fault.split()[0] for fault in check_decision(bad)] == [
        "price", "openness", "term", "plan", "budget", "budget.media",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [None, {}, Decision])
def test_only_a_decision_is_one(value: object) -> None:
    assert check_decision(value)[0].startswith("a strategy must return a Decision")


def test_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(UnknownStrategy, match="no strategy 'user-frist'; did you mean user-first"):
        make("user-frist")
    with pytest.raises(UnknownStrategy, match="there are customer-centric, ") as caught:
        make({"use": "qqqq"})
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.name, again.near, str(again)) == ("qqqq", None, str(caught.value))
    assert isinstance(again, ValueError)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"use": "flexible", "stp": 0.1}, "strategy flexible: no option 'stp'; did you mean step?"),
        ({"use": "user-first", "observe": 1}, "user-first: no option 'observe'; it has none"),
        ({"use": "flexible", "step": 3}, "step must be less than or equal to 0.5, got 3"),
        ({"use": "flexible", "step": NAN}, "step must be a finite number, got nan"),
        ({"use": "late-adopter", "delay": -1}, "delay must be greater than or equal to 0, got -1"),
        ({"use": "shipper", "weeks": 0}, "weeks must be greater than or equal to 1, got 0"),
        ({"use": "placebo", "like": "hybrid"}, "like must be 'user-first' or 'customer-centric'"),
        ({"use": "specialist", "behaviour": "fly"}, "behaviour must be 'core', 'access'"),
        ({"use": "placebo", 3: 4}, "an option's name must be a word, got 3"),
        ({"delay": 3}, "a strategy is a name or {use: name, option: value}"),
        ({"use": None}, "a strategy is a name or"),
        (7, "a strategy is a name or"),
    ],
)
def test_bad_choices_get_one_clear_line(choice: Any, words: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the words are compared below
        make(choice)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_options_reach_the_strategy() -> None:
    assert make({"use": "late-adopter", "delay": 2}).options.model_dump() == {"delay": 2.0}
    assert make("late-adopter").options.model_dump() == {"delay": 4.0}


class Fine(Strategy):
    """A strategy of the right form, never registered."""

    name = "fine"
    line = "Does nothing, for the test."
    source = "this test"
    objective = "margin of payers"
    Options: ClassVar[type[Options]] = Options


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "Not Kebab", "lower-case"), ("name", "", "lower-case"),
        ("name", "hybrid", "two strategies are named hybrid"), ("line", "", "in a line"),
        ("source", "", "source"), ("objective", "fame", "objectives"),
    ],
)  # fmt: skip
def test_the_registry_refuses_what_breaks_the_contract(field: str, value: str, words: str) -> None:
    before = dict(REGISTRY), dict(OPTIONS)
    with pytest.raises(ValueError, match=words):
        register(type("Broken", (Fine,), {field: value}))
    assert before == (REGISTRY, OPTIONS)
