"""A stored study as points: the factors of each treatment, and what came out at each.

Sensitivity and rules read nothing else. An outcome at a point is the mean over its
replicates, so a table here is (treatments, replicates), in the order of the design.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.analysis.pairs import Outcome, outcome, with_shares
from sim.analysis.stored import study_in
from sim.analysis.verdict import headline

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.stored import StoredStudy
    from sim.experiments.store import StoredTreatment
    from sim.experiments.study import Factor, Study
    from sim.scenario.explain import Parameter

F = NDArray[np.float64]
Treatments = Sequence[tuple[str, Mapping[str, Any]]]
UNSET = "as it is"  # level of a factor that a treatment leaves alone and no scenario tells


class Target(NamedTuple):
    """What is explained: an outcome of one kind of strategy, or of ``first`` less ``second``."""

    outcome: Outcome
    first: str
    second: str | None = None

    @property
    def label(self) -> str:
        """E.g. "survival, user-first less customer-centric"."""
        name = self.outcome.name.replace("_", " ")
        if self.second is None:
            return f"{name} of {self.first} firms"
        return f"{name}, {self.first} less {self.second}"


class Points(NamedTuple):
    """Table of firms, treatments with every factor filled in, and what the study's file says.

    study: None where nothing but tables is known, or where its file was edited into faults.
    labels: factors with their units, where these are known.
    """

    rows: pd.DataFrame
    treatments: Treatments
    study: Study | None
    labels: Mapping[str, str] = MappingProxyType({})

    @property
    def design(self) -> str | None:
        """The design's name, e.g. ``sobol``; None where it is not known."""
        return None if self.study is None else self.study.kind

    @property
    def factors(self) -> Mapping[str, Factor]:
        """Ranges and levels by path, as the study's file has them."""
        return {} if self.study is None else self.study.factors


Source: TypeAlias = "Path | StoredStudy | Points"


def points_of(source: Source) -> Points:
    """The points of a study's folder, or of what was read from it already.

    Raises ValueError for a single run, StoreError for a folder that cannot be read.
    """
    from sim.experiments.single import StoredRun, open_result

    if isinstance(source, Points):
        return source
    if not isinstance(source, Path):
        return _points(source.tables.rows, source.settings, source.treatments, source.study)
    result = open_result(source)
    if isinstance(result, StoredRun):
        raise ValueError(f"{source} holds a single run; this needs a study with factors")
    with result:
        stored, rows = result.treatments(), result.firm_table()
    named = [(one.name, one.settings) for one in stored]
    return _points(rows, named, stored, study_in(source))


def _points(
    rows: pd.DataFrame, named: Treatments, stored: Sequence[StoredTreatment], study: Study | None
) -> Points:
    return Points(rows, _filled(named, stored), study, _labels(stored))


def _filled(treatments: Treatments, stored: Sequence[StoredTreatment]) -> Treatments:
    """Every factor in every treatment: what one leaves alone is what its scenario says."""
    paths = list(dict.fromkeys(path for _, settings in treatments for path in settings))
    found: list[tuple[str, dict[str, Any]]] = []
    for place, (name, settings) in enumerate(treatments):
        missing = [path for path in paths if path not in settings]
        there = _parameters(stored[place].scenario) if missing and stored else {}
        base = {path: there[path].value if path in there else UNSET for path in missing}
        found.append((name, {path: {**base, **settings}[path] for path in paths}))
    return found


def _labels(stored: Sequence[StoredTreatment]) -> dict[str, str]:
    """Factors with the units of their fields, e.g. ``market.network.effect (utility)``."""
    known = _parameters(stored[0].scenario) if stored else {}
    units = {path: known[path].unit for one in stored for path in one.settings if path in known}
    return {path: f"{path} ({unit})" for path, unit in units.items() if unit not in ("", "-")}


def _parameters(text: str) -> dict[str, Parameter]:
    """Every parameter of a stored scenario by path."""
    from sim.scenario.explain import parameters
    from sim.scenario.read import from_json

    return {each.path: each for each in parameters(from_json(text))}


def default_targets(rows: pd.DataFrame) -> list[Target]:
    """Survival and discounted profit: the headline pair's difference, then each kind's own."""
    pair = headline(rows)
    asked = [outcome("survival"), outcome("discounted_profit")]
    found = [Target(one, *pair) for one in asked] if pair else []
    return found + [Target(one, kind) for kind in sorted(set(rows["strategy"])) for one in asked]


def _by_replicate(rows: pd.DataFrame, treatments: Treatments, target: Target) -> F:
    """Outcome in each treatment and replicate, (treatments, replicates), NaN where none was run."""
    column = target.outcome.column
    table = with_shares(rows) if column == "share_customers" else rows
    means = table.groupby(["strategy", "treatment", "replicate"])[column].mean()
    names, by_kind = [name for name, _ in treatments], []
    for kind in (target.first, target.second):
        if kind is None:
            continue
        if kind not in means.index.get_level_values("strategy"):
            raise ValueError(f"no firm with strategy {kind} in these runs")
        by_kind.append(means.loc[kind].unstack("replicate").reindex(names))
    found = by_kind[0] if target.second is None else by_kind[0] - by_kind[1]
    return np.asarray(found.to_numpy(float))


def outcomes(rows: pd.DataFrame, treatments: Treatments, target: Target) -> F:
    """Outcome in each treatment and replicate, (treatments, replicates).

    rows: FIRM_ROW columns, ``run``, ``treatment``, ``replicate``. Only replicates that every
    treatment has are kept, so that noise is common to all. Raises ValueError where a treatment
    lacks runs (failed, not made yet, or without firms of the kind).
    """
    values = _by_replicate(rows, treatments, target)
    lacking = np.isnan(values).all(axis=1)
    if lacking.any():
        raise ValueError(
            f"{target.label}: {lacking.sum()} of {len(values)} treatments have no such run, "
            f"the first is {treatments[int(np.argmax(lacking))][0]}"
        )
    common = ~np.isnan(values).any(axis=0)
    if not common.any():
        raise ValueError(f"{target.label}: no replicate was run in all {len(values)} treatments")
    return np.asarray(values[:, common])


def mean_outcomes(rows: pd.DataFrame, treatments: Treatments, target: Target) -> F:
    """Mean outcome of each treatment over the runs it has, (treatments,), NaN without any.

    rows: as for ``outcomes``. Raises ValueError where no run has firms of the kind.
    """
    values = _by_replicate(rows, treatments, target)
    counts = (~np.isnan(values)).sum(axis=1)
    return np.where(counts > 0, np.nansum(values, axis=1) / np.maximum(counts, 1), np.nan)


def is_number(value: Any) -> bool:
    """Whether a level is a number; a yes or no is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def level_name(value: Any) -> str:
    """A level that is no number, as a table writes it."""
    from sim.experiments.design import label

    return label({"": value}).removeprefix("=")
