import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from judge_kit import JudgeServer, judge_server

from evals.__main__ import main
from evals.dataset import GoldenQuestion, PageEvidence
from evals.drafts import drafts, phrased
from evals.indexed import Indexed, of_names
from retrieval.errors import NotFound
from retrieval.models import Document, PageLocator, Part, Passage, PassageKind, Region, TextLocator
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents, epochs
from retrieval.sql.engine import Database
from retrieval.terms import language_of

LIMITS = "Quantity | Alarm | Trip | Unit\nBearing temperature | 75 | 85 | °C\nSpeed | 3600 | - | rpm\nSeal | ok | - | -"
PROSE = "The pump is blue. Never heat above 120 °C. It has 2 feet of 30 kg. See 3.1."
CHINESE = "项目 | 数值 | 单位\n额定流量 | 95 | L/h\n计量精度 | ± 0.5 | %\n隔膜材质 | PTFE | -"


def box(top: float) -> tuple[Region, ...]:
    return (Region(x0=0.1, y0=top, x1=0.9, y1=top + 0.1),)


def passage(number: int, text: str, kind: PassageKind = "table", page: int = 1, **changes: Any) -> Passage:
    return Passage(
        id=f"00000000-0000-0000-0000-00000000000{number}",
        document_id="d1",
        parent_id="x",
        position=number,
        kind=kind,
        text=text,
        locator=PageLocator(page=page, regions=box(0.1)),
        language=language_of(text),
        **changes,
    )


DOCUMENT = Document(
    id="d1", kind="manual", title="Pump", path="m/pump.pdf", sha256="0", pages=9, asset_tags=("P-101A", "P-101B")
)


def indexed(*passages: Passage) -> list[Indexed]:
    return [Indexed(DOCUMENT, passages)]


def found(*passages: Passage, count: int = 99) -> dict[str, GoldenQuestion]:
    rows = [one.as_golden() for one in drafts(indexed(*passages), count, 1)]
    return {row["question"]: GoldenQuestion.model_validate(row) for row in rows}


def test_a_table_gives_a_question_a_number() -> None:
    questions = found(passage(1, LIMITS, page=4))
    assert set(questions) == {
        'P-101A, P-101B: what is the alarm of "Bearing temperature"?',
        'P-101A, P-101B: what is the trip of "Bearing temperature"?',
        'P-101A, P-101B: what is the alarm of "Speed"?',
    }
    trip = questions['P-101A, P-101B: what is the trip of "Bearing temperature"?']
    assert (trip.gold_facts[0].text, trip.gold_facts[0].unit) == ("85", "°C")
    piece = trip.gold_evidence[0]
    assert isinstance(piece, PageEvidence)
    assert (piece.document, piece.page, piece.quote) == ("pump.pdf", 4, "Bearing temperature | 75 | 85 | °C")
    assert piece.regions == ((0.1, 0.1, 0.9, 0.2),)
    assert (trip.origin, trip.accepted, trip.evidence_language) == ("generated", False, "en")


def test_a_chinese_table_is_asked_in_chinese() -> None:
    questions = found(passage(1, CHINESE))
    assert set(questions) == {"P-101A, P-101B：额定流量是多少？", "P-101A, P-101B：计量精度是多少？"}
    precision = questions["P-101A, P-101B：计量精度是多少？"]
    assert (precision.gold_facts[0].text, precision.gold_facts[0].unit) == ("0.5", "%")


def test_units_stand_in_the_head_or_in_the_cell_too() -> None:
    facts = found(passage(1, "Flow | Head (m) | Oil\nrated | 34 | 0.4 L")).values()
    assert {(q.gold_facts[0].text, q.gold_facts[0].unit) for q in facts} == {("34", "m"), ("0.4", "L")}


def test_rows_that_begin_alike_are_told_apart_or_left_out() -> None:
    makers = "Maker | Model | Step time\nAB | X1 | 500\nAB | X2 | 700\nCD | Y1 | 900\nEF | Z | 1\nEF | Z | 2"
    assert {q: one.gold_facts[0].text for q, one in found(passage(1, makers)).items()} == {
        'P-101A, P-101B: what is the step time of "AB X1"?': "500",
        'P-101A, P-101B: what is the step time of "AB X2"?': "700",
        'P-101A, P-101B: what is the step time of "CD"?': "900",
    }


def test_a_question_with_two_answers_is_none() -> None:
    other = passage(2, LIMITS.replace("75", "76"), page=2)
    assert 'P-101A, P-101B: what is the alarm of "Bearing temperature"?' not in found(passage(1, LIMITS), other)


def test_a_table_without_a_head_row_says_nothing() -> None:
    assert found(passage(1, "Flow | 34 | m\nHead | 12 | m")) == {}


