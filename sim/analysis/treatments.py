"""Treatments by their factors: short names, grids of two numbers, and the direction of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.analysis.intervals import Interval, mean
from sim.analysis.pairs import MIN_PAIRS

if TYPE_CHECKING:
    import pandas as pd

Settings = Mapping[str, Any]


def short_names(paths: Iterable[str]) -> dict[str, str]:
    """Each factor by the last words of its path, as many as tell it from the others."""
    every = list(dict.fromkeys(paths))
    found: dict[str, str] = {}
    for path in every:
        words = path.split(".")
        for n in range(1, len(words) + 1):
            found[path] = ".".join(words[-n:])
            if sum(f".{other}".endswith(f".{found[path]}") for other in every) == 1:
                break
    return found


def short_titles(treatments: Sequence[tuple[str, Settings]]) -> dict[str, str]:
    """Treatments as a table names them: short factors, three digits; a study's own names stay.

    Where three digits would call two treatments the same, all digits stay.
    """
    from sim.experiments.design import label

    short = short_names(path for _, settings in treatments for path in settings)

    def titles(shown: Callable[[Any], Any]) -> dict[str, str]:
        return {
            name: name.replace(
                label(settings), label({short[p]: shown(v) for p, v in settings.items()})
            )
            for name, settings in treatments
        }

    rounded = titles(lambda v: float(f"{v:.3g}") if isinstance(v, float) else v)
    return rounded if len(set(rounded.values())) == len(rounded) else titles(lambda v: v)


def numeric_factors(treatments: Sequence[tuple[str, Settings]]) -> list[str]:
    """Factors that every treatment sets to a number, and not all to the same one."""
    if not treatments:
        return []
    return [
        path
        for path in treatments[0][1]
        if all(_is_number(settings.get(path)) for _, settings in treatments)
        and len({settings[path] for _, settings in treatments}) > 1
    ]


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def two_factors(treatments: Sequence[tuple[str, Settings]]) -> tuple[str, str] | None:
    """The factors of a full grid of two numbers, each once; None for any other study."""
    factors = numeric_factors(treatments)
    if len(factors) != 2 or any(set(settings) != set(factors) for _, settings in treatments):
        return None
    x, y = factors
    cells = {(settings[x], settings[y]) for _, settings in treatments}
    full = len({cx for cx, _ in cells}) * len({cy for _, cy in cells})
    return (x, y) if len(cells) == len(treatments) == full else None


class Direction(NamedTuple):
    """Difference in share alive at a factor's lowest and highest level, and its change."""

    factor: str
    lowest: float
    highest: float
    change: Interval
    n_pairs: int

    @property
    def sign(self) -> int:
        """1 or -1 where the change is beyond chance (95%, over replicates), else 0."""
        return self.change.sign if self.n_pairs >= MIN_PAIRS else 0


def _by_replicate(rows: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Share alive of first less second: (replicates, treatments), missing where they never met."""
    alive = rows.groupby(["replicate", "treatment", "strategy"])["survived"].mean().unstack()
    return (alive[first] - alive[second]).unstack()


def directions(
    rows: pd.DataFrame, treatments: Sequence[tuple[str, Settings]], first: str, second: str
) -> list[Direction]:
    """How each numeric factor moves survival of ``first`` less ``second``.

    The difference at the factor's highest level less that at its lowest, each the mean over the
    levels of all other factors, paired by replicate.
    """
    by_replicate, found = _by_replicate(rows, first, second), []
    for factor in numeric_factors(treatments):
        levels = {settings[factor] for _, settings in treatments}
        ends = [
            by_replicate[[
                name for name, settings in treatments
                if settings[factor] == level and name in by_replicate
            ]].mean(axis=1)
            for level in (min(levels), max(levels))
        ]  # fmt: skip
        pairs = (ends[1] - ends[0]).dropna()
        if len(pairs):
            low, high = (float(end.loc[pairs.index].mean()) for end in ends)
            change = mean(pairs.to_numpy(float))
            found.append(Direction(factor, low, high, change, len(pairs)))
    return found


def by_treatment(
    rows: pd.DataFrame, treatments: Sequence[tuple[str, Settings]], first: str, second: str
) -> str:
    """The range over treatments in share alive, and the direction of each numeric factor."""
    titles = short_titles(treatments)
    each = _by_replicate(rows, first, second).mean().dropna()
    if len(each) < 2:
        return ""
    least, most = str(each.idxmin()), str(each.idxmax())
    said = (
        f"By treatment, the share alive of {first} less that of {second} firms runs from "
        f"{_points(each.min())} ({titles.get(least, least)}) to {_points(each.max())} points "
        f"({titles.get(most, most)})."
    )
    short = short_names(numeric_factors(treatments))
    for one in directions(rows, treatments, first, second):
        verb = {1: "rises", -1: "falls", 0: "does not clearly change"}[one.sign]
        levels = (
            f"({_points(one.lowest)} at the lowest level, {_points(one.highest)} at the highest)"
        )
        name = short[one.factor]
        if one.n_pairs < MIN_PAIRS:
            few = f"{one.n_pairs} replicate{'s' if one.n_pairs > 1 else ''}"
            said += f" Whether it changes with {name} cannot be told from {few} {levels}."
        else:
            said += f" It {verb} with {name} {levels}."
    return said


def _points(share: float) -> str:
    rounded = round(100 * share)
    return f"{rounded:+d}" if rounded else "0"
