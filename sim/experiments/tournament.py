"""A tournament: every pair of strategies in every mixture, in markets alike in all else.

Each market has N firms that start with the same cash, costs, quality and customers, those of
the scenario's first group of firms; terms of entry are the strategy's own.  The markets are
the treatments of an ordinary study of the design ``list``, so that it is stored, resumed and
replayed as every other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.experiments.design import Treatment
from sim.experiments.factors import place_of
from sim.experiments.reading import ResolvedStudy, resolve
from sim.experiments.study import MAX_RUNS, Study
from sim.scenario.faults import Fault, FaultList, ScenarioFaults, way_out
from sim.scenario.overrides import overridden
from sim.scenario.own import KEY, is_own
from sim.scenario.read import digest, dump
from sim.scenario.resolve import resolved
from sim.scenario.schema import FirmGroup, Scenario
from sim.scenario.yaml_nodes import parse

N_FIRMS = 6
MOST_STRATEGIES = 12  # equilibria are found by looking at every support
Choice = str | dict[str, Any]  # a strategy's name, or {use: name, option: value}
Market = tuple[tuple[str, int], ...]  # strategies and how many firms have each


@dataclass(frozen=True)
class Tournament:
    """A tournament as asked for.

    strategies: names, instead of the study's or scenario's own; mixtures: numbers of firms of
    the first strategy of a pair, 1 and N - 1 added; empty: all.  allow_code: run the files that
    are named as strategies.
    """

    target: str
    strategies: tuple[str, ...] = ()
    n_firms: int = N_FIRMS
    mixtures: tuple[int, ...] = ()
    changes: tuple[str, ...] = ()
    replicates: int | None = None
    seed: int | None = None
    allow_code: bool = False


def round_robins(asked: Tournament) -> ResolvedStudy:
    """The study of a tournament; raises ScenarioFaults for what is wrong with it.

    A study says its strategies as the values of one factor, such as ``firms.Seller.strategy``;
    other factors must have one value each.  Of a scenario, those of its firms take part.
    """
    given = _given(asked, ())
    base = given.treatments[0].scenario
    choices = _named(asked, [_known(asked, each) for each in asked.strategies] or
                     _choices(asked, given))  # fmt: skip
    _check(asked, base, choices)
    markets = list(markets_of(list(choices), asked.n_firms, asked.mixtures))
    study = _study(asked, given, base, {title: _groups(m, base, choices) for title, m in markets})
    treatments = tuple(
        _treatment(index, one.name, one.set, base) for index, one in enumerate(study.treatments)
    )
    return ResolvedStudy(f"{given.name}-round-robin", study, base, given.root, treatments)


def _given(asked: Tournament, more: tuple[str, ...]) -> ResolvedStudy:
    """The study or scenario that is asked for, with more changes."""
    return resolve(
        asked.target, (*asked.changes, *more), replicates=asked.replicates, seed=asked.seed,
        allow_code=asked.allow_code,
    )  # fmt: skip


def _known(asked: Tournament, name: str) -> Choice:
    """A strategy that was named in words; a file of a person's own is read."""
    if not is_own(name):
        return name
    return _given(asked, (f"firms.0.strategy={json.dumps(name)}",)).base.firms[0].strategy


def markets_of(
    names: Sequence[str], n_firms: int, mixtures: Sequence[int] = ()
) -> Iterator[tuple[str, Market]]:
    """Title and market: each strategy alone, then every pair in its mixtures."""
    for name in names:
        yield f"{n_firms} {name}", ((name, n_firms),)
    counts = sorted({1, n_firms - 1, *mixtures}) if mixtures else range(1, n_firms)
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            for k in counts:
                market = ((first, k), (second, n_firms - k))
                yield f"{k} {first}, {n_firms - k} {second}", market


def _fault(asked: Tournament, message: str, key: str = "") -> ScenarioFaults:
    return ScenarioFaults([Fault(asked.target, 1, 1, key, message)])


def _choices(asked: Tournament, given: ResolvedStudy) -> list[Choice]:
    """The strategies that a study varies, or those of a scenario's firms."""
    levels: dict[str, list[str]] = {}
    resolved_as: dict[str, Choice] = {}  # a file stands in its scenario with its digest
    settings = [treatment.settings for treatment in given.treatments]
    for path in dict.fromkeys(path for each in settings for path in each):
        found = [json.dumps(each.get(path), sort_keys=True) for each in settings]
        levels[path] = list(dict.fromkeys(found))
    varied = [path for path, values in levels.items() if len(values) > 1]
    if not varied:
        return [group.strategy for group in given.base.firms]
    others = [path for path in varied if path.rpartition(".")[2] != "strategy"]
    if others or len(varied) > 1:
        rule = "a tournament varies one thing, the strategy of one group of firms"
        raise _fault(asked, f"{rule}; give one value each to {', '.join(others or varied[1:])}")
    for treatment in given.treatments:
        if (value := treatment.settings.get(varied[0])) is not None:
            place = place_of(treatment.scenario, varied[0])
            assert place is not None, "a strategy that was set is there"
            resolved_as.setdefault(json.dumps(value, sort_keys=True), place.value)
    return [resolved_as[level] for level in levels[varied[0]] if level in resolved_as]


