"""The page as a file: valid, escaped, self-contained, the same bytes twice, numbers of analysis."""

from __future__ import annotations

import itertools
import re
import shutil
from pathlib import Path

import pytest

from sim.analysis.arms import STRATEGY, Arm
from sim.analysis.compare import compare_arms
from sim.analysis.comparison import answer, survival_table
from sim.analysis.evolution.within import effects, endings
from sim.analysis.evolution.words import answer as selected
from sim.analysis.intervals import holm
from sim.analysis.pairs import HEADLINE
from sim.analysis.stored import stored_study
from sim.analysis.survival import pairwise_logrank
from sim.report import write_report
from sim.report.blocks import Text
from sim.report.sections import SECTIONS, shown_parts
from sim.report.subject import read
from sim.report.words import number, p_value, share_span, signed, span
from tests.conftest import ROOT
from tests.report.markets import FORMULA, IMAGE, SCRIPT, study_folder
from tests.report.parsing import HTML, SVG, parsed, section, tables, text_of, words_of


def test_rare_kinds_are_as_valid(rare: dict[str, Path]) -> None:
    for folder in rare.values():
        test_valid_and_small(folder)
        test_headings_are_in_order(folder)
        test_ids_are_unique_and_what_refers_to_them_finds_them(folder)
        test_names_are_text(folder)
        test_every_source_that_a_part_rests_on_is_cited(folder)


def test_a_tournament_opens_with_what_selection_leaves(rare: dict[str, Path]) -> None:
    found = read(rare["tournament"]).tournament
    assert found is not None
    assert " ".join(selected(found).split()) in section(rare["tournament"], "answer")
    cells = tables(rare["tournament"])["Matrix"]
    assert [number(one.value) for row in found.matrix for one in row] == [
        row[2] for row in cells[1:]
    ]


def test_where_entrants_imitate_selection_is_shown(rare: dict[str, Path]) -> None:
    found, shown = read(rare["imitation"]), tables(rare["imitation"])
    assert "Selection inside the runs" in section(rare["imitation"], "evidence")
    rows = shown["Strategies at the start and at the end of the runs"][1:]
    assert [(row[0], row[1], row[3], row[5]) for row in rows] == [
        (one.treatment, one.strategy, share_span(one.at_end), share_span(one.users_at_end))
        for one in endings(found.series)
    ]
    against = shown["Shares at the end against the first treatment, paired by replicate"][1:]
    assert [(row[0], row[4]) for row in against] == [
        (one.treatment, p_value(one.p_holm)) for one in effects(found.series)
    ]
    for word in ("living firms", "users of living firms"):
        last = shown[f"Share of {word}, % (95% interval)"][-1]
        assert last[0] == str(found.scenario.weeks)
        assert len(last) == 5
    assert "Selection inside the runs" not in text_of(rare["morris"])


def test_a_screening_tells_its_factors(rare: dict[str, Path]) -> None:
    said = section(rare["morris"], "change")
    found = read(rare["morris"]).sensitivity
    assert found is not None
    for sentence in found.sentences():
        assert " ".join(sentence.split()) in said
    assert "Treatments" not in said  # sampled points are no levels that somebody chose


def test_valid_and_small(folder: Path) -> None:
    tree = parsed(folder)
    assert tree.get("lang") == "en"
    assert any(meta.get("name") == "viewport" for meta in tree.iter(f"{HTML}meta"))
    assert len(text_of(folder).encode()) < 2_000_000


