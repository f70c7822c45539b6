"""The files under scenarios/: each says what it is about, passes check, runs, and does as told."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.cli.app import app
from sim.experiments.design import plan
from sim.experiments.reading import ResolvedStudy, resolve, studies_folder, study_names
from sim.market.model import MarketModel, simulate
from sim.market.result import FIRM_ROW, RunResult
from sim.scenario.folders import catalogue_folder, catalogue_names
from sim.scenario.read import load
from sim.scenario.schema import Scenario
from sim.strategies import OPTIONS, make

ROOT = Path(__file__).resolve().parents[1]
NAMES = catalogue_names()
STUDIES = study_names()
SMALL = ("people.count=500", "weeks=60")
WORDS = ("title", "question", "story", "watch", "refuted_by", "sources")
ONE_SCREEN = 65  # lines


def scenario_of(name: str, *changes: str) -> Scenario:
    return load(name, changes, OPTIONS)


def run_small(name: str, *changes: str, seed: int = 1) -> RunResult:
    return simulate(scenario_of(name, *SMALL, *changes), seed=seed)


def group(scenario: Scenario, name: str) -> dict[str, Any]:
    """What a scenario says of a group of firms, without its name and strategy."""
    found = [each for each in scenario.firms if each.name == name]
    assert len(found) == 1, name
    return found[0].model_dump(exclude={"name", "strategy"})


def test_what_the_catalogue_promises_is_there():
    assert {
        "users-not-customers", "target-users", "five-behaviours", "identity",
        "delayed-culture-change", "on-time-not-mona-lisa", "doorknob-polishing",
        "label-swap", "dead-channels", "placebo",
    } <= set(NAMES)  # fmt: skip
    assert "headline" in STUDIES


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_opens_with_its_words_and_fits_on_a_screen(name):
    scenario = scenario_of(name)
    for word in WORDS:
        assert getattr(scenario, word), f"{name} has no {word}"
    text = (catalogue_folder() / f"{name}.yaml").read_text(encoding="utf-8")
    keys = [line.split(":")[0] for line in text.splitlines() if line[:1].isalpha()]
    # its own words, not its parent's; all of them before the first number
    assert [key for key in keys if key != "extends"][: len(WORDS)] == list(WORDS)
    assert len(text.splitlines()) <= ONE_SCREEN


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_runs_and_its_accounts_are_in_order(name):
    scenario = scenario_of(name, *SMALL)
    model = MarketModel(scenario, audit=True)  # raises when money or people appear or vanish
    model.run()
    result = model.result()
    assert result.weeks == 60
    used = result.firm_series["n_uses"].sum(axis=0)
    entered = np.array([fate.entered >= 0 for fate in result.firms])
    assert (used[entered] > 0).all(), "a firm that nobody ever used has no part in a story"


def resolved(name: str) -> ResolvedStudy:
    return resolve(studies_folder() / f"{name}.yaml")


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_plans_treatments_that_differ(name):
    study = resolved(name)
    assert study.study.question
    digests = [treatment.digest for treatment in study.treatments]
    assert len(set(digests)) == len(digests), "two treatments are the same scenario"
    runs = plan(study.treatments, study.study.replicates, study.root)
    assert len({run.key for run in runs}) == len(runs) == len(digests) * study.study.replicates
    assert set(study.study.measures) <= set(FIRM_ROW)


def test_the_headline_is_what_make_run_says():
    study = resolved("headline")
    assert study.base.title == scenario_of("users-not-customers").title
    assert len(study.treatments) == 1
    assert study.base.weeks == 520


def test_the_headline_follows_the_real_series_and_favours_nobody():
    scenario = scenario_of("users-not-customers")
    reach = scenario.environment.reach
    at_1998 = dict(zip(reach.years, reach.percent, strict=True))[1998]
    assert (reach.start, at_1998) == (1998, 30.1)  # ITU: 30.1% of Americans in 1998
    incumbents, newcomers = group(scenario, "Incumbent"), group(scenario, "Newcomer")
    assert {**incumbents, "start": None} == {**newcomers, "start": None}
    assert (incumbents["count"], newcomers["count"]) == (3, 3)


def test_from_scratch_takes_away_the_head_start_and_nothing_else():
    ours, parent = scenario_of("from-scratch"), scenario_of("users-not-customers")
    assert group(ours, "Seller") == group(ours, "Newcomer")
    for part in ("people", "environment", "market", "weeks", "entry", "events"):
        assert getattr(ours, part) == getattr(parent, part)


def test_identity_differs_from_the_headline_in_identities_alone():
    ours, parent = scenario_of("identity"), scenario_of("users-not-customers")
    assert (ours.people.identities, parent.people.identities) == (1, 4)
    assert ours.firms == parent.firms
    assert ours.people.model_copy(update={"identities": 4}) == parent.people
    levels = [t.scenario.people.identities for t in resolved("identity").treatments]
    assert sorted(levels) == [1, 4]


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("label-swap", ("Left", "Right")),
        ("placebo", ("User-first", "Placebo")),
        ("dead-channels", ("Customer-centric", "User-first")),
        ("on-time-not-mona-lisa", ("Shipper", "Perfectionist")),
        ("doorknob-polishing", ("Polisher", "User-first", "Customer-centric")),
        (
            "five-behaviours",
            ("Access", "Engage", "Customize", "Connect", "Collaborate", "Flexible"),
        ),
    ],
)
def test_groups_said_to_begin_alike_do(name, groups):
    scenario = scenario_of(name)
    assert {each.name for each in scenario.firms} == set(groups)
    terms = [group(scenario, each) for each in groups]
    assert all(each == terms[0] for each in terms)


def test_label_swap_has_one_strategy_under_two_names():
    left, right = scenario_of("label-swap").firms
    assert left.strategy == right.strategy
    swapped = ("firms.0.name=Right", "firms.1.name=Left")
    result, other = run_small("label-swap"), run_small("label-swap", *swapped)
    for name, series in result.firm_series.items():
        assert np.array_equal(series, other.firm_series[name]), f"{name} depends on a firm's name"


def test_placebo_spends_as_its_twin_but_on_nothing():
    user_first, placebo = (make(each.strategy).enter() for each in scenario_of("placebo").firms)
    assert (placebo.burn, placebo.reinvest) == (user_first.burn, user_first.reinvest)
    assert placebo.budget["media"] == user_first.budget["media"]
    assert sum(placebo.budget.values()) == pytest.approx(sum(user_first.budget.values()))
    result = run_small("placebo")
    kinds = np.array([fate.strategy for fate in result.firms])
    spent = {name: result.firm_series[f"{name}_cents"].sum(axis=0) for name in ("build", "idle")}
    assert (spent["build"][kinds == "placebo"] == 0).all()
    assert (spent["idle"][kinds == "placebo"] > 0).all()
    assert (spent["idle"][kinds == "user-first"] == 0).all()


def test_dead_channels_are_dead():
    result = run_small("dead-channels")
    for name in ("n_told", "n_ideas", "advertising_cents"):
        assert result.firm_series[name].sum() == 0, name
    alive = run_small(
        "dead-channels", "market.awareness.talk=0.5", "market.advertising.income=0.02"
    )
    assert alive.firm_series["n_told"].sum() > 0  # so it is the scenario that silences them
    assert alive.firm_series["advertising_cents"].sum() > 0
    market = scenario_of("dead-channels").market
    dead = (
        market.awareness.imitation, market.awareness.press, market.trust.hearsay,
        market.norms.omega, market.network.effect, market.engagement.weight,
        market.building.talent, market.building.partners,
    )  # fmt: skip
    assert not any(dead)
    assert all(each.costs.serving > 0 for each in scenario_of("dead-channels").firms)


def test_the_turner_turns_when_it_says():
    weeks = ("weeks=118", "firms.Turner.strategy.delay=1")
    result = run_small("delayed-culture-change", *weeks)
    culture = result.firm_series["culture"][:, [f.name for f in result.firms].index("Turner")]
    assert not culture[:53].any()  # reviews come every 13 weeks: decided in week 53
    assert (np.diff(culture[54:]) > 0).all()
    delays = {t.settings["firms.Turner.strategy.delay"] for t in resolved("delay").treatments}
    assert delays == {0, 2, 4, 8}


def test_windows_open_in_doorknob_polishing():
    opened = [each.week for each in scenario_of("doorknob-polishing").events if each.window]
    assert opened == [104, 312]
    calm = scenario_of("doorknob-polishing", "people.count=500", "weeks=110", "events=[]")
    result = simulate(scenario_of("doorknob-polishing", "people.count=500", "weeks=110"))
    still = simulate(calm)
    uses, without = result.firm_series["n_uses"], still.firm_series["n_uses"]
    assert np.array_equal(uses[:104], without[:104])
    assert not np.array_equal(uses[104:], without[104:])


def test_every_file_of_the_catalogue_is_one_of_these():
    here = {path.stem for path in Path(catalogue_folder()).glob("*.yaml")}
    assert here == set(NAMES)
    assert {path.stem for path in studies_folder().glob("*.yaml")} == set(STUDIES)


PAGES = (ROOT / "README.md", ROOT / "scenarios" / "README.md")
PLACES = {"NAME", "SCENARIO", "[SCENARIO]", "STUDY", "FILE", "RESULT", "FOLDER", "RUN_ID"}


def commands_in(text: str) -> list[list[str]]:
    """The userfirst commands that a page prints, in a block or within a line, as words."""
    blocks = re.findall(r"^    (userfirst .+)$", text, re.MULTILINE)
    return [shlex.split(line)[1:] for line in blocks + re.findall(r"`(userfirst [^`]+)`", text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.parent.name)
def test_the_pages_examples_are_in_order(page, tmp_path):
    text = page.read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert examples
    for example in examples:
        mine = tmp_path / "mine.yaml"
        mine.write_text(example, encoding="utf-8")
        assert resolve(mine).treatments


def test_the_front_page_prints_commands_that_run(tmp_path, monkeypatch):
    text = PAGES[0].read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert example is not None
    (tmp_path / "mine.yaml").write_text(example[1], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    commands = {each.name or each.callback.__name__ for each in app.registered_commands}
    printed = commands_in(text)
    assert len(printed) > 10
    for command, *words in printed:
        assert command in commands
        if command in ("run", "check", "sweep") and words and words[0] not in PLACES:
            changes = [words[i + 1] for i, word in enumerate(words) if word == "--set"]
            assert resolve(words[0], changes).treatments, words


SMALLER = {
    "run": ("--people", "200", "--weeks", "30"),
    "sweep": ("--people", "200", "--weeks", "30", "--replicates", "2", "--jobs", "1"),
    "history": ("--people", "100", "--draws", "30", "--replicates", "5", "--jobs", "1"),
}
MINE = "year,users\n2010,2\n2011,5\n2012,11\n2013,18\n2014,24\n2015,29\n2016,31\n"


@pytest.mark.slow
def test_the_front_pages_blocks_run_as_printed(tmp_path, userfirst):
    """One after the other in one folder, only smaller; a dry run is as it stands."""
    text = PAGES[0].read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert example is not None
    (tmp_path / "mine.yaml").write_text(example[1], encoding="utf-8")
    (tmp_path / "mine.csv").write_text(MINE, encoding="utf-8")
    lines = re.findall(r"^    userfirst (.+)$", text, re.MULTILINE)
    assert {"run", "sweep", "report", "check"} <= {line.split()[0] for line in lines}
    for line in lines:
        words = shlex.split(line)
        smaller = () if "--dry-run" in words else SMALLER.get(words[0], ())
        done = userfirst(*words, *smaller)
        assert done.returncode == 0, f"{line}\n{done.stderr}"


def test_the_front_page_names_every_command():
    rows = re.findall(r"^\| `userfirst .*$", PAGES[0].read_text("utf-8"), re.MULTILINE)
    said = {words[0] for row in rows for words in commands_in(row)}
    assert said == {each.name or each.callback.__name__ for each in app.registered_commands}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.parent.name)
def test_what_the_pages_link_to_is_there(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("results/"):
            assert (page.parent / target).exists(), target
