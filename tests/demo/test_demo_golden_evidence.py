"""The golden set against the files that it speaks of, read by other means than those that wrote it."""

import csv
import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pypdfium2
import pytest

from demo import golden, manual_en, spares_list
from demo.evidence import Pdf
from demo.golden.unclear import near_misses
from demo.isolation import isolate
from demo.plant import Plant
from evals.dataset import Fact, GoldenQuestion, PageEvidence, RecordEvidence, SheetEvidence, load_golden
from evals.facts import states

STATED = ("fact", "table", "procedure", "revision")
# fact id -> where plant.json has the number, and its unit
NUMBERS: dict[str, tuple[str, str]] = {
    "feed.flow": ("feed_pump.flow_m3h", "m³/h"),
    "feed.head": ("feed_pump.head_m", "m"),
    "feed.min-flow": ("feed_pump.min_flow_m3h", "m³/h"),
    "feed.npsh": ("feed_pump.npshr_m", "m"),
    "feed.impeller": ("feed_pump.impeller_mm", "mm"),
    "feed.hydro": ("feed_pump.hydro_test_bar", "bar"),
    "feed.set-kg": ("feed_pump.set_kg", "kg"),
    "feed.ring-max": ("feed_pump.ring_max_mm", "mm"),
    "feed.runout": ("feed_pump.runout_mm", "mm"),
    "feed.oil.quantity": ("feed_pump.oil_litres", "L"),
    "feed.oil.first": ("feed_pump.first_oil_h", "h"),
    "feed.oil.interval": ("feed_pump.oil_h", "h"),
    "feed.grease.de": ("feed_pump.grease_de_g", "g"),
    "feed.every.regrease": ("feed_pump.grease_h", "h"),
    "feed.every.seal-check": ("feed_pump.seal_check_h", "h"),
    "feed.restart": ("feed_pump.restart_wait_min", "min"),
    "feed.starts": ("feed_pump.starts_per_hour", ""),
    "feed.seal.compress": ("feed_pump.seal_compress_mm", "mm"),
    "feed.bearing.heat": ("feed_pump.bearing_heat_c", "°C"),
    "feed.align.offset": ("feed_pump.offset_mm", "mm"),
    "feed.align.angle": ("feed_pump.angular_mm", "mm"),
    "feed.align.gap": ("feed_pump.coupling_gap_mm", "mm"),
    "feed.bearing.alarm": ("feed_pump.limits.bearing.0", "°C"),
    "feed.bearing.trip": ("feed_pump.limits.bearing.1", "°C"),
    "feed.vibration.alarm": ("feed_pump.limits.vibration.0", "mm/s"),
    "feed.suction.trip": ("feed_pump.limits.suction.1", "bar"),
    "heater.duty": ("heat_exchanger.duty_kw", "kW"),
    "heater.area": ("heat_exchanger.area_m2", "m²"),
    "heater.a.new": ("heat_exchanger.a_new_mm", "mm"),
    "heater.a.min": ("heat_exchanger.a_min_mm", "mm"),
    "heater.heat-rate": ("heat_exchanger.heat_rate_c_min", "°C"),
    "heater.washer": ("heat_exchanger.washer_bar", "bar"),
    "heater.gasket.years": ("heat_exchanger.gasket_years", "year"),
    "heater.cip.days": ("heat_exchanger.cip_days", "day"),
    "heater.cip.flow": ("heat_exchanger.cip_flow_m3h", "m³/h"),
    "heater.outlet.trip": ("heat_exchanger.outlet_trip_c", "°C"),
    "heater.drop.alarm": ("heat_exchanger.drop_alarm_bar", "bar"),
    "revision.vibration.before": ("standard.0.vibration_alarm_mm_s", "mm/s"),
    "revision.bearing.before": ("standard.0.bearing_alarm_c", "°C"),
    "revision.sample.before": ("standard.0.oil_sample_months", "month"),
    "standard.sample": ("standard.1.oil_sample_months", "month"),
    "standard.water": ("standard.1.water_ppm", "mg/kg"),
    "dosing.capacity": ("dosing_pump.capacity_lh", "L/h"),
    "dosing.relief": ("dosing_pump.relief_bar", "bar"),
    "dosing.plunger": ("dosing_pump.plunger_mm", "mm"),
    "dosing.lift": ("dosing_pump.suction_lift_m", "m"),
    "dosing.every.diaphragm": ("dosing_pump.diaphragm_h", "h"),
    "dosing.every.oil": ("dosing_pump.oil_h", "h"),
    "dosing.every.calibration": ("dosing_pump.calibration_months", "month"),
    "dosing.cal.seconds": ("dosing_pump.calibration_s", "s"),
    "dosing.cal.error": ("dosing_pump.calibration_error_pct", "%"),
    "dosing.prime": ("dosing_pump.prime_stroke_pct", "%"),
    "dosing.pressure.trip": ("dosing_pump.pressure_trip_bar", "bar"),
    "dosing.flow.low": ("dosing_pump.low_flow_lh", "L/h"),
}


