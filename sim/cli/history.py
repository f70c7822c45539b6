"""Real series: a line each, or one with the simple curve that its rest is judged by."""

from __future__ import annotations

import json as json_module
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.show import as_object, heading, number, paragraph, percent, safe, table
from sim.cli.trouble import Refused, check_writable, count, storing

if TYPE_CHECKING:
    from sim.analysis.history.baseline import Baseline
    from sim.analysis.history.observed import Observed
    from sim.experiments.replay_reading import ReplayEntry
    from sim.scenario.history import Curve, Grade, HistoryEntry, HistorySeries

HEADER = ("series", "what", "unit", "years", "rows", "confidence", "breaks")


@dataclass(frozen=True)
class Asked:
    """Which series: a name of the catalogue or a person's own file, and which rows and curve."""

    name: str | None
    data: Path | None
    column: str | None = None
    least: Grade = "L"
    curve: Curve | None = None


def listing(*, json: bool) -> None:
    """Every series and replay that comes along; faults are told last, with exit status 2."""
    from sim.experiments.replay_reading import replay_catalogue
    from sim.scenario.history import history_catalogue

    entries = history_catalogue()
    series = [each for entry in entries for each in entry.series]
    replays = replay_catalogue()
    if json:
        print(json_module.dumps([_listed(each, replays) for each in series], indent=2))
    else:
        table(HEADER, [_cells(each) for each in series], right="llllr", gap=2)
        print("\nH read in a source, M remembered, L rough. Try: userfirst history netflix")
        _tell_replays(replays)
    _refuse_faults(entries, replays)


def _listed(series: HistorySeries, replays: Sequence[ReplayEntry]) -> dict[str, Any]:
    names = [each.name for each in replays if series.name in each.series]
    return {**_described(series), "replays": names}


def _tell_replays(replays: Sequence[ReplayEntry]) -> None:
    """The replays under the series; nothing where none comes along."""
    if not replays:
        return
    print()
    rows = [[each.name, each.title, each.scenario, ", ".join(each.series)] for each in replays]
    table(("replay", "what", "scenario", "series"), rows, gap=2)
    print(f"\nPlay one again: userfirst history {replays[0].name}")


def _refuse_faults(entries: Sequence[HistoryEntry], replays: Sequence[ReplayEntry]) -> None:
    from sim.scenario.faults import ScenarioFaults

    told = (*(each.faults for each in entries), *(each.faults for each in replays))
    if faults := [fault for each in told for fault in each]:
        raise ScenarioFaults(faults)


def mix(grades: Sequence[str]) -> str:
    """``9 H, 1 M``."""
    counted = Counter(grades)
    return ", ".join(f"{counted[grade]} {grade}" for grade in "HML" if counted[grade])


def _cells(series: HistorySeries) -> list[str]:
    points = series.points
    return [
        series.name, series.title, series.unit, f"{points[0].time} to {points[-1].time}",
        str(len(points)), mix([point.confidence for point in points]),
        "; ".join(each.time for each in series.breaks),
    ]  # fmt: skip


def _described(series: HistorySeries) -> dict[str, Any]:
    """A series in the words of JSON, without its points."""
    points = series.points
    return {
        "name": series.name,
        "title": series.title,
        "unit": series.unit,
        "source": series.source,
        "from": points[0].time,
        "to": points[-1].time,
        "rows": len(points),
        "confidence": dict(Counter(point.confidence for point in points)),
        "breaks": [{"time": each.time, "what": each.what} for each in series.breaks],
        "notes": list(series.notes),
    }


def series_of(asked: Asked) -> HistorySeries:
    """The series that was asked for; raises ScenarioFaults with every fault of its file."""
    from sim.scenario.history import find_series, read_series

    if asked.data is not None:
        return read_series(asked.data, asked.column)
    assert asked.name is not None
    return find_series(asked.name)


def observed_of(asked: Asked, series: HistorySeries) -> Observed:
    """The rows kept; raises ``Refused`` where none is."""
    from sim.analysis.history.observed import observe

    found = observe(series, asked.least, asked.curve)
    if not len(found.when):
        raise Refused(f"{series.name} has no row of confidence {asked.least} or higher")
    return found


