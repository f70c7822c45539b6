"""The method: what was varied, which draws, which statistics, what every number means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.analysis.pairs import OUTCOMES
from sim.analysis.wording import counted, listed
from sim.plots.series import MEASURES
from sim.report.blocks import Block, Code, Entries, Fold, Items, Table, Text
from sim.report.parts import Part, always
from sim.report.references import REFERENCES
from sim.report.subject import SCENARIO, Subject
from sim.report.words import NONE

LONG = 60  # characters of a value that a table still shows
MOST_LEVELS = 12
MOST_SEEDS = 200


def _runs(subject: Subject) -> list[Block]:
    scenario, rows = subject.scenario, subject.rows
    said = [
        f"An agent-based market, model version {subject.model_version}: people with needs, habits, "
        "friends and trust meet firms with strategies, week by week. Its full description by the "
        "ODD protocol is in the program's source (sim/ODD.md)."
    ]
    done = f"{counted(subject.n_runs, 'run')} of {counted(scenario.weeks, 'week')} with " + (
        f"{scenario.people.count:,} people"
    )
    if subject.study is not None:
        treatments = rows["treatment"].nunique()
        most = int(rows.groupby("treatment")["run"].nunique().max())
        done += f", {counted(treatments, 'treatment')}, {counted(most, 'replicate')}"
        done += f"{' each' if treatments > 1 else ''}, design {subject.study.kind}"
    said.append(f"{done}.")
    varied = {path for _, settings in subject.settings for path in settings}
    if varied & {"weeks", "people.count"}:
        said.append("Length or population vary with the treatment; these are the scenario's own.")
    blocks: list[Block] = [Text(each) for each in said]
    if varied:
        blocks.append(_factors(subject))
    return blocks


def _factors(subject: Subject) -> Table:
    """What the study varied, and over which levels."""
    from sim.scenario.explain import parameters

    units = {one.path: one.unit for one in parameters(subject.scenario)}
    levels: dict[str, list[str]] = {}
    for _, settings in subject.settings:
        for path, value in settings.items():
            levels.setdefault(path, []).append(_value(value))
    rows = tuple(
        (path, units.get(path, NONE), _levels(list(dict.fromkeys(found))))
        for path, found in levels.items()
    )
    return Table("What was varied", ("factor", "unit", "levels"), rows, names=3)


def _levels(found: list[str]) -> str:
    if len(found) <= MOST_LEVELS:
        return ", ".join(found)
    return f"{counted(len(found), 'level')}, such as {', '.join(found[:3])}"


def _value(value: Any) -> str:
    if value is None:
        return NONE
    said = f"{value:.6g}" if isinstance(value, float) else str(value)
    return said if len(said) <= LONG else f"{said[:LONG]}\N{HORIZONTAL ELLIPSIS}"


def _seeds(subject: Subject) -> list[Block]:
    from sim.experiments.design import SEED_RULE

    root = subject.root_seed
    if subject.study is None:
        return [Text(f"Seed {root}. Scenario digest (SHA-256): {subject.digest}.")]
    said = (
        f"Root seed {root}. The seed of replicate r is the first 63 bits of SHA-256 of the text "
        f"“{SEED_RULE} {root} r”; all treatments of a replicate share it (common random numbers). "
        f"Scenario digest (SHA-256): {subject.digest}."
    )
    pairs = subject.rows[["replicate", "seed"]].drop_duplicates().sort_values("replicate")
    rows = tuple((f"{one.replicate}", f"{one.seed}") for one in pairs.head(MOST_SEEDS).itertuples())
    table = Table("Seeds of the replicates", ("replicate", "seed"), rows)
    few = len(rows) == len(pairs)
    return [Text(said), Fold("Seeds" if few else f"The first {len(rows)} seeds", (table,))]


def _statistics(subject: Subject) -> list[Block]:
    from sim.report.sections import shown_parts

    used = {key for part in shown_parts(subject) for key in part.sources}
    return [
        Entries(tuple(
            (one.method, one.source) for key, one in REFERENCES.items() if key in used
        ))
    ]  # fmt: skip


def _measures(subject: Subject) -> list[Block]:
    rows = tuple(dict.fromkeys(_meanings(subject)))
    return [Fold("Measures and their units", (
        Table("Measures of this page", ("measure", "unit", "meaning"), rows, names=3),
    ))]  # fmt: skip


def _meanings(subject: Subject) -> Iterator[tuple[str, str, str]]:
    from sim.experiments.readme import FIRM_COLUMNS
    from sim.market.measures import FIRM_COUNTS

    for one in OUTCOMES:
        unit, meaning = FIRM_COLUMNS.get(one.column, (one.unit, ""))
        if one.column == "share_customers":
            meaning = "customers at the end, of the population"
        yield one.name.replace("_", " "), unit, meaning
    for measure in FIRM_COUNTS:
        if measure.name in MEASURES.values() or measure.name in subject.series:
            yield measure


def _scenario(subject: Subject) -> list[Block]:
    from sim.scenario.explain import parameters

    rows = tuple(
        (one.path, _value(one.value), one.unit, one.meaning, one.source)
        for one in parameters(subject.scenario)
        if one.path not in ("story", "watch", "refuted_by", "sources", "question", "title")
    )
    header = ("parameter", "value", "unit", "meaning", "source")
    table = Table("Every parameter of the scenario", header, rows, names=5)
    blocks: list[Block] = []
    if subject.scenario.sources:
        blocks.append(Items(tuple(" ".join(one.split()) for one in subject.scenario.sources)))
    names = listed([group.name for group in subject.scenario.firms])
    return [
        *blocks,
        Fold("Parameters, units and sources", (table,)),
        Fold(f"The resolved scenario ({names})", (Code(SCENARIO, subject.files[SCENARIO]),)),
    ]


PARTS = (
    Part("runs", "Runs", always, _runs),
    Part("seeds", "Seeds", always, _seeds),
    Part("statistics", "Statistics", always, _statistics),
    Part("measures", "Measures", always, _measures),
    Part("scenario", "Scenario", always, _scenario),
)
