"""The two sentences that open a comparison; direction and wording come from the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.arms import STRATEGY, TREATMENT
from sim.analysis.compare import MARKET, Comparison, Contrast
from sim.analysis.intervals import Interval
from sim.analysis.pairs import MIN_PAIRS
from sim.analysis.wording import (
    capital,
    counted,
    listed,
    p_value,
    percent,
    plain,
    share,
    signed,
    when_it_ended,
)

NAMES = {
    "survival": "alive at the end", "weeks_alive": "weeks alive", "users": "users",
    "customers": "customers", "discounted_profit": "discounted profit",
    "cash_trough": "cash trough", "trust": "trust", "surplus": "consumer surplus",
}  # fmt: skip
_KEY = ("users", "customers", "discounted_profit", "surplus")  # told with their numbers
_MORE = {
    "weeks_alive": ("longer lives", "shorter lives"),
    "users": ("more users", "fewer users"),
    "customers": ("more customers", "fewer customers"),
    "discounted_profit": ("a higher discounted profit", "a lower discounted profit"),
    "cash_trough": ("a shallower cash trough", "a deeper cash trough"),
    "trust": ("more trust", "less trust"),
    "surplus": ("a higher consumer surplus", "a lower consumer surplus"),
}


def compared(comparison: Comparison) -> str:
    """Two sentences: who is left more often, then what else differs beyond chance.

    Of several kinds of firm the first speaks; the table has the others. "Beyond chance" is 5%
    after Holm's correction for every difference of the table.
    """
    if len(comparison.arms) > 2:
        return f"{_survival_of_many(comparison)} {_rest_of_many(comparison)}"
    own = _speaking(comparison.contrasts)
    survival, *rest = own
    if min(survival.effect.n) < MIN_PAIRS:
        return f"{_too_few(comparison, survival)} {_seen(rest)}"
    market = [one for one in comparison.contrasts if one.firms == MARKET]
    return f"{_survival(comparison, survival)} {_rest(comparison, survival, [*rest, *market])}"


def _speaking(contrasts: Sequence[Contrast]) -> list[Contrast]:
    """The contrasts of the first kind of firm, survival first."""
    return [one for one in contrasts if one.firms == contrasts[0].firms]


def _firms(one: Contrast) -> str:
    """Whose survival it is: ``user-first firms``; all of them where kinds are not told apart."""
    return "firms" if one.firms in ("all", "") else f"{one.firms} firms"


def _place(comparison: Comparison, name: str) -> str:
    """``with cash=2`` of a treatment, ``in first-sweep`` of a folder."""
    kind = next(arm.kind for arm in comparison.arms if arm.name == name)
    return f"{'with' if kind == TREATMENT else 'in'} {name}"


def _by_strategy(comparison: Comparison) -> bool:
    return all(arm.kind == STRATEGY for arm in comparison.arms)


def _when(comparison: Comparison) -> str:
    import pandas as pd

    return when_it_ended(pd.concat([arm.rows for arm in comparison.arms]))


def _runs(one: Contrast) -> str:
    """``40 paired runs``, or ``40 and 60 runs`` that are not paired."""
    if len(one.effect.n) == 1:
        return counted(one.effect.n[0], "paired run")
    return f"{one.effect.n[0]:,} and {one.effect.n[1]:,} unpaired runs"


def _survival(comparison: Comparison, one: Contrast) -> str:
    """The first sentence of a comparison of two."""
    evidence = (
        f"{_share(one.first_mean)} against {_share(one.second_mean)}, difference {span_of(one)}, "
        f"{_runs(one)}, {p_value(one.p_holm)} after Holm's correction"
    )
    when = _when(comparison)
    if _by_strategy(comparison):
        who, here, there = f"{one.first} firms", "", f"{one.second} ones"
        either = f"{one.first} or {one.second} firms are more often alive {when}"
    else:
        here, there = (_place(comparison, name) for name in (one.first, one.second))
        who, here = _firms(one), f" {here}"
        either = f"{who} are more often alive {when}{here} or {there}"
    if one.sign == 0:
        return f"Whether {either} could not be told: {evidence}."
    more = "more" if one.sign > 0 else "less"
    return f"{capital(who)} are {more} often alive {when}{here} than {there}: {evidence}."


def _rest(comparison: Comparison, survival: Contrast, rest: Sequence[Contrast]) -> str:
    """The second sentence: what else differs, and what could not be told apart."""
    told, besides = [], []
    for one in rest:
        words = _MORE[one.measure.name][one.sign < 0]
        if one.sign and one.measure.name in _KEY:
            told.append(f"{words} ({means_of(one)})")
        elif one.sign:
            besides.append(words)
    unclear = [NAMES[one.measure.name] for one in rest if not one.sign]
    if not told and not besides:
        return f"Nor could {listed(unclear, 'or')} be told apart."
    who = f"{capital(_place(comparison, survival.first))} there are"
    if _by_strategy(comparison):
        who = "They have" if survival.sign else f"{capital(survival.first)} firms have"
    also = f", besides {listed(besides)}" if told and besides else listed(besides)
    silent = f"; {listed(unclear)} could not be told apart" if unclear else ""
    return f"{who}, firm for firm, {listed(told)}{also}{silent}."


def _too_few(comparison: Comparison, one: Contrast) -> str:
    """The first sentence where there are too few runs to tell anything from chance."""
    fewest = min(one.effect.n)
    lead = (
        "One run is an anecdote, so nothing here can be told from chance"
        if fewest == 1
        else f"{capital(counted(fewest, 'run'))} are too few to tell anything here from chance"
    )
    who = "firms" if _by_strategy(comparison) else _firms(one)
    return (
        f"{lead}: {_share(one.first_mean)} of {who} alive {_when(comparison)} "
        f"{_at(comparison, one.first)} against {_share(one.second_mean)} "
        f"{_at(comparison, one.second)}."
    )


def _at(comparison: Comparison, name: str) -> str:
    return f"for {name}" if _by_strategy(comparison) else _place(comparison, name)


def _seen(rest: Sequence[Contrast]) -> str:
    """The second sentence of an anecdote: what was seen, without a verdict."""
    seen = [f"{NAMES[one.measure.name]} {_two(one)}" for one in rest if one.measure.name in _KEY]
    return f"There were, firm for firm, {listed(seen)}; more replicates would tell more."


def _survival_of_many(comparison: Comparison) -> str:
    """The first sentence where several are held against the first."""
    own = [_speaking(comparison.of(arm.name))[0] for arm in comparison.arms[1:]]
    base, joint = own[0], "of" if _by_strategy(comparison) else "with"
    who = f"{base.first} firms" if joint == "of" else f"{_firms(base)} with {base.first}"
    parts = [f"Alive {_when(comparison)} are {_share(base.first_mean)} of {who}"]
    for sign, word in ((-1, "more"), (1, "fewer")):
        if names := [
            f"{one.second} ({_share(one.second_mean)})" for one in own if one.sign == sign
        ]:
            parts.append(f"{word} {joint} {listed(names)}")
    if names := [f"{one.second} ({_share(one.second_mean)})" for one in own if not one.sign]:
        parts.append(f"and no difference could be told {joint} {listed(names)}")
    return f"{', '.join(parts)}."


def _rest_of_many(comparison: Comparison) -> str:
    """The second sentence of many: how much of the table is beyond chance, and in what."""
    beyond = [one for one in comparison.contrasts if one.sign]
    total = len(comparison.contrasts)
    fewest = min(min(one.effect.n) for one in comparison.contrasts)
    if not beyond and fewest < MIN_PAIRS:
        return f"{capital(counted(fewest, 'run'))} are too few to tell any of it from chance."
    if not beyond:
        return f"None of the {total} differences shown is beyond chance after Holm's correction."
    counts = {
        name: sum(NAMES[one.measure.name] == name for one in beyond) for name in NAMES.values()
    }
    each = [f"{name} {n}" for name, n in counts.items() if n]
    return (
        f"Of the {total} differences shown {len(beyond)} {'is' if len(beyond) == 1 else 'are'} "
        f"beyond chance after Holm's correction: {listed(each)}."
    )


def _share(found: Interval) -> str:
    """An estimate with its interval; alone where one run leaves none."""
    if found.low != found.low:
        return f"{percent(found.value)}%"
    return share(found)


def _two(one: Contrast) -> str:
    """The two means, in the unit a reader expects."""
    a, b, unit = one.first_mean.value, one.second_mean.value, one.measure.unit
    if unit.startswith("share of"):
        return f"{percent(a)}% against {percent(b)}% {unit.removeprefix('share ')}"
    if unit == "weeks":
        return f"{a:.0f} against {b:.0f} weeks"
    return f"{plain(a, 2)} against {plain(b, 2)}{'' if unit == 'share' else f' {unit}'}"


def means_of(one: Contrast) -> str:
    """The two means and the interval of their difference."""
    return f"{_two(one)}, difference {span_of(one)}"


def span_of(one: Contrast) -> str:
    """The interval of a difference with its unit, or the difference alone without one."""
    value, low, high = one.effect.difference
    unit = one.measure.unit
    scale, digits = (
        (100.0, 1) if unit.startswith("share of") else (1.0, 0 if unit == "weeks" else 2)
    )
    said = [signed(scale * x, digits) for x in ((low, high) if low == low else (value,))]
    return " to ".join(said) + (" points" if scale > 1 else "")
