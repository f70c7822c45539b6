"""Each mistake gives one fault, at the line and column where the mistake stands."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.scenario.faults import MOST_FAULTS
from sim.scenario.read import Fault, ScenarioFaults, load
from tests.scenario.fakes import VALID, Write
from tests.scenario.mistakes_between_keys import BETWEEN_KEYS
from tests.scenario.mistakes_in_values import IN_VALUES
from tests.scenario.mistakes_in_yaml import IN_YAML


class Patient(BaseModel):
    """Options of a made-up strategy, with one rule that only pydantic knows."""

    model_config = ConfigDict(extra="forbid")

    patience: float = Field(1.0, gt=0, le=5, json_schema_extra={"unit": "years"})
    observe: Literal["payers", "everyone"] = "payers"
    improve: bool = False

    @model_validator(mode="after")
    def _payers_are_enough(self) -> Patient:
        if self.improve and self.observe == "payers":
            raise ValueError("improve needs observe: everyone")
        return self


STRATEGIES: dict[str, type[BaseModel]] = {"user-first": Patient, "customer-centric": Patient}


def faults_of(path: str | Path, overrides: tuple[str, ...] = ()) -> tuple[Fault, ...]:
    with pytest.raises(ScenarioFaults) as caught:
        load(path, overrides, STRATEGIES)
    return caught.value.faults


def test_the_valid_file_is_valid(write: Write) -> None:
    scenario = load(write(), (), STRATEGIES)
    assert scenario.people.count == 1000
    assert [group.name for group in scenario.firms] == ["Old", "New"]
    assert scenario.firms[1].strategy == {"use": "user-first", "patience": 2}


MISTAKES = IN_VALUES | BETWEEN_KEYS | IN_YAML


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_gives_one_fault_at_its_place(name: str, write: Write) -> None:
    content, line, column, key, says = MISTAKES[name]
    path = write(content)
    (fault,) = faults_of(path)
    assert (fault.line, fault.column, fault.key) == (line, column, key), str(fault)
    assert says in fault.message
    assert fault.file == str(path)
    assert str(fault).startswith(f"{path}:{line}:{column} ")
    assert "\n" not in str(fault)


def test_all_faults_come_at_once_in_the_order_of_the_file(write: Write) -> None:
    text = VALID.replace("1_000", "1").replace("0.4", "-1").replace("1.5", "200") + "firmz: 3\n"
    text = text.replace("customer-centric", "customer")
    assert [(f.line, f.key) for f in faults_of(write(text))] == [
        (4, "people.count"),
        (7, "firms.0.strategy"),
        (8, "firms.0.cash"),
        (12, "firms.1.offer.price"),
        (13, "firmz"),
    ]


def test_a_broken_value_brings_no_second_fault(write: Write) -> None:
    text = VALID.replace("weeks: 52", "weeks: 0") + "    enters: 100\n"
    assert [f.key for f in faults_of(write(text))] == ["weeks"]


def test_no_more_faults_than_anyone_mends(write: Write) -> None:
    faults = faults_of(write("".join(f"key{n}: 1\n" for n in range(1000))))
    assert len(faults) == MOST_FAULTS + 1
    assert "more than 100 faults" in " ".join(fault.message for fault in faults)


def test_a_message_holds_no_commands_for_a_terminal(write: Write) -> None:
    (fault, *_) = faults_of(write(VALID + '"\\e]0;x\\n": 3\n'))
    assert str(fault).isprintable()


def test_a_directory_is_no_scenario(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path)
    assert (fault.file, fault.line, fault.column) == (str(tmp_path), 1, 1)
    assert "it is a directory" in fault.message


def test_a_pipe_is_no_scenario_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.yaml")
    (fault,) = faults_of(tmp_path / "x.yaml")
    assert "not a regular file" in fault.message


def test_a_file_that_may_not_be_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write()

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("sim.scenario.file_text.os.open", refuse)
    (fault,) = faults_of(path)
    assert fault.message == "cannot be read: permission denied"


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "no/such/file.yaml", ""])
def test_what_is_no_path_gives_one_line(name: str) -> None:
    (fault,) = faults_of(name)
    assert (fault.line, fault.column) == (1, 1)
    assert str(fault).isprintable()


def test_a_misspelled_path_names_the_near_file(write: Write) -> None:
    path = write(name="newcomers.yaml")
    (fault,) = faults_of(path.with_name("newcomer.yaml"))
    assert "did you mean newcomers.yaml?" in fault.message


def test_faults_travel_between_processes(write: Write) -> None:
    with pytest.raises(ScenarioFaults) as caught:
        load(write("a: 1\n"))
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults


def test_byte_order_mark_and_windows_lines_are_read(write: Write) -> None:
    load(write(b"\xef\xbb\xbf" + VALID.replace("\n", "\r\n").encode()))
    (fault,) = faults_of(write(VALID.replace("0.4", "-1").replace("\n", "\r\n")))
    assert (fault.line, fault.column) == (8, 11)
