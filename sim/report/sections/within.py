"""Selection inside the runs, where entrants imitate: which strategy the market ends up with."""

from __future__ import annotations

from sim.analysis.evolution.within import (
    COLUMNS,
    Effect,
    can_be_told,
    effects,
    endings,
    imitated,
    paths,
)
from sim.analysis.treatments import short_titles
from sim.analysis.wording import listed
from sim.plots.within import WORDS, within_figures
from sim.report.blocks import Block, Row, Table, Text
from sim.report.figures import stored_moments, whole
from sim.report.parts import Part
from sim.report.subject import Subject
from sim.report.words import p_value, percent, share_span, signed, span

SAID = (
    "Entrants look at the published profit of living firms and take after what pays, so that "
    "strategies spread or vanish inside a run. Shares are of the firms alive in a week, and of "
    "their users; a market counts once, however many firms it has. Failed firms publish nothing: "
    "what spreads is what pays among survivors."
)


def _within(subject: Subject) -> list[Block]:
    titles = short_titles(subject.settings)
    blocks: list[Block] = [Text(SAID), Text(_who_won(subject)), _ends(subject, titles)]
    for name, figure in within_figures(subject.tables, titles).items():
        of = name.removeprefix("shares-of-")
        numbers = _numbers(subject, of, titles)
        last = listed([
            f"{title} {cell}%" for title, cell in zip(
                numbers.header[1:], numbers.rows[-1][1:], strict=True)
        ])  # fmt: skip
        words = f"Lines of the share of {WORDS[of]} by strategy against time. Last week: {last}."
        caption = f"Shares of {WORDS[of]} over time, mean over runs with 95% intervals"
        blocks.append(whole(figure, f"within-{of}", caption, words, numbers))
    found = effects(subject.series)
    return [*blocks, _effects(found, titles)] if found else blocks


def _who_won(subject: Subject) -> str:
    """A sentence a treatment: the strategy with the largest share of firms at the end."""
    titles, said = short_titles(subject.settings), []
    found = endings(subject.series)
    for treatment in dict.fromkeys(one.treatment for one in found):
        own = [one for one in found if one.treatment == treatment]
        best = max(own, key=lambda one: one.at_end.value)
        where = f"{titles.get(treatment, treatment)}: " if subject.several else ""
        grew = {1: "grew", -1: "shrank", 0: "did not change beyond chance"}[best.change.sign]
        said.append(
            f"{where}{best.strategy} ended with {share_span(best.at_end)}% of the living firms, a "
            f"share that {grew} ({span(best.change, _points)} points since the start), and with "
            f"{share_span(best.users_at_end)}% of their users"
        )
    return "; ".join(said) + "."


def _ends(subject: Subject, titles: dict[str, str]) -> Table:
    header = (
        "treatment", "strategy", "% of firms at the start", "% of firms at the end (95%)",
        "change, points (95%)", "% of users at the end (95%)", "% of runs alone at the end (95%)",
        "runs",
    )  # fmt: skip
    rows: tuple[Row, ...] = tuple(
        (titles.get(one.treatment, one.treatment) or "-", one.strategy,
         percent(one.at_start.value), share_span(one.at_end), span(one.change, _points),
         share_span(one.users_at_end), share_span(one.alone), f"{one.n_runs:,}")
        for one in endings(subject.series)
    )  # fmt: skip
    return Table("Strategies at the start and at the end of the runs", header, rows, names=2)


def _effects(found: list[Effect], titles: dict[str, str]) -> Table:
    header = ("treatment", "strategy", "share of", "difference, points (95%)", "p (Holm)", "pairs")
    rows: tuple[Row, ...] = tuple(
        (titles.get(one.treatment, one.treatment), one.strategy, WORDS[one.of],
         span(one.difference, _points), p_value(one.p_holm), f"{one.n_pairs:,}")
        for one in found
    )  # fmt: skip
    caption = "Shares at the end against the first treatment, paired by replicate"
    return Table(caption, header, rows, names=3)


def _numbers(subject: Subject, of: str, titles: dict[str, str]) -> Table:
    """The lines of a figure at some weeks, all treatments of it side by side."""
    series = subject.series
    at = stored_moments(series[series[COLUMNS[of]] > 0]["week"])
    header, columns = ["week"], []
    for name in dict.fromkeys(series["treatment"]):
        for path in paths(series[series["treatment"] == name], of):
            shown = dict(zip(path.weeks.tolist(), path.spans(), strict=True))
            title = titles.get(str(name), str(name))
            header.append(f"{title}, {path.strategy}" if subject.several else path.strategy)
            columns.append([share_span(shown[week]) if week in shown else "-" for week in at])
    rows = tuple((f"{week:,}", *cells) for week, *cells in zip(at, *columns, strict=True))
    return Table(f"Share of {WORDS[of]}, % (95% interval)", tuple(header), rows)


def _points(share: float) -> str:
    return signed(100 * share, 0)


def _imitated(subject: Subject) -> bool:
    if not can_be_told(subject.series):
        return False
    stored = [one.scenario for one in subject.treatments]
    return imitated(stored or [subject.scenario.model_dump_json()])


PARTS = (
    Part("within", "Selection inside the runs", _imitated, _within,
         ("imitation", "bootstrap", "wilson", "common-draws", "holm")),
)  # fmt: skip