def test_headings_are_in_order(folder: Path) -> None:
    levels = [int(e.tag[-1]) for e in parsed(folder).iter() if re.fullmatch(rf"{HTML}h\d", e.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_ids_are_unique_and_what_refers_to_them_finds_them(folder: Path) -> None:
    elements = list(parsed(folder).iter())
    ids = [e.get("id") for e in elements if e.get("id")]
    assert len(ids) == len(set(ids))
    wanted = set()
    for e in elements:
        wanted.update((e.get("aria-labelledby") or "").split())
        wanted.update(v[1:] for v in (e.get("href"),) if v and v.startswith("#"))
        for value in e.attrib.values():
            wanted.update(re.findall(r"url\(#([^)]+)\)", value))
    assert wanted
    assert wanted <= set(ids)


def test_nothing_comes_from_elsewhere(folder: Path) -> None:
    text = text_of(folder).replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|@import|//cdn", text)
    tree = parsed(folder)
    for element in tree.iter():
        for key in ("src", "href", "action", "data", "poster"):
            assert (element.get(key) or "#").startswith(("#", "data:image/png;"))
    tags = {e.tag for e in tree.iter()}
    assert not tags & {f"{HTML}{tag}" for tag in ("script", "link", "iframe", "object", "img")}
    assert f"{SVG}script" not in tags


def test_names_are_text(folder: Path) -> None:
    tree = parsed(folder)
    assert not [e for e in tree.iter() if any(key.startswith("on") for key in e.attrib)]
    said = " ".join(tree.itertext())
    assert IMAGE in said
    assert SCRIPT in said
    assert "{{ 7*7 }}" in said
    assert SCRIPT not in text_of(folder)


def test_a_firm_named_like_a_formula_is_written_as_it_is(folders: dict[str, Path]) -> None:
    drawn = [words_of(e) for e in parsed(folders["run"]).iter(f"{SVG}text")]
    assert f"{FORMULA} 1" in drawn


def test_no_place_of_this_machine_is_told(folder: Path) -> None:
    text = text_of(folder)
    for place in (folder.parent.parent, folder.parent, ROOT, Path.home(), "/secret/place"):
        assert str(place) not in text.replace("</", "")


@pytest.mark.parametrize("kind", ["run", "grid"])
def test_the_same_result_gives_the_same_bytes_anywhere(
    folders: dict[str, Path], kind: str, tmp_path: Path
) -> None:
    folder = folders[kind]
    elsewhere = tmp_path / "moved"
    shutil.copytree(folder, elsewhere, ignore=shutil.ignore_patterns("report.html"))
    again = write_report(elsewhere, tmp_path / "deep" / "page.html")
    assert again.read_bytes() == (folder / "report.html").read_bytes()


def test_figures_can_be_read_without_seeing_them(folder: Path) -> None:
    pictures = [e for e in parsed(folder).iter(f"{HTML}figure") if e.get("class") == "picture"]
    assert len(pictures) >= 4
    for picture in pictures:
        (svg,) = picture.iter(f"{SVG}svg")
        assert svg.get("role") == "img"
        title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
        assert words_of(title)
        assert len(words_of(description)) > 40
        if picture.get("id") == "differences":  # its table stands open below it
            continue
        (details,) = picture.iter(f"{HTML}details")
        assert len(list(details.iter(f"{HTML}tr"))) > 1


def test_every_table_names_its_columns_and_rows(folder: Path) -> None:
    found = tables(folder)
    assert len(found) > 5
    for caption, (header, *rows) in found.items():
        assert caption
        assert all(header)
        assert all(len(row) == len(header) for row in rows)


def test_the_answer_opens_the_page(folder: Path) -> None:
    rows = stored_study(folder).tables.rows
    first = next(e for e in parsed(folder).iter(f"{HTML}section"))
    said = words_of(next(first.iter(f"{HTML}p")))
    assert said.endswith(" ".join(answer(rows).split()))
    assert said.startswith("Over all") == (rows["treatment"].nunique() > 1)


def test_numbers_are_those_of_the_analysis(folders: dict[str, Path]) -> None:
    rows, found = stored_study(folders["one"]).tables.rows, tables(folders["one"])
    header, _, alive, weeks, *_ = found["What became of the firms, 8 runs"]
    for row in survival_table(rows):
        column = header.index(row["strategy"])
        assert alive[column] == share_span(row["alive"])
        assert weeks[column] == span(row["weeks"], lambda n: f"{n:,.0f}")
    comparison = compare_arms(
        [Arm(name, STRATEGY, rows[rows["strategy"] == name]) for name in HEADLINE]
    )
    (profit,) = (o for o in comparison.contrasts if o.measure.name == "discounted_profit")
    cells = {row[0]: row for row in found["user-first less customer-centric, 8 paired seeds"]}
    told = cells["discounted profit (money per head)"]
    assert told[3] == span(profit.effect.difference, signed)
    assert told[6] == p_value(profit.p_holm)
    (test,) = pairwise_logrank(rows)
    assert found["Log-rank tests, 1 pair of strategies"][1][3:] == [
        p_value(test["p"]), p_value(float(holm([test["p"]])[0]))
    ]  # fmt: skip


def test_only_a_grid_of_two_numbers_has_a_boundary(folders: dict[str, Path]) -> None:
    for kind, folder in folders.items():
        assert ('id="boundary"' in text_of(folder)) == (kind == "grid")
    cells = [t for name, t in tables(folders["grid"]).items() if name.startswith("Cells")]
    assert [len(table) - 1 for table in cells] == [6, 6]


def test_one_treatment_says_that_nothing_varied(folders: dict[str, Path]) -> None:
    for kind, folder in folders.items():
        assert ("Nothing was varied" in text_of(folder)) == (kind in ("run", "one"))


def test_a_single_treatment_that_has_runs_is_told_as_that(tmp_path: Path) -> None:
    subject = read(study_folder(tmp_path, "broken", replicates=2))
    (change,) = (one for one in SECTIONS if one.name == "change")
    (part,) = change.shown(subject)
    (block,) = part.render(subject)
    assert isinstance(block, Text)
    assert "a single treatment has runs" in block.text


def test_sections_stand_in_the_order_of_the_registry(folder: Path) -> None:
    shown = [e.get("id") for e in parsed(folder).iter(f"{HTML}section")]
    names = [one.name for one in SECTIONS]
    assert shown == [name for name in names if name in shown]
    assert shown[0] == "answer"
    assert {"evidence", "change", "limits", "method", "repeat"} <= set(shown)


def test_every_source_that_a_part_rests_on_is_cited(folder: Path) -> None:
    from sim.report.references import REFERENCES

    cited = section(folder, "method")
    for part in shown_parts(read(folder)):
        for key in part.sources:
            assert REFERENCES[key].source in cited


def test_every_part_is_shown_by_some_kind_of_result(
    folders: dict[str, Path], rare: dict[str, Path]
) -> None:
    subjects = [read(folder) for folder in (*folders.values(), *rare.values())]
    for one in SECTIONS:
        shown = {part.name for subject in subjects for part in one.shown(subject)}
        assert shown == {part.name for part in one.parts}


def test_every_subset_of_switches_says_who_brought_what(rare: dict[str, Path]) -> None:
    found = read(rare["switches"]).shapley
    assert found
    for one in found:
        total = sum(share.value for share in one.shares)
        assert total == pytest.approx(one.whole.value, abs=1e-9)
    assert "Who brought what" in text_of(rare["switches"])
    assert "Shapley LS (1953)" in text_of(rare["switches"])


def test_the_resolved_scenario_and_study_are_in_the_page(folder: Path) -> None:
    codes = ["".join(e.itertext()) for e in parsed(folder).iter(f"{HTML}code")]
    subject = read(folder)
    assert set(subject.files.values()) | {subject.command} == set(codes)