class Made(NamedTuple):
    plant: Plant
    out: Path
    questions: list[GoldenQuestion]

    def of(self, fact_id: str) -> list[GoldenQuestion]:
        found = [question for question in self.questions if question.fact_id == fact_id]
        assert found, fact_id
        return found


@pytest.fixture
def made(golden_demo: tuple[Plant, Path]) -> Made:
    plant, out = golden_demo
    return Made(plant, out, load_golden(out / golden.FILE))


def bare(text: str) -> str:
    return re.sub(r"[\s|\ufffe\u00ad\u0002-]+", "", text)


def read_pages(
    out: Path, read: Callable[[Any], str] = lambda page: page.get_textpage().get_text_range()
) -> dict[str, list[str]]:
    """The text of each page by file name, as pdfium gives it."""
    texts = {}
    for path in sorted(out.rglob("*.pdf")):
        document = pypdfium2.PdfDocument(path)
        texts[path.name] = [read(page) for page in document]
        document.close()
    return texts


def test_each_quote_stands_on_its_page_and_in_its_box(made: Made) -> None:
    texts, documents_ = read_pages(made.out), {path.name: path for path in made.out.rglob("*.pdf")}
    seen = {piece for question in made.questions for piece in question.gold_evidence if isinstance(piece, PageEvidence)}
    assert len(seen) > 150
    for piece in seen:
        text, cells = bare(texts[piece.document][piece.page - 1]), [bare(cell) for cell in piece.quote.split(" | ")]
        assert re.search(".{0,12}?".join(map(re.escape, cells)), text), piece
        document = pypdfium2.PdfDocument(documents_[piece.document])
        page = document[piece.page - 1]
        width, height = page.get_size()
        boxed = "".join(
            page.get_textpage().get_text_bounded(
                x0 * width - 1, height - y1 * height - 1, x1 * width + 1, height - y0 * height + 1
            )
            for x0, y0, x1, y1 in piece.regions
        )
        assert all(cell in bare(boxed) for cell in cells), (piece, boxed)
        assert piece.regions
        assert all(0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1 for x0, y0, x1, y1 in piece.regions), piece
        document.close()


def test_each_fact_stands_in_its_quotes(made: Made) -> None:
    for question in made.questions:
        quotes = "\n".join(piece.quote for piece in question.gold_evidence if isinstance(piece, PageEvidence))
        if (
            question.kind not in STATED
            or not quotes
            or not all(isinstance(p, PageEvidence) for p in question.gold_evidence)
        ):
            continue
        for fact in question.gold_facts:
            number = re.search(r"\d", fact.text)
            assert states(quotes, fact if number else Fact(text=fact.text)) or fact.text in quotes, (
                question.question,
                fact,
            )


@pytest.mark.parametrize("fact_id", NUMBERS)
def test_each_number_is_the_plants(made: Made, fact_id: str) -> None:
    facts = json.loads((made.out / "plant.json").read_text(encoding="utf-8"))
    path, unit = NUMBERS[fact_id]
    for step in path.split("."):
        facts = facts[int(step) if isinstance(facts, list) else step]
    for question in made.of(fact_id):
        assert [(float(fact.text), fact.unit) for fact in question.gold_facts] == [(float(facts), unit)], (
            question.question
        )


def test_limits_are_those_of_the_live_tags(made: Made) -> None:
    for question in made.questions:
        if question.kind == "live_limit":
            (tag,) = question.expected_readings
            instrument = next(i for i in made.plant.instruments if i.tag == tag)
            (fact,) = question.gold_facts
            assert (float(fact.text), fact.unit) == (round(instrument.high or 0, 2), instrument.unit)


