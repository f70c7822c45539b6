"""Files made to hurt are refused within 2 s and 200 MB, without a traceback.

All of them go through one fresh process, which measures itself; its limit on memory is that
of a process that has done everything.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import environment

K = 128 * 1024  # the largest file that is read at all
BRACKETS = "[" * 30 + "]" * 30 + ","
HOSTILE: dict[str, str] = {
    "10 MB of brackets": "[" * 10_000_000,
    "brackets": "[" * K,
    "braces": "{" * K,
    "brackets with text": "[a," * (K // 3),
    "brackets on lines": "[\n" * (K // 2),
    "brackets and braces": "a: " + "{b: [" * 20_000,
    "many shallow brackets": f"[{BRACKETS * 2100}",
    "100,000 dashes": "- " * (K // 2),
    "question marks": "? " * (K // 2),
    "indentation": "".join(" " * n + "a:\n" for n in range(500)),
    "billion laughs": "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'lol'}]\n" for n in range(30)
    ),
    "aliases": "a: &a 1\nb: [" + "*a," * 40_000 + "]",
    "alias of itself": "a: &a [*a]",
    "anchors": "&a " * (K // 3),
    "tags": "!" * K,
    "directives": "%A b\n" * (K // 5),
    "version of many digits": f"%YAML 1.{'9' * 5000}\n---\na: 1",
    "documents": "---\n" * (K // 4),
    "one key, often": "a: 1\n" * (K // 5),
    "many unknown keys": "".join(f"cash{n}: 1\n" for n in range(3900)),
    "many firms": "title: x\nfirms:\n" + "  - {name: x, strategy: y, cash: -1}\n" * 900,
    "long key": "a" * 100_000 + ": 1",
    "long unknown key": f"{'a' * 1000}: 1\n",
    "long number": "title: " + "9" * (K - 10),
    "long hexadecimal number": "title: 0x" + "9" * (K - 10),
    "long number with underscores": "title: 1" + "_1" * (K // 2 - 10),
    "long text": 'title: "' + "x\n " * (K // 3 - 5) + '"',
    "escapes": 'title: "' + "\\x41" * (K // 4 - 5) + '"',
    "empty lines in text": 'title: "' + "\n" * (K - 10) + '"',
    "folded text": "title: >\n" + "  x\n\n" * (K // 5 - 3),
    "plain text on lines": "title:\n" + "  x\n" * (K // 4 - 2),
    "colons": ":" * K,
    "spaces": " " * K,
    "comments": "#\n" * (K // 2),
    "carriage returns": "\r" * K,
    "firms by name, without firms": "extends: base\nfirms:\n"
    + "".join(f"  F{n}: {{cash: 1}}\n" for n in range(1900)),
}
MEASURE = """
import json, sys, time
from sim.scenario.read import ScenarioFaults, load
from pathlib import Path
seconds, faults = {}, {}
for path in sorted(Path(sys.argv[1]).glob("*.yaml")):
    started = time.process_time()
    try:
        load(path)
        faults[path.stem] = 0
    except ScenarioFaults as found:
        faults[path.stem] = len(found.faults)
        assert all(f.line >= 1 and f.column >= 1 and str(f).isprintable() for f in found.faults)
    seconds[path.stem] = time.process_time() - started
# ru_maxrss would count the parent's memory at the time of the fork.
status = Path("/proc/self/status").read_text()
peak = int(status.partition("VmHWM:")[2].split()[0]) * 1024
print(json.dumps({"seconds": seconds, "faults": faults, "peak": peak}))
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    names = dict(enumerate(HOSTILE))
    for n, name in names.items():
        (folder / f"{n}.yaml").write_text(HOSTILE[name], newline="")
    group = "  - {name: F%d, strategy: s}\n"
    base = "title: x\nfirms:\n" + "".join(group % n for n in range(60))
    (folder / "base.yaml").write_text(base)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(folder)],
        capture_output=True, text=True, env=environment(), check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["faults"].pop("base") == 0
    for of in ("seconds", "faults"):
        found[of] = {names[int(n)]: value for n, value in found[of].items() if n != "base"}
    return found


def test_every_hostile_file_is_refused(measured: dict[str, dict[str, float]]) -> None:
    assert set(measured["faults"]) == set(HOSTILE)
    assert [name for name, n in measured["faults"].items() if n == 0] == []


def test_none_takes_two_seconds(measured: dict[str, dict[str, float]]) -> None:
    assert {name: s for name, s in measured["seconds"].items() if s > 2} == {}


def test_all_of_them_stay_below_200_megabytes(measured: dict[str, float]) -> None:
    assert measured["peak"] < 200e6


def test_reading_imports_nothing_heavy() -> None:
    """A check of a file must not pay for numbers: it is to answer in well below 0.5 s."""
    heavy = ("numpy", "scipy", "mesa", "numba", "pandas", "matplotlib", "duckdb")
    code = f"import sys, sim.scenario.read; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True
    )
    assert done.stdout.strip() == "[]"
