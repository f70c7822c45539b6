"""The blocks of a scenario; ``sim.scenario.schema`` puts them together."""
