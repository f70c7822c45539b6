"""What strategies are shown in these tests: an ordinary quarter of an ordinary firm."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sim.strategies import Decision, Rival, Seen, make


def seen(**changes: Any) -> Seen:
    """An ordinary quarter of an ordinary firm, with ``changes``."""
    base = Seen(
        week=27, age=26, people=1000, cash=0.5, users=300, payers=100, fans=20, users_before=300,
        payers_before=100, sales=0.02, revenue=0.03, advertising=0.01, gross_profit=0.015,
        profit=0.005, load=0.9, trust=0.6, culture=0.5,
        beliefs=(0.3, 0.2, 0.2, 0.1, 0.15, 0.05), quality=(0.5, 0.4, 0.1, 0.4, 0.3, 0.2),
        current=make("user-first").enter(), rivals=(), draw=(0.1, 0.1, 0.6, 0.9),
    )  # fmt: skip
    return base._replace(**changes)


def differs(a: Decision, b: Decision) -> set[str]:
    """Names of the fields in which two decisions differ."""
    first, second = asdict(a), asdict(b)
    return {name for name in first if first[name] != second[name]}


RIVAL = Rival(price=0.7, openness=0.6, ad_load=0.2, plan="subscription", term=8, share_users=0.5,
              age=100)  # fmt: skip
