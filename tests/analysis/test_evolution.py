"""From the firms of a tournament to its answer: payoffs, invasion, resamples, words, tables."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from sim.analysis.effects import sign_flip_p
from sim.analysis.evolution.frames import frames, readme
from sim.analysis.evolution.invasion import invasions
from sim.analysis.evolution.payoffs import (
    PayoffTable,
    duel,
    half_and_half,
    one_against_all,
    payoff_table,
)
from sim.analysis.evolution.selection import evolve
from sim.analysis.evolution.words import answer
from sim.analysis.pairs import outcome
from sim.analysis.shares import share_alive
from sim.experiments.tournament import markets_of

UF, CC = "user-first", "customer-centric"


def markets(names, n, mixtures=()):
    return [
        (title, {"firms": [{"name": name, "strategy": name, "count": k} for name, k in market]})
        for title, market in markets_of(names, n, mixtures)
    ]


def rows_of(treatments, payoff, replicates=8):
    """A table of firms whose payoff is ``payoff(own, rival, k, replicate)``, firms a bit apart."""
    rows = []
    for (title, settings), r in itertools.product(treatments, range(replicates)):
        groups = settings["firms"]
        for group in groups:
            others = [each["name"] for each in groups if each["name"] != group["name"]]
            rival = others[0] if others else group["name"]
            k = group["count"]
            for f in range(k):
                rows.append(
                    {"run": f"{title} {r}", "treatment": title, "replicate": r,
                     "group": group["name"], "strategy": "anything", "firm": f"{group['name']} {f}",
                     "survived": int(f == 0), "share_customers": 0.1, "users": 1, "customers": 1,
                     "discounted_profit": payoff(group["name"], rival, k, r) + (f - (k - 1) / 2)}
                )  # fmt: skip
    return pd.DataFrame(rows)


def table_of(advantage, n=6, names=(UF, CC), replicates=8, mixtures=(), spread=0.05):
    """A tournament in which the strategy at place i earns ``advantage(i, k)``."""
    place = {name: i for i, name in enumerate(names)}
    treatments = markets(names, n, mixtures)
    luck = np.random.default_rng(1).normal(0, spread, (len(names), len(names), n + 1, replicates))

    def payoff(own, rival, k, r):
        i, j = place[own], place[rival]
        return advantage(i, k) + luck[i, j, k, r]

    return payoff_table(rows_of(treatments, payoff, replicates), treatments, "discounted_profit")


def test_payoffs_are_means_of_the_firms_of_a_group():
    treatments = markets(("a", "b"), 4)
    rows = rows_of(treatments, lambda own, rival, k, r: {"a": 10, "b": 20}[own] + k + 100 * r, 3)
    table = payoff_table(rows, treatments, "discounted_profit")
    assert (table.strategies, table.n_firms, table.n_replicates) == (("a", "b"), 4, 3)
    assert table.samples[0, 1, 1:, 0].tolist() == [11, 12, 13, 14]
    assert table.samples[1, 0, 1:, 2].tolist() == [221, 222, 223, 224]
    assert table.samples[0, 0, 1:, 0].tolist() == [14] * 4
    assert np.isnan(table.samples[:, :, 0]).all()
    assert table.measured[:, :, 1:].all()
    own, other = duel(table.means(), 0, 1)
    assert (own - 100).tolist() == [11, 12, 13]  # mean replicate is 1
    assert (other - 100).tolist() == [23, 22, 21]  # with 3, 2, 1 firms of b


def test_markets_that_were_not_run_are_interpolated():
    treatments = markets(("a", "b"), 6, (1,))
    rows = rows_of(treatments, lambda own, rival, k, r: k**2 + r, 2)
    table = payoff_table(rows, treatments, "discounted_profit")
    assert table.measured[0, 1].tolist() == [False, True, False, False, False, True, True]
    assert table.samples[0, 1, 1:, 0].tolist() == [1, 7, 13, 19, 25, 36]
    assert half_and_half(table.means())[0, 1] == pytest.approx(13.5)
    assert one_against_all(table.means())[0, 1] == pytest.approx(1.5)
    assert one_against_all(table.means())[0, 0] == pytest.approx(36.5)


def test_half_of_an_odd_number_is_between_two_markets():
    table = table_of(lambda i, k: float(k), n=5, spread=0)
    assert half_and_half(table.means())[0, 1] == pytest.approx(2.5)
    assert table.cell("half", 0, 1).value == pytest.approx(2.5)


def test_a_replicate_that_lacks_a_market_is_left_out_everywhere():
    treatments = markets(("a", "b"), 3)
    rows = rows_of(treatments, lambda own, rival, k, r: r, 4)
    failed = rows[~((rows.treatment == "1 a, 2 b") & (rows.replicate == 2))]
    table = payoff_table(failed, treatments, "discounted_profit")
    assert (table.n_replicates, table.n_dropped) == (3, 1)
    assert table.samples[0, 1, 1].tolist() == [0, 1, 3]
    with pytest.raises(ValueError, match="no replicate"):
        payoff_table(rows[rows.treatment != "1 a, 2 b"], treatments, "discounted_profit")


@pytest.mark.parametrize(
    ("treatments", "message"),
    [
        ([("x", {"people.count": 5})], "does not say which firms"),
        (markets(("a", "b"), 3) + markets(("c", "d"), 4), "differ in their number of firms"),
        ([t for t in markets(("a", "b"), 4) if not t[0].startswith("1 a")], "one firm against"),
    ],
)
def test_other_studies_are_no_tournaments(treatments, message):
    good = [(t, s) for t, s in treatments if "firms" in s] or markets(("a", "b"), 3)
    rows = rows_of(good, lambda *_: 0.0, 2)
    with pytest.raises(ValueError, match=message):
        payoff_table(rows, treatments, "discounted_profit")


def test_an_unknown_payoff_is_refused():
    with pytest.raises(ValueError, match="no payoff surplus; there are discounted_profit"):
        payoff_table(pd.DataFrame(), [], "surplus")


def test_survival_has_the_intervals_of_the_other_tables():
    treatments = markets(("a", "b"), 4)
    table = payoff_table(rows_of(treatments, lambda *_: 0.0, 5), treatments, "survival")
    alive = [1, 0, 0] * 5  # three firms of a among one of b, the first of each market survives
    expected = share_alive(alive, np.repeat(range(5), 3))
    assert table.interval(0, 1, 3) == expected
    assert table.interval(0, 1, 3).value == pytest.approx(1 / 3)


def test_resamples_keep_replicates_together():
    table = table_of(lambda i, k: 0.0, spread=0.0)
    shared = np.arange(8.0)
    luck = PayoffTable(table.strategies, 6, table.outcome, table.samples + shared, table.measured)
    drawn = luck.resampled(300, 3)
    assert drawn.shape == (300, 2, 2, 7)
    assert np.ptp(drawn[..., 1, 1, 6]) > 0.5
    differences = drawn[:, 0, 1, 3] - drawn[:, 1, 0, 3]
    assert np.ptp(differences) == pytest.approx(0, abs=1e-12)  # what all share cancels
    assert drawn[:, 0, 0, 6].mean() == pytest.approx(3.5, abs=0.2)


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([1, 2, 3, 4, 5, 6], 2 / 64),
        ([-1, -2, -3, -4, -5, -6], 2 / 64),
        ([1, -1, 1, -1], 1.0),
        ([0, 0, 0], 1.0),
        ([3, 1, -1, 2], 4 / 16),  # sums at least 5 away from 0: +-7, twice +-5
    ],
)
def test_sign_flips_are_counted(differences, expected):
    d = np.array(differences)
    sums = [abs(sum(s * x for s, x in zip(signs, d, strict=True)))
            for signs in itertools.product((1, -1), repeat=len(d))]  # fmt: skip
    counted = np.mean([s >= abs(d.sum()) for s in sums])
    assert sign_flip_p(d) == counted
    if expected != 4 / 16:
        assert counted == pytest.approx(expected)


def test_random_sign_flips_agree_with_all_of_them():
    from scipy.stats import permutation_test

    d = np.random.default_rng(2).normal(0.35, 1, 14)
    exact = permutation_test((d,), np.mean, permutation_type="samples", n_resamples=np.inf)
    assert sign_flip_p(d) == pytest.approx(exact.pvalue, abs=0.012)


def test_invasion_is_the_difference_within_the_market_of_one():
    table = table_of(lambda i, k: [5.0 + k, 0.0][i])
    one, other = invasions(table)
    assert (one.mutant, one.resident) == (0, 1)
    paired = table.samples[0, 1, 1] - table.samples[1, 0, 5]
    assert one.difference.value == pytest.approx(paired.mean())
    assert one.difference.low <= paired.mean() <= one.difference.high
    assert one.verdict(table.n_replicates) == "can"
    assert other.verdict(table.n_replicates) == "cannot"
    assert one.p_holm == pytest.approx(2 * 2 / 2**8)  # the least p of 8 replicates, twice
    assert one.verdict(5) == "cannot be told"


def test_a_strategy_that_is_always_better_takes_all():
    found = evolve(table_of(lambda i, k: 1.0 - i))
    assert found.best.tolist() == [[True, True], [False, False]]
    assert found.share_best.tolist() == [[1, 1], [0, 0]]
    (only,) = found.equilibria
    assert (only.at.row.tolist(), only.ess, only.share, only.share_ess) == ([1, 0], True, 1, 1)
    assert found.takeovers[0].chance.low > 1 / 6 > found.takeovers[1].chance.high
    assert (found.takeovers[0].share_above, found.takeovers[1].share_above) == (1, 0)
    assert found.time[0].value > 0.99
    assert found.share_first.tolist() == [1, 0]
    assert found.strong == pytest.approx([1, 0], abs=1e-6)


def test_resamples_tell_how_sure_a_verdict_is():
    """A difference of one standard error comes out the other way in a sixth of resamples."""
    d = np.random.default_rng(4).normal(size=16)
    d = (d - d.mean()) / d.std()  # standard error of the mean .25
    table = table_of(lambda i, k: 0.0, spread=0.0, replicates=16)
    samples = table.samples.copy()
    samples[0] += d + 0.25
    found = evolve(PayoffTable(table.strategies, 6, table.outcome, samples, table.measured))
    assert found.best[0].all()
    assert found.share_best[0] == pytest.approx(0.84, abs=0.04)
    assert found.share_first[0] == pytest.approx(0.84, abs=0.04)
    assert found.equilibria[0].share_ess == pytest.approx(0.84, abs=0.04)
    invades = next(one for one in found.invasions if one.mutant == 0)
    assert invades.verdict(16) == "cannot be told"


def test_a_mixture_keeps_its_supports_in_resamples():
    """Each strategy earns more when it is rare: they live side by side."""
    found = evolve(table_of(lambda i, k: -float(k)))
    (mixed,) = [one for one in found.equilibria if one.ess]
    assert mixed.at.row == pytest.approx([0.5, 0.5], abs=0.05)
    assert mixed.share_ess == 1.0
    assert "50%" in answer(found) or "51%" in answer(found)


def test_one_replicate_leaves_no_interval_and_no_share():
    found = evolve(table_of(lambda i, k: 1.0 - i, replicates=1))
    assert np.isnan(found.share_best).all()
    assert np.isnan(found.equilibria[0].share)
    assert np.isnan(found.time[0].low)
    said = answer(found)
    assert "nan" not in said
    assert "cannot be told, for want of replicates (1)" in said


def test_the_strength_of_selection_is_over_the_spread_of_payoffs():
    table = table_of(lambda i, k: 10.0 * (1 - i), spread=0.0)
    assert evolve(table, intensity=2.0).beta == pytest.approx(0.2)
    weak, strong = (evolve(table, intensity=s).time[0].value for s in (0.01, 5.0))
    assert 0.5 < weak < 0.52 < 0.99 < strong


def test_the_game_of_deviations_is_read_off_single_firms():
    """Good when rare, bad when common: half and half says no, a single firm says yes."""
    table = table_of(lambda i, k: [4.0 if k == 1 else -4.0, 0.0][i])
    assert not evolve(table).best[0].any()
    assert evolve(table, game="deviation").best[0].tolist() == [False, True]
    with pytest.raises(ValueError, match="no game chess"):
        evolve(table, game="chess")


def test_the_answer_names_replies_invasion_and_survivors():
    said = answer(evolve(table_of(lambda i, k: 1.0 - i)))
    assert said.count(". ") == 1  # two sentences
    assert "user-first is the best reply to every strategy" in said
    assert "user-first (100% of resamples) alone is evolutionarily stable" in said
    assert "One user-first firm can invade a market of customer-centric firms: +" in said
    assert "against 0.167 by chance alone" in said
    assert "leaves the market to user-first" in said
    said = answer(evolve(table_of(lambda i, k: float(i))))
    assert "One user-first firm cannot invade a market of customer-centric firms: -" in said


def test_a_winner_that_loses_money_is_said_to():
    assert "lose money" not in answer(evolve(table_of(lambda i, k: 1.0 - i)))
    said = answer(evolve(table_of(lambda i, k: -1.0 - i, spread=0.001)))
    assert "though firms in a market of user-first alone lose money (-1.00 each)" in said


def test_the_answer_about_equal_strategies_says_so():
    found = evolve(table_of(lambda i, k: 0.1 + 0.2, spread=0.0))
    assert found.beta == 0.0
    assert answer(found).startswith("No strategy earns more than another")
    assert [each.value for each in found.time] == pytest.approx([0.5, 0.5])


def test_without_the_pair_the_question_is_about_the_first_and_the_last():
    found = evolve(table_of(lambda i, k: [1.0, 2.0, 0.0][i], names=("x", "y", "z")))
    assert "One y firm can invade a market of z firms" in answer(found)


def test_tables_have_every_pair_and_their_numbers():
    found = evolve(table_of(lambda i, k: [3.0 - k, 0.0, 1.0][i], names=(UF, CC, "hybrid")))
    tables = frames(found)
    assert {name: len(frame) for name, frame in tables.items()} == {
        "payoffs": 3 * 5 + 3, "matrix": 9, "equilibria": len(found.equilibria),
        "rest_points": len(tables["rest_points"]), "invasion": 6, "selection": 3,
    }  # fmt: skip
    payoffs = tables["payoffs"].set_index(["first", "second", "firms_of_first"])
    row = payoffs.loc[(UF, CC, 2)]
    assert row.payoff_of_first == pytest.approx(1.0, abs=0.1)
    assert row.first_low < row.payoff_of_first < row.first_high
    assert row.payoff_of_second == found.table.means()[1, 0, 4]
    assert payoffs.loc[(UF, "", 6)].payoff_of_first == pytest.approx(-3.0, abs=0.1)
    assert tables["selection"].share_of_time.sum() == pytest.approx(1)
    games = tables["rest_points"].game
    assert set(games) == {"pairs", f"{UF} and {CC}", f"{UF} and hybrid", f"{CC} and hybrid"}
    inner = tables["rest_points"][games == f"{UF} and {CC}"]
    # 3 - k = 0 where a firm expects two others of its kind: x = 2/5
    assert inner[UF].tolist() == pytest.approx([0, 0.4, 1], abs=0.02)
    said = readme(found)
    for name in tables:
        assert f"{name}.csv" in said
    assert "discounted_profit (money per head)" in said
    assert outcome("discounted_profit").unit in said
