"""NumPy lives the same three questions: as many use each firm as in the engine, but for chance."""

from __future__ import annotations

import numpy as np

from sim.market import tallies
from sim.market.model import MarketModel
from sim.scenario.schema import Scenario
from tests.bench.markets import market
from tests.bench.numpy_week import NumpyWeek

PEOPLE, WEEKS, Z = 20_000, 4, 4.5


def test_uses_of_every_firm_agree() -> None:
    """Nobody owns or buys; four weeks, 8 firms: |z| < 4.5 fails by chance once in 4,600 seeds."""
    tree = market(PEOPLE, WEEKS).model_dump(exclude_unset=True)
    tree["firms"][0]["start"]["customers"] = 0
    tree["firms"][1]["start"] = {"aware": 0.8}
    tree["market"] = {"purchase": {"outside": 30}, "awareness": {"imitation": 0, "external": 0}}
    tree["environment"] = {"situations": {"misread": 0}}
    model = MarketModel(Scenario.model_validate(tree))
    numpy = NumpyWeek(model)
    for week in range(1, WEEKS + 1):
        model.advance(1)
        numpy.shelf = model.shelf[0, : numpy.firms].copy()
        numpy.week()
        theirs = model.record.counts[week, :, 1 + tallies.T_USES]
        ours = np.bincount(numpy.used[numpy.used >= 0], minlength=numpy.firms)
        spread = np.sqrt((ours + theirs) * (1 - (ours + theirs) / (2 * PEOPLE)))
        assert ours.min() > 50
        assert np.all(np.abs(ours - theirs) < Z * spread), (week, ours, theirs)