def _named(asked: Tournament, choices: Sequence[Choice]) -> dict[str, Choice]:
    """Strategies by the name that their firms have, in order, once each."""
    named: dict[str, Choice] = {}
    for choice in choices:
        named.setdefault(_name(choice), choice)
    if len(named) < 2:
        said = f"got {', '.join(named)}" if named else "got none"
        raise _fault(asked, f"must have two strategies or more, {said}; name them: --strategies")
    if len(named) > MOST_STRATEGIES:
        rule = f"must be at most {MOST_STRATEGIES} strategies"
        raise _fault(asked, f"{rule}, got {len(named)}; choose some: --strategies")
    return named


def _name(choice: Choice) -> str:
    """``late-adopter`` or ``late-adopter (delay 2)``."""
    if isinstance(choice, str):
        return choice
    options = [f"{key} {value}" for key, value in choice.items() if key not in ("use", KEY)]
    return f"{choice.get('use')} ({', '.join(options)})" if options else str(choice.get("use"))


def _check(asked: Tournament, base: Scenario, choices: Mapping[str, Choice]) -> None:
    """Every strategy alone makes a scenario without faults, and nobody else comes."""
    from sim.strategies import OPTIONS

    if base.entry.rate > 0:
        rule = "a tournament keeps its firms; set it to 0: --set entry.rate=0"
        raise _fault(asked, f"{rule}, got {base.entry.rate:g}", "entry.rate")
    if asked.n_firms < 2:
        raise _fault(asked, f"must be at least 2 firms, got {asked.n_firms}")
    for k in asked.mixtures:
        if not 1 <= k < asked.n_firms:
            raise _fault(asked, f"mixtures must be from 1 to {asked.n_firms - 1} firms, got {k}")
    for name, choice in choices.items():
        if isinstance(choice, str) and choice not in OPTIONS:
            raise _fault(asked, f"no strategy {choice}{way_out(choice, list(OPTIONS))}")
        _check_alone(asked, base, _groups(((name, asked.n_firms),), base, choices))


def _check_alone(asked: Tournament, base: Scenario, firms: list[dict[str, Any]]) -> None:
    """Read the scenario with these firms as a file would be, so that every rule is asked."""
    from sim.strategies import OPTIONS
    from sim.strategies.own import Remembered

    faults = FaultList()
    tree = overridden(parse(dump(base), asked.target, faults), [_setting(firms)], faults)
    try:
        resolved(tree, {asked.target: Path()}, faults, OPTIONS, Remembered())
    except ScenarioFaults as found:
        which = f"with {firms[0]['count']} firms of {firms[0]['name']}"
        raise ScenarioFaults(
            Fault(asked.target, 1, 1, fault.key, f"{fault.message} ({which})")
            for fault in found.faults
        ) from None


def _setting(firms: list[dict[str, Any]]) -> str:
    return f"firms={json.dumps(firms)}"


def _groups(market: Market, base: Scenario, choices: Mapping[str, Choice]) -> list[dict[str, Any]]:
    """The firms of a market as a scenario says them: the first group's terms, another strategy."""
    template = base.firms[0].model_dump(mode="json", exclude_defaults=True, exclude={"offer"})
    return [
        {**template, "name": name, "strategy": choices[name], "count": count}
        for name, count in market
    ]


def _study(
    asked: Tournament,
    given: ResolvedStudy,
    base: Scenario,
    markets: Mapping[str, list[dict[str, Any]]],
) -> Study:
    """The tournament as a study of the design list."""
    said = given.study.model_dump(mode="json", exclude_unset=True)
    kept = {key: said[key] for key in ("question", "measures", "series", "series_every", "seed")
            if key in said}  # fmt: skip
    n_runs = len(markets) * given.study.replicates
    if n_runs > MAX_RUNS:
        raise _fault(asked, f"must be at most {MAX_RUNS:,} runs, got {n_runs:,}")
    return Study.model_validate(
        {
            **kept, "title": _title(given.study.title), "scenario": asked.target,
            "design": "list", "replicates": given.study.replicates,
            "treatments": [{"name": t, "set": {"firms": firms}} for t, firms in markets.items()],
        }
    )  # fmt: skip


def _title(title: str) -> str:
    """The title says that it is a tournament, within its 120 characters."""
    return title if "tournament" in title.lower() else f"{title[:108]}: tournament"


def _treatment(index: int, name: str, settings: dict[str, Any], base: Scenario) -> Treatment:
    firms = tuple(FirmGroup.model_validate(group) for group in settings["firms"])
    scenario = base.model_copy(update={"firms": firms})
    return Treatment(index, name, settings, scenario, digest(scenario))
