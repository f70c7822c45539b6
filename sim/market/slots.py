"""Which firms there are: groups of a scenario expanded, ordered, and given their arrays.

The order of slots, in which choice probabilities are summed, and the ``uid`` that keys a
firm's draws depend on its strategy and its place among the firms of that strategy, never on
its name, its terms, or on firms of other strategies: relabelled firms give relabelled
results exactly, and a changed price disturbs no draw.  Entrants that imitate have no strategy
before they enter: their slots follow all others, in the order of arrival.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from operator import mul
from typing import Any, NamedTuple

import numpy as np

from sim.market import rng
from sim.market.arrays import N_AUDIENCES
from sim.market.ledger import INVESTORS, cents
from sim.market.records import FIRM
from sim.scenario.schema import NEEDS, FirmGroup, Kind, Scenario
from sim.strategies.base import AUDIENCES, LEVERS, Decision

N_NEEDS = len(NEEDS)
NEVER = -1


class Slot(NamedTuple):
    """A firm before it enters."""

    name: str
    known: Kind | None  # None: an entrant that imitates, which takes its kind as it enters
    place: int  # in the file; entrants by chance come after all others
    enters: int  # week, or NEVER
    uid: int
    draw: float = 0.0  # uniform by which an entrant that imitates takes its kind

    @property
    def group(self) -> Kind:
        """What kind of firm it is; raises ValueError while that is open."""
        if self.known is None:
            raise ValueError(f"{self.name} takes its kind when it enters, in week {self.enters}")
        return self.known

    @property
    def strategy(self) -> str:
        """The registry name of its strategy, empty while that is open."""
        return "" if self.known is None else strategy_name(self.known)


def with_kind(slot: Slot, kind: Kind) -> Slot:
    """An open slot, as an entrant of this kind."""
    return slot._replace(name=_entrant(kind.name, slot.name), known=kind)


def _entrant(kind: str, number: str) -> str:
    return f"{kind} ({number})"


def strategy_name(group: Kind) -> str:
    """The registry name of a group's strategy."""
    return group.strategy if isinstance(group.strategy, str) else str(group.strategy["use"])


def _arrivals(scenario: Scenario, seed: int) -> list[tuple[int, float]]:
    """Weeks of the entrants that arrive by chance, at most three a week, and draws of kinds."""
    entry = scenario.entry
    arrived: list[tuple[int, float]] = []
    if entry.rate <= 0 or not entry.kinds:
        return arrived
    mean = entry.rate / 52.0
    for week in range(1, scenario.weeks + 1):
        u, *kinds = rng.block(seed, 0, week, rng.ENTRY)
        chance = float(np.exp(-mean))
        at_least = chance
        for n, kind in enumerate(kinds, start=1):
            if u < at_least or len(arrived) == entry.limit:
                break
            arrived.append((week, kind))
            chance *= mean / n
            at_least += chance
    return arrived


def slots_of(scenario: Scenario, seed: int) -> tuple[Slot, ...]:
    """All firms of a run, in slot order."""
    firms: list[tuple[str, Kind, int]] = []
    for group in scenario.firms:
        enters = group.enters if group.enters <= scenario.weeks else NEVER
        names = (
            [group.name]
            if group.count == 1
            else [f"{group.name} {n + 1}" for n in range(group.count)]
        )
        firms += [(name, group, enters) for name in names]
    open_slots = []
    for n, (week, draw) in enumerate(_arrivals(scenario, seed)):
        number, kinds = f"entrant {n + 1}", scenario.entry.kinds
        if scenario.entry.imitation.strength > 0:
            open_slots.append(Slot(number, None, len(firms) + n, week, _uid("entrant", n), draw))
        else:
            kind = kinds[int(draw * len(kinds))]
            firms.append((_entrant(kind.name, number), kind, week))
    order = sorted(
        range(len(firms)),
        key=lambda at: (strategy_name(firms[at][1]), at),
    )
    ordinal: dict[str, int] = {}
    slots = []
    for place in order:
        name, group, enters = firms[place]
        strategy = strategy_name(group)
        nth = ordinal[strategy] = ordinal.get(strategy, -1) + 1
        slots.append(Slot(name, group, place, enters, _uid(strategy, nth)))
    return (*slots, *open_slots)


