"""One page about a replay: the answer, the figures, parameters, judgement, and how to repeat it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis.wording import counted
from sim.history.files import figures, replay_table
from sim.history.words import answer, parameter_cells
from sim.report.blocks import Block, Code, Fold, Items, Picture, Table, Text
from sim.report.build import rendered
from sim.report.figures import whole
from sim.report.words import length, number, percent

if TYPE_CHECKING:
    from sim.history.play import PlayedReplay

FILE = "report.html"
LIMITS = (
    "The model saw the first 60% of the rows of each series, and nothing of the rest; what is "
    "known of the years after may still have shaped the scenario.",
    "A forecast here asks whether simple rules of people and firms can carry a history on. "
    "It does not show that they are why it happened.",
    "Bands hold chance, what is not known of the parameters, and errors as large as those of the "
    "rows fitted. They hold nothing of what the model leaves out.",
)
_FACTORS = {"fit": "fitted", "first": "of the first row", "none": "none"}
_CAPTIONS = {
    "replay": "What happened, and what the model makes of it",
    "parameters": "What the fit tells of each parameter",
}


def page_of(played: PlayedReplay, command: str, text: str = "") -> str:
    """The page as HTML; command: makes it again; text: of the replay's file, where it has one."""
    replay = played.resolved.replay
    pictures = [_picture(name, figure, played) for name, figure in figures(played)]
    sections = [
        _section("answer", "The answer", [Text(answer(played)), pictures[0]]),
        _section("parameters", "Parameters", [_parameters(played), *pictures[1:]]),
        _section("judgement", "Judgement", _judgement(played)),
        _section("mapping", "What stands for what", _mapping(played)),
        _section("limits", "Limits", [Items((*LIMITS, *_own_limits(played)))]),
        _section("repeat", "How to repeat it", _repeat(played, command, text)),
    ]
    facts = " \N{MIDDLE DOT} ".join((
        f"scenario {played.resolved.scenario_path.stem}", f"from {replay.starts}",
        f"{replay.people:,} people", length(played.resolved.scenario.weeks),
        f"{counted(played.tried, 'run')} that calibrate, {played.drawn:,} that forecast",
    ))  # fmt: skip
    return rendered(replay.title, " ".join(replay.question.split()), facts, sections)


def _section(name: str, title: str, blocks: Sequence[Block]) -> dict[str, Any]:
    part = {"name": f"{name}-all", "title": "", "blocks": blocks}
    return {"name": name, "title": title, "parts": [part]}


def _picture(name: str, figure: Any, played: PlayedReplay) -> Picture:
    """A figure; the first one carries the rows of all series as numbers."""
    caption = _CAPTIONS[name]
    said = answer(played) if name == "replay" else caption
    figure.supxlabel("")
    table = _rows(played) if name == "replay" else None
    return whole(figure, f"figure-{name}", caption, said, table)


def _rows(played: PlayedReplay) -> Table:
    shown = replay_table(played)
    header = ("series", "time", "value", "confidence", "low", "median", "high", "simple curve")
    columns = ("low", "median", "high", "baseline")
    rows = tuple(
        (row["series"], row["time"], number(row["value"]), row["confidence"],
         *(number(row[name]) for name in columns))
        for row in shown.to_dict("records")
    )  # fmt: skip
    return Table("Rows, and the model at their times", header, rows, 2, ("confidence",))


def _parameters(played: PlayedReplay) -> Block:
    if not played.fit.parameters:
        return Text(played.fit.remark)
    header = ("parameter", "prior", "posterior", "80% interval", "verdict", "source of the prior")
    rows = [(*parameter_cells(each), each.prior.source) for each in played.fit.parameters]
    words = ("verdict", "source of the prior")
    return Table(played.fit.remark, header, tuple(rows), 1, words)


def _judgement(played: PlayedReplay) -> list[Block]:
    header = ("series", "rows", "fitted until", "simple curve", "its error", "model's error",
              "ratio", "its band holds, %", "model's holds, %")  # fmt: skip
    rows = []
    for each in played.series:
        row = each.judgement
        rows.append((
            str(row["series"]), str(row["n"]), str(row["fit until"]), str(row["baseline"]),
            *(number(row[name]) for name in ("baseline MASE", "model MASE", "ratio")),
            *(_share(row[name]) for name in ("baseline coverage", "model coverage")),
        ))  # fmt: skip
    caption = (
        "Errors of the rows judged, in units of the usual step between rows fitted (mean absolute "
        "scaled error); bands are meant to hold 80%"
    )
    said = tuple(f"{each.judgement['series']}: {each.judgement['sentence']}"
                 for each in played.series)  # fmt: skip
    return [
        Table(caption, header, tuple(rows), 1, ("fitted until", "simple curve")), Items(said),
    ]  # fmt: skip


def _share(value: float) -> str:
    return percent(value) if value == value else number(value)


def _mapping(played: PlayedReplay) -> list[Block]:
    story = played.resolved.replay.story
    header = ("series", "what", "unit", "what of a run", "factor", "helps to fit")
    rows = tuple(
        (each.line.observed.name, each.line.observed.title, each.line.observed.unit,
         each.line.observe, _FACTORS[each.line.factor],
         "yes" if each.line.calibrates and played.fit.parameters else "no")
        for each in played.series
    )  # fmt: skip
    table = Table("Each series, and what of a run is compared with it", header, rows, len(header))
    return [*([Text(" ".join(story.split()))] if story else []), table]


def _own_limits(played: PlayedReplay) -> list[str]:
    scaled = [each.line.observed.name for each in played.series if each.line.factor == "fit"]
    said = [f"The forecast rests on {counted(played.drawn, 'run')}."]
    if scaled:
        said.append(f"One factor between run and series was fitted for {', '.join(scaled)}.")
    if played.failed:
        said.append(f"{counted(played.failed, 'run')} failed and are in no number here.")
    if played.least != "L":
        said.append(f"Rows of lower confidence than {played.least} were left out.")
    return said


def _repeat(played: PlayedReplay, command: str, text: str) -> list[Block]:
    from sim import __version__
    from sim.experiments.engine_version import model_version

    said = f"With userfirst {__version__}, model version {model_version()}:"
    blocks: list[Block] = [Text(said), Code("The command", command)]
    if text:
        blocks.append(Fold("The replay", (Code(played.resolved.path.name, text),)))
    return blocks
