"""Stylised facts: the runs that they need, what was measured, hit or miss."""

from __future__ import annotations

import json as json_module
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.progress import progress
from sim.cli.show import as_object, given, paragraph, table
from sim.cli.trouble import Refused, Status, check_writable, count, storing

if TYPE_CHECKING:
    from sim.analysis.facts.ensemble import Ensemble
    from sim.analysis.facts.table import Judged
    from sim.experiments.reading import ResolvedStudy

SHORT_PEOPLE, SHORT_REPLICATES = 150, 2
SHORT_WEEKS = {"entry": 416}  # of the study that takes longest; survival is asked for to year 7
RUNS = "runs"


@dataclass(frozen=True)
class Asked:
    """What the command line asks for. short: few people and runs, to see that it works."""

    out: Path = Path("results")
    jobs: int | None = None
    short: bool = False
    json: bool = False

    @property
    def folder(self) -> Path:
        """Where the table lies, and the runs below it."""
        return self.out / ("facts-short" if self.short else "facts")

    @property
    def command(self) -> str:
        """The command that makes the table."""
        return "userfirst facts" + (" --short" if self.short else "")


def facts(asked: Asked) -> None:
    """Make the runs that are missing, judge every fact, show and write the table."""
    from sim.analysis.facts.table import measured

    check_writable(asked.folder / RUNS)
    judged = measured(ensemble(asked))
    if asked.json:
        print(json_module.dumps(_as_json(judged), indent=2, allow_nan=False))
    else:
        _show(judged)
    paths = write(asked.folder, judged, asked.command)
    if not asked.json:
        print()
        for path in paths:
            print(path)


def studies(short: bool) -> dict[str, ResolvedStudy]:
    """The studies of the default ensemble by name; short ones of few people and runs."""
    from sim.analysis.facts.ensemble import STUDIES
    from sim.experiments.reading import resolve

    replicates = SHORT_REPLICATES if short else None
    found = {name: resolve(f"facts-{name}", replicates=replicates) for name in STUDIES}
    if short:
        return {name: _shortened(study, SHORT_WEEKS.get(name)) for name, study in found.items()}
    return found


def _shortened(study: ResolvedStudy, weeks: int | None) -> ResolvedStudy:
    """The same study of ``SHORT_PEOPLE`` people, and of fewer weeks where they are given."""
    from dataclasses import replace

    from sim.scenario.read import digest

    treatments = []
    for one in study.treatments:
        people = one.scenario.people.model_copy(update={"count": SHORT_PEOPLE})
        changes = {"people": people, "weeks": weeks or one.scenario.weeks}
        scenario = one.scenario.model_copy(update=changes)
        treatments.append(replace(one, scenario=scenario, digest=digest(scenario)))
    return replace(study, treatments=tuple(treatments))


def ensemble(asked: Asked) -> Ensemble:
    """The runs of all studies, those made that were missing; raises ``Refused`` if one failed."""
    from sim.analysis.facts.ensemble import STUDIES, Ensemble, Stored
    from sim.cli.warm import warm_up

    stored = {}
    resolved = studies(asked.short)
    warm_up()
    for place, (name, study) in enumerate(resolved.items()):
        folder = asked.folder / RUNS / f"facts-{name}"
        runs = len(study.treatments) * study.study.replicates
        print(f"{study.study.title} ({place + 1} of {len(resolved)}): {count(runs, 'run')}",
              file=sys.stderr)  # fmt: skip
        _make(folder, study, STUDIES[name], asked)
        stored[name] = Stored(folder, study)
    return Ensemble(stored)


def _make(folder: Path, study: ResolvedStudy, watchers: tuple[str, ...], asked: Asked) -> None:
    from sim.experiments.people.looking import look_into
    from sim.experiments.sweep import Ways, sweep_into

    with progress() as tell:
        # a short study is over before a worker process has started
        executor = "threads" if asked.short else "processes"
        ways = Ways(jobs=asked.jobs, executor=executor, progress=tell, resume=given())
        if watchers:
            done = look_into(folder, study, watchers, ways)
        else:
            done = sweep_into(folder, study, ways).progress
    if done.failed:
        said = f"{count(done.failed, 'run')} of {done.total} failed; `userfirst status {folder}` "
        raise Refused(f"{said}says why", Status.RUNS_FAILED)


def write(folder: Path, judged: list[Judged], command: str) -> list[Path]:
    """facts.csv, facts.md and the figure into a folder; returns their paths."""
    from sim.analysis.facts.table import frame, markdown
    from sim.plots.facts import facts_figure
    from sim.plots.figures import save

    with storing(folder):
        frame(judged).to_csv(folder / "facts.csv", index=False, float_format="%.6g")
        (folder / "facts.md").write_text(markdown(judged, command), encoding="utf-8")
        figures = save(facts_figure(judged), folder / "facts")
    return [folder / "facts.csv", folder / "facts.md", *figures]


def _show(judged: list[Judged]) -> None:
    from sim.analysis.facts.table import accepted, judgement, summary, value_of

    rows = []
    for each in judged:
        for place, (part, one) in enumerate(zip(each.fact.parts, each.found, strict=True)):
            star = "*" if each.fact.may_calibrate else ""
            name = f"{each.fact.name}{star}" if place == 0 else ""
            source = each.fact.source if place == 0 else ""
            rows.append((name, part.statistic, accepted(part), value_of(one),
                         judgement(each.fact, part, one), source))  # fmt: skip
    header = ("fact", "statistic", "accepted", "measured (95%)", "verdict", "source")
    table(header, rows, right="llrrl", gap=2)
    print()
    paragraph(summary(judged), indent=2)
    paragraph("* may be used to calibrate; none was. The notes are in facts.md.", indent=2)


def _as_json(judged: list[Judged]) -> list[dict[str, Any]]:
    """One object a number; null for what is no finite number."""
    from sim.analysis.facts.table import frame

    return [as_object(row) for row in frame(judged).to_dict("records")]
