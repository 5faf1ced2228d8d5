"""Units: their spellings, and whose unit is whose in sentences and in tables."""

import pytest

from retrieval.wording.quantities import held, missing, quantities
from retrieval.wording.units import measured, plain, spellings, unit_at, unit_named


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("3 mL/h", "3 毫升/小时"),
        ("3 mL/h", "3 millilitres per hour"),
        ("60 N·m", "60 牛·米"),
        ("60 N m", "60 Nm"),
        ("0.8 µm", "0.8 微米"),
        ("0.8 μm", "0.8 um"),
        ("10 s", "10 秒"),
        ("1450 r/min", "1450 转/分"),
        ("1450 min⁻¹", "1450 rpm"),
        ("5 mm²", "5 平方毫米"),
        ("11 bar(g)", "11 bar"),
        ("46 mm²/s", "46 cSt"),
        ("4000 operating hours", "4000 运行小时"),
        ("a 10-minute wait", "10 分钟"),
        ("65 kelvin", "65 K"),
        ("5 Nm³/h", "5 Nm3/h"),
    ],
)
def test_a_unit_in_other_spellings_and_the_other_language(left: str, right: str) -> None:
    assert quantities(left) == quantities(right)
    assert quantities(left)[0].unit


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("1 mPa·s", "1 MPa"),
        ("20 Nm", "20 N"),
        ("5 Nm³/h", "5 Nm"),
        ("10 mm/s", "10 m/s"),
        ("80 K", "80 °C"),
        ("3 bar(a)", "3 bar"),
    ],
)
def test_units_that_look_alike_are_told_apart(left: str, right: str) -> None:
    assert quantities(left)[0].number == quantities(right)[0].number
    assert quantities(left) != quantities(right)


@pytest.mark.parametrize(
    "text", ["Replace both 2 V-belts", "步骤 3 安装泵头", "Order 4 bolts", "2025年的工单", "the 10 best"]
)
def test_what_follows_a_number_is_not_always_a_unit(text: str) -> None:
    assert [unit for _, unit in quantities(text)] == [""]


def test_every_spelling_of_the_table_is_read_whole() -> None:
    wrong = [name for name in spellings() if (unit := unit_at(name, 0)) is None or unit.end != len(name)]
    assert wrong == []


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        ("Torque [Nm]", "Nm"),
        ("压力（bar）", "bar"),
        ("扭矩/N·m", "Nm"),
        ("Torque, Nm", "Nm"),
        ("Max. pressure in bar", "bar"),
        ("力矩，单位 N·m", "Nm"),
        ("Flow m³/h", "m³/h"),
        ("Alarm", ""),
        ("Pump A", ""),
        ("Quantity (pcs)", ""),
    ],
)
def test_the_unit_that_a_head_names(head: str, unit: str) -> None:
    assert unit_named(head) == unit


@pytest.mark.parametrize(
    ("table", "claimed", "wrong"),
    [
        ("Joint | Thread | Torque | Unit\nCasing nuts | M12 | 45 | Nm", "45 Nm", []),
        ("Joint | Thread | Torque | Unit\nCasing nuts | M12 | 45 | Nm", "45 bar", ["45 bar"]),
        ("Joint | Thread | Torque | Unit\nCasing nuts | M12 | 45 | Nm", "45 N", ["45 N"]),
        ("Joint | Thread | Torque [Nm]\nCasing nuts | M12 | 45", "45 Nm", []),
        ("Joint | Thread | Torque [Nm]\nCasing nuts | M12 | 45", "45 bar", ["45 bar"]),
        ("Quantity | Alarm | Trip | Unit\nTemperature | 80 | 90 | °C", "80 °F", ["80 °F"]),
        ("Quantity | Alarm | Trip | Unit\nTemperature | 80 | 90 | °C", "80 ℃ and 90 °C", []),
        ("Quantity | Unit | Alarm | Trip\nTemperature | °C | 80 | 90", "90 °C", []),
        ("项目 | 单位 | 报警值\n排出压力 | bar | 9", "9 kPa", ["9 kPa"]),
        ("Item | Value\nTemperature (°C) | 80\nPressure (bar) | 9", "9 °C", ["9 °C"]),
        ("Tightening torques [Nm]\nJoint | Thread | Value\nCasing nuts | M12 | 45", "45 N", ["45 N"]),
        ("Tightening torques [Nm]\nJoint | Thread | Value\nCasing nuts | M12 | 45", "45 Nm", []),
        ("安全阀整定压力 | 11.5 | bar", "11.5 kPa", ["11.5 kPa"]),
        ("Joint | Torque\nCasing nuts | 45", "45 Nm", ["45 Nm"]),  # no unit is given at all
        ("Joint | Count\nCasing nuts | 45", "45 nuts", []),
    ],
)
def test_a_claimed_unit_is_the_unit_of_that_number_in_the_table(table: str, claimed: str, wrong: list[str]) -> None:
    assert missing(claimed, table) == wrong


@pytest.mark.parametrize(
    ("evidence", "claimed", "wrong"),
    [
        ("Tighten to 20 to 30 bar.", "at least 20 bar", []),
        ("Tighten to 20 to 30 bar.", "at least 20 mm", ["20 mm"]),
        ("Steps at 80, 90 and 100 °C", "80 °C", []),
        ("Torque in Nm: 45", "45 bar", ["45 bar"]),
        ("Torque [Nm]: 45", "45 Nm", []),
        ("每小时泄漏不得超过 3 毫升。", "3 mL/h", []),
        ("每小时泄漏不得超过 3 毫升。", "3 L/h", ["3 L/h"]),
        ("最高温度 80 度", "80 °C", []),
        ("At most 80 °C", "80 度", []),
        ("Turn it by 80 degrees", "80 °C", ["80 °C"]),
        ("Change it every 4000 operating hours.", "4000 days", ["4000 d"]),
        ("10³ cycles", "103 cycles", ["103"]),
    ],
)
def test_a_claimed_unit_is_the_unit_of_that_number_in_the_sentence(
    evidence: str, claimed: str, wrong: list[str]
) -> None:
    assert missing(claimed, evidence) == wrong


def test_a_number_has_the_units_of_all_its_places() -> None:
    assert held("80 °C at 80 bar, item 3") == {"80": {"°C", "bar"}, "3": frozenset()}


@pytest.mark.parametrize(
    ("unit", "concept"),
    [("°C", "=temperature"), ("bar", "=bar"), ("Nm", "=mounttorque"), ("m³/h", "=flow"), ("mm", "")],
)
def test_what_a_unit_measures(unit: str, concept: str) -> None:
    found = unit_at(plain(unit), 0)
    assert found
    assert measured(found.name) == concept
