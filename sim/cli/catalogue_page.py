"""The catalogue on scenarios/README.md: a picture, a question and what to run, of each scenario.

``python -m sim.cli.catalogue_page`` rewrites the list, and draws the pictures that are missing;
``--all`` draws every picture again.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sim.cli.odd import block
from sim.scenario.catalogue import CatalogueEntry, catalogue
from sim.scenario.folders import catalogue_folder

MARK = "<!-- generated: catalogue -->"
PEOPLE = 2000  # of a picture's run
SIZE = (4.6, 2.1)  # inches
DPI = 90


def page() -> Path:
    """The file that holds the list."""
    return catalogue_folder() / "README.md"


def picture(name: str) -> Path:
    """Where a scenario's picture lies."""
    return catalogue_folder() / "pictures" / f"{name}.png"


def listed(entries: list[CatalogueEntry], studies: set[str]) -> str:
    """The list in Markdown."""
    return "\n\n".join(_entry(entry, entry.name in studies) for entry in entries)


def _entry(entry: CatalogueEntry, has_study: bool) -> str:
    run = f"`userfirst run {entry.name}`"
    if has_study:
        run += f", `userfirst sweep {entry.name}`"
    question = " ".join((entry.question or entry.title).split())
    return (
        f"### [{entry.title}]({entry.name}.yaml)\n\n"
        f"![users over time in one run]({_beside(picture(entry.name))})\n\n{question}\n\n{run}"
    )


def _beside(path: Path) -> str:
    return path.relative_to(catalogue_folder()).as_posix()


def rewritten(text: str) -> str:
    """The page with its list renewed; raises ValueError where the mark is missing."""
    from sim.experiments.reading import study_names

    parts = re.split(rf"{MARK}\n.*?<!-- end -->", text, flags=re.DOTALL)
    if len(parts) != 2:
        raise ValueError(f"the page must have the mark {MARK} once, has {len(parts) - 1}")
    return block("catalogue", listed(catalogue(), set(study_names()))).join(parts)


def draw(name: str) -> Path:
    """Run a scenario once, small, and draw the users of each kind of firm over time."""
    from sim.analysis.tables import Run, from_runs
    from sim.market.model import simulate
    from sim.plots.series import draw_bands
    from sim.plots.style import label_ends, looks, new_figure, settings, years_axis
    from sim.scenario.read import load
    from sim.strategies import OPTIONS

    result = simulate(load(name, [f"people.count={PEOPLE}"], OPTIONS))
    series = from_runs([Run(result)]).series
    groups = {fate.name: fate.group for fate in result.firms}
    series["kind"] = [groups[firm] for firm in series["firm"]]
    figure, ax = new_figure(SIZE[1], width=SIZE[0])
    with settings():
        ends = draw_bands(series, "n_users", ax, looks(series["kind"]), by="kind")
        years_axis(ax, result.weeks)
        ax.set_ylim(bottom=0)
        ax.set_ylabel("users (%)")
        label_ends(ax, ends, gap=0.13)
        path = picture(name)
        path.parent.mkdir(exist_ok=True)
        figure.savefig(path, dpi=DPI, metadata={"Software": None})
    return path


def main(everything: bool) -> None:
    """Rewrite the page where it is not current, and draw what is missing."""
    for entry in catalogue():
        if everything or not picture(entry.name).exists():
            print(draw(entry.name))
    text = page().read_text("utf-8")
    if (new := rewritten(text)) != text:
        page().write_text(new, "utf-8")


if __name__ == "__main__":
    main("--all" in sys.argv[1:])
