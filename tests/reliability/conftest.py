"""What several tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reliability.traced import Tracer


@pytest.fixture(scope="module")
def tracer() -> Iterator[Tracer]:
    """Sweeps under strace, for the tests of a module; they are skipped where there is none."""
    found = Tracer()
    yield found
    found.close()
