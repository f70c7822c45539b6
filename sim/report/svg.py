"""A figure as inline SVG: small, the same bytes every time, text as text, readable aloud.

Several such figures stand in one page, so ids that something refers to begin with the
figure's name and all others go; the title and the description are what a screen reader says.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from markupsafe import Markup

from sim.plots.style import laid_out, settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
# Verdana and its kin are as wide as the font that matplotlib measured with
FAMILY = "'DejaVu Sans', Verdana, Geneva, sans-serif"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
HALOED, HALO = "haloed-text", "paint-order: stroke; stroke: #ffffff; stroke-width: 3px"
_FILL = re.compile(r"fill: (#[0-9a-f]{6})")
LEAST = 4.5  # contrast of text with its ground that WCAG 2.2 asks for
POINTS = 72  # an inch, matplotlib's unit in an SVG
_GEOMETRY = ("d", "x", "y", "width", "height", "transform", "points", "viewBox")


def inline(figure: Figure, name: str, title: str, description: str) -> Markup:
    """The figure as an ``<svg role="img">`` to stand in a page.

    name: unique on the page, a letter then letters, digits, dashes.
    """
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(_drawn(figure, name))
    _strip(root)
    _haloes(root)
    _own_ids(root, name)
    for element in root.iter():
        _tidy(element)
    for size in ("width", "height", "version"):
        root.attrib.pop(size, None)
    root.attrib |= {"role": "img", "aria-labelledby": f"{name}-title {name}-desc"}
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        said = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"{name}-{tag}"})
        said.text = text
        root.insert(place, said)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _drawn(figure: Figure, name: str) -> str:
    """Matplotlib's SVG; names of firms stay as written, ``$`` begins no formula in them."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        text.set_parse_math(False)
        if text.get_path_effects():  # matplotlib would draw outlines in place of letters
            text.set_path_effects([])
            text.set_gid(HALOED)
    out = io.StringIO()
    with settings(), mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        FigureCanvasSVG(figure)
        with laid_out(figure, POINTS):
            figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _strip(root: ElementTree.Element) -> None:
    """Take out what would act on the whole page, or says nothing to a reader."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{SVG}}}metadata", f"{{{SVG}}}style"):
                parent.remove(child)


def _haloes(root: ElementTree.Element) -> None:
    """A white edge around letters that stand on lines and cells."""
    for group in root.iter(f"{{{SVG}}}g"):
        if group.get("id") == HALOED:
            for text in group.iter(f"{{{SVG}}}text"):
                text.set("style", f"{HALO}; {text.get('style', '')}")


def _own_ids(root: ElementTree.Element, name: str) -> None:
    """Number the ids that are referred to, drop the rest; references lose their namespace.

    Matplotlib makes some ids of addresses in memory, which no two processes share.
    """
    used: set[str] = set()
    for element in root.iter():
        if (target := element.attrib.pop(XLINK, None)) is not None:
            element.set("href", target)
            if target.startswith("#"):
                used.add(target[1:])
        for value in element.attrib.values():
            used.update(_REFERENCE.findall(value))
    numbers: dict[str, str] = {}
    for element in root.iter():
        own = element.attrib.pop("id", None)
        if own is not None and own in used:
            numbers[own] = f"{name}-{len(numbers) + 1}"
            element.set("id", numbers[own])
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "href":  # of a mark to repeat, or of an image that the page carries itself
                element.set(key, f"#{numbers[value[1:]]}" if value.startswith("#") else value)
            else:
                element.set(key, _REFERENCE.sub(lambda it: f"url(#{numbers[it[1]]})", value))


def _tidy(element: ElementTree.Element) -> None:
    """Two decimals, a hundredth of a point, are finer than any screen; fonts have fallbacks."""
    for key in _GEOMETRY:
        if key in element.attrib:
            element.set(key, _NUMBER.sub(_rounded, " ".join(element.attrib[key].split())))
    if element.attrib.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    if element.tag == f"{{{SVG}}}text" and "style" in element.attrib:
        style = element.attrib["style"].replace("'DejaVu Sans'", FAMILY)
        element.set("style", _FILL.sub(lambda found: f"fill: {legible(found[1])}", style))


def _rounded(found: re.Match[str]) -> str:
    short = f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def contrast(colour: str) -> float:
    """Contrast of a colour ``#rrggbb`` with white, 1 to 21 (WCAG 2.2, relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 1.05 / (0.05 + sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))


def legible(colour: str) -> str:
    """The colour, darkened to a contrast of 4.5 on white; white itself stands on dark cells."""
    if contrast(colour) < 1.2:
        return colour
    while contrast(colour) < LEAST:
        parts = (int(0.96 * int(colour[at : at + 2], 16)) for at in (1, 3, 5))
        colour = "#" + "".join(f"{part:02x}" for part in parts)
    return colour
