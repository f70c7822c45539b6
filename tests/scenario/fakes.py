"""The small valid scenario that the tests of this folder break in many ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

VALID = """\
title: Two firms
weeks: 52
people:
  count: 1_000
firms:
  - name: Old
    strategy: customer-centric
    cash: 0.4
  - name: New
    strategy: {use: user-first, patience: 2}
    count: 2
    offer: {price: 1.5, openness: 0.9}
"""

Write = Callable[..., Path]
FIRM = "title: x\nfirms:\n  - name: A\n    strategy: user-first\n"
