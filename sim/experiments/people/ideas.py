"""Who contributed an idea this week, found again from the draws.

The model counts ideas by firm only. As every draw is a function of seed, week and person, who
gave them can be told from outside: the identity of each person, whom they used, and whether
the draw fell below their chance (ODD 7.5, *contribute*). Tested to give the model's counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.market import rng
from sim.scenario.schema import NEEDS

if TYPE_CHECKING:
    from sim.market.model import MarketModel

COLLABORATE = NEEDS.index("collaborate")
NO_FIRM = -1


def used_of(before: NDArray[np.float32], now: NDArray[np.float32]) -> NDArray[np.int64]:
    """Firm that each person used, (N,), NO_FIRM none: engagement (S, N) rises with use alone.

    It fades otherwise, which it must do in the scenario (``engagement.fade`` above 0).
    """
    rose = (now >= before) & (now > 0)
    return np.where(rose.any(axis=0), np.argmax(rose, axis=0), NO_FIRM)


def identity_of(model: MarketModel) -> NDArray[np.int64]:
    """The identity that the situation of the week called up in each person, (N,)."""
    people, rules = model.people, model.rules
    n = people.block.size
    u = rng.uniforms(model.market_seed, rng.SITUATION, model.week, n)
    mix = model.place.situations[people.region]  # (N, C) cumulative
    situation = (u[:, :1] >= mix[:, :-1]).sum(axis=1)
    kinds = np.arange(people.salience.shape[0])[:, None]
    weight = people.salience * np.where(situation == kinds, rules.called, np.float32(1))
    run = np.cumsum(weight, axis=0, dtype=np.float32)
    return np.asarray((run[:-1] <= u[:, 2] * run[-1]).sum(axis=0))


def ideas_of(model: MarketModel, before: NDArray[np.float32]) -> NDArray[np.int64]:
    """Firm that each person gave an idea this week, (N,), NO_FIRM for none.

    before: engagement (S, N) a week ago.
    """
    people, n_firms = model.people, len(before)
    used = used_of(before, people.engagement[:n_firms])
    i = np.arange(used.size)
    word = people.need[identity_of(model), i]
    need = ((word >> np.uint64(8 * COLLABORATE)) & np.uint64(255)).astype(np.float32)
    need *= np.float32(1 / 255)
    quality = model.shelf[0]["quality"][used, COLLABORATE]
    chance = model.rules.ideas * (np.float32(6) * need) * quality
    gives = rng.uniforms(model.market_seed, rng.TALK, model.week, used.size)[:, 2] < chance
    return np.where((used != NO_FIRM) & gives, used, NO_FIRM)
