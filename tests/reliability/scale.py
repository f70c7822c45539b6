"""How much of a figure of the reliability table a run of the tests pays for.

Most tests here repeat one thing many times.  The short form runs always, the longer one is
marked ``slow`` (CI runs it), and with ``USERFIRST_FULL=1`` the longer one is as long as the
table says, which takes half an hour.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

FULL = os.environ.get("USERFIRST_FULL", "") not in ("", "0")


def forms(short: Any, slow: Any, full: Any) -> list[Any]:
    """The sizes of a test: the short one, and the long one behind ``slow``."""
    long = full if FULL else slow
    return [pytest.param(short, id="short"), pytest.param(long, id="long", marks=pytest.mark.slow)]


def only_long(slow: Any, full: Any) -> list[Any]:
    """The size of a test that has no short form here."""
    return forms(None, slow, full)[1:]