def _uid(strategy: str, nth: int) -> int:
    """28 bits that key the draws of the nth firm of a strategy."""
    return zlib.crc32(f"{strategy}:{nth}".encode()) & 0x0FFFFFFF


def starting_quality(group: Kind) -> list[float]:
    """Quality at entry over the six needs."""
    given = group.start.quality
    if isinstance(given, dict):
        return [given.get(need, 0.4) for need in NEEDS]
    return [float(given)] * N_NEEDS


def _carrier(slot: Slot) -> str:
    """Name of the firm over whose network it runs, or nothing."""
    return slot.known.carrier if isinstance(slot.known, FirmGroup) else ""


def firms_of(scenario: Scenario, slots: tuple[Slot, ...]) -> Any:
    """Records (S,) of all slots before anyone has entered, without decisions and equipment."""
    firms = np.zeros(len(slots), FIRM)
    for f, slot in enumerate(slots):
        firms["uid"][f] = slot.uid
    names = {slot.name: f for f, slot in enumerate(slots)}
    firms["belief"] = firms["beliefs"] = 1.0 / N_NEEDS
    firms["carrier"] = [names.get(_carrier(slot), NEVER) for slot in slots]
    firms["capacity"] = scenario.market.capacity.start * scenario.people.count
    ones = ("term", "by_belief", "release_every", "service", "outreach", "models", "match",
            "custom_served")  # fmt: skip
    for one in ones:
        firms[one] = 1
    firms["entered"] = firms["exited"] = NEVER
    return firms


def equip(firms: Any, f: int, slot: Slot, seed: int) -> None:
    """Writes what the kind of slot f decides of it: costs, quality and place in taste space."""
    group = slot.group
    firms["cost_unit"][f], firms["cost_serving"][f] = group.costs.unit, group.costs.serving
    firms["cost_fixed"][f], firms["cost_shock"][f] = group.costs.fixed, group.costs.shock
    position = group.start.position
    drawn = rng.block(seed, slot.uid, 0, rng.POSITION)[0]
    firms["position"][f] = drawn if position is None else position
    firms["quality"][f] = starting_quality(group)
    for channel in ("store", "site", "social", "mobile"):
        firms[channel][f] = channel in group.channels
    firms["items"][f], firms["pages"][f] = group.items.count, group.items.of == "pages"
    firms["founding"][f] = group.items.entry


def decide(firms: Any, f: int, decision: Decision) -> None:
    """Writes a decision to slot f."""
    for name in ("price", "openness", "ad_load", "inflation", "term", "updates", "burn",
                 "reinvest", "goal", "headroom", "release_every", "improve", "subsidy",
                 "subsidy_partners", "commission", "service_price", "owner_ads", "custom", "votes",
                 "matching", "popularity", "models"):  # fmt: skip
        firms[name][f] = getattr(decision, name)
    firms["subscription"][f] = decision.plan == "subscription"
    firms["budget"][f] = [decision.budget.get(lever, 0.0) for lever in LEVERS]
    firms["apart"][f] = decision.premium is not None
    firms["premium"][f] = decision.premium or 0.0
    firms["attention"][f] = _attention(decision.audiences)
    firms["by_belief"][f] = decision.focus is None
    firms["focus"][f] = 0.0 if decision.focus is None else decision.focus


def _attention(weights: dict[str, float] | None) -> list[float]:
    """Attention to every audience: 1 on average, or 1 to each where it is not divided."""
    if weights is None:
        return [1.0] * N_AUDIENCES
    total = sum(weights.values())
    each = [weights.get(name, 0.0) for name in AUDIENCES]
    return [N_AUDIENCES * weight / total if total > 0 else 0.0 for weight in each]


def promised(inflation: float, belief: Sequence[float], quality: Sequence[float]) -> float:
    """What a firm advertises: what it believes it delivers, and its inflation."""
    delivered = 0.0  # one by one: what sum() gives depends on Python's version
    for need in map(mul, belief, quality):
        delivered += need
    return min(1.0, max(0.0, (1.0 + inflation) * delivered))


def fund(firms: Any, f: int, accounts: Any, money: float) -> int:
    """Investors pay ``money`` into slot f; returns the cents."""
    amount = int(cents(money))
    firms["cash"][f] += amount
    accounts[INVESTORS] -= amount
    return amount
