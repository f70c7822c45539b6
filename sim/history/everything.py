"""One table over all series: with a model where a replay plays it, else with the reason."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.history.judge import ALIKE, COLUMNS, judge
from sim.analysis.history.observed import observe
from sim.analysis.wording import counted
from sim.experiments.parts import write_text
from sim.history.files import DIGITS, JUDGEMENT
from sim.history.play import PlayedReplay
from sim.scenario.history import Grade, HistorySeries

if TYPE_CHECKING:
    import pandas as pd

PAGE = "judgement.md"
UNSAID = "No replay plays it."
_SHOWN = (
    "series", "n", "fit until", "baseline", "baseline MASE", "model MASE", "ratio",
    "baseline coverage", "model coverage", "sentence",
)  # fmt: skip


def judged_table(
    played: Sequence[PlayedReplay],
    series: Sequence[HistorySeries],
    reasons: Mapping[str, str],
    least: Grade = "L",
) -> pd.DataFrame:
    """One row a series and replay, in the order of ``series``: ``replay`` and ``judge.COLUMNS``.

    reasons: by name, why a series is not played; it has its baseline all the same.
    """
    import pandas

    rows = [row for each in series for row in _rows(each, played, reasons, least)]
    return pandas.DataFrame(rows, columns=pandas.Index(("replay", *COLUMNS)))


def _rows(
    series: HistorySeries, played: Sequence[PlayedReplay], reasons: Mapping[str, str], least: Grade
) -> Iterator[dict[str, Any]]:
    found = [
        {"replay": replay.resolved.name, **one.judgement}
        for replay in played for one in replay.series if one.line.observed.name == series.name
    ]  # fmt: skip
    if found:
        yield from found
        return
    why = reasons.get(series.name, UNSAID)
    observed = observe(series, least)
    if not len(observed.when):
        empty = dict.fromkeys(COLUMNS[2:], math.nan)
        said = f"No row of confidence {least} or higher."
        yield {"replay": "", "series": series.name, "n": 0, **empty, "sentence": said}
        return
    (row,) = judge([observed]).to_dict("records")
    sentence = " ".join((f"Not played: {why}" if why != UNSAID else why, str(row["sentence"])))
    yield {"replay": "", **{str(key): value for key, value in row.items()}, "sentence": sentence}


def summary(table: pd.DataFrame) -> str:
    """How the model does over all series, in a few sentences."""
    ratios = table["ratio"].dropna()
    n = table["series"].nunique()
    if not len(ratios):
        return f"{n} series, of which no model was judged."
    better, worse = int((ratios < 1 - ALIKE).sum()), int((ratios > 1 + ALIKE).sum())
    alike = len(ratios) - better - worse
    return (
        f"{n} series, {len(ratios)} of them judged with a model beside a simple curve: the model "
        f"is better in {better}, alike in {alike}, worse in {worse}; the middle ratio of errors is "
        f"{ratios.median():.2f}. Bands that are meant to hold 80% of the rows judged hold "
        f"{_covered(table, 'model coverage', ratios.index)} with the model and "
        f"{_covered(table, 'baseline coverage', ratios.index)} with the curves."
    )


def _covered(table: pd.DataFrame, column: str, rows: Any) -> str:
    """Mean coverage, each row judged counted once."""
    from sim.analysis.history.observed import n_to_fit

    kept = table.loc[rows]
    weight = kept["n"].map(lambda n: n - n_to_fit(int(n)))
    known = kept[column].notna()
    held = float((kept.loc[known, column] * weight[known]).sum())
    return f"{100 * held / max(float(weight[known].sum()), 1.0):.0f}%"


def write_table(table: pd.DataFrame, folder: Path, command: str, runs: int) -> list[Path]:
    """Write the table as CSV, as Markdown and as a figure; returns the paths.  Raises OSError."""
    from sim.plots.figures import save
    from sim.plots.judgement import judgement_figure

    text = table.to_csv(index=False, float_format=DIGITS, lineterminator="\n")
    return [
        write_text(folder / JUDGEMENT, text, shared=True),
        write_text(folder / PAGE, _page(table, command, runs), shared=True),
        *save(judgement_figure(table), folder / "judgement"),
    ]  # fmt: skip


def _page(table: pd.DataFrame, command: str, runs: int) -> str:
    names = ("replay", *_SHOWN)
    lines = [
        "# Judgement of all series", "", summary(table), "",
        "Curves and model see the first 60% of the rows; errors are mean absolute errors of the "
        "others, in units of the usual step between rows fitted (MASE). A ratio below 1 is in "
        f"favour of the model. From {counted(runs, 'run')}; made again by `{command}`.", "",
        "| " + " | ".join(names) + " |", "|" + " --- |" * len(names),
    ]  # fmt: skip
    for row in table.to_dict("records"):
        lines.append("| " + " | ".join(_cell(row[name]) for name in names) + " |")
    return "\n".join([*lines, ""])


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:.2f}"
    return str(value).replace("|", "\\|").replace("\n", " ") or "-"
