"""The examples committed under results/ are what the commands beside them give.

Three links of a chain: runs made again give the rows of ``firms.csv``; those rows give
``survival_table.csv``; and the report says the answer of those rows.  One example is swept whole.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

import pandas as pd
import pytest

from sim.analysis.comparison import answer
from sim.analysis.tables import by_place
from sim.cli.sweep_tables import write_tables
from sim.experiments.design import plan
from sim.experiments.reading import resolve
from sim.experiments.sweep import sweep
from sim.market.model import simulate
from sim.market.result import firm_rows

FOLDER = Path(__file__).resolve().parents[1] / "results" / "examples"
EXAMPLES = sorted(path.parent.name for path in FOLDER.glob("*/study.yaml"))
MADE_AGAIN = 4  # runs of each example, spread over its treatments and seeds


def rows_of(name: str) -> pd.DataFrame:
    rows = pd.read_csv(FOLDER / name / "firms.csv")
    return by_place(rows, rows)[0].sort_index()


def test_there_are_examples_and_they_are_small():
    assert "headline" in EXAMPLES
    size = sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file())
    assert size < 5_000_000


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_runs_made_again_give_the_rows(name):
    study, rows = resolve(FOLDER / name / "study.yaml"), rows_of(name)
    runs = plan(study.treatments, study.study.replicates, study.root)
    places = rows[["treatment_index", "seed"]].drop_duplicates()
    stored = sorted(places.itertuples(index=False, name=None))
    assert sorted((run.treatment, run.seed) for run in runs) == stored
    for run in runs[7 :: len(runs) // MADE_AGAIN]:
        here = (rows["treatment_index"] == run.treatment) & (rows["seed"] == run.seed)
        made = firm_rows(simulate(run.scenario, seed=run.seed))
        assert [{key: row[key] for key in made[0]} for row in rows[here].to_dict("records")] == made


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_rows_give_the_table(name, tmp_path):
    study = resolve(FOLDER / name / "study.yaml")
    settings = [(one.name, one.settings) for one in study.treatments]
    _, table = write_tables(tmp_path, rows_of(name), settings)
    again, kept = pd.read_csv(table), pd.read_csv(FOLDER / name / "survival_table.csv")
    pd.testing.assert_frame_equal(again, kept, check_exact=False, rtol=1e-12)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_report_says_the_answer_of_the_rows(name):
    text = (FOLDER / name / "report.html").read_text(encoding="utf-8")
    said = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
    assert " ".join(answer(rows_of(name)).split()) in said


@pytest.mark.slow
def test_the_headline_swept_whole_gives_every_number(tmp_path):
    study = resolve("headline")
    folder = sweep(study, tmp_path).folder
    from sim.analysis.stored import stored_study

    found = stored_study(folder)
    for path in write_tables(folder, found.tables.rows, found.settings):
        made, kept = pd.read_csv(path), pd.read_csv(FOLDER / "headline" / path.name)
        # names of runs change with the engine's sources, numbers must not
        made, kept = (table.drop(columns="run", errors="ignore") for table in (made, kept))
        pd.testing.assert_frame_equal(made, kept, check_exact=False, rtol=1e-12)
