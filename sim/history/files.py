"""What a replay leaves in its folder: tables, figures and the answer as text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiments.parts import write_text
from sim.history.play import PlayedReplay, PlayedSeries, frame_of
from sim.history.words import answer, verdict_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.plots.posterior import Fitted

REPLAY, PARAMETERS, JUDGEMENT, ANSWER = (
    "replay.csv", "parameters.csv", "judgement.csv", "answer.txt",
)  # fmt: skip
REPLAY_COLUMNS = (
    "series", "time", "when", "value", "confidence", "fitted", "low", "median", "high", "baseline",
)  # fmt: skip
PARAMETER_COLUMNS = (
    "field", "prior low", "prior high", "scale", "median", "low", "high", "contraction", "verdict",
    "source",
)  # fmt: skip
DIGITS = "%.10g"


def replay_table(played: PlayedReplay) -> pd.DataFrame:
    """One row a row of a series, ``REPLAY_COLUMNS``: ``when`` in years, the rest in its unit.

    fitted: 1 for the rows that were fitted.  low, median, high: of the model; low and high
    hold an observation with 80%.
    """
    import pandas

    rows = [row for each in played.series for row in _rows(each)]
    return pandas.DataFrame(rows, columns=pandas.Index(REPLAY_COLUMNS))


def _rows(played: PlayedSeries) -> Iterator[list[object]]:
    observed, found = played.line.observed, played.forecast.at_rows
    simple = None if played.baseline is None else played.baseline.curve.at(observed.when)
    for n, time in enumerate(observed.times):
        model = (found.low[n], found.median[n], found.high[n])
        yield [
            observed.name, time, observed.when[n], observed.values[n], observed.grades[n],
            int(n < observed.n_fit), *model, math.nan if simple is None else simple[n],
        ]  # fmt: skip


def parameter_table(played: PlayedReplay) -> pd.DataFrame:
    """One row a parameter, ``PARAMETER_COLUMNS``: prior, posterior median and 80% interval."""
    import pandas

    rows = []
    for each in played.fit.parameters:
        found = each.verdict
        said = [math.nan] * 4
        if found is not None:
            said = [found.median, found.low, found.high, found.contraction]
        prior = each.prior
        rows.append([each.path, *prior.range, prior.scale, *said, verdict_of(each), prior.source])
    return pandas.DataFrame(rows, columns=pandas.Index(PARAMETER_COLUMNS))


def write(played: PlayedReplay, folder: Path) -> list[Path]:
    """Write tables, answer and figures; returns their paths.  Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [write_text(folder / name, text, shared=True) for name, text in texts(played).items()]
    return [*written, *_drawn(played, folder)]


def texts(played: PlayedReplay) -> dict[str, str]:
    """The tables and the answer as files, by name."""
    tables = {
        REPLAY: replay_table(played), PARAMETERS: parameter_table(played),
        JUDGEMENT: played.table,
    }  # fmt: skip
    found = {
        name: table.to_csv(index=False, float_format=DIGITS, lineterminator="\n")
        for name, table in tables.items()
    }
    return {**found, ANSWER: f"{answer(played)}\n"}


def _drawn(played: PlayedReplay, folder: Path) -> list[Path]:
    from sim.plots.figures import save

    found: list[Path] = []
    for name, figure in figures(played):
        found += save(figure, folder / "figures" / name)
    return found


def figures(played: PlayedReplay) -> Iterator[tuple[str, Figure]]:
    """Name and figure of the series, then of the parameters where some were fitted."""
    from sim.plots.posterior import posterior_figure
    from sim.plots.replay import Panel, replay_figure

    panels = [
        Panel(each.line.observed, each.baseline, frame_of(each.forecast.along))
        for each in played.series
    ]
    title = played.resolved.replay.title
    yield "replay", replay_figure(panels, title=title, said=answer(played))
    if fitted := _fitted(played):
        yield "parameters", posterior_figure(fitted, title=title, said=played.fit.remark)


def _fitted(played: PlayedReplay) -> list[Fitted]:
    from sim.plots.posterior import Fitted
    from sim.scenario.explain import parameters

    units = {one.path: one.unit for one in parameters(played.resolved.scenario)}
    found = []
    for each in played.fit.parameters:
        (low, high), log = each.prior.range, each.prior.scale == "log"
        unit = units.get(each.path, "")
        found.append(Fitted(each.path, unit, low, high, log, each.draws, each.verdict))
    return found
