"""Treatments by their factors: short names, grids of two numbers, and the direction of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.analysis.intervals import Interval, mean
from sim.analysis.pairs import MIN_PAIRS, Outcome, outcome
from sim.analysis.wording import plain, signed

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
    """What is ``telling`` at a factor's lowest and highest level, and its change."""

    factor: str
    lowest: float
    highest: float
    change: Interval
    n_pairs: int

    @property
    def sign(self) -> int:
        """1 or -1 where the change is beyond chance (95%, over replicates), else 0."""
        return self.change.sign if self.n_pairs >= MIN_PAIRS else 0


Pair = tuple[str, str] | None


class Told(NamedTuple):
    """What tells treatments apart; see ``telling``."""

    measured: Outcome
    pair: Pair

    @property
    def name(self) -> str:
        """In words: a measure, or how one strategy is ahead of another in it."""
        word = "share alive" if self.measured.name == "survival" else "discounted profit"
        return (
            word if self.pair is None else f"{word} of {self.pair[0]} less that of {self.pair[1]}"
        )

    @property
    def unit(self) -> str:
        """After the number."""
        if self.measured.bounds is None:
            return self.measured.unit
        return "%" if self.pair is None else "points"

    def scaled(self, value: float) -> tuple[float, int]:
        """The value in ``unit`` and its digits: shares in percent, money with two digits."""
        return (value, 2) if self.measured.bounds is None else (100 * value, 0)

    def shown(self, value: float) -> str:
        """In words; of a pair with its sign."""
        return (plain if self.pair is None else signed)(*self.scaled(value))

    def by_replicate(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Means of firms: (replicates, treatments); missing where a pair never met."""
        keys = ["replicate", "treatment"]
        if self.pair is None:
            return rows.groupby(keys)[self.measured.column].mean().unstack()
        means = rows.groupby([*keys, "strategy"])[self.measured.column].mean().unstack()
        return (means[self.pair[0]] - means[self.pair[1]]).unstack()


def telling(rows: pd.DataFrame, pair: Pair) -> Told:
    """Survival, or where no firm ever failed discounted profit.

    pair: the first strategy less the second; None: all firms.
    """
    return Told(outcome("discounted_profit" if rows["survived"].all() else "survival"), pair)


def directions(
    rows: pd.DataFrame, treatments: Sequence[tuple[str, Settings]], pair: Pair
) -> list[Direction]:
    """How each numeric factor moves what is ``telling``.

    The value at the factor's highest level less that at its lowest, each the mean over the levels
    of all other factors, paired by replicate.
    """
    by_replicate, found = telling(rows, pair).by_replicate(rows), []
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


def by_treatment(rows: pd.DataFrame, treatments: Sequence[tuple[str, Settings]], pair: Pair) -> str:
    """The range over treatments of what is ``telling``, and the direction of each numeric factor.

    Empty where fewer than two treatments have it.
    """
    titles, told = short_titles(treatments), telling(rows, pair)
    each = told.by_replicate(rows).mean().dropna()
    if len(each) < 2:
        return ""
    least, most = str(each.idxmin()), str(each.idxmax())
    low, high = told.shown(each.min()), told.shown(each.max())
    unit = told.unit if told.unit == "%" else f" {told.unit}"
    opening = (
        "By treatment," if told.measured.name == "survival" else "No firm fails here; by treatment"
    )
    said = (
        f"{opening} the {told.name}{' firms' if pair else ''} runs from {low} "
        f"({titles.get(least, least)}) to {high}{unit} ({titles.get(most, most)})."
    )
    short = short_names(numeric_factors(treatments))
    for one in directions(rows, treatments, pair):
        said += f" {_sentence(one, told, short[one.factor])}"
    return said


def _sentence(one: Direction, told: Told, name: str) -> str:
    """A factor's direction in words."""
    levels = (
        f"({told.shown(one.lowest)} at the lowest level, {told.shown(one.highest)} at the highest)"
    )
    if one.n_pairs < MIN_PAIRS:
        few = f"{one.n_pairs} replicate{'s' if one.n_pairs > 1 else ''}"
        return f"Whether it changes with {name} cannot be told from {few} {levels}."
    verb = {1: "rises", -1: "falls", 0: "does not clearly change"}[one.sign]
    return f"It {verb} with {name} {levels}."
