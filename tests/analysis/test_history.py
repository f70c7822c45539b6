"""Curves that a model has to beat: closed forms, known numbers, recovery, honest intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import solve_ivp
from scipy.optimize import curve_fit

from sim.analysis.history.baseline import baseline_of
from sim.analysis.history.bass import Bass, bass_share
from sim.analysis.history.curves import COVERED, LastValue, Substitution
from sim.analysis.history.observed import Observed, n_to_fit, observe
from sim.analysis.history.scores import coverage, mase, naive_step, r_squared
from sim.scenario.history import find_series

P, Q, M = 0.03, 0.38, 1000.0  # Bass 1969's typical values


def observed(values: list[float], *, substitution: bool = False, ceiling: float | None = None):
    """A yearly series from 2000."""
    years = np.arange(2000.0, 2000 + len(values))
    times = tuple(f"{year:.0f}" for year in years)
    return Observed(
        "mine", "users", "people", years, np.array(values, dtype=float), times,
        ("H",) * len(values), n_to_fit(len(values)), substitution, ceiling, (), "year", "start",
    )  # fmt: skip


# -- scores -----------------------------------------------------------------------------------


def test_mase_of_known_numbers() -> None:
    """Scale: steps 1, 2, 3 have mean 2; errors 1 and 3 have mean 2."""
    assert naive_step([0, 1, 3, 6]) == 2
    assert mase([10, 10], [9, 13], [0, 1, 3, 6]) == 1
    assert mase([10, 10], [10, 10], [0, 1, 3, 6]) == 0
    assert math.isnan(mase([10], [9], [5, 5, 5]))  # no scale
    assert math.isnan(mase([], [], [0, 1]))


def test_one_naive_step_on_a_random_walk_has_mase_one_on_average() -> None:
    """E|step| over a mean of 200 steps: the ratio of means is 1 within three standard errors."""
    steps = np.random.default_rng(3).normal(size=(4000, 201))
    walks = steps.cumsum(axis=1)
    found = [mase([walk[-1]], [walk[-2]], walk[:-1]) for walk in walks]
    error = np.std(found) / math.sqrt(len(found))
    assert abs(np.mean(found) - 1) < 3 * error + 0.004  # 0.004: mean of 1 / mean, order 1 / 200
    assert error < 0.02


def test_coverage_and_r_squared_of_known_numbers() -> None:
    assert coverage([1, 2, 3, 4], [0, 2, 4, 0], [1, 2, 5, 3]) == 0.5
    assert math.isnan(coverage([], [], []))
    assert r_squared([1, 2, 3], [1, 2, 3]) == 1
    assert r_squared([1, 2, 3], [2, 2, 2]) == 0
    assert r_squared([1, 2, 3], [3, 2, 1]) == -3
    assert math.isnan(r_squared([2, 2], [2, 2]))


def test_sixty_percent_are_fitted() -> None:
    assert [n_to_fit(n) for n in (2, 3, 4, 5, 10, 12, 28)] == [2, 2, 3, 3, 6, 8, 17]


# -- Bass -------------------------------------------------------------------------------------


def test_bass_share_has_the_published_values() -> None:
    """Bass 1969 with p = .03, q = .38, to five digits; peak of adoption at 6.1926."""
    years = [1, 2, 5, 10, 15, 20]
    expected = [0.03576, 0.08506, 0.33120, 0.81280, 0.97161, 0.99626]
    assert bass_share(years, P, Q) == pytest.approx(expected, abs=5e-6)
    assert bass_share(math.log(Q / P) / (P + Q), P, Q) == pytest.approx(0.5 - P / (2 * Q))


def test_bass_share_from_any_start_solves_its_equation() -> None:
    years = np.linspace(0, 12, 25)
    solved = solve_ivp(
        lambda _, x: (P + Q * x) * (1 - x), (0, 12), [0.2], t_eval=years, rtol=1e-10, atol=1e-12
    ).y[0]  # fmt: skip
    assert bass_share(years, P, Q, 0.2) == pytest.approx(solved, abs=1e-8)
    later = bass_share(years, P, Q, float(bass_share(3.0, P, Q)))
    assert later == pytest.approx(bass_share(years + 3, P, Q), abs=1e-12)


@pytest.mark.parametrize("first", [0, 2, 6])
def test_bass_recovers_the_curve_that_made_the_rows(first: int) -> None:
    years = np.arange(first, first + 12.0)
    found = Bass(1990 + years, M * bass_share(years, P, Q)).parameters
    assert list(found.values()) == pytest.approx([P, Q, M], rel=1e-4)


def test_bass_recovers_whatever_the_units() -> None:
    weeks = np.arange(30.0) / 52
    found = Bass(2020 + weeks, 4e-6 * bass_share(weeks, 0.9, 14.0)).parameters
    assert list(found.values()) == pytest.approx([0.9, 14.0, 4e-6], rel=1e-3)


def test_bass_agrees_with_another_fit_of_a_real_series() -> None:
    """World internet users: SciPy's curve_fit by Levenberg and Marquardt, without our bounds."""
    when, values = observe(find_series("internet_users_pct:World")).fitted

    def level(t, p, q, m):
        return m * bass_share(t - when[0], p, q, values[0] / m)

    expected, _ = curve_fit(level, when, values, p0=(0.01, 0.1, 60.0))
    assert list(Bass(when, values, 100.0).parameters.values()) == pytest.approx(expected, rel=1e-3)


