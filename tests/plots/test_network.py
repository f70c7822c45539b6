"""The network picture: a dot a person in firm's look and stage's shape, nothing by chance."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text

from sim.market.snapshots import CUSTOMER, FAN, NO_FIRM, STRANGER, USER
from sim.plots.figures import save
from sim.plots.network import (
    DOTS,
    MOST_LINES,
    MOST_PEOPLE,
    NAMED,
    network,
    network_weeks,
    places,
)
from sim.plots.style import COLOURS, MARKERS, firm_looks, luminance, new_figure
from tests.plots.crowds import FIRMS, crowd


def drawn(ax: Axes) -> dict[str, int]:
    """Number of dots by firm and stage."""
    return {str(c.get_gid()): len(c.get_offsets()) for c in ax.collections if c.get_gid()}


def test_every_person_is_one_dot_of_the_firm_used_last_and_its_stage() -> None:
    one = crowd()
    _, ax = new_figure()
    assert network(one, ax) is ax
    found = drawn(ax)
    assert sum(found.values()) == one.used.size
    for f, name in enumerate(FIRMS):
        for stage in DOTS:
            expected = int(((one.used == f) & (one.stages[f] == stage)).sum())
            assert found.get(f"{name}-{stage}", 0) == expected
    assert found[f"none-{STRANGER}"] == int(((one.used == NO_FIRM) & (one.stage == STRANGER)).sum())


def test_dots_have_colour_and_marker_of_the_firm_and_strangers_are_hollow() -> None:
    one, looks = crowd(), firm_looks(FIRMS)
    _, ax = new_figure()
    network(one, ax)
    by_name = {str(c.get_gid()): c for c in ax.collections if c.get_gid()}
    for name in FIRMS:
        users = by_name[f"{name}-{USER}"]
        assert to_hex(users.get_facecolor()[0]).upper() == looks[name].colour
    shapes = {by_name[f"{name}-{USER}"].get_paths()[0].vertices.tobytes() for name in FIRMS}
    assert len(shapes) == len(FIRMS)
    assert to_hex(by_name[f"none-{STRANGER}"].get_facecolor()[0]) == "#ffffff"
    size = {stage: by_name[f"Beta-{stage}"].get_sizes()[0] for stage in (USER, CUSTOMER, FAN)}
    assert size[USER] < size[CUSTOMER] == size[FAN]
    assert by_name[f"Beta-{FAN}"].get_linewidths()[0] > 0
    assert by_name[f"Beta-{CUSTOMER}"].get_linewidths()[0] == 0


def test_stages_differ_without_colour() -> None:
    seen = {(dot.size, dot.filled, dot.edged) for dot in DOTS.values()}
    assert len(seen) == len(DOTS)


def test_firms_are_named_with_their_users_and_who_left_is_hollow() -> None:
    one = crowd()
    _, ax = new_figure()
    network(one, ax)
    said = [text.get_text() for text in ax.texts]
    assert said == ["Alpha\n50% users", "Beta\n48% users", "Gamma\nnot there"]
    faces = [line.get_markerfacecolor() for line in ax.lines if str(line.get_gid())[:5] == "firm-"]
    assert [face == "white" for face in faces] == [False, False, True]
    without = (one.used == NO_FIRM).sum()
    assert ax.get_title(loc="left") == f"week 52; {without} of 60 people have no firm"


def test_only_so_many_firms_are_named_those_with_most_users() -> None:
    firms = tuple(f"Firm {n}" for n in range(20))
    one = crowd(firms=firms)
    one = replace(one, users=np.arange(20), alive=np.ones(20, bool))
    _, ax = new_figure()
    network(one, ax)
    assert [text.get_text().split("\n")[0] for text in ax.texts] == list(firms[-NAMED:])


def test_links_are_drawn_once_and_within_blocks_apart_from_the_others() -> None:
    one = crowd()
    _, ax = new_figure()
    network(one, ax)
    pairs = {frozenset(pair) for i, row in enumerate(one.links) for pair in [(i, j) for j in row]}
    within = {pair for pair in pairs if len({int(one.block[i]) for i in pair}) == 1}
    lines = {str(line.get_gid()): line for line in ax.lines}
    spots = places(one.block).people
    for name, expected in (("within", within), ("between", pairs - within)):
        ends = lines[f"links-{name}"].get_xydata().reshape(-1, 3, 2)[:, :2]
        found = {
            frozenset(int(np.abs(spots - end).sum(axis=1).argmin()) for end in pair)
            for pair in ends
        }
        assert len(ends) == len(expected)
        assert found == expected
    alone = replace(one, links=np.empty((60, 0), np.uint32))
    network(alone, new_figure()[1])  # complete mixing has no links to draw


def test_people_of_a_block_are_together_and_apart_from_others() -> None:
    block = np.repeat(np.arange(12), np.arange(20, 68, 4)).astype(np.uint8)
    spots = places(block)
    away = np.linalg.norm(spots.people[:, None] - spots.people[None], axis=2)
    np.fill_diagonal(away, np.inf)
    assert away.min() > 0.5  # nobody on top of another
    nearest = away.argmin(axis=1)
    assert (block[nearest] == block).all()
    middle = spots.blocks[block]
    assert np.linalg.norm(spots.people - middle, axis=1).max() <= spots.radius


def test_too_many_people_are_refused() -> None:
    _, ax = new_figure()
    with pytest.raises(ValueError, match="2,001 people are too many"):
        network(crowd(MOST_PEOPLE + 1), ax)


def test_looks_of_firms_differ_by_shape_and_only_then_repeat() -> None:
    looks = firm_looks(f"firm {n}" for n in range(64))
    assert len({(look.colour, look.marker) for look in looks.values()}) == 64
    for one, other in itertools.pairwise(list(looks.values())):
        assert one.marker != other.marker
        assert one.colour != other.colour
    assert len(set(MARKERS)) == len(MARKERS) > len(COLOURS)
    assert all(luminance(look.colour) < 200 for look in looks.values())


def test_weeks_stand_side_by_side_and_the_same_bytes_come_twice(tmp_path: Path) -> None:
    weeks = [crowd(week=week) for week in (0, 13, 26, 52)]
    made = [save(network_weeks(weeks, "A crowd"), tmp_path / str(n)) for n in range(2)]
    one, two = ([path.read_bytes() for path in paths] for paths in made)
    assert one == two
    figure = network_weeks(weeks, "A crowd")
    assert [ax.get_title(loc="left").split(";")[0] for ax in figure.axes] == [
        "week 0", "week 13", "week 26", "week 52",
    ]  # fmt: skip
    assert figure.get_suptitle() == "A crowd: who uses whom"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        dot.word for dot in DOTS.values()
    ]


def test_many_links_are_pixels_so_that_the_svg_stays_small(tmp_path: Path) -> None:
    n = MOST_LINES // 2 + 10
    links = (np.arange(n)[:, None] + np.array([1, 7, n // 3])) % n
    one = replace(crowd(n), links=links.astype(np.uint32))
    figure, ax = new_figure()
    network(one, ax)
    svg = save(figure, tmp_path / "many")[1].read_text()
    assert len(re.findall("<image", svg)) == 1
    assert len(svg) < 1_500_000


def test_names_are_inside_the_figure_and_clear_of_one_another() -> None:
    firms = tuple(f"A firm called {n}" for n in range(NAMED))
    figure, ax = new_figure(6.4)
    network(crowd(firms=firms), ax)
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    boxes = [Text.get_window_extent(text, renderer) for text in ax.texts]
    for box in boxes:
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1 + 1
    for one, other in itertools.combinations(boxes, 2):
        assert not one.overlaps(other)
