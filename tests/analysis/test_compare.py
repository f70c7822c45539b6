"""Comparisons: pairing by seed, who is measured, Holm over all that is shown, and the words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.analysis.arms import FOLDER, STRATEGY, TREATMENT, Arm
from sim.analysis.compare import MARKET, MEASURES, Comparison, by_seed, compare_arms, records
from sim.analysis.compared import compared
from sim.analysis.intervals import holm
from sim.analysis.pairs import between_strategies, with_shares
from tests.analysis.test_comparison import CC, LONG, SHORT, UF, table


def firms(kinds: dict[str, dict[str, float]], n_runs: int = 20, **other: int) -> pd.DataFrame:
    """Rows of a study, one group a strategy."""
    rows = with_shares(table(kinds, n_runs, **other))
    return rows.assign(group=rows["strategy"] + " group")


def strategies(rows: pd.DataFrame) -> list[Arm]:
    return [Arm(name, STRATEGY, rows[rows["strategy"] == name], "A market") for name in (UF, CC)]


def treatments(*tables: pd.DataFrame, kind: str = TREATMENT) -> list[Arm]:
    names = ("rich", "poor", "middling")
    return [Arm(name, kind, rows, "A market") for name, rows in zip(names, tables, strict=False)]


@pytest.fixture(scope="module")
def pair() -> Comparison:
    return compare_arms(strategies(firms({UF: LONG, CC: SHORT})))


@pytest.fixture(scope="module")
def two() -> Comparison:
    rich = firms({UF: LONG, CC: SHORT})
    poor = firms({UF: SHORT, CC: SHORT}, seed=2)
    return compare_arms(treatments(rich, poor))


def test_strategies_of_a_study_are_paired_within_runs(pair: Comparison) -> None:
    rows = firms({UF: LONG, CC: SHORT})
    assert [one.measure.name for one in pair.contrasts] == list(MEASURES)
    assert pair.paired
    for one in pair.contrasts:
        assert one.effect.n == (20,)
        if one.measure.name != "weeks_alive":
            known = between_strategies(rows, UF, CC, one.measure.name)
            assert one.effect.difference == pytest.approx(known.difference), one.measure.name
    assert any("belongs to a market" in note for note in pair.notes)


def test_holm_is_over_all_that_is_shown(two: Comparison) -> None:
    assert len(two.contrasts) == 2 * len(MEASURES) + 1
    plain = [one.effect.p for one in two.contrasts]
    assert [one.p_holm for one in two.contrasts] == pytest.approx(list(holm(plain)))
    assert min(one.p_holm for one in two.contrasts) > min(plain)


def test_treatments_are_measured_kind_by_kind_and_the_market_once(two: Comparison) -> None:
    assert [one.firms for one in two.contrasts].count(UF) == len(MEASURES)
    assert [one.firms for one in two.contrasts].count(CC) == len(MEASURES)
    assert [one.measure.name for one in two.contrasts if one.firms == MARKET] == ["surplus"]


def test_dead_firms_stay_in(pair: Comparison) -> None:
    rows = firms({UF: LONG, CC: SHORT})
    users = next(one for one in pair.contrasts if one.measure.name == "users")
    own = rows[rows["strategy"] == CC]
    assert (own["survived"] == 0).any()
    assert users.second_mean.value == pytest.approx(own["share_users"].mean())
    assert users.second_mean.value < own[own["survived"] == 1]["share_users"].mean()


def test_pairing_by_seed_finds_what_unpaired_runs_hide() -> None:
    control = firms({UF: SHORT}, 30)
    luck = dict(enumerate(np.random.default_rng(3).normal(0, 5, 30)))
    control["discounted_profit"] += control["seed"].map(luck)
    treated = control.assign(discounted_profit=control["discounted_profit"] + 0.2)
    paired = compare_arms(treatments(treated.sample(frac=1, random_state=1), control))
    apart = compare_arms(treatments(treated.assign(seed=treated["seed"] + 1000), control))
    for found, expected in ((paired, 1), (apart, 0)):
        profit = next(one for one in found.contrasts if one.measure.name == "discounted_profit")
        assert profit.effect.difference.value == pytest.approx(0.2)
        assert profit.sign == expected
    assert paired.paired
    assert not apart.paired
    assert apart.contrasts[0].effect.n == (30, 30)
    assert any(
        note.startswith("not paired: the seeds of rich and poor differ") for note in apart.notes
    )
    assert "30 and 30 unpaired runs" in compared(apart)


def test_seeds_without_a_partner_are_left_out_and_said() -> None:
    one, other = firms({UF: LONG}, 20), firms({UF: SHORT}, 14, seed=2)
    found = compare_arms(treatments(one, other))
    assert found.paired
    assert found.contrasts[0].effect.n == (14,)
    known = by_seed(one[one["seed"] < 14], "survived").mean()
    assert found.contrasts[0].first_mean.value == pytest.approx(known)
    assert any("6 seeds that only one of them ran are left out" in note for note in found.notes)
    # less than half of the smaller in common: both are kept whole
    few = compare_arms(treatments(one, other.assign(seed=other["seed"] + 15)))
    assert not few.paired
    assert few.contrasts[0].effect.n == (20, 14)


def test_strategy_as_the_treatment_is_compared_by_group() -> None:
    one, other = firms({UF: LONG}), firms({CC: SHORT})
    found = compare_arms(treatments(*(rows.assign(group="Newcomer") for rows in (one, other))))
    assert {each.firms for each in found.contrasts} == {"Newcomer", MARKET}
    alien = compare_arms(treatments(one, other))
    assert {each.firms for each in alien.contrasts} == {"all", MARKET}


def test_a_folder_of_several_treatments_is_one_mean_by_seed() -> None:
    rich, poor = firms({UF: LONG}), firms({UF: SHORT}, seed=2)
    both = pd.concat([rich.assign(treatment="a"), poor.assign(treatment="b")])
    found = compare_arms(treatments(both, poor, kind=FOLDER))
    first = found.contrasts[2]
    expected = (rich["share_users"].mean() + poor["share_users"].mean()) / 2
    assert first.first_mean.value == pytest.approx(expected)
    assert first.effect.n == (20,)  # seeds, not runs: treatments of a seed share their luck
    assert "taken of rich: the mean over its 2 treatments" in found.notes


def test_two_sentences_of_a_pair_of_strategies(pair: Comparison) -> None:
    first, second = compared(pair).split(" correction. ")
    assert first.startswith("User-first firms are more often alive after ten years than customer-")
    assert first.endswith("20 paired runs, p < .001 after Holm's")
    assert second.startswith("They have, firm for firm, more users (")
    assert "besides longer lives" in second
    assert "trust could not be told apart" in second


def test_two_sentences_of_two_treatments(two: Comparison) -> None:
    said = compared(two)
    start = "User-first firms are more often alive after ten years with rich than with poor: "
    assert said.startswith(start)
    assert "With rich there are, firm for firm, more users (" in said
    back = compared(compare_arms(list(two.arms[::-1])))
    assert back.startswith(
        start.replace("more", "less").replace("rich than with poor", "poor than with rich")
    )
    assert "fewer users (" in back
    folders = compared(compare_arms([arm._replace(kind=FOLDER) for arm in two.arms]))
    assert "more often alive after ten years in rich than in poor: " in folders


def test_what_could_not_be_told_is_said() -> None:
    one, other = firms({UF: SHORT}), firms({UF: SHORT}, seed=2)
    other = other.assign(surplus=other["surplus"])
    said = compared(compare_arms(treatments(one, other)))
    assert said.startswith(
        "Whether user-first firms are more often alive after ten years with rich"
    )
    assert "or with poor could not be told: " in said
    assert "Nor could weeks alive, users, customers" in said


def test_several_are_held_against_the_first() -> None:
    arms = treatments(
        firms({UF: SHORT}, 30), firms({UF: LONG}, 30, seed=2), firms({UF: SHORT}, 30, seed=3)
    )
    found = compare_arms(arms)
    said = compared(found)
    assert said.startswith("Alive after ten years are ")
    assert " of user-first firms with rich, more with poor (" in said
    assert "and no difference could be told with middling (" in said
    beyond = sum(one.sign != 0 for one in found.contrasts)
    assert f"Of the 16 differences shown {beyond} are beyond chance" in said
    assert len(found.of("poor")) == len(found.of("middling")) == 8


@pytest.mark.parametrize(("n", "words"), [(1, "One run is an anecdote"), (4, "4 runs are too few")])
def test_few_runs_are_told_as_such(n: int, words: str) -> None:
    found = compare_arms(
        strategies(firms({UF: {**LONG, "life": 1e9}, CC: {**SHORT, "life": 5}}, n))
    )
    said = compared(found)
    assert said.startswith(words)
    assert "nan" not in said
    assert not any(one.sign for one in found.contrasts)


def test_runs_too_few_for_the_family_are_warned_of() -> None:
    # 8 pairs: p is at least 2/2**8 = .0078; times 7 that is .0547. 9 pairs: .0273
    kinds = {UF: {**LONG, "life": 1e9}, CC: {**SHORT, "life": 5}}
    few, enough = (compare_arms(strategies(firms(kinds, n))) for n in (8, 9))
    assert any("8 pairs are too few for 7 differences" in note for note in few.notes)
    assert any("9 replicates could" in note for note in few.notes)
    assert not any("too few" in note for note in enough.notes)
    assert few.contrasts[0].sign == 0
    assert enough.contrasts[0].sign == 1


def test_runs_of_different_length_are_warned_of() -> None:
    one = firms({UF: LONG})
    other = one.assign(weeks_alive=one["weeks_alive"].clip(upper=260))
    found = compare_arms(treatments(one, other))
    assert any("differ in length (rich 520 weeks, poor 260 weeks)" in note for note in found.notes)
    # restricted means are then taken over what both saw
    weeks = found.contrasts[1]
    assert weeks.first_mean.value <= 260


def test_rows_for_files_hold_every_number(two: Comparison) -> None:
    rows = records(two)
    assert len(rows) == len(two.contrasts)
    row, one = rows[0], two.contrasts[0]
    assert (row["firms"], row["measure"], row["first"], row["second"]) == (
        UF, "survival", "rich", "poor",
    )  # fmt: skip
    for key, interval in (
        ("first_mean", one.first_mean), ("difference", one.effect.difference),
        ("superiority", one.effect.superiority),
    ):  # fmt: skip
        assert (row[key], row[f"{key}_low"], row[f"{key}_high"]) == tuple(interval)
    assert (row["paired"], row["runs_first"], row["runs_second"]) == (True, 20, 20)
