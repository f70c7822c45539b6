"""The command in this process: what it prints, and how it ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from sim.cli import main


class Ended(NamedTuple):
    """Exit status, output and errors."""

    status: int
    out: str
    err: str


Call = Callable[..., Ended]


def calling(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """A function that runs ``userfirst`` with its arguments; no traceback is ever shown."""
    monkeypatch.delenv("USERFIRST_TRACEBACK", raising=False)

    def called(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["userfirst", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        code = left.value.code
        assert code is None or isinstance(code, int)
        ended = Ended(code or 0, *capsys.readouterr())
        assert "Traceback" not in ended.err
        return ended

    return called
