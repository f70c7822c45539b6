"""Tournaments: who meets whom, on equal terms, stored as a study, and the command's whole way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from sim.analysis.evolution.stored import tournament_in
from sim.cli.sweep import Asked
from sim.cli.tournament import Wanted, counts_of, tournament, words_of
from sim.cli.trouble import Refused
from sim.experiments.reading import resolve
from sim.experiments.store import open_store
from sim.experiments.sweep import Ways, sweep
from sim.experiments.tournament import Tournament, markets_of, round_robins
from sim.market.model import simulate
from sim.scenario.faults import ScenarioFaults
from sim.strategies import REGISTRY, make

SMALL = ("people.count=60", "weeks=26")
PAIR = ("user-first", "customer-centric")


def small(**changes) -> Tournament:
    return Tournament(
        "from-scratch", **{"strategies": PAIR, "n_firms": 3, "changes": SMALL, "replicates": 2,
                           **changes}
    )  # fmt: skip


def test_every_pair_meets_in_every_mixture():
    found = dict(markets_of(("a", "b", "c"), 4))
    assert len(found) == 3 + 3 * 3
    assert found["4 a"] == (("a", 4),)
    assert found["1 a, 3 c"] == (("a", 1), ("c", 3))
    assert {sum(k for _, k in market) for market in found.values()} == {4}


def test_chosen_mixtures_keep_one_against_all():
    found = [title for title, _ in markets_of(("a", "b"), 8, (4,))]
    assert found == ["8 a", "8 b", "1 a, 7 b", "4 a, 4 b", "7 a, 1 b"]


def test_all_firms_start_on_the_same_terms():
    study = round_robins(small(changes=(*SMALL, "firms.Seller.cash=0.7", "firms.Seller.price=3")))
    assert len(study.treatments) == 4
    for treatment in study.treatments:
        groups = treatment.scenario.firms
        terms = [g.model_dump(exclude={"name", "strategy", "count"}) for g in groups]
        assert all(each == terms[0] for each in terms)
        assert sum(g.count for g in groups) == 3
        assert {g.cash for g in groups} == {0.7}
        assert {g.offer.price for g in groups} == {None}  # terms of entry are the strategy's own
        assert [str(g.strategy) for g in groups] == [g.name for g in groups]


def test_a_study_names_its_strategies_by_one_factor():
    study = round_robins(Tournament("tournament"))
    assert study.name == "tournament-round-robin"
    assert study.study.title == "Tournament of four strategies"
    assert len(study.treatments) == 4 + 6 * 5
    assert study.study.replicates == resolve("tournament").study.replicates
    sizes = {(t.scenario.people.count, t.scenario.weeks) for t in study.treatments}
    fixed = resolve("tournament").treatments[0].scenario
    assert sizes == {(fixed.people.count, fixed.weeks)}


def test_a_scenario_lends_the_strategies_of_its_firms():
    study = round_robins(Tournament("doorknob-polishing", changes=SMALL, n_firms=2, replicates=1))
    firms = resolve("doorknob-polishing").base.firms
    kinds = {json.dumps(group.strategy) for group in firms}
    assert len(kinds) >= 2
    assert len(study.treatments) == len(kinds) + len(kinds) * (len(kinds) - 1) // 2


def test_options_make_strategies_of_their_own(tmp_path):
    file = tmp_path / "late.yaml"
    file.write_text(
        "title: Late\nscenario: from-scratch\nreplicates: 1\nfactors:\n"
        "  people.count: {values: [60]}\n  weeks: {values: [26]}\n"
        "  firms.Seller.strategy: {values: [{use: late-adopter, delay: 2},"
        " {use: late-adopter, delay: 4}]}\n"
    )
    study = round_robins(Tournament(str(file), n_firms=2))
    names = [t.name for t in study.treatments]
    assert names == [
        "2 late-adopter (delay 2)", "2 late-adopter (delay 4)",
        "1 late-adopter (delay 2), 1 late-adopter (delay 4)",
    ]  # fmt: skip
    folder = sweep(study, tmp_path, Ways(jobs=1)).folder
    assert tournament_in(folder, "survival")[1].strategies == (
        "late-adopter (delay 2)", "late-adopter (delay 4)",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"strategies": ("user-first",)}, "two strategies or more, got user-first"),
        ({"strategies": ("user-first", "user-fist")}, "no strategy user-fist; did you mean user-f"),
        ({"n_firms": 1}, "at least 2 firms, got 1"),
        ({"n_firms": 1000}, "must be at most"),
        ({"mixtures": (3,)}, "from 1 to 2 firms, got 3"),
        ({"target": "users-not-customers", "n_firms": 8}, "at most 1, got 1.2 up to here (with 8"),
        ({"changes": (*SMALL, "entry={rate: 1, kinds: [{name: X, strategy: hybrid}]}")},
         "entry.rate: a tournament keeps its firms"),
        ({"target": "patience"}, "give one value each to firms.Newcomer.cash"),
        ({"replicates": 100_000, "n_firms": 12}, "at most 1,000,000 runs, got 1,300,000"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(changes, message):
    asked = {"target": "from-scratch", "strategies": PAIR, "n_firms": 3, "changes": SMALL,
             "replicates": 2, **changes}  # fmt: skip
    if asked["target"] == "patience":
        asked |= {"strategies": (), "changes": ()}
    with pytest.raises(ScenarioFaults) as found:
        round_robins(Tournament(**asked))
    assert message in str(found.value)


def test_more_than_twelve_strategies_are_refused():
    many = tuple(REGISTRY)[:13]
    assert len(many) == 13
    with pytest.raises(ScenarioFaults, match="at most 12 strategies, got 13"):
        round_robins(small(strategies=many))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    where = tmp_path_factory.mktemp("tournament")
    return sweep(round_robins(small()), where, Ways(jobs=1)).folder


def test_it_is_stored_as_a_study_that_sweeps_again(folder):
    again = resolve(folder / "study.yaml")
    study = round_robins(small())
    assert [t.digest for t in again.treatments] == [t.digest for t in study.treatments]
    assert [t.name for t in again.treatments] == [t.name for t in study.treatments]
    with open_store(folder) as store:
        assert store.counts() == (8, 0, 8)


def test_it_resumes_and_grows_without_making_a_run_twice(folder, tmp_path):
    shutil.copytree(folder, tmp_path / folder.name)
    made = []

    def counted(scenario, *, seed, progress):
        made.append([group.name for group in scenario.firms])
        return simulate(scenario, seed=seed, progress=progress)

    sweep(round_robins(small()), tmp_path, Ways(jobs=1, simulate=counted))
    assert made == []
    more = round_robins(small(strategies=(*PAIR, "hybrid")))
    sweep(more, tmp_path, Ways(jobs=1, simulate=counted))
    assert len(made) == 2 * (1 + 2 * 2)  # hybrid alone, and with either of the others
    assert all("hybrid" in names for names in made)
    assert tournament_in(tmp_path / folder.name, "users")[1].strategies == (*PAIR, "hybrid")


def test_the_payoffs_are_those_of_the_stored_firms(folder):
    title, table = tournament_in(folder, "discounted_profit")
    assert "tournament" in title
    with open_store(folder) as store:
        rows = store.firm_table()
    own = rows[(rows.treatment == "1 user-first, 2 customer-centric")]
    for r in range(2):
        mine = own[own.replicate == r]
        profit = mine.groupby("strategy").discounted_profit.mean()
        assert table.samples[0, 1, 1, r] == pytest.approx(profit["user-first"])
        assert table.samples[1, 0, 2, r] == pytest.approx(profit["customer-centric"])
    assert make("user-first").name in table.strategies


def test_another_study_is_no_tournament(tmp_path):
    other = resolve("from-scratch", SMALL, replicates=1)
    where = sweep(other, tmp_path, Ways(jobs=1)).folder
    with pytest.raises(ValueError, match="not a tournament"):
        tournament_in(where, "survival")


def wanted(out: Path, **changes) -> Wanted:
    asked = Asked("from-scratch", SMALL, replicates=6, jobs=1, out=out)
    return Wanted(asked, **{"strategies": PAIR, "n_firms": 2, **changes})


def test_the_command_answers_and_names_its_files(tmp_path, capsys):
    tournament(wanted(tmp_path))
    said = capsys.readouterr().out
    assert "In markets of 2 firms, half of one strategy" in said
    assert "* best reply" in said
    assert "Nash equilibria of that game" in said
    assert "One firm among 1 of another strategy; takes over by chance alone: 0.500" in said
    assert "alpha-rank" in said
    at = tmp_path / "from-scratch-round-robin" / "evolution"
    assert str(at) in said
    names = {path.name for path in at.iterdir()}
    assert {"README.txt", "payoffs.csv", "payoffs.png", "mixtures.svg", "takeovers.png"} <= names
    for name in names - {"README.txt"}:
        assert name.split(".")[0] in said, name
    invasion = pd.read_csv(at / "invasion.csv")
    assert len(invasion) == 2
    assert invasion.neutral.tolist() == [0.5, 0.5]
    tournament(wanted(tmp_path, payoff="users", game="deviation", selection=1.0))
    said = capsys.readouterr()
    assert "12 of 12" not in said.err or "0.0 a second" in said.err  # nothing was run again
    assert "For one firm among 1 of another strategy" in said.out
    assert "beta" in (at.parent / "evolution-users" / "README.txt").read_text()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"payoff": "user"}, "--payoff: no payoff user; did you mean users?"),
        ({"game": "haf"}, "--game: no game haf; did you mean half?"),
        ({"selection": 0.0}, "--selection: must be a number above 0, got 0"),
    ],
)
def test_the_command_refuses_before_any_run(tmp_path, changes, message):
    with pytest.raises(Refused) as refusal:
        tournament(wanted(tmp_path, **changes))
    assert str(refusal.value) == message
    assert not list(tmp_path.iterdir())


def test_lists_of_options_are_read():
    assert words_of(" a, b ,,") == ("a", "b")
    assert words_of(None) == ()
    assert counts_of("1,3") == (1, 3)
    with pytest.raises(Refused, match="must be numbers of firms"):
        counts_of("1,half")
