"""Row 18: names are text wherever they are written, and no path in a file leaves its folder.

The names would be script to a browser, a formula to a spreadsheet, commands to a database, a
shell or a template, mathematics to the plots, a way out of a folder.  tests/scenario holds
that files a scenario points to lie inside its own folder; here the results do.
"""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from sim.experiments.reading import resolve
from sim.experiments.single import StoredRun, slug, store_run
from sim.experiments.store import open_store
from sim.experiments.sweep import sweep
from sim.experiments.verify import verify
from sim.experiments.ways import Ways
from sim.scenario.read import ScenarioFaults, load
from tests.conftest import Userfirst
from tests.experiments.fakes import result, simulate

NAMES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "]]></svg><svg onload=alert(3)>",
    r"$\frac{$ %s {{7*7}} ${HOME} $(id) `id`",
    "../../etc/passwd",
    "'; DROP TABLE runs; --",
    "=HYPERLINK(1),x\u0130\u0131\u202e",
)
TITLE = r"</title><script>alert('t')</script> $\frac{$ ../../../up"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study in which everything that can be named has such a name."""
    inner = tmp_path / "inner"
    inner.mkdir()
    kinds = ("customer-centric", "user-first")
    firms = [{"name": name, "strategy": kinds[i % 2]} for i, name in enumerate(NAMES)]
    scenario = {
        "title": TITLE, "weeks": 13, "people": {"count": 60}, "firms": firms,
    }  # fmt: skip
    treatments = [{"name": NAMES[0], "set": {}}, {"name": TITLE, "set": {"people.count": 50}}]
    study = {
        "title": TITLE, "question": NAMES[1], "scenario": "bad.yaml", "design": "list",
        "replicates": 2, "treatments": treatments,
    }  # fmt: skip
    # JSON is YAML, and quotes whatever needs it
    (inner / "bad.yaml").write_text(json.dumps(scenario))
    (inner / "bad study.yaml").write_text(json.dumps(study))
    return inner / "bad study.yaml"


def outside(root: Path) -> set[Path]:
    """What lies beside the folder that belongs to the test."""
    return set(root.iterdir())


def test_a_sweep_keeps_names_as_text_and_itself_inside_its_folder(
    study: Path, tmp_path: Path
) -> None:
    before = outside(tmp_path)
    folder = sweep(resolve(study), tmp_path / "out", Ways(1, simulate=simulate)).folder
    assert outside(tmp_path) - before == {tmp_path / "out"}
    assert folder == tmp_path / "out" / "bad-study"
    with open_store(folder) as store:
        assert set(store.firm_table().firm) == set(NAMES)
        assert set(store.series(["n_users"]).firm) == set(NAMES)
        assert [t.name for t in store.treatments()] == [NAMES[0], TITLE]
        assert store.title == TITLE
    assert verify(folder) == []
    ledger = sqlite3.connect(folder / "runs.sqlite")
    rows = ledger.execute("SELECT DISTINCT firm FROM study").fetchall()
    ledger.close()
    assert {name for (name,) in rows} == set(NAMES)
    again = resolve(folder / "study.yaml")
    assert again.study.title == TITLE
    assert [t.digest for t in again.treatments] == [t.digest for t in resolve(study).treatments]


def test_a_run_keeps_names_as_text_and_itself_inside_its_folder(
    study: Path, tmp_path: Path
) -> None:
    before = outside(tmp_path)
    scenario = load(study.with_name("bad.yaml"))
    folder = store_run(scenario, result(scenario, 7), tmp_path / "out", name=TITLE)
    assert outside(tmp_path) - before == {tmp_path / "out"}
    assert folder.parent == tmp_path / "out"
    assert set(StoredRun(folder).firm_table().firm) == set(NAMES)
    assert set(StoredRun(folder).series().firm) == set(NAMES)
    assert [firm.name for firm in load(folder / "scenario.yaml").firms] == list(NAMES)
    with (folder / "firms.csv").open(newline="") as file:
        assert [row["firm"] for row in csv.DictReader(file)] == list(NAMES)


@pytest.mark.parametrize("name", [*NAMES, TITLE, "..", ".", "/", "con\u0000", "a/../../b"])
def test_no_name_is_a_way_out_of_a_folder(name: str) -> None:
    made = slug(name)
    assert made
    assert made == Path(made).name
    assert made.replace("-", "").isalnum()
    assert made.isascii()


@pytest.mark.parametrize("character", ["\x1b[2J", "\x07", "\u0000", "\x9b31m"])
def test_a_name_that_commands_a_terminal_is_refused(study: Path, character: str) -> None:
    file = study.with_name("bad.yaml")
    tree: dict[str, Any] = json.loads(file.read_text())
    tree["firms"][0]["name"] = f"x{character}y"
    file.write_text(json.dumps(tree))
    with pytest.raises(ScenarioFaults) as refused:
        load(file)
    for fault in refused.value.faults:
        assert str(fault).isprintable()


@pytest.mark.parametrize(
    "key", ["scenario: ../../outside.yaml", "scenario: /etc/passwd", "scenario: link.yaml"]
)
def test_a_study_cannot_point_out_of_its_folder(tmp_path: Path, key: str) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text("extends: users-not-customers\n")
    (inner / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (inner / "study.yaml").write_text(f"title: T\n{key}\nreplicates: 2\n")
    with pytest.raises(ScenarioFaults, match=r"must stay inside its own folder|not found"):
        resolve(inner / "study.yaml")


@pytest.mark.slow
def test_what_the_command_shows_and_draws_runs_nothing(
    study: Path, tmp_path: Path, userfirst: Userfirst
) -> None:
    """In ASCII, too, where half of the names cannot be printed as they are."""
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    before = outside(tmp_path)
    swept = userfirst("sweep", str(study), "--out", "out", "--jobs", "1", env=ascii_only)
    assert swept.returncode == 0, swept.stderr
    ran = userfirst("run", str(study.with_name("bad.yaml")), "--out", "one")
    assert ran.returncode == 0, ran.stderr
    (one,) = (tmp_path / "one").iterdir()
    drawn = userfirst("plot", str(one))
    assert drawn.returncode == 0, drawn.stderr
    assert outside(tmp_path) - before == {tmp_path / "out", tmp_path / "one"}
    for said in (swept, ran, drawn):
        for line in (said.stdout + said.stderr).splitlines():
            assert line.isprintable(), repr(line)
    figures = [*(tmp_path / "out").rglob("*.svg"), *(tmp_path / "one").rglob("*.svg")]
    assert len(figures) > 5
    for path in figures:
        assert_draws_only(path)
    shutil.rmtree(one)


def assert_draws_only(path: Path) -> None:
    """An SVG without script, handler or link to somewhere else."""
    for element in ElementTree.parse(path).iter():
        tag = element.tag.rpartition("}")[2].lower()
        assert tag not in ("script", "foreignobject", "iframe", "a", "image"), (path, tag)
        for name, value in element.attrib.items():
            attribute = name.rpartition("}")[2].lower()
            assert not attribute.startswith("on"), (path, name)
            if attribute in ("href", "src"):
                assert value.startswith("#"), (path, value)
