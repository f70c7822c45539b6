"""As Mesa's examples are written: an agent a person on a network of cells, a data collector."""

from __future__ import annotations

import math
from typing import Any

import mesa
import numpy as np
from mesa.discrete_space import FixedAgent, Network

from tests.bench.diffusion.stated import APPEAL, FIRMS, SOCIAL, Counts, Links, Lived, graph


class Person(FixedAgent):
    """Looks at its neighbours, then takes what it has chosen."""

    def __init__(self, model: Any, cell: Any) -> None:
        super().__init__(model)
        self.cell = cell
        self.firm = self.next_firm = 0

    def look(self) -> None:
        """Choose by what neighbours have now."""
        seen = [0] * FIRMS
        for neighbour in self.cell.neighborhood.agents:
            seen[neighbour.firm] += 1
        weights = [math.exp(a + SOCIAL * n) for a, n in zip(self.model.appeal, seen, strict=True)]
        self.next_firm = self.random.choices(range(FIRMS), weights)[0]

    def take(self) -> None:
        """All at once: nobody has seen what others take this week."""
        self.firm = self.next_firm


class Market(mesa.Model):
    """Everybody looks, then everybody takes."""

    def __init__(self, links: Links, seed: int) -> None:
        super().__init__(seed=seed)
        self.appeal = APPEAL.tolist()
        self.grid = Network(graph(links), capacity=1, random=self.random)
        Person.create_agents(self, len(links), list(self.grid.all_cells))
        self.datacollector = mesa.DataCollector({"counts": Market.counts})

    def counts(self) -> list[int]:
        """People by firm."""
        found = [0] * FIRMS
        for person in self.agents:
            found[person.firm] += 1
        return found

    def step(self) -> None:
        """One week."""
        self.agents.do("look")
        self.agents.do("take")
        self.datacollector.collect(self)


def begin(links: Links, seed: int) -> Lived:
    """A model, advanced with ``step``."""
    model = Market(links, seed)

    def live(weeks: int) -> Counts:
        for _ in range(weeks):
            model.step()
        return np.array(model.datacollector.model_vars["counts"][-weeks:])

    return live
