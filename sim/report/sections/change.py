"""What would change the verdict: how the difference moves with what the study varied."""

from __future__ import annotations

from sim.analysis.comparison import survival_table
from sim.analysis.pairs import MIN_PAIRS, Difference, between_strategies
from sim.analysis.treatments import by_treatment, directions, short_titles, telling
from sim.analysis.wording import capital, counted
from sim.experiments.study import SAMPLED
from sim.plots.multiples import MOST_PANELS, treatment_figures
from sim.report.blocks import Block, Fold, Row, Table, Text
from sim.report.figures import whole
from sim.report.parts import Part
from sim.report.sections import sensitivity
from sim.report.subject import Subject
from sim.report.words import number, share_span, signed, span

MOST = 60  # treatments that a table still shows one by one
OPEN = 12  # treatments up to which their table is not folded away


def _one_treatment(subject: Subject) -> list[Block]:
    if len(subject.settings) > 1:
        return [
            Text("Here only a single treatment has runs, so there is nothing to compare it with.")
        ]
    return [Text(
        "Nothing was varied here, so this page cannot say what would change the verdict. A study "
        "over starting cash, the network effect or any other key of the scenario can; "
        "the command userfirst explain lists the keys."
    )]  # fmt: skip


def _met(subject: Subject) -> bool:
    """Whether the pair of the answer met in several treatments."""
    if not subject.several or subject.pair is None:
        return False
    ours = subject.rows[subject.rows["strategy"].isin(subject.pair)]
    kinds = ours.groupby(["treatment", "run"])["strategy"].nunique()
    return int((kinds == 2).groupby("treatment").any().sum()) > 1


def _chosen(subject: Subject) -> bool:
    """Whether treatments are levels that somebody chose: neither sampled nor a tournament's."""
    sampled = subject.study is not None and subject.study.kind in SAMPLED
    return not sampled and subject.tournament is None


def _levels(subject: Subject) -> bool:
    return _met(subject) and _chosen(subject)


def _told(subject: Subject) -> bool:
    """Whether there is something to tell treatments apart by: a pair, or one kind of firm."""
    return subject.several and _chosen(subject) and (subject.pair is None or _met(subject))


def _directions(subject: Subject) -> list[Block]:
    told = telling(subject.rows, subject.pair)
    said = by_treatment(subject.rows, subject.settings, subject.pair)
    blocks: list[Block] = [Text(said)] if said else []

    def level(value: float) -> str:
        return (number if subject.pair is None else signed)(*told.scaled(value))

    rows = tuple(
        (one.factor, level(one.lowest), level(one.highest),
         span(one.change, lambda change: signed(*told.scaled(change))),
         {1: "rises", -1: "falls", 0: "not told"}[one.sign], f"{one.n_pairs:,}")
        for one in directions(subject.rows, subject.settings, subject.pair)
    )  # fmt: skip
    header = (
        "factor", "at its lowest level", "at its highest level", "change (95%)", "reading",
        "replicates",
    )  # fmt: skip
    caption = f"{capital(told.name)}, {told.unit}, by factor"
    return [*blocks, Table(caption, header, rows, words=("reading",))] if rows else blocks


def _treatments(subject: Subject) -> list[Block]:
    assert subject.pair is not None
    first, second = subject.pair
    titles = short_titles(subject.settings)
    rows: list[Row] = []
    for name, firms in subject.rows.groupby("treatment", sort=False):
        try:
            alive = between_strategies(firms, first, second, "survival")
            profit = between_strategies(firms, first, second, "discounted_profit")
        except ValueError:  # not both of them in any run of this treatment
            continue
        rows.append((
            titles.get(str(name), str(name)), span(alive.difference, _points),
            reading(alive, first), span(profit.difference, signed), reading(profit, first),
            f"{alive.n_pairs:,}",
        ))  # fmt: skip
    header = (
        "treatment", "share alive, points (95%)", "reading", "discounted profit (95%)", "reading",
        "pairs",
    )  # fmt: skip
    table = Table(f"{first} less {second} by treatment", header, tuple(rows), words=("reading",))
    return [Fold(f"All {counted(len(rows), 'treatment')}", (table,)) if len(rows) > OPEN else table]


def reading(one: Difference, first: str) -> str:
    """Whether a difference within a treatment can be told, in a word or two."""
    if one.n_pairs < MIN_PAIRS:
        return "too few runs"
    return {1: f"{first} higher", -1: f"{first} lower", 0: "not told"}[one.difference.sign]


def _panels(subject: Subject) -> list[Block]:
    """Survival of every treatment side by side, and the numbers at its end."""
    titles = short_titles(subject.settings)
    figure = treatment_figures(subject.tables, titles)["survival-by-treatment"]
    rows = tuple(
        (titles.get(str(name), str(name)), one["strategy"], share_span(one["alive"]))
        for name, firms in subject.rows.groupby("treatment", sort=False)
        for one in survival_table(firms)
    )
    table = Table("Alive at the end", ("treatment", "strategy", "% of firms (95%)"), rows, names=2)
    caption = "Survival of firms by treatment, Kaplan-Meier estimates with 95% bands"
    words = "A panel a treatment, in each a falling step curve a strategy. Alive at the end: "
    words += "; ".join(f"{name}, {strategy} {share}%" for name, strategy, share in rows)
    return [whole(figure, "by-treatment", caption, f"{words}.", table)]


def _fit(subject: Subject) -> bool:
    """Whether every treatment has a panel of its own."""
    sampled = subject.study is not None and subject.study.kind in SAMPLED
    n = subject.rows["treatment"].nunique()
    return 1 < n <= MOST_PANELS and not sampled and subject.tournament is None


def _few(subject: Subject) -> bool:
    return _levels(subject) and subject.rows["treatment"].nunique() <= MOST


def _points(share: float) -> str:
    return signed(100 * share, 0)


PARTS = (
    *sensitivity.PARTS,
    Part("nothing", "", lambda subject: not subject.several, _one_treatment),
    Part("directions", "Directions", _told, _directions, ("bootstrap", "common-draws")),
    Part("panels", "Side by side", _fit, _panels, ("kaplan-meier", "clusters")),
    Part("treatments", "Treatments", _few, _treatments, ("bootstrap", "common-draws")),
)
