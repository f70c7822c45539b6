"""What a run looks like on screen and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sim.cli import run as command
from sim.cli.show import amount, safe, share, table
from sim.market.result import FIRM_ROW
from tests.cli.fakes import result_of


@pytest.fixture
def result():
    return result_of(
        [("Incumbent 1", "customer-centric", 4), ("New\x1b[31mcomer [red]", "user-first", -1),
         ("Newcomer 2", "user-first", -1), ("Incumbent 2", "customer-centric", 8)],
        n_users={"Newcomer 2": [0] * 10 + [412], "New\x1b[31mcomer [red]": [0] * 10 + [7]},
        n_payers={"Newcomer 2": [0] * 10 + [129]},
        n_fans={"Newcomer 2": [0] * 10 + [61]},
        cash_cents={"Newcomer 2": [50_000] * 5 + [4_000] + [231_000] * 5},
        trust={"Newcomer 2": [0.5] * 10 + [0.71], "Incumbent 1": [0.48] * 11},
    )  # fmt: skip


def test_the_table_has_survivors_first_and_what_a_person_wants(result, capsys) -> None:
    command.show(result, "users-not-customers", Path("results/x-7"))
    out = capsys.readouterr().out
    lines = [line for line in out.splitlines() if line]
    assert lines[0] == "Users, not customers   seed 7   1,000 people   10 weeks   1.9 s"
    assert lines[1].split() == [
        "firm", "strategy", "fate", "users", "customers", "fans", "cash", "now", "/", "trough",
        "trust",
    ]  # fmt: skip
    assert [line.split()[0] for line in lines[2:6]] == [
        "Newcomer", "New", "Incumbent", "Incumbent",
    ]  # fmt: skip
    assert lines[2].split()[2:] == [
        "user-first", "alive", "41.2%", "12.9%", "6.1%", "2.31", "/", "0.04", "0.71",
    ]  # fmt: skip
    assert "out of cash, wk 8" in lines[4]  # the last to leave comes first
    assert lines[5].split()[2:] == [
        "customer-centric", "out", "of", "cash,", "wk", "4", "-", "-", "-", "-", "/", "0.00",
        "0.48",
    ]  # fmt: skip
    assert "`userfirst sweep users-not-customers`" in out
    assert "results/x-7" in out


def test_a_merged_firm_is_not_called_out_of_cash(result, capsys) -> None:
    merged = replace(result.firms[0], cause="merged")
    command.show(replace(result, firms=(merged, *result.firms[1:])), "x", Path("r"))
    out = capsys.readouterr().out
    assert "merged, wk 4" in out
    assert "out of cash, wk 8" in out


def test_names_cannot_command_the_terminal(result, capsys) -> None:
    command.show(result, "x", Path("r"))
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "[red]" in out  # nor be taken for the markup of Rich


def test_json_is_one_object_with_the_digest_and_a_row_a_firm(result) -> None:
    found = json.loads(json.dumps(command.as_json(result, Path("r/x")), allow_nan=False))
    assert found["digest"] == result.digest
    assert {key: found[key] for key in ("title", "seed", "people", "weeks")} == {
        "title": "Users, not customers", "seed": 7, "people": 1000, "weeks": 10,
    }  # fmt: skip
    assert [row["firm"] for row in found["firms"]][:1] == ["Incumbent 1"]
    assert all(tuple(row) == FIRM_ROW for row in found["firms"])


def test_json_has_null_for_what_is_no_number(result) -> None:
    result.firm_series["trust"][10, 2] = float("nan")
    rows = command.as_json(result, Path("r"))["firms"]
    assert rows[2]["trust"] is None


def test_options_that_are_short_for_a_key_win_over_set() -> None:
    changes = command.as_overrides(["weeks=5", "a=b"], seed=0, weeks=9, people=None)
    assert changes == ("weeks=5", "a=b", "seed=0", "weeks=9")
    assert command.as_overrides(None, seed=None, weeks=None, people=3) == ("people.count=3",)


def test_numbers() -> None:
    assert [share(0.4123), share(float("nan"))] == ["41.2%", "-"]
    assert [amount(-0.001), amount(-0.02), amount(2.305)] == ["0.00", "-0.02", "2.31"]
    assert safe("a\nb\x00c") == "a b c"


def test_a_table_aligns_numbers_right(capsys) -> None:
    table(("name", "n"), [("a", "1"), ("long name", "1000")], right="lr")
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["  name           n", "  a              1", "  long name   1000"]
