"""Studies whose treatments have seeds of their own: no two runs share their luck."""

from __future__ import annotations

from pathlib import Path

from sim.experiments.design import plan, seed_of
from sim.experiments.estimate import estimate
from sim.experiments.reading import ResolvedStudy, resolve_made
from sim.experiments.replays import Basis, calibration, forecast, root_of_forecast
from sim.experiments.study import Study
from sim.experiments.sweep import planned
from sim.scenario.replay import Calibrated
from tests.history.ways import HERE

MARKET = HERE / "tiny_market.yaml"
BASIS = Basis("A replay", "", MARKET, {"people.count": 50, "weeks": 10}, 7, ("n_users",))
PRIORS = {"people.links.mean": Calibrated(range=(2, 20), source="x")}


def listed(seeds: str, n: int = 3) -> ResolvedStudy:
    return resolve_made("x", Study.model_validate({
        "title": "x", "scenario": "x", "design": "list", "replicates": 2, "seeds": seeds,
        "treatments": [{"name": f"t{i}", "set": {"weeks": 10}} for i in range(n)],
    }), MARKET)  # fmt: skip


def test_shared_seeds_are_those_of_the_replicate_own_ones_of_the_treatment_too() -> None:
    shared, own = planned(listed("shared")).runs, planned(listed("own")).runs
    assert {run.seed for run in shared} == {seed_of(1, 0), seed_of(1, 1)}
    assert len({run.key for run in shared}) == 2  # equal treatments share their runs
    assert [run.seed for run in own] == [seed_of(1, r, t) for r in (0, 1) for t in (0, 1, 2)]
    assert len({run.key for run in own}) == 6
    assert [run.replicate for run in own] == [0, 0, 0, 1, 1, 1]


def test_a_longer_study_keeps_the_runs_of_a_shorter_one() -> None:
    short, long = ({run.key for run in planned(listed("own", n)).runs} for n in (3, 5))
    assert short < long


def test_the_folder_and_the_estimate_say_so(tmp_path: Path) -> None:
    own = listed("own")
    assert '"userfirst seed 1 1 r t"' in planned(own).texts["README.txt"]
    assert "all treatments of a replicate share it" in planned(listed("shared")).texts["README.txt"]
    assert "seeds: own" in planned(own).texts["study.yaml"]
    few = tmp_path / "none"
    assert estimate(own, few, 1, simulate=_quick).runs == (6, 6)
    assert estimate(listed("shared"), few, 1, simulate=_quick).runs == (2, 2)


def _quick(scenario, *, seed, progress):
    from tests.experiments.fakes import result, small

    return result(small(), seed)


def test_a_calibration_spreads_whole_numbers_and_sets_what_the_replay_sets() -> None:
    study = calibration(BASIS, PRIORS, 38)
    values = [each.settings["people.links.mean"] for each in study.treatments]
    assert sorted(values) == sorted([*range(2, 21)] * 2)
    assert {each.scenario.people.count for each in study.treatments} == {50}
    assert {each.scenario.weeks for each in study.treatments} == {10}
    assert planned(study).keep.every == 1
    assert planned(study).keep.measures == ("n_users",)


def test_a_forecast_has_other_seeds_than_the_calibration() -> None:
    first = planned(calibration(BASIS, PRIORS, 38)).runs
    second = planned(forecast(BASIS, [{"people.links.mean": 5}] * 38)).runs
    assert len({run.seed for run in (*first, *second)}) == 76
    assert root_of_forecast(7) != 7
    assert len(plan(forecast(BASIS, [{}]).treatments, 1, 7)) == 1
