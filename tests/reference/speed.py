"""How fast the twin is: the yardstick of the engine's speed-up."""

from __future__ import annotations

import time

from sim.scenario.schema import FirmGroup, People, Scenario
from sim.strategies.base import Decision, Strategy
from tests.reference.start import firm, made_up
from tests.reference.twin import Twin


def person_weeks_per_second(n_people: int = 200, n_firms: int = 8, n_weeks: int = 10) -> float:
    """Person-weeks per second of the twin, with firms that stay in the market."""
    group = FirmGroup(name="firm", strategy="stay", count=n_firms)
    scenario = Scenario(title="speed", weeks=n_weeks, people=People(count=n_people), firms=(group,))
    terms = Decision(openness=0.5, budget={"media": 0.5, "build": 0.5})
    firms = [
        firm(f"firm {slot}", slot, n_people, decision=terms, cash=10**9) for slot in range(n_firms)
    ]
    twin = Twin(scenario, made_up(scenario, firms, 1), seed=1, make=lambda _: Strategy())
    began = time.perf_counter()
    twin.run()
    return n_people * n_weeks / (time.perf_counter() - began)


if __name__ == "__main__":
    print(f"{person_weeks_per_second():.0f} person-weeks per second")
