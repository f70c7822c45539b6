"""What selection leaves, in two sentences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.analysis.evolution.invasion import Invasion
from sim.analysis.evolution.selection import Evolution, Found
from sim.analysis.intervals import Interval
from sim.analysis.pairs import HEADLINE, MIN_PAIRS

UNITS = {
    "discounted_profit": "discounted profit",
    "survival": "of its firms alive at the end",
    "users": "of the people as users",
    "customers": "of the people as customers",
    "cash_trough": "least cash",
    "weeks_alive": "weeks alive",
}
MOST_NAMED = 3  # strategies in a sentence; the tables have all


def answer(found: Evolution) -> str:
    """Best replies and what is stable; then who can invade, and what survives selection."""
    if found.beta == 0:
        earned = UNITS[found.table.outcome.name]
        return (
            f"No strategy earns more than another in any market of this tournament ({earned}). "
            "So every reply is best, nothing can invade but by chance, and selection has "
            "nothing to choose from."
        )
    return f"{_replies_sentence(found)} {_invasion_sentence(found)}"


def headline_invasion(found: Evolution) -> Invasion:
    """The invasion that the project asks about, or that of the most by the least time."""
    names = found.table.strategies
    wanted = HEADLINE
    if not set(HEADLINE) <= set(names):
        order = np.argsort([-each.value for each in found.time], kind="stable")
        wanted = (names[order[0]], names[order[-1]])
    return next(
        one for one in found.invasions if (names[one.mutant], names[one.resident]) == wanted
    )


def mixture(found: Evolution, shares: NDArray[np.float64]) -> str:
    """``user-first`` or ``60% user-first, 40% freemium``."""
    names = found.table.strategies
    played = [int(i) for i in np.argsort(-shares, kind="stable") if shares[i] > 0]
    if len(played) == 1:
        return names[played[0]]
    return ", ".join(f"{100 * shares[i]:.0f}% {names[i]}" for i in played)


def _replies_sentence(found: Evolution) -> str:
    """Who is the best reply to whom, and which equilibria are stable."""
    names, n = found.table.strategies, found.table.n_firms
    how = {
        "half": f"In markets of {n} firms, half of one strategy and half of the other",
        "deviation": f"For one firm among {n - 1} of another strategy",
    }[found.game]
    said: list[str] = []
    for best in range(len(names)):
        against = [j for j in range(len(names)) if found.best[best, j]]
        if against:
            sure = [found.share_best[best, j] for j in against]
            said.append(f"{names[best]} is the best reply to {_listed(found, against, sure)}")
    return f"{how}, {'; '.join(said)}; {_stable(found)}."


def _listed(found: Evolution, against: list[int], sure: list[float]) -> str:
    names = found.table.strategies
    if len(against) == len(names):
        return f"every strategy, itself included{_sure(min(sure), 'at least ')}"
    words = [
        f"{'itself' if found.best[j, j] and _only(found, j) else names[j]}{_sure(share)}"
        for j, share in zip(against, sure, strict=True)
    ]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _only(found: Evolution, j: int) -> bool:
    """Whether a strategy is the one best reply to itself."""
    return bool(found.best[:, j].sum() == 1)


def _sure(share: float, before: str = "") -> str:
    return "" if np.isnan(share) else f" ({before}{100 * share:.0f}% of resamples)"


def _stable(found: Evolution) -> str:
    """The evolutionarily stable strategies."""
    stable = [one for one in found.equilibria if one.ess]
    if not stable:
        return "no strategy or mixture of this game is evolutionarily stable"
    named = [_named(found, one) for one in stable[:MOST_NAMED]]
    more = f", and {len(stable) - MOST_NAMED} more" if len(stable) > MOST_NAMED else ""
    verb = "are" if len(stable) > 1 else "alone is"
    return f"{' and '.join(named)}{more} {verb} evolutionarily stable"


def _named(found: Evolution, one: Found) -> str:
    return f"{mixture(found, one.at.row)}{_sure(one.share_ess)}"


def _invasion_sentence(found: Evolution) -> str:
    """Can one firm of a strategy invade, would it take over, and what survives selection."""
    one, table = headline_invasion(found), found.table
    names = table.strategies
    mutant, resident = names[one.mutant], names[one.resident]
    verdict = one.verdict(table.n_replicates)
    can = {
        "can": f"One {mutant} firm can invade a market of {resident} firms",
        "cannot": f"One {mutant} firm cannot invade a market of {resident} firms",
        "cannot be told": f"Whether one {mutant} firm can invade a market of {resident} firms "
        "cannot be told",
    }[verdict]
    few = f", for want of replicates ({table.n_replicates})"
    why = few if table.n_replicates < MIN_PAIRS else ""
    difference = _amount(found, one.difference)
    chance = next(
        each.chance
        for each in found.takeovers
        if (each.mutant, each.resident) == (one.mutant, one.resident)
    )
    return (
        f"{can}{why}: {difference} against its rivals' ({table.n_replicates} replicates, "
        f"p = {one.p_holm:.2g} after Holm over {len(found.invasions)} pairs), and a "
        f"chance of {_span(chance, 3)} to take over, against {1 / table.n_firms:.3f} by chance "
        f"alone; selection leaves the market {_survivors(found)}."
    )


def _amount(found: Evolution, difference: Interval) -> str:
    outcome = found.table.outcome
    if outcome.bounds == (0.0, 1.0) or outcome.unit.startswith("share"):
        points = Interval(*(100 * part for part in difference))
        return f"{_span(points, 1, sign=True)} percentage points {UNITS[outcome.name]}"
    return f"{_span(difference, 2, sign=True)} {UNITS[outcome.name]}"


def _survivors(found: Evolution) -> str:
    """The strategies with most of the time, until they have nine tenths of it."""
    names, told, said = found.table.strategies, 0.0, []
    order = sorted(range(len(names)), key=lambda i: -found.time[i].value)
    for i in order[:MOST_NAMED]:
        percent = Interval(*(100 * part for part in found.time[i]))
        said.append(f"to {names[i]} {_span(percent, 0, unit='%')} of the time")
        told += found.time[i].value
        if told > 0.9:
            break
    return ", ".join(said) + _at_a_loss(found, order[0])


def _at_a_loss(found: Evolution, winner: int) -> str:
    """What must be said of a winner that loses money wherever it has won."""
    alone = found.table.interval(winner, winner, found.table.n_firms)
    if found.table.outcome.name != "discounted_profit" or alone.value >= 0:
        return ""
    name = found.table.strategies[winner]
    return f", though firms in a market of {name} alone lose money ({alone.value:.2f} each)"


def _span(interval: Interval, digits: int, *, sign: bool = False, unit: str = "") -> str:
    """``+0.12 (95% interval 0.03 to 0.21)``; the value alone where there is no interval."""
    value = f"{interval.value:{'+' if sign else ''}.{digits}f}{unit}"
    if np.isnan(interval.low) or np.isnan(interval.high):
        return value
    return f"{value} (95% interval {interval.low:.{digits}f} to {interval.high:.{digits}f})"
