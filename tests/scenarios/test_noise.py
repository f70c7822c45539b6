"""Essay 003-13: more contact, or just more to do? No inverted U here.

Contact beyond attention is divided among its senders and does no other harm, so people hear of
firms the faster the more contact there is, up to their attention; from there on nothing changes.
"""

from __future__ import annotations

import numpy as np

from sim.market.result import RunResult
from tests.scenarios.paired import PEOPLE, SEEDS, F, interval, market, runs

SHORT = "weeks=104"
PRICES = (0.01, 0.001, 1e-4, 1e-5)  # money that buys one contact in 87 weeks, per head


def at_price(reference: float, seeds: int = SEEDS, people: int = PEOPLE) -> list[RunResult]:
    return runs(
        "noise", SHORT, f"market.awareness.reference={reference}", seeds=seeds, people=people
    )


def known(results: list[RunResult]) -> F:
    """Share of firm-person pairs that know each other after two years."""
    return np.array([1 - r.firm_series["n_stranger"][-1].mean() / r.people for r in results])


def test_contact_reaches_people_until_their_attention_is_full() -> None:
    rare, usual = at_price(0.01), at_price(0.001)
    assert (
        market(rare, "contacts")[:, 1:53].mean() < 0.2 < market(usual, "contacts")[:, 1:53].mean()
    )
    assert interval(known(usual) - known(rare)).low > 0.1


def test_beyond_attention_more_contact_changes_nothing() -> None:
    """3 contacts a week or 34: the same people do the same things, to the last use."""
    some, many = at_price(1e-4, seeds=5), at_price(1e-5, seeds=5)
    assert market(some, "contacts")[:, 1].mean() > 1
    assert market(many, "noise")[:, 1:53].mean() > 30
    for a, b in zip(some, many, strict=True):
        for name in ("n_uses", "n_sales", "cash_cents", "n_stranger"):
            assert np.array_equal(a.firm_series[name], b.firm_series[name]), name
