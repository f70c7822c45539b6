"""``run --audit``: accounts that do not add up end the run; those that do change nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from sim.cli import main
from sim.market.audit import AuditError

SMALL = Path(__file__).with_name("small.yaml")


@pytest.fixture
def ended(monkeypatch, capsys, tmp_path):
    """The command in this process, in an empty folder: exit status, output, errors."""
    monkeypatch.chdir(tmp_path)

    def called(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["userfirst", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        return left.value.code or 0, *capsys.readouterr()

    return called


def test_a_cent_from_nowhere_ends_an_audited_run(ended, monkeypatch) -> None:
    def lost(*_: object) -> None:
        raise AuditError("week 13: 1 cents appeared or vanished")

    monkeypatch.setattr("sim.market.model.check_accounts", lost)
    assert ended("run", str(SMALL))[0] == 0
    status, out, err = ended("run", str(SMALL), "--audit")
    assert (status, out) == (1, "")
    assert "week 13: 1 cents appeared or vanished" in err
    assert "Traceback" not in err


def test_an_audited_run_is_the_same_run(ended) -> None:
    digests = [
        json.loads(ended("run", str(SMALL), "--json", *more)[1])["digest"]
        for more in ((), ("--audit",))
    ]
    assert digests[0] == digests[1]
