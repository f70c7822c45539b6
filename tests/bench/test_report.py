"""The command of the benchmarks, and what its tables are made of; sizes are small."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

from sim.market.model import MarketModel
from tests.bench import frameworks, limits, mechanisms, shipped, week
from tests.bench.__main__ import TABLES, main
from tests.bench.duel import Duel
from tests.bench.markets import market
from tests.bench.tables import Ways

SMALL = Ways(small=True)


@pytest.mark.parametrize("table", TABLES)
def test_help_says_what_a_table_measures(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([table, "--help"])
    assert left.value.code == 0
    about = importlib.import_module(f"tests.bench.{table}").__doc__
    assert about.splitlines()[0] in capsys.readouterr().out


def test_an_unknown_table_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["speed"])
    assert left.value.code == 2
    assert "no table 'speed'; there are week," in capsys.readouterr().err


def test_frameworks_tells_of_all_and_why_some_are_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = frameworks.Way("Nowhere", "with_nothing", "no-such-framework", "", "")
    ours, numpy = frameworks.WAYS[:2]
    monkeypatch.setattr(frameworks, "WAYS", (ours, numpy, absent))
    frameworks.report(SMALL)
    printed = capsys.readouterr().out
    cells = {line.split("|")[1].strip(): line.split("|") for line in printed.splitlines()
             if line.startswith("| ")}  # fmt: skip
    assert cells[ours.title][-2].strip() == "1"
    assert float(cells[numpy.title][-2]) > 1.5  # compiled, ours is several times as fast
    assert cells["Nowhere"][-2].strip() == "-"
    assert "Nowhere is missing: no-such-framework is not installed" in printed


def test_a_limit_is_the_sum_of_its_parts_and_shares_are_of_the_time_taken(
    monkeypatch: Any,
) -> None:
    model = MarketModel(market(1_000, 1))
    took = {**dict.fromkeys(limits.FIRST, 40.0), "settle": 180.0}  # of 500 in all
    duel = Duel(1_000, engine=500, c=320, model=model)
    monkeypatch.setattr(limits, "fight", lambda people: duel)
    monkeypatch.setattr(
        limits, "shares", lambda *_: {part: spent / 500 for part, spent in took.items()}
    )
    monkeypatch.setattr(limits, "rates", lambda model: (0.05, 1.5, 2.0))
    made = limits.column(1_000)
    parts = {title.removeprefix("limit: "): ns for title, ns in made.items()
             if title.startswith("limit: ")}  # fmt: skip
    assert {"hear", "choose", "remember", "tell", "buy", "settle"} <= set(parts)
    assert parts["hear"] == pytest.approx(0.05 * (8 + 4 * 8) + 8 * 1.5)
    assert parts["settle"] == pytest.approx(0.05 * limits.of_firms(model) / 1_000)
    assert made["limit, whole week"] == pytest.approx(sum(parts.values()))
    for part, least in parts.items():
        assert made[f"of it {part}"] == pytest.approx(took[part])
        assert made[f"share of its limit, %: {part}"] == pytest.approx(100 * least / took[part])
    assert made["engine's people's week / C's"] == pytest.approx(1.0)
    assert limits.of_firms(model) > model.firm_records.nbytes + model.shelf.nbytes


def test_what_a_week_touches_is_no_more_than_people_have() -> None:
    people = MarketModel(market(1_000, 1)).people
    held = sum(array.nbytes for array in people) / 1_000
    links = people.links.nbytes / 1_000
    touched = sum(fixed + each * 8 for fixed, each in limits.FIRST.values())
    spare = people.need.nbytes * 3 / 4 / 1_000  # a person is one of four identities at a time
    assert 0.85 < touched / (held - links - spare) <= 1


def test_all_mechanisms_are_on_at_once() -> None:
    scenario = mechanisms.variants(1_000)["all of these"]
    model = MarketModel(scenario)
    model.advance(2)
    assert np.all(model.place.switches), "votes, models, courting"
    assert np.any(model.shelf["titles"])
    assert np.any(model.shelf["apart"])
    assert model.rules.trial_firm >= 0
    assert scenario.market.sides.fare == 0.1
    assert scenario.market.building.bad == 0.3


def test_the_heaviest_scenario_lives_fewest_weeks_a_second(monkeypatch: Any) -> None:
    some = {"identity": 3.0, "imitation": 1.0, "placebo": 2.0}
    monkeypatch.setattr(shipped, "names", lambda: list(some))
    monkeypatch.setattr(shipped, "peopled", lambda name, people: (name, people))
    monkeypatch.setattr(shipped, "warmed", lambda scenario: scenario)
    monkeypatch.setattr(shipped, "rate", lambda model, weeks: some[model[0]])
    assert shipped.heaviest() == "imitation"


def test_a_shipped_scenario_lives_beside_the_plain_market() -> None:
    scenario = shipped.peopled("users-not-customers", 300)
    assert scenario.people.count == 300
    assert min(shipped.beside(scenario, weeks=1)) > 0


@pytest.mark.parametrize(("free", "rows"), [(1e9, 4), (1e12, 5)])
def test_ten_million_people_need_the_memory(
    free: float, rows: int, monkeypatch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    kept: list[list[Any]] = []
    monkeypatch.setattr(week, "available", lambda: free)
    monkeypatch.setattr(week, "row", lambda people: [f"{people:,}"])
    monkeypatch.setattr(week, "heavy", lambda people, name: [f"{people:,}, {name}"])
    monkeypatch.setattr(week, "heaviest", lambda *_: "imitation")
    monkeypatch.setattr(week, "publish", lambda *given, **_: kept.extend(given[3]))
    week.report(Ways(small=True, largest=True))
    assert len(kept) == rows
    assert (["10,000,000"] in kept) == (rows == 5)
    assert ("they need 7 GB free" in capsys.readouterr().out) == (rows == 4)
