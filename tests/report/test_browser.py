"""The page in a real browser: on a phone, in the dark, on paper, without a network or a script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.report.browser import Browser

PHONE, DESK = 360, 1200
# least contrast of any text outside figures with the ground it stands on (WCAG 2.2)
CONTRAST = """(() => {
  const lum = c => { const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b };
  const ground = e => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$|transparent/.test(c)) return c } return "rgb(255, 255, 255)" };
  let least = 21;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || e.closest("svg, script")) continue;
    const [a, b] = [lum(getComputedStyle(e).color), lum(ground(e))].sort((x, y) => y - x);
    least = Math.min(least, (a + .05) / (b + .05));
  }
  return [least, getComputedStyle(document.body).backgroundColor] })()"""


def page_of(folder: Path) -> Path:
    return folder / "report.html"


def test_nothing_is_asked_for_and_nothing_goes_wrong(browser: Browser, folder: Path) -> None:
    understood, console = browser.load(page_of(folder))
    assert console == ""
    assert understood.count("<svg") == page_of(folder).read_text("utf-8").count("<svg") > 0


def test_a_page_that_asks_for_something_would_be_seen(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "asks.html"
    page.write_text('<!DOCTYPE html><title>x</title><script src="https://a.example/x.js"></script>'
                    "<script>console.error('wrong')</script>")  # fmt: skip
    console = browser.load(page)[1]
    assert "wrong" in console


def test_a_phone_scrolls_no_page_sideways(browser: Browser, folder: Path) -> None:
    text = page_of(folder).read_text("utf-8").replace("<details>", "<details open>")
    width, widest = browser.ask(
        page_of(folder),
        "[document.documentElement.scrollWidth, "
        "Math.max(...[...document.querySelectorAll('.scroll')].map(e => e.scrollWidth))]",
        width=PHONE, page_text=text,
    )  # fmt: skip
    assert width == PHONE
    assert widest > PHONE  # what is wide scrolls in a box of its own


def test_a_wide_table_without_a_box_would_be_seen(
    browser: Browser, folders: dict[str, Path]
) -> None:
    page = page_of(folders["grid"])
    text = page.read_text("utf-8").replace(".scroll { overflow-x: auto;", ".scroll {")
    assert browser.ask(
        page, "document.documentElement.scrollWidth", width=PHONE, page_text=text
    ) > PHONE  # fmt: skip


def test_letters_of_a_figure_on_a_phone_are_not_dust(
    browser: Browser, folders: dict[str, Path]
) -> None:
    height = browser.ask(
        page_of(folders["one"]),
        "Math.min(...[...document.querySelectorAll('svg text')]"
        ".map(e => e.getBoundingClientRect().height).filter(h => h > 0))",
        width=PHONE,
    )
    assert height >= 9


def test_names_run_no_script(browser: Browser, folders: dict[str, Path]) -> None:
    for kind in ("run", "list"):  # the copy that is asked goes without the page's policy
        assert browser.ask(page_of(folders[kind]), "String(window.pwned)", width=DESK) == (
            "undefined"
        )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", ["run", "grid"])
def test_text_stands_out(browser: Browser, folders: dict[str, Path], kind: str, dark: bool) -> None:
    page = page_of(folders[kind])
    text = page.read_text("utf-8").replace("<details>", "<details open>")
    query = "@media (prefers-color-scheme: dark)"
    assert query in text
    text = text.replace(query, "@media all" if dark else "@media not all")
    least, ground = browser.ask(page, CONTRAST, width=DESK, page_text=text)
    assert least >= 4.5
    assert (int(re.findall(r"\d+", ground)[0]) < 64) == dark


def test_paper_shows_what_a_screen_folds_away(browser: Browser, folders: dict[str, Path]) -> None:
    page = page_of(folders["grid"])
    text = page.read_text("utf-8")
    asked = (
        "[...document.querySelectorAll('details')].map(d => d.lastElementChild.checkVisibility() "
        "&& d.getBoundingClientRect().height > d.lastElementChild.offsetHeight)"
    )
    closed = browser.ask(page, asked, width=DESK, page_text=text)
    assert len(closed) > 8
    assert not any(closed)
    paper = text.replace("@media print", "@media all")
    assert all(browser.ask(page, asked, width=DESK, page_text=paper))
    wide = browser.ask(page, "document.documentElement.scrollWidth", width=700, page_text=paper)
    assert wide <= 700  # about A4 less its margins: nothing is cut at the right


def test_it_prints(browser: Browser, folders: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "page.pdf"
    browser.print(page_of(folders["grid"]), out)
    assert out.read_bytes().startswith(b"%PDF")


def test_figures_are_drawn(browser: Browser, folders: dict[str, Path]) -> None:
    for kind in ("run", "grid"):
        sizes = browser.ask(
            page_of(folders[kind]),
            "[...document.querySelectorAll('svg')].map(e => [e.getBoundingClientRect().width, "
            "e.getBBox().height])",
            width=DESK,
        )
        assert all(800 < width < DESK and height > 200 for width, height in sizes)
