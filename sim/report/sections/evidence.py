"""The evidence: who survived, by how much they differ, how it went over time."""

from __future__ import annotations

from typing import Any

from sim.analysis.comparison import survival_table
from sim.analysis.survival import pairwise_logrank
from sim.analysis.wording import counted
from sim.plots.series import has_stages, of_interest
from sim.plots.style import in_order
from sim.report import figures
from sim.report.blocks import Block, Fold, Row, Table, Text
from sim.report.parts import Part, always, many
from sim.report.sections import differences
from sim.report.subject import Subject
from sim.report.words import number, p_value, percent, share_span, signed, span

SMALL = 3  # strategies up to which each has a column
COLUMNS: Row = (
    "firms", "alive at the end, % of firms", "weeks alive", "users, % of people",
    "customers, % of people", "discounted profit, money per head", "cash trough, money per head",
    "trust, share",
)  # fmt: skip


def cells(row: dict[str, Any]) -> Row:
    """A row of ``survival_table`` after its strategy, as ``COLUMNS``."""
    return (
        f"{row['firms']:,}", share_span(row["alive"]),
        span(row["weeks"], lambda weeks: number(weeks, 0)), share_span(row["users"]),
        share_span(row["customers"]), span(row["discounted_profit"]),
        span(row["cash_trough"]), span(row["trust"]),
    )  # fmt: skip


def _survival(subject: Subject) -> list[Block]:
    return [figures.survival(subject.rows)]


def _strategies(subject: Subject) -> list[Block]:
    """The table of strategies; of a few, with a column each, which a narrow screen shows whole."""
    found = {row["strategy"]: cells(row) for row in survival_table(subject.rows)}
    caption = f"What became of the firms, {counted(subject.n_runs, 'run')}"
    if len(found) > SMALL:
        rows = tuple((name, *each) for name, each in found.items())
        table = Table(caption, ("strategy", *COLUMNS), rows)
    else:
        table = Table(
            caption, ("measure", *found), tuple(zip(COLUMNS, *found.values(), strict=True))
        )
    spread = (
        "One run: what happened, with an interval only for the share of firms alive."
        if subject.n_runs == 1
        else "Estimate and 95% interval over runs."
    )
    said = (
        f"{spread} Firms that left stay in every mean, with nothing. Profit and cash are money per "
        "head of the population, in prices of the category."
    )
    return [Text(said), table]


def _firms(subject: Subject) -> list[Block]:
    """Every firm of a single run."""
    rows = tuple(
        (one.firm, one.strategy, _fate(one), percent(one.share_users),
         percent(one.share_customers), number(one.cash), number(one.cash_trough),
         number(one.discounted_profit), number(one.trust))
        for one in subject.rows.sort_values(["share_users", "firm"], ascending=[False, True])
        .itertuples()
    )  # fmt: skip
    header = (
        "firm", "strategy", "fate", "users, % of people", "customers, %", "cash", "cash trough",
        "discounted profit", "trust",
    )  # fmt: skip
    return [Table("The firms", header, rows, names=3)]


def _fate(firm: Any) -> str:
    return "alive" if firm.survived else f"{firm.cause}, week {firm.exited:,}"


def _causes(subject: Subject) -> list[Block]:
    return [figures.causes(subject.rows)]


def _hazard(subject: Subject) -> list[Block]:
    return [figures.hazard(subject.rows)]


def _failed(subject: Subject) -> bool:
    """Whether any firm left in any of several runs."""
    return many(subject) and not subject.rows["survived"].all()


def _series(subject: Subject) -> list[Block]:
    return [
        figures.over_time(subject.series, measure, word)
        for word, measure in of_interest(subject.series).items()
    ]


def _has_stages(subject: Subject) -> bool:
    return has_stages(subject.series)


def _stages(subject: Subject) -> list[Block]:
    names = in_order(subject.pair or subject.rows["strategy"])
    return [
        figures.stages(subject.series, name, f"stages-{place}") for place, name in enumerate(names)
    ]


def _several_strategies(subject: Subject) -> bool:
    return many(subject) and subject.pair is not None


def _log_rank(subject: Subject) -> list[Block]:
    tests = pairwise_logrank(subject.rows)
    rows = tuple(
        (f"{one['first']} against {one['second']}", signed(one["z"]), number(one["chi2"]),
         p_value(one["p"]), p_value(one["p_holm"]))
        for one in tests
    )  # fmt: skip
    table = Table(
        f"Log-rank tests, {counted(len(tests), 'pair')} of strategies",
        ("pair", "z", "chi-square (1 df)", "p", "p adjusted (Holm)"),
        rows,
    )
    said = Text("z above zero: the first of the pair fails more than under equal hazards.")
    return [said, Fold("All pairs", (table,)) if len(tests) > 12 else table]


BY_RUNS = ("bootstrap", "wilson", "clusters")
PARTS = (
    Part("survival", "Survival", many, _survival, ("kaplan-meier", "clusters")),
    Part("strategies", "Strategies", always, _strategies, (*BY_RUNS, "restricted-mean")),
    Part("firms", "Firms", lambda subject: subject.n_runs == 1, _firms),
    differences.PART,
    Part("log-rank", "Tests of survival", _several_strategies, _log_rank,
         ("log-rank", "clusters", "holm")),
    Part("causes", "Why firms left", _failed, _causes, ("incidence", "bootstrap", "wilson")),
    Part("hazard", "When firms left", _failed, _hazard, ("hazard", "clusters")),
    Part("series", "Over time", always, _series),
    Part("stages", "Where people stand", _has_stages, _stages),
)  # fmt: skip
