"""What happens in the course of a run: newcomers, shocks and windows."""

from __future__ import annotations

from typing import Literal

from sim.scenario.blocks.base import MAX_FIRMS, A, Part, number, word
from sim.scenario.blocks.firms import Kind
from sim.scenario.blocks.systems import Merger


class Imitation(Part):
    """Entrants do what pays: a logit (Fermi) choice among kinds, with mutation."""

    strength: float = number(
        0.0,
        0,
        1000,
        "log odds per standard deviation",
        "Blume 1993; Traulsen, Nowak & Pacheco 2006; size assumed",
        "how strongly entrants prefer the strategy that pays best among living firms "
        "(0: they do not look)",
    )
    mutation: float = number(
        0.05, 0, 1, "chance", A, "chance that an entrant that imitates takes any kind instead"
    )


class Entry(Part):
    """Newcomers that arrive by chance (Poisson)."""

    rate: float = number(0.0, 0, 20, "firms per year", "chosen by the scenario", "mean arrivals")
    limit: int = number(4, 1, MAX_FIRMS, "firms", "chosen by the scenario", "arrivals at most")
    kinds: tuple[Kind, ...] = word((), "what arrives, each kind equally likely without imitation")
    imitation: Imitation = Imitation()


class EconomyShock(Part):
    """A blow to, or a boost of, a region's economy."""

    region: int | None = number(
        None, 0, 7, "index", "chosen by the scenario", "region; left out: all"
    )
    shock: float = number(..., -3, 3, "log units", "chosen by the scenario", "added to the economy")


class Window(Part):
    """A spell in which one kind of situation becomes common."""

    situation: Literal["everyday", "pressed", "social", "exploring"] = word(..., "which situation")
    weeks: int = number(4, 1, 520, "weeks", "chosen by the scenario", "how long")
    strength: float = number(
        2.0, -10, 10, "log odds", "chosen by the scenario", "how much more common"
    )


class Event(Part):
    """Something that happens to the environment in a given week."""

    week: int = number(..., 1, 5200, "week", "chosen by the scenario", "when")
    economy: EconomyShock | None = word(None, "a shock to the economy")
    window: Window | None = word(None, "a window of opportunity")
    merger: Merger | None = word(None, "one firm takes over another")
