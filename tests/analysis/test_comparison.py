"""Paired differences and the two sentences of an answer: direction and wording from numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.analysis.comparison import answer, headline, survival_table
from sim.analysis.pairs import OUTCOMES, between_strategies, between_treatments, with_shares
from sim.analysis.wording import when_it_ended

UF, CC = "user-first", "customer-centric"
PEOPLE = 1000


def table(
    kinds: dict[str, dict[str, float]], n_runs: int = 60, firms: int = 3, seed: int = 1
) -> pd.DataFrame:
    """Rows of firms: each kind has a mean life in weeks, users, customers (shares) and profit."""
    rng = np.random.default_rng(seed)
    rows = []
    for run in range(n_runs):
        good_year = 0.2 * rng.standard_normal()  # what the firms of a run share
        for kind, traits in kinds.items():
            for firm in range(firms):
                life = rng.exponential(traits["life"] * np.exp(good_year))
                alive = life >= 520
                users = round(PEOPLE * traits["users"] * rng.uniform(0.8, 1.2)) * alive
                rows.append(
                    {"run": f"{run:03d}", "treatment": "base", "replicate": run, "seed": run,
                     "firm": f"{kind} {firm}", "strategy": kind, "entered": 0,
                     "weeks_alive": 520 if alive else int(life), "survived": int(alive),
                     "users": users, "share_users": users / PEOPLE,
                     "customers": round(users * traits["payers"]),
                     "discounted_profit": traits["profit"] + 0.1 * rng.standard_normal(),
                     "cash_trough": -0.1 * rng.random(), "trust": 0.5, "surplus": 1 + good_year}
                )  # fmt: skip
    return pd.DataFrame(rows)


LONG = {"life": 2000, "users": 0.3, "payers": 0.2, "profit": 0.5}
SHORT = {"life": 300, "users": 0.1, "payers": 0.2, "profit": 0.1}


def test_answer_follows_the_numbers_when_user_first_wins() -> None:
    rows = table({UF: LONG, CC: SHORT})
    first, second = answer(rows).split(". They ")
    alive = rows.groupby("strategy")["survived"].mean() * 100
    assert first.startswith("User-first firms outlive customer-centric ones in this market: ")
    assert f"alive after ten years {alive[UF]:.0f}% (" in first
    assert f") against {alive[CC]:.0f}% (" in first
    assert first.endswith("60 paired runs, log-rank p < .001")
    assert second.startswith("also have, firm for firm, more users (")
    profit = rows.groupby("strategy")["discounted_profit"].mean()
    assert f"a higher discounted profit ({profit[UF]:.2f} against {profit[CC]:.2f} money" in second


def test_answer_turns_with_the_labels() -> None:
    found = answer(table({UF: SHORT, CC: LONG}))
    assert found.startswith("Customer-centric firms outlive user-first ones in this market: ")
    assert ". They also have, firm for firm, more users (" in found


def test_answer_says_when_profit_disagrees_with_survival() -> None:
    found = answer(table({UF: {**LONG, "profit": -0.4}, CC: SHORT}))
    assert found.startswith("User-first firms outlive")
    assert ". But they have, firm for firm, more users (" in found
    assert "and a lower discounted profit (-0.4" in found
    assert found.endswith("the verdict depends on which of these is asked.")


def test_answer_says_when_nothing_could_be_told() -> None:
    found = answer(table({UF: SHORT, CC: SHORT}))
    start = "No difference in survival between user-first and customer-centric firms could be told"
    assert found.startswith(start)
    assert "Nor could users (" in found
    assert found.endswith(" be told apart, firm for firm.")
    assert "outlive" not in found


def test_answer_names_the_conflict_when_survival_is_silent() -> None:
    found = answer(table({UF: {**SHORT, "profit": -1.0, "users": 0.6}, CC: SHORT}))
    assert found.startswith("No difference in survival")
    assert "more users" in found
    assert "a lower discounted profit" in found
    assert found.endswith("which kind did better depends on which of these is asked.")


def test_few_runs_are_an_anecdote_whatever_they_show() -> None:
    one = answer(table({UF: LONG, CC: SHORT}, n_runs=1))
    assert one.startswith("One run is too few to tell user-first from customer-centric firms")
    assert "nan" not in one
    five = answer(table({UF: {**LONG, "life": 1e9}, CC: {**SHORT, "life": 5}}, n_runs=5))
    assert five.startswith("5 runs are too few")
    assert five.endswith("that may be chance.")


def test_who_lasts_longer_without_anyone_left() -> None:
    rows = table({UF: {**SHORT, "life": 60}, CC: {**SHORT, "life": 20}})
    rows = rows.assign(weeks_alive=rows["weeks_alive"].clip(upper=400), survived=0)
    found = answer(rows, weeks=520)
    assert found.startswith("User-first firms last longer than customer-centric ones")
    assert "who is left after ten years could not be told apart" in found


def test_crossing_curves_are_not_called_outliving() -> None:
    # user-first: half die in week 1, the others never; customer-centric: 80% die in week 500
    rows = []
    for run in range(100):
        for kind, alive, life in (
            (UF, run % 2, 520 if run % 2 else 1),
            (CC, int(run % 5 == 0), 520 if run % 5 == 0 else 500),
        ):
            rows.append(
                {"run": run, "strategy": kind, "entered": 0, "weeks_alive": life,
                 "survived": alive, "users": 10, "share_users": 0.1, "customers": 1,
                 "discounted_profit": 0.0, "cash_trough": 0.0, "trust": 0.5, "surplus": 0.0}
            )  # fmt: skip
    found = answer(pd.DataFrame(rows))
    assert "outlive" not in found
    assert found.startswith("User-first firms are more often left after ten years")


def test_no_failure_tells_nothing() -> None:
    found = answer(table({UF: {**LONG, "life": 1e9}, CC: {**SHORT, "life": 1e9}}))
    assert found.startswith("No firm failed in this market, so survival tells nothing")


def test_one_kind_alone_is_not_compared() -> None:
    found = answer(table({"placebo": LONG}))
    assert found.startswith("All firms here are placebo: ")
    assert headline(table({"placebo": LONG}, n_runs=2)) is None


def test_strategies_that_never_meet_are_told_apart_by_nobody() -> None:
    rows = pd.concat([table({UF: LONG}, n_runs=8), table({CC: SHORT}, n_runs=6)])
    rows["run"] = rows["strategy"] + rows["run"]
    found = answer(rows)
    assert found.startswith("User-first and customer-centric firms never meet in one run here")
    assert "of user-first firms, 8 runs and " in found
    assert "of customer-centric firms, 6 runs." in found
    assert "outlive" not in found


def test_headline_pair_is_the_projects_or_the_most_frequent() -> None:
    assert headline(table({"b": LONG, CC: LONG, UF: LONG}, n_runs=2)) == (UF, CC)
    assert headline(table({"b": LONG, "a": LONG}, n_runs=2)) == ("a", "b")


def test_weeks_that_make_no_years_are_said_as_weeks() -> None:
    rows = table({UF: LONG, CC: SHORT})
    assert "alive after 100 weeks " in answer(rows, weeks=100)
    assert "alive after one year " in answer(rows, weeks=52)
    assert "alive after 20 years " in answer(rows, weeks=1040)


def test_runs_of_several_lengths_end_after_all_of_them() -> None:
    """A run of one year says nothing of what is alive after ten."""
    firms = {"entered": [0, 13, 0, 0], "survived": [1, 1, 1, 0], "weeks_alive": [52, 39, 520, 30]}
    assert when_it_ended(pd.DataFrame(firms)) == "at the end, after one year to ten years"
    same = pd.DataFrame(firms).iloc[[0, 1, 3]]
    assert when_it_ended(same) == "after one year"
    assert when_it_ended(same.iloc[2:]) == "at the end"


def test_survival_table_has_an_interval_around_every_number() -> None:
    rows = table({UF: LONG, CC: SHORT})
    found = survival_table(rows)
    assert [row["strategy"] for row in found] == [UF, CC]
    best = found[0]
    assert (best["firms"], best["runs"]) == (180, 60)
    own = rows[rows["strategy"] == UF]
    assert best["alive"].value == pytest.approx(own["survived"].mean())
    assert best["users"].value == pytest.approx(own["share_users"].mean())  # dead firms stay in
    assert best["weeks"].value == pytest.approx(own["weeks_alive"].mean())
    for row in found:
        for name in ("alive", "weeks", "users", "customers", "discounted_profit", "cash_trough"):
            low, high = row[name].low, row[name].high
            assert low < row[name].value < high, name


def test_pairing_takes_out_what_runs_share() -> None:
    rows = table({UF: LONG, CC: SHORT}, n_runs=50)
    shared = dict(enumerate(np.random.default_rng(9).normal(0, 5, 50)))
    rows["discounted_profit"] += rows["replicate"].map(shared)
    found = between_strategies(rows, UF, CC, "discounted_profit")
    assert found.difference.value == pytest.approx(0.4, abs=4 * 0.1 * (2 / 150) ** 0.5)
    assert found.difference.high - found.difference.low < 0.1  # unpaired it would be about 4
    assert found.n_pairs == 50
    assert found.first - found.second == pytest.approx(found.difference.value)


def test_treatments_pair_by_replicate_in_whatever_order() -> None:
    control = table({UF: SHORT}, n_runs=20)
    treated = control.assign(
        treatment="more", surplus=control["surplus"] + 0.25, run="m" + control["run"]
    )
    both = pd.concat([treated.sample(frac=1, random_state=1), control])
    found = between_treatments(both, "more", "base", "surplus")
    assert found.difference == pytest.approx((0.25, 0.25, 0.25))
    assert found.n_pairs == 20
    none = between_treatments(both, "more", "base", "survival", strategy=UF)
    assert none.difference.value == 0
    assert none.difference.sign == 0


def test_runs_that_lack_a_strategy_make_no_pair() -> None:
    rows = table({UF: LONG, CC: SHORT}, n_runs=20)
    rows = rows[~((rows["strategy"] == CC) & (rows["replicate"] < 5))]
    assert between_strategies(rows, UF, CC).n_pairs == 15


def test_faults_name_what_there_is() -> None:
    rows = table({UF: LONG, CC: SHORT}, n_runs=3)
    with pytest.raises(ValueError, match=f"no strategy user-frist; there are {CC}, {UF}"):
        between_strategies(rows, "user-frist", CC)
    with pytest.raises(ValueError, match="no outcome sales; there are survival, users"):
        between_strategies(rows, UF, CC, "sales")
    with pytest.raises(ValueError, match="belongs to a market"):
        between_strategies(rows, UF, CC, "surplus")
    with pytest.raises(ValueError, match="no treatment x; there are base"):
        between_treatments(rows, "x", "base")


@pytest.mark.parametrize("name", [one.name for one in OUTCOMES if one.name != "surplus"])
def test_every_outcome_moves_with_its_column(name: str) -> None:
    rows = with_shares(table({UF: LONG, CC: LONG}, n_runs=10))
    column = next(one.column for one in OUTCOMES if one.name == name)
    rows[column] = rows[column].astype(float)
    before = between_strategies(rows, UF, CC, name).difference.value
    rows.loc[rows["strategy"] == UF, column] += 0.5
    after = between_strategies(rows, UF, CC, name).difference.value
    assert after == pytest.approx(before + 0.5)


def test_customers_become_shares_of_the_runs_people() -> None:
    rows = table({UF: LONG, CC: SHORT}, n_runs=10)
    found = with_shares(rows)["share_customers"]
    np.testing.assert_allclose(found, rows["customers"] / PEOPLE)
    blind = rows.assign(users=0, share_users=0.0)
    with pytest.raises(ValueError, match="share_customers"):
        with_shares(blind)