def test_history_is_that_of_the_log(made: Made) -> None:
    text = (made.out / "logs" / "maintenance_log.csv").read_text(encoding="utf-8-sig")
    rows = {row["Order"]: row for row in csv.DictReader(text.splitlines())}
    counted = 0
    for question in made.questions:
        parts = question.fact_id.split(".")
        if question.kind != "history" or not parts[-1].isdigit():
            continue
        key = {"duty": made.plant.duty, "standby": made.plant.standby}.get(parts[1], parts[1])
        found = [
            number
            for number, row in rows.items()
            if (row["Asset"], row["Failure mode"]) == (made.plant.tag(key), parts[2])
            and datetime.fromisoformat(row["Opened"]).year == int(parts[3])
        ]
        assert [piece.key for piece in question.gold_evidence if isinstance(piece, RecordEvidence)] == found
        assert [fact.text for fact in question.gold_facts] == [str(len(found))]
        counted += 1
    assert counted >= 10
    for question in made.questions:
        for piece in question.gold_evidence:
            assert not isinstance(piece, RecordEvidence) or piece.table != "work_orders" or piece.key in rows


def test_rows_of_the_spare_parts_list_are_those_of_the_workbook(made: Made) -> None:
    (sheet,) = openpyxl.load_workbook(made.out / "documents" / spares_list.FILE).worksheets
    rows = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    asked = [
        question
        for question in made.questions
        if ".spare." in question.fact_id or question.fact_id.startswith("spares.")
    ]
    assert len(asked) >= 40
    for question in asked:
        (row,) = [p for p in question.gold_evidence if isinstance(p, RecordEvidence)]
        assert row.table == sheet.title
        assert {fact.text for fact in question.gold_facts} <= set(rows[int(row.key) - 1]), question.question


def test_isolation_is_brute_force_over_the_pipes(made: Made) -> None:
    for key in ("P-A", "P-B", "E", "P-D", "T-F", "T-P"):
        for question in made.of(f"isolate.{key}"):
            close = set(isolate(made.plant, key).close)
            assert {fact.text for fact in question.gold_facts} == close
            own = made.plant.tag(key)
            sheets = [
                {p.item for p in group if isinstance(p, SheetEvidence)} - {own} for group in question.evidence_groups
            ]
            assert sorted(item for group in sheets for item in group) == sorted(close)


def test_near_misses_are_in_no_document_where_they_would_be(made: Made) -> None:
    texts = {name: "\n".join(pages) for name, pages in read_pages(made.out).items()}
    for missing in near_misses(made.plant):
        terms = re.compile("|".join(missing.terms), re.IGNORECASE)
        for name in [missing.home] if missing.home else list(texts):
            assert not terms.search(texts[name]), (missing.id, name)
        about = re.compile("|".join(map(re.escape, called(made.plant, missing.subject))), re.IGNORECASE)
        for name, text in texts.items() if missing.subject else ():
            for sentence in re.split(r"[.!?]\s|[。！？；]", text):
                found = terms.search(sentence)
                assert not (found and about.search(sentence[: found.end() + 60])), (missing.id, name, sentence)


def called(plant: Plant, key: str) -> list[str]:
    """What documents call the subject of a near miss."""
    return {
        "": [],
        "feed": ["feed pump", "进料泵", plant.tag("P-A"), plant.tag("P-B")],
        "P-D": ["dosing pump", "计量泵", plant.tag("P-D")],
        "E": ["heat exchanger", "换热器", plant.tag("E")],
    }[key]


def test_no_question_copies_the_manual(made: Made) -> None:
    for question in made.questions:
        for piece in question.gold_evidence:
            if isinstance(piece, PageEvidence) and " | " not in piece.quote:
                assert run_in_common(question.question, piece.quote, question.language) < (
                    6 if question.language == "en" else 11
                )


def run_in_common(one: str, other: str, language: str) -> int:
    """Words (letters in Chinese) of the longest run that stands in both."""
    first, second = ((text.lower().split() if language == "en" else list(bare(text))) for text in (one, other))
    runs = {tuple(second[i:j]) for i in range(len(second)) for j in range(i + 1, len(second) + 1)}
    return max(
        (j - i for i in range(len(first)) for j in range(i + 1, len(first) + 1) if tuple(first[i:j]) in runs), default=0
    )


def test_a_quote_that_stands_nowhere_stops_the_generator(made: Made) -> None:
    with pytest.raises(LookupError, match=r"feed_pump_manual\.pdf: no page says"):
        Pdf(made.out / "manuals" / manual_en.FILE).find("the pump sings")
