"""Pictures of one run from the command line: film and network, and every refusal in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from sim.cli.animate import FRAMES, MOST_FRAMES, animate, weeks_of
from sim.cli.plot import network, plot, weeks_to_draw
from sim.cli.run import run
from sim.cli.trouble import Refused, Status

SMALL = Path(__file__).with_name("small.yaml")
FEW = ("people.count=60", "weeks=40")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a stored run of few people."""
    out = tmp_path_factory.mktemp("stored")
    run(str(SMALL), FEW, threads=1, out=out, json=False)
    return next(out.iterdir())


def refused(*said: str) -> pytest.RaisesExc:  # type: ignore[type-arg]
    words = ".*".join(said)
    return pytest.raises(Refused, match=rf"^(?s:.*){words}")


def test_a_film_lies_beside_the_run_it_shows(tmp_path, capsys) -> None:
    animate(str(SMALL), FEW, tmp_path, frames=5)
    (folder,) = tmp_path.iterdir()
    film = folder / "figures" / "animation.gif"
    with Image.open(film) as image:
        assert image.n_frames == 5
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"{film}   5 frames, weeks 0 to 40, 0.")
    assert f"userfirst plot {folder} --network" in said[1]
    assert json.loads((folder / "run.json").read_text())["people"] == 60
    first = film.read_bytes()
    animate(str(SMALL), FEW, tmp_path, frames=5)
    assert film.read_bytes() == first


def test_weeks_of_a_film_run_from_the_first_to_the_last() -> None:
    assert weeks_of(520, 5, None) == [0, 130, 260, 390, 520]
    assert weeks_of(10, None, 4) == [0, 4, 8, 10]
    assert weeks_of(3, 100, None) == [0, 1, 2, 3]
    assert len(weeks_of(520, None, None)) == FRAMES
    for frames, every, said in (
        (1, None, "--frames must be at least 2, got 1"),
        (None, 0, "--every must be at least 1 week, got 0"),
        (5, 5, "--frames and --every say the same"),
        (None, 1, f"521 frames are too many, {MOST_FRAMES} at most"),
    ):
        with refused(said):
            weeks_of(520, frames, every)


def test_what_cannot_be_a_film_is_said_before_anything_is_run(tmp_path, monkeypatch) -> None:
    with refused("20,000 people are too many", "2,000 at most", "--people 400"):
        animate(str(SMALL), ("people.count=20000",), tmp_path)
    with refused("--format must be gif or mp4, got avi"):
        animate(str(SMALL), FEW, tmp_path, fmt="avi")
    monkeypatch.setenv("PATH", str(tmp_path))
    with refused("--format mp4 needs ffmpeg, which is not installed here"):
        animate(str(SMALL), FEW, tmp_path, fmt="mp4")
    assert not list(tmp_path.iterdir())


def test_a_stored_run_is_drawn_from_its_own_scenario(stored: Path, capsys, tmp_path) -> None:
    network(stored, (), None)
    said = capsys.readouterr().out.split()
    assert said == [str(stored / "figures" / f"network.{end}") for end in ("png", "svg")]
    assert all(Path(path).stat().st_size > 10_000 for path in said)
    network(stored, (), tmp_path)
    svg = "network.svg"
    assert (tmp_path / svg).read_bytes() == (stored / "figures" / svg).read_bytes()


def test_a_scenario_is_drawn_as_changed(tmp_path, capsys) -> None:
    network(SMALL, (*FEW, "seed=9"), tmp_path)
    assert (tmp_path / "network.svg").is_file()
    assert capsys.readouterr().err == ""


def test_a_run_that_comes_out_otherwise_is_not_drawn(stored: Path, tmp_path, monkeypatch) -> None:
    digest = json.loads((stored / "run.json").read_text())["digest"]
    monkeypatch.setattr("sim.market.result.MODEL_VERSION", "another")
    with refused("cannot be drawn", f"stored {digest[:12]}", "run it anew") as raised:
        network(stored, (), tmp_path)
    assert raised.value.status == Status.RUNS_FAILED
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_a_network_is_refused(stored: Path, tmp_path) -> None:
    with refused("20,000 people are too many", "--network --people 400"):
        network(SMALL, ("people.count=20000",), tmp_path)
    with refused("is drawn as it was run"):
        network(stored, ("seed=3",), tmp_path)
    assert not list(tmp_path.iterdir()), "nothing was drawn"
    run(str(SMALL), ("people.count=2500", "weeks=2"), threads=1, out=tmp_path, json=False)
    with refused("2,500 people are too many", "userfirst run SCENARIO --people 400"):
        network(next(tmp_path.iterdir()), (), None)


def test_a_sweep_is_refused_and_drawn_by_treatment_instead(tmp_path) -> None:
    from sim.experiments.sweep import Ways, folder_of, resolve
    from sim.experiments.sweep import sweep as run_study

    (tmp_path / SMALL.name).write_text(SMALL.read_text())
    study = tmp_path / "two.yaml"
    study.write_text(
        "title: Two\nscenario: small\nreplicates: 2\n"
        "factors: {people.links.mean: {values: [2, 4]}}\n"
    )
    resolved = resolve(str(study), FEW)
    run_study(resolved, tmp_path, Ways(jobs=1, executor="threads"))
    folder = folder_of(resolved, tmp_path)
    with refused("holds a sweep", "userfirst run SCENARIO --people 400"):
        network(folder, (), None)
    plot(folder, tmp_path / "figures")
    drawn = {path.stem for path in (tmp_path / "figures").iterdir()}
    assert {"survival-by-treatment", "users-by-treatment"} < drawn


def test_weeks_of_the_network_are_first_quarter_half_and_last() -> None:
    assert weeks_to_draw(520) == [0, 130, 260, 520]
    assert weeks_to_draw(2) == [0, 1, 2]
