import pytest

from evals.dataset import Fact
from evals.facts import bare, states


@pytest.mark.parametrize(
    ("text", "fact", "unit"),
    [
        ("The limit is 75 °C.", "75", "°C"),
        ("不得超过75℃。", "75", "°C"),
        ("上限为 75 摄氏度", "75.0", "°C"),
        ("between 60 and 75 °C", "60", "°C"),
        ("60–75 °C", "60-75", "°C"),
        ("Limit (°C): 75", "75", "°C"),
        ("limit | 75 | °C", "75", "°C"),
        ("-5 °C", "−5", "°C"),
        ("high | 75 | 90 | °C", "75", "°C"),
        ("flow, low | 10 | - | L/h", "10", "L/h"),
        ("80.5°C", "80.5 °C", ""),
        ("every 4,000 h", "4000", "h"),
        ("每4000小时更换", "4,000", "h"),
        ("4\u202f000 operating hours", "4000", "h"),
        ("a 500-hour interval", "500", "h"),
        ("4.50毫米/秒", "4.5", "mm/s"),
        ("26 m3/h", "26", "m³/h"),
        ("26立方米/小时", "26", "m³/h"),
        ("45 牛·米", "45", "N·m"),
        ("96 次/分钟", "96", "1/min"),
        ("21.5A", "21.5", "A"),
        ("7 orders", "7", "orders"),
        ("共 7 次", "7", "orders"),
        ("Use ISO VG 46 oil", "ISO VG  46", ""),
        ("closed on 2025-03-14", "2025-03-14", ""),
        ("关闭吸入阀和排出阀", "排出阀", ""),
        ("5% or so", "5", "%"),
    ],
)
def test_a_fact_is_found_in_any_spelling(text: str, fact: str, unit: str) -> None:
    assert states(text, Fact(text=fact, unit=unit))


@pytest.mark.parametrize(
    ("text", "fact", "unit"),
    [
        ("TI-75A reads 80 °C", "75", "°C"),
        ("75 bar", "75", "°C"),
        ("75", "75", "°C"),
        ("175 °C", "75", "°C"),
        ("75.5 °C", "75", "°C"),
        ("-5 °C", "5", "°C"),
        ("4.5 mm/s", "4.5", "mm"),
        ("0.5升/小时", "0.5", "L"),
        ("17 orders", "7", "orders"),
        ("close P-101A", "P-101", ""),
        ("45 N·m", "45", "N"),
        ("", "75", "°C"),
        ("60 °C", "60-75", "°C"),
        ("60 °C at 75 bar", "75", "°C"),
    ],
)
def test_another_number_or_unit_is_another_fact(text: str, fact: str, unit: str) -> None:
    assert not states(text, Fact(text=fact, unit=unit))


def test_bare_drops_what_line_breaks_and_cell_rules_add() -> None:
    assert bare("Must  not\nexceed | ７５ ℃") == "mustnotexceed75°c"
