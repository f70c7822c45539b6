"""A person's own strategy: named in a scenario, refused unread, or loaded, and told off clearly."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.market.model import StrategyFault, simulate
from sim.scenario.faults import ScenarioFaults
from sim.scenario.own import CodeFault, Source, as_called, is_own, named, short
from sim.scenario.read import digest, dump, from_json, load, to_json
from sim.scenario.schema import Scenario
from sim.strategies import OPTIONS, REGISTRY, make, own
from sim.strategies.own import OwnCode

MINE = '''
from dataclasses import replace

from sim.strategies import Decision, Options, Strategy


class Mine(Strategy):
    """Sells at its own price."""

    class Options(Options):
        price: float = 1.5
        weeks: int = 3

    def enter(self):
        return Decision(price=self.options.price, openness=0.4)

    def review(self, seen):
        return replace(seen.current, price=self.options.price + 0.01 * seen.age)
'''
MARKET = """\
title: Two firms
weeks: 40
people: {count: 200}
firms:
  - name: Me
    strategy: %s
  - {name: Other, strategy: customer-centric}
"""
Read = Callable[..., Scenario]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads a market whose first firm has this strategy, beside ``mine.py`` with this text."""
    monkeypatch.chdir(tmp_path)
    own._SOURCES.clear()
    own._MODULES.clear()

    def reading(
        strategy: str = "./mine.py:Mine",
        text: str | None = MINE,
        allowed: bool = True,
        changes: tuple[str, ...] = (),
    ) -> Scenario:
        Path("market.yaml").write_text(MARKET % strategy)
        if text is not None:
            Path("mine.py").write_text(textwrap.dedent(text))
        code = OwnCode({"--set": Path()}) if allowed else None
        return load("market.yaml", changes, OPTIONS, code)

    return reading


def told(read: Read, *arguments: str, **named: object) -> list[str]:
    with pytest.raises(ScenarioFaults) as found:
        read(*arguments, **named)
    return [str(fault) for fault in found.value.faults]


# -- what a name means ------------------------------------------------------------------------


def test_names_of_the_library_are_no_files_and_files_are_no_names_of_the_library() -> None:
    assert not any(map(is_own, REGISTRY))
    assert named("../a/mine.py:Mine") == ("../a/mine.py", "Mine")
    for wrong in ("./mine.py", "./mine.py:", "./mine:Mine", "./mine.py:2x", "./.py:Mine"):
        assert is_own(wrong), wrong
        assert named(wrong) is None, wrong
    assert short("/x/y/mine.py:Mine") == short("./mine.py:Mine") == "mine.py:Mine"
    assert short("user-first") == "user-first"


def test_results_call_a_copy_as_they_call_the_original() -> None:
    source = Source("mine.py", "x = 1\n")
    copy = {"use": f"strategies/{source.copy}:Mine", "sha256": source.sha256}
    assert as_called(copy) == as_called("./mine.py:Mine") == "mine.py:Mine"
    assert as_called({**copy, "a": 1}) == as_called({"use": "./mine.py:Mine", "a": 1})
    assert as_called({"use": "shipper", "weeks": 8}) == {"use": "shipper", "weeks": 8}


# -- without permission -----------------------------------------------------------------------


