"""The texts that explain a study's folder to somebody who finds it years later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.experiments.design import Treatment
    from sim.experiments.study import Study

# Unit and meaning of result.FIRM_ROW, in its order; a test holds the two together.
FIRM_COLUMNS = {
    "firm": ("-", "name of the firm"),
    "strategy": ("-", "name of its strategy"),
    "group": ("-", "the scenario's group of firms that it belongs to"),
    "entered": ("week", "week of entry"),
    "exited": ("week", "week of exit, -1 while it lives"),
    "cause": ("-", "cause of exit, or alive"),
    "weeks_alive": ("weeks", "from entry to exit, or to the end of the run (censored)"),
    "survived": ("0 or 1", "alive at the end of the run"),
    "users": ("people", "users at the end"),
    "customers": ("people", "customers at the end"),
    "fans": ("people", "fans at the end"),
    "peak_users": ("people", "most users in any week"),
    "share_users": ("share", "users at the end, of the population"),
    "cash": ("money per head", "cash at exit or at the end"),
    "cash_trough": ("money per head", "least cash since entry"),
    "trough_week": ("week", "week of the least cash"),
    "trust": ("share", "mean trust of those who know it, at exit or at the end"),
    "revenue": ("money per head", "all revenue of its life"),
    "profit": ("money per head", "revenue less all costs of its life"),
    "discounted_profit": ("money per head", "profit of its life, discounted to week 0"),
    "surplus": ("money per head", "mean consumer surplus of the run, the same for all its firms"),
}

TEXT = """\
{title}
{rule}
{question}
This folder was written by userfirst {version} (model version {model}). It needs no other file.

study.yaml        the study: what varies, how often
scenario.yaml     the scenario, resolved: every value that the study does not vary
runs.sqlite       the ledger, an SQLite file
series/           series as Parquet, every {every} weeks and the last one
strategies/       Python files of a person's own strategies, if there are any, named by their
                  digest; `userfirst run`, `sweep` and `replay` run them with --allow-code
failed/           scenarios of runs that failed, if there are any; `userfirst run` replays them

Made from these to be looked at, each by the command that is named and never read back:
firms.csv         every firm of every run, columns as in firm_rows below (userfirst sweep)
survival_table.csv
                  what became of each strategy in each treatment: estimates with 95% intervals
                  over runs, columns _low and _high (userfirst sweep)
figures/          pictures as PNG and SVG (userfirst sweep, userfirst plot)
report.html       one page about the study, to hand round (userfirst report)
export/           the tables for other programs, with units (userfirst export)
evolution/        of a tournament: what selection makes of it (userfirst tournament)

{n_treatments:,} treatments, {replicates:,} replicates each, root seed {root}.
{design}{stop}
{seeds}
In runs.sqlite the view `study` has one row a firm and run of the study as it is now:
    sqlite3 -header -csv runs.sqlite "SELECT * FROM study" > firms.csv
Tables: treatments (settings and resolved scenario as JSON), plan (which run belongs to which
treatment and replicate; the highest generation is the study as it is now), runs (seed, status
DONE or FAILED, digest of the whole trajectory), firm_rows (one row a firm and run), parts and
series (which file holds a run's series). Each row ends with `check`, a digest of the row.

Columns of firm_rows (money is per head of the population):
{firm_columns}

Columns of series/firms-*.parquet besides run, firm, week:
{firm_series}

Columns of series/market-*.parquet besides run, week:
{market_series}
"""


# What a reader must know of a design to use its treatments in their order.
DESIGN_TEXT = {
    "one-at-a-time": "Treatment 0 is the baseline; each other one changes one factor.",
    "paired": "Treatment 0 is the baseline; compare each other one with it.",
    "latin-hypercube": "The treatments are a Latin hypercube of {n} points.",
    "sobol": "Treatments, in order: {n} points A, {n} points B, then for each factor the {n}\n"
    "points A with that factor from B (Saltelli et al. 2010).",
    "morris": "Treatments, in order: {n} paths of {steps} points, each step of one factor by\n"
    "2/3 of its range (Morris 1991).",
}
SEEDS_TEXT = {
    "shared": """\
The seed of replicate r is the first 63 bits of SHA-256 of the text
"{seed_rule} {root} r"; all treatments of a replicate share it (common random numbers), so
compare treatments by their differences within a replicate.
""",
    "own": """\
The seed of replicate r of treatment t, counted from 0, is the first 63 bits of SHA-256 of the
text "{seed_rule} {root} r t": every run has people and luck of its own.
""",
}
STOP_TEXT = """\
Replicates were added in rounds until the 95% interval of {measure} of {who} was at
most {width:g} wide in every treatment, or there were {at_most} replicates; intervals were looked
at after each round only.
"""


def _design(study: Study) -> str:
    text = DESIGN_TEXT.get(study.kind, "")
    return text.format(n=study.points, steps=len(study.factors) + 1) + "\n" if text else ""


def _stop(study: Study) -> str:
    if study.stop is None:
        return ""
    who = study.stop.strategy or " less ".join(study.stop.between)
    return STOP_TEXT.format(who=who, **study.stop.model_dump(exclude={"strategy", "between"}))


def readme(study: Study, treatments: Sequence[Treatment], root: int, replicates: int) -> str:
    """README.txt of a study's folder with so many replicates of each treatment."""
    from sim import __version__
    from sim.experiments.design import SEED_RULE
    from sim.experiments.engine_version import model_version
    from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, MARKET_COUNTS, MARKET_LEVELS

    firm = [m for m in (*FIRM_COUNTS, *FIRM_LEVELS) if m.name in study.series]
    return TEXT.format(
        title=study.title,
        rule="=" * len(study.title),
        question=f"{study.question.strip()}\n" if study.question else "",
        version=__version__,
        model=model_version(),
        every=study.series_every,
        n_treatments=len(treatments),
        replicates=replicates,
        design=_design(study),
        stop=_stop(study),
        root=root,
        seeds=SEEDS_TEXT[study.seeds].format(seed_rule=SEED_RULE, root=root),
        firm_columns=_table((name, *said) for name, said in FIRM_COLUMNS.items()),
        firm_series=_table(firm),
        market_series=_table((*MARKET_COUNTS, *MARKET_LEVELS)),
    )


def _table(rows: Iterable[tuple[str, str, str]]) -> str:
    return "\n".join(f"    {name:<22}{unit:<22}{meaning}" for name, unit, meaning in rows)
