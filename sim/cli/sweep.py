"""A study on all cores: progress, then who survives how often, and where the rest is."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.inputs import allowing
from sim.cli.progress import progress
from sim.cli.show import given, safe
from sim.cli.sweep_tables import show
from sim.cli.trouble import Refused, Status, check_writable, count

if TYPE_CHECKING:
    from sim.experiments.stopping import PerRun
    from sim.experiments.sweep import Judge, Look, ResolvedStudy, Swept
    from sim.experiments.ways import Progress

MOST_TOLD = 5  # failed runs that are named at the end


@dataclass(frozen=True)
class Asked:
    """A sweep as the command line asks for it."""

    study: str
    changes: tuple[str, ...] = ()
    replicates: int | None = None
    seed: int | None = None
    jobs: int | None = None
    executor: str = "processes"
    limit: float = 0.0
    retry_failed: bool = False
    out: Path = Path("results")
    allow_code: bool = False
    report: bool = False

    def resolved(self) -> ResolvedStudy:
        """The study that is asked for; raises ScenarioFaults."""
        from sim.experiments.reading import resolve

        return resolve(
            self.study, self.changes, replicates=self.replicates, seed=self.seed,
            allow_code=self.allow_code,
        )  # fmt: skip


def sweep(asked: Asked) -> None:
    """Run what is missing of a study and print its answer; raises ``Refused`` if runs failed."""
    from sim.experiments.executors import check_kind
    from sim.experiments.sweep import folder_of

    check_kind(asked.executor, asked.limit)
    study = asked.resolved()
    folder = folder_of(study, asked.out)
    check_writable(folder)
    finish(folder, made(folder, study, asked), report=asked.report)


def made(folder: Path, study: ResolvedStudy, asked: Asked) -> Swept:
    """Make the runs that a folder lacks, telling how far it is."""
    from sim.cli.warm import warm_up
    from sim.experiments.executors import cores, is_here
    from sim.experiments.memory import refuse_too_large
    from sim.experiments.sweep import Ways, sweep_into

    if is_here(asked.executor):
        every = (treatment.scenario for treatment in study.treatments)
        refuse_too_large(every, asked.jobs or cores())
        warm_up()
    _announce(study, asked)
    _tell_changed(folder, study)
    with progress() as tell:
        ways = Ways(
            jobs=asked.jobs, executor=asked.executor, progress=tell, limit=asked.limit,
            failed=asked.retry_failed, resume=_again(asked.executor),
        )  # fmt: skip
        return sweep_into(folder, study, ways, judge(study))


def judge(study: ResolvedStudy) -> Judge:
    """The interval of the tables decides when a study has replicates enough."""
    from sim.experiments.sweep import Judge

    def told(look: Look) -> None:
        stop = study.study.stop
        assert stop is not None
        name = study.treatments[look.treatment].name
        most = look.replicates >= stop.at_most and not look.enough
        print(
            f"{look.replicates} replicates: the widest interval of {stop.measure} is "
            f"{look.width:.3g} ({safe(name)}), {stop.width:g} is asked for"
            + ("; no more are allowed (at_most)" if most else ""),
            file=sys.stderr,
        )

    return Judge(_interval, told)


def _interval(measure: str, first: PerRun, second: PerRun | None) -> tuple[float, float, float]:
    """The interval that the tables show of a strategy, or of two in the same runs."""
    from sim.analysis.intervals import mean, ratio
    from sim.analysis.shares import share_alive, share_difference

    counts = [len(firms) for firms in first]
    if second is None:
        if measure == "survived":
            runs = [i for i, n in enumerate(counts) for _ in range(n)]
            return share_alive([value for firms in first for value in firms], runs)
        return ratio([sum(firms) for firms in first], counts)
    a, b = ([sum(firms) / len(firms) for firms in side] for side in (first, second))
    if measure == "survived":
        return share_difference(a, b, list(map(min, counts, map(len, second))))
    return mean([x - y for x, y in zip(a, b, strict=True)])


def finish(folder: Path, swept: Swept, *, report: bool = False) -> None:
    """Show what was found; raises ``Refused`` with a line for each of the first failed runs.

    report: write the page about it too.
    """
    done = swept.progress
    if done.failed < done.total:
        if report:
            _show_and_write(folder)
        else:
            show(folder)
    if done.failed:
        raise Refused(_failures(folder, done), Status.RUNS_FAILED)


def _show_and_write(folder: Path) -> None:
    """Show what was found, and write the page about it, by another process if there is one."""
    from sim.cli.beside import beside
    from sim.cli.report import report

    with beside("sim", "report", str(folder)) as page:
        show(folder)
        if page is not None and page.wait() == 0 and page.stdout is not None:
            print(page.stdout.read(), end="")
        else:  # if it refused, this says why
            report(folder, None)


def _failures(folder: Path, done: Progress) -> str:
    from sim.experiments.status import status

    failed = status(folder).failures
    lines = [f"{safe(each.reason)}; {again(folder, each.run)}" for each in failed[:MOST_TOLD]]
    more = f", {MOST_TOLD} of them above" if len(failed) > MOST_TOLD else ""
    summary = f"{count(done.failed, 'run')} of {done.total} failed{more}; `userfirst status "
    return "\n".join([*lines, f"{summary}{folder}` has them all"])


def again(folder: Path, run: str) -> str:
    """The command that makes a stored run again."""
    import shlex

    return shlex.join(["userfirst", "replay", run, "--study", str(folder), *allowing(folder)])


def _again(executor: str) -> str:
    """The command that was given, to be given again."""
    from sim.experiments.mpi import started

    return given(started()) if executor == "mpi" else given()


def _announce(study: ResolvedStudy, asked: Asked) -> None:
    from sim.experiments.executors import cores, is_here

    said, stop = study.study, study.study.stop
    treatments = len(study.treatments)
    runs = count(treatments * said.replicates, "run")
    if stop is not None:
        runs = f"{treatments * stop.at_least:,} to {treatments * stop.at_most:,} runs"
    jobs = asked.jobs or (cores() if is_here(asked.executor) else None)
    at_once = asked.executor if jobs is None else f"{jobs} at a time"
    print(
        f"{safe(said.title)}: {count(treatments, 'treatment')}, {runs}, {at_once}", file=sys.stderr
    )


def _tell_changed(folder: Path, study: ResolvedStudy) -> None:
    """Say that stored runs were made by another text of a strategy's file."""
    from sim.experiments.own_files import changed_since

    every = (study.base, *(treatment.scenario for treatment in study.treatments))
    for name in changed_since(folder, every):
        print(
            f"{safe(name)} has changed since runs were stored in {folder}: they are kept, none "
            "of them is used, and all runs with it are made anew",
            file=sys.stderr,
        )