def show(asked: Asked, *, json: bool, out: Path) -> None:
    """What a series is, its simple curve, how well that does on the rest; draws a figure."""
    from sim.analysis.history.baseline import baseline_of

    series = series_of(asked)
    observed = observed_of(asked, series)
    folder = out / "history" / series.name.replace(":", "-")
    if not json:
        check_writable(folder)
    found = baseline_of(observed)
    if json:
        print(json_module.dumps(_as_json(series, observed, found), indent=2, allow_nan=False))
        return
    _tell_series(series, observed)
    _tell_baseline(observed, found)
    for path in _written(folder, observed, found):
        print(path)


def _tell_series(series: HistorySeries, observed: Observed) -> None:
    heading(safe(series.title), f"   {safe(series.unit)}")
    paragraph(f"Source: {safe(series.source)}", indent=2)
    left_out = len(series.points) - len(observed.when)
    rows = count(len(observed.when), "row")
    kept = f", {left_out} of lower confidence left out" if left_out else ""
    span = f"{observed.times[0]} to {observed.times[-1]}"
    paragraph(f"{rows}, {span}; confidence {mix(observed.grades)}{kept}", indent=2)
    for each in series.breaks:
        paragraph(safe(f"Break {each.time}: {each.what}"), indent=2)
    for note in series.notes:
        paragraph(safe(f"Note {note}"), indent=2)
    if series.assumed:
        paragraph(safe(f"No YAML beside it, so: {'; '.join(series.assumed)}."), indent=2)


def _tell_baseline(observed: Observed, found: Baseline | None) -> None:
    from sim.analysis.history.judge import sentence

    print()
    if found is None:
        paragraph(f"Too short to fit anything to: {count(len(observed.when), 'row')}.", indent=2)
        return
    n = observed.n_fit
    until = f"{count(n, 'row')} until {observed.times[n - 1]}"
    said = ", ".join(f"{name} {value:.4g}" for name, value in found.curve.parameters.items())
    paragraph(f"Fitted to the first {until}: {found.curve.name}, {said}", indent=2)
    if found.curve.remark:
        paragraph(f"Beware: {found.curve.remark}.", indent=2)
    rest = str(len(observed.when) - n)
    header = ("forecast", "R2 of the fit", "rows judged", "MASE", "coverage of 80%")
    scores = [(found.curve.name, found.r2, found.score)]
    if found.curve.name != "last value":
        scores.append(("last value", math.nan, found.naive))
    rows = [
        (name, number(r2, 3), rest, number(each.mase), percent(each.coverage))
        for name, r2, each in scores
    ]
    table(header, rows, right="lrrrr")
    paragraph(safe(sentence(observed, found, None)), indent=2)


def _written(folder: Path, observed: Observed, found: Baseline | None) -> list[Path]:
    """The figure and the table of judgement, as files of a folder."""
    from sim.analysis.history.judge import judge
    from sim.plots.figures import save
    from sim.plots.history import history_figure

    with storing(folder):
        paths = save(history_figure(observed, found), folder / "series")
        judge([observed], baselines={observed.name: found}).to_csv(
            folder / "judgement.csv", index=False
        )
    return [*paths, folder / "judgement.csv"]


def _as_json(series: HistorySeries, observed: Observed, found: Baseline | None) -> dict[str, Any]:
    from sim.analysis.history.judge import judge

    (row,) = judge([observed], baselines={observed.name: found}).to_dict("records")
    return {
        **_described(series),
        "assumed": list(series.assumed),
        "points": [
            {"time": time, "when": float(when), "value": float(value), "confidence": grade}
            for time, when, value, grade in zip(
                observed.times, observed.when, observed.values, observed.grades, strict=True
            )
        ],
        "parameters": {} if found is None else as_object(found.curve.parameters),
        "remark": "" if found is None else found.curve.remark,
        "R2": None if found is None or not math.isfinite(found.r2) else found.r2,
        "judgement": as_object(row),
    }
