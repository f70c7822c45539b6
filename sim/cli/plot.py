"""The figures of a stored run or sweep, and the network picture of one run, as PNG and SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.show import paragraph, safe
from sim.cli.trouble import Refused, Status, check_writable, storing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.analysis.maps import PhaseMap
    from sim.analysis.sensitivity import Explained
    from sim.analysis.stored import StoredStudy
    from sim.market.snapshots import Watched
    from sim.scenario.schema import Scenario


def plot(folder: Path, out: Path | None) -> None:
    """Draw every figure of the overview and say where they are."""
    from sim.analysis.stored import stored_study

    study = stored_study(folder)
    figures = out if out is not None else folder / "figures"
    check_writable(figures)
    for path in draw_study(study, figures):
        print(path)
    summarise(study.maps)


def summarise(maps: Sequence[PhaseMap]) -> None:
    """A line a phase map: who does better in how many cells, and whether theory agrees."""
    for one in maps:
        paragraph(safe(f"Phase map, {one.summary()}"))


def draw_study(study: StoredStudy, figures: Path, found: Explained | None = None) -> list[Path]:
    """Draw the overview and what suits the design into a folder; returns the files written.

    Levels that somebody chose get maps and small multiples; points that a design drew get what
    matters and rules. found: of such a design, where it is known already.
    """
    from sim.plots.figures import overview, phase_figures, save

    with storing(figures):
        drawn = overview(study.tables) | phase_figures(study.maps, study.tables.title)
        drawn |= _of_points(study, found) if study.sampled else _of_levels(study)
        return [path for name, figure in drawn.items() for path in save(figure, figures / name)]


def _of_levels(study: StoredStudy) -> dict[str, Figure]:
    from sim.analysis.evolution.within import can_be_told, imitated
    from sim.analysis.treatments import short_titles
    from sim.plots.multiples import treatment_figures
    from sim.plots.within import within_figures

    titles = short_titles(study.settings)
    drawn = treatment_figures(study.tables, titles)
    if can_be_told(study.tables.series) and imitated(one.scenario for one in study.treatments):
        drawn |= within_figures(study.tables, titles)
    return drawn


def _of_points(study: StoredStudy, found: Explained | None) -> dict[str, Figure]:
    from sim.analysis.sensitivity import explained
    from sim.plots.rules import rule_figures
    from sim.plots.sensitivity import sensitivity_figures

    found, title = found or explained(study), study.tables.title
    drawn = rule_figures(found.rules, title)
    if found.sensitivity is None:
        return drawn
    return sensitivity_figures(found.sensitivity, title) | drawn


def network(
    target: Path, changes: Sequence[str], out: Path | None, *, allow_code: bool = False
) -> None:
    """Draw who uses whom at four weeks of a stored run, or of a scenario with ``changes``.

    A stored run is run again and must give what is stored.
    """
    from sim.cli.animate import refuse_crowds, watched
    from sim.plots.figures import save
    from sim.plots.network import network_weeks

    stored = target.is_dir()
    scenario, digest = (_stored if stored else _named)(target, changes, allow_code)
    where = "run SCENARIO" if stored else f"plot {target} --network"
    refuse_crowds(scenario.people.count, f"userfirst {where}")
    figures = out or (target / "figures" if stored else Path("results") / target.stem / "figures")
    check_writable(figures)
    seen = watched(scenario, weeks_to_draw(scenario.weeks))
    if digest is not None:
        _same(target, digest, seen)
    with storing(figures):
        for path in save(network_weeks(seen.snapshots, scenario.title), figures / "network"):
            print(path)


def weeks_to_draw(weeks: int) -> list[int]:
    """The first week, a quarter, half and the last."""
    return sorted({0, weeks // 4, weeks // 2, weeks})


def _named(target: Path, changes: Sequence[str], allow_code: bool) -> tuple[Scenario, None]:
    from sim.cli.inputs import load_scenario

    return load_scenario(str(target), changes, allow_code=allow_code), None


def _stored(folder: Path, changes: Sequence[str], allow_code: bool) -> tuple[Scenario, str]:
    """The scenario of a stored run, and the digest of what it gave."""
    from sim.cli.inputs import load_scenario
    from sim.experiments.single import StoredRun, open_result

    if changes:
        raise Refused(f"{folder} is drawn as it was run; name its scenario to change something")
    result = open_result(folder)
    if not isinstance(result, StoredRun):
        result.close()
        raise Refused(
            f"{folder} holds a sweep, and a network is of one run: "
            "make one with `userfirst run SCENARIO --people 400`"
        )
    scenario = load_scenario(str(folder / "scenario.yaml"), allow_code=allow_code)
    return scenario, str(result.card["digest"])


def _same(folder: Path, digest: str, seen: Watched) -> None:
    """Raise ``Refused`` unless the run gave again what is stored."""
    if seen.result.digest != digest:
        raise Refused(
            f"{folder} cannot be drawn: its scenario now gives another run (digest "
            f"{seen.result.digest[:12]}, stored {digest[:12]}); run it anew with this version",
            Status.RUNS_FAILED,
        )
