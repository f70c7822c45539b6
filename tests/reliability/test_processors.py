"""Row 5: the same bits on any processor, whatever it can add and multiply at once.

Numba compiles for the processor that ``NUMBA_CPU_NAME`` names, into a cache of its own; the
features are left out so that they are those of the name, not of this machine.  NumPy and the
C library choose their own variants, which are told to do without what is newer.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, environment
from tests.reliability.scale import FULL

TARGETS = {  # what each needs of this machine, which runs it
    "generic": set(),
    "haswell": {"avx2", "fma", "bmi2"},
    "skylake-avx512": {"avx512f", "avx512bw", "avx512vl"},
}
COMPILED = ROOT / "sim" / "market" / "__pycache__"  # where this machine keeps compiled code
OLDER = {
    "numpy without AVX-512": {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR"},
    "C library without FMA": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX"},
}


def flags() -> set[str]:
    """What this machine's processor can do, as Linux names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return set()
    found = [line.partition(":")[2].split() for line in lines if line.startswith("flags")]
    return set(found[0]) if found else set()


def digest(of: str, cache: Path, env: dict[str, str]) -> str:
    """What a process with this environment computes."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.processor_alone", of],
        env=environment({"NUMBA_CACHE_DIR": str(cache), **env}),
        cwd=ROOT, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def as_if(target: str) -> dict[str, str]:
    """The environment in which Numba compiles for this processor; skips where it cannot run."""
    if missing := TARGETS[target] - flags():
        pytest.skip(f"this processor has no {', '.join(sorted(missing))}")
    return {"NUMBA_CPU_NAME": target, "NUMBA_CPU_FEATURES": ""}


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> str:
    return digest("functions", tmp_path_factory.mktemp("native"), {})


@pytest.mark.parametrize(
    "target",
    ["generic", *(pytest.param(t, marks=pytest.mark.slow) for t in TARGETS if t != "generic")],
)
def test_functions_give_the_same_bits(tmp_path: Path, native: str, target: str) -> None:
    assert digest("functions", tmp_path, as_if(target)) == native


@pytest.fixture(scope="module")
def here() -> tuple[str, str]:
    """What this machine computes with its own libraries, and the code it has compiled."""
    return digest("functions", COMPILED, {}), digest("rows", COMPILED, {})


@pytest.mark.slow
@pytest.mark.xfail(
    strict=True,
    reason="powers, exponentials, logarithms and cosines are still the library's: result.firm_rows "
    "(NumPy), rng.normal, environment, people, firms (C library)",
)
@pytest.mark.parametrize("what", OLDER)
def test_older_libraries_give_the_same_bits(here: tuple[str, str], what: str) -> None:
    env = OLDER[what]
    assert (digest("functions", COMPILED, env), digest("rows", COMPILED, env)) == here


@pytest.mark.slow
@pytest.mark.skipif(not FULL, reason="compiles the model for each target: USERFIRST_FULL=1")
@pytest.mark.parametrize("target", TARGETS)
def test_a_market_gives_the_same_bits(tmp_path: Path, target: str) -> None:
    """State and result; test_hostile_places compares the table of the plainest target always."""
    assert digest("market", tmp_path, as_if(target)) == digest("market", COMPILED, {})
