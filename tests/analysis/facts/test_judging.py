"""How facts are declared, bounded and judged."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.analysis.facts.declared import CALIBRATION, FACTS, Part
from sim.analysis.facts.ensemble import STUDIES, Ensemble
from sim.analysis.facts.found import (
    HIT,
    MISS,
    NOT,
    Found,
    TooFewError,
    at_an_edge,
    not_measured,
    over_runs,
    together,
    verdict,
)
from sim.analysis.facts.table import (
    COLUMNS,
    MEASURES,
    Judged,
    accepted,
    frame,
    judgement,
    markdown,
    measured,
    number,
    summary,
    value_of,
)
from sim.experiments.people.looking import WATCHERS
from sim.experiments.reading import resolve
from sim.plots.facts import facts_figure, scaled

SHARE = Part("a share", "share", 0.3, 0.5)


def one(value: float, low: float = math.nan, high: float = math.nan, note: str = "") -> Found:
    return Found(value, low, high, "9 runs", note)


def test_all_22_are_declared_with_range_source_study_and_a_measure():
    assert [fact.name for fact in FACTS] == [f"D{n}" for n in range(1, 23)] == list(MEASURES)
    assert {fact.name for fact in FACTS if fact.may_calibrate} == set(CALIBRATION)
    assert len(CALIBRATION) == 6
    for fact in FACTS:
        assert all((fact.source, fact.title, fact.parts))
        assert fact.study in STUDIES
        for part in fact.parts:
            assert part.low < part.high
            assert part.unit


@pytest.mark.parametrize("name", STUDIES)
def test_the_ensemble_is_made_of_studies_that_come_along(name):
    study = resolve(f"facts-{name}")
    assert set(STUDIES[name]) <= set(WATCHERS)
    assert any(fact.study == name for fact in FACTS)
    sizes = {(one.scenario.people.count, one.scenario.weeks) for one in study.treatments}
    assert len(sizes) == 1  # shares of people are taken by study


@pytest.mark.parametrize(
    ("found", "said", "edge"),
    [
        (one(0.4, 0.35, 0.45), HIT, False),
        (one(0.4, 0.2, 0.45), HIT, True),
        (one(0.6, 0.55, 0.7), MISS, False),
        (one(0.6, 0.45, 0.7), MISS, True),
        (one(0.3), HIT, False),
        (one(0.5), HIT, False),
        (one(0.29), MISS, False),
        (not_measured("nobody came"), NOT, False),
    ],
)
def test_the_point_judges_and_the_interval_says_how_surely(found, said, edge):
    assert verdict(SHARE, found) == said
    assert at_an_edge(SHARE, found) is edge
    by_edge = said + (", at an edge" if edge else "")
    assert judgement(FACTS[0], SHARE, found) == by_edge
    (fact,) = [fact for fact in FACTS if fact.is_set]
    assert judgement(fact, SHARE, found) == by_edge + ("" if said == NOT else ", set")


def test_a_fact_needs_all_its_parts():
    assert together([HIT, HIT]) == HIT
    assert together([HIT, MISS]) == together([NOT, MISS]) == MISS
    assert together([HIT, NOT]) == NOT


def test_an_interval_over_runs_covers_as_a_mean_does():
    draws = np.random.default_rng(4).normal(5, 2, 400)
    found = over_runs(list(draws), lambda some: float(np.mean(some)))
    half = 1.96 * draws.std() / 20
    assert found.value == pytest.approx(draws.mean())
    assert found.high - found.low == pytest.approx(2 * half, rel=0.15)  # of 400 resamples
    assert found == over_runs(list(draws), lambda some: float(np.mean(some)))
    single = over_runs([3.0], lambda some: some[0])
    assert (single.value, math.isnan(single.low)) == (3.0, True)
    for runs in ([], [math.nan, math.nan]):
        with pytest.raises(TooFewError):
            over_runs(runs, lambda some: some[0])


def test_medians_that_never_came_have_bounds_without_a_warning(recwarn):
    found = over_runs([1.0, 2.0, math.inf, math.inf, math.inf], lambda some: float(max(some)))
    assert found.high == math.inf
    assert not recwarn


def test_facts_without_runs_are_in_the_table_and_say_why():
    judged = measured(Ensemble({}))
    table = frame(judged)
    assert tuple(table.columns) == COLUMNS
    assert list(dict.fromkeys(table["fact"])) == [fact.name for fact in FACTS]
    assert set(table["verdict"]) == set(table["fact_verdict"]) == {NOT}
    assert all(
        note == f"study {study} was not run" for note, study in table[["note", "study"]].to_numpy()
    )
    assert "0 of 22 facts hit, 0 missed, 22 not measured" in summary(judged)


def made_up() -> list[Judged]:
    """Every part hit but those of D3 (missed), D4 (one of two missed) and D8 (not measured)."""
    judged = []
    for fact in FACTS:
        middles = [
            (max(part.low, part.high - 1) + min(part.high, part.low + 1)) / 2 for part in fact.parts
        ]
        parts = [one(value, value - 0.01, value + 0.01) for value in middles]
        if fact.name in ("D3", "D4"):
            parts[-1] = one(2.0, 1.9, 2.1, "because")
        if fact.name == "D8":
            parts = [not_measured("no firm")]
        judged.append(Judged(fact, tuple(parts)))
    return judged


def test_misses_are_counted_and_written_with_the_rest():
    judged = made_up()
    said = {each.fact.name: each.verdict for each in judged}
    assert [name for name, word in said.items() if word != HIT] == ["D3", "D4", "D8"]
    assert (said["D3"], said["D4"], said["D8"]) == (MISS, MISS, NOT)
    assert "19 of 22 facts hit, of which D21 by what the scenario sets" in summary(judged)
    assert "no evidence, 2 missed, 1 not measured. Untuned" in summary(judged)
    assert "of the other 16, 13 are hit (D21 among them)" in summary(judged)
    page = markdown(judged, "userfirst facts")
    assert "`userfirst facts`" in page
    assert all(f"| {fact.name}{'*' if fact.may_calibrate else ''} |" in page for fact in FACTS)
    assert all(fact.source in page for fact in FACTS)
    assert page.count("| miss") == 2
    assert "because." in page
    assert "no firm." in page


def test_numbers_are_plain():
    assert [number(x) for x in (math.nan, 0.0, 0.031, -0.25, 12.3456, 1234.5)] == [
        "-", "0.00", "0.031", "-0.25", "12.35", "1,234",
    ]  # fmt: skip
    assert number(math.inf) == "never"
    assert accepted(SHARE) == "0.3 to 0.5"
    assert accepted(Part("", "", 0, math.inf)) == "above 0"
    assert accepted(Part("", "", 0.7, math.inf)) == "0.7 or more"
    assert accepted(Part("", "", -math.inf, -0.5)) == "-0.5 or less"
    assert value_of(one(0.4, 0.3, 0.5)) == "0.40 (0.30 to 0.50)"
    assert (value_of(one(0.4)), value_of(not_measured("x"))) == ("0.40", "-")


def test_the_figure_tells_hits_from_misses_without_colour():
    assert [scaled(SHARE, x) for x in (0.3, 0.4, 0.5, 0.7)] == pytest.approx([0, 0.5, 1, 2])
    assert scaled(Part("", "", 0, math.inf), 0.5) == 0.5
    figure = facts_figure(made_up())
    marks = {
        line.get_gid().split("-")[0]: (line.get_marker(), line.get_markerfacecolor())
        for ax in figure.axes
        for line in ax.lines
        if (line.get_gid() or "").startswith((HIT, MISS))
    }
    hit, miss = marks[HIT], marks[MISS]
    assert hit[0] != miss[0]
    assert miss[1] == "white" != hit[1]
    drawn = [line for ax in figure.axes for line in ax.lines if line.get_gid()]
    n_parts = sum(len(fact.parts) for fact in FACTS)
    assert sum(line.get_gid().startswith("interval") for line in drawn) == n_parts - 1
