"""A figure inside a page: nothing of it reaches outside, and its letters can be read."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from sim.plots.style import COLOURS, FAINT, INK, new_figure
from sim.report.svg import LEAST, SVG, contrast, inline, legible


def drawn(word: str = "word") -> tuple[Figure, Axes]:
    figure, ax = new_figure()
    ax.fill_between([0, 1], [0, 1], hatch="...", label="area")
    ax.plot([0, 1], [0, 1], marker="o")
    ax.imshow(np.eye(3), extent=(0, 1, 0, 1), aspect="auto")
    ax.text(0.5, 0.5, word, color=FAINT)
    return figure, ax


def tree(figure: Figure, name: str = "fig") -> ElementTree.Element:
    return ElementTree.fromstring(str(inline(figure, name, "Title & <b>", "What it shows.")))


def test_ids_of_two_figures_never_meet() -> None:
    ids = [
        {e.get("id") for e in tree(drawn()[0], name).iter() if e.get("id")}
        for name in ("one", "two")
    ]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_every_reference_stays_inside() -> None:
    root = tree(drawn()[0])
    ids = {e.get("id") for e in root.iter()}
    used = set(re.findall(r"url\(#([^)]+)\)", ElementTree.tostring(root, encoding="unicode")))
    links = [e.get("href") or "" for e in root.iter() if e.get("href")]
    used |= {link[1:] for link in links if link.startswith("#")}
    assert len(used) >= 3  # a clip, a hatch, a marker
    assert used <= ids
    assert [link for link in links if not link.startswith(("#", "data:image/png;base64,"))] == []
    assert any(link.startswith("data:") for link in links)


def test_nothing_acts_on_the_page_around_it() -> None:
    tags = {e.tag for e in tree(drawn()[0]).iter()}
    assert not tags & {f"{{{SVG}}}{tag}" for tag in ("style", "metadata", "script")}


def test_the_same_figure_gives_the_same_text() -> None:
    first, second = (inline(drawn()[0], "fig", "t", "d") for _ in range(2))
    assert first == second


@pytest.mark.parametrize("word", ["A $\\frac{ & Co$", "<script>alert(1)</script>", "100% $5 $6"])
def test_words_are_written_as_they_are(word: str) -> None:
    figure, ax = drawn(word)
    ax.set_ylabel(word)
    said = [e.text for e in tree(figure).iter(f"{{{SVG}}}text")]
    assert said.count(word) == 2


def test_letters_with_an_edge_stay_letters() -> None:
    from matplotlib import patheffects

    figure, ax = drawn()
    edge = [patheffects.withStroke(linewidth=3, foreground="white")]
    ax.text(0.2, 0.8, "edged", path_effects=edge)
    (found,) = (e for e in tree(figure).iter(f"{{{SVG}}}text") if e.text == "edged")
    assert "paint-order: stroke" in (found.get("style") or "")


def test_title_and_description_are_told() -> None:
    root = tree(drawn()[0])
    said = {e.get("id"): e.text for e in root if e.get("id")}
    assert [said[name] for name in (root.get("aria-labelledby") or "").split()] == [
        "Title & <b>", "What it shows.",
    ]  # fmt: skip


@pytest.mark.parametrize("colour", [*COLOURS, FAINT, INK, "#999999", "#f0e442"])
def test_letters_are_dark_enough_for_white_paper(colour: str) -> None:
    assert contrast(legible(colour)) >= LEAST
    assert (legible(colour) == colour) == (contrast(colour) >= LEAST)


def test_white_letters_stand_on_dark_cells() -> None:
    assert legible("#ffffff") == "#ffffff"


@pytest.mark.parametrize(("colour", "expected"), [("#000000", 21.0), ("#ffffff", 1.0),
                                                  ("#767676", 4.54)])  # fmt: skip
def test_contrast_against_published_values(colour: str, expected: float) -> None:
    """WCAG's own anchors; #767676 is the lightest grey that passes on white."""
    assert contrast(colour) == pytest.approx(expected, abs=0.005)


def test_every_letter_of_a_figure_is_legible() -> None:
    figure, ax = drawn()
    for place, colour in enumerate(COLOURS):
        ax.text(0.1, place / 10, "w", color=colour)
    assert to_rgb(FAINT)
    fills = re.findall(r"fill: (#[0-9a-f]{6})", " ".join(
        e.get("style") or "" for e in tree(figure).iter(f"{{{SVG}}}text")))  # fmt: skip
    assert len(fills) >= len(COLOURS)
    assert min(map(contrast, fills)) >= LEAST
