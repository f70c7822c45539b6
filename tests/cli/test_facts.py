"""The command about stylised facts: its short form from nothing to a table, and what is kept."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import pandas as pd
import pytest

from sim.analysis.facts.declared import FACTS
from sim.analysis.facts.found import HIT, MISS, NOT
from sim.analysis.facts.table import COLUMNS, Judged, frame, measured
from sim.cli import facts as command
from sim.cli.facts import Asked
from tests.cli.calling import calling

COMMITTED = Path(__file__).resolve().parents[2] / "results" / "facts"


@pytest.fixture(scope="module")
def short(tmp_path_factory) -> tuple[Path, str, str]:
    """The short form, run once: the folder of results, its output and its errors."""
    out, shown, told = tmp_path_factory.mktemp("results"), io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(told):
        command.facts(Asked(out=out, jobs=1, short=True, json=True))
    return out, shown.getvalue(), told.getvalue()


def test_the_options_are_what_is_asked(monkeypatch, capsys, tmp_path):
    asked: list[Asked] = []
    monkeypatch.setattr(command, "facts", asked.append)
    called = calling(monkeypatch, capsys)
    assert called("facts", "--short", "--json", "--jobs", "2", "--out", str(tmp_path)).status == 0
    assert called("facts").status == 0
    assert asked == [Asked(tmp_path, 2, True, True), Asked(Path("results"), None, False, False)]


def test_the_short_form_judges_every_fact(short):
    out, shown, told = short
    rows = json.loads(shown)
    assert list(dict.fromkeys(row["fact"] for row in rows)) == [fact.name for fact in FACTS]
    assert all(set(row) == set(COLUMNS) for row in rows)
    assert {row["verdict"] for row in rows} <= {HIT, MISS, NOT}
    # two runs of few people measure most of them; what they are too few for says so
    assert sum(row["measured"] is not None for row in rows) > len(rows) * 0.8
    assert all(row["note"] for row in rows if row["verdict"] == NOT)
    assert "(7 of 7)" in told
    files = {path.name for path in (out / "facts-short").iterdir()}
    assert files == {"facts.csv", "facts.md", "facts.png", "facts.svg", "runs"}
    stored = pd.read_csv(out / "facts-short" / "facts.csv")
    assert tuple(stored.columns) == COLUMNS
    assert stored["measured"].isna().tolist() == [row["verdict"] == NOT for row in rows]
    assert "userfirst facts --short" in (out / "facts-short" / "facts.md").read_text("utf-8")


def test_a_second_time_nothing_is_run_and_the_same_is_measured(short, capsys):
    out, shown, _ = short
    asked = Asked(out=out, jobs=1, short=True)
    watched = sorted((out / "facts-short" / "runs").rglob("people/*.json"))
    times = [path.stat().st_mtime_ns for path in watched]
    assert len(watched) == 4  # two runs of each study that has watchers
    again = command.ensemble(asked)
    assert [path.stat().st_mtime_ns for path in watched] == times
    assert "0.0 a second" in capsys.readouterr().err
    rows = {(row["fact"], row["statistic"]): row["measured"] for row in json.loads(shown)}
    for judged in measured_only(again, "D19", "D20"):
        for part, one in zip(judged.fact.parts, judged.found, strict=True):
            assert one.value == pytest.approx(rows[judged.fact.name, part.statistic])


def measured_only(ensemble: object, *names: str) -> list[Judged]:
    """These facts alone."""
    from sim.analysis.facts.table import MEASURES

    facts = [fact for fact in FACTS if fact.name in names]
    return [Judged(fact, tuple(MEASURES[fact.name](ensemble))) for fact in facts]


def test_the_screen_has_the_table_and_the_count(capsys):
    from sim.analysis.facts.ensemble import Ensemble

    command._show(measured(Ensemble({})))
    shown = capsys.readouterr().out
    assert shown.split()[:3] == ["fact", "statistic", "accepted"]
    assert all(f"{fact.name}" in shown for fact in FACTS)
    assert "0 of 22 facts hit" in " ".join(shown.split())


def test_a_folder_that_cannot_be_written_costs_no_run(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    ended = calling(monkeypatch, capsys)("facts", "--out", str(tmp_path / "file"))
    assert ended.status == 4
    assert "cannot write" in ended.err


# the table that is committed ----------------------------------------------------------------


def test_the_committed_table_has_these_facts_and_these_ranges():
    kept = pd.read_csv(COMMITTED / "facts.csv")
    from sim.analysis.facts.ensemble import Ensemble

    declared = frame(measured(Ensemble({})))
    assert tuple(kept.columns) == COLUMNS
    same = ["fact", "what", "statistic", "unit", "may_calibrate", "study", "source"]
    pd.testing.assert_frame_equal(kept[same], declared[same])
    for bound in ("accepted_low", "accepted_high"):
        assert kept[bound].to_numpy() == pytest.approx(declared[bound].to_numpy(), rel=1e-5)
    inside = kept["measured"].between(kept["accepted_low"], kept["accepted_high"])
    said = kept["verdict"].where(kept["verdict"] != NOT, kept["verdict"])
    assert (said[kept["measured"].notna()] == inside.map({True: HIT, False: MISS})).all()
    assert (kept["verdict"] == NOT).equals(kept["measured"].isna())
    page = (COMMITTED / "facts.md").read_text("utf-8")
    assert "`userfirst facts`" in page
    assert (COMMITTED / "facts.png").is_file()


@pytest.mark.slow
def test_runs_made_again_give_the_committed_numbers_of_the_war(tmp_path):
    from sim.analysis.facts.ensemble import STUDIES, Ensemble, Stored

    study = command.studies(short=False)["war"]
    asked = Asked(out=tmp_path, jobs=1)
    command._make(tmp_path / "war", study, STUDIES["war"], asked)
    again = frame(measured_only(Ensemble({"war": Stored(tmp_path / "war", study)}), "D19", "D20"))
    kept = pd.read_csv(COMMITTED / "facts.csv")
    kept = kept[kept["fact"].isin(("D19", "D20"))].reset_index(drop=True)
    numbers = ["measured", "low", "high"]
    pd.testing.assert_frame_equal(again[numbers], kept[numbers], check_exact=False, rtol=1e-5)
    assert again["verdict"].equals(kept["verdict"])
