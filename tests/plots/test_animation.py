"""A film shows what its run is: people as the picture does, lines up to the week, same bytes."""

from __future__ import annotations

import shutil
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor, ImageSequence

from sim.plots.animation import COLOURS, HOLD, RATE, Film, write_gif, write_mp4
from sim.plots.network import MOST_PEOPLE
from sim.plots.style import firm_looks
from tests.plots.crowds import FIRMS, crowd, run

WEEKS = (0, 26, 52, 78, 104)


@pytest.fixture(scope="module")
def film() -> Film:
    return Film([crowd(week=week) for week in WEEKS], run())


@pytest.fixture(scope="module")
def gif(film: Film, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_gif(film, tmp_path_factory.mktemp("film") / "a.gif")


def test_every_snapshot_is_a_frame_that_looks_as_drawn(film: Film, gif: Path) -> None:
    with Image.open(gif) as image:
        frames = [np.asarray(one.convert("RGB")) for one in ImageSequence.Iterator(image)]
        assert image.info["loop"] == 0
    assert len(frames) == len(film) == len(WEEKS)
    for place, frame in enumerate(frames):
        away = np.abs(frame.astype(int) - film.draw(place)).max(axis=2)
        assert (away > 60).mean() < 0.002, place  # the palette rounds, nothing is left behind
        assert (frame[0, 0] == 255).all()  # paper is white


def test_a_firm_with_few_dots_keeps_its_colour(tmp_path: Path) -> None:
    # the last of seven firms is in two dots and a name; an average of colours would lose it
    firms = tuple(f"Firm {n}" for n in range(7))
    rare = replace(crowd(400, firms=firms), used=np.where(np.arange(400) < 2, 4, 0))
    result = replace(run(400), firms=tuple(replace(run().firms[0], name=n) for n in firms))
    series = {name: np.repeat(s[:, :1], 7, axis=1) for name, s in result.firm_series.items()}
    path = write_gif(Film([rare], replace(result, firm_series=series)), tmp_path / "rare.gif")
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
    for look in firm_looks(firms).values():
        if look.colour in ("#0072B2", "#D55E00"):
            away = np.abs(pixels - np.array(ImageColor.getrgb(look.colour))).max(axis=1)
            assert (away == 0).any(), look


def test_the_last_frame_stays(gif: Path) -> None:
    with Image.open(gif) as image:
        pauses = [frame.info["duration"] for frame in ImageSequence.Iterator(image)]
    assert pauses == [1000 // RATE] * (len(WEEKS) - 1) + [1000 * HOLD]


def test_the_same_bytes_twice(gif: Path, tmp_path: Path) -> None:
    again = Film([crowd(week=week) for week in WEEKS], run())
    assert write_gif(again, tmp_path / "b.gif").read_bytes() == gif.read_bytes()


def test_a_frame_does_not_depend_on_those_before(film: Film) -> None:
    first = film.draw(1)
    film.draw(4)
    np.testing.assert_array_equal(film.draw(1), first)
    assert (film.draw(4) != first).any()
    held = [len(ax.get_children()) for ax in film.figure.axes]
    film.draw(2)
    assert [len(ax.get_children()) for ax in film.figure.axes] == held  # nothing piles up


def test_lines_grow_to_the_week_and_end_where_a_firm_ended(film: Film) -> None:
    result = run()
    for week, ends in ((52, (52, 52, 52)), (104, (104, 104, 60))):
        lines = film._lines(film.users, "n_users", week)
        heads = lines[1::2]
        assert [round(52 * line.get_xdata()[-1]) for line in lines[::2]] == list(ends)
        for f, (line, head) in enumerate(zip(lines[::2], heads, strict=True)):
            shown = result.firm_series["n_users"][: ends[f] + 1, f] / result.people * 100
            np.testing.assert_allclose(line.get_ydata(), shown)
            np.testing.assert_allclose(head.get_ydata(), shown[-1:])
        assert [head.get_markerfacecolor() == "white" for head in heads] == [
            end != week for end in ends
        ]
        assert len({head.get_marker() for head in heads}) == len(FIRMS)
        for line in lines:
            line.remove()


def test_axes_say_what_they_are_and_hold_every_value(film: Film) -> None:
    result = run()
    assert film.users.get_ylabel() == "users (% of people)"
    assert film.cash.get_ylabel() == "cash (money per head)"
    assert film.cash.get_xlabel() == "time (years)"
    cash = result.firm_series["cash_cents"] / 100 / result.people
    low, high = film.cash.get_ylim()
    assert low <= cash.min() < 0 < cash.max() <= high
    assert film.cash.get_xlim() == (0, 2)


def test_progress_is_told_frame_by_frame() -> None:
    told: list[tuple[int, int]] = []
    film = Film([crowd(week=0), crowd(week=52)], run(), drawn=lambda *at: told.append(at))
    assert len(list(film.frames())) == 2
    assert told == [(1, 2), (2, 2)]


def test_too_many_people_are_refused() -> None:
    n = MOST_PEOPLE + 1
    with pytest.raises(ValueError, match="2,001 people are too many"):
        Film([crowd(n)], run(n))


def test_a_film_of_a_hundred_frames_is_small(film: Film, tmp_path: Path) -> None:
    # what people do changes every frame here, faster than in any run; files grow with frames
    snapshots = [crowd(400, week=13 * week) for week in range(8)]
    path = write_gif(Film(snapshots, run(400)), tmp_path / "many.gif")
    assert path.stat().st_size / len(snapshots) < 5e6 / 120
    with Image.open(path) as image:
        assert len(image.getcolors() or []) <= COLOURS


def fake_ffmpeg(folder: Path, script: str) -> str:
    """A program that stands in for ffmpeg."""
    program = folder / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def test_mp4_hands_every_frame_to_ffmpeg(film: Film, tmp_path: Path) -> None:
    program = fake_ffmpeg(tmp_path, f'echo "$@" > {tmp_path}/said; cat > {tmp_path}/pixels')
    write_mp4(film, tmp_path / "a.mp4", program)
    height, width, _ = film.draw(0).shape
    assert height % 2 == width % 2 == 0  # else the format refuses
    said = (tmp_path / "said").read_text()
    assert f"-s {width}x{height} -r {RATE}" in said
    assert said.strip().endswith("a.mp4")
    pixels = np.frombuffer((tmp_path / "pixels").read_bytes(), np.uint8)
    frames = pixels.reshape(-1, height, width, 3)
    assert len(frames) == len(film) + HOLD * RATE
    np.testing.assert_array_equal(frames[2], film.draw(2))
    np.testing.assert_array_equal(frames[-1], film.draw(len(film) - 1))


def test_what_ffmpeg_says_is_told_in_one_line(film: Film, tmp_path: Path) -> None:
    program = fake_ffmpeg(tmp_path, "echo 'no such'  >&2; echo encoder >&2; exit 3")
    with pytest.raises(OSError, match=r"^ffmpeg: no such encoder$"):
        write_mp4(film, tmp_path / "a.mp4", program)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_mp4_with_the_real_ffmpeg_has_the_same_bytes_twice(film: Film, tmp_path: Path) -> None:
    program = str(shutil.which("ffmpeg"))
    one, two = (write_mp4(film, tmp_path / f"{n}.mp4", program).read_bytes() for n in "ab")
    assert one == two
    assert one[4:8] == b"ftyp"
