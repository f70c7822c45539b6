"""As Starsim's modules are written: states of people, edges of a network, a draw per person."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

os.environ.setdefault("STARSIM_INSTALL_FONTS", "0")  # it would change the machine's fonts

import starsim as ss

from tests.bench.diffusion.stated import APPEAL, FIRMS, SOCIAL, Counts, Links, Lived, pairs


class Knows(ss.Network):
    """Edges that stay."""

    def step(self) -> None:
        """Nobody makes new friends."""


class Choice(ss.Module):
    """Which firm people have."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__()
        self.define_pars(appeal=APPEAL, social=SOCIAL)
        self.update_pars(**kwargs)
        self.define_states(ss.IntArr("firm", default=0))
        self.draw = ss.random()

    def init_results(self) -> None:
        """A series for each firm."""
        super().init_results()
        self.define_results(*(ss.Result(f"n_{f}", dtype=int) for f in range(FIRMS)))

    def step(self) -> None:
        """Both ends of an edge see each other; all choose at once."""
        edges, n = self.sim.networks.knows.edges, len(self.sim.people)
        seen = np.bincount(edges.p1 * FIRMS + self.firm[edges.p2], minlength=n * FIRMS)
        seen += np.bincount(edges.p2 * FIRMS + self.firm[edges.p1], minlength=n * FIRMS)
        utility = self.pars.appeal + self.pars.social * seen.reshape(n, FIRMS)
        sums = np.exp(utility).cumsum(axis=1)
        everyone = self.sim.people.auids
        level = self.draw.rvs(everyone) * sums[:, -1]
        self.firm[everyone] = (level[:, None] >= sums[:, :-1]).sum(axis=1)

    def update_results(self) -> None:
        """People by firm."""
        super().update_results()
        for f, n in enumerate(np.bincount(self.firm.values, minlength=FIRMS)):
            self.results[f"n_{f}"][self.ti] = n


def begin(links: Links, seed: int, most: int = 2_000) -> Lived:
    """A sim, advanced with ``run_one_step``; most: the steps it has room for."""
    p1, p2 = pairs(links).T
    knows = Knows(name="knows", edges={"p1": p1, "p2": p2, "beta": np.ones(len(p1))})
    sim = ss.Sim(
        n_agents=len(links), networks=knows, custom=Choice(name="choice"), start=0, stop=most,
        dt=1, rand_seed=seed, verbose=0,
    )  # fmt: skip
    sim.init()
    lived = 0

    def live(weeks: int) -> Counts:
        nonlocal lived
        for _ in range(weeks):
            sim.run_one_step()
        lived += weeks
        series = [sim.results.choice[f"n_{f}"][lived - weeks : lived] for f in range(FIRMS)]
        return np.array(series).T

    return live
