"""kill -9 at random points: a plain second run leaves exactly what an undisturbed run leaves, point by point."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingestion_kit import LOG, LOG_HEAD, REGISTER, Paper
from plant_kit import KILLED, Index, Plant, Runner, free_port, index, steps_of

SEED = 1906
FIRST = range(8)  # kills while a first index is written
CHANGED = range(8, 20)  # while documents are replaced, moved, relabelled, retired
ANYTIME = range(20, 22)  # by the clock: while the index itself is made
REAL = range(22, 26)  # with the real encoders
SERVICE = range(26, 30)  # of the service process through which the command line writes


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    runner = Runner()
    yield runner
    runner.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, paper: Paper) -> Path:
    """Small ones of several kinds, one of them poisonous, one a second export of the same orders."""
    folder = tmp_path_factory.mktemp("kills") / "files"
    story = [paper.text("Seal plan 53B", "Title"), paper.text("1 Seals", "Heading1"), paper.text("The seal is cooled.")]
    paper.write(folder / "manuals" / "seal.pdf", story)
    story = [paper.text("Gearbox G7", "Title"), paper.text("1 Oil", "Heading1"), paper.text("Change the oil. " * 60)]
    paper.write(folder / "manuals" / "gearbox.pdf", story)
    (folder / "asset_register.csv").write_text(REGISTER, encoding="utf-8")
    (folder / "log.csv").write_text(LOG, encoding="utf-8")
    (folder / "log_later.csv").write_text(
        f"{LOG_HEAD}\nWO-100235,P-101B,preventive,3,,2025-04-01T08:00:00+02:00,,,,done at last\n"
        + "".join(f"WO-{n},P-101A,corrective,2,,2025-05-0{n}T08:00:00Z,,,,seal leaks {n}\n" for n in range(1, 9)),
        encoding="utf-8",
    )
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 cut off")
    return folder


@pytest.fixture(scope="module")
def changed(files: Path, paper: Paper) -> Path:
    """The same a while later: replaced, grown, moved, relabelled, gone."""
    later = files.with_name("later") / "files"
    shutil.copytree(files, later)
    story = [paper.text("Gearbox G7", "Title"), paper.text("1 Oil", "Heading1"), paper.text("No oil any more. " * 40)]
    paper.write(later / "manuals" / "gearbox.pdf", story)
    (later / "log.csv").write_text(LOG + "WO-100236,P-101A,inspection,,,2025-05-01T08:00:00Z,,,,all fine\n")
    (later / "manuals" / "seal.pdf").rename(later / "manuals" / "seal_plan.pdf")
    (later / "log_later.csv.labels.yaml").write_text("groups: [maintenance]")
    (later / "broken.pdf").unlink()
    return later


def undisturbed(runner: Runner, plant: Plant, *arguments: Path | str) -> tuple[int, Index]:
    """Steps of the run, and what it leaves."""
    code, printed = runner.run(plant, *arguments)
    assert code in (0, 2), printed
    return steps_of(printed), index(plant)


@pytest.fixture(scope="module")
def first(runner: Runner, files: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Plant, int, Index]:
    plant = Plant(tmp_path_factory.mktemp("first")).configure()
    steps, whole = undisturbed(runner, plant, files)
    assert len(whole.points) > 10
    return plant, steps, whole


@pytest.fixture(scope="module")
def second(
    runner: Runner, first: tuple[Plant, int, Index], changed: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, Index]:
    plant = copy_of(first[0], tmp_path_factory.mktemp("second"))
    steps, whole = undisturbed(runner, plant, changed, "--prune")
    assert whole.points != first[2].points
    return steps, whole


def copy_of(plant: Plant, folder: Path, port: int = 8000) -> Plant:
    shutil.copytree(plant.data, folder / "data")
    return Plant(folder, port).configure()


def chance(number: int, among: range) -> tuple[random.Random, float]:
    """A generator of its own for each kill, and a place that is spread evenly over all kills of its sort."""
    dice = random.Random(SEED + number)
    return dice, (number - among.start + dice.random()) / len(among)


@pytest.mark.parametrize("number", FIRST)
def test_killed_while_a_first_index_is_written(
    number: int, runner: Runner, first: tuple[Plant, int, Index], files: Path, tmp_path: Path
) -> None:
    _, steps, whole = first
    dice, place = chance(number, FIRST)
    plant = Plant(tmp_path).configure()
    fatal = 1 + int(place * steps)
    code, printed = runner.run(plant, files, fatal=fatal, delay=dice.uniform(0, 0.02))
    assert code == KILLED, printed
    assert runner.run(plant, files)[0] == 2
    assert index(plant) == whole, f"killed at step {fatal} of {steps}"


@pytest.mark.parametrize("number", CHANGED)
def test_killed_while_documents_change(
    number: int,
    runner: Runner,
    first: tuple[Plant, int, Index],
    second: tuple[int, Index],
    files: Path,
    changed: Path,
    tmp_path: Path,
) -> None:
    steps, whole = second
    dice, place = chance(number, CHANGED)
    plant = copy_of(first[0], tmp_path / "plant")
    fatal = 1 + int(place * steps)
    code, printed = runner.run(plant, changed, "--prune", fatal=fatal, delay=dice.uniform(0, 0.02))
    assert code == KILLED, printed
    assert runner.run(plant, changed, "--prune")[0] == 0
    assert index(plant) == whole, f"killed at step {fatal} of {steps}"


@pytest.mark.parametrize("number", ANYTIME)
def test_killed_while_the_index_is_made(
    number: int, runner: Runner, first: tuple[Plant, int, Index], files: Path, tmp_path: Path
) -> None:
    plant = Plant(tmp_path).configure()
    after = chance(number, ANYTIME)[1] * 0.4
    code, printed = runner.run(plant, files, after=after)
    assert code == KILLED, printed
    assert runner.run(plant, files)[0] == 2
    assert index(plant) == first[2], f"killed after {after:.3f} s"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_with_the_real_encoders(runner: Runner, files: Path, tmp_path: Path) -> None:
    legs = ("dense", "multilingual", "keyword")
    calm = Plant(tmp_path / "calm", legs=legs).configure()
    steps, whole = undisturbed(runner, calm, files)
    for number in REAL:
        dice, place = chance(number, REAL)
        plant = Plant(tmp_path / str(number), legs=legs).configure()
        fatal = 1 + int(place * steps)
        assert runner.run(plant, files, fatal=fatal, delay=dice.uniform(0, 0.2))[0] == KILLED
        assert runner.run(plant, files)[0] == 2
        assert index(plant) == whole, f"killed at step {fatal} of {steps}"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_service_killed_while_the_command_line_writes_through_it(
    runner: Runner,
    first: tuple[Plant, int, Index],
    second: tuple[int, Index],
    changed: Path,
    tmp_path: Path,
) -> None:
    steps, whole = second
    for number in SERVICE:
        dice, place = chance(number, SERVICE)
        plant = copy_of(first[0], tmp_path / str(number), port=free_port())
        fatal = 1 + int(place * steps)
        with plant.serving() as (_, victim):
            code, printed = runner.run(
                plant, changed, "--prune", fatal=fatal, delay=dice.uniform(0, 0.05), victim=victim
            )
        assert code in (0, 1), printed  # it was done before, or the store is gone
        assert "Traceback" not in printed
        assert runner.run(plant, changed, "--prune")[0] == 0
        assert index(plant) == whole, f"the service was killed at step {fatal} of {steps}"
