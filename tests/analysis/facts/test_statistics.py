"""Statistics of the stylised facts, on made-up numbers whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sim.analysis.facts import adoption, lives, losses, paying, people, sizes, war, winners
from sim.analysis.history.bass import bass_share

P, Q = 0.03, 0.38  # Bass 1969, as in VALIDATION B1: F at the peak is 1/2 - p/2q = .46053


def test_fastest_adoption_of_a_bass_curve_is_where_bass_says():
    years = np.arange(0, 60, 0.05)
    share = adoption.share_at_fastest(bass_share(years, P, Q))
    assert share == pytest.approx(0.5 - P / (2 * Q), abs=0.005)  # half of a step's adoption
    assert adoption.share_at_fastest([0.0, 0.9, 1.0]) == pytest.approx(0.45)
    assert math.isnan(adoption.share_at_fastest([0.2, 0.2]))


def test_imitation_ratio_of_a_bass_curve():
    years = np.arange(0, 25, 0.25)
    assert adoption.imitation_ratio(years, bass_share(years, P, Q)) == pytest.approx(
        Q / P, rel=0.01
    )
    assert math.isnan(adoption.imitation_ratio([0, 1, 2, 3, 4], [1, 1, 1, 1, 1]))


def test_substitution_is_log_linear_only_if_it_is():
    years = np.arange(0, 12, 0.25)
    odds = np.exp(-5 + years)
    assert adoption.substitution_r2(years, odds, np.ones(years.size)) == pytest.approx(1)
    # what comes after nine tenths, and before a hundredth, is not looked at
    wild = np.where(odds > 9.3, 10.0, odds)
    assert adoption.substitution_r2(years, wild, np.ones(years.size)) > 0.999
    there_and_back = np.where(years < 6, years, 12 - years) / 12
    assert adoption.substitution_r2(years, there_and_back, 1 - there_and_back) < 0.2
    assert math.isnan(adoption.substitution_r2(years, np.zeros(years.size), np.ones(years.size)))


def test_top_share_and_fall_from_the_peak():
    assert winners.top_share([6, 3, 1]) == pytest.approx(0.6)
    assert math.isnan(winners.top_share([0, 0]))
    assert winners.fall_from_peak([1, 5, 4, 2, 3]) == pytest.approx(0.6)
    assert winners.fall_from_peak([1, 2, 3]) == 0  # it never fell
    assert math.isnan(winners.fall_from_peak([0, 0]))


def test_rank_correlations_are_spearmans():
    pairs = winners.rank_correlations([[1, 2, 3, 4], [10, 20, 30, 40], [4, 3, 2, 1], [2, 1, 4, 3]])
    assert pairs[0] == pytest.approx([1, 1, -1, 0.6])  # 1 - 6 * 4 / (4 * 15)
    tied = winners.rank_correlations([[3, 1, 3, 9], [2, 1, 2, 3]])
    assert tied[0, 1] == pytest.approx(1)  # ties have their mean rank
    assert np.isnan(winners.rank_correlations([[1, 2], [5, 5]])[0, 1])
    everyone = winners.agreement(np.tile(np.arange(8.0), (6, 1)))
    assert everyone == pytest.approx((1, 1, 1))
    rng = np.random.default_rng(3)
    chance = winners.agreement(rng.random((40, 8)))
    # 780 pairs of variance 1/7, in which a world's error is shared: 0 within 4 / sqrt(7 * 780)
    assert abs(chance.value) < 4 / math.sqrt(7 * 780)
    assert chance.low < 0 < chance.high
    with pytest.raises(ValueError, match="one world"):
        winners.agreement([[1, 2, 3]])


def test_the_first_dip_of_cash_is_the_loss():
    years = np.arange(7.0)
    back = losses.loss_of(years, [0, -1, -3, -2, 0.5, -9, 1], died=False)
    assert (back.trough, back.back, back.end) == (2, 4, 6)
    never = losses.loss_of(years, [0, -1, -3, -4, -4, -3, -2], died=True)
    assert never.trough == 3
    assert math.isnan(never.back)
    assert losses.loss_of(years, [0, 1, 2, 3, 4, 5, 6], died=False)[:2] == (0, 0)


def test_a_median_wait_counts_those_who_still_wait():
    nan = math.nan
    assert losses.median_waiting([1, 2, 3, 4, 5], [9] * 5) == 3
    # two of five never came within 9 years, one was lost sight of after half a year
    assert losses.median_waiting([1, 2, nan, nan, nan], [9, 9, 9, 9, 0.5]) == 2
    assert losses.median_waiting([1, nan, nan], [9, 9, 9]) == math.inf
    assert losses.median_waiting([nan], [9]) == math.inf
    assert math.isnan(losses.median_waiting([], []))


@pytest.mark.parametrize("exponent", [0.8, 1.06, 1.6])
def test_hill_finds_the_exponent_of_a_pareto_tail(exponent):
    draws = np.random.default_rng(7).pareto(exponent, 20_000) + 1
    # its standard error is the exponent over the square root of the 2,000 largest
    assert sizes.hill(draws) == pytest.approx(exponent, abs=4 * exponent / math.sqrt(2000))


def test_hill_needs_a_tail():
    assert math.isnan(sizes.hill(np.arange(1, 40)))  # three in the top tenth
    assert math.isnan(sizes.hill(np.ones(100)))


def test_laplace_and_normal_draws_are_told_apart():
    rng = np.random.default_rng(5)
    # a draw, by their entropies: .5 ln(4 pi) - ln 2 - .5 and .5 ln(2 pi) - ln(2 sqrt(2/pi)) - .5
    assert sizes.laplace_over_normal(rng.laplace(size=100_000)) == pytest.approx(0.0724, abs=0.01)
    assert sizes.laplace_over_normal(rng.normal(size=100_000)) == pytest.approx(-0.0484, abs=0.01)
    shifted = sizes.laplace_over_normal(3 + 10 * rng.laplace(size=100_000))
    assert shifted == pytest.approx(0.0724, abs=0.01)  # neither place nor scale counts
    assert math.isnan(sizes.laplace_over_normal([1, 1, 1]))


def test_spread_falls_with_size_as_it_was_made_to():
    rng = np.random.default_rng(11)
    size = np.exp(rng.uniform(-4, 4, 20_000))
    growth = rng.normal(size=size.size) * 0.3 * size**-0.2
    assert sizes.spread_slope(size, growth) == pytest.approx(-0.2, abs=0.02)
    assert sizes.spread_slope(size, rng.normal(size=size.size)) == pytest.approx(0, abs=0.02)
    assert math.isnan(sizes.spread_slope([1, 2, 3], [1, 2, 3]))


def test_growth_is_of_firms_that_live_two_whole_years():
    revenue = np.array([[1.0, 2.0, 4.0], [1.0, 1.0, 1.0], [5.0, 7.0, 0.0], [3.0, 9.0, 9.0]])
    whole = np.ones((4, 3), bool)
    whole[3, 0] = False  # it came in the middle of that year
    size, growth = sizes.growth_of(revenue, whole)
    assert sorted(size) == [1, 1, 1, 2, 5, 9]  # without who has no revenue in year 3
    first = np.log([2, 1, 7 / 5])
    second = np.log([2, 1, 1])
    expected = [*(first - first.mean()), *(second - second.mean())]
    assert sorted(growth) == pytest.approx(sorted(expected))


def test_the_peak_of_a_hump_of_hazard_is_found():
    rng = np.random.default_rng(2)
    week = np.arange(1, 1041)
    hazard = 0.02 * np.exp(-(((week - 156) / 60) ** 2))  # a week; highest after three years
    alive = np.concatenate(([1.0], np.cumprod(1 - hazard)))
    weeks = np.searchsorted(-alive, -rng.random(4000))
    failed = weeks < 1040
    assert lives.peak_age(np.minimum(weeks, 1040), failed) == pytest.approx(3, abs=0.4)
    assert math.isnan(lives.peak_age([100, 200], [True, True]))


def test_retention_of_a_shifted_beta_geometric_rises_as_fader_and_hardie_say():
    alpha, beta, n = 0.7, 1.2, 1e6
    rows, alive = [], n
    for year in range(1, 7):  # r_t = (beta + t - 1) / (alpha + beta + t - 1), their equation 7
        rate = (beta + year - 1) / (alpha + beta + year - 1)
        # in two parts, as of two runs
        rows += [(year, 0.3 * alive, 0.3 * alive * rate), (year, 0.7 * alive, 0.7 * alive * rate)]
        alive *= rate
    rates = people.retention(*np.array(rows).T)
    assert rates == pytest.approx([(beta + t) / (alpha + beta + t) for t in range(5)])
    assert np.isnan(people.retention([1, 2], [500, 19], [100, 9])[1:]).all()


def test_double_jeopardy_is_a_line_over_firms():
    brands = pd.DataFrame({"people": 1000, "buyers": [500, 250, 125], "again": [300, 125, 50]})
    frames = [brands.assign(firm=["A", "B", "C"], quarter=quarter) for quarter in (9, 10)]
    early = brands.assign(firm=["A", "B", "C"], quarter=8, again=0)
    line = people.double_jeopardy(pd.concat([early, *frames]))
    assert line == pytest.approx((0.1 / math.log(2), 1))  # .6, .5, .4 over .5, .25, .125
    assert math.isnan(people.double_jeopardy(frames[0].iloc[:2]).slope)
    assert people.line([1, 2, 3, 4], [1, 3, 2, 4]) == pytest.approx((0.8, 0.64))


def test_both_platforms_in_the_week_of_most():
    share, week = war.most_shared([0, 10, 100, 80, 90], [0, 9, 30, 40, 50], until=3)
    assert (share, week) == (0.5, 3)  # not the first week's 9 of 10, nor a week after the war
    assert war.most_shared([0, 0], [0, 0]) == (0.0, 0)


def test_what_is_kept_after_the_cut():
    uses = [*[10] * 4, *[20] * 4, *[9] * 4, *[5] * 4, *[1] * 4]
    subsidy = [*[3] * 8, *[0] * 12]
    assert war.kept_after_cut(uses, subsidy) == pytest.approx(5 / 20)
    assert math.isnan(war.kept_after_cut(uses, [0] * 20))
    assert math.isnan(war.kept_after_cut(uses, [3] * 20))  # never cut


def test_influence_is_summed_over_weeks():
    assert paying.influence([10, 30], [2, 6]) == (40, 8)
