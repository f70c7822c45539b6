"""The options of ``userfirst history``: which of them go together, and what they ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.trouble import Refused

if TYPE_CHECKING:
    from sim.cli.replay_history import How
    from sim.scenario.history import Curve, Grade
    from sim.scenario.replay import Factor

OF_RUNS = ("--jobs", "--people", "--draws", "--replicates", "--allow-code")
OF_OWN = ("--scenario", "--observe", "--starts", "--factor", "--calibrate")


@dataclass(frozen=True)
class Options:
    """Everything that the command line may say."""

    name: str | None = None
    data: Path | None = None
    column: str | None = None
    scenario: str | None = None
    observe: str | None = None
    starts: str | None = None
    factor: Factor | None = None
    calibrate: tuple[str, ...] = ()
    least: Grade = "L"
    curve: Curve | None = None
    every: bool = False
    short: bool = False
    jobs: int | None = None
    people: int | None = None
    draws: int | None = None
    replicates: int | None = None
    allow_code: bool = False
    json: bool = False
    out: Path = Path("results")

    def given(self) -> list[str]:
        """Names of the options that were given, in the order of the help."""
        said = {
            "--data": self.data, "--column": self.column, "--scenario": self.scenario,
            "--observe": self.observe, "--starts": self.starts, "--factor": self.factor,
            "--calibrate": self.calibrate or None,
            "--confidence": None if self.least == "L" else self.least,
            "--baseline": self.curve, "--short": self.short or None, "--jobs": self.jobs,
            "--people": self.people, "--draws": self.draws, "--replicates": self.replicates,
            "--allow-code": self.allow_code or None, "--json": self.json or None,
        }  # fmt: skip
        return [name for name, value in said.items() if value is not None]

    def refuse(self, names: Sequence[str], rule: str) -> None:
        """Raise ``Refused`` with the first of these options that was given."""
        for name in self.given():
            if name in names:
                raise Refused(f"{name} {rule}")

    @property
    def how(self) -> How:
        """What is said of runs and results."""
        from sim.cli.replay_history import How

        return How(
            self.jobs, self.people, self.draws, self.replicates, self.least, self.json, self.out,
            self.allow_code,
        )  # fmt: skip


def carry_out(asked: Options) -> None:
    """Do what the options ask for; raises ``Refused`` where they do not go together."""
    if asked.every:
        _everything(asked)
        return
    asked.refuse(("--short",), "belongs to --all")
    if asked.name is not None and asked.data is not None:
        raise Refused("name a series or give --data, not both")
    if asked.name is None and asked.data is None:
        _list(asked)
        return
    if asked.name is not None:
        from sim.cli.replay_history import is_replay, play_named

        if asked.name.endswith(".csv"):
            raise Refused(f"a CSV is given with --data {asked.name}")
        if is_replay(asked.name):
            asked.refuse(
                (*OF_OWN, "--column", "--baseline"), "belongs to a series; a replay has it"
            )
            play_named(asked.name, asked.how)
            return
    if asked.column is not None and asked.data is None:
        raise Refused("--column belongs to --data; a series is named FILE:COLUMN")
    _series(asked)


def _everything(asked: Options) -> None:
    from sim.cli.replay_all import play_all

    if asked.name is not None:
        raise Refused(f"--all plays every replay, so none can be named, got {asked.name}")
    alone = ("--data", "--column", *OF_OWN, "--baseline", "--json", "--allow-code")
    asked.refuse(alone, "does not go with --all")
    play_all(asked.how, short=asked.short)


def _list(asked: Options) -> None:
    from sim.cli import history as command

    asked.refuse(OF_OWN, "needs a series: name one, or give --data")
    if {"--column", "--baseline", "--confidence"} & set(asked.given()):
        raise Refused("--column, --baseline and --confidence belong to a series")
    asked.refuse(OF_RUNS, "belongs to a replay: name one, or give --all")
    command.listing(json=asked.json)


def _series(asked: Options) -> None:
    """A series by itself, or played with a scenario."""
    from sim.cli import history as command

    this = command.Asked(asked.name, asked.data, asked.column, asked.least, asked.curve)
    if asked.scenario is None:
        asked.refuse((*OF_OWN, *OF_RUNS), "belongs to a scenario that is played: give --scenario")
        command.show(this, json=asked.json, out=asked.out)
        return
    from sim.cli.replay_history import play_own
    from sim.history.own import Wish

    if asked.observe is None:
        raise Refused(f"--scenario needs --observe, such as {_example(asked)}")
    series = command.series_of(this)
    if asked.curve is not None:
        series = series.model_copy(update={"baseline": asked.curve})
    wish = Wish(
        series, asked.scenario, asked.observe, asked.starts, asked.factor, asked.calibrate,
        **asked.how.sizes,
    )  # fmt: skip
    play_own(wish, asked.how)


def _example(asked: Options) -> str:
    """What could be observed in the scenario; raises ScenarioFaults for a faulty one."""
    from sim.cli.inputs import load_scenario
    from sim.cli.show import safe

    assert asked.scenario is not None
    scenario = load_scenario(asked.scenario, allow_code=asked.allow_code)
    names = ", ".join(f"users:{safe(group.name)}" for group in scenario.firms[:3])
    return f"{names} or 100 users:{safe(scenario.firms[0].name)} / users"