def test_without_permission_nothing_is_read(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = "from pathlib import Path\nPath('ran').touch()\n" + MINE

    def opened(*_: object) -> None:
        raise AssertionError("the file was opened")

    monkeypatch.setattr("sim.strategies.own.read_text", opened)
    assert told(read, text=trap, allowed=False) == [
        "market.yaml:6:15 firms.0.strategy: runs code from mine.py; allow it with --allow-code"
    ]
    assert not Path("ran").exists()


def test_a_missing_file_is_not_even_looked_for_without_permission(read: Read) -> None:
    (line,) = told(read, "../nowhere/else.py:Mine", allowed=False)
    assert line.endswith("firms.0.strategy: runs code from else.py; allow it with --allow-code")


@pytest.mark.parametrize("hidden", ["{use: mine.py:Mine, sha256: %s}", "{use: ./mine.py:Mine}"])
def test_no_spelling_goes_round_the_permission(read: Read, hidden: str) -> None:
    text = Source("mine.py", MINE).sha256
    (line,) = told(read, hidden % text if "%s" in hidden else hidden, allowed=False)
    assert "allow it with --allow-code" in line


def test_kinds_of_entrants_and_set_are_refused_as_well(read: Read) -> None:
    (line,) = told(read, "user-first", allowed=False, changes=("firms.0.strategy=./mine.py:Mine",))
    assert line.startswith("--set:1:18 firms.0.strategy: runs code from mine.py")
    kinds = 'entry={rate: 1, kinds: [{name: K, strategy: "./mine.py:Mine"}]}'
    (line,) = told(read, "user-first", allowed=False, changes=(kinds,))
    assert "entry.kinds.0.strategy: runs code from mine.py" in line


def test_a_stored_scenario_runs_nothing_that_was_not_admitted(read: Read) -> None:
    scenario = read()
    stored = from_json(to_json(scenario))
    own._SOURCES.clear()
    own._MODULES.clear()
    with pytest.raises(CodeFault, match="not allowed"):
        make(stored.firms[0].strategy)
    with pytest.raises(StrategyFault, match=r"firm 'Me' \(strategy mine.py:Mine\), week 0: runs"):
        simulate(stored)
    with pytest.raises(CodeFault, match="not allowed"):
        make("./mine.py:Mine")


# -- with permission --------------------------------------------------------------------------


def test_it_decides_for_its_firm(read: Read) -> None:
    result = simulate(read("{use: ./mine.py:Mine, price: 2}"))
    price = result.firm_series["price"][:, 0]
    # reviews in weeks 14 and 27 and 40, of a firm as old
    assert price[[1, 13, 14, 27, 40]] == pytest.approx([2.0, 2.0, 2.14, 2.27, 2.40], abs=1e-6)
    assert [firm.strategy for firm in result.firms] == ["mine.py:Mine", "customer-centric"]


def test_the_resolved_scenario_names_the_text_not_the_place(read: Read, tmp_path: Path) -> None:
    scenario = read("{use: ./mine.py:Mine, price: 2}")
    sha256 = Source("", textwrap.dedent(MINE)).sha256
    assert scenario.firms[0].strategy == {"use": "mine.py:Mine", "sha256": sha256, "price": 2}
    assert from_json(to_json(scenario)) == scenario
    (tmp_path / "far").mkdir()
    (tmp_path / "mine.py").rename(tmp_path / "far" / "mine.py")
    assert digest(read("{use: far/mine.py:Mine, price: 2}", None)) == digest(scenario)
    assert digest(read(f"{{use: {tmp_path}/far/mine.py:Mine, price: 2}}", None)) == digest(scenario)
    assert digest(read("{use: ./mine.py:Mine, price: 2}", MINE + "\n")) != digest(scenario)
    assert simulate(scenario).digest == simulate(read("{use: far/mine.py:Mine, price: 2}")).digest


def test_windows_line_ends_are_the_same_text(read: Read) -> None:
    before = digest(read())
    Path("mine.py").write_bytes(textwrap.dedent(MINE).replace("\n", "\r\n").encode())
    assert digest(read(text=None)) == before


def test_a_dumped_scenario_is_read_again_and_holds_its_file_to_its_digest(read: Read) -> None:
    scenario = read()
    Path("again.yaml").write_text(dump(scenario))
    assert load("again.yaml", (), OPTIONS, OwnCode()) == scenario
    Path("mine.py").write_text(MINE + "\nx = 1\n")
    with pytest.raises(ScenarioFaults, match=r"mine.py is not the file that is meant here"):
        load("again.yaml", (), OPTIONS, OwnCode())


def test_paths_count_from_the_file_that_says_them(read: Read, tmp_path: Path) -> None:
    read()
    (tmp_path / "base").mkdir()
    Path("mine.py").rename("base/theirs.py")
    Path("base/market.yaml").write_text(MARKET % "./theirs.py:Mine")
    Path("child.yaml").write_text(
        "extends: base/market\ntitle: Child\nfirms: {Me: {strategy: {price: 3}}}\n"
    )
    child = load("child.yaml", (), OPTIONS, OwnCode())
    assert isinstance(child.firms[0].strategy, dict)
    assert child.firms[0].strategy["use"] == "theirs.py:Mine"
    assert child.firms[0].strategy["price"] == 3
    Path("here.py").write_text(MINE)
    changes = ("firms.1.strategy=./here.py:Mine",)
    both = load("base/market.yaml", changes, OPTIONS, OwnCode({"--set": Path()}))
    assert isinstance(both.firms[1].strategy, dict)
    assert both.firms[1].strategy["use"] == "here.py:Mine"


def test_what_is_left_out_is_filled_in(read: Read) -> None:
    read()
    (sha256,) = own._SOURCES
    strategy = own.loaded(sha256, "Mine")
    assert (strategy.name, strategy.line) == ("mine.py:Mine", "Sells at its own price.")
    assert strategy.source == "mine.py"
    assert strategy.objective


def test_it_may_build_on_the_library(read: Read) -> None:
    text = """
    from dataclasses import replace
    from sim.strategies.users import UserFirst

    class Mine(UserFirst):
        def enter(self):
            return replace(super().enter(), price=4.0)
    """
    assert make(read(text=text).firms[0].strategy).enter().price == 4.0
    assert REGISTRY["user-first"].name == "user-first"


def test_a_file_is_run_once(read: Read) -> None:
    text = MINE + "\nwith open('runs', 'a') as f:\n    f.write('.')\n"
    scenario = read(text=text)
    simulate(scenario)
    simulate(read(text=text))
    assert Path("runs").read_text() == "."


# -- faults of the file -----------------------------------------------------------------------

HERE = "market.yaml:6:15"
MAKES = "from sim.strategies import Decision, Options, Strategy\nclass Mine(Strategy):\n"
ENTERS = "    def enter(self):\n        return Decision()\n"
FAULTY = {
    "a syntax error has its line": (
        "x = 1\ny = = 2\n",
        f"mine.py:2:5 must be Python: invalid syntax (firms.0.strategy, {HERE})",
    ),
    "so has what fails as it is loaded": (
        "x = 1\n\nx / 0\n",
        "mine.py:3:1 raised ZeroDivisionError: division by zero (mine.py, line 3) when it was "
        f"loaded (firms.0.strategy, {HERE})",
    ),
    "so has an import": (
        "import nowhere_at_all\n",
        "mine.py:1:1 raised ModuleNotFoundError: No module named 'nowhere_at_all' (mine.py, "
        f"line 1) when it was loaded (firms.0.strategy, {HERE})",
    ),
    "it may not end the program": (
        "raise SystemExit(0)\n",
        "mine.py:1:1 raised SystemExit: 0 (mine.py, line 1) when it was loaded "
        f"(firms.0.strategy, {HERE})",
    ),
    "no such class": (
        MAKES.replace("Mine", "Mime") + ENTERS,
        f"{HERE} firms.0.strategy: mine.py has no class Mine; did you mean Mime?",
    ),
    "no strategy": (
        "class Mine:\n    pass\n",
        f"{HERE} firms.0.strategy: Mine in mine.py must be a class derived from "
        "sim.strategies.Strategy",
    ),
    "no class": (
        "Mine = 3\n",
        f"{HERE} firms.0.strategy: Mine in mine.py must be a class derived from "
        "sim.strategies.Strategy",
    ),
    "no terms of entry": (
        MAKES + "    pass\n",
        f"{HERE} firms.0.strategy: Mine in mine.py has no terms of entry: it must have "
        "enter(self), a Decision",
    ),
    "terms of entry that are none": (
        MAKES + "    def enter(self):\n        return None\n",
        f"{HERE} firms.0.strategy: mine.py:Mine cannot enter: a strategy must return a Decision, "
        "got None",
    ),
    "terms of entry that no firm can have": (
        MAKES + "    def enter(self):\n        return Decision(price=-1)\n",
        f"{HERE} firms.0.strategy: mine.py:Mine cannot enter: price must be between 0 and 100, "
        "got -1",
    ),
    "terms of entry that fail": (
        MAKES + "    def enter(self):\n        return self.terms\n",
        "mine.py:4:1 enter raised AttributeError: 'Mine' object has no attribute 'terms' "
        f"(mine.py, line 4) (firms.0.strategy, {HERE})",
    ),
    "a making that fails": (
        MAKES + ENTERS + "    def __init__(self):\n        pass\n",
        f"{HERE} firms.0.strategy: making mine.py:Mine raised TypeError: Mine.__init__() takes 1 "
        "positional argument but 2 were given",
    ),
    "an objective that nobody knows": (
        MAKES + "    objective = 'fame'\n" + ENTERS,
        f"{HERE} firms.0.strategy: Mine in mine.py: no objective fame; there is ",
    ),
    "a line that is no text": (
        MAKES + "    line = 7\n" + ENTERS,
        f"{HERE} firms.0.strategy: Mine in mine.py: line must be text, got 7",
    ),
    "options that are none": (
        MAKES + "    Options = dict\n" + ENTERS,
        f"{HERE} firms.0.strategy: Mine in mine.py: Options must be derived from "
        "sim.strategies.Options",
    ),
    "text that is none": (
        "x = '\udc80'\n",
        "mine.py:1:6 must be UTF-8 text, found byte 0x80 (firms.0.strategy, market.yaml:6:15)",
    ),
}


@pytest.mark.parametrize("what", FAULTY)
def test_a_faulty_file_is_one_located_fault(read: Read, what: str) -> None:
    text, said = FAULTY[what]
    Path("mine.py").write_bytes(text.encode("utf-8", "surrogateescape"))
    (line,) = told(read, text=None)
    assert line.startswith(said) if said.endswith("is ") else line == said


def test_missing_files_and_options_are_told_with_the_nearest(read: Read) -> None:
    Path("mime.py").write_text("")
    assert told(read, text=None) == [
        f"{HERE} firms.0.strategy: ./mine.py not found; did you mean mime.py?"
    ]
    (line,) = told(read, "{use: ./mine.py:Mine, prize: 2}")
    assert line.startswith("market.yaml:6:37 firms.0.strategy.prize: unknown key; did you mean pri")
    (line,) = told(read, "{use: ./mine.py:Mine, weeks: soon}")
    assert line.endswith("firms.0.strategy.weeks: must be a whole number, got soon")
    (line,) = told(read, "./mine.py")
    assert line == (
        f"{HERE} firms.0.strategy: a strategy of one's own must be ./file.py:Class, got ./mine.py"
    )


def test_two_files_of_one_name_would_be_taken_for_each_other(read: Read, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mine.py").write_text(MINE + "\n")
    (line,) = told(read, changes=("firms.1.strategy=./b/mine.py:Mine",))
    assert line.endswith("two different files are named mine.py; rename one of them")


# -- faults in a run --------------------------------------------------------------------------

WHO = "firm 'Me' (strategy mine.py:Mine), week 27: "
LATE = {
    "1 / 0": "review raised ZeroDivisionError: division by zero (mine.py, line 8)",
    "None": "a strategy must return a Decision, got None",
    "self": "a strategy must return a Decision, got MINE!",
    "Decision(price=101)": "price must be between 0 and 100, got 101",
    "Decision(term='long')": "term must be a whole number from 1 to 520, got 'long'",
    "sys.exit(4)": "review raised SystemExit: 4 (mine.py, line 8)",
    "open('many\\nlines')": "review raised FileNotFoundError: [Errno 2] No such file",
    "fail(Silent())": "review raised Silent (mine.py, line 13)",
    "fail(ValueError('x y\\n' * 999))": "review raised ValueError: x y x y ",
}
FAILS_LATE = """\
import sys
from sim.strategies import Decision, Strategy
class Mine(Strategy):
    def enter(self):
        return Decision()
    def review(self, seen):
        if seen.week == 27:
            return {answer}
        return seen.current
    def __repr__(self):
        return 'MINE!'
def fail(error):
    raise error
class Silent(Exception):
    def __str__(self):
        raise OSError
"""


@pytest.mark.parametrize("answer", LATE)
def test_a_strategy_that_fails_in_a_run_names_firm_week_and_fault(read: Read, answer: str) -> None:
    with pytest.raises(StrategyFault) as found:
        simulate(read(text=FAILS_LATE.format(answer=answer)))
    line = str(found.value)
    assert line.startswith(WHO + LATE[answer])
    assert "\n" not in line
    assert len(line) < 400


def test_it_is_asked_with_what_a_firm_sees(read: Read) -> None:
    from sim.strategies import Seen

    text = MINE.replace("return replace(", "self.asked.append(seen); return replace(")
    simulate(read(text=f"{text}\n    asked = []\n"))
    (sha256,) = own._SOURCES
    asked = own.loaded(sha256, "Mine").asked  # type: ignore[attr-defined]
    assert [type(each) for each in asked] == [Seen] * 3
    assert [each.week for each in asked] == [14, 27, 40]
