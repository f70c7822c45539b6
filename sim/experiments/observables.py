"""Which measures the words of an observable mean, and whether a scenario has them.

Stocks (people, cash, levels) have a value at a moment; flows (uses, sales, cents of a week)
have one of a week, and are averaged over a row's period.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sim.experiments.stopping import strategies_of
from sim.market.measures import (
    COSTS,
    FIRM_COUNTS,
    FIRM_LEVELS,
    MARKET_COUNTS,
    MARKET_LEVELS,
    REVENUES,
)
from sim.scenario.faults import way_out
from sim.scenario.replay.observable import Observable, ObservableFault, Term, parse
from sim.scenario.schema import FirmGroup, Scenario

PEOPLE = "people"  # the number of people of the run
_FIRM = {each.name: each for each in (*FIRM_COUNTS, *FIRM_LEVELS)}
_MARKET = {each.name: each for each in (*MARKET_COUNTS, *MARKET_LEVELS)}
LEVELS = frozenset(each.name for each in FIRM_LEVELS)
# Short words, and sums: each part with its sign.
ALIASES: dict[str, tuple[tuple[int, str], ...]] = {
    "users": ((1, "n_users"),),
    "engaged": ((1, "n_engaged"),),
    "customers": ((1, "n_payers"),),
    "fans": ((1, "n_fans"),),
    "touched": ((1, "n_touched"),),
    "audience": ((1, "n_audience"),),
    "uses": ((1, "n_uses"),),
    "sales": ((1, "n_sales"),),
    "ideas": ((1, "n_ideas"),),
    "cash": ((1, "cash_cents"),),
    "subsidies": ((1, "subsidy_cents"),),
    "firms": ((1, "alive"),),
    "revenue": tuple((1, name) for name in REVENUES),
    "cost": tuple((1, name) for name in COSTS),
    "profit": (*((1, name) for name in REVENUES), *((-1, name) for name in COSTS)),
    "online": ((1, "n_online"),),
    "purchases": ((1, "n_purchases"),),
    "researched": ((1, "n_researched"),),
    "bought_online": ((1, "n_bought_online"),),
    "influenced": ((1, "n_influenced"),),
}
_FLOW_UNITS = {
    "uses", "sales", "ideas", "occasions", "contacts per head", "needs per head", "cents",
    "money per head",
}  # fmt: skip
_FLOWS_OF_PEOPLE = {"n_told", "new_aware", "n_misread", "n_found_closed"}


class Meaning(NamedTuple):
    """What a word of an observable measures; parts: (sign, measure), summed.

    market: of the market, not of firms.  flow: of a week.  level: averaged over living firms,
    where others are summed.
    """

    parts: tuple[tuple[int, str], ...]
    market: bool
    flow: bool
    level: bool


def meaning_of(word: str) -> Meaning | None:
    """What a measure's name or a short word means; None for an unknown one."""
    if word == PEOPLE:
        return Meaning(((1, PEOPLE),), market=True, flow=False, level=False)
    parts = ALIASES.get(word, ((1, word),))
    name = parts[0][1]
    if name not in _FIRM and name not in _MARKET:
        return None
    return Meaning(parts, name in _MARKET, is_flow(name), name in LEVELS)


def is_flow(measure: str) -> bool:
    """Whether a measure is of a week rather than of a moment."""
    unit = (_FIRM.get(measure) or _MARKET[measure]).unit
    return measure in _FLOWS_OF_PEOPLE or (unit in _FLOW_UNITS and measure != "cash_cents")


def words() -> list[str]:
    """Every word that an observable may use for a measure, short ones first."""
    return [*ALIASES, PEOPLE, *_FIRM, *_MARKET]


def has_flow(observable: Observable) -> bool:
    """Whether a row's whole period counts, not only its moment."""
    known = (meaning_of(term.measure) for term in observable.terms)
    return any(each is not None and each.flow for each in known)


def firm_series(observables: Iterable[Observable]) -> tuple[str, ...]:
    """Firm measures that a study must store for these, in the order of the declarations.

    ``alive`` is among them where a level is averaged over living firms.
    """
    wanted: set[str] = set()
    for observable in observables:
        for term in observable.terms:
            means = meaning_of(term.measure)
            if means is not None and not means.market:
                wanted |= {name for _, name in means.parts} | ({"alive"} if means.level else set())
    return tuple(name for name in _FIRM if name in wanted)


def names_in(scenario: Scenario) -> list[str]:
    """Everything that may stand for WHO: groups, firms of groups, kinds of entrants, strategies."""
    found: dict[str, None] = {}
    for group in (*scenario.firms, *scenario.entry.kinds):
        found[group.name] = None
        if isinstance(group, FirmGroup) and group.count > 1:
            found.update(dict.fromkeys(f"{group.name} {n + 1}" for n in range(group.count)))
    return list(found | dict.fromkeys(sorted(strategies_of(scenario))))


def faults_in(text: str, scenario: Scenario) -> list[tuple[int, str]]:
    """What is wrong in an observable's text for this scenario: (offset, message) each."""
    try:
        observable = parse(text)
    except ObservableFault as fault:
        return [(fault.offset, fault.message)]
    names = names_in(scenario)
    return [fault for term in observable.terms for fault in _of_term(term, names)]


def checked(text: str, scenario: Scenario) -> Observable:
    """The observable of a text; raises ObservableFault with the first thing wrong for it."""
    if found := faults_in(text, scenario):
        raise ObservableFault(*found[0])
    return parse(text)


def _of_term(term: Term, names: Sequence[str]) -> list[tuple[int, str]]:
    means = meaning_of(term.measure)
    found = []
    if means is None:
        rule = f"no such measure, got {term.measure}{way_out(term.measure, words())}"
        found.append((term.offset, rule))
    elif means.market and term.who:
        rule = f"{term.measure} is of the whole market, so no name may follow, got {term.who}"
        found.append((term.who_offset, rule))
    if term.who and term.who not in names and (means is None or not means.market):
        rule = f"no such firm, group or strategy, got {term.who}{way_out(term.who, names)}"
        found.append((term.who_offset, rule))
    return found
