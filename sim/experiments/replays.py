"""The two studies of a replay, stored, stopped and resumed like any other.

``calibration`` makes a run for each of many points of the priors, spread as a Latin hypercube;
``forecast`` one for each of a list of draws.  Every run has a seed of its own, so that what
comes out differs by parameters and by chance, as it would in a world.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.errors import StoreError
from sim.experiments.reading import ResolvedStudy, resolve_made
from sim.experiments.study import Study
from sim.scenario.folders import label

if TYPE_CHECKING:
    from sim.experiments.store import Store
    from sim.scenario.replay import Calibrated

CALIBRATION, FORECAST = "calibration", "forecast"  # folders of the two, in the replay's
FORECAST_RULE = "userfirst forecast 1"  # its seeds are none of the calibration's
Settings = dict[str, Any]


@dataclass(frozen=True)
class Basis:
    """What both studies share.

    scenario: its file.  settings: what every run sets, by path.  root: of all seeds.
    measures: firm measures of which every week is stored.
    """

    title: str
    question: str
    scenario: Path
    settings: Mapping[str, Any]
    root: int
    measures: tuple[str, ...]
    allow_code: bool = False


def calibration(basis: Basis, priors: Mapping[str, Calibrated], draws: int) -> ResolvedStudy:
    """The study that spreads ``draws`` runs over the priors; raises ScenarioFaults."""
    factors = {
        path: {"range": list(prior.range), "scale": prior.scale} for path, prior in priors.items()
    }
    said = {"design": {"latin-hypercube": draws}, "factors": factors, "seed": basis.root}
    return _resolved(basis, CALIBRATION, said)


def forecast(basis: Basis, draws: Sequence[Settings]) -> ResolvedStudy:
    """The study that runs each of these draws once; raises ScenarioFaults."""
    treatments = [
        {"name": f"draw {place}", "set": settings} for place, settings in enumerate(draws, start=1)
    ]
    said = {"design": "list", "treatments": treatments, "seed": root_of_forecast(basis.root)}
    return _resolved(basis, FORECAST, said)


def root_of_forecast(root: int) -> int:
    """Root seed of a forecast, in [0, 2**63): a function of the replay's."""
    found = hashlib.sha256(f"{FORECAST_RULE} {root}".encode()).digest()
    return int.from_bytes(found[:8], "big") >> 1


def _resolved(basis: Basis, part: str, said: Mapping[str, Any]) -> ResolvedStudy:
    study = Study.model_validate({
        "title": f"{basis.title}: {part}"[:120],
        "question": basis.question,
        "scenario": label(basis.scenario),
        "replicates": 1,
        "seeds": "own",
        "series": basis.measures or ("alive",),
        "series_every": 1,
        **said,
    })  # fmt: skip
    changes = [f"{path}={json.dumps(value)}" for path, value in basis.settings.items()]
    return resolve_made(part, study, basis.scenario, changes, allow_code=basis.allow_code)


@dataclass(frozen=True)
class Stored:
    """The runs of one of the two studies that did not fail, in the order of its treatments.

    settings: by run, what its treatment sets.  failed: how many runs did.
    """

    runs: tuple[str, ...]
    settings: tuple[Settings, ...]
    failed: int


def stored(store: Store) -> Stored:
    """Runs and settings of a study that is swept; raises StoreError where every run failed."""
    table = store.run_table()
    done = table[table["status"] == "DONE"]
    n_failed = len(table) - len(done)
    if not len(done):
        raise StoreError(f"{store.folder}: every run failed: {_raised(table['error'])}")
    settings = {each.place: each.settings for each in store.treatments()}
    places = done["treatment_index"].tolist()
    return Stored(tuple(done["id"]), tuple(settings[place] for place in places), n_failed)


def _raised(errors: Iterable[str]) -> str:
    """What the first failed run raised, without traceback and replay line."""
    lines = [line for error in errors for line in str(error).strip().splitlines()]
    return next((line for line in reversed(lines) if not line.startswith("seed ")), "no message")
