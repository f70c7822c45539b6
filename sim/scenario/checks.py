"""Rules that hold between keys: what types of single keys cannot say.

Each check reads plain values as ``shape`` leaves them.  A value that is BROKEN has had its
fault; a rule that needs it is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sim.scenario.faults import FaultList, shown, way_out
from sim.scenario.own import Choice, Code, is_own
from sim.scenario.schema import MAX_FIRMS, Entry, FirmGroup, Heritage, Scenario, Start
from sim.scenario.shape import BROKEN, Broken, Checker, at
from sim.scenario.yaml_nodes import Node, Pairs, Scalar

Options = Mapping[str, type[BaseModel]]
Plain = dict[str, Any]


class Checks:
    """The rules between keys of one scenario; faults point into its tree."""

    def __init__(self, plain: Plain, tree: Node, faults: FaultList) -> None:
        self.plain = plain
        self.tree = tree
        self.faults = faults

    def all(
        self, strategies: Options | None, folders: Mapping[str, Path], code: Code | None
    ) -> None:
        """Every rule; strategies: options by name, None where names are not known.

        folders: of each file, by its name in places; code: runs files that strategies name,
        which then stand in the plain values as they are in a resolved scenario.
        """
        self.firms_fit()
        self.names_differ()
        self.entry_has_kinds()
        self.events_happen()
        self.firms_are_named()
        self.firms_enter()
        self.customers_suffice()
        self.table_increases()
        for path, group in self._groups():
            if _is_whole(group.get("strategy", BROKEN)):
                self.strategy_exists([*path, "strategy"], strategies)
                if strategies is not None:
                    self.own_strategy_loads(path, group, folders, code)

    def firms_fit(self) -> None:
        """All firms, and those that may arrive, have room in the market."""
        counts = [_known(group, "count", FirmGroup) for _, group in self._firms()]
        entry = self.plain.get("entry", {})
        rate, limit = _known(entry, "rate", Entry), _known(entry, "limit", Entry)
        if any(isinstance(each, Broken) for each in (*counts, rate, limit)):
            return
        n_firms, n_entrants = sum(counts), limit if rate > 0 else 0
        if n_firms + n_entrants > MAX_FIRMS:
            message = f"must be at most {MAX_FIRMS} firms"
            more = f" and {n_entrants} entrants" if n_entrants else ""
            self._fault(["firms"], f"{message}, got {n_firms}{more}")

    def names_differ(self) -> None:
        """No two firms have one name, numbered ones included; nor do two kinds of entrants."""
        seen: dict[str, str] = {}
        for path, group in self._firms():
            self._name_is_new(path, list(_names(group)), seen)
        kinds: dict[str, str] = {}
        for path, group in self._kinds():
            self._name_is_new(path, list(_names(group))[:1], kinds)

    def _name_is_new(self, path: list[str], names: list[str], seen: dict[str, str]) -> None:
        for name in names:
            if name in seen:
                message = f"must differ from other names; {shown(name)} is {seen[name]} already"
                self._fault([*path, "name"], message)
                break
        seen.update({name: ".".join(path) for name in names if name not in seen})

    def entry_has_kinds(self) -> None:
        """Arrivals need kinds to choose from."""
        entry = self.plain.get("entry", {})
        rate = _known(entry, "rate", Entry)
        if not isinstance(rate, Broken) and rate > 0 and entry.get("kinds", []) == []:
            self._fault(
                ["entry", "kinds"], "missing; arrivals (entry.rate > 0) need kinds of firms"
            )

    def events_happen(self) -> None:
        """Every event does something, in a region that exists."""
        n_regions = self._regions()
        for n, event in enumerate(_elements(self.plain, "events")):
            path = ["events", str(n)]
            shock, window = event.get("economy"), event.get("window")
            merger = event.get("merger")
            if shock is None and window is None and merger is None:
                self._fault(path, "must have economy, window or merger")
            if isinstance(merger, dict):
                self._firm_exists([*path, "merger", "firm"], merger.get("firm"))
                self._firm_exists([*path, "merger", "into"], merger.get("into"))
                if merger.get("firm") == merger.get("into"):
                    self._fault([*path, "merger", "into"], "must be another firm")
            region = shock.get("region") if isinstance(shock, dict) else None
            if isinstance(region, int) and isinstance(n_regions, int) and region >= n_regions:
                rule = f"must be below the number of regions ({n_regions}), got {region}"
                self._fault([*path, "economy", "region"], rule)

    def firms_are_named(self) -> None:
        """Carriers, and the firm of a trial, are firms of the scenario."""
        for path, group in self._firms():
            carrier = group.get("carrier", "")
            if carrier != "":
                self._firm_exists([*path, "carrier"], carrier)
            if isinstance(carrier, str) and carrier in _names(group):
                self._fault([*path, "carrier"], "must be another firm")
        trial = self.plain.get("trial")
        if isinstance(trial, dict):
            self._firm_exists(["trial", "firm"], trial.get("firm"))

    def _firm_exists(self, path: list[str], name: Any) -> None:
        names = [n for _, group in self._firms() for n in list(_names(group))[:64]]
        if isinstance(name, str) and name not in names:
            self._fault(path, f"no firm {shown(name)}{way_out(name, names)}")

    def _regions(self) -> Any:
        people = self.plain.get("people", {})
        heritage = people.get("heritage", {}) if isinstance(people, dict) else BROKEN
        return _known(heritage, "regions", Heritage)

    def firms_enter(self) -> None:
        """Every firm enters before the run ends."""
        weeks = _known(self.plain, "weeks", Scenario)
        for path, group in self._firms():
            enters = _known(group, "enters", FirmGroup)
            if isinstance(enters, int) and isinstance(weeks, int) and 0 < enters >= weeks:
                rule = f"must be before the last week ({weeks}), got {enters}"
                self._fault([*path, "enters"], rule)

    def customers_suffice(self) -> None:
        """Firms that enter in one week share no customers, so their shares fit in one."""
        taken: dict[int, float] = {}
        for path, group in self._firms():
            start = group.get("start", {})
            share = _known(start, "customers", Start)
            enters, count = _known(group, "enters", FirmGroup), _known(group, "count", FirmGroup)
            if any(isinstance(each, Broken) for each in (share, enters, count)):
                continue
            taken[enters] = taken.get(enters, 0.0) + share * count
            if share > 0 and taken[enters] > 1 + 1e-9:
                rule = "shares of the firms that enter together must add up to at most 1"
                where = [*path, "start", "customers"]
                self._fault(where, f"{rule}, got {taken[enters]:g} up to here")

    def table_increases(self) -> None:
        """A table of reach has as many percentages as years, and increasing years."""
        environment = self.plain.get("environment", {})
        reach = environment.get("reach") if isinstance(environment, dict) else None
        if not isinstance(reach, dict) or "years" not in reach:
            return
        path = ["environment", "reach"]
        years, percent = reach["years"], reach.get("percent")
        if isinstance(years, list) and isinstance(percent, list) and len(years) != len(percent):
            rule = f"must have one number a year ({len(years)}), got {len(percent)}"
            self._fault([*path, "percent"], rule)
        if years == []:
            self._fault([*path, "years"], "must have at least one year")
        if isinstance(years, list) and BROKEN not in years:
            for n, (before, year) in enumerate(pairwise(years), start=1):
                if year <= before:
                    rule = f"years must increase, got {year:g} after {before:g}"
                    self._fault([*path, "years", str(n)], rule)

    def strategy_exists(self, path: list[str], strategies: Options | None) -> None:
        """The strategy has a name that is known, and options that it knows."""
        node = _below(self.tree, path)
        if node is None:
            return
        key = ".".join(path)
        name, options = _choice(node)
        if name is None:
            if isinstance(node, Pairs):
                self._fault([*path, "use"], "must be a strategy's name: {use: name, option: value}")
        elif is_own(str(name.value)):
            return  # own_strategy_loads sees to it
        elif strategies is not None and name.value not in strategies:
            hint = way_out(str(name.value), list(strategies))
            self.faults.add(name.mark, key, f"no strategy {shown(str(name.value))}{hint}")
        elif strategies is not None:
            self._options(options, strategies[str(name.value)], key)

    def own_strategy_loads(
        self, path: list[str], group: Plain, folders: Mapping[str, Path], code: Code | None
    ) -> None:
        """A strategy from a file is allowed, loads, and can enter; it is replaced in ``group``."""
        node = _below(self.tree, [*path, "strategy"])
        name, options = _choice(node) if node is not None else (None, None)
        if name is None or options is None or not is_own(str(name.value)):
            return
        folder = folders.get(name.mark.file, Path())
        choice = Choice(name, options, ".".join([*path, "strategy"]), folder)
        resolved = choice.resolved(code, self.faults)
        group["strategy"] = BROKEN if resolved is None else resolved

    def _options(self, options: Pairs, block: type[BaseModel], key: str) -> None:
        before = len(self.faults)
        checker = Checker(self.faults)
        plain = checker.block(options, block, key)
        if len(self.faults) == before:
            checker.constructed(block, plain, options, key)

    def _fault(self, path: list[str], message: str) -> None:
        self.faults.add(at(self.tree, path), ".".join(path), message)

    def _firms(self) -> Iterator[tuple[list[str], Plain]]:
        for n, group in enumerate(_elements(self.plain, "firms")):
            yield ["firms", str(n)], group

    def _kinds(self) -> Iterator[tuple[list[str], Plain]]:
        for n, group in enumerate(_elements(self.plain.get("entry", {}), "kinds")):
            yield ["entry", "kinds", str(n)], group

    def _groups(self) -> Iterator[tuple[list[str], Plain]]:
        yield from self._firms()
        yield from self._kinds()


def _known(plain: Any, key: str, block: type[BaseModel]) -> Any:
    """The value of a key, its default when it is left out, BROKEN when it is."""
    if not isinstance(plain, dict):
        return BROKEN
    return plain.get(key, block.model_fields[key].default)


def _is_whole(value: Any) -> bool:
    """Whether nothing in a value is BROKEN."""
    if isinstance(value, dict):
        return all(map(_is_whole, value.values()))
    if isinstance(value, list):
        return all(map(_is_whole, value))
    return not isinstance(value, Broken)


def _elements(plain: Any, key: str) -> list[Plain]:
    """The mappings of a list; ``{}`` stands for a broken one, so that indices stay."""
    found = plain.get(key, []) if isinstance(plain, dict) else []
    if not isinstance(found, list):
        return []
    return [each if isinstance(each, dict) else {} for each in found]


def _names(group: Plain) -> Iterator[str]:
    """The names of a group's firms, as a run will call them, after that of the group."""
    name, count = group.get("name"), _known(group, "count", FirmGroup)
    if isinstance(name, str):
        yield name
        if isinstance(count, int) and count > 1:
            yield from (f"{name} {n + 1}" for n in range(count))


def _below(node: Node, path: list[str]) -> Node | None:
    """The node at a path; elements of lists go by index."""
    for name in path:
        if isinstance(node, Pairs) and name in node.pairs:
            node = node.pairs[name].node
        elif not isinstance(node, Pairs | Scalar) and int(name) < len(node.nodes):
            node = node.nodes[int(name)]
        else:
            return None
    return node


def _choice(node: Node) -> tuple[Scalar | None, Pairs]:
    """The name of a strategy and its options, as the file gives them."""
    if isinstance(node, Pairs):
        use = node.pairs.get("use")
        name = use.node if use is not None else None
        rest = {key: pair for key, pair in node.pairs.items() if key != "use"}
    else:
        name, rest = node, {}
    named = isinstance(name, Scalar) and isinstance(name.value, str)
    return name if named and isinstance(name, Scalar) else None, Pairs(node.mark, rest)
