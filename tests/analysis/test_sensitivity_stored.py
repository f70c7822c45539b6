"""Sensitivity and rules from tables of runs and from stored studies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.analysis.pairs import outcome
from sim.analysis.points import Points, Target, default_targets, outcomes, points_of
from sim.analysis.sensitivity import (
    rules_of,
    sensitivity_of,
    sentences_of,
)
from sim.analysis.stored import stored_study
from sim.scenario.schema import FirmGroup
from tests.analysis.designs import CC, UF, F, fails, sobol_points, swept, treatments


def table(points: F, replicates: int) -> pd.DataFrame:
    """Two kinds, two firms each: user-first survives with a > .5, the other kind never fails."""
    rows = []
    for (name, at), replicate in (
        (one, r) for one in treatments(points) for r in range(replicates)
    ):
        for kind, firm in ((UF, 0), (UF, 1), (CC, 0), (CC, 1)):
            alive = 1 if kind == CC else int(at["a"] + 0.1 * firm > 0.5)
            rows.append(
                {"run": f"{name} {replicate}", "treatment": name, "replicate": replicate,
                 "strategy": kind, "survived": alive, "discounted_profit": at["b"] * (kind == UF)}
            )  # fmt: skip
    return pd.DataFrame(rows)


def test_outcomes_are_means_of_firms_in_the_order_of_the_design() -> None:
    points = sobol_points(2, 8)
    rows, design = table(points, 3), treatments(points)
    shuffled = rows.sample(frac=1, random_state=1)
    alive = outcomes(shuffled, design, Target(outcome("survival"), UF))
    expected = ((points[:, 0] > 0.5) * 1.0 + (points[:, 0] + 0.1 > 0.5)) / 2
    np.testing.assert_array_equal(alive, np.repeat(expected[:, None], 3, axis=1))
    gap = outcomes(shuffled, design, Target(outcome("survival"), UF, CC))
    np.testing.assert_array_equal(gap, alive - 1)


def test_only_replicates_that_all_treatments_have_are_kept() -> None:
    points = sobol_points(2, 8)
    rows, design = table(points, 3), treatments(points)
    target = Target(outcome("survival"), UF)
    some = rows[~((rows["treatment"] == "point 5") & (rows["replicate"] == 1))]
    assert outcomes(some, design, target).shape == (32, 2)
    none = rows[rows["treatment"] != "point 5"]
    with pytest.raises(ValueError, match=r"1 of 32 treatments have no such run, .* point 5"):
        outcomes(none, design, target)
    odd = rows[(rows["replicate"] == 0) != (rows["treatment"] == "point 5")]
    with pytest.raises(ValueError, match="no replicate was run in all 32"):
        outcomes(odd, design, target)
    with pytest.raises(ValueError, match="no firm with strategy nobody"):
        outcomes(rows, design, Target(outcome("survival"), "nobody"))


def test_tables_alone_are_enough_and_outcomes_that_never_vary_are_left_out() -> None:
    points = sobol_points(2, 32)
    found = sensitivity_of(Points(table(points, 2), treatments(points), None))
    assert found.design == "sobol"
    assert [one.label for one in found.indices] == [
        "survival, user-first less customer-centric",
        "discounted profit, user-first less customer-centric",
        "survival of user-first firms",
        "discounted profit of user-first firms",
    ]
    assert [why.split(" is ")[0] for why in found.left_out] == [
        "survival of customer-centric firms",
        "discounted profit of customer-centric firms",
    ]
    for one, which in zip(found.indices, (0, 1, 0, 1), strict=True):
        assert one.total[which].value == pytest.approx(1, abs=0.12)
        assert one.total[1 - which] == (0.0, 0.0, 0.0)
    assert any(said.startswith("Left out: survival of customer-centric") for said in
               found.sentences())  # fmt: skip
    # without the first block the rest is no design at all
    with pytest.raises(ValueError, match=r"not a full Sobol design.*not a full Morris design"):
        sensitivity_of(Points(table(points, 2), treatments(points[:-3]), None))


def test_default_targets_name_the_headline_pair_first() -> None:
    rows = pd.DataFrame({"strategy": [CC, UF, "placebo"]})
    found = default_targets(rows)
    assert found[0] == Target(outcome("survival"), UF, CC)
    assert len(found) == 2 + 2 * 3
    assert len(default_targets(rows[:1])) == 2


@pytest.fixture(scope="module")
def sobol_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return swept(tmp_path_factory.mktemp("sobol"), "{sobol: 16}")


def test_a_stored_sobol_study_gives_the_indices_of_its_known_rule(sobol_study: Path) -> None:
    found = sensitivity_of(sobol_study)
    assert found.design == "sobol"
    own = next(one for one in found.indices if one.label == "survival of user-first firms")
    assert (own.n, own.replicates) == (16, 3)
    cash, effect, identities = own.total
    assert identities.value == pytest.approx(0, abs=1e-9)
    # fails in half of each: V = 3/16, each alone 1/16, together 1/16
    assert cash.low < 2 / 3 < cash.high
    assert effect.low < 2 / 3 < effect.high
    assert own.noise.value == pytest.approx(0, abs=1e-9)
    loaded = sensitivity_of(stored_study(sobol_study))
    assert [one.total for one in loaded.indices] == [one.total for one in found.indices]


def test_a_stored_study_gives_its_rule_in_words(sobol_study: Path) -> None:
    dies, better, _ = rules_of(sobol_study)
    best = dies.best
    assert best is not None
    assert dies.case == "user-first firms fail"
    assert best.density == best.coverage == 1.0
    factors = {limit.factor: limit.high for box in best.boxes for limit in box}
    assert set(factors) == {"firms.Newcomer.cash", "market.network.effect"}
    points = points_of(sobol_study).treatments
    cash, effect = factors["firms.Newcomer.cash"], factors["market.network.effect"]
    for _, at in points:
        held = at["firms.Newcomer.cash"] < cash and at["market.network.effect"] < effect
        assert held == fails(at["firms.Newcomer.cash"], at["market.network.effect"])
    assert dies.labels["firms.Newcomer.cash"] == "firms.Newcomer.cash (money per head)"
    assert better.case.endswith("more often alive than customer-centric ones")


def test_a_stored_morris_study_screens_its_factors(tmp_path: Path) -> None:
    folder = swept(tmp_path, "{morris: 10}")
    found = sensitivity_of(folder)
    assert found.design == "morris"
    own = next(one for one in found.screenings if one.label == "survival of user-first firms")
    assert own.trajectories == 10
    assert own.effects[-1].factor == "people.identities"
    assert own.effects[-1].mu_star.value == 0
    # a step of 2/3 over a threshold in the middle: 3/2 where the other factor lets it
    assert set(np.round([one.mu.sign for one in own.effects[:2]])) == {1}


def test_sentences_say_both(tmp_path: Path) -> None:
    said = sentences_of(swept(tmp_path, "{morris: 6}"))
    assert any(one.startswith("User-first firms fail when ") for one in said)
    assert any(one.startswith("Survival of user-first firms, change over a") for one in said)


def test_grids_have_rules_but_no_sensitivity(tmp_path: Path) -> None:
    folder = swept(tmp_path, "grid", 2)
    with pytest.raises(ValueError, match="needs the design sobol or morris, this study's is grid"):
        sensitivity_of(folder)
    dies = rules_of(folder)[0]
    assert dies.n == 5 * 5 * 3
    assert dies.best is not None
    assert dies.best.words == "cash < 1 and effect < 3"  # levels 0.25, 0.5, 1 and 2, 4


LISTED = """
title: Listed
scenario: scenario.yaml
design: {design}
treatments:
{treatments}
replicates: {replicates}
"""


def test_a_list_that_forms_a_sobol_design_is_read_as_one(tmp_path: Path) -> None:
    lines = "\n".join(
        f"  - {{name: p{i}, set: {{firms.Newcomer.cash: {0.25 * 16 ** u[0]:.6f}, "
        f"market.network.effect: {8 * u[1]:.6f}}}}}"
        for i, u in enumerate(sobol_points(2, 8))
    )
    folder = swept(
        tmp_path,
        "list",
        2,
        LISTED.replace("{treatments}", lines.replace("{", "{{").replace("}", "}}")),
    )
    assert sensitivity_of(folder).design == "sobol"


def test_what_a_treatment_leaves_alone_is_what_its_scenario_says(tmp_path: Path) -> None:
    found = points_of(swept(tmp_path, "one-at-a-time", 1)).treatments
    cash = FirmGroup.model_fields["cash"].default
    baseline = {"firms.Newcomer.cash": cash, "market.network.effect": 0.0, "people.identities": 4}
    assert found[0] == ("baseline", baseline)
    assert found[1][1] == {**baseline, "firms.Newcomer.cash": 0.25}


def test_a_single_run_has_no_factors(tmp_path: Path) -> None:
    from sim.experiments.single import store_run
    from sim.scenario.read import load
    from tests.experiments.fakes import result

    scenario = load("users-not-customers", ["weeks=20", "people.count=200"])
    folder = store_run(scenario, result(scenario, 1), tmp_path)
    with pytest.raises(ValueError, match="single run"):
        sensitivity_of(Path(folder))
