"""Tags of a P&ID that is a picture, from lines of OCR as they come: torn balloons, confused letters, notes."""

import pytest
from drawing_plant import expected

from demo.plant import build
from ingestion.parsers._drawing.raster import read_drawing
from ingestion.parsers._ocr.engine import OcrLine
from retrieval.models import Item


def _lines(*texts: str) -> list[OcrLine]:
    """Texts scattered over the sheet, of which ``FIC/101`` are two lines of a balloon."""
    lines = []
    for number, text in enumerate(texts):
        x, y = 0.05 + 0.11 * (number * 7 % 9), 0.05 + 0.9 * (number * 5 % 17) / 17
        for half, part in enumerate(text.split("/")):
            lines.append(OcrLine(part, (x, y + 0.02 * half, x + 0.04, y + 0.015 + 0.02 * half), 0.95))
    return lines


SHEET = ("P-101A", "HV-111A", "FIC/101", "TICSA/102", "100-P-1001-DN80", "T-103", "Feed tank", "NC")


def _tags(*texts: str) -> set[str]:
    return {item.tag for item in read_drawing(_lines(*texts), "D-1", 3)}


def test_a_sheet_gives_items_with_roles_places_and_loops() -> None:
    items = {item.tag: item for item in read_drawing(_lines(*SHEET), "D-1", 3)}
    assert {tag: item.role for tag, item in items.items()} == {
        "P-101A": "equipment", "HV-111A": "block_valve", "FIC-101": "instrument", "TICSA-102": "instrument",
        "T-103": "equipment",
    }  # fmt: skip
    assert items["FIC-101"].loop == "F-101"
    assert all(item.inferred and item.page == 3 and item.drawing_id == "D-1" for item in items.values())
    assert items["P-101A"].position == pytest.approx((0.07, 0.0575))
    # A balloon's place is the middle of its two lines.
    top = next(line for line in _lines(*SHEET) if line.text == "FIC").box
    assert items["FIC-101"].position == pytest.approx(((top[0] + top[2]) / 2, top[1] + 0.0175), abs=1e-4)


@pytest.mark.parametrize(
    ("seen", "tag"),
    [("P -101B", "P-101B"), ("P-1O2", "P-102"), ("HV-l13A", "HV-113A"), ("F1C-104", "FIC-104"), ("T1/104", "TI-104"),
     ("FIC/1O4", "FIC-104"), ("ＨＶ－１１２", "HV-112"), ("10LAC10AP001", "10LAC10AP001"),
     ("P-105 FEED PUMP", "P-105")],
)  # fmt: skip
def test_what_ocr_confuses_is_mended_towards_tags_that_plants_use(seen: str, tag: str) -> None:
    assert _tags(*SHEET, seen) - _tags(*SHEET) == {tag}


@pytest.mark.parametrize(
    "seen",
    ["ISO9001", "TI-11S", "DN80", "2026-02-11", "PID-100-001", "100-HW-1050-DN50", "SOLID", "WK-1O2", "A4", "III/118A"],
)
def test_what_is_no_tag_or_not_sure_stays_out(seen: str) -> None:
    assert _tags(*SHEET, seen) == _tags(*SHEET)


def test_tags_that_run_together_are_told_apart() -> None:
    assert _tags(*SHEET, "HV-621 FV-641  HV-622") - _tags(*SHEET) == {"HV-621", "FV-641", "HV-622"}


def test_a_doubtful_line_is_not_read() -> None:
    doubtful = OcrLine("P-109", (0.5, 0.5, 0.54, 0.515), 0.3)
    assert "P-109" not in {item.tag for item in read_drawing([*_lines(*SHEET), doubtful], "D-1", 1)}


def test_pages_of_text_logs_and_lists_are_no_drawings() -> None:
    prose = ["Before work on P-101A close HV-111A and HV-113A, open HV-114A and wait until PI-119A shows zero."] * 8
    assert _tags(*SHEET, *prose) == set()
    assert _tags("P-101A", "T-103", "Feed tank", "Notes") == set()  # too few
    column = [OcrLine(f"HV-{n}", (0.1, 0.02 * (n - 100), 0.14, 0.02 * (n - 100) + 0.01), 0.9) for n in range(101, 140)]
    column += [OcrLine("P-101", (0.5, 0.5, 0.54, 0.51), 0.9)]
    assert read_drawing(column, "D-1", 1) == ()


def test_the_demo_sheet_is_read_whole_where_ocr_reads_it_well() -> None:
    plant = build(7)
    texts = [part.tag for part in plant.parts if part.role != "tee"]
    texts += [one.tag.replace("-", "/") for one in plant.instruments] + [pipe.line for pipe in plant.pipes]
    lines = []
    for number, text in enumerate(texts):
        x, y = 0.02 + 0.08 * (number % 12), 0.02 + 0.09 * (number // 12)
        for half, part in enumerate(text.split("/")):
            lines.append(OcrLine(part, (x, y + 0.02 * half, x + 0.04, y + 0.015 + 0.02 * half), 0.99))
    items: tuple[Item, ...] = read_drawing(lines, "D", 1)
    assert {item.tag for item in items} == expected(7).tags
