"""What one should not read into the page: limits of the model, the scenario and these runs."""

from __future__ import annotations

from sim.analysis.comparison import survival_table
from sim.analysis.pairs import MIN_PAIRS
from sim.analysis.wording import counted, listed
from sim.report.blocks import Block, Fold, Items, Table, Text
from sim.report.parts import Part, always
from sim.report.subject import Subject

MODEL = (
    "It shows what follows from assumptions, not what will happen to a firm.",
    "A verdict belongs to a region of parameters: starting cash, the network effect and who has a "
    "head start can each turn it around.",
    "Strategies are rules of thumb, not the best replies of clever managers.",
    "One category of goods, one country, no mergers, no law.",
)
MOST_FAILURES = 20


def _runs(subject: Subject) -> list[Block]:
    """What these runs cannot tell."""
    from sim.experiments.engine_version import model_version

    said = [*_number_of_runs(subject), *_agreement(subject)]
    if subject.several:
        said.append(
            "Estimates over all treatments describe this mix of treatments and no market; all "
            "treatments of a replicate share their random draws."
        )
    if subject.study is not None and subject.study.stop is not None:
        said.append(
            "The study stopped when an interval was narrow enough, which favours moments at which "
            "it happens to be: its true coverage is a little below 95%."
        )
    if subject.model_version != model_version():
        said.append(
            f"The runs were made with model version {subject.model_version}, this page with "
            f"version {model_version()}: only the former is sure to repeat them."
        )
    return [Items(tuple(said))]


def _number_of_runs(subject: Subject) -> list[str]:
    n = subject.n_runs
    if n == 1:
        return [
            "This is one run, an anecdote: another seed may end otherwise, and nothing here says "
            "how often. A sweep of the scenario does."
        ]
    most = int(subject.rows.groupby("treatment")["run"].nunique().max())
    if most < MIN_PAIRS:
        return [
            f"{counted(most, 'run')} of a treatment are too few: below {MIN_PAIRS} no difference "
            "within a treatment is called one here, whatever its interval."
        ]
    return [
        f"Intervals are for chance between the {n:,} runs only. They say nothing of whether the "
        "model or the scenario is right."
    ]


def _agreement(subject: Subject) -> list[str]:
    """A word on shares about which all runs agree."""
    if subject.n_runs == 1:
        return []
    same = [row["strategy"] for row in survival_table(subject.rows) if row["alive"].value in (0, 1)]
    if not same:
        return []
    return [
        f"All runs agree about the fate of {listed(same)} firms. The interval beside such a share "
        "is what so many runs leave open, not a spread that was seen."
    ]


def _failures(subject: Subject) -> list[Block]:
    missing = subject.planned - subject.n_runs - len(subject.failures)
    said = []
    if missing > 0:
        said.append(
            f"{missing:,} of {counted(subject.planned, 'run')} planned are not there yet: sweep on."
        )
    if subject.failures:
        said.append(
            f"{len(subject.failures):,} of {counted(subject.planned, 'run')} failed and are in no "
            "number of this page. If what made them fail has to do with who survives, every share "
            "here is biased."
        )
    blocks: list[Block] = [Items(tuple(said))]
    if subject.failures:
        rows = tuple((t, f"{r:,}", error) for t, r, error in subject.failures[:MOST_FAILURES])
        table = Table("Runs that failed", ("treatment", "replicate", "error"), rows)
        more = len(subject.failures) - len(rows)
        title = f"The first {len(rows):,} of them" if more > 0 else "Which runs failed"
        blocks.append(Fold(title, (table,)))
    return blocks


def _incomplete(subject: Subject) -> bool:
    return subject.n_runs < subject.planned


def _model(subject: Subject) -> list[Block]:
    assumed, all_numbers = assumptions(subject)
    return [Items((
        *MODEL,
        f"{assumed:,} of {all_numbers:,} numbers of this scenario are marked as assumptions; the "
        "table of parameters below says which.",
    ))]  # fmt: skip


def assumptions(subject: Subject) -> tuple[int, int]:
    """How many numbers of the scenario have the word Assumption as their source; of how many."""
    from sim.scenario.explain import parameters

    numbers = [
        one for one in parameters(subject.scenario)
        if isinstance(one.value, int | float) and not isinstance(one.value, bool)
    ]  # fmt: skip
    return sum(one.source.startswith("Assumption") for one in numbers), len(numbers)


def _refuted(subject: Subject) -> list[Block]:
    return [Text(" ".join(subject.scenario.refuted_by.split()))]


PARTS = (
    Part("incomplete", "Runs that are missing", _incomplete, _failures),
    Part("runs", "Of these runs", always, _runs),
    Part("model", "Of the model", always, _model),
    Part("refuted", "What would refute the idea", lambda s: bool(s.scenario.refuted_by.strip()),
         _refuted),
)  # fmt: skip
