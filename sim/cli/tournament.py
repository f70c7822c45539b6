"""A tournament of strategies: every pair in every mixture, and what selection makes of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.show import amount, paragraph, safe, table
from sim.cli.trouble import Refused, Status, check_writable, count, storing

if TYPE_CHECKING:
    from sim.analysis.evolution.selection import Evolution
    from sim.analysis.intervals import Interval
    from sim.cli.sweep import Asked
    from sim.experiments.sweep import ResolvedStudy

MOST_PAIRS = 40  # rows of the table of invasions on screen
MOST_COLUMNS = 6  # strategies of the matrix on screen


@dataclass(frozen=True)
class Wanted:
    """A tournament as the command line asks for it.

    sweep: which study or scenario, and how its runs are made.  strategies: names, instead of
    those of the study or scenario.  mixtures: numbers of firms of the first of a pair; empty:
    all.  payoff: what firms are judged by.  game: how markets become a game of pairs.
    selection: its strength, over the spread of payoffs; None: the default.
    """

    sweep: Asked
    strategies: tuple[str, ...] = ()
    n_firms: int | None = None
    mixtures: tuple[int, ...] = ()
    payoff: str = "discounted_profit"
    game: str = "half"
    selection: float | None = None

    def study(self) -> ResolvedStudy:
        """The study of all its markets; raises ScenarioFaults."""
        from sim.experiments.tournament import N_FIRMS, Tournament, round_robins

        asked = self.sweep
        n_firms = N_FIRMS if self.n_firms is None else self.n_firms
        return round_robins(
            Tournament(
                asked.study, self.strategies, n_firms, self.mixtures, asked.changes,
                asked.replicates, asked.seed, asked.allow_code,
            )
        )  # fmt: skip


def words_of(text: str | None) -> tuple[str, ...]:
    """``a, b`` as ("a", "b"); nothing of nothing."""
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())


def counts_of(text: str | None) -> tuple[int, ...]:
    """``1,3`` as (1, 3); raises ``Refused`` for anything but whole numbers."""
    try:
        return tuple(int(word) for word in words_of(text))
    except ValueError:
        rule = "must be numbers of firms with commas between, such as 1,3"
        raise Refused(f"--mixtures: {rule}, got {safe(text)}") from None


def tournament(wanted: Wanted) -> None:
    """Run what is missing of a tournament and print its answer; ``Refused`` if runs failed."""
    from sim.cli.sweep import made
    from sim.experiments.executors import check_kind
    from sim.experiments.sweep import folder_of

    _check(wanted)
    check_kind(wanted.sweep.executor, wanted.sweep.limit)
    study = wanted.study()
    folder = folder_of(study, wanted.sweep.out)
    check_writable(folder)
    done = made(folder, study, wanted.sweep).progress
    if done.failed < done.total:
        show(folder, wanted)
    if done.failed:
        raise Refused(
            f"{count(done.failed, 'run')} of {done.total} failed; `userfirst status {folder}` "
            "says why",
            Status.RUNS_FAILED,
        )


def _check(wanted: Wanted) -> None:
    """Refuse a payoff, game or strength that does not exist before any run is made."""
    from sim.analysis.evolution.payoffs import GAMES, PAYOFFS
    from sim.scenario.faults import way_out

    for option, value, known in (
        ("--payoff", wanted.payoff, PAYOFFS), ("--game", wanted.game, tuple(GAMES)),
    ):  # fmt: skip
        if value not in known:
            raise Refused(f"{option}: no {option[2:]} {safe(value)}{way_out(value, known)}")
    if wanted.selection is not None and not (0 < wanted.selection < math.inf):
        raise Refused(f"--selection: must be a number above 0, got {wanted.selection:g}")


def show(folder: Path, wanted: Wanted) -> None:
    """The answer, the tables, and where everything is."""
    from sim.analysis.evolution.selection import INTENSITY, evolve
    from sim.analysis.evolution.stored import tournament_in
    from sim.analysis.evolution.words import answer

    try:
        title, payoffs = tournament_in(folder, wanted.payoff)
    except ValueError as error:
        raise Refused(f"{folder}: {error}", Status.RUNS_FAILED) from None
    strength = INTENSITY if wanted.selection is None else wanted.selection
    found = evolve(payoffs, game=wanted.game, intensity=strength)
    print(f"\n{safe(title)}\n")
    paragraph(safe(answer(found)))
    _show_matrix(found)
    _show_equilibria(found)
    _show_invasions(found)
    _show_selection(found)
    _write(folder, found, title)


def _show_matrix(found: Evolution) -> None:
    """Payoffs of the row against the column; * marks best replies."""
    names = found.table.strategies
    unit = found.table.outcome.unit
    how = {"half": "half of the firms of either", "deviation": "one firm against all others"}
    outcome = found.table.outcome.name.replace("_", " ")
    print(f"\n{outcome} ({unit}) of a firm of the row, {how[found.game]}; * best reply\n")
    if len(names) > MOST_COLUMNS:
        print(f"  {len(names)} strategies do not fit here; matrix.csv has them all")
        return
    rows = [
        [name, *(_cell(found, i, j) for j in range(len(names)))] for i, name in enumerate(names)
    ]
    table(("", *(f"against {name}" for name in names)), rows, right="l" + "r" * len(names), gap=2)


def _cell(found: Evolution, i: int, j: int) -> str:
    star = "*" if found.best[i, j] else " "
    return f"{_span(found.matrix[i][j], amount)}{star}"


def _show_equilibria(found: Evolution) -> None:
    """Symmetric equilibria, stable ones first."""
    from sim.analysis.evolution.words import mixture

    symmetric = [one for one in found.equilibria if one.at.symmetric]
    symmetric.sort(key=lambda one: not one.ess)
    rows = [
        [mixture(found, one.at.row), "yes" if one.ess else "no", _percent(one.share),
         _percent(one.share_ess)]
        for one in symmetric
    ]  # fmt: skip
    others = len(found.equilibria) - len(symmetric)
    more = f"; {others} more with two roles in equilibria.csv" if others else ""
    more += "; the game is degenerate, there may be others" if found.degenerate else ""
    print(f"\nNash equilibria of that game, all firms alike{more}\n")
    header = ("equilibrium", "stable (ESS)", "in resamples", "stable in resamples")
    table(header, rows, right="llrr")


def _show_invasions(found: Evolution) -> None:
    """One firm of a strategy among the others: its advantage and its chance to take over."""
    table_, names = found.table, found.table.strategies
    n = table_.n_firms
    print(
        f"\nOne firm among {n - 1} of another strategy; takes over by chance alone: {1 / n:.3f}\n"
    )
    rows = [
        [
            names[one.mutant], names[one.resident], one.verdict(table_.n_replicates),
            _span(one.difference, amount), f"{one.p_holm:.3f}",
            _span(over.chance, lambda x: f"{x:.3f}"), _percent(over.share_above),
        ]
        for one, over in zip(found.invasions, found.takeovers, strict=True)
    ]  # fmt: skip
    header = ("one", "among", "invades", "earns more by", "p (Holm)", "takes over",
              "above chance")  # fmt: skip
    table(header, rows[:MOST_PAIRS], right="lllrrrr", gap=2)
    if len(rows) > MOST_PAIRS:
        print(f"  and {count(len(rows) - MOST_PAIRS, 'row')} more in invasion.csv")


def _show_selection(found: Evolution) -> None:
    """Share of time that selection leaves to each strategy."""
    print("\nShare of time with each strategy under selection and rare mutation (alpha-rank)\n")
    order = sorted(range(len(found.time)), key=lambda i: -found.time[i].value)
    rows = [
        [
            found.table.strategies[i], _span(found.time[i], _percent),
            _percent(float(found.share_first[i])), _percent(float(found.strong[i])),
        ]
        for i in order
    ]  # fmt: skip
    table(("strategy", "time", "first in resamples", "strong selection"), rows, right="lrrr")


def _write(folder: Path, found: Evolution, title: str) -> None:
    """Tables, README and figures in a folder of their own, and a line that names each."""
    from sim.analysis.evolution.frames import frames, readme
    from sim.plots.evolution import evolution_figures
    from sim.plots.figures import save

    name = found.table.outcome.name
    at = folder / ("evolution" if name == "discounted_profit" else f"evolution-{name}")
    tables, figures = frames(found), evolution_figures(found, title)
    with storing(at):
        at.mkdir(parents=True, exist_ok=True)
        (at / "README.txt").write_text(readme(found), encoding="utf-8")
        for file, frame in tables.items():
            frame.to_csv(at / f"{file}.csv", index=False)
        for figure, drawn in figures.items():
            save(drawn, at / figure)
    print(f"\n{at}   README.txt says what is what")
    print(f"  tables: {', '.join(f'{file}.csv' for file in tables)}")
    print(f"  figures: {', '.join(figures)}, as PNG and SVG")


def _percent(share: float) -> str:
    return "-" if math.isnan(share) else f"{100 * share:.0f}%"


def _span(interval: Interval, shown: Callable[[float], str]) -> str:
    """``0.12 (0.03 to 0.21)``; the estimate alone where there is no interval."""
    value, low, high = interval
    if math.isnan(low) or math.isnan(high):
        return shown(value)
    return f"{shown(value)} ({shown(low).rstrip('%')} to {shown(high).rstrip('%')})"
