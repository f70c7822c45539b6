"""From a study to its runs: treatments, replicates, seeds and keys, all functions of the study.

A run's seed depends on (root seed, replicate) alone, so that all treatments of a replicate
meet the same people and the same luck (common random numbers), and no order, batch or
number of workers can change it.  A study of ``seeds: own`` adds the treatment's place.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.experiments.study import BASELINE, SAMPLED
from sim.scenario.own import as_called

if TYPE_CHECKING:
    from sim.experiments.study import Study
    from sim.scenario.schema import Scenario

SEED_RULE = "userfirst seed 1"  # a new rule is a new text: no seed is ever reused by accident
Settings = dict[str, Any]
Named = tuple[str | None, Settings]  # a treatment's name, where the design gives it one
Whole = frozenset[str]


@dataclass(frozen=True, slots=True)
class Treatment:
    """One setting of the factors: its place, name, what it sets, and the scenario that results."""

    index: int
    name: str
    settings: Settings
    scenario: Scenario
    digest: str  # of the resolved scenario; seeds and words do not count


@dataclass(frozen=True, slots=True)
class Run:
    """One run to make; it runs ``scenario`` (shared by its treatment) with ``seed``."""

    key: str
    treatment: int
    settings: Settings
    replicate: int
    seed: int
    scenario: Scenario


def seed_of(root: int, replicate: int, treatment: int | None = None) -> int:
    """Seed in [0, 2**63) of a replicate: the first 63 bits of SHA-256 of rule, root, replicate.

    treatment: place of a treatment that has seeds of its own; None where all share them.
    """
    text = f"{SEED_RULE} {root} {replicate}" + ("" if treatment is None else f" {treatment}")
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def run_key(digest: str, seed: int, version: str) -> str:
    """Name of a run, 20 hexadecimal digits of SHA-256 of scenario, seed and model version."""
    text = f"{digest} {seed} {version}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _grid(study: Study, whole: Whole) -> Iterator[Named]:
    """Every combination of every factor's levels, the last factor varying fastest."""
    levels = [factor.levels(path in whole) for path, factor in study.factors.items()]
    for combination in itertools.product(*levels):
        yield None, dict(zip(study.factors, combination, strict=True))


def _one_at_a_time(study: Study, whole: Whole) -> Iterator[Named]:
    """The scenario as it is, then each level of each factor with all others as they are."""
    yield BASELINE, {}
    for path, factor in study.factors.items():
        for level in factor.levels(path in whole):
            yield None, {path: level}


def _list(study: Study, _: Whole) -> Iterator[Named]:
    """The treatments that the study spells out."""
    for treatment in study.treatments:
        yield treatment.name, dict(treatment.set)


def _paired(study: Study, _: Whole) -> Iterator[Named]:
    """The baseline, then each treatment as it changes the baseline; compare each with the first."""
    yield BASELINE, dict(study.baseline)
    for treatment in study.treatments:
        yield treatment.name, {**study.baseline, **treatment.set}


def _sampled(study: Study, whole: Whole) -> Iterator[Named]:
    """A treatment for each point of the unit cube that the design draws from the root seed."""
    from sim.experiments.sampling import SAMPLES

    assert study.seed is not None, "a resolved study has its seed filled in"
    factors = study.factors.items()
    for point in SAMPLES[study.kind](study.points, len(factors), study.seed):
        yield (
            None,
            {
                path: factor.at(u, path in whole)
                for u, (path, factor) in zip(point, factors, strict=True)
            },
        )


DESIGNS: dict[str, Callable[[Study, Whole], Iterator[Named]]] = {
    "grid": _grid,
    "list": _list,
    "one-at-a-time": _one_at_a_time,
    "paired": _paired,
    **dict.fromkeys(SAMPLED, _sampled),
}


def label(settings: Mapping[str, Any]) -> str:
    """Name of a treatment that has none: its settings, or ``baseline`` for none."""
    return ", ".join(f"{path}={_short(value)}" for path, value in settings.items()) or BASELINE


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict | str):
        value = as_called(value)  # a strategy's file and its copy name the same treatment
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_short(v)}" for k, v in value.items()) + "}"
    return str(value)


def combinations(study: Study, whole: Whole = frozenset()) -> list[tuple[str, Settings]]:
    """Name and settings of each treatment of the design, in order, names made unique.

    whole: paths of the factors whose fields take nothing but whole numbers.
    """
    seen: dict[str, int] = {}
    named: list[tuple[str, Settings]] = []
    for name, settings in DESIGNS[study.kind](study, whole):
        name = label(settings) if name is None else name
        seen[name] = seen.get(name, 0) + 1
        named.append((name if seen[name] == 1 else f"{name} ({seen[name]})", settings))
    return named


def plan(
    treatments: Sequence[Treatment], replicates: int, root: int, *, own_seeds: bool = False
) -> list[Run]:
    """All runs of a study, replicate by replicate so that an interrupted sweep is balanced.

    own_seeds: every treatment has seeds of its own instead of those of the replicate.
    """
    from sim.experiments.engine_version import model_version

    runs: list[Run] = []
    version = model_version()
    for replicate in range(replicates):
        for t in treatments:
            seed = seed_of(root, replicate, t.index if own_seeds else None)
            key = run_key(t.digest, seed, version)
            runs.append(Run(key, t.index, t.settings, replicate, seed, t.scenario))
    return runs
