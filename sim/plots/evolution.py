"""Figures of a tournament: payoffs, mixtures, takeovers, what selection leaves."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.pairs import HEADLINE
from sim.plots.flows import flow_lines, simplexes
from sim.plots.style import FAINT, INK, headed, looks, new_figure, note, settings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.analysis.evolution.selection import Evolution

F = NDArray[np.float64]
MOST_PAIRS = 10  # small multiples in one figure: every pair of five strategies
LABELS = {
    "discounted_profit": "discounted profit (money per head)",
    "survival": "alive at the end (share of firms)",
    "users": "users at the end (share of people)",
    "customers": "customers at the end (share of people)",
    "cash_trough": "least cash (money per head)",
    "weeks_alive": "time alive (weeks)",
}


def evolution_figures(found: Evolution, title: str = "") -> dict[str, Figure]:
    """Figures by name: payoffs, mixtures, replicator, simplex (of three or more), takeovers,
    selection."""
    n = len(found.table.strategies)
    figures: dict[str, Figure] = {}
    with settings():
        figures["payoffs"], ax = new_figure(2.4 + 0.85 * n)
        payoff_matrix(found, ax)
        figures["mixtures"] = mixtures(found)
        pairs = shown_pairs(found)
        figures["replicator"], ax = new_figure(1.9 + 0.62 * len(pairs))
        flow_lines(found.table, pairs, ax)
        if n > 2:
            figures["simplex"] = simplexes(found.table.strategies, found.payoffs, _triples(found))
        figures["takeovers"], ax = new_figure(1.9 + 0.42 * 2 * len(pairs))
        takeover_bars(found, ax)
        figures["selection"], ax = new_figure(1.9 + 0.55 * n)
        time_bars(found, ax)
        for name, figure in figures.items():
            headed(figure, f"{title}: {name}" if title else name)
    return figures


def shown_pairs(found: Evolution) -> list[tuple[int, int]]:
    """All pairs of strategies, or the most telling ones where they are too many to draw.

    Those are the pair the project asks about, then pairs by the time that selection leaves them.
    """
    names, n = found.table.strategies, len(found.table.strategies)
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    if len(pairs) <= MOST_PAIRS:
        return pairs
    time = [each.value for each in found.time]
    asked = {names.index(name) for name in HEADLINE if name in names}
    order = sorted(pairs, key=lambda pair: (set(pair) != asked, -time[pair[0]] - time[pair[1]]))
    return sorted(order[:MOST_PAIRS])


def _left_out(found: Evolution, n_shown: int) -> str:
    n = len(found.table.strategies)
    total = n * (n - 1) // 2
    return "" if n_shown == total else f"; {n_shown} of {total} pairs, the tables have all"


def _triples(found: Evolution) -> list[tuple[int, int, int]]:
    """All triples of three or four strategies; of more, the three that selection leaves most."""
    n = len(found.table.strategies)
    if n > 4:
        order = sorted(range(n), key=lambda i: -found.time[i].value)
        a, b, c = sorted(order[:3])
        return [(a, b, c)]
    return [(i, j, k) for i in range(n) for j in range(i + 1, n) for k in range(j + 1, n)]


def payoff_matrix(found: Evolution, ax: Axes) -> Axes:
    """Payoff of the row against the column, with its interval; best replies are framed."""
    names, values = found.table.strategies, found.payoffs
    n = len(names)
    mesh = ax.imshow(values, cmap="cividis", aspect="auto")
    for i in range(n):
        for j in range(n):
            _cell(found, ax, i, j, _ink(tuple(map(float, mesh.to_rgba(values[i, j])))))
    ax.set_xticks(range(n), [textwrap.fill(name, 14) for name in names])
    ax.set_yticks(range(n), [textwrap.fill(name, 20) for name in names])
    ax.tick_params(length=0)
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_xlabel("rival's strategy")
    ax.set_ylabel("firm's strategy")
    bar = ax.figure.colorbar(mesh, ax=ax, pad=0.03, fraction=0.06)
    bar.set_label(LABELS[found.table.outcome.name])
    bar.outline.set_visible(False)
    how = {
        "half": f"markets of {found.table.n_firms} firms, half of either strategy",
        "deviation": f"one firm of the row among {found.table.n_firms - 1} of the column",
    }[found.game]
    note(ax, f"{how}; framed: best reply to the column\nmean and 95% interval over "
             f"{_replicates(found)}, share of resamples in which it is a best reply")  # fmt: skip
    return ax


def _replicates(found: Evolution) -> str:
    n = found.table.n_replicates
    return f"{n:,} replicate{'s' if n != 1 else ''}"


def _ink(shade: Sequence[float]) -> str:
    """Black or white, whichever has more contrast with a colour (WCAG 2.1, 4.58 at least)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shade[:3]]
    light = float(np.dot(linear, (0.2126, 0.7152, 0.0722)))
    return "black" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "white"


