"""Who holds a folder, and who may still ask for worker processes."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.experiments import lock, server
from sim.experiments.errors import StoreBusy, SweepError
from sim.experiments.executors import ProcessLane


@pytest.fixture
def held(tmp_path: Path) -> Iterator[int]:
    """The lock of ``tmp_path``, taken by somebody who has not written a name yet."""
    handle = os.open(tmp_path / lock.LOCK, os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    yield handle
    os.close(handle)


def test_a_holder_that_has_just_begun_is_named(tmp_path: Path, held: int) -> None:
    def written() -> None:
        time.sleep(0.1)
        os.write(held, b"4711\n")

    late = threading.Thread(target=written)
    late.start()
    with pytest.raises(StoreBusy, match=r"\(process 4711\)"), lock.locked(tmp_path):
        pass
    late.join()


def test_a_holder_without_a_name_is_unknown(
    tmp_path: Path, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "MOMENTS", 2)
    with pytest.raises(StoreBusy, match=r"\(process unknown\)"), lock.locked(tmp_path):
        pass


def test_a_sweep_that_was_stopped_starts_no_other_server() -> None:
    server.end_server()
    try:
        with pytest.raises(SweepError, match="not wanted"):
            ProcessLane(multiprocessing.get_context("forkserver"))
        assert not multiprocessing.active_children()
    finally:
        server.want_server()
