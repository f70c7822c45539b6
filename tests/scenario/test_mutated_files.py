"""Valid scenarios, changed at random: they load, or give located faults; nothing else."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from sim.scenario.read import ScenarioFaults, dump, load
from sim.scenario.schema import Scenario
from sim.scenario.shape import Checker
from tests.scenario.fakes import VALID

RICH = (
    VALID
    + """\
    start: {quality: {core: 0.5}}
    costs: {unit: 0.3}
environment:
  reach: {midpoint: 10, growth: 2}
market: {network: {effect: 2}, trust: {gain: 0.01}}
entry: {rate: 1, limit: 3, kinds: [{name: K, strategy: user-first}]}
events:
  - {week: 5, economy: {region: 1, shock: -0.3}}
  - {week: 6, window: {situation: pressed}}
watch: [cash, users]
seed: 7
"""
)
WORDS = [
    "cash",
    "count",
    "title",
    "firms",
    ".nan",
    "-.inf",
    "1e308",
    "-1",
    "0",
    "1",
    "0.5",
    "null",
    "true",
    "9999999999999999999999",
    "~",
    "{}",
    "[]",
    "''",
    "x",
    "start",
    "environment",
    "reach",
    "series",
    "column",
    "years",
    "percent",
    "extends",
    "history/x",
    "../../etc/passwd",
    "&",
    "*",
    "!",
    "|",
    ">",
    "%",
    "@",
    "`",
    "-",
    "?",
    ":",
    ",",
    "#",
    "{",
    "}",
    "[",
    "]",
    '"',
    "<<",
    "---",
    "...",
    "0x1F",
    "0o7",
    "1_0",
    "quality",
    "core",
    "use",
    "strategy",
]


class Plain(BaseModel):
    """Options of a strategy that has none."""

    model_config = ConfigDict(extra="forbid")


FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
MANY = settings(FEW, max_examples=5000)


@st.composite
def mutated_text(draw: st.DrawFn) -> bytes:
    """The rich scenario with a few of its words replaced, removed, doubled or spliced."""
    tokens = re.split(r"(\W)", RICH)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(tokens) - 1))
        kind = draw(st.sampled_from(("replace", "remove", "double", "swap")))
        if kind == "replace":
            tokens[place] = draw(st.sampled_from(WORDS))
        elif kind == "remove":
            tokens[place] = ""
        elif kind == "double":
            tokens[place] *= 2
        else:
            other = draw(st.integers(0, len(tokens) - 1))
            tokens[place], tokens[other] = tokens[other], tokens[place]
    return "".join(tokens).encode()


@st.composite
def mutated_bytes(draw: st.DrawFn) -> bytes:
    """The rich scenario with bytes overwritten, or cut out of it."""
    raw = bytearray(RICH.encode())
    for _ in range(draw(st.integers(1, 4))):
        raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    start, length = draw(st.integers(0, len(raw))), draw(st.integers(0, 40))
    if draw(st.booleans()):
        del raw[start : start + length]
    return bytes(raw)


def holds(folder: Path, content: bytes, overrides: tuple[str, ...] = ()) -> None:
    """It loads to what its dump loads to, or gives faults in a place that exists."""
    path = folder / "x.yaml"
    path.write_bytes(content)
    strategies: dict[str, type[BaseModel]] = {"customer-centric": Plain}
    for known in (None, strategies):
        try:
            scenario = load(path, overrides, known)
        except ScenarioFaults as found:
            lines = content.decode(errors="replace").splitlines() or [""]
            for fault in found.faults:
                assert str(fault).isprintable()
                assert fault.message
                assert fault.column >= 1
                if fault.file == str(path):
                    assert 1 <= fault.line <= len(lines) + 1
                else:
                    assert fault.file == "--set"
                    assert fault.line >= 1
        else:
            path.with_name("again.yaml").write_text(dump(scenario))
            assert load(path.with_name("again.yaml")) == scenario


@FEW
@given(mutated_text())
def test_changed_words(tmp_path: Path, content: bytes) -> None:
    holds(tmp_path, content)


@FEW
@given(mutated_bytes() | st.binary(max_size=200))
def test_changed_bytes(tmp_path: Path, content: bytes) -> None:
    holds(tmp_path, content)


KEYS = st.sampled_from(
    ["firms.0.cash", "firms.New.price", "events.0.week", "people", "weeks", "a.b", "firms..", ""]
)


@FEW
@given(
    KEYS | st.text(max_size=8),
    st.sampled_from(["=", ""]),
    st.sampled_from(WORDS) | st.text(max_size=8),
)
def test_changed_overrides(tmp_path: Path, key: str, equals: str, value: str) -> None:
    holds(tmp_path, RICH.encode(), (f"{key}{equals}{value}",))


@pytest.mark.slow
@MANY
@given(mutated_text() | mutated_bytes())
def test_changed_files_many(tmp_path: Path, content: bytes) -> None:
    holds(tmp_path, content)


@FEW
@given(mutated_text())
def test_every_rule_of_the_types_is_known_to_the_checker(tmp_path: Path, content: bytes) -> None:
    """Pydantic never has to refuse what the checker let through: its words are not the field's."""
    constructed = Checker.constructed
    refused: list[object] = []

    def watched(self: Checker, block: type[BaseModel], plain: Any, *rest: Any) -> Any:
        made = constructed(self, block, plain, *rest)
        if block is Scenario and made is None:
            refused.append(plain)
        return made

    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Checker, "constructed", watched)
        with contextlib.suppress(ScenarioFaults):
            load(path)
    assert refused == []
