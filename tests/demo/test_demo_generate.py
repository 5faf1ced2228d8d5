"""The demo documents: complete, the same for the same seed, coherent with the plant."""

import csv
import hashlib
import json
from pathlib import Path

import pytest

from demo import manual_en, manual_zh
from demo.facts import feed_pump
from demo.generate import checks, documents
from demo.plant import build
from retrieval import tags

SEEDS = (1, 7, 23)


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


@pytest.fixture(scope="module", params=SEEDS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    out = tmp_path_factory.mktemp(f"seed{request.param}")
    documents(build(request.param), out)
    return request.param, out


def _digests(out: Path) -> dict[str, str]:
    return {
        p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in out.rglob("*") if p.is_file()
    }


def test_same_seed_same_bytes_and_again_over_itself(made: tuple[int, Path], tmp_path: Path) -> None:
    seed, out = made
    documents(build(seed), tmp_path)
    assert _digests(tmp_path) == _digests(out)
    documents(build(seed), tmp_path)
    assert _digests(tmp_path) == _digests(out)


def test_seeds_differ_in_every_file(tmp_path: Path) -> None:
    documents(build(1), tmp_path / "a")
    documents(build(7), tmp_path / "b")
    a, b = _digests(tmp_path / "a"), _digests(tmp_path / "b")
    assert a.keys() == b.keys()
    assert not [name for name in a if a[name] == b[name]]


def test_log_has_400_orders_of_known_assets(made: tuple[int, Path]) -> None:
    seed, out = made
    rows = _rows(out / "logs" / "maintenance_log.csv")
    register = {row["Tag"]: row for row in _rows(out / "asset_register.csv")}
    assert len(rows) == 400
    assert len({row["Order"] for row in rows}) == 400
    assert {row["Asset"] for row in rows} <= register.keys()
    assert [row["Opened"] for row in rows] == sorted(row["Opened"] for row in rows)
    assert {row["Type"] for row in rows} == {"corrective", "preventive", "inspection"}
    assert all(bool(row["Failure mode"]) == (row["Type"] == "corrective") for row in rows)
    chinese = sum(any("\u4e00" <= c <= "\u9fff" for c in row["Text"]) for row in rows)
    assert 60 <= chinese <= 110
    duty = build(seed).tag(build(seed).duty)
    assert len([row for row in rows if row["Asset"] == duty and row["Failure mode"] == "ELP"]) >= 8


def test_register_names_every_instrument_under_its_asset(made: tuple[int, Path]) -> None:
    seed, out = made
    plant = build(seed)
    rows = {row["Tag"]: row for row in _rows(out / "asset_register.csv")}
    for instrument in plant.instruments:
        assert rows[instrument.tag]["Parent"] == plant.tag(instrument.asset)
    assert rows[plant.tag("P-A")]["Manuals"] == manual_en.FILE
    assert rows[plant.tag("P-D")]["Manuals"] == manual_zh.FILE
    assert not [tag for tag in rows if tag.startswith(("TEE", "DR-", "OPC"))]
    assert len({row["Name"] for row in rows.values()}) == len(rows)  # no two things of one name
    assert all(tags.normalise(tag) == tag for tag in rows)


def test_facts_agree_with_the_live_limits(made: tuple[int, Path]) -> None:
    seed, _ = made
    plant = build(seed)
    bearing = plant.instrument("TI-DE-A")
    assert feed_pump(plant).limits.bearing == (bearing.high, bearing.high_high)


def test_isolation_of_the_readme_plant() -> None:
    isolation = checks(build(1))["isolation"]
    assert isolation["P-101A"] == {
        "close": ("HV-111A", "HV-113A", "HV-116A"),
        "drains": ("HV-114A",),
        "open_ends": (),
        "not_isolable": (),
    }
    assert isolation["E-102"]["close"] == ("HV-131", "HV-132", "HV-134", "HV-135")
    assert isolation["T-101"]["not_isolable"] == ("OPC-191",)  # the supply comes without a valve
    assert isolation["T-103"]["open_ends"] == ("VENT-196",)


def test_isolation_passes_a_strainer_and_takes_the_bypasses_in() -> None:
    plant = build(23)  # strainer, warm-up, recirculation
    close = checks(plant)["isolation"][plant.tag("P-A")]["close"]
    assert close == tuple(sorted(plant.tag(f"HV-A-{end}") for end in ("suc", "dis", "warm", "rec")))


def test_ten_questions(made: tuple[int, Path]) -> None:
    seed, out = made
    asked = json.loads((out / "questions.json").read_text(encoding="utf-8"))
    assert len(asked) == 10
    assert {q["language"] for q in asked} == {"en", "zh"}
    assert [q["expected_status"] for q in asked].count("clarify") == 1
    assert [q["expected_status"] for q in asked].count("abstained") == 1
    plant = build(seed)
    isolation = next(q for q in asked if "isolation" in q["expect"])
    assert plant.tag(plant.duty) in isolation["question"]
    assert isolation["expect"]["isolation"] == list(checks(plant)["isolation"][plant.tag(plant.duty)]["close"])
