"""The command: one line that says where the page is, and the page's own command repeats it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from sim.cli.report import report
from sim.cli.trouble import Refused, Status
from sim.experiments.errors import StoreError
from sim.experiments.store import open_store
from tests.conftest import Userfirst, environment

STUDY = """
title: Tiny
scenario: tiny
replicates: 2
factors: {market.network.effect: {values: [0, 2]}}
"""
SCENARIO = """
title: Tiny
weeks: 8
people: {count: 60}
firms:
  - {name: Old, strategy: customer-centric, start: {aware: 0.5, customers: 0.2}}
  - {name: New, strategy: user-first}
"""


def test_it_says_where_the_page_is(
    folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "page.html"
    report(folders["one"], out)
    assert capsys.readouterr().out == f"{out}\n"
    assert out.read_bytes() == (folders["one"] / "report.html").read_bytes()
    assert [path.name for path in out.parent.iterdir()] == ["page.html"]


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds neither a sweep"):
        report(tmp_path, None)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_page(folders: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is a folder; name a file"):
        report(folders["one"], tmp_path)


def test_a_place_that_cannot_be_written_is_one_line(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="cannot write") as refused:
        report(folders["one"], tmp_path / "file" / "page.html")
    assert refused.value.status == Status.CANNOT_STORE


def in_process(folder: Path) -> str:
    """The page of a folder, made by a process of its own with another order of hashes."""
    code = "import sys; from pathlib import Path; from sim.report import write_report; "
    code += "print(write_report(Path(sys.argv[1]), Path('page.html')))"
    subprocess.run(
        [sys.executable, "-c", code, str(folder)], check=True, cwd=folder.parent,
        env=environment({"PYTHONHASHSEED": "4"}),
    )  # fmt: skip
    return (folder.parent / "page.html").read_text("utf-8")


@pytest.mark.slow
def test_what_the_page_says_repeats_the_result(userfirst: Userfirst, tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(SCENARIO, "utf-8")
    (tmp_path / "study.yaml").write_text(STUDY, "utf-8")
    assert userfirst("sweep", "study.yaml", "--jobs", "1").returncode == 0
    page = in_process(tmp_path / "results" / "study")
    code = r'<figcaption id="[^"]*">([^<]*)</figcaption>\n<pre [^>]*><code>(.*?)</code>'
    blocks = re.findall(code, page, re.DOTALL)
    texts = {name: unescape(text) for name, text in blocks}
    again = tmp_path / "elsewhere"
    again.mkdir()
    for name in ("study.yaml", "scenario.yaml"):
        (again / name).write_text(texts[name], "utf-8")
    program, *arguments = shlex.split(texts["The command"])
    assert program == "userfirst"
    done = userfirst(*arguments, cwd=again)
    assert done.returncode == 0, done.stderr
    digests = []
    for home in (tmp_path, again):
        with open_store(home / "results" / "study") as store:
            runs = store.run_table()
            digests.append(sorted(zip(runs["seed"], runs["digest"], strict=True)))
    assert len(digests[0]) == 4
    assert digests[0] == digests[1]
    assert in_process(again / "results" / "study") == page
