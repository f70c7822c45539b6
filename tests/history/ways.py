"""A tiny replay, played in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sim.experiments.reading import ResolvedStudy
from sim.experiments.ways import Progress, Ways

HERE = Path(__file__).parent
TINY = HERE / "tiny.yaml"


def ways_of(
    told: list[tuple[str, Progress]] | None = None, executor: str = "threads", jobs: int = 1
) -> Callable[[str, ResolvedStudy], AbstractContextManager[Ways]]:
    """Runs are made here; ``told`` takes the stage and what is said of its progress."""

    @contextmanager
    def ways(stage: str, _study: ResolvedStudy) -> Iterator[Ways]:
        def tell(progress: Progress) -> None:
            if told is not None:
                told.append((stage, progress))

        yield Ways(jobs=jobs, executor=executor, progress=tell)

    return ways
