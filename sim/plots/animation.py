"""A run as a film: left the people and whom they use, right users and cash as time goes by."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.market.snapshots import Snapshot
from sim.plots.network import (
    MOST_PEOPLE,
    draw_firms,
    draw_links,
    draw_people,
    frame,
    key,
    named,
    places,
    said,
)
from sim.plots.style import FAINT, INK, firm_looks, headed, readable, settings, years_axis

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from PIL.Image import Image

    from sim.market.result import RunResult

Pixels = NDArray[np.uint8]  # (height, width, 3)
SIZE, DPI = (10.0, 5.6), 100  # inches, pixels an inch: even numbers of pixels, as MP4 asks
RATE = 10  # frames a second
HOLD = 2.0  # seconds that the last frame stays
COLOURS = 63  # of a GIF's palette: firms, greys, blends at their edges; one more is clear


class Film:
    """The frames of a run, one a snapshot, each drawn when asked for.

    snapshots: with increasing weeks; result: of the same run; drawn: is told how many frames of
    how many are drawn. Raises ValueError for more than
    ``network.MOST_PEOPLE`` people.
    """

    def __init__(
        self,
        snapshots: Sequence[Snapshot],
        result: RunResult,
        drawn: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        if result.people > MOST_PEOPLE:
            raise ValueError(f"{result.people:,} people are too many; {MOST_PEOPLE:,} at most")
        self.snapshots, self.result, self.drawn = list(snapshots), result, drawn
        self.spots, self.kept = places(snapshots[0].block), named(snapshots)
        with settings():
            self.figure = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
            self.canvas: Any = FigureCanvasAgg(self.figure)
            grid = self.figure.add_gridspec(2, 2, width_ratios=(1.75, 1))
            self.people: Axes = self.figure.add_subplot(grid[:, 0])
            self.users: Axes = self.figure.add_subplot(grid[0, 1])
            self.cash: Axes = self.figure.add_subplot(grid[1, 1])
            self._set_the_stage()

    def __len__(self) -> int:
        return len(self.snapshots)

    def _set_the_stage(self) -> None:
        """All that stays the same in every frame, drawn once."""
        weeks, entered = self.result.weeks, [fate.entered >= 0 for fate in self.result.firms]
        for ax, measure, label in (
            (self.users, "n_users", "users (% of people)"),
            (self.cash, "cash_cents", "cash (money per head)"),
        ):
            values = self._series(measure)[:, entered]
            low, high = min(0.0, float(values.min())), float(values.max())
            ax.set_ylim(low, low + 1.05 * ((high - low) or 1.0))
            ax.set_ylabel(label)
            years_axis(ax, weeks)
            if low < 0:
                ax.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
        self.users.set_xlabel("")
        headed(self.figure, self.result.title)
        key(self.figure, 6)
        frame(self.people, self.spots)
        shown = draw_firms(self.snapshots[-1], self.people, self.kept)  # makes room for names
        self.people.set_title(said(self.snapshots[-1]), loc="left")  # and for the week
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")
        for artist in shown:
            artist.remove()
        self.people.set_title("", loc="left")
        self.unit = frame(self.people, self.spots)
        draw_links(self.snapshots[0], self.spots.people, self.people)
        self.canvas.draw()
        self.still = self.canvas.copy_from_bbox(self.figure.bbox)

    def _series(self, measure: str) -> NDArray[np.float64]:
        """A measure by week and firm: people in %, cents as money per head."""
        scale = 100.0 if measure == "n_users" else 0.01
        return np.asarray(self.result.firm_series[measure] * scale / self.result.people)

    def draw(self, place: int) -> Pixels:
        """The frame of a snapshot."""
        snapshot = self.snapshots[place]
        with settings():
            moving = draw_people(snapshot, self.spots.people, self.people, self.unit)
            moving += draw_firms(snapshot, self.people, self.kept)
            moving.append(
                self.people.text(0, 1.04, said(snapshot), transform=self.people.transAxes)
            )
            moving += self._lines(self.users, "n_users", snapshot.week)
            moving += self._lines(self.cash, "cash_cents", snapshot.week)
            self.canvas.restore_region(self.still)
            for artist in moving:
                self.figure.draw_artist(artist)
                artist.remove()
            return np.array(self.canvas.buffer_rgba())[..., :3].copy()

    def _lines(self, ax: Axes, measure: str, week: int) -> list[Artist]:
        """Each firm from its entry to the week or its end, with its marker at the head."""
        values, looks = self._series(measure), firm_looks(fate.name for fate in self.result.firms)
        drawn: list[Artist] = []
        for f, fate in enumerate(self.result.firms):
            if not 0 <= fate.entered <= week:
                continue
            last = min(week, fate.exited) if fate.exited >= 0 else week
            own, look = slice(fate.entered, last + 1), looks[fate.name]
            years = np.arange(fate.entered, last + 1) / 52
            drawn += ax.plot(years, values[own, f], color=look.colour, linestyle=look.line,
                             linewidth=1.5)  # fmt: skip
            drawn += ax.plot(
                years[-1:], values[last : last + 1, f], marker=look.marker, color=look.colour,
                markerfacecolor=look.colour if last == week else "white", markersize=7,
                clip_on=False,
            )  # fmt: skip
        return drawn

    def frames(self) -> Iterator[Pixels]:
        """Every frame in turn."""
        for place in range(len(self)):
            yield self.draw(place)
            self.drawn(place + 1, len(self))


def write_gif(film: Film, path: Path) -> Path:
    """Write a film as a GIF that repeats, the same bytes every time; returns the path.

    Pixels that did not change are clear, which makes the file a third of its size. Raises
    OSError when the file cannot be written.
    """
    images = _clear_where_unchanged(film)
    pause = [1000 // RATE] * (len(film) - 1) + [int(1000 * HOLD)]
    next(images).save(
        path, format="GIF", save_all=True, append_images=images, duration=pause, loop=0,
        optimize=False, disposal=1, transparency=COLOURS,
    )  # fmt: skip
    return path


def _clear_where_unchanged(film: Film) -> Iterator[Image]:
    """Frames in the film's palette, each but the first only where it differs from the last."""
    from PIL import Image

    palette = _palette(film)
    before = None
    for pixels in film.frames():
        flat = Image.fromarray(pixels).quantize(palette=palette, dither=Image.Dither.NONE)
        now = np.asarray(flat)
        shown = now if before is None else np.where(now == before, np.uint8(COLOURS), now)
        image = Image.fromarray(shown).convert("L")
        image.putpalette(palette.getpalette() or [])
        yield image
        before = now


