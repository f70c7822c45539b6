"""Sobol indices against closed forms, with and without replicate noise, and from stored studies."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from sim.analysis.intervals import Interval
from sim.analysis.sensitivity import (
    indices_in_words,
)
from sim.analysis.sobol import SobolDesign, SobolIndices, _Table, sobol_design, sobol_indices
from tests.analysis.designs import F, morris_points, sobol_points, treatments


def ishigami(u: F) -> F:
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 on [-pi, pi]^3 (Ishigami & Homma 1990)."""
    x = 2 * np.pi * u.T - np.pi
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def ishigami_indices() -> tuple[F, F]:
    """First and total order in closed form, from the variances of the parts."""
    one, two = (1 + np.pi**4 / 50) ** 2 / 2, 49 / 8
    together = 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
    whole = one + two + together
    return np.array([one, two, 0]) / whole, np.array([one + together, two, together]) / whole


FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)  # as published


def named(k: int, n: int) -> SobolDesign:
    return SobolDesign(tuple("abcdefgh"[:k]), n)


def values(found: tuple[Interval, ...]) -> list[float]:
    return [one.value for one in found]


def holds(found: tuple[Interval, ...], truth: tuple[float, ...]) -> list[bool]:
    return [one.low <= t <= one.high for one, t in zip(found, truth, strict=True)]


def test_ishigami_has_its_published_indices() -> None:
    assert ishigami_indices()[0] == pytest.approx(FIRST, abs=5e-5)
    assert ishigami_indices()[1] == pytest.approx(TOTAL, abs=5e-5)
    y = ishigami(sobol_points(3, 4096))[:, None]
    found = sobol_indices(y, named(3, 4096), draws=300)
    assert values(found.first) == pytest.approx(FIRST, abs=0.012)
    assert values(found.total) == pytest.approx(TOTAL, abs=0.012)
    assert all(holds(found.first, FIRST) + holds(found.total, TOTAL))
    assert found.scipy_total == pytest.approx(values(found.total))
    assert found.order == [0, 1, 2]
    assert np.isnan(found.noise.value)  # one replicate: nothing to see it by


def test_intervals_narrow_with_base_points() -> None:
    wide, narrow = (
        sobol_indices(ishigami(sobol_points(3, n))[:, None], named(3, n), draws=300)
        for n in (64, 1024)
    )
    for few, many in zip(wide.total, narrow.total, strict=True):
        ratio = (few.high - few.low) / (many.high - many.low)
        assert 2 < ratio < 8  # sixteen times the points: about a quarter of the width


def test_linear_function_has_the_shares_of_its_squared_weights() -> None:
    weights = np.array([4.0, 2.0, 1.0, 0.0])
    truth = tuple(weights**2 / (weights**2).sum())
    found = sobol_indices((sobol_points(4, 512) @ weights)[:, None], named(4, 512))
    assert values(found.first) == pytest.approx(truth, abs=0.02)
    assert values(found.total) == pytest.approx(truth, abs=0.02)
    assert found.total[3] == (0.0, 0.0, 0.0)


def noisy(seed: int, n: int, replicates: int) -> tuple[F, float]:
    """4 a + 2 b with normal noise and an effect of each replicate; the share of the noise."""
    rng, x = np.random.default_rng(seed), sobol_points(3, n, seed)
    y = (x @ [4, 2, 0])[:, None] + rng.normal(0, 1.5, (len(x), replicates))
    y += rng.normal(0, 5, replicates)
    noise = 1.5**2 / replicates
    return y, noise / (noise + 20 / 12)


def test_replicate_noise_is_measured_and_taken_out() -> None:
    found = []
    for seed in range(12):
        y, share = noisy(seed, 128, 4)
        found.append(sobol_indices(y, named(3, 128), draws=100, seed=seed))
    # 95% of 12 is at least 9 in 99.9% of all cases
    assert sum(one.noise.low < share < one.noise.high for one in found) >= 9
    total = np.mean([values(one.total) for one in found], axis=0)
    first = np.mean([values(one.first) for one in found], axis=0)
    raw = np.mean([one.scipy_total for one in found], axis=0)
    # the standard error of a mean of 12 is about .02 for the totals, .04 for the first orders
    assert total == pytest.approx([0.8, 0.2, 0.0], abs=0.07)
    assert first == pytest.approx([0.8, 0.2, 0.0], abs=0.12)
    assert raw[2] == pytest.approx(share, abs=0.05)  # noise alone looks like a quarter
    assert share == pytest.approx(0.252, abs=0.001)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    truth, hits = (0.8, 0.2, 0.0), []
    for seed in range(30):
        y, _ = noisy(seed, 64, 5)
        found = sobol_indices(y, named(3, 64), draws=200, seed=seed)
        hits.append(holds(found.first, truth) + holds(found.total, truth))
    assert np.mean(hits, axis=0).min() >= 25 / 30  # at least 25 of 30 in 99% of all cases


