"""One run of a scenario: the table of firms, a sentence of what happened, where it is stored."""

from __future__ import annotations

import json as json_format
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.inputs import allowing
from sim.cli.patience import Report, interruptible, progress_bar
from sim.cli.show import amount, as_object, safe, share, table
from sim.cli.trouble import check_writable, storing

if TYPE_CHECKING:
    from sim.market.result import RunResult
    from sim.scenario.schema import Scenario

HEADER = (
    "firm", "strategy", "fate", "users", "customers", "fans", "cash now / trough", "trust",
)  # fmt: skip


def as_overrides(
    given: Sequence[str] | None, *, seed: int | None, weeks: int | None, people: int | None
) -> tuple[str, ...]:
    """The changes of ``--set`` and of the options that are short for one, which win."""
    short = {"seed": seed, "weeks": weeks, "people.count": people}
    return (*(given or ()), *(f"{key}={n}" for key, n in short.items() if n is not None))


def run(
    name: str,
    changes: Sequence[str],
    *,
    threads: int,
    out: Path,
    json: bool,
    audit: bool = False,
    allow_code: bool = False,
) -> None:
    """Run a scenario once, store it under ``out`` and print what became of its firms."""
    from sim.cli.inputs import load_scenario
    from sim.experiments.single import store_run

    scenario = load_scenario(name, changes, allow_code=allow_code)
    check_writable(out)
    result = compute(scenario, threads, audit=audit)
    with storing(out):
        folder = store_run(scenario, result, out, name=Path(name).stem)
    if json:
        print(json_format.dumps(as_json(result, folder), allow_nan=False))
    else:
        show(result, name, folder)


def compute(scenario: Scenario, threads: int, *, audit: bool = False) -> RunResult:
    """Run a scenario with a progress bar, in a thread of its own so that Ctrl-C is heard.

    audit: refuse a run whose accounts or people do not add up in some week.
    """
    from sim.cli.warm import warm_up
    from sim.experiments.memory import refuse_too_large
    from sim.market.model import simulate

    refuse_too_large([scenario])
    warm_up()

    def work(report: Report) -> RunResult:
        return simulate(scenario, threads=threads, progress=report, audit=audit)

    with progress_bar(safe(scenario.title), "weeks") as bar:
        return interruptible(work, bar)


def as_json(result: RunResult, folder: Path) -> dict[str, Any]:
    """The run as one object: what ran, the digest of its whole trajectory, a row a firm."""
    from sim.market.result import firm_rows

    firms = [as_object(row) for row in firm_rows(result)]
    return {
        "title": result.title, "seed": result.seed, "people": result.people,
        "weeks": result.weeks, "digest": result.digest, "seconds": round(result.seconds, 3),
        "stored": str(folder), "firms": firms,
    }  # fmt: skip


def ranked(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Survivors by users, then the others, the last to leave first."""
    return sorted(rows, key=lambda row: (-row["survived"], -row["exited"], -row["users"]))


def cells(row: dict[str, Any], people: int) -> tuple[str, ...]:
    """A firm's row as shown; who has left has neither users nor cash."""
    trough, trust = amount(row["cash_trough"]), amount(row["trust"])
    if not row["survived"]:
        why = "merged" if row["cause"] == "merged" else "out of cash"
        fate = f"{why}, wk {row['exited']}"
        return (row["firm"], row["strategy"], fate, "-", "-", "-", f"- / {trough}", trust)
    users, customers, fans = (share(row[key] / people) for key in ("users", "customers", "fans"))
    money = f"{amount(row['cash'])} / {trough}"
    return (row["firm"], row["strategy"], "alive", users, customers, fans, money, trust)


def show(result: RunResult, name: str, folder: Path) -> None:
    """Title, table, what happened, and where the rest is."""
    from sim.cli.story import happened
    from sim.market.result import firm_rows

    facts = f"seed {result.seed}   {result.people:,} people   {result.weeks} weeks"
    print(f"\n{safe(result.title)}   {facts}   {result.seconds:.1f} s\n")
    rows = ranked(firm_rows(result))
    table(HEADER, [cells(row, result.people) for row in rows], right="lllrrrrr")
    print(f"\n{safe(happened(result))}")
    again = shlex.join(["userfirst", "sweep", name, *allowing(folder)])
    print(f"One run is an anecdote: `{again}` runs it many times.")
    print(f"{folder}   series, ledger; `userfirst plot {folder}` draws it")
