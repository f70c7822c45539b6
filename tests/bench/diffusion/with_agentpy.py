"""As AgentPy's examples are written: an agent a person, ``network.neighbors``, ``record``."""

from __future__ import annotations

import math
from typing import Any

import agentpy as ap
import numpy as np

from tests.bench.diffusion.stated import APPEAL, FIRMS, SOCIAL, Counts, Links, Lived, graph


class Person(ap.Agent):
    """Looks at its neighbours, then takes what it has chosen."""

    def setup(self) -> None:
        """Everybody begins with firm 0."""
        self.firm = self.next_firm = 0

    def look(self) -> None:
        """Choose by what neighbours have now."""
        seen = [0] * FIRMS
        for neighbour in self.model.network.neighbors(self):
            seen[neighbour.firm] += 1
        weights = [
            math.exp(a + self.p.social * n) for a, n in zip(self.p.appeal, seen, strict=True)
        ]
        self.next_firm = self.model.random.choices(range(FIRMS), weights)[0]

    def take(self) -> None:
        """All at once: nobody has seen what others take this week."""
        self.firm = self.next_firm


class Market(ap.Model):
    """Everybody looks, then everybody takes."""

    def setup(self) -> None:
        """A person on every node."""
        made = self.p.graph
        self.agents = ap.AgentList(self, made.number_of_nodes(), Person)
        self.network = ap.Network(self, made)
        self.network.add_agents(self.agents, self.network.nodes)

    def step(self) -> None:
        """One week."""
        self.agents.look()
        self.agents.take()

    def update(self) -> None:
        """People by firm."""
        self.record("counts", np.bincount(list(self.agents.firm), minlength=FIRMS))


def begin(links: Links, seed: int) -> Lived:
    """A model, advanced with ``sim_step``, which is what ``run`` does."""
    parameters: dict[str, Any] = {
        "graph": graph(links), "appeal": APPEAL.tolist(), "social": SOCIAL, "seed": seed,
        "steps": 10**9,
    }  # fmt: skip
    model = Market(parameters)
    model.sim_setup()

    def live(weeks: int) -> Counts:
        for _ in range(weeks):
            model.sim_step()
        return np.array(model.log["counts"][-weeks:])

    return live
