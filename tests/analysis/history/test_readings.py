"""What stored runs give at the rows of a series, against closed forms and against a run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.analysis.history.observed import Observed
from sim.analysis.history.readings import Grid, ReadingError, Readings, readings
from sim.experiments.observables import firm_series
from sim.experiments.reading import resolve
from sim.experiments.store import open_store
from sim.experiments.sweep import Ways, sweep_into
from sim.market.model import simulate
from sim.scenario.replay import parse

WEEKS = 208  # of the runs of the fake, from the start of 2010 to the end of 2013
RUNS = 3


def series(times: Sequence[str], form: str = "year", place: str = "middle") -> Observed:
    """Rows at the places of their periods; values do not matter here."""
    from sim.scenario.history.times import time_of

    spans = [time_of(time, form) for time in times]  # type: ignore[arg-type]
    when = np.array([span.at(place) for span in spans if span is not None])  # type: ignore[arg-type]
    return Observed(
        "s", "S", "units", when, np.zeros(len(when)), tuple(times), ("H",) * len(when),
        1, False, None, (), form, place,  # type: ignore[arg-type]
    )  # fmt: skip


class Fake:
    """A store of runs r = 0, 1, 2 whose series are simple functions of the week w.

    Firms A 1 and A 2 (group A, strategy s) and B (strategy s): users (r + 1) w of A 1, w of A 2,
    0 of B; uses of the week 2 w of A 1, 10 of B; price 1 of A 1 while it lives (until week 100),
    3 of B, 5 of Late, which enters in week 150; cash -100 w cents of B.
    """

    def __init__(self, every: int = 1, people: int = 500) -> None:
        self.weeks = sorted({*range(0, WEEKS + 1, every), WEEKS})
        self._people = people

    def market(self, measures: Sequence[str] | None = None, **_: Any) -> pd.DataFrame:
        rows = [
            {**key, "week": w, "n_online": 5 * w, "n_purchases": 4.0 * (w > 0),
             "n_bought_online": 1.0 * (w > 0) * (key["replicate"] == 0)}
            for key in self.labels() for w in self.weeks
        ]  # fmt: skip
        frame = pd.DataFrame(rows)
        return frame[["treatment_index", "replicate", "run", "week", *(measures or ())]]

    def series(self, measures: Sequence[str] | None = None, **_: Any) -> pd.DataFrame:
        rows = []
        for key in self.labels():
            run = int(key["run"][-1])
            for w in self.weeks:
                lives = w <= 100
                rows += [
                    {**key, "firm": "A 1", "week": w, "n_users": (run + 1) * w, "n_uses": 2 * w,
                     "price": 1.0 if lives else np.nan, "alive": int(lives), "cash_cents": 0},
                    {**key, "firm": "A 2", "week": w, "n_users": w, "n_uses": 0, "price": 0.0,
                     "alive": 0, "cash_cents": 0},
                    {**key, "firm": "B", "week": w, "n_users": 0, "n_uses": 10, "price": 3.0,
                     "alive": 1, "cash_cents": -100 * w},
                    {**key, "firm": "Late", "week": w, "n_users": 0, "n_uses": 0, "price": 5.0,
                     "alive": int(w >= 150), "cash_cents": 0},
                    {**key, "firm": "Never", "week": w, "n_users": 9, "n_uses": 9, "price": 9.0,
                     "alive": 0, "cash_cents": 9},
                ]  # fmt: skip
        frame = pd.DataFrame(rows)
        keys = ["treatment_index", "replicate", "run", "firm", "week"]
        return frame[[*keys, *(measures or ())]].sample(frac=1, random_state=1)

    def firm_table(self, **_: Any) -> pd.DataFrame:
        who = [("A 1", "s", "A"), ("A 2", "s", "A"), ("B", "s", "B"), ("Late", "l", "L")]
        rows = [
            {**key, "firm": firm, "strategy": strategy, "group": group}
            for key in self.labels() for firm, strategy, group in who
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def treatments(self, **_: Any) -> list[Any]:
        text = json.dumps({"people": {"count": self._people}})
        return [SimpleNamespace(place=r, scenario=text) for r in range(2)]

    def labels(self) -> list[dict[str, Any]]:
        pairs = [(0, 0), (0, 1), (1, 0)]
        return [
            {"treatment_index": t, "replicate": r, "run": f"run {n}"}
            for n, (t, r) in enumerate(pairs)
        ]


def read(text: str, rows: Observed, **fake: Any) -> np.ndarray:
    return readings(Fake(**fake), parse(text), rows, 2010.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("every", [1, 4, 13])
def test_stocks_are_read_at_the_moment_of_their_row(every: int) -> None:
    years = series(["2010", "2011", "2013"], place="end")
    factor = np.array([[1.0], [2.0], [3.0]])
    weeks = np.array([[52.0, 104.0, 208.0]])
    np.testing.assert_allclose(read("users:A 1", years, every=every), factor * weeks)
    np.testing.assert_allclose(read("users:A", years, every=every), (factor + 1) * weeks)
    np.testing.assert_allclose(read("users:s", years, every=every), (factor + 1) * weeks)
    np.testing.assert_allclose(read("users", years, every=every), (factor + 1) * weeks)
    middle = read("online", series(["2010", "2012"]), every=every)
    np.testing.assert_allclose(middle, np.tile([5 * 26.0, 5 * 130.0], (RUNS, 1)))
    np.testing.assert_allclose(read("cash:B", years, every=every)[0], -100 * weeks[0])


@pytest.mark.parametrize("every", [1, 4, 13])
def test_flows_are_averaged_over_the_period_of_their_row(every: int) -> None:
    # 2 w of weeks 1 to 52 is 53 on average, of weeks 53 to 104 it is 157: exact on straight lines
    found = read("uses:A 1", series(["2010", "2011"]), every=every)
    first = 53.0 if every == 1 else 53.0 + _missed_before(every)
    np.testing.assert_allclose(found[0], [first, 157.0])
    quarters = read("uses:A 1 + uses:B", series(["2012Q1", "2012Q4"], "quarter"), every=every)
    np.testing.assert_allclose(quarters[1], [2 * np.mean([*range(105, 118)]) + 10,
                                             2 * np.mean([*range(144, 157)]) + 10])  # fmt: skip


def _missed_before(every: int) -> float:
    """Weeks before the first stored one after the start have its value: the error in the mean."""
    return float(sum(2 * (every - w) for w in range(1, every)) / 52)


def test_a_period_shorter_than_a_week_or_across_weeks_is_weighted() -> None:
    day = read("uses:A 1", series(["2011-01-01"], "date"))
    np.testing.assert_allclose(day, np.full((RUNS, 1), 2 * 53.0))
    grid = Grid(np.arange(0.0, 11.0))
    weights = grid.periods(np.array([0.5, 2.0]), np.array([2.5, 3.0]))
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    np.testing.assert_allclose(weights[0, 1:4], [0.25, 0.5, 0.25])
    np.testing.assert_allclose(weights[1, 3], 1)


def test_ratios_are_taken_of_averages_and_nothing_over_nothing_is_nothing() -> None:
    years = series(["2010", "2011"])
    share = read("100 bought_online / purchases", years)
    order = [key["replicate"] for key in Fake().labels()]
    np.testing.assert_allclose(share, [[25.0, 25.0] if r == 0 else [0, 0] for r in order])
    np.testing.assert_allclose(read("uses:B / people", years), np.full((RUNS, 2), 10 / 500))
    np.testing.assert_allclose(read("users:B / users:B", years), np.zeros((RUNS, 2)))
    np.testing.assert_allclose(read("uses:B / users:B", years), np.full((RUNS, 2), 10.0))


def test_levels_are_means_of_living_firms_and_stay_when_the_last_has_left() -> None:
    years = series(["2010", "2011", "2013"], place="end")
    np.testing.assert_allclose(read("price", years)[0], [2.0, 3.0, 4.0])
    np.testing.assert_allclose(read("price:A 1", years), np.ones((RUNS, 3)))
    np.testing.assert_allclose(read("price:Late", years), np.full((RUNS, 3), 5.0))
    with pytest.raises(ReadingError, match="no such firm ever enters"):
        read("price:A 2", years)


def test_rows_outside_the_runs_are_refused_by_name_of_the_series() -> None:
    with pytest.raises(
        ReadingError, match=r"s asks for weeks -26\.0 to -26\.0 of runs .* 0 to 208"
    ):
        read("users", series(["2009"]))
    with pytest.raises(ReadingError, match=r"weeks 208\.0 to 260\.0"):
        read("uses", series(["2014"]))
    assert read("users", series(["2013"], place="end")).shape == (RUNS, 1)


def test_along_gives_a_curve_through_the_rows() -> None:
    both = Readings(Fake(), [parse("users:A 1"), parse("uses:A 1")], 2010.0)  # type: ignore[arg-type]
    rows = series(["2010", "2011", "2012", "2013"])
    for text in ("users:A 1", "uses:A 1"):
        when, curve = both.along(parse(text), rows, n=7)  # every half of a year
        assert (when[0], when[-1], curve.shape) == (2010.5, 2013.5, (RUNS, 7))
        np.testing.assert_allclose(curve[:, ::2], both.rows(parse(text), rows))
    assert list(both.runs["run"]) == ["run 0", "run 1", "run 2"]


def test_a_stored_study_reads_as_its_runs_are(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(
        "title: Small\nscenario: target-users\nreplicates: 2\nseries_every: 1\nseed: 5\n"
        "series: [n_users, n_uses]\n",
        "utf-8",
    )
    asked = [parse("100 uses:Site / uses"), parse("users:Shop 1 / people"), parse("online")]
    assert set(firm_series(asked)) == {"n_users", "n_uses"}
    study = resolve(path, ["people.count=200", "weeks=60"])
    sweep_into(tmp_path / "out", study, Ways(jobs=1))
    year = series(["1998"])
    with open_store(tmp_path / "out") as store:
        found = [readings(store, each, year, 1998.0) for each in asked]
        seeds = store.run_table()["seed"]
    for place, seed in enumerate(seeds):
        result = simulate(study.base, seed=int(seed))
        firms = [firm.name for firm in result.firms]
        uses = result.firm_series["n_uses"][1:53].sum(axis=0)
        sites = [f for f, name in enumerate(firms) if name.startswith("Site")]
        assert found[0][place, 0] == pytest.approx(100 * uses[sites].sum() / uses.sum())
        users = result.firm_series["n_users"][26, firms.index("Shop 1")]
        assert found[1][place, 0] == pytest.approx(users / 200)
        assert found[2][place, 0] == pytest.approx(result.market_series["n_online"][26])
