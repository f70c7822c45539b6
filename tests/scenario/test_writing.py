"""Back to YAML and JSON without loss, and a digest that changes with what matters."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario.explain import parameters
from sim.scenario.file_text import STRAY
from sim.scenario.read import ScenarioFaults, digest, dump, from_json, load, to_json
from sim.scenario.schema import NEEDS, Scenario, SeriesReach
from sim.scenario.writing import WORDS
from tests.conftest import environment
from tests.scenario.fakes import VALID, Write

SHARE = st.floats(0, 1)
TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=60).filter(
    lambda text: not STRAY.search(text) and "\r" not in text
)
NAME = TEXT.filter(lambda text: text != "")
OPTION = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
REACH = (
    SHARE
    | st.fixed_dictionaries({"midpoint": st.floats(-100, 100), "growth": st.floats(0.01, 20)})
    | st.just({"years": [1998.0, 1999.5], "percent": [1, 2.5], "series": "a: b"})
)
FIRM = st.fixed_dictionaries(
    {
        "strategy": NAME
        | st.dictionaries(TEXT, OPTION, max_size=3).map(lambda o: o | {"use": "s"}),
        "start": st.fixed_dictionaries(
            {"quality": SHARE | st.dictionaries(st.sampled_from(NEEDS), SHARE)}
        ),
        "offer": st.dictionaries(st.sampled_from(["price", "openness"]), SHARE | st.none()),
        "cash": st.floats(0, 1000),
    }
)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    names = draw(st.lists(NAME, min_size=1, max_size=3, unique=True))
    return Scenario.model_validate(
        {
            "title": draw(NAME),
            "story": draw(st.lists(TEXT, max_size=4).map("\n".join)),
            "watch": draw(st.lists(TEXT, max_size=3)),
            "seed": draw(st.integers(0, 2**63 - 1)),
            "environment": {"reach": draw(REACH)},
            "firms": [{"name": name, **draw(FIRM)} for name in names],
            "events": [{"week": 3, "economy": {"shock": draw(st.floats(-3, 3))}}],
        }
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(scenarios())
def test_yaml_and_json_give_the_same_scenario_back(tmp_path: Path, scenario: Scenario) -> None:
    path = tmp_path / "again.yaml"
    path.write_text(dump(scenario), encoding="utf-8", newline="")
    again = load(path)
    assert again == scenario
    assert digest(again) == digest(scenario)
    assert from_json(to_json(scenario)) == scenario
    assert digest(from_json(to_json(scenario))) == digest(scenario)


def test_a_story_stays_readable(write: Write) -> None:
    scenario = load(write(VALID + "story: |\n  It is 1998.\n\n    Three firms.\n"))
    assert "story: |\n  It is 1998.\n\n    Three firms.\n" in dump(scenario)


@pytest.mark.parametrize("text", ["", "{", '{"title": "x"}', '{"title": "x", "firms": [], "z": 1}'])
def test_json_that_is_no_scenario_gives_faults(text: str) -> None:
    with pytest.raises(ScenarioFaults):
        from_json(text)


def changed(value: float, low: float, high: float, kind: type) -> float:
    """Another value inside the bounds."""
    step = 1 if kind is int else (high - low) / 1000
    return kind(value + step if value + step <= high else value - step)


def test_the_digest_changes_with_every_number_and_every_choice(write: Write) -> None:
    text = VALID + "entry: {rate: 1, kinds: [{name: K, strategy: s}]}\n"
    text += "environment: {reach: {midpoint: 3}}\n"
    text += "events: [{week: 3, economy: {shock: 1, region: 0}, window: {situation: pressed}}]\n"
    path = write(text)
    scenario = load(path)
    before = digest(scenario)
    same: list[str] = []
    n_tried = 0
    for each in parameters(scenario):
        if each.path in (*WORDS, "seed"):
            continue
        override = other_value(each.path, each.value, each.low, each.high, each.choices)
        n_tried += 1
        if digest(load(path, [override])) == before:
            same.append(override)
    assert same == []
    assert n_tried > 150


MORE = {
    "quality": "0.9", "name": "Z", "strategy": "z", "economy": "null", "audiences": "{fans: 1}",
    "channels": "[store]", "trial": "{firm: Old, week: 3}",
    "merger": "{firm: Old, into: New 1}", "into": "New 2", "firm": "New 1",
}  # fmt: skip


def other_value(
    path: str, value: Any, low: float | None, high: float | None, words: tuple[str, ...]
) -> str:
    if words:
        return f"{path}={next(word for word in words if word != value)}"
    if low is not None and high is not None:
        start = value if isinstance(value, int | float) else low
        return f"{path}={changed(start, low, high, type(start) if value is not None else int)}"
    name = path.rsplit(".", 1)[-1]
    if path.endswith("carrier"):
        return f"{path}=" + ("Old" if ".New." in path else "New 1")
    return f"{path}={MORE.get(name, '1')}"


def test_the_digest_does_not_change_with_words_or_the_seed(write: Write) -> None:
    path = write()
    before = digest(load(path))
    lists = ("watch", "sources")
    overrides = [f"{word}={'[other]' if word in lists else 'other'}" for word in WORDS]
    other = load(path, [*overrides, "seed=99"])
    assert (other.story, other.watch, other.seed) == ("other", ("other",), 99)
    assert digest(other) == before


def test_defaults_written_out_or_not_are_one_scenario(write: Write) -> None:
    before = digest(load(write()))
    assert digest(load(write(VALID + "seed: 1\nreview: 13\n"))) == before


def test_the_digest_is_the_same_in_another_process(write: Write) -> None:
    code = f"from sim.scenario.read import *; print(digest(load({str(write())!r})))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env=environment({"PYTHONHASHSEED": "123"}),
    )  # fmt: skip
    assert done.stdout.strip() == digest(load(write()))


def test_a_series_that_was_not_read_has_no_digest(write: Write) -> None:
    scenario = load(write())
    unread = scenario.environment.model_copy(
        update={"reach": SeriesReach(series="a", column="b", start=1998)}
    )
    with pytest.raises(ValueError, match="must be resolved"):
        digest(scenario.model_copy(update={"environment": unread}))


TRICKY = (
    *("a \nb", "a\n\tb", " a\nb", "a\n", "a\n\n", "\na", "\n", "a\n b\n", " a", "a ", ""),
    *("a: b", "- a", "# a", "a #b", "'", '"', "\\", "a\u00a0", "a\tb", "\U0001f600", "{a}", "[a"),
    *("1998", "1_0", "0x1F", ".inf", "yes", "null", "~", "---", "...", "a, b", "&a", "*a", "!a"),
    *("%a", "@a", "`a", "|", ">", "?", "-", ":", "<<"),
)


@pytest.mark.parametrize("text", TRICKY)
def test_text_that_yaml_could_mistake_comes_back(write: Write, text: str) -> None:
    scenario = load(write()).model_copy(update={"story": text, "watch": (text, "b")})
    again = load(write(dump(scenario)))
    assert (again.story, again.watch) == (text, (text, "b"))
