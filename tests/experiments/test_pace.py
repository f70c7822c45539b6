"""How fast interpreted work is here, by a clock that tells a story."""

from __future__ import annotations

import itertools

import pytest

from sim.experiments import pace as module


def test_pace_is_that_of_undisturbed_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tries are disturbed; the others take twice as long as where constants were made."""
    monkeypatch.setattr(module, "chores", list)
    spent = [2.0 * module.THERE] * 30 + [1.0] * (module.TRIES - 30)
    times = itertools.chain.from_iterable((0.0, each) for each in spent)
    monkeypatch.setattr(module.time, "perf_counter", lambda: next(times))
    assert module.pace() == pytest.approx(2.0)


def test_chores_are_work() -> None:
    """Every number is in its row: 97 rows, the largest of all i / 7 - 100 in one of them."""
    found = module.chores()
    assert len(found) == 97
    assert max(found)[0] == pytest.approx((module.CHORES - 1) / 7 - 100)