def test_a_limit_in_prose_is_asked_with_a_blank_and_its_own_box() -> None:
    start = PROSE.index("Never")
    parts = (
        Part(start=0, end=start, locator=PageLocator(page=2, regions=box(0.1))),
        Part(start=start, end=len(PROSE), locator=PageLocator(page=3, regions=box(0.5))),
    )
    questions = found(passage(1, PROSE, "text", parts=parts))
    assert list(questions) == ['P-101A, P-101B: what belongs in "Never heat above …."?']
    only = questions['P-101A, P-101B: what belongs in "Never heat above …."?']
    piece = only.gold_evidence[0]
    assert isinstance(piece, PageEvidence)
    assert (piece.page, piece.quote, piece.regions) == (3, "Never heat above 120 °C.", ((0.1, 0.5, 0.9, 0.6),))


@pytest.mark.parametrize(
    ("sentence", "text", "unit"),
    [
        ("The drive serves up to 8 spindles.", "8", ""),
        ("Keep the line below 150 psi.", "150", "psi"),
        ("The supply must not exceed 72 VDC.", "72", "VDC"),
        ("A card of at least 1024x768 dots at up to 3 screens.", "3", ""),
        ("每台泵每小时最多启动 6 次。", "6", ""),
        ("油温不得超过 65 °C。", "65", "°C"),
    ],
)
def test_limits_of_many_kinds(sentence: str, text: str, unit: str) -> None:
    (question,) = found(passage(1, sentence, "text")).values()
    assert (question.gold_facts[0].text, question.gold_facts[0].unit) == (text, unit)
    assert text not in question.question


def test_drafts_are_spread_over_pages_and_repeat() -> None:
    pages = [
        passage(n, LIMITS.replace("Bearing", f"Part {n}").replace("Speed", f"Rate {n}"), page=n) for n in (1, 2, 3)
    ]
    chosen = drafts(indexed(*pages), 3, 7)
    assert {one.page for one in chosen} == {1, 2, 3}
    assert chosen == drafts(indexed(*pages), 3, 7)
    assert len({one.as_golden()["id"] for one in drafts(indexed(*pages), 99, 7)}) == 9


def test_what_has_no_pages_is_left_out() -> None:
    place = TextLocator(unit="line", first=1, last=2)
    assert found(passage(1, LIMITS).model_copy(update={"locator": place})) == {}


@pytest.mark.parametrize(
    ("words", "used"),
    [
        ("When does the bearing of P-101A trip?", True),
        ("Does it trip at 85 degrees?", False),
        ("", False),
        ("Bearing temperature | 75", False),
        ("Trips at 850?", True),
    ],
)
def test_a_models_words_must_not_give_the_answer_away(words: str, used: bool) -> None:
    row = next(d.as_golden() for d in drafts(indexed(passage(1, LIMITS)), 9, 1) if d.value == "85")
    assert (phrased(row, words, "m") is not None) is used


def test_an_unknown_document_is_named() -> None:
    with pytest.raises(NotFound, match=r'"none\.pdf" in the index; there are: pump\.pdf'):
        of_names(indexed(), ["none.pdf"])
    assert of_names(indexed(), ["pump.pdf"]) == indexed()


@pytest.fixture
def judge() -> Iterator[JudgeServer]:
    with judge_server() as server:
        yield server


def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = RetrievalSettings(data_dir=tmp_path / "data")
    settings.data_dir.mkdir()
    database = Database.open(settings.database)
    content = documents.Content(document=DOCUMENT, passages=(passage(1, LIMITS), passage(2, PROSE, "text")))
    documents.stage(database, epoch := epochs.reserve(database), content)
    epochs.publish(database, epoch)
    database.close()
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(settings.data_dir))


def test_the_command_writes_drafts_that_validate_against_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stored(tmp_path, monkeypatch)
    out = tmp_path / "drafts.jsonl"
    assert main(["generate", "--out", str(out), "--documents", "pump.pdf"]) == 0
    assert "4 drafts written" in capsys.readouterr().out
    assert main(["validate", str(out), "--index"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("accepted: a draft") == 4
    assert "quote" not in shown
    assert main(["generate", "--out", str(out), "--documents", "other.pdf"]) == 1
    assert "no document" in capsys.readouterr().err


def test_a_model_phrases_where_its_words_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, judge: JudgeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    stored(tmp_path, monkeypatch)
    out = tmp_path / "drafts.jsonl"
    judge.always = json.dumps({"question": "At how many degrees does the pump switch off by itself?"})
    command = ["generate", "--out", str(out), "--judge-base-url", judge.url, "--judge-model", "words"]
    assert main(command) == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert {row["phrased_by"] for row in rows} == {"words"}
    assert "Fact asked for: 120 °C" in "\n".join(body["messages"][1]["content"] for body in judge.asked)
    judge.always = json.dumps({"question": "泵在多少度时自动停机？"})
    assert main([*command, "--languages", "zh", "--again"]) == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert {(row["language"], row["evidence_language"]) for row in rows} == {("zh", "en")}
    judge.always = 500
    assert main([*command, "--languages", "en", "--concurrency", "1"]) == 0
    assert "phrased by: words 4" in capsys.readouterr().out  # kept from the first run, nobody is asked