def _cell(found: Evolution, ax: Axes, i: int, j: int, ink: str) -> None:
    """The numbers of a cell, and its frame where it is a best reply."""
    from matplotlib.patches import Rectangle

    value, low, high = found.matrix[i][j]
    digits = 2 if abs(value) < 100 else 0
    small = len(found.table.strategies) > 5
    ax.text(j, i - 0.16, f"{value:.{digits}f}", ha="center", va="center", color=ink,
            fontweight="bold", fontsize=9 if small else 12)  # fmt: skip
    if not small and not np.isnan(low):
        below = f"{low:.{digits}f} to {high:.{digits}f}"
        if found.share_best[i, j] >= 0.005:
            below += f"\nbest in {100 * found.share_best[i, j]:.0f}%"
        ax.text(j, i + 0.19, below, ha="center", va="center", color=ink, fontsize=8.5)
    if found.best[i, j]:
        for colour, width in (("white", 4.5), ("black", 2.0)):
            ax.add_patch(Rectangle((j - 0.47, i - 0.46), 0.94, 0.92, fill=False, gid="best-reply",
                                   edgecolor=colour, linewidth=width))  # fmt: skip


def mixtures(found: Evolution) -> Figure:
    """Payoff of either strategy by its number of firms, a panel a pair, with 95% intervals."""
    from matplotlib.figure import Figure

    pairs = shown_pairs(found)
    across = min(3, len(pairs))
    down = -(-len(pairs) // across)
    figure = Figure(figsize=(max(6.0, 3.6 * across), 1.4 + 2.7 * down), layout="constrained")
    axes = figure.subplots(down, across, squeeze=False, sharey=True)
    for place, ax in enumerate(axes.flat):
        if place >= len(pairs):
            ax.set_visible(False)
            continue
        _mixture(found, ax, *pairs[place])
    figure.supylabel(LABELS[found.table.outcome.name], fontsize="medium")
    said = f"mean firm and 95% interval over {_replicates(found)}"
    hollow = "" if found.table.measured[..., 1:].all() else "; hollow: not run, linear in between"
    note(axes.flat[0], f"{said}{hollow}{_left_out(found, len(pairs))}")
    return figure


def _mixture(found: Evolution, ax: Axes, i: int, j: int) -> None:
    """A panel: k firms of i along the axis, the others of j."""
    table = found.table
    n, style = table.n_firms, looks(table.strategies)
    for own, other, ks in ((i, j, range(1, n + 1)), (j, i, range(n))):
        name = table.strategies[own]
        counts = [k if own == i else n - k for k in ks]
        spans = np.array([table.interval(own, other, count) for count in counts]).T
        run = np.array([table.measured[own, other, count] for count in counts])
        look, at = style[name], np.array(ks) + (-0.06 if own == i else 0.06)
        arms = np.nan_to_num(np.abs(spans[1:] - spans[0]))
        ax.errorbar(at, spans[0], yerr=arms, color=look.colour, linestyle=look.line, linewidth=1.6,
                    capsize=2.5, elinewidth=1, gid=f"mixture-{name}")  # fmt: skip
        marker = "o" if own == i else "s"
        for chosen, face in ((run, look.colour), (~run, "white")):
            ax.plot(at[chosen], spans[0][chosen], marker, markersize=4.5, color=look.colour,
                    markerfacecolor=face)  # fmt: skip
        ax.plot([], [], marker=marker, markersize=4.5, color=look.colour, linestyle=look.line,
                label=name)  # fmt: skip
    ax.set_xticks(range(n + 1) if n <= 10 else range(0, n + 1, -(-n // 8)))
    ax.set_xlabel(f"firms of {table.strategies[i]}, of {n}", fontsize="small")
    ax.legend(frameon=False, fontsize="x-small", handlelength=2.6, loc="best", borderpad=0.1)
    ax.tick_params(labelsize="small")


def takeover_bars(found: Evolution, ax: Axes) -> Axes:
    """Chance that one firm of a strategy takes over the others, beside 1/N."""
    names, neutral = found.table.strategies, 1 / found.table.n_firms
    pairs = shown_pairs(found)
    shown = [each for each in found.takeovers
             if tuple(sorted((each.mutant, each.resident))) in pairs]  # fmt: skip
    shown.sort(key=lambda each: each.chance.value)
    style = looks(names)
    for place, each in enumerate(shown):
        look = style[names[each.mutant]]
        _bar(ax, place, each.chance, look)
    ax.set_yticks(range(len(shown)), [f"{names[e.mutant]} among {names[e.resident]}"
                                      for e in shown])  # fmt: skip
    ax.set_ylim(-0.7, len(shown) - 0.3)
    ax.set_xlim(0, 1.16)
    ax.set_xticks(np.linspace(0, 1, 6))
    ax.axvline(neutral, color=INK, linestyle=(0, (5, 1.6)), linewidth=1.3, gid="neutral")
    ax.annotate(f"1/N = {neutral:.3f}, chance alone", xy=(neutral, 0.02), xytext=(6, 0),
                xycoords=ax.get_xaxis_transform(), textcoords="offset points", fontsize="small",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip
    ax.set_xlabel("chance that one firm's strategy takes over the market")
    note(ax, f"imitation by pairwise comparison, beta = {found.intensity:g} / spread of payoffs\n"
             f"95% intervals{_left_out(found, len(pairs))}")  # fmt: skip
    return ax


def _bar(ax: Axes, place: int, span: Sequence[float], look: Any, beyond: float = 0.0) -> None:
    """A bar with its interval, and its number at the end of that, or of ``beyond``."""
    value, low, high = span
    ax.barh(place, value, height=0.62, color=look.colour, hatch=look.hatch, edgecolor="white",
            alpha=0.9)  # fmt: skip
    if not np.isnan(low):
        for colour, width in (("white", 3.4), (INK, 1.4)):
            ax.errorbar(value, place, xerr=[[value - low], [high - value]], color=colour,
                        capsize=3.5, elinewidth=width, capthick=width, gid="interval")  # fmt: skip
    end = max(value if np.isnan(high) else high, beyond)
    ax.annotate(f"{value:.3f}", xy=(end, place), xytext=(6, 0), textcoords="offset points",
                va="center", fontsize="small",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})  # fmt: skip


def time_bars(found: Evolution, ax: Axes) -> Axes:
    """Share of time that selection and rare mutation leave to each strategy (alpha-rank)."""
    names = found.table.strategies
    order = sorted(range(len(names)), key=lambda i: found.time[i].value)
    style = looks(names)
    for place, i in enumerate(order):
        _bar(ax, place, found.time[i], style[names[i]], beyond=float(found.strong[i]) + 0.01)
        ax.plot(found.strong[i], place, "D", markersize=7, markerfacecolor="white", clip_on=False,
                markeredgecolor=INK, markeredgewidth=1.4, gid="strong", zorder=5)  # fmt: skip
    ax.set_yticks(range(len(names)), [names[i] for i in order])
    ax.set_xlim(0, 1.16)
    ax.set_xticks(np.linspace(0, 1, 6))
    ax.axvline(1 / len(names), color=FAINT, linestyle=(0, (1.2, 1.4)), linewidth=1.3)
    ax.set_xlabel("share of time")
    note(ax, "alpha-rank: bars at the strength of selection of the tables, diamonds in the limit "
             "of strong selection\n95% intervals; dotted: equal shares")  # fmt: skip
    return ax
