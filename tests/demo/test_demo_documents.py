"""The site's documents and the heat exchanger manual: they say what the plant model says, in both languages alike."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import alarm_sheet, manual_exchanger, procedures, revisions, spares_list
from demo._pdf import FONT_ZH
from demo.evidence import Pdf
from demo.facts import feed_pump, number
from demo.facts_alarms import STATES, alarms
from demo.facts_dosing import dosing_pump
from demo.facts_exchanger import exchanger
from demo.facts_site import oil_points, standard
from demo.facts_spares import store
from demo.generate import documents
from demo.isolation import isolate
from demo.plant import Plant, build
from demo.procedure_isolation import PUMPS, isolation_procedure
from demo.procedure_operating import operating_procedure

SEEDS = (1, 7, 23)
_TAG = re.compile(r"(?<![A-Z-])(?:HV|FV|TV|LV|PSV|NRV|STR|TICSA|PDI|FIC|LIC|[TPVISFLAZ]I|[PET])-\d{3}[AB]?")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


@pytest.fixture(scope="module", params=SEEDS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Plant, Path]:
    out = tmp_path_factory.mktemp(f"documents{request.param}")
    plant = build(request.param)
    documents(plant, out)
    return plant, out


def _tags(plant: Plant) -> set[str]:
    return {part.tag for part in plant.parts} | {instrument.tag for instrument in plant.instruments}


def _texts(piece: procedures.Piece) -> Iterator[procedures.Pair]:
    match piece:
        case procedures.Heading(text) | procedures.Text(text) | procedures.Warn(_, text):
            yield text
        case procedures.Steps(steps):
            yield from steps
        case procedures.Rows(caption, head, rows):
            yield from (caption, *head, *(cell for row in rows for cell in row if not isinstance(cell, str)))


def test_every_limit_of_every_instrument_has_its_alarm(made: tuple[Plant, Path]) -> None:
    plant, out = made
    found = {(alarm.key, alarm.state): alarm for alarm in alarms(plant)}
    wanted = {(i.key, state): getattr(i, state) for i in plant.instruments for state in STATES}
    limits = {name: limit for name, limit in wanted.items() if limit is not None}
    assert {name: alarm.setpoint for name, alarm in found.items()} == pytest.approx(limits, abs=0.006)
    sheet = Pdf(out / "documents" / alarm_sheet.FILE)
    for alarm in found.values():
        for language in ("en", "zh"):
            row = alarm_sheet.row(plant, alarm, language)
            assert not set("{}") & set("".join(row))
            assert sheet.find(*row)["page"] > 2


def test_alarm_priorities_follow_the_severity(made: tuple[Plant, Path]) -> None:
    plant, _ = made
    rank = ["low", "medium", "high", "critical"]
    by_limit = {(alarm.key, str(alarm.state)): alarm for alarm in alarms(plant)}
    inner = {"high_high": "high", "low_low": "low"}
    pairs = [(alarm, by_limit[key, inner[state]]) for (key, state), alarm in by_limit.items() if state in inner]
    assert len(pairs) > 10
    assert all(rank.index(worse.priority) > rank.index(first.priority) for worse, first in pairs)
    assert all(worse.minutes < first.minutes for worse, first in pairs)


def test_no_document_names_a_tag_that_the_plant_lacks(made: tuple[Plant, Path]) -> None:
    plant, out = made
    files = [out / "manuals" / manual_exchanger.FILE, *sorted((out / "documents").glob("*.pdf"))]
    assert len(files) == 7
    for path in files:
        named = {tag for page in Pdf(path).pages for tag in _TAG.findall(page)}
        assert named
        assert named <= _tags(plant), path.name


def test_exchanger_manual_has_the_live_limits_and_the_isolation_valves(made: tuple[Plant, Path]) -> None:
    plant, out = made
    facts, manual = exchanger(plant), Pdf(out / "manuals" / manual_exchanger.FILE)
    outlet, drop = plant.instrument("TICSA"), plant.instrument("PDI-E")
    for name, it in (("Product outlet temperature, high", outlet), ("Product side differential pressure, high", drop)):
        assert it.high is not None
        assert it.high_high is not None
        manual.find(name, it.tag, number(it.high), number(it.high_high), it.unit)
    points = isolate(plant, "E")
    pages = "".join(manual.pages)
    steps = pages.split("2.2Isolatingtheexchanger")[1].split("Table1.")[0]
    assert all(tag in steps for tag in (*points.close, *points.drains))
    for torque in facts.torques:
        manual.find(torque.place, torque.bolt, str(torque.nm), "Nm")
    assert facts.a_min_mm < facts.a_new_mm
    assert facts.hot_alarm_c < facts.max_c < facts.gasket_max_c
    assert facts.drop_clean_bar < drop.normal < facts.drop_alarm_bar


@pytest.mark.parametrize("seed", [1, 3, 7, 11, 23])
def test_both_languages_of_a_procedure_say_the_same(seed: int) -> None:
    plant = build(seed)
    for procedure in (operating_procedure(plant), isolation_procedure(plant)):
        pairs = [pair for piece in procedure.pieces for pair in _texts(piece)]
        assert len(pairs) > 40
        for english, chinese in pairs:
            assert set(_TAG.findall(english)) == set(_TAG.findall(chinese)), english
            assert set(_FIGURE.findall(english)) == set(_FIGURE.findall(chinese)), english
            assert not re.search("[\u4e00-\u9fff]", english)
            assert re.search("[\u4e00-\u9fff]", chinese)


def test_isolation_procedure_locks_the_valves_of_the_piping(made: tuple[Plant, Path]) -> None:
    plant, out = made
    english = "".join(Pdf(out / "documents" / "isolation_procedure_en.pdf").pages)
    chinese = "".join(Pdf(out / "documents" / "isolation_procedure_zh.pdf").pages)
    for key in PUMPS:
        tag, points = plant.tag(key), isolate(plant, key)
        for text, head in ((english, f"Stepsfor{tag}"), (chinese, f"{tag}的隔离步骤")):
            steps = text.split(head)[1][:900]
            assert all(valve in steps for valve in (*points.close, *points.drains))


def test_standard_b_has_the_live_limits_and_a_had_others(made: tuple[Plant, Path], tmp_path: Path) -> None:
    plant, out = made
    first, second = standard(plant, "A"), standard(plant, "B")
    bearing, vibration = plant.instrument("TI-DE-A"), plant.instrument("VI-A")
    assert (second.bearing_alarm_c, second.bearing_trip_c) == (bearing.high, bearing.high_high)
    assert (second.vibration_alarm_mm_s, second.vibration_trip_mm_s) == (vibration.high, vibration.high_high)
    differ = {name for name in type(first).__slots__ if getattr(first, name) != getattr(second, name)}
    assert differ == {"revision", "effective", "bearing_alarm_c", "vibration_alarm_mm_s", "oil_sample_months"}
    assert first.effective < second.effective
    assert bearing.high < first.bearing_alarm_c < first.bearing_trip_c  # type: ignore[operator]
    assert vibration.high < first.vibration_alarm_mm_s < first.vibration_trip_mm_s  # type: ignore[operator]
    revisions.write(plant, tmp_path / "a.pdf", "A")
    for path, facts in ((tmp_path / "a.pdf", first), (out / "documents" / revisions.FILE, second)):
        limits = (number(facts.bearing_alarm_c), number(facts.bearing_trip_c))
        Pdf(path).find("Bearing temperature", *limits, "°C")
        Pdf(path).find(f"every {facts.oil_sample_months} months")
    change = (number(first.bearing_alarm_c), number(second.bearing_alarm_c))
    Pdf(out / "documents" / revisions.FILE).find("Bearing temperature, alarm", *change, "°C")
    with pytest.raises(LookupError):
        Pdf(tmp_path / "a.pdf").find("Bearing temperature, alarm", *change, "°C")


def test_oils_of_the_standard_are_those_of_the_manuals() -> None:
    plant = build(7)
    feed, dosing = feed_pump(plant), dosing_pump(plant)
    points = {tag: (oil, litres, hours) for tag, oil, litres, hours in oil_points(plant)}
    assert points[feed.tags[0]] == (f"mineral oil {feed.oil_grade}", number(feed.oil_litres), feed.oil_h)
    assert points[dosing.tag][0].removeprefix("gear oil ") in dosing.oil
    assert points[dosing.tag][1:] == (number(dosing.oil_litres), dosing.oil_h)


def test_spares_list_has_the_parts_of_all_three_manuals(made: tuple[Plant, Path]) -> None:
    from openpyxl import load_workbook

    plant, out = made
    items = {item.number: item for item in store(plant)}
    feed, dosing, plates = feed_pump(plant), dosing_pump(plant), exchanger(plant)
    for spares, tags in ((feed.spares, feed.tags), (dosing.spares, (dosing.tag,)), (plates.spares, (plates.tag,))):
        for spare in spares:
            item = items.pop(spare.number)
            assert spare.name in (item.name, item.name_zh)
            assert (item.fits, item.installed) == (tags, spare.quantity * len(tags))
            assert re.search("[\u4e00-\u9fff]", item.name_zh)
            assert item.name.isascii()
    assert not items
    assert len({item.place for item in store(plant)}) == len(store(plant))
    assert [item.least for item in store(plant) if item.name == "Mechanical seal"] == [1]  # as the manual tells
    sheet = load_workbook(out / "documents" / spares_list.FILE).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert rows == [list(spares_list.HEAD), *(spares_list.cells(item) for item in store(plant))]


def test_chinese_source_has_no_character_that_the_font_lacks() -> None:
    from reportlab.pdfbase.ttfonts import TTFontFile

    known = TTFontFile(str(FONT_ZH)).charToGlyph
    folder = Path(alarm_sheet.__file__).parent
    for name in ("alarm_sheet", "alarm_words", "procedures", "procedure_operating", "procedure_isolation", "_pdf"):
        source = (folder / f"{name}.py").read_text(encoding="utf-8")
        assert not {c for c in source if ord(c) > 127 and ord(c) not in known}, name
