"""The results of a tournament as tables, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.evolution.dynamics import pair_rest_points, rest_points
from sim.analysis.evolution.payoffs import PayoffTable
from sim.analysis.evolution.selection import Evolution

if TYPE_CHECKING:
    import pandas as pd

F = NDArray[np.float64]
GAME_WORDS = {
    "half": "half of the firms of either strategy, or the\n"
    "                 mean of the two nearest markets where N is odd",
    "deviation": "one firm of the strategy among N - 1 of the other",
}
README = """\
What selection between firms makes of a tournament
==================================================

Markets of {n_firms} firms that differ in strategy alone, {replicates} replicates of each{dropped}.
Payoff: {payoff} ({unit}), the mean firm of a strategy; firms that failed count.
Intervals are 95% over replicates, which share their seeds over all markets and are resampled
together; a share of resamples says how often a verdict comes out again.

payoffs.csv      payoff of either strategy by mixture; measured: False where the market was not
                 run and the number is linear in the number of firms between those that were
matrix.csv       the game of pairs: {game};
                 best reply and share of resamples in which it is one
equilibria.csv   its Nash equilibria by support enumeration; ess: evolutionarily stable{degenerate}
rest_points.csv  of the replicator dynamics: of that game, and of each pair in the game of N firms
invasion.csv     one firm of a strategy among N - 1 of another: payoff less that of the residents
                 (p adjusted by Holm for all pairs), and its chance to take over the market (Fermi
                 imitation, beta = {beta:.6g} per unit of payoff, {intensity:g} over the spread of
                 all mean payoffs; a Moran process with fitness exp(beta * payoff) has the same)
selection.csv    alpha-rank: share of time that selection and rare mutation leave to each strategy,
                 at that beta and in the limit of strong selection (reached at {strong:.3g})
*.png, *.svg     the same as figures

Payoffs of three or more strategies at once were not measured: the game of pairs supposes that a
firm's payoff is the mean over its rivals. beta is an assumption; --selection varies it.
"""


def readme(found: Evolution) -> str:
    """README.txt of the folder with these tables."""
    table = found.table
    more = "; the game\n                 is degenerate, there may be more" * found.degenerate
    dropped = f"\n({table.n_dropped} left out: a market of theirs failed)"
    return README.format(
        n_firms=table.n_firms, replicates=table.n_replicates, payoff=table.outcome.name,
        unit=table.outcome.unit, game=GAME_WORDS[found.game], degenerate=more, beta=found.beta,
        intensity=found.intensity, strong=found.strong_beta,
        dropped=dropped if table.n_dropped else "",
    )  # fmt: skip


def frames(found: Evolution) -> dict[str, pd.DataFrame]:
    """The tables by the name of their file."""
    import pandas as pd

    makers = {
        "payoffs": _payoffs, "matrix": _matrix, "equilibria": _equilibria,
        "rest_points": _rest_points, "invasion": _invasion, "selection": _selection,
    }  # fmt: skip
    return {name: pd.DataFrame(make(found)) for name, make in makers.items()}


def _payoffs(found: Evolution) -> list[dict[str, Any]]:
    table, names = found.table, found.table.strategies
    n, rows = table.n_firms, []
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            rows += [_mixture(table, i, j, k) for k in range(1, n)]
        rows.append(_mixture(table, i, i, n))
    return rows


def _mixture(table: PayoffTable, i: int, j: int, k: int) -> dict[str, Any]:
    """A market of k firms of i and the others of j; of i alone where i is j."""
    names, n = table.strategies, table.n_firms
    own, alone = table.interval(i, j, k), i == j
    other = (np.nan,) * 3 if alone else table.interval(j, i, n - k)
    return {
        "first": names[i], "second": "" if alone else names[j], "firms_of_first": k,
        "firms_of_second": n - k,
        "payoff_of_first": own[0], "first_low": own[1], "first_high": own[2],
        "payoff_of_second": other[0], "second_low": other[1], "second_high": other[2],
        "measured": bool(table.measured[i, j, k]),
    }  # fmt: skip


def _matrix(found: Evolution) -> list[dict[str, Any]]:
    names = found.table.strategies
    return [
        {
            "strategy": names[i], "against": names[j], "payoff": cell.value, "low": cell.low,
            "high": cell.high, "best_reply": bool(found.best[i, j]),
            "share_best_reply": found.share_best[i, j],
        }
        for i, row in enumerate(found.matrix)
        for j, cell in enumerate(row)
    ]  # fmt: skip


def _equilibria(found: Evolution) -> list[dict[str, Any]]:
    names = found.table.strategies
    return [
        {
            "equilibrium": n, "symmetric": one.at.symmetric, "ess": one.ess,
            "share_of_resamples": one.share, "share_ess": one.share_ess,
            **{f"row {name}": share for name, share in zip(names, one.at.row, strict=True)},
            **{f"column {name}": share for name, share in zip(names, one.at.column, strict=True)},
        }
        for n, one in enumerate(found.equilibria, start=1)
    ]  # fmt: skip


def _rest_points(found: Evolution) -> list[dict[str, Any]]:
    names, means = found.table.strategies, found.table.means()
    rows: list[dict[str, Any]] = [
        {"game": "pairs", **dict(zip(names, point.shares, strict=True)),
         "stability": point.stability}
        for point in rest_points(found.payoffs)
    ]  # fmt: skip
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            for share, stability in pair_rest_points(*pair_functions(means, i, j)):
                shares = {names[i]: share, names[j]: 1 - share}
                title = f"{names[i]} and {names[j]}"
                rows.append({"game": title, **shares, "stability": stability})
    return rows


def pair_functions(means: F, i: int, j: int) -> tuple[F, F]:
    """Payoff of i with k = 1 .. N firms of i, and of j with k = 0 .. N - 1, (N,) each."""
    return means[i, j, 1:], means[j, i, :0:-1]


def _invasion(found: Evolution) -> list[dict[str, Any]]:
    table, names = found.table, found.table.strategies
    return [
        {
            "mutant": names[one.mutant], "resident": names[one.resident],
            "payoff_of_mutant": one.own, "payoff_of_residents": one.theirs,
            "difference": one.difference.value, "low": one.difference.low,
            "high": one.difference.high, "p_holm": one.p_holm,
            "invades": one.verdict(table.n_replicates),
            "takes_over": over.chance.value, "takes_over_low": over.chance.low,
            "takes_over_high": over.chance.high, "neutral": 1 / table.n_firms,
            "share_above_neutral": over.share_above,
        }
        for one, over in zip(found.invasions, found.takeovers, strict=True)
    ]  # fmt: skip


def _selection(found: Evolution) -> list[dict[str, Any]]:
    return [
        {
            "strategy": name, "share_of_time": found.time[i].value, "low": found.time[i].low,
            "high": found.time[i].high, "share_first": found.share_first[i],
            "strong_selection": found.strong[i],
        }
        for i, name in enumerate(found.table.strategies)
    ]  # fmt: skip