def _palette(film: Film) -> Image:
    """Every firm's colours as they are, and those that first, middle and last frame need most."""
    from PIL import Image, ImageColor

    ends = sorted({0, len(film) // 2, len(film) - 1})
    sample = Image.fromarray(np.concatenate([film.draw(place) for place in ends]))
    own = {look.colour for look in firm_looks(film.snapshots[0].firms).values()}
    named = sorted(own | {readable(colour) for colour in own} | {INK, FAINT})
    usual = sample.quantize(COLOURS - len(named), method=Image.Quantize.MEDIANCUT)
    averages = np.array(usual.getpalette() or [], np.uint8).reshape(-1, 3)[: COLOURS - len(named)]
    averages[averages.min(axis=1) >= 250] = 255  # paper, which averages leave greyish
    found = np.concatenate(([ImageColor.getrgb(colour) for colour in named], averages))
    clear = np.full((COLOURS + 1 - len(found), 3), 255)
    palette = Image.new("P", (1, 1))
    palette.putpalette([int(part) for part in np.concatenate((found, clear)).ravel()])
    return palette


def ffmpeg() -> str | None:
    """Where ffmpeg is, which writes MP4; None where it is not installed."""
    return shutil.which("ffmpeg")


def write_mp4(film: Film, path: Path, program: str) -> Path:
    """Write a film as an MP4 by ffmpeg (``program``); returns the path.

    Raises OSError with what ffmpeg said when it fails.
    """
    height, width, _ = film.draw(0).shape
    command = [
        program, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24",
        "-s", f"{width}x{height}", "-r", str(RATE), "-i", "-", "-an", "-pix_fmt", "yuv420p",
        "-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
        "-movflags", "+faststart", str(path),
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        try:
            for pixels in film.frames():
                process.stdin.write(pixels.tobytes())
            process.stdin.write(pixels.tobytes() * int(HOLD * RATE))
            process.stdin.close()
        except BrokenPipeError:  # ffmpeg has left and says why below
            pass
        told = process.stderr.read().decode(errors="replace")
    if process.returncode:
        raise OSError(f"ffmpeg: {' '.join(told.split()) or 'failed without a word'}")
    return path
