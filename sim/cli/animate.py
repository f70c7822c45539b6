"""A run as a film of its people, beside users and cash as they grow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.patience import Report, interruptible, progress_bar
from sim.cli.show import safe
from sim.cli.trouble import Refused, check_writable, storing

if TYPE_CHECKING:
    from sim.market.snapshots import Watched
    from sim.scenario.schema import Scenario

FRAMES = 100  # unless asked for otherwise; a film of ten seconds
MOST_FRAMES = 240
FORMATS = ("gif", "mp4")


def animate(
    scenario: str,
    overrides: Sequence[str],
    out: Path,
    frames: int | None = None,
    fmt: str = "gif",
    every: int | None = None,
    *,
    allow_code: bool = False,
) -> None:
    """Run a scenario, store it under ``out``, and draw it as figures/animation.gif or .mp4 there.

    frames: how many, evenly over the run; every: weeks between frames instead.
    """
    from sim.cli.inputs import load_scenario
    from sim.experiments.single import store_run

    program = _writer_of(fmt)
    made = load_scenario(scenario, overrides, allow_code=allow_code)
    refuse_crowds(made.people.count, f"userfirst animate {scenario}")
    weeks = weeks_of(made.weeks, frames, every)
    check_writable(out)
    seen = watched(made, weeks)
    with storing(out):
        folder = store_run(made, seen.result, out, name=Path(scenario).stem)
        path = folder / "figures" / f"animation.{fmt}"
        path.parent.mkdir(exist_ok=True)
        _draw(seen, path, program)
    size = path.stat().st_size / 1e6
    print(f"{path}   {len(weeks)} frames, weeks 0 to {weeks[-1]}, {size:.1f} MB")
    print(f"{folder}   the run; `userfirst plot {folder} --network` draws single weeks")


def _writer_of(fmt: str) -> str | None:
    """The program that a format needs, None for GIF; raises ``Refused`` where it is missing."""
    from sim.plots.animation import ffmpeg

    if fmt not in FORMATS:
        raise Refused(f"--format must be {' or '.join(FORMATS)}, got {fmt}")
    program = ffmpeg() if fmt == "mp4" else None
    if fmt == "mp4" and program is None:
        raise Refused("--format mp4 needs ffmpeg, which is not installed here; gif needs nothing")
    return program


def weeks_of(weeks: int, frames: int | None, every: int | None) -> list[int]:
    """The weeks to draw, from 0 to the last; raises ``Refused`` for what makes no film."""
    if frames is not None and every is not None:
        raise Refused("--frames and --every say the same thing: give one of them")
    if every is not None:
        if every < 1:
            raise Refused(f"--every must be at least 1 week, got {every}")
        found = sorted({*range(0, weeks, every), weeks})
    else:
        n = FRAMES if frames is None else frames
        if n < 2:
            raise Refused(f"--frames must be at least 2, got {n}")
        n = min(n, weeks + 1)
        found = [round(weeks * place / (n - 1)) for place in range(n)]
    if len(found) > MOST_FRAMES:
        raise Refused(
            f"{len(found)} frames are too many, {MOST_FRAMES} at most; try --frames {FRAMES}"
        )
    return found


def refuse_crowds(people: int, command: str) -> None:
    """Raise ``Refused`` where people are too many to draw; command: what to give instead."""
    from sim.plots.network import MOST_PEOPLE

    if people > MOST_PEOPLE:
        raise Refused(
            f"{people:,} people are too many to draw one by one ({MOST_PEOPLE:,} at most); "
            f"try {safe(command)} --people 400"
        )


def watched(scenario: Scenario, weeks: Sequence[int]) -> Watched:
    """Run a scenario with a progress bar, looking at ``weeks``."""
    from sim.cli.warm import warm_up
    from sim.experiments.memory import refuse_too_large
    from sim.market.snapshots import watch

    refuse_too_large([scenario])
    warm_up()

    def work(report: Report) -> Watched:
        return watch(scenario, weeks, progress=report)

    with progress_bar(safe(scenario.title), "weeks") as bar:
        return interruptible(work, bar)


def _draw(seen: Watched, path: Path, program: str | None) -> None:
    """Write the film, with a progress bar."""
    from sim.plots.animation import Film, write_gif, write_mp4

    def work(report: Report) -> None:
        film = Film(seen.snapshots, seen.result, drawn=report)
        if program is None:
            write_gif(film, path)
        else:
            write_mp4(film, path, program)

    with progress_bar("drawing", "frames") as bar:
        interruptible(work, bar)