def test_intervals_know_what_replicates_share() -> None:
    """Slopes that differ by replicate: points drawn anew would hold the second total in 60%."""
    weights, hits = np.array([4.0, 2.0, 0.0]), 0
    for seed in range(40):
        rng, x = np.random.default_rng(seed), sobol_points(3, 64, seed)
        y = x @ (weights[:, None] + rng.normal(0, 1, (3, 6)))
        found = sobol_indices(y, named(3, 64), draws=200, seed=seed)
        hits += found.total[1].low <= 0.2 <= found.total[1].high
    assert hits >= 31  # six replicates are few: nearer to 88% than to 95%


def test_sums_over_drawn_points_are_scipys_on_those_points() -> None:
    y = ishigami(sobol_points(3, 16)).reshape(5, 16, 1)
    drawn = np.random.default_rng(1).integers(16, size=16)
    sums = _Table(y).over_points(
        _Table(y).by_point()[0], np.bincount(drawn, minlength=16)[None] / 16
    )[0]
    again = y[:, drawn, 0]
    direct = scipy.stats.sobol_indices(
        func={"f_A": again[:1], "f_B": again[1:2], "f_AB": again[2:, None]}, n=16
    )
    np.testing.assert_allclose(sums[:3] / sums[-1], direct.first_order)
    np.testing.assert_allclose(sums[3:6] / sums[-1], direct.total_order)


def test_noise_without_any_signal_is_told_as_such() -> None:
    y = np.random.default_rng(3).normal(0, 1, (32 * 4, 4))
    found = sobol_indices(y, named(2, 32), label="survival of user-first firms")
    assert all(np.isnan(one.value) for one in found.total)
    said = indices_in_words(found)
    assert said.startswith("Survival of user-first firms: what varies")
    assert "chance" in said
    assert "more replicates" in said


def test_what_a_replicate_does_to_all_alike_is_no_noise() -> None:
    x = sobol_points(2, 64)
    y = (x @ [3, 1])[:, None] + np.array([0.0, 100.0, -40.0])
    found = sobol_indices(y, named(2, 64))
    assert found.noise.value == pytest.approx(0, abs=1e-12)
    assert values(found.total) == pytest.approx([0.9, 0.1], abs=0.02)


def test_the_callers_values_are_left_alone() -> None:
    y = ishigami(sobol_points(3, 64))[:, None]
    y.flags.writeable = False
    before = y.copy()
    sobol_indices(y, named(3, 64), draws=10)
    assert (y == before).all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t[:-1], "not a full Sobol design: 31 treatments of 2 factors"),
        (lambda t: [*t[:20], t[21], t[20], *t[22:]], r"treatment 21 \(point 21\) has a = "),
        (lambda t: [*t[:-1], ("x", {"a": 1.0})], "treatment x sets other factors"),
        (lambda _: [("x", {})] * 4, "no factors"),
        (lambda _: [], "no factors"),
    ],
)
def test_other_designs_are_refused(change: object, says: str) -> None:
    full = treatments(sobol_points(2, 8))
    assert sobol_design(full) == SobolDesign(("a", "b"), 8)
    with pytest.raises(ValueError, match=says):
        sobol_design(change(full))  # type: ignore[operator]


def test_missing_runs_and_constant_outcomes_are_refused() -> None:
    y = np.ones((32, 2))
    with pytest.raises(ValueError, match="the same in all treatments"):
        sobol_indices(y, named(2, 8))
    y[3, 1] = np.nan
    with pytest.raises(ValueError, match="some treatments lack runs"):
        sobol_indices(y, named(2, 8))
    with pytest.raises(ValueError, match="expected 32 x replicates"):
        sobol_indices(y[:-1], named(2, 8))


def test_words_name_what_is_told_and_what_is_not() -> None:
    wide = Interval(0.1, -0.2, 0.4)
    sure = Interval(0.6, 0.5, 0.7)
    found = SobolIndices(
        "survival of user-first firms", ("firms.New.cash", "market.effect"), (sure, wide),
        (sure, wide), (0.6, 0.1), (0.6, 0.1), Interval(0.12, 0.1, 0.15), 256, 4,
    )  # fmt: skip
    said = indices_in_words(found)
    assert "cash 60% (50 to 70), alone 60% (50 to 70); less or not clear: effect" in said
    assert "Chance, taken out, was 12% of the variance between treatments (4 replicates)" in said
    alone = indices_in_words(found._replace(replicates=1, noise=Interval(*[float("nan")] * 3)))
    assert "With one replicate chance cannot be taken out" in alone
    few = indices_in_words(found._replace(n=16, first=(wide, wide), total=(wide, wide)))
    assert "16 base points are few" in few


def test_morris_points_are_no_sobol_design() -> None:
    with pytest.raises(ValueError, match="not a"):
        sobol_design(treatments(morris_points(3, 5)))