def test_bass_keeps_to_the_ceiling_and_says_so() -> None:
    rising = 2.0 ** np.arange(8)
    years = np.arange(8.0)
    capped, free = Bass(years, rising, 150.0), Bass(years, rising)
    assert capped.at(200) <= 150
    assert free.at(200) > 150
    assert "m ended at its upper bound" in capped.remark
    smooth = Bass(years * 2, M * bass_share(years * 2, P, Q))
    assert smooth.remark == ""


def test_bass_has_a_narrow_band_where_rows_are_exact_and_a_wide_one_where_not() -> None:
    years = np.arange(14.0)
    exact = M * bass_share(years, P, Q)
    noisy = exact + np.random.default_rng(2).normal(0, 25, 14)
    later = np.array([15.0, 18.0])
    low, middle, high = Bass(years, exact).band(later)
    assert (high - low < 1).all()
    assert (low <= middle).all()
    assert (middle <= high).all()
    low, _, high = Bass(years, noisy).band(later)
    assert (high - low > 40).all()
    assert (low <= M * bass_share(later, P, Q)).all()
    assert (high >= M * bass_share(later, P, Q)).all()


@pytest.mark.parametrize(
    ("values", "says"),
    [([1, 2, 3, 4], "5 rows"), ([-1, 0, 1, 2, 3], "below 0"), ([5, 4, 3, 2, 1], "rises")],
)
def test_bass_says_what_it_cannot_fit(values: list[float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Bass(range(len(values)), values)


# -- substitution -----------------------------------------------------------------------------


@pytest.mark.parametrize("slope", [0.4, -0.4])
def test_substitution_recovers_the_line_of_its_log_odds(slope: float) -> None:
    years = np.arange(2000.0, 2012)
    share = 100 / (1 + np.exp(-slope * (years - 2007)))
    curve = Substitution(years, share, 100.0)
    assert list(curve.parameters.values()) == pytest.approx([slope, 2007, 1], rel=1e-9)
    assert curve.at([2003, 2030]) == pytest.approx(
        100 / (1 + np.exp(-slope * np.array([-4, 23]))), rel=1e-9
    )


def test_substitution_agrees_with_scipy_on_real_series_and_they_are_nearly_straight() -> None:
    """Fisher & Pry 1971 hold where R2 is .95 or more (Android against Symbian had .986)."""
    straight = {}
    for name in ("us_ecommerce_share_pct", "roku:platform_share_pct"):
        series = observe(find_series(name))
        odds = np.log(series.values / (100 - series.values))
        line = stats.linregress(series.when, odds)
        curve = Substitution(series.when, series.values, 100.0)
        assert curve.odds_r2 == pytest.approx(line.rvalue**2, abs=1e-9)
        assert curve.parameters["slope of log odds (1/year)"] == pytest.approx(line.slope)
        straight[name] = curve.odds_r2
    assert straight["us_ecommerce_share_pct"] > 0.95
    assert 0.85 < straight["roku:platform_share_pct"] < 0.95  # levels off below 100: a miss


def test_the_interval_of_a_substitution_covers_what_it_says() -> None:
    """400 noisy lines of log odds, the next three years: 80% lie inside, within 4 points.

    The standard error of the share, with years of one line correlated, is below 2 points.
    """
    rng, inside = np.random.default_rng(5), []
    years = np.arange(23.0)
    for _ in range(400):
        share = 1 / (1 + np.exp(-(-3 + 0.2 * years + rng.normal(0, 0.3, 23))))
        low, _, high = Substitution(years[:20], share[:20], 1.0).band(years[20:])
        inside.append(coverage(share[20:], low, high))
    assert abs(np.mean(inside) - COVERED) < 0.04


def test_substitution_needs_three_rows_inside() -> None:
    with pytest.raises(ValueError, match="3 rows between 0 and 100"):
        Substitution([1, 2, 3, 4], [0, 50, 60, 100], 100.0)


# -- last value -------------------------------------------------------------------------------


def test_the_last_value_goes_on_and_in_sample_is_the_row_before() -> None:
    curve = LastValue([2000, 2001, 2002], [5, 7, 4])
    assert curve.at([2000, 2001, 2002, 2003, 2050]).tolist() == [5, 5, 7, 4, 4]


def test_the_interval_of_the_last_value_grows_with_the_root_of_time() -> None:
    steps = np.random.default_rng(1).normal(0, 2, 200)
    low, _, high = LastValue(np.arange(200.0), steps.cumsum()).band([200, 203, 215])
    width = high - low
    # 10% and 90% of a normal sum: 2 x 1.28 x 2 x sqrt(steps); 100 draws are good to 25%
    assert width == pytest.approx(2 * 1.2816 * 2 * np.sqrt([1, 4, 16]), rel=0.25)


# -- which curve ------------------------------------------------------------------------------


def test_a_level_gets_bass_a_share_substitution_and_the_rest_the_last_value() -> None:
    level = [float(x) for x in M * bass_share(np.arange(12.0), P, Q)]
    found = baseline_of(observed(level))
    assert found is not None
    assert (found.curve.name, found.why) == ("Bass curve", "")
    assert found.score.mase == pytest.approx(0, abs=1e-3)
    assert found.r2 == pytest.approx(1)
    share = baseline_of(observed([2, 5, 9, 20, 33, 50], substitution=True, ceiling=100))
    assert share is not None
    assert share.curve.name == "logistic substitution curve"
    for values, why in (
        ([5, 4, 3, 2, 1, 1, 1, 1], "a level that rises"),
        ([-1, 2, 3, 4, 5, 6, 7, 8], "not below 0"),
        ([1, 2, 3], "5 rows"),
    ):
        fallen = baseline_of(observed(values))
        assert fallen is not None
        assert fallen.curve.name == "last value"
        assert why in fallen.why
        assert fallen.score == fallen.naive
    unbounded = baseline_of(observed([2, 5, 9, 20, 33], substitution=True))
    assert unbounded is not None
    assert "needs a ceiling" in unbounded.why
    assert baseline_of(observed([1])) is None


def test_the_rows_to_judge_change_no_fit() -> None:
    values = [1.0, 3, 7, 15, 26, 40, 55, 60, 70, 75]
    found, other = (baseline_of(observed(v)) for v in (values, [*values[:6], 1, 2, 3, 4]))
    assert found is not None
    assert other is not None
    assert found.curve.parameters == other.curve.parameters
    assert found.score != other.score


def test_the_same_rows_give_the_same_numbers_twice() -> None:
    values = [1.0, 3, 7, 15, 26, 40, 55, 60, 70, 75]
    one, two = (baseline_of(observed(values)) for _ in range(2))
    assert one is not None
    assert two is not None
    assert one.score == two.score
    assert np.array_equal(one.curve.band([2008.5]), two.curve.band([2008.5]))


def test_rows_of_lower_confidence_can_be_left_out() -> None:
    series = find_series("sms_wechat_china:wechat_mau_m")
    assert [len(observe(series, least).when) for least in ("L", "M", "H")] == [8, 7, 2]
    assert set(observe(series, "M").grades) == {"H", "M"}


def test_breaks_of_the_rows_judged_are_told_apart() -> None:
    series = observe(find_series("internet_users_pct:US"))
    assert series.times[series.n_fit - 1] == "2011"
    assert [each.time for each in series.breaks_judged()] == ["2007 to 2016", "2020"]
    assert observe(find_series("sms_wechat_china:wechat_mau_m")).breaks_judged() == ()
