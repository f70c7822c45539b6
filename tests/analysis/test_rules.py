"""Rules in words: truths that are boxes, trees, noise and categories; measures and guards."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from sim.analysis.boxes import Limit, space
from sim.analysis.prim import f_score, prim
from sim.analysis.rules import Rule, Rules, adjusted, find_rules
from sim.analysis.tree import tree
from tests.analysis.designs import F


def cloud(n: int, seed: int = 1) -> dict[str, Any]:
    """Points of two numbers that matter, one that does not, and a category."""
    rng = np.random.default_rng(seed)
    return {
        "firms.New.cash": np.exp(rng.uniform(np.log(0.2), np.log(5), n)),
        "market.theta": rng.uniform(0, 8, n),
        "market.idle": rng.uniform(0, 1, n),
        "kind": list(rng.choice(["none", "some", "lots"], n)),
    }


def kinds(found: Rules) -> dict[str, Rule]:
    return {rule.kind: rule for rule in found.rules}


def used(rule: Rule) -> set[str]:
    return {limit.factor for box in rule.boxes for limit in box}


def limit_of(rule: Rule, factor: str) -> Limit:
    (box,) = rule.boxes
    return next(limit for limit in box if limit.factor == factor)


def test_a_box_is_found_as_it_is_by_both_searches() -> None:
    points = cloud(200)
    dies = (points["firms.New.cash"] < 0.6) & (points["market.theta"] < 5)
    found = find_rules(points, dies, case="user-first dies", shuffles=19)
    for rule in found.rules:
        assert used(rule) == {"firms.New.cash", "market.theta"}
        assert limit_of(rule, "firms.New.cash").high == pytest.approx(0.6, rel=0.1)
        assert limit_of(rule, "market.theta").high == pytest.approx(5, rel=0.05)
        assert rule.coverage > 0.9
        assert rule.density > 0.9
        assert rule.left_out.density.low > 0.7
        assert rule.told
        assert rule.p == 1 / 20
    box = kinds(found)["box"]
    assert (box.density, box.coverage) == (1, 1)
    assert box.words.startswith("cash < 0.")
    assert " and theta < 5" in box.words or box.words.endswith("theta < 5")


def holds(points: dict[str, Any], box: tuple[Limit, ...]) -> Any:
    """Which points lie within all limits of a box."""
    held = np.ones(len(points["kind"]), dtype=bool)
    for limit in box:
        values = np.asarray(points[limit.factor])
        if limit.among:
            held &= np.isin(values, limit.among)
        else:
            held &= (values >= limit.low) & (values < limit.high)
    return held


def test_measures_are_those_of_the_points_held() -> None:
    points = cloud(200)
    dies = (points["firms.New.cash"] < 1) ^ (np.random.default_rng(2).random(200) < 0.1)
    for rule in find_rules(points, dies, shuffles=19).rules:
        held = np.any([holds(points, box) for box in rule.boxes], axis=0)
        case = dies if find_rules(points, dies, shuffles=1).share == dies.mean() else ~dies
        assert rule.support == pytest.approx(held.mean())
        assert rule.coverage == pytest.approx((case & held).sum() / case.sum())
        assert rule.density == pytest.approx(case[held].mean())
        assert rule.mean == pytest.approx(dies[held].mean())
        cover, dense = rule.coverage, rule.density
        assert rule.f == pytest.approx(2 * cover * dense / (cover + dense))


def test_noise_in_the_labels_costs_density_but_not_the_rule() -> None:
    points = cloud(200)
    truth = (points["firms.New.cash"] < 0.8) & (points["market.theta"] < 4)
    wrong = np.random.default_rng(3).random(200) < 0.08
    best = find_rules(points, truth ^ wrong, shuffles=19).best
    assert best is not None
    assert used(best) == {"firms.New.cash", "market.theta"}
    assert 0.7 < best.left_out.density.value <= 1
    assert best.left_out.density.low < best.density


def test_no_rule_is_invented_in_noise() -> None:
    chances, invented = [], 0
    for seed in range(8):
        points = cloud(60, seed)
        outcome = np.random.default_rng(100 + seed).permutation(60) < 20
        found = find_rules(points, outcome, shuffles=19, seed=seed)
        chances.append(min(rule.chance for rule in found.rules))
        invented += found.best is not None
        if found.best is None:
            assert "no rule in words" in found.sentence()
    assert invented <= 2  # 5% of 8 is 0.4; more than 2 in 0.6% of all cases
    assert 0.2 < np.mean(chances) < 0.85  # a p is uniform, and 1 where nothing is found


def test_categories_are_rules_too() -> None:
    points = cloud(200)
    kind = np.array(points["kind"])
    alive = (kind != "none") & (points["market.idle"] > 0.5)
    box = kinds(find_rules(points, alive, shuffles=19))["box"]
    assert box.coverage == box.density == 1
    assert "kind is not none" in box.words
    one = kinds(find_rules(points, kind == "none", shuffles=19))
    assert one["box"].words == one["tree"].words == "kind is none"
    assert limit_of(one["tree"], "kind").among == ("none",)


def test_whole_strategies_and_yes_or_no_are_categories() -> None:
    strategies = ["user-first", {"use": "freemium", "fee": 1.0}]
    points = {
        "strategy": [strategies[i % 2] for i in range(40)],
        "open": [bool(i // 2 % 2) for i in range(40)],
    }
    dies = np.arange(40) % 2 == 1
    box = kinds(find_rules(points, dies, shuffles=19))["box"]
    assert box.words == "strategy is {use: freemium, fee: 1}"
    dies = np.arange(40) // 2 % 2 == 1
    assert kinds(find_rules(points, dies, shuffles=19))["box"].words == "open is True"


def test_two_separate_corners_need_the_tree() -> None:
    points = cloud(200)
    low, high = points["firms.New.cash"] < 1, points["market.theta"] < 4
    found = find_rules(points, low == high, shuffles=19)
    if found.case != "the outcome holds":
        low = ~low
    one = kinds(found)["tree"]
    assert len(one.boxes) == 2
    assert used(one) == {"firms.New.cash", "market.theta"}
    assert one.f > 0.9
    assert " or (" in one.words
    assert found.best is not None
    assert found.best.kind == "tree"


def test_tree_is_the_best_of_all_trees() -> None:
    rng = np.random.default_rng(5)
    for _ in range(5):
        codes = rng.integers(0, 4, (60, 2))
        y = (rng.random(60) < 0.2 + 0.5 * (codes[:, 0] == 1) * (codes[:, 1] > 1)) * 1.0
        points = space({"a": codes[:, 0].tolist(), "b": codes[:, 1].tolist()})
        leaves_cases = tree(points)(y, y)
        held = np.any([points.inside(box) for box in leaves_cases], axis=0) if leaves_cases else (
            np.ones(60, dtype=bool))  # fmt: skip
        assert f_score(y, held) == pytest.approx(best_by_hand(codes, y))


def best_by_hand(codes: F, y: F) -> float:
    """F of the tree with the least squared error, over all trees of depth two, one by one."""
    cuts = [codes[:, j] <= bound for j in range(2) for bound in range(3)]
    found = []
    for first in cuts:
        sides = []
        for half in (first, ~first):
            options = [[half]] + [[half & cut, half & ~cut] for cut in cuts]
            options = [one for one in options if all(part.sum() >= 5 for part in one)]
            if options:
                sides.append(min(options, key=lambda one: sum(error(part, y) for part in one)))
        if len(sides) == 2:
            leaves = sides[0] + sides[1]
            found.append((sum(error(part, y) for part in leaves), leaves))
    leaves = sorted(min(found, key=lambda one: one[0])[1], key=lambda part: -y[part].mean())
    return max(f_score(y, np.any(leaves[: n + 1], axis=0)) for n in range(len(leaves)))


def error(part: Any, y: F) -> float:
    return float(((y[part] - y[part].mean()) ** 2).sum())


def test_the_rarer_side_is_explained_and_named() -> None:
    points = cloud(200)
    lives = points["firms.New.cash"] >= 0.5
    found = find_rules(points, lives, case="it lives", otherwise="it dies", shuffles=19)
    assert found.case == "it dies"
    assert found.share == pytest.approx(1 - lives.mean())
    assert found.sentence().startswith("It dies when cash < 0.")
    best = found.best
    assert best is not None
    assert best.mean == 0  # of the outcome as given


def test_amounts_are_cases_above_a_bound_and_peeled_by_their_mean() -> None:
    points = cloud(200)
    gain = np.where(points["market.theta"] > 6, 3.0, -1.0) + np.random.default_rng(1).normal(0, 0.2)
    best = find_rules(points, gain, shuffles=19).best
    assert best is not None
    assert best.words == "theta >= 6"
    assert best.mean == pytest.approx(gain[gain > 0].mean())
    none = find_rules(points, gain, above=10.0, case="rich", shuffles=19)
    assert none.rules == ()
    assert none.sentence() == "Rich in none of 200 treatments."


def test_shares_weigh_as_much_as_they_are() -> None:
    points = cloud(200)
    share = np.where(points["market.theta"] < 2, 0.8, 0.1)
    found = find_rules(points, share, shuffles=19)
    best = found.best
    assert best is not None
    assert best.words == "theta < 2"
    assert best.density == pytest.approx(0.8)
    assert found.share == pytest.approx(share.mean())


def test_points_of_a_group_are_left_out_together() -> None:
    rng = np.random.default_rng(1)
    # ten copies of each point, outcomes drawn once a point: copies in the search tell it all
    values, lots = np.repeat(rng.random(20), 10), np.repeat(rng.random(20) < 0.3, 10)
    alone = find_rules({"x": values}, lots, shuffles=1)
    together = find_rules({"x": values}, lots, groups=np.repeat(np.arange(20), 10), shuffles=1)
    leaks = max(rule.left_out.f for rule in alone.rules)
    assert max(rule.left_out.f for rule in together.rules) < leaks - 0.2


def test_holm_over_outcomes_raises_p() -> None:
    points = cloud(120)
    one = find_rules(points, points["market.theta"] < 3, shuffles=19)
    three = adjusted([one, one, one])
    assert [rule.p for rule in one.rules] == [1 / 20] * 2
    assert [rule.p for rule in three[0].rules] == pytest.approx([3 / 20] * 2)
    assert three[0].best is None
    assert "no rule in words" in three[0].sentence()


def test_the_same_call_gives_the_same_rule() -> None:
    points = cloud(100)
    outcome = points["market.theta"] < 3
    one, other = (find_rules(points, outcome, shuffles=9) for _ in range(2))
    assert one.rules == other.rules


@pytest.mark.parametrize(
    ("points", "outcome", "says"),
    [
        ({"x": [1.0] * 20}, [0] * 20, "no factor varies"),
        ({"x": [1.0, float("nan")] * 10}, [0] * 20, "factor x has missing values"),
        ({"x": [1.0, 2.0] * 4}, [0] * 8, "at least 12 points, got 8"),
        ({"x": [1.0, 2.0] * 10}, [0] * 19, "expected 20 outcomes"),
        ({"x": [1.0, 2.0] * 10}, [np.nan] * 20, "none missing"),
    ],
)
def test_what_cannot_be_searched_is_refused(points: Any, outcome: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        find_rules(points, outcome)


def test_prim_leaves_idle_factors_alone_and_the_callers_arrays() -> None:
    points = space(cloud(250))
    y = (points.codes[:, 0] < 60) * 1.0
    y.flags.writeable = False
    (box,) = prim(points)(y, y)
    assert [allowed.all() for allowed in box] == [False, True, True, True]
    assert np.flatnonzero(box[0]).tolist() == list(range(60))


def test_limits_that_chance_explains_are_dropped() -> None:
    idle = 0
    for seed in range(20):
        rng, points = np.random.default_rng(seed), space(cloud(120, seed))
        y = ((points.codes[:, 0] < 40) ^ (rng.random(120) < 0.35)) * 1.0
        for box in prim(points)(y, y):
            assert not box[0].all()
            idle += sum(not allowed.all() for allowed in box[1:])
    assert idle <= 3  # of 60 limits that could have been, each in 5% of all cases


def test_a_level_that_no_point_has_makes_no_leaf() -> None:
    whole = space({"a": [0.0, 1.0, 2.0, 3.0] * 6, "b": list("xyz") * 8})
    part = whole.part(whole.codes[:, 0] == 0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values = np.tile([0.0, 1.0], 3)
        boxes = tree(part)(values, values)
    assert boxes == ()  # nor anything else: no part of it is better than the whole
